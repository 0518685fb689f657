"""Readers kept apart: files come from anywhere, so each is read in a process that may die or hang alone."""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from time import monotonic
from types import MappingProxyType, TracebackType
from typing import Self

from ...core.errors import ReadFailure
from ...core.events import OnProgress, silent
from .ocr.choice import Wanted, chosen
from .ocr.ocrmypdf import Recognition
from .page import RECOGNISED_MARK, FileText, Page

SECONDS = 120.0  # wall time for a small file; a large one gets as much again for every 10 MB
SHARE, MOST = 10_000_000, 10  # bytes, and times the seconds at most
MEMORY_MB = 1500  # address space of a child, where the platform can limit it
OCR_SECONDS = 30.0  # wall time for each page that ocrmypdf recognises, on top of those for its file
PAGE_SECONDS = 120.0  # wall time for a page that the embedded engine recognises; most take a few
AHEAD = 2  # files read beyond those waited for, per child


def read_apart(path: Path, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, ocr: Wanted = False) -> FileText:
    """Read one file in a child process; raise `ReadFailure` when it cannot be read, hangs or brings the child down."""
    with Readers(seconds=seconds, memory_mb=memory_mb, children=1, ocr=ocr) as readers:
        _, outcome = next(iter(readers.read_all([path])))
    if isinstance(outcome, ReadFailure):
        raise outcome
    return outcome


class Readers:
    """A pool of child processes, started when first needed and used again for file after file.

    `seconds` limits one small file, `memory_mb` one child; a child that dies or is stopped fails only its own file.
    With `ocr`, PDF pages without a readable text layer are recognised, as they and their labels say: by the embedded
    engine, page by page in the child, or from a copy that ocrmypdf makes. Such copies are made in the folder `scratch`,
    which must exist, else in the system's folder for temporary files. `progress` is told of pages from any thread.
    """

    def __init__(
        self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, children: int | None = None,
        ocr: Wanted = False, scratch: Path | None = None, progress: OnProgress = silent,
    ) -> None:  # fmt: skip
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._count = children or os.cpu_count() or 1
        self._ocr = ocr
        self._scratch = scratch
        self._progress = progress
        self._counting = Lock()
        self._pages = [0, 0]  # recognised, and to be recognised as far as known
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
            child = self._new_child()
        outcome = child.read(path, self._limit(path))
        if self._ocr and isinstance(outcome, FileText) and any(map(_is_bare, outcome.pages)):
            outcome, child = self._recognised(path, outcome, child)
        self._idle.put(child)
        return outcome

    def _new_child(self) -> "_Child":
        child = _Child(self._memory_mb)
        self._children.append(child)
        return child

    def _recognised(self, path: Path, bare: FileText, child: "_Child") -> "tuple[FileText | ReadFailure, _Child]":
        """The document with recognised pages; what could be read without stays, should the recognition fail."""
        try:
            engine = chosen(self._ocr)
        except ReadFailure as failure:
            return failure, child
        if engine == "embedded":
            outcome, child = self._page_by_page(path, bare, child)
        else:
            outcome = self._from_copy(path, bare, child)
        is_whole = isinstance(outcome, FileText) or all(map(_is_bare, bare.pages))
        return (outcome if is_whole else bare), child

    def _page_by_page(self, path: Path, bare: FileText, child: "_Child") -> "tuple[FileText | ReadFailure, _Child]":
        """Have the child read each page from its picture, and then the file with them; a page may fail alone."""
        numbers = [page.page for page in bare.pages if page.page is not None and _is_bare(page)]
        self._tell(0, len(numbers))
        recognised: dict[int, bytes] = {}
        failure = None
        for number in numbers:
            if not child.is_alive:
                child = self._new_child()
            page = child.recognise(path, number, PAGE_SECONDS)
            if isinstance(page, bytes):
                recognised[number] = page
            else:
                failure = page
            self._tell(1, 0)
        if not recognised:
            return failure or bare, child
        if not child.is_alive:
            child = self._new_child()
        return child.read(path, self._limit(path), recognised), child

    def _tell(self, done: int, more: int) -> None:
        with self._counting:
            self._pages = [self._pages[0] + done, self._pages[1] + more]
            self._progress("recognising pages", self._pages[0], self._pages[1])

    def _from_copy(self, path: Path, bare: FileText, child: "_Child") -> FileText | ReadFailure:
        """Read the file from the copy that ocrmypdf makes of it."""
        pages = [page.page for page in bare.pages if _is_bare(page)]
        garbled = [page.page or 0 for page in bare.pages if page.state == "garbled"]
        recognition = Recognition()
        self._recognitions.append(recognition)
        with TemporaryDirectory(dir=self._scratch) as folder:
            copy = Path(folder) / path.name
            try:
                anew = sorted(filter(None, pages)) if garbled else ()
                recognition.run(path, copy, self._seconds + OCR_SECONDS * len(pages), anew)
            except ReadFailure as failure:
                return failure
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
    if not _is_bare(before) or _is_bare(page):
        return page
    return replace(page, label=f"{page.label}{RECOGNISED_MARK}", recognised=True)


class _Child:
    """One child process: a path goes in, a document, a recognised page or a failure comes out, all pickled.

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

    def read(
        self, path: Path, seconds: float, recognised: Mapping[int, bytes] = MappingProxyType({})
    ) -> FileText | ReadFailure:
        """The outcome for one file; a child that did not answer in time, or not as it should, is stopped.

        Pages that were `recognised` take the place of those of the file.
        """
        late = f"{path.name!r} was not read within {seconds:g} s: split it into smaller files"
        outcome = self._ask((path, None, dict(recognised)), seconds, path, late)
        assert not isinstance(outcome, bytes)
        return outcome

    def recognise(self, path: Path, number: int, seconds: float) -> bytes | ReadFailure:
        """What text recognition finds on a page, as `read` takes it; a child that fails is stopped."""
        late = (
            f"page {number} of {path.name!r} was not recognised within {seconds:g} s: scan it with fewer dots an inch"
        )
        outcome = self._ask((path, number, {}), seconds, path, late)
        assert not isinstance(outcome, FileText)
        return outcome

    def _ask(
        self, asked: tuple[Path, int | None, dict[int, bytes]], seconds: float, path: Path, too_late: str
    ) -> FileText | bytes | ReadFailure:
        started = monotonic()
        timer = Timer(seconds, self.kill)
        timer.start()
        outcome: FileText | bytes | ReadFailure | None = None
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            pickle.dump(asked, self._input, pickle.HIGHEST_PROTOCOL)
            self._input.flush()
            outcome = pickle.load(self._output)
        timer.cancel()
        late = monotonic() - started >= seconds
        if outcome is None or late:
            self.stop()
        if outcome is not None:
            return outcome
        if late:
            return ReadFailure(too_late)
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
