"""The program in processes of its own: started, killed at seeded moments, and what it leaves on the disk."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from doubles.command_line import PROGRAM, copy_samples  # noqa: F401  # handed on

AT_REST = 20.0  # seconds, after which a program that takes no more CPU is one that waits
PATIENCE = 120  # seconds; a loaded machine takes its time
# What a library or a name of a run has of its own; all else that two homes hold has the same names.
_OF_THE_RUN = re.compile(
    r"(?<=[0-9a-f]{4}-)\d{3}(?=\.json)|\d{8}T\d{6}-[0-9a-f]{4}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}"
)
_PASSING = re.compile(r"\.(part|tmp|temp|new|bak)$|(^|/)(tmp|\.tmp)|-journal$|~$")


class Ended:
    """How a program ended; `seconds` are those of the clock."""

    def __init__(self, code: int, out: str, err: str, seconds: float) -> None:
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    @property
    def faults(self) -> list[str]:
        """Tracebacks and whatever else no person should read."""
        words = ("Traceback", "Exception ignored", "never awaited", "was destroyed")
        return [f"{word!r} on its screen" for word in words if word in self.out + self.err]


def start(*arguments: object, stdin: int = subprocess.DEVNULL, **environ: str) -> "subprocess.Popen[str]":
    """Start a command as the leader of a process group, so that its readers and workers can be killed with it."""
    return subprocess.Popen(
        [*PROGRAM, *map(str, arguments)], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", errors="replace", start_new_session=True, env={**os.environ, **environ},
    )  # fmt: skip


def end(process: "subprocess.Popen[str]", began: float, stdin: str | None = None) -> Ended:
    """Wait for a command's end; one that does not come to it is killed, and so found out by its code."""
    try:
        out, err = process.communicate(stdin, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
    return Ended(process.returncode, out, err, time.monotonic() - began)


def run(*arguments: object, stdin: str | None = None, **environ: str) -> Ended:
    """Run a command to its end."""
    began = time.monotonic()
    process = start(*arguments, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE, **environ)
    return end(process, began, stdin)


def reaches(process: "subprocess.Popen[str]", holds: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Wait until something holds; false when the process ended before."""
    give_up = time.monotonic() + patience
    while not holds():
        if process.poll() is not None or time.monotonic() > give_up:
            return False
        time.sleep(0.002)
    return True


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far, without its children; 0 where the system does not tell."""
    try:
        figures = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


def whole_cpu(process: "subprocess.Popen[str]") -> float:
    """Wait until a process ends and return the CPU seconds that it took itself: how far it is, whatever the load."""
    reached = 0.0
    with ThreadPoolExecutor(1) as reading:
        ended = reading.submit(process.communicate)
        while not ended.done():
            reached = max(reached, cpu_of(process.pid))
            time.sleep(0.01)
    return reached


def works(process: "subprocess.Popen[str]", seconds: float) -> bool:
    """Wait until a process has taken so many CPU seconds; false when it ended before, or waits for something itself."""
    return reaches(process, lambda: cpu_of(process.pid) >= seconds, AT_REST)


@contextmanager
def killed(process: "subprocess.Popen[str]", chance: random.Random, *, within: float) -> Iterator[None]:
    """Kill a process and all it started, with SIGKILL, at a random moment within so many seconds after the block."""
    try:
        yield
        time.sleep(chance.uniform(0.0, within))
    finally:
        kill(process)


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill a process and all of its group, if it has not ended by itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def names(folder: Path) -> set[str]:
    """Return the names of all files below a folder, without what only one run can have in its name."""
    found = (str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())
    return {_OF_THE_RUN.sub("*", name) for name in found}


def left_behind(folder: Path, undisturbed: Sequence[Path] = ()) -> list[str]:
    """Return the files below a folder that were meant to pass, and those that no undisturbed folder holds.

    What SQLite keeps beside a database that was not closed is a part of it, and goes when it is next used.
    """
    here = names(folder)
    known = set().union(*map(names, undisturbed)) if undisturbed else here
    here = {name for name in here if not name.endswith((".sqlite-wal", ".sqlite-shm"))}
    return sorted(name for name in here if _PASSING.search(name) or name not in known)
