"""The journal of a batch: one JSON line an answer, appended as it comes, so that no answer is lost or paid twice."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from ...core.errors import UsageError
from ...core.system.disk import explained

# What a line brings that is none of ours, or no longer as it was written.
_DAMAGED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_SUM = re.compile(rb'\{"sum": "([0-9a-f]{32})", ')  # what a line begins with
_UNSUMMED = re.compile(
    rb'\{"(id": "[^"]*", "asked|output": "writ(ing|ten)", "digest)": "'
)  # and one of earlier versions


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An answer that the journal holds at `start`, in short.

    `asked` is that of the inquiry, `generation` the library's, `models` who answered; `failure` is the kind of error
    that made it fail or fall back.
    """

    id: str
    asked: str
    generation: int
    models: str
    status: str
    failure: str | None
    start: int


class Journal:
    """The file at `path`, made on first use; a line that was cut off when the program died is dropped.

    A line is in the hands of the system as soon as `append` returns, and on the disk after `sync`. `damaged` is the
    number of lines that cannot be understood, or are not as they were written: each holds a sum of itself. `output`
    says what became of the output: "" (not begun), "writing" or "written", with `digest` of what went into it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept: list[JournalEntry] = []
        self.damaged = 0
        self.output = self.digest = ""
        self._synced = True
        with _writing(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            self._end = 0
            self._load()

    def append(self, kept: JournalEntry, record: dict[str, Any]) -> JournalEntry:
        """Add an answer with its line of the output and return it with its place."""
        placed = JournalEntry(**{**_head(kept), "start": self._end})
        self._write({**_head(kept), "record": record})
        self.kept.append(placed)
        return placed

    def mark(self, output: Literal["writing", "written"], digest: str) -> None:
        """Note what becomes of the output that is made of `digest`."""
        self._write({"output": output, "digest": digest})
        self.output, self.digest = output, digest
        self.sync()

    def record(self, kept: JournalEntry) -> dict[str, Any]:
        """Return the line of the output that was journaled with an answer."""
        with _writing(self.path), open(self._file, "rb", closefd=False) as stream:
            stream.seek(kept.start)
            line = json.loads(stream.readline())
        found: dict[str, Any] = line["record"]
        return found

    def sync(self) -> None:
        """Have the disk hold what was appended."""
        if not self._synced:
            self._synced = True
            with _writing(self.path):
                os.fsync(self._file)

    def close(self) -> None:
        """Close the file; the journal is of no use afterwards."""
        self.sync()
        os.close(self._file)

    def _write(self, line: dict[str, Any]) -> None:
        told = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")[1:] + b"\n"
        data = b'{"sum": "%s", ' % _sum(told) + told
        with _writing(self.path):
            os.lseek(self._file, self._end, os.SEEK_SET)
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left) :]
        self._end += len(data)
        self._synced = False

    def _load(self) -> None:
        with open(self._file, "rb", closefd=False) as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                self._take(line)
                self._end += len(line)
        if self._end < os.fstat(self._file).st_size:
            os.ftruncate(self._file, self._end)

    def _take(self, line: bytes) -> None:
        try:
            held = _understood(line)
            if "output" in held:
                self.output, self.digest = str(held["output"]), str(held["digest"])
            else:
                self.kept.append(JournalEntry(**held, start=self._end))
        except _DAMAGED:
            self.damaged += 1


def _head(kept: JournalEntry) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in JournalEntry.__slots__ if name != "start"}


def kept_in(path: Path) -> list[JournalEntry]:
    """Return the answers that the journal at `path` holds, and leave it as it is; none where there is no journal."""
    found: list[JournalEntry] = []
    reading = explained(f"the journal {str(path)!r} cannot be read", "mend that, and run again")
    with reading, suppress(FileNotFoundError), path.open("rb") as stream:
        start = 0
        for line in stream:
            with suppress(*_DAMAGED):
                held = _understood(line)
                found += [] if "output" in held else [JournalEntry(**held, start=start)]
            start += len(line)
    return found


def _understood(line: bytes) -> dict[str, Any]:
    """Return what a line says, but the answer itself: it stays on the disk, for there may be thousands.

    Raises one of `_DAMAGED` where it is not as it was written. Lines of earlier versions have no sum.
    """
    begin = _SUM.match(line)
    if begin is None and not _UNSUMMED.match(line):
        raise ValueError("it is of another program")
    if begin is not None and _sum(line[begin.end() :]) != begin[1]:
        raise ValueError("it is not as it was written")
    held: dict[str, Any] = json.loads(line)
    held.pop("sum", None)
    if "output" in held:
        return held
    if not isinstance(held.pop("record"), dict):
        raise ValueError("it holds no answer")
    texts = (held["id"], held["asked"], held["models"], held["status"], held["failure"] or "")
    if not all(isinstance(text, str) for text in texts) or not isinstance(held["generation"], int):
        raise ValueError("it is of another program")
    return held


def _sum(told: bytes) -> bytes:
    return hashlib.sha256(told).hexdigest()[:32].encode()


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Hold the journal at `path` for this process; raises UsageError at once when another one holds it."""
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0, mode=0o600)
    with _writing(path):
        try:
            lock.acquire()
        except Timeout as error:
            busy = f"{path.stem!r} is in the hands of another coscribe: wait for it, or name another"
            raise UsageError(busy) from error
    try:
        yield
    finally:
        lock.release()  # its file stays: another process may be about to lock it


def _writing(path: Path) -> AbstractContextManager[None]:
    return explained(f"the journal {str(path)!r} cannot be written", "mend that, and run again")
