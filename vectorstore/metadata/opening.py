"""The opening of a report: what its first pages print, line by line, and what its file says of itself."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ...core.text import fold, one_line, without_controls
from ...core.types import APART
from ...language.joint import pattern
from ..reading.layout.imprint import PAGE_NUMBER, WORD
from ..reading.page import FileText, FrontLine, Page

_MOST = 6_000  # characters of it, where type sizes are not known
_PROSE = 160  # characters: a longer line is running text, and speaks of anything
_BACK = 1_200  # characters of the last page: the imprint of many a brochure
_BRIEF = 150  # words: a last page of more is text, or the end of a list of references
_HEADED = 12  # pages whose running heads are looked at
_PART = 4  # the number of a first page from which on the file is a part of a report
_TWICE = 2  # pages a running head stands on at least
NO_TITLE = pattern("front.no_title", lead=r"^\W*", end=r"\W*$")


@dataclass(frozen=True, slots=True)
class Opening:
    """What is looked at of a report: `lines` of its first pages, `front` with their sizes where these are known.

    The first `near` lines are those that speak of the report itself; `headings` have their levels. `heads` are the
    running heads and feet without their numbers, the most frequent first, and `number` is the one printed on the first
    page, 0 for none. Tables of contents and lists of references are left out of all, running heads of `front` too.
    `imprint` is what stands around a web page, `back` what a brief last page says. `said` are the believable properties
    of the file.
    """

    name: str
    lines: tuple[str, ...]
    front: tuple[FrontLine, ...]
    headings: tuple[tuple[int, str], ...]
    near: int
    heads: tuple[str, ...]
    number: int
    imprint: str
    back: str
    said: dict[str, str]
    pages: int
    is_talk: bool

    @property
    def is_web(self) -> bool:
        """Whether it is a page of a site: its title may bear the year of what it lists."""
        return bool(self.imprint) and not self.front

    @property
    def is_part(self) -> bool:
        """Whether it begins within a report: the first page has a number that no cover nor title page has."""
        return self.number >= _PART

    @property
    def around(self) -> str:
        """What stands around a web page, or on the last page of a brochure."""
        return self.imprint or self.back

    @property
    def text(self) -> str:
        """The lines that speak of the report itself, and the imprint."""
        return "\n".join((*(line for line in self.lines[: self.near] if len(line) <= _PROSE), self.around))


def opening(document: FileText, file: str) -> Opening:
    """Return the opening of a document that was read from a file of this name."""
    read = [page for page in document.pages if page.state == "read" and not page.notes]
    lines, headings, left = [], [], _MOST
    for page in read:
        for block in page.blocks:
            if block.kind in APART:
                continue
            text = without_controls(page.text[block.start : block.end])
            lines += [line for line in map(one_line, text.splitlines()) if line]
            headings += [(block.level, one_line(text))] if block.kind == "heading" else []
            left -= len(text)
        if left <= 0:
            break
    front = _without(document.front, {page.page: _apart(page) for page in read[:_HEADED]})
    heads = _heads(read)
    return Opening(
        PurePosixPath(file).stem,
        tuple(line.text for line in front) or tuple(lines),
        _without(front, {page.page: _running(page) for page in read[:_HEADED]}),
        tuple(headings[:12]),
        len(front) or 14,
        heads,
        _number(document.front),
        "\n".join(map(without_controls, document.imprint.splitlines())),
        _back(read[-1]) if len(read) > 4 and document.front else "",
        {key: one_line(without_controls(value)) for key, value in document.properties.items() if value.strip()},
        len(document.pages),
        any(page.kind == "slide" for page in document.pages),
    )


def _lines(page: Page, spans: Iterable[tuple[int, int]]) -> frozenset[str]:
    return frozenset(one_line(line) for start, end in spans for line in page.text[start:end].splitlines())


def _apart(page: Page) -> frozenset[str]:
    return _lines(page, ((block.start, block.end) for block in page.blocks if block.kind in APART))


def _running(page: Page) -> frozenset[str]:
    return _lines(page, page.furniture)


def _without(front: Sequence[FrontLine], left_out: dict[int | None, frozenset[str]]) -> tuple[FrontLine, ...]:
    return tuple(line for line in front if line.text not in left_out.get(line.page, ()))


def _heads(read: Sequence[Page]) -> tuple[str, ...]:
    """Return the running heads and feet without numbers, those of most pages first."""
    pages = [{without_numbers(line) for line in _running(page)} for page in read[:_HEADED]]
    held = Counter(line for page in pages for line in page if len(WORD.findall(line)) > 1)
    return tuple(line for line, times in held.most_common() if times >= _TWICE)


def without_numbers(line: str) -> str:
    """Return a running head without the number of its page, before or behind it, and what stands between."""
    return re.sub(r"^\d{1,3}\b\W*(?=\D)|(?:\s*[|–—-])?\s+(?:[Pp](?:age|\.)\s*)?\d{1,3}$", "", line).strip()


def _number(front: Sequence[FrontLine]) -> int:
    """Return the number printed at the head or the foot of the first page, the last one of "5-15", 0 for none."""
    first = [line.text for line in front if line.page == 1]
    for line in (*first[:3], *first[-2:]):
        if match := PAGE_NUMBER.match(line):
            return int(match[1])
    if first and (without_numbers(first[0]) != first[0]):
        return max(int(number) for number in re.findall(r"^\d{1,3}\b|\b\d{1,3}$", first[0]))
    return 0


def _back(last: Page) -> str:
    """Return what the last page says, where it is as brief as that of a brochure."""
    if len(WORD.findall(last.text)) > _BRIEF or any(block.kind in APART for block in last.blocks):
        return ""
    return without_controls(last.text[-_BACK:])


def letters(text: str) -> str:
    """Return the folded letters and figures of a text alone: the same for the same words, however they are set."""
    return "".join(WORD.findall(fold(text)))
