"""The reading order of a PDF page whose lines do not stand in it: columns painted line by line, side headings, stamps.

A page is rearranged only on evidence: lines that hold words on both sides of a gutter, or that jump back and forth over
it, with running text on both sides. A table has a column of few words a line and stays as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter, sub
from statistics import median

from .columns import TERSE, WIDE
from .lines import LARGER

NEAR = 0.4  # letter sizes that the left edges of one column's lines may differ by
CLEAR = 0.45  # letter sizes that a gutter is wide at least, between two words of one line
STEP = 1.6  # letter sizes from line to line within a paragraph, at most
DETACHED = 2.4  # letter sizes that part a running head from the columns below it, at least
RUNNING = 5.0  # words a line of text beside side headings has at least
FEWEST = 2  # rows with words on both sides of a gutter
CERTAIN = 4  # such rows, of which a narrow gutter needs this many
OFTEN = 0.35  # share of them that must be painted across the gutter
UNEVEN = 3  # rows above a heading over both columns, one of which has words in both
FILLED = 0.85  # of a column's width, that half of its lines have at least
HANGING = 4.0  # letter sizes that the marks and numbers of items stand out to the left of their text, at most
SHIFTED = 0.8  # letter sizes that a line of one column may stand lower than that of the other
ORPHANS = 2  # rows at the top or bottom of columns that may be a running head


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word by its place in the page's text and its edges along the line, in points."""

    start: int
    end: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words of one line without a wide gap between them; `line` and `number` tell where PDFium had them."""

    words: tuple[PlacedWord, ...]
    left: float
    right: float
    line: int
    number: int
    base: float
    size: float
    length: float  # in words; a Chinese or Japanese text counts three characters as one
    lettered: bool = True
    marks: int = 0  # words at its beginning that are the number or mark of what follows
    gridded: bool = False
    bold: bool = False
    side: bool = False


@dataclass(frozen=True, slots=True)
class Stripe:
    """A part of a page from top to bottom: the fragments left and right of a gutter, or all of them in `whole`."""

    left: tuple[Fragment, ...] = ()
    right: tuple[Fragment, ...] = ()
    whole: tuple[Fragment, ...] = ()


def arranged_page(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments of a page, given as PDFium has them, in the order in which they are read.

    What stands apart at the head or foot of the page and was painted first, or last, stays so: it is in no column.
    """
    rows = _rows(fragments)
    heads: set[int] = set()
    if len(rows) > 2:
        ends = [(rows[0], _apart(rows, 1)), (rows[-1], _apart(rows, len(rows) - 1))]
        heads = {one.number for row, apart in ends if apart for one in row}
    first, end = 0, len(fragments)
    while first < end and fragments[first].number in heads:
        first += 1
    while end > first and fragments[end - 1].number in heads:
        end -= 1
    return [*fragments[:first], *arranged(fragments[first:end]), *fragments[end:]]


def arranged(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Fragments of a page or a part of it, in the order in which they are read."""
    if len(fragments) < 2:
        return list(fragments)
    edges = _edges(fragments)
    for edge in edges:
        bands = _bands(fragments, edge)
        if any(band.left for band in bands):
            hanging = [_bands(fragments, other) for other in edges if 0 < edge - other < HANGING * fragments[0].size]
            bands = max((bands, *hanging), key=lambda each: sum(len(band.left) + len(band.right) for band in each))
            return [fragment for band in bands for fragment in _in_band(band)]
    return _downward(fragments)


def _in_band(band: Stripe) -> list[Fragment]:
    if not band.left:
        return arranged(band.whole) if band.whole else []
    if _is_beside(band):
        return _beside(band)
    cuts = _common_rows(band)[1:] or _headings_over(band)
    if not cuts:
        return [*arranged(band.left), *arranged(band.right)]
    found: list[Fragment] = []
    for top, foot in pairwise([float("inf"), *cuts, float("-inf")]):
        for side in (band.left, band.right):
            found += arranged([one for one in side if foot < one.base <= top])
    return found


def _edges(fragments: Sequence[Fragment]) -> list[float]:
    """Where columns may begin, the likeliest first: left edges that words after a wide gap, or lines, share."""
    size = median([one.size for one in fragments])
    leftmost = min(one.left for one in fragments)
    found: list[tuple[int, float]] = []
    lefts = sorted(one.left for one in fragments if one.left > leftmost + 2 * size)
    at = 0
    while at < len(lefts):
        end = at
        while end < len(lefts) and lefts[end] - lefts[at] <= NEAR * size:
            end += 1
        if end - at > 1:
            found.append((end - at, lefts[at]))
        at = end
    return [edge for _, edge in sorted(found, key=lambda entry: (-entry[0], entry[1]))[:8]]


def _bands(fragments: Sequence[Fragment], edge: float) -> list[Stripe]:
    """The page from top to bottom, parted where something reaches over the gutter left of `edge`."""
    rows = _rows([part for one in fragments for part in _parted(one, edge)])
    listed = _table_rows(rows, edge)
    bands: list[Stripe] = []
    whole: list[Fragment] = []
    open_rows: list[list[Fragment]] = []
    for number, row in enumerate([*rows, []]):
        clear = row and number not in listed and not any(_crosses(one, edge) for one in row)
        if clear:
            open_rows.append(row)
            continue
        above, inner, below = _trimmed(open_rows, edge)
        band = _columns(inner, edge, rows)
        if band is None and (above or below):
            above, inner, below = [], open_rows, []
            band = _columns(inner, edge, rows)
        if band:
            whole += [one for above_row in above for one in above_row]
            bands += [Stripe(whole=_as_given(whole)), band]
            whole = [one for below_row in below for one in below_row]
        else:
            whole += [one for open_row in open_rows for one in open_row]
        open_rows = []
        whole += row
    return [*bands, Stripe(whole=_as_given(whole))]


def _as_given(fragments: Iterable[Fragment]) -> tuple[Fragment, ...]:
    return tuple(sorted(fragments, key=lambda one: (one.number, one.left)))


def _parted(one: Fragment, edge: float) -> list[Fragment]:
    """A fragment that runs over the gutter, in two parts if a word begins at the edge behind a clear gap."""
    if not _crosses(one, edge):
        return [one]
    gaps = [after.left - before.right for before, after in pairwise(one.words)]
    for at, gap in enumerate(gaps[one.marks :], one.marks + 1):
        if abs(one.words[at].left - edge) <= NEAR * one.size and gap >= max(CLEAR * one.size, 1.3 * median(gaps)):
            share = at / len(one.words)
            return [
                replace(one, words=one.words[:at], right=one.words[at - 1].right, length=one.length * share),
                replace(one, words=one.words[at:], left=one.words[at].left, length=one.length * (1 - share)),
            ]
    return [one]


def _is_left(one: Fragment, edge: float) -> bool:
    return one.left < edge - NEAR * one.size


def _crosses(one: Fragment, edge: float) -> bool:
    return _is_left(one, edge) and one.right > edge - CLEAR * one.size / 2


def _rows(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Fragments that share a base line, from the top down, each row from left to right."""
    rows: list[list[Fragment]] = []
    for one in sorted(fragments, key=lambda each: -each.base):
        if rows and rows[-1][0].base - one.base < 0.35 * one.size:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _table_rows(rows: Sequence[Sequence[Fragment]], edge: float) -> set[int]:
    """The rows of a table over the gutter: one known as a table, or two and more neighbours of few words a cell."""
    found: set[int] = set()
    terse: list[int] = []
    beside = _beside_text(rows, edge) if any(one.gridded for row in rows for one in row) else ()
    for number, row in enumerate(rows):
        over = [one for one in row if one.line == row[0].line]
        spans = over[0].left < edge <= over[-1].left + NEAR * over[-1].size
        if spans and number not in beside and all(one.gridded for one in over):
            found.add(number)
        if spans and len(over) > 1 and len(over) == len(row) and all(one.length <= TERSE for one in over):
            terse.append(number)
    found.update(one for one in terse if one - 1 in terse or one + 1 in terse)
    return found


def _beside_text(rows: Sequence[Sequence[Fragment]], edge: float) -> set[int]:
    """The rows that are a table in one column only: the text above or below goes on in the other one."""
    found: set[int] = set()
    texts = [len(row) > 1 and all(one.length > TERSE and not one.gridded for one in row) for row in rows]
    for left in (True, False):
        chains: list[dict[int, Fragment]] = [{}]
        last: Fragment | None = None
        for number, row in enumerate(rows):
            ours = [one for one in row if _is_left(one, edge) == left]
            if ours and not (len(ours) == 1 and last and _goes_below(last, ours[0])):
                chains.append({})
            if ours:
                last = ours[0] if len(ours) == 1 else None
            if ours and last:
                chains[-1][number] = last
        for chain in chains:
            table = {number: one.right - one.left for number, one in chain.items() if one.gridded}
            text = [one.right - one.left for number, one in chain.items() if texts[number]]
            if table and len(text) >= FEWEST and median(table.values()) > FILLED * median(text):
                found.update(table)
    return found


def _goes_below(last: Fragment, one: Fragment) -> bool:
    return abs(one.left - last.left) < HANGING * last.size and last.base - one.base < DETACHED * last.size


Lined = list[list[Fragment]]


def _trimmed(rows: Lined, edge: float) -> tuple[Lined, Lined, Lined]:
    """Rows parted into those of a running head, those of the columns, and those of a running foot."""
    first, end = 0, len(rows)
    for at in range(1, min(ORPHANS, len(rows) - 1) + 1):
        if _is_head(rows[:at], edge) and _apart(rows, at):
            first = at
    for at in range(1, min(ORPHANS, len(rows) - 1 - first) + 1):
        if _is_head(rows[-at:], edge) and _apart(rows, len(rows) - at):
            end = len(rows) - at
    return rows[:first], rows[first:end], rows[end:]


def _is_head(rows: Lined, edge: float) -> bool:
    """Whether rows set apart may run from page to page: a single one, or without running text on both sides."""
    return len(rows) == 1 or len({one.left < edge for row in rows for one in row if one.length > TERSE}) < 2


def _apart(rows: Lined, at: int) -> bool:
    return rows[at - 1][0].base - rows[at][0].base > DETACHED * max(rows[at][0].size, rows[at - 1][0].size)


def _columns(rows: Lined, edge: float, page: Lined) -> Stripe | None:
    """The rows as two columns, if that is what they are."""
    left = [one for row in rows for one in row if _is_left(one, edge)]
    right = [one for row in rows for one in row if not _is_left(one, edge)]
    near = _pairs(rows, edge)
    given = sorted((one for one in (*left, *right) if one.lettered), key=attrgetter("number"))
    turns = [at for at, (one, two) in enumerate(pairwise(given), 1) if _is_left(one, edge) != _is_left(two, edge)]
    rises = sum(given[at].base > given[at - 1].base + given[at].size for at in turns)
    back = sum(one.line == other.line for one, other in near) + min(len(turns) // 2, len(near))
    if len(near) < FEWEST or back < max(FEWEST, OFTEN * len(near)):
        return None
    if len(near) < CERTAIN and median([other.left - one.right for one, other in near]) < WIDE * near[0][0].size:
        return None
    by_cell = 4 * rises > len(turns) and median(map(sub, [*turns, len(given)], [0, *turns])) > 1.5
    text = [pair for pair in near if not all(one.gridded for one in pair)]
    if not by_cell and all(map(_runs_on, zip(*(text if len(text) >= FEWEST else near), strict=True))):
        return Stripe(_as_given(left), _as_given(right))
    band = Stripe(tuple(left), tuple(right))
    return band if _is_beside(band) and not _goes_on(page, min(one.left for one in left), left) else None


def _pairs(rows: Lined, edge: float) -> list[tuple[Fragment, Fragment]]:
    """The words at both sides of a gutter, line by line; one column's lines may stand lower than the other's."""
    found: list[tuple[Fragment, Fragment]] = []
    alone: Fragment | None = None  # words of the row before, which has none in the other column
    for row in rows:
        ours = [one for one in row if _is_left(one, edge)]
        first, last = row[len(ours) :][:1], ours[-1:]
        if alone and len(first) + len(last) == 1 and alone.base - row[0].base < SHIFTED * row[0].size:
            first, last = (first, [alone]) if _is_left(alone, edge) else ([alone], last)
        alone = None if first and last else row[0]
        found += [pair for pair in zip(last, first, strict=False) if pair[0].lettered]
    return found


def _goes_on(page: Lined, start: float, headings: Sequence[Fragment]) -> bool:
    """Whether a table known as one has its first column where the headings stand, which then are its further rows."""
    numbers = {one.number for one in headings}
    return any(
        row[0].gridded and row[0].number not in numbers and abs(row[0].left - start) < NEAR * row[0].size
        for row in page
    )


def _runs_on(lines: Sequence[Fragment]) -> bool:
    """Whether lines of one column hold running text; where they are few, all but the last of a paragraph do."""
    lengths = [one.length for one in lines]
    return (median(lengths) if len(lengths) >= CERTAIN else min(lengths[:2])) > TERSE


def _is_beside(band: Stripe) -> bool:
    """Whether the left side are headings that stand beside the paragraphs they name."""
    left, right = _rows(band.left), _rows(band.right)
    if not all(one.lettered for one in band.left) or any(len(row) > 1 for row in (*left, *right)):
        return False
    if len(right) < 1.5 * len(left) or median([row[0].length for row in right]) < RUNNING:
        return False
    if max(row[0].length for row in left) > 2 * TERSE or median([row[0].length for row in left]) > TERSE:
        return False
    runs = _runs(left)
    tops = [row[0].base for row in right]
    fits = [any(abs(run[0][0].base - top) < 0.35 * run[0][0].size for top in tops) for run in runs]
    return len(runs) > 1 and all(fits) and not any(one.gridded and len(right) < 2 * len(left) for one in band.left)


def _runs(rows: Lined) -> list[Lined]:
    """Rows that follow each other as the lines of one paragraph do."""
    runs: list[Lined] = []
    for row in rows:
        if runs and runs[-1][-1][0].base - row[0].base <= STEP * row[0].size:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _beside(band: Stripe) -> list[Fragment]:
    runs = _runs(_rows(band.left))
    right = [row[0] for row in _rows(band.right)]
    tops = [run[0][0].base + run[0][0].size / 2 for run in runs]
    found = [one for one in right if one.base > tops[0]]
    for run, (top, foot) in zip(runs, pairwise([*tops, float("-inf")]), strict=True):
        found += [replace(row[0], side=True) for row in run]
        found += [one for one in right if foot < one.base <= top]
    return found


def _common_rows(band: Stripe) -> list[float]:
    """The tops of the rows of a table of text: where paragraphs begin on both sides, three at least and nearly all."""
    left, right = ([run[0][0].base for run in _runs(_rows(side))] for side in (band.left, band.right))
    size = band.left[0].size
    common = [top + size / 2 for top in left if any(abs(top - other) < 0.35 * size for other in right)]
    return common if len(common) > 2 and len(common) >= 0.8 * max(len(left), len(right)) else []


def _headings_over(band: Stripe) -> list[float]:
    """The tops of headings that stand over both columns without reaching over the gutter.

    Such a heading is set larger or bolder than the text, stands alone at the left with space above it, was painted
    after all that is higher and before all that is lower, and below it both columns begin at the same height.
    """
    rows = _rows((*band.left, *band.right))
    start, edge = (min(one.left for one in side) for side in (band.left, band.right))
    both = [row[0].left < edge <= row[-1].left for row in rows]
    found: list[float] = []
    for end, row in enumerate(rows):
        at = end
        while at and len(rows[at - 1]) == 1 and _stands_out(rows[at - 1][0], row):
            at -= 1
        if not (0 < at < end and both[end] and any(both[max(0, at - UNEVEN) : at])):
            continue
        above, own, below = ([one for line in part for one in line] for part in (rows[:at], rows[at:end], rows[end:]))
        apart = rows[at - 1][0].base - own[0].base > STEP * row[0].size and _stands_out(own[0], rows[at - 1])
        if not apart or not all(one.lettered and abs(one.left - start) < NEAR * one.size for one in own):
            continue
        if max(map(attrgetter("number"), above)) < own[0].number and own[-1].number < min(
            map(attrgetter("number"), below)
        ):
            found.append(own[0].base + own[0].size / 2)
    return found


def _stands_out(heading: Fragment, text: Sequence[Fragment]) -> bool:
    """Whether a line is set larger or bolder than the words of a row."""
    return all(heading.size >= (1 if heading.bold > one.bold else LARGER) * one.size for one in text)


def _downward(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments as given, or from the top down where most lines were painted upward."""
    rises = sum(two.base > one.base + one.size / 2 for one, two in pairwise(fragments))
    falls = sum(two.base < one.base - one.size / 2 for one, two in pairwise(fragments))
    if rises <= falls:
        return list(fragments)
    return [one for row in _rows(fragments) for one in row]
