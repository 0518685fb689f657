"""Readers kept apart: files come from anywhere, so each is read in a process that may die or hang alone."""

import json
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Self

from ...core.errors import ReadFailure
from .page import Document

SECONDS = 120.0  # wall time for one file
MEMORY_MB = 1500  # address space of a child, where the platform can limit it
AHEAD = 2  # files read beyond those waited for, per child


def read_apart(path: Path, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB) -> Document:
    """Read one file in a child process; raise `ReadFailure` when it cannot be read, hangs or brings the child down."""
    with Readers(seconds=seconds, memory_mb=memory_mb, children=1) as readers:
        _, outcome = next(iter(readers.read_all([path])))
    if isinstance(outcome, ReadFailure):
        raise outcome
    return outcome


class Readers:
    """A pool of child processes, started when first needed and used again for file after file.

    `seconds` limits one file, `memory_mb` one child; a child that dies or is stopped fails only the file it was at.
    """

    def __init__(self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, children: int | None = None) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._count = children or os.cpu_count() or 1
        self._children: list[_Child] = []
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()  # so that nothing is waited for when the run is interrupted
        self._threads.shutdown()
        for child in self._children:
            child.stop()

    def read_all(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Document | ReadFailure]]:
        """Read the files side by side; outcomes come in the order of `paths`, and not far ahead of being asked for."""
        waiting: deque[tuple[Path, Future[Document | ReadFailure]]] = deque()
        for path in paths:
            waiting.append((path, self._threads.submit(self._read, path)))
            if len(waiting) > AHEAD * self._count:
                first, outcome = waiting.popleft()
                yield first, outcome.result()
        while waiting:
            first, outcome = waiting.popleft()
            yield first, outcome.result()

    def _read(self, path: Path) -> Document | ReadFailure:
        child = self._idle_child()
        if child is None:
            child = _Child(self._memory_mb)
            self._children.append(child)
        outcome = child.read(path, self._seconds)
        self._idle.put(child)
        return outcome

    def _idle_child(self) -> "_Child | None":
        with suppress(Empty):
            while True:
                child = self._idle.get_nowait()
                if child.is_alive:
                    return child
        return None


class _Child:
    """One child process: a path goes in as a line of JSON, a document or failure comes out pickled.

    It is started by module name and not forked, so the caller's script is neither copied nor run again.
    """

    def __init__(self, memory_mb: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.child", str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout

    @property
    def is_alive(self) -> bool:
        """Whether another file can be given to it."""
        return self._process.poll() is None

    def read(self, path: Path, seconds: float) -> Document | ReadFailure:
        """The outcome for one file; a child that did not answer in time, or not as it should, is stopped."""
        started = monotonic()
        timer = Timer(seconds, self.kill)
        timer.start()
        outcome: Document | ReadFailure | None = None
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            self._input.write(json.dumps(str(path)).encode() + b"\n")
            self._input.flush()
            outcome = pickle.load(self._output)
        timer.cancel()
        late = monotonic() - started >= seconds
        if outcome is None or late:
            self.stop()
        if outcome is not None:
            return outcome
        if late:
            return ReadFailure(f"{path.name!r} was not read within {seconds:g} s: split it into smaller files")
        return ReadFailure(f"{path.name!r} brought its reader down: open it and save it again as PDF")

    def kill(self) -> None:
        """End the process at once; whoever waits for its answer gets none."""
        self._process.kill()

    def stop(self) -> None:
        """End the process and free its pipes."""
        self.kill()
        self._process.wait()
        with suppress(OSError):  # what was not sent yet cannot be sent any more
            self._input.close()
        self._output.close()
