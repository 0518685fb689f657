"""Processes as they are written down, so that later it can be told whether one of them is gone."""

import os
import subprocess
import sys
import time
from pathlib import Path

_PROC = Path("/proc")
_SEEN_SECONDS = 2.0  # for so long a process that was alive is taken to live on


class Processes:
    """Writes this process down and looks for others: by host, number and start, for numbers are given out again.

    What was written on another host, in another container, before the last start of the machine or on a system that
    does not tell when a process began cannot be judged.
    """

    def __init__(self) -> None:
        self._own: tuple[int, str | None] = (0, None)
        self._gone: set[str] = set()
        self._alive: dict[str, float] = {}

    def own(self) -> str | None:
        """Return this process as it is to be written down; `None` where it could not be told from a later one."""
        pid = os.getpid()  # another one after a fork
        if self._own[0] != pid:
            place, began = _place(), _began(pid)
            self._own = (pid, f"{place} {pid} {began}" if place and began else None)
        return self._own[1]

    def is_gone(self, written: str | None) -> bool | None:
        """Tell whether a process ended; `None` where that cannot be known from here."""
        if written is None or (own := self.own()) is None:
            return None
        if written == own:
            return False
        if written in self._gone:
            return True
        place, pid, began = written.split(" ", 2)
        if place != own.split(" ", 1)[0]:
            return None
        if time.monotonic() - self._alive.get(written, -_SEEN_SECONDS) < _SEEN_SECONDS:
            return False
        if _began(int(pid)) == began:
            self._alive[written] = time.monotonic()
            return False
        self._gone.add(written)
        return True


def _place() -> str | None:
    """Return what numbers of processes are counted within: a start of the machine and a container, or a host."""
    if sys.platform == "darwin":
        return "".join(os.uname().nodename.split()) or None
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return None


def _began(pid: int) -> str | None:
    """Return when a process began, in the words of the system; `None` where there is none, or it only waits to go."""
    if sys.platform == "darwin":
        # In one zone, for the answer is a local time.
        asked = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
        told = subprocess.run(asked, capture_output=True, text=True, check=False, env={"LC_ALL": "C", "TZ": "UTC"})
        return " ".join(told.stdout.split()) or None
    try:
        told_here = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # The second field is the program's name, which may hold blanks and brackets.
    state, *others = told_here.rpartition(")")[2].split()
    return None if state in "ZX" else others[18]
