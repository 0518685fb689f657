"""From the lines of a page to its blocks: paragraphs re-flowed, headings, list items and rows recognised.

The wording alone decides in plain text; for PDF the size, weight and place of the lines help.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from statistics import median

from ....core.types import SegmentKind
from ..page import Block
from ..tables import has_header
from .bullets import BulletMark, Nesting
from .columns import Grid, Piece, goes_on, grids

FINAL = re.compile(r"[.!?:;。！？：；…][\"'”’»)\]\d]*$")
STOP = re.compile(r"[.!?:。！？：…][\"'”’»)\]\d]*$")
PAUSE = re.compile(r"(?:[,)]|\b(?:and|or|und|oder|sowie|et|ou|y|o|e))$")
WITHIN = re.compile(
    r"\s*(?:[,;.)]|(?:and|or|to|of|in|on|shall|above|below|thereof|und|oder|der|des|et|ou|de|du|y|del)\b)"
)
LEADERS = re.compile(r"(?:\.\s?){4,}\d*$")
CELLS = re.compile(r"\t+|\s{2,}")
WORDED = re.compile(
    r"(?:chapter|article|section|annex|part|title|appendix|chapitre|artikel|kapitel|abschnitt|teil|anhang|annexe"
    r"|partie|titre|capítulo|artículo|sección|anexo|parte|título)\s+(?:[IVXLC]+|\d+(?:\.\d+)*|[A-Z])\b(?P<rest>.*)",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=[^\W\d_])")
RAISED = re.compile(r"\d{1,3}")
LONG = 160  # characters: a line this long is a paragraph of its own, not a hard-wrapped line
HEADING = 120  # characters
SIDE = 3  # the level of a heading beside its text
LARGER = 1.12  # times the body's letter size
FILLED = "\ufdd0"  # a sign that is no character: behind words filled in on a page, until its lines are told apart


@dataclass(frozen=True, slots=True)
class LineShape:
    """How a line is set: letter size and position in points, the base line counted from below; 0 means unknown.

    `pieces` are its words parted at the wide gaps; a line without any is in no table. `turn` counts the quarters by
    which it is turned against the clock, its places are then those of a page held upright for it. `side` tells that it
    is a heading beside the lines that follow; `filled`, that something was filled in there, as in a form.
    """

    size: float = 0.0
    bold: bool = False
    left: float = 0.0
    base: float = 0.0
    last_base: float = 0.0
    pieces: tuple[Piece, ...] = ()
    turn: int = 0
    side: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page as PDFium gives it: its lines, how they are set, its printed label, and signs that are no text."""

    lines: list[str]
    shapes: list[LineShape]
    printed: str
    undecoded: int
    unread: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that is not blank, without the white space around it; `gap` tells that a blank line stood before."""

    text: str
    start: int
    shape: LineShape
    gap: bool

    @property
    def end(self) -> int:
        """Where the line stops in the page's text."""
        return self.start + len(self.text)


def split(text: str, furniture: Sequence[tuple[int, int]] = (), shapes: Sequence[LineShape] = ()) -> list[TextLine]:
    """The lines of a page that are neither blank nor furniture; `shapes` has one entry per line of `text`."""
    lines: list[TextLine] = []
    offset, gap = 0, False
    for number, raw in enumerate(text.split("\n")):
        body = raw.strip()
        start = offset + len(raw) - len(raw.lstrip())
        offset += len(raw) + 1
        if any(first < start + len(body) and start < last for first, last in furniture):
            continue
        if body:
            shape = shapes[number] if shapes else LineShape()
            if lines and RAISED.fullmatch(body) and shape.size < 0.85 * lines[-1].shape.size:
                shape = replace(lines[-1].shape, pieces=shape.pieces)  # a footnote's number, raised in its sentence
            lines.append(TextLine(body, start, shape, gap))
        gap = not body
    return lines


class Flow:
    """Turns page after page of one report into blocks; open lists carry over the page turn.

    `body` is the letter size of running text in points, 0 where sizes are unknown.
    """

    def __init__(self, body: float = 0.0) -> None:
        self._body = body
        self._nesting = Nesting()
        self._table: Grid | None = None  # the one with a header that the page before ended with

    def blocks(self, lines: Sequence[TextLine]) -> tuple[Block, ...]:
        """The blocks of one page, in order; every line belongs to exactly one."""
        page = _Lines(lines, self._body)
        found: list[Block] = []
        above, self._table = self._table, None
        at = 0
        while at < len(lines):
            if grid := page.table(at):
                self._nesting.interrupt()
                further = above is not None and _numbers(lines[:at]) and goes_on(grid, above, lines[0].shape.size)
                found.extend(_rows(lines, grid, len(found), further))
                at = grid.end
                if _numbers(lines[at:]) and (grid.header or further):
                    self._table = above if further else grid
                continue
            kind, level, count = self._opening(page, at, found[-1].kind if found else None)
            at += count
            while at < len(lines) and kind != "heading" and not self._opens(page, at, kind):
                at += 1
                count += 1
            found.append(Block(lines[at - count].start, lines[at - 1].end, kind, level, None, len(found) + 1))
        return tuple(found)

    def _opening(self, page: "_Lines", at: int, before: SegmentKind | None) -> tuple[SegmentKind, int, int]:
        """Kind, level and number of certain lines of the block that begins at this line."""
        count, level = page.heading(at, after_heading=before == "heading")
        if count:
            self._nesting.clear()
            return "heading", level, count
        mark = page.marks[at]
        if mark is not None and self._is_item(page, at, mark, fresh=True):
            after_colon = at > 0 and page.lines[at - 1].text.endswith(":")
            return "item", self._nesting.place(mark, after_colon=after_colon), 1
        self._nesting.interrupt()
        return "text", 0, 1

    def _opens(self, page: "_Lines", at: int, kind: SegmentKind) -> bool:
        if page.table(at) or page.ends_before(at) or page.heading(at, after_heading=False)[0]:
            return True
        mark = page.marks[at]
        return mark is not None and self._is_item(page, at, mark, fresh=False, within_item=kind == "item")

    def _is_item(self, page: "_Lines", at: int, mark: BulletMark, *, fresh: bool, within_item: bool = False) -> bool:
        """Whether a mark at the start of a line opens an item, or only happens to stand where the line was wrapped."""
        before = page.lines[at - 1].text if at else ""
        closed = fresh or _ends(FINAL, before)
        if mark.is_bullet:
            running = within_item and self._nesting.carries_on(mark)
            return closed or running or not mark.is_dash
        if WITHIN.match(page.lines[at].text[mark.end :]) and not (before and before[-1] in ":;"):
            return False
        if closed:
            return True
        if PAUSE.search(before):
            return mark.is_first or self._nesting.carries_on(mark)
        return self._nesting.carries_on(mark)


class _Lines:
    """The lines of one page and what can be told from a line and its neighbours."""

    def __init__(self, lines: Sequence[TextLine], body: float) -> None:
        self.lines = lines
        self.marks = [BulletMark.of(line.text) for line in lines]
        self._body = body
        self._lengths = [len(line.text) for line in lines]
        drops = [one.shape.last_base - two.shape.base for one, two in pairwise(lines)]
        self._pitch = median([drop for drop in drops if 0 < drop < 60] or [0.0])  # points from line to line
        self._tables = self._wide_apart() | grids([line.shape for line in lines])

    def table(self, at: int) -> Grid | None:
        """The table that begins with this line."""
        return self._tables.get(at)

    def ends_before(self, at: int) -> bool:
        """Whether the line before is the last of its paragraph."""
        if at == 0 or self.lines[at].gap:
            return True
        before, line = self.lines[at - 1], self.lines[at]
        if has_leaders(before.text) or self._set_apart(at):
            return True
        starts = not line.text[0].islower()
        if starts and (before.shape.filled or line.shape.filled):
            return True
        if not (starts and _ends(STOP, before.text)):
            return False
        drop = before.shape.last_base - line.shape.base
        jumps = self._pitch > 0 and not -0.5 * self._pitch < drop < 3 * self._pitch
        indented = before.shape.size > 0 and 0.8 < (line.shape.left - before.shape.left) / before.shape.size < 6
        return jumps or indented or self._is_short(at - 1)

    def heading(self, at: int, *, after_heading: bool) -> tuple[int, int]:
        """How many lines from here on are one heading, and its level; (0, 0) if this is none."""
        line = self.lines[at]
        text = line.text
        if line.shape.side:
            return sum(1 for _ in takewhile(lambda one: one.shape.side, self.lines[at:])), SIDE
        if line.shape.filled or len(text) > HEADING or not any(map(str.isalpha, text)) or has_leaders(text):
            return 0, 0
        closed = after_heading or self.ends_before(at) or _ends(FINAL, self.lines[at - 1].text)
        number = NUMBERED.match(text)
        level = number["number"].count(".") + 1 if number else 1
        if count := self._set_as_heading(at, closed=closed):
            return count, level
        if not closed or _ends(FINAL, text) or text.endswith(","):
            return 0, 0
        worded = WORDED.match(text)
        if worded and (not worded["rest"].strip() or worded["rest"].lstrip()[0] in "-–—:." or worded["rest"].isupper()):
            return 1, level
        if at + 1 == len(self.lines):
            return 0, 0
        following = self.lines[at + 1]
        if following.text[0].islower():
            return 0, 0
        if number and text[number.end()].isupper() and len(text) <= 90:
            deep = level > 1 or (self._leads(at) and self.marks[at + 1] is None)
            return (1, level) if deep else (0, 0)
        if text.isupper() and len(text.split()) > 1 and self.marks[at] is None:
            return 1, level
        return (1, 1) if self._reads_as_title(at, after_heading) else (0, 0)

    def _set_as_heading(self, at: int, *, closed: bool) -> int:
        """The number of lines set in one larger or bolder type, if they are few enough and no sentence."""
        line = self.lines[at]
        larger = self._body > 0 and line.shape.size >= LARGER * self._body
        if not larger and not (line.shape.bold and closed):
            return 0
        if line.text[0].islower() or (self.marks[at] is not None and not NUMBERED.match(line.text)):
            return 0
        if at and self._set_alike(at - 1, at) and not (line.gap or self._far(at)):
            return 0
        end = at + 1
        while (
            end < len(self.lines)
            and self._set_alike(at, end)
            and not (self.lines[end].gap or self._far(end) or NUMBERED.match(self.lines[end].text))
            and not self.table(end)
        ):
            end += 1
        runs_on = not larger and end < len(self.lines) and self.lines[end].text[0].islower()
        length = self.lines[end - 1].end - line.start
        stops = larger or end == len(self.lines) or self._is_short(end - 1)
        fits = end - at <= 3 and length <= 200 and stops and not runs_on
        return end - at if fits and not re.search(r"[.;,]$", self.lines[end - 1].text) else 0

    def _set_alike(self, one: int, two: int) -> bool:
        first, second = self.lines[one].shape, self.lines[two].shape
        return first.bold == second.bold and abs(first.size - second.size) <= 0.05 * first.size

    def _set_apart(self, at: int) -> bool:
        """Whether type or distance part this line from the one before."""
        one, two = self.lines[at - 1].shape, self.lines[at].shape
        if one.turn != two.turn or one.side != two.side:
            return True
        if not (one.size and two.size):
            return False
        return abs(one.size - two.size) > 0.15 * max(one.size, two.size) or self._far(at)

    def _far(self, at: int) -> bool:
        drop = self.lines[at - 1].shape.last_base - self.lines[at].shape.base
        return self._pitch > 0 and drop > 1.45 * max(self._pitch, 1.05 * self.lines[at].shape.size)

    def _is_short(self, at: int) -> bool:
        """Whether the next line's first word would have fitted, or the line is too long to be a wrapped one."""
        near = sorted(self._lengths[max(0, at - 4) : at + 5])
        width = near[-2] if len(near) > 2 else near[-1]
        word = len(self.lines[at + 1].text.split(maxsplit=1)[0])
        return self._lengths[at] > LONG or self._lengths[at] + word < 0.92 * width

    def _leads(self, at: int) -> bool:
        """Whether the next line is so much longer that it can be the text below a heading."""
        return self._lengths[at] <= 70 and self._lengths[at + 1] >= 1.3 * self._lengths[at]

    def _reads_as_title(self, at: int, after_heading: bool) -> bool:
        text = self.lines[at].text
        apart = at == 0 or after_heading or self.lines[at].gap or self._far(at)
        plain = self.marks[at] is None and text[0].isupper() and len(text.split()) <= 10
        return plain and apart and self._leads(at)

    def _wide_apart(self) -> dict[int, Grid]:
        """Runs of at least three lines with the same number of at least three cells, told by the white space alone."""
        rows = [CELLS.split(line.text) for line in self.lines]
        found: dict[int, Grid] = {}
        first = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or len(rows[at]) != len(rows[first]):
                if len(rows[first]) >= 3 and at - first >= 3:
                    header = has_header(rows[first:at], marked=False)
                    found[first] = Grid(tuple((row, row + 1) for row in range(first, at)), header)
                first = at
        return found


def has_leaders(text: str) -> bool:
    """Whether a line ends in leader dots, with or without the number they lead to."""
    return text.count(".") > 3 and LEADERS.search(text) is not None


def _ends(stops: re.Pattern[str], text: str) -> bool:
    """Whether a line ends as a sentence does; most lines end in a letter and need no closer look."""
    return not text[-1:].isalpha() and stops.search(text) is not None


def _numbers(lines: Sequence[TextLine]) -> bool:
    """Whether lines at the edge of a page are no more than its number."""
    return all(RAISED.fullmatch(line.text) for line in lines)


def _rows(lines: Sequence[TextLine], grid: Grid, position: int, further: bool) -> list[Block]:
    header = position if grid.header else None
    return [
        Block(
            lines[first].start, lines[end - 1].end, "row", 0, header if number else None, position + number + 1, further
        )
        for number, (first, end) in enumerate(grid.rows)
    ]


def body_size(pages: Sequence[Sequence[TextLine]]) -> float:
    """The letter size that most characters of a report have, in points; 0 where sizes are unknown."""
    weight: dict[float, int] = {}
    for line in (line for page in pages for line in page):
        size = round(line.shape.size * 2) / 2
        weight[size] = weight.get(size, 0) + len(line.text)
    return max(weight, key=lambda size: (weight[size], size)) if weight else 0.0
