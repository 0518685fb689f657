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
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Self

from ...core.errors import ReadFailure
from .ocr import Recognition, program
from .page import FileText, Page

SECONDS = 120.0  # wall time for a small file; a large one gets as much again for every 10 MB
SHARE, MOST = 10_000_000, 10  # bytes, and times the seconds at most
MEMORY_MB = 1500  # address space of a child, where the platform can limit it
OCR_SECONDS = 30.0  # wall time for each page that is recognised, on top of those for its file
AHEAD = 2  # files read beyond those waited for, per child


def read_apart(path: Path, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, ocr: bool = False) -> FileText:
    """Read one file in a child process; raise `ReadFailure` when it cannot be read, hangs or brings the child down."""
    with Readers(seconds=seconds, memory_mb=memory_mb, children=1, ocr=ocr) as readers:
        _, outcome = next(iter(readers.read_all([path])))
    if isinstance(outcome, ReadFailure):
        raise outcome
    return outcome


class Readers:
    """A pool of child processes, started when first needed and used again for file after file.

    `seconds` limits one small file, `memory_mb` one child; a child that dies or is stopped fails only its own file.
    With `ocr`, PDF pages without a readable text layer are read from a copy that ocrmypdf makes, as their label says.
    Such copies are made in the folder `scratch`, which must exist, else in the system's folder for temporary files.
    """

    def __init__(
        self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, children: int | None = None, ocr: bool = False,
        scratch: Path | None = None,
    ) -> None:  # fmt: skip
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._count = children or os.cpu_count() or 1
        self._ocr = ocr
        self._scratch = scratch
        self._recognitions: list[Recognition] = []
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
        for recognition in self._recognitions:
            recognition.end()
        self._threads.shutdown()
        for child in self._children:
            child.stop()

    def read_all(self, paths: Sequence[Path]) -> Iterator[tuple[Path, FileText | ReadFailure]]:
        """Read the files side by side; outcomes come in the order of `paths`, and not far ahead of being asked for."""
        waiting: deque[tuple[Path, Future[FileText | ReadFailure]]] = deque()
        for path in paths:
            waiting.append((path, self._threads.submit(self._read, path)))
            if len(waiting) > AHEAD * self._count:
                first, outcome = waiting.popleft()
                yield first, outcome.result()
        while waiting:
            first, outcome = waiting.popleft()
            yield first, outcome.result()

    def _read(self, path: Path) -> FileText | ReadFailure:
        child = self._idle_child()
        if child is None:
            child = _Child(self._memory_mb)
            self._children.append(child)
        outcome = child.read(path, self._limit(path))
        if self._ocr and isinstance(outcome, FileText) and any(map(_is_bare, outcome.pages)):
            outcome = self._recognised(path, outcome, child)
        self._idle.put(child)
        return outcome

    def _recognised(self, path: Path, bare: FileText, child: "_Child") -> FileText | ReadFailure:
        """The document with recognised pages; what could be read without stays, should the recognition fail."""
        pages = [page.page for page in bare.pages if _is_bare(page)]
        garbled = [page.page or 0 for page in bare.pages if page.state == "garbled"]
        recognition = Recognition()
        self._recognitions.append(recognition)
        with TemporaryDirectory(dir=self._scratch) as folder:
            copy = Path(folder) / path.name
            try:
                program()
            except ReadFailure as failure:
                return failure
            try:
                anew = sorted(filter(None, pages)) if garbled else ()
                recognition.run(path, copy, self._seconds + OCR_SECONDS * len(pages), anew)
            except ReadFailure as failure:
                return bare if len(pages) < len(bare.pages) else failure
            outcome = child.read(copy, self._limit(copy))
        if isinstance(outcome, ReadFailure) or len(outcome.pages) != len(bare.pages):
            return bare
        return replace(outcome, pages=tuple(map(_marked, bare.pages, outcome.pages)))

    def _limit(self, path: Path) -> float:
        with suppress(OSError):
            return self._seconds * min(1 + path.stat().st_size / SHARE, MOST)
        return self._seconds

    def _idle_child(self) -> "_Child | None":
        with suppress(Empty):
            while True:
                child = self._idle.get_nowait()
                if child.is_alive:
                    return child
        return None


def _is_bare(page: Page) -> bool:
    return page.kind == "page" and page.state != "read"


def _marked(before: Page, page: Page) -> Page:
    return replace(page, label=f"{page.label} (OCR)") if _is_bare(before) and not _is_bare(page) else page


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

    def read(self, path: Path, seconds: float) -> FileText | ReadFailure:
        """The outcome for one file; a child that did not answer in time, or not as it should, is stopped."""
        started = monotonic()
        timer = Timer(seconds, self.kill)
        timer.start()
        outcome: FileText | ReadFailure | None = None
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
