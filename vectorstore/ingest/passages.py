"""Groups segments into passages, the unit that is searched: about 1,000 characters, never over a page turn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...core.types import APART
from ..reading.page import Page
from .segments import Cut

_FULL = 1_000  # characters at which a passage is closed
_WORTH_CLOSING = 350  # a heading closes a passage that has reached this many characters
_PATH_DEPTH = 4


@dataclass(frozen=True, slots=True)
class PassageCut:
    """A passage before it is stored: segments `first..last` (positions), and the headings above it."""

    page: int
    first: int
    last: int
    start: int
    end: int
    path: tuple[str, ...]


def passages(pages: Sequence[Page], cuts: Iterable[Cut]) -> Iterator[PassageCut]:
    """Yield the passages of a document in reading order; each segment is in exactly one."""
    run: list[Cut] = []
    headings = _Headings()
    path: tuple[str, ...] = ()
    at: int | None = None
    for segment in cuts:
        page = pages[segment.page]
        size = run[-1].end - run[0].start if run else 0
        turned = bool(run) and run[-1].page != segment.page
        breaks = segment.kind == "heading" and size >= _WORTH_CLOSING and run[-1].kind != "heading"
        turned = turned or (bool(run) and _apart(run[-1]) != _apart(segment))
        if run and (turned or breaks or segment.end - run[0].start > _FULL):
            yield _close(run, path)
            run = []
        if page.kind != "page" and page.page != at:
            headings = _Headings()  # the title of one slide says nothing of the next
        at = page.page
        if segment.kind == "heading":
            headings.enter(page, segment)
        if not run or segment.kind == "heading":
            path = headings.path(page) if segment.kind != "furniture" else page.path
        run.append(segment)
    if run:
        yield _close(run, path)


def _apart(segment: Cut) -> str:
    """What a passage holds alone: a contents list, works cited, running heads, or what the report says ("")."""
    return segment.kind if segment.kind in APART else ""


def _close(run: Sequence[Cut], path: tuple[str, ...]) -> PassageCut:
    return PassageCut(run[0].page, run[0].position, run[-1].position, run[0].start, run[-1].end, path)


class _Headings:
    """The headings above the current place, where the page does not say its path itself."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, page: Page, segment: Cut) -> None:
        level = next((block.level for block in page.blocks if block.start == segment.paragraph_start), 1)
        text = " ".join(page.text[segment.start : segment.end].split())
        self._open = [(above, title) for above, title in self._open if above < level] + [(level, text)]

    def path(self, page: Page) -> tuple[str, ...]:
        return page.path or tuple(title for _, title in self._open[-_PATH_DEPTH:])
