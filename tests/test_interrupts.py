"""Ctrl-C and other signals, at a moment that the test chooses: a quiet end with the right code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

# Signals reach the program even where the tests themselves run with them ignored, as under `nohup`.
HEARD = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
"""
# Sends the program a signal while it imports a module, as a person who changes their mind does.
IMPORTING = """
import signal, sys
from coscribe.__main__ import main

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.{signal})

sys.meta_path.insert(0, Finder())
sys.argv = ["coscribe", "search", "x", "--library", "none"]
main()
"""
# The same while a command is at work, which puts something right before it ends.
WORKING = """
import asyncio, signal, sys
import coscribe.commands.search as command
from coscribe.__main__ import main

async def work():
    try:
        signal.raise_signal(signal.{signal})
        await asyncio.sleep(60)
    finally:
        print("put right")

command.search = lambda options: asyncio.run(work())
sys.argv = ["coscribe", "search", "x"]
main()
"""


def end_of(program: str, folder: Path) -> tuple[int, str, str]:
    command = [sys.executable, "-P", "-c", HEARD + program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("module", ["coscribe.cli", "click", "coscribe.commands.search", "pydantic", "numpy"])
def test_an_interrupt_while_the_program_is_loaded_is_130_and_one_line(module: str, tmp_path: Path) -> None:
    program = IMPORTING.format(module=module, signal="SIGINT")
    assert end_of(program, tmp_path) == (130, "", "coscribe: interrupted\n")


@pytest.mark.parametrize(("name", "number"), [("SIGTERM", 15), ("SIGHUP", 1)])
def test_other_signals_end_it_as_quietly(name: str, number: int, tmp_path: Path) -> None:
    assert end_of(IMPORTING.format(module="click", signal=name), tmp_path) == (-number, "", "")


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_while_a_command_works_lets_it_put_things_right(name: str, code: int, tmp_path: Path) -> None:
    ended, out, err = end_of(WORKING.format(signal=name), tmp_path)
    assert (ended, out, err.strip()) == (code, "put right\n", "coscribe: interrupted")
