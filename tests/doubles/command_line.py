"""The command line, run in this process for speed or as a program of its own, and the samples to run it on."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from coscribe.cli import main

PROGRAM = (sys.executable, "-P", "-m", "coscribe")
_HEARS = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
runpy.run_module("coscribe", run_name="__main__", alter_sys=True)
"""
# Signals reach this one even where the tests themselves run with them ignored, as under `nohup`.
HEARING = (sys.executable, "-P", "-c", _HEARS)


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote to either stream."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stdout holds when it is one JSON text and nothing else."""
        return json.loads(self.out)

    @property
    def message(self) -> str:
        """The one line that says what was wrong; progress may stand above it."""
        assert "Traceback" not in self.out + self.err
        said = [line for line in self.err.splitlines() if line.startswith("coscribe: ")]
        assert len(said) == 1, self.err
        assert self.err.endswith(f"{said[0]}\n")
        message = said[0].removeprefix("coscribe: ")
        assert message[0].islower() or not message[0].isalpha(), message
        return message


@contextlib.contextmanager
def _own_stdin(text: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


def run(*arguments: object, stdin: str = "") -> Done:
    """Run a command through the entry point, inside this process."""
    before, sys.argv = sys.argv, ["coscribe", *map(str, arguments)]
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _own_stdin(stdin):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    return Done(code, out.getvalue(), err.getvalue())


def start(*arguments: object, cwd: Path, stdin: str = "", timeout: int = 300, **environ: str) -> Done:
    """Run a command as a program of its own, its streams being pipes."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)], cwd=cwd, env={**os.environ, **environ}, input=stdin, capture_output=True,
        timeout=timeout, check=False, encoding="utf-8",
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def unfinished(*where: object) -> list[Any]:
    """Return the rows of the notes that can be gone on with."""
    rows = run("note", "--list", *where, "--json").json["notes"]
    return [row for row in rows if row["state"] == "unfinished"]


def copy_samples(target: Path) -> Path:
    """Copy the shipped sample reports and their manifest into a folder and return it."""
    shipped = Path(str(files("coscribe.samples")))
    target.mkdir(parents=True)
    for name in ("reports.toml", *tomllib.loads((shipped / "reports.toml").read_text(encoding="utf-8"))):
        shutil.copy(shipped / name, target / name)
    return target
