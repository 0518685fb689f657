"""Tables on a PDF page: neighbouring lines whose words stand in columns, with the same clear gaps line after line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import sub
from statistics import median
from typing import Protocol

from ..tables import FIGURE, has_header
from .bullets import BulletMark

GAP = 0.6  # letter sizes between two cells of a line, at least
WIDE = 1.8  # letter sizes that a gap in justified text stays below
APART = 0.5  # letter sizes that must stay clear between two columns, over all lines
ALIGNED = 0.4  # letter sizes that the edges or centres of a column's cells may differ by
FEWEST = 3  # rows
STEP = 3.3  # letter sizes from one row to the next, at most
ORDINAL = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,2})*|[ivx]+|[a-z])[)\].]*")
LIST_MARK = re.compile(r"\[\w{1,3}\]|\(\w{1,3}\)|\w{1,3}[.)]")
AMOUNT = re.compile(r"[^\w\s]{0,2}\s?\d")  # "20 MW", "< 5 %", "€ 3 million"
PAGE = re.compile(r"\d{1,3}")
TERSE = 3.5  # words; running text set in columns has more in each of its lines


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one line without a wide gap in it; `left` and `right` in points."""

    left: float
    right: float
    text: str

    def joined(self, other: "Piece", between: str) -> "Piece":
        """Return both as one."""
        return Piece(min(self.left, other.left), max(self.right, other.right), f"{self.text}{between}{other.text}")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: for each row its first line and the line after its last; `header` tells that the first row is one.

    `columns` are the places of its cells in each column, none where the white space alone told of them.
    """

    rows: tuple[tuple[int, int], ...]
    header: bool
    columns: tuple[tuple["Piece", ...], ...] = ()

    @property
    def end(self) -> int:
        """The line after the last row."""
        return self.rows[-1][1]


class Set(Protocol):
    """How a line is set, as far as columns are concerned."""

    @property
    def size(self) -> float: ...  # noqa: D102
    @property
    def bold(self) -> bool: ...  # noqa: D102
    @property
    def base(self) -> float: ...  # noqa: D102
    @property
    def pieces(self) -> tuple[Piece, ...]: ...  # noqa: D102


Band = tuple[float, float]


def grids(lines: Sequence[Set]) -> dict[int, Grid]:
    """The tables of a page by their first line; `lines` in reading order, those without `pieces` are in no table."""
    found: dict[int, Grid] = {}
    at = free = 0
    while at < len(lines):
        run = _Run.from_line(lines, at)
        grid = run.grid(free) if run else None
        if grid is None:
            at += 1
            continue
        found[grid.rows[0][0]] = grid
        at = free = grid.end
    return found


@dataclass(slots=True)
class _Run:
    """Lines that may be the rows of a table: the columns they leave clear, and the first line of every row."""

    lines: Sequence[Set]
    bands: list[Band]
    starts: list[int]
    end: int
    size: float
    settled: int = 1  # lines that fill every column
    cells: list[list[Piece]] = field(default_factory=list)

    @classmethod
    def from_line(cls, lines: Sequence[Set], at: int) -> "_Run | None":
        """The longest run from this line on; `None` where it does not begin with a row."""
        first = lines[at]
        if len(_cells(first)) < 2 and not _rises(lines, at):
            return None
        bands = [(piece.left, piece.right) for piece in _cells(first)]
        run = cls(lines, bands, [at], at + 1, max(first.size, 1.0))
        while run.end < len(lines) and run._takes(run.end):
            run.end += 1
        while run.end - 1 > run.starts[-1] and run._column(run.end - 1) == 0:
            run.end -= 1  # a line alone in the first column stands below the table
        if run.starts[-1] + 1 == run.end and len(_cells(lines[run.end - 1])) < 2:
            run.end = run.starts.pop()
        return run

    def _takes(self, at: int) -> bool:
        """Add a line if it keeps the columns clear: it begins a row, or goes on in a cell of the row begun last."""
        line = self.lines[at]
        cells = _cells(line)
        if not cells or abs(line.size - self.size) > 0.25 * self.size:
            return False
        bands = _merged([*self.bands, *((piece.left, piece.right) for piece in cells)], APART * self.size)
        if len(bands) < 2 or (len(bands) < len(self.bands) and self.settled > 1):
            return False
        before, row = self.lines[at - 1], self.lines[self.starts[-1]]
        drop = before.base - line.base
        column = _column_of(bands, cells[0])
        if abs(row.base - line.base) < 0.3 * self.size:
            pass  # PDFium gave the same line in parts
        elif column == 0:
            top = self.lines[at + 1].base if _rises(self.lines, at) else line.base
            if not 0.3 * self.size < row.base - line.base or not before.base - top < STEP * self.size:
                return False
            if len(cells) < 2 and self._column(at - 1) == 0:
                return False  # two lines in the first column alone: a wrapped name or a heading, no telling
            self.starts.append(at)
            self.settled = self.settled + 1 if len(cells) == len(bands) == len(self.bands) else self.settled
        elif self._is_row_of_figures(cells, row.base - line.base):
            self.starts.append(at)
        elif not -STEP * self.size < row.base - line.base < 3 * STEP * self.size or abs(drop) > 3 * STEP * self.size:
            return False
        self.bands = bands
        return True

    def _is_row_of_figures(self, cells: Sequence[Piece], below: float) -> bool:
        """Whether a line without its first cell is a row all the same, below one that spans both."""
        amounts = sum(AMOUNT.match(piece.text) is not None for piece in cells)
        return 0.3 * self.size < below < STEP * self.size and amounts > 1

    def _column(self, at: int) -> int | None:
        """The column of a line that holds a single cell."""
        cells = _cells(self.lines[at])
        return _column_of(self.bands, cells[0]) if len(cells) == 1 else None

    def grid(self, free: int) -> Grid | None:
        """The table these lines are, if they are one; a header may begin at line `free` or later."""
        rows = list(pairwise([*self.starts, self.end]))
        if len(rows) < FEWEST:
            return None
        taken = [(piece.left, piece.right) for at in range(rows[0][0], self.end) for piece in _cells(self.lines[at])]
        self.bands = _merged(taken, APART * self.size)
        self.cells = [[piece for at in range(*row) for piece in _cells(self.lines[at])] for row in rows]
        if sum(len(self._filled(row)) > 1 for row in self.cells) < FEWEST:
            return None
        if not (self._is_aligned() and self._is_terse()):
            return None
        texts = [self._texts(row) for row in self.cells]
        worded = not any(FIGURE.search(text) for text in texts[0])
        body = rows[1:] if worded else rows
        top = max(self.lines[at].base for at in range(*rows[0])) if worded and all(texts[0]) else None
        above = self._above(free, body[0][0], top)
        if above < body[0][0] and self._names(above, body):
            return Grid(((above, body[0][0]), *body), True, self._columns(1 if worded else 0))
        if self._is_list(texts) or (len(self.bands) == 2 and len(rows) == FEWEST and not _figures(texts)):
            return None  # the latter are names side by side, as on a title page
        return Grid(tuple(rows), False, self._columns(0))

    def _columns(self, first: int) -> tuple[tuple[Piece, ...], ...]:
        """The cells of each column, from a row on."""
        cells = [piece for row in self.cells[first:] for piece in row]
        return tuple(tuple(piece for piece in cells if self._in(piece, band)) for band in range(len(self.bands)))

    def _is_list(self, texts: Sequence[Sequence[str]]) -> bool:
        """Whether the first column numbers the rows and a single text follows, or the last one gives page numbers."""
        numbers = sum(ORDINAL.fullmatch("".join(row[0].split())) is not None for row in texts)
        if len(self.bands) == 2 and numbers > 0.6 * len(texts):
            return True
        pages = [int(row[-1]) for row in texts if PAGE.fullmatch(row[-1])]
        listed = len(self.bands) == 2 or (len(self.bands) == 3 and numbers > 0.6 * len(texts))
        return listed and len(pages) > 0.6 * len(texts) and pages == sorted(pages)

    def _filled(self, cells: Sequence[Piece]) -> set[int]:
        return {_column_of(self.bands, piece) for piece in cells}

    def _texts(self, cells: Sequence[Piece]) -> list[str]:
        texts = [""] * len(self.bands)
        for piece in cells:
            column = _column_of(self.bands, piece)
            texts[column] = f"{texts[column]} {piece.text}".strip()
        return texts

    def _is_aligned(self) -> bool:
        """Whether in every column three cells of four begin, end or are centred at the same place."""
        for band in range(len(self.bands)):
            cells = [piece for row in self.cells for piece in row if _column_of(self.bands, piece) == band]
            edges = ([one.left for one in cells], [one.right for one in cells], [one.left + one.right for one in cells])
            if not any(self._share_near(places) >= 0.75 for places in edges):
                return False
        return True

    def _share_near(self, places: Sequence[float]) -> float:
        middle = median(places)
        return sum(abs(place - middle) <= ALIGNED * self.size for place in places) / len(places)

    def _is_terse(self) -> bool:
        """Whether some column holds few words a line, in most of the rows: a paragraph's last line is no column.

        Two columns of numbers such as "[12]" are those of lists side by side.
        """
        numbers = [
            all(LIST_MARK.fullmatch(piece.text) for row in self.cells for piece in row if self._in(piece, band))
            for band in range(len(self.bands))
        ]
        columns = [
            [[len(piece.text.split()) for piece in row if self._in(piece, band)] for row in self.cells]
            for band in range(len(self.bands))
        ]
        return any(
            sum(map(bool, rows)) * 2 > len(rows) and median([count for row in rows for count in row]) <= TERSE
            for rows, numbered in zip(columns, numbers, strict=True)
            if not numbered or sum(numbers) < 2
        )

    def _in(self, piece: Piece, band: int) -> bool:
        return _column_of(self.bands, piece) == band

    def _above(self, free: int, below: int, top: float | None) -> int:
        """The first of the lines directly above that stand over the columns, as a header of several lines does.

        A first row that names every column already reaches up to `top`: nothing higher belongs to it.
        """
        first = self.starts[0]
        floor = self.lines[below].base + 0.3 * self.size
        ceiling = floor + 2 * STEP * self.size if top is None else top + 0.3 * self.size
        at = first
        while at > free and floor < self.lines[at - 1].base < ceiling and self._stands_over(at - 1):
            at -= 1
        while at < first and self._stands_alone(at, below):
            at += 1
        return at

    def _stands_over(self, at: int) -> bool:
        """Whether every cell of a line keeps to one column."""
        cells = _cells(self.lines[at])
        if not cells:
            return False
        if len(cells) == len(self.bands):  # names set left over figures set right need not stand over them
            return not any(
                self._touches(piece, band)
                for n, piece in enumerate(cells)
                for m, band in enumerate(self.bands)
                if n != m
            )
        return all(sum(self._touches(piece, band) for band in self.bands) == 1 for piece in cells)

    def _touches(self, piece: Piece, band: Band) -> bool:
        return piece.left < band[1] and band[0] < piece.right

    def _stands_alone(self, at: int, first: int) -> bool:
        """Whether a line stands higher than all that follow: the caption, or the end of the text above."""
        base = self.lines[at].base - 0.5 * self.size
        return len(_cells(self.lines[at])) == 1 and all(line.base < base for line in self.lines[at + 1 : first])

    def _names(self, above: int, body: Sequence[tuple[int, int]]) -> bool:
        """Whether the lines above the rows name their columns: set in bold, or in words while a column has figures."""
        bold = all(self.lines[at].bold for at in range(above, body[0][0])) and not any(
            self.lines[first].bold for first, _ in body
        )
        named = self._texts([piece for at in range(above, body[0][0]) for piece in _cells(self.lines[at])])
        texts = [self._texts([piece for at in range(*row) for piece in _cells(self.lines[at])]) for row in body]
        return (bold and len(named) - named.count("") > 1) or (
            _figures(texts) and has_header([named, *texts], marked=False)
        )


def goes_on(grid: Grid, before: Grid, size: float) -> bool:
    """Whether a table at the head of a page has the columns of the one at the foot of the page before.

    Their cells begin, end or are centred at the same places, and those of a column are figures in both or in neither.
    """
    if grid.header or len(grid.columns) != len(before.columns) or not all((*grid.columns, *before.columns)):
        return False
    return all(_alike(one, two, ALIGNED * size) for one, two in zip(grid.columns, before.columns, strict=True))


def _alike(one: Sequence[Piece], two: Sequence[Piece], near: float) -> bool:
    figures = [sum(AMOUNT.match(piece.text) is not None for piece in cells) * 2 > len(cells) for cells in (one, two)]
    places = [
        (median([piece.left for piece in cells]), median([piece.right for piece in cells]),
         median([piece.left + piece.right for piece in cells]) / 2)
        for cells in (one, two)
    ]  # fmt: skip
    return figures[0] == figures[1] and any(abs(a - b) <= near for a, b in zip(*places, strict=True))


def _figures(texts: Sequence[Sequence[str]]) -> bool:
    """Whether most cells of some column are figures."""
    columns = zip(*texts, strict=True)
    return any(sum(AMOUNT.match(cell) is not None for cell in column) * 2 > len(texts) for column in columns)


def parted(words: Sequence[str], lefts: Sequence[float], rights: Sequence[float], size: float) -> list[Piece]:
    """Join the words of a line into pieces, parted where the gap is wider than running text has any.

    `lefts` and `rights` are the words' edges, `size` that of their letters, in points. Justified text has wide gaps
    too, but about the same ones all along the line, and hardly between two figures.
    """
    least = GAP * size
    gaps = list(map(sub, lefts[1:], rights))
    cuts = []
    if gaps and (max(gaps) >= least or min(gaps) < -least):
        wide = max(least, min(1.7 * median(gaps), WIDE * size)) if len(gaps) > 3 else least
        cuts = [
            at
            for at, gap in enumerate(gaps, 1)
            if gap >= wide
            or gap < -least
            or (gap >= least and FIGURE.search(words[at - 1]) and FIGURE.search(words[at]))
        ]
    if not cuts:
        return [Piece(min(min(lefts), min(rights)), max(max(lefts), max(rights)), " ".join(words))]
    return [
        Piece(
            min(*lefts[begin:end], *rights[begin:end]), max(*lefts[begin:end], *rights[begin:end]),
            " ".join(words[begin:end]),
        )
        for begin, end in pairwise([0, *cuts, len(words)])
    ]  # fmt: skip


def _cells(line: Set) -> tuple[Piece, ...]:
    """The pieces of a line; the mark of a list item goes with its text."""
    pieces = line.pieces
    if len(pieces) < 2:
        return pieces
    first = pieces[0].text
    mark = BulletMark.of(first + " ")
    if (mark is not None and mark.end == len(first)) or not any(map(str.isalnum, first)):
        return (pieces[0].joined(pieces[1], " "), *pieces[2:])
    return pieces


def _rises(lines: Sequence[Set], at: int) -> bool:
    """Whether a line is the single first cell of a row whose next cell begins higher: cells centred or at the foot."""
    here, after = _cells(lines[at]), _cells(lines[at + 1]) if at + 1 < len(lines) else ()
    if len(here) != 1 or not after:
        return False
    rise = lines[at + 1].base - lines[at].base
    return here[0].right < after[0].left and 0 < rise < 2 * STEP * lines[at].size


def _merged(bands: Sequence[Band], apart: float) -> list[Band]:
    """Sort bands and join those that leave less than `apart` clear between them."""
    joined: list[Band] = []
    for left, right in sorted(bands):
        if joined and left - joined[-1][1] < apart:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined


def _column_of(bands: Sequence[Band], piece: Piece) -> int:
    """The column a cell stands in, or the nearest one for what stands beside all of them."""
    middle = (piece.left + piece.right) / 2
    nearest, least = 0, float("inf")
    for at, (left, right) in enumerate(bands):
        away = left - middle if middle < left else middle - right
        if away <= 0:
            return at
        if away < least:
            nearest, least = at, away
    return nearest
