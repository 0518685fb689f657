"""Readers kept apart: files come from anywhere, so each is read in a process that may die or hang alone."""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar

from ...core.errors import ReadFailure
from ...core.events import OnProgress, silent
from .facsimile.facsimile import PagePicture, WordBox
from .ocr.choice import Recogniser, Wanted, chosen
from .ocr.kept_pages import KeptPages, NothingKept
from .ocr.ocrmypdf import Recognition
from .page import FileText, Page
from .requests import Draw, Find, Fingerprint, Read, ReadCopy, Recognise, Request

SECONDS = 120.0  # wall time for a small file; a large one gets as much again for every 10 MB
SHARE, MOST = 10_000_000, 10  # bytes, and times the seconds at most
MEMORY_MB = 1500  # address space of a child, where the platform can limit it
OCR_SECONDS = 30.0  # wall time for each page that ocrmypdf recognises, on top of those for its file
PAGE_SECONDS = 120.0  # wall time for a page that the embedded engine recognises; most take a few
AHEAD = 2  # files read beyond those waited for, per child
DRAWING_SECONDS = 20.0  # wall time for the picture of a page, and to find words on it
T = TypeVar("T", FileText, str, bytes, dict[int, bytes], PagePicture, tuple[WordBox, ...])


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
    which must exist, else in the system's folder for temporary files. What was recognised before is taken from `kept`,
    with `ocr` and without it, and what is recognised is kept there, page by page. `progress` is told of pages from any
    thread.
    """

    def __init__(
        self, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, children: int | None = None,
        ocr: Wanted = False, scratch: Path | None = None, kept: KeptPages | None = None, progress: OnProgress = silent,
    ) -> None:  # fmt: skip
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._count = children or os.cpu_count() or 1
        self._ocr = ocr
        self._scratch = scratch
        self._kept = kept or NothingKept()
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

    def draw(self, path: Path, number: int) -> PagePicture | ReadFailure:
        """Return the picture of a page of a PDF, counted from 1."""
        child = self._idle_child() or self._new_child()
        outcome = child.draw(path, number, DRAWING_SECONDS)
        self._idle.put(child)
        return outcome

    def find(self, path: Path, number: int, words: str, rank: int) -> tuple[WordBox, ...] | ReadFailure:
        """Return where words stand on a page of a PDF, before which `rank` of their occurrences come."""
        child = self._idle_child() or self._new_child()
        outcome = child.find(path, number, words, rank, DRAWING_SECONDS)
        self._idle.put(child)
        return outcome

    def _read(self, path: Path) -> FileText | ReadFailure:
        child = self._idle_child() or self._new_child()
        known = self._kept.of(path)
        outcome = child.read(path, self._limit(path), known)
        if isinstance(outcome, FileText) and any(map(_is_bare, outcome.pages)):
            settled = self._kept.settled(path)
            numbers = [page.page for page in outcome.pages if _is_bare(page) and page.page and page.page not in settled]
            if numbers and (self._ocr or self._kept.expects(path)):
                outcome, child = self._recognised(path, outcome, numbers, child)
        self._idle.put(child)
        return outcome

    def _new_child(self) -> "_Child":
        child = _Child(self._memory_mb)
        self._children.append(child)
        return child

    def _recognised(
        self, path: Path, bare: FileText, numbers: Sequence[int], child: "_Child"
    ) -> "tuple[FileText | ReadFailure, _Child]":
        """The document with these pages recognised, now or before; what could be read without stays in any case."""
        job = _Job(path, child)
        failure: ReadFailure | None = None
        self._recall(job, numbers)
        rest = [number for number in numbers if number not in job.found]
        if self._ocr and rest:
            try:
                engine = chosen(self._ocr)
            except ReadFailure as missing:
                return missing, job.child
            if engine == "embedded":
                failure = self._page_by_page(job, rest)
            else:
                is_garbled = any(page.state == "garbled" and page.page in rest for page in bare.pages)
                failure = self._from_copy(job, rest, is_part=bool(self._kept.of(path)), is_garbled=is_garbled)
        outcome: FileText | ReadFailure = failure or bare
        if job.found:
            outcome = self._alive(job).read(path, self._limit(path), {**self._kept.of(path), **job.found})
        is_whole = isinstance(outcome, FileText) or all(map(_is_bare, bare.pages))
        return (outcome if is_whole else bare), job.child

    def _alive(self, job: "_Job") -> "_Child":
        """The child that a file is read by; another, where a page has brought it down."""
        if not job.child.is_alive:
            job.child = self._new_child()
        return job.child

    def _recall(self, job: "_Job", numbers: Sequence[int]) -> None:
        """Find the pages that look as others did that were recognised before."""
        for number in numbers:
            fingerprint = self._alive(job).fingerprint(job.path, number, PAGE_SECONDS)
            if isinstance(fingerprint, str):
                job.fingerprints[number] = fingerprint
                if (page := self._kept.alike(job.path, number, fingerprint)) is not None:
                    job.found[number] = page

    def _page_by_page(self, job: "_Job", numbers: Sequence[int]) -> ReadFailure | None:
        """Have the child read each page from its picture; one that fails, fails alone. Returns the last failure."""
        failure = None
        self._tell(0, len(numbers))
        for number in numbers:
            page = self._alive(job).recognise(job.path, number, PAGE_SECONDS)
            if isinstance(page, ReadFailure):
                failure = page
            else:
                self._keep(job, number, page, "embedded")
            self._tell(1, 0)
        return failure

    def _keep(self, job: "_Job", number: int, page: bytes, engine: Recogniser) -> None:
        job.found[number] = page
        if number in job.fingerprints:
            self._kept.keep(job.path, number, job.fingerprints[number], page, engine)

    def _tell(self, done: int, more: int) -> None:
        with self._counting:
            self._pages = [self._pages[0] + done, self._pages[1] + more]
            self._progress("recognising pages", self._pages[0], self._pages[1])

    def _from_copy(self, job: "_Job", numbers: Sequence[int], *, is_part: bool, is_garbled: bool) -> ReadFailure | None:
        """Have the child read pages from the copy that ocrmypdf makes of the file."""
        recognition = Recognition()
        self._recognitions.append(recognition)
        self._tell(0, len(numbers))
        with TemporaryDirectory(dir=self._scratch) as folder:
            copy = Path(folder) / job.path.name
            named = numbers if is_part or is_garbled else ()
            seconds = self._seconds + OCR_SECONDS * len(numbers)
            try:
                recognition.run(job.path, copy, seconds, named, anew=is_garbled)
            except ReadFailure as failure:
                return failure
            pages = self._alive(job).read_copy(job.path, copy, numbers, self._limit(copy))
        self._tell(len(numbers), 0)
        if isinstance(pages, ReadFailure):
            return pages
        for number, page in pages.items():
            self._keep(job, number, page, "ocrmypdf")
        return None

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


@dataclass(slots=True)
class _Job:
    """A file whose pages are recognised: the child that is at it, and what was found, now or before."""

    path: Path
    child: "_Child"
    fingerprints: dict[int, str] = field(default_factory=dict)
    found: dict[int, bytes] = field(default_factory=dict)


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

    def read(self, path: Path, seconds: float, recognised: Mapping[int, bytes]) -> FileText | ReadFailure:
        """The outcome for one file; a child that did not answer in time, or not as it should, is stopped.

        Pages that were `recognised` take the place of those of the file.
        """
        late = f"{path.name!r} was not read within {seconds:g} s: split it into smaller files"
        return self._ask(FileText, Read(path, recognised), seconds, late)

    def recognise(self, path: Path, number: int, seconds: float) -> bytes | ReadFailure:
        """What text recognition finds on a page, as `read` takes it; a child that fails is stopped."""
        late = (
            f"page {number} of {path.name!r} was not recognised within {seconds:g} s: scan it with fewer dots an inch"
        )
        return self._ask(bytes, Recognise(path, number), seconds, late)

    def fingerprint(self, path: Path, number: int, seconds: float) -> str | ReadFailure:
        """What tells the picture of a page from others."""
        return self._ask(str, Fingerprint(path, number), seconds, f"page {number} of {path.name!r} was not drawn")

    def draw(self, path: Path, number: int, seconds: float) -> PagePicture | ReadFailure:
        """The picture of a page."""
        return self._ask(PagePicture, Draw(path, number), seconds, f"page {number} of {path.name!r} was not drawn")

    def find(self, path: Path, number: int, words: str, rank: int, seconds: float) -> tuple[WordBox, ...] | ReadFailure:
        """Where words stand on a page."""
        late = f"page {number} of {path.name!r} was not looked through"
        return self._ask(tuple, Find(path, number, words, rank), seconds, late)

    def read_copy(
        self, path: Path, copy: Path, numbers: Sequence[int], seconds: float
    ) -> dict[int, bytes] | ReadFailure:
        """Some pages of a copy of a file, as `read` takes them."""
        late = f"the copy of {path.name!r} was not read within {seconds:g} s: split it into smaller files"
        return self._ask(dict, ReadCopy(path, copy, tuple(numbers)), seconds, late)

    def _ask(self, kind: type[T], asked: Request, seconds: float, too_late: str) -> T | ReadFailure:
        started = monotonic()
        timer = Timer(seconds, self.kill)
        timer.start()
        outcome: T | ReadFailure | None = None
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            pickle.dump(asked, self._input, pickle.HIGHEST_PROTOCOL)
            self._input.flush()
            outcome = pickle.load(self._output)
            assert isinstance(outcome, (kind, ReadFailure))
        timer.cancel()
        late = monotonic() - started >= seconds
        if outcome is None or late:
            self.stop()
        if outcome is not None:
            return outcome
        if late:
            return ReadFailure(too_late)
        return ReadFailure(f"{asked.path.name!r} brought its reader down: open it and save it again as PDF")

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
