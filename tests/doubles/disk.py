"""Disks that refuse: commands run where mounts can be made (a namespace of Linux's), or without rights."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from doubles.command_line import Done

_SOMEBODY = 65534
# Mounts are made first; then each command runs in this one process, or, where it begins with "!", as a program.
_SCRIPT = """
import json, subprocess, sys
tests, steps = json.loads(sys.argv[1])
sys.path.insert(0, tests)
from doubles.command_line import run
ended = []
for step in steps:
    if step[0] == "!":
        done = subprocess.run(step[1:], capture_output=True, encoding="utf-8")
        ended.append([done.returncode, done.stdout, done.stderr])
    else:
        done = run(*step, stdin="power\\n")
        ended.append([done.code, done.out, done.err])
print(json.dumps(ended))
"""
Steps = Sequence[Sequence[object]]


@cache
def _can_mount(folder: str) -> bool:
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True)
    return tried.returncode == 0


def with_mounts(folder: Path, steps: Steps) -> list[Done]:
    """Run steps as root of a namespace, where they may mount; skips the test where this is not allowed."""
    if not _can_mount(str(folder)):
        pytest.skip("no mounts can be made here")
    return _run(["unshare", "-rm"], steps)


def without_rights(folder: Path, steps: Steps) -> list[Done]:
    """Run steps with no more rights in a folder than anybody has; skips the test where that cannot be had.

    It is given to another user, and in the namespace root is the master of its own files alone.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not _can_mount(str(folder)):
        pytest.skip("only root can give files away, and needs a namespace to lose its rights over them")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _SOMEBODY, _SOMEBODY)
    return _run(["unshare", "-r"], steps)


def _run(before: list[str], steps: Steps) -> list[Done]:
    told = json.dumps([str(Path(__file__).parent.parent), [[str(word) for word in step] for step in steps]])
    done = subprocess.run(
        [*before, sys.executable, "-P", "-c", _SCRIPT, told], capture_output=True, encoding="utf-8", timeout=1500
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Done(*ended) for ended in json.loads(done.stdout.splitlines()[-1])]
