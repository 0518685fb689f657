"""Puts recognised lines in reading order: columns one after the other, the cells of a row side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ..layout.columns import parted
from ..layout.lines import LineShape
from .engine import RecognisedLine

ALIKE = 0.25  # share that the letter sizes of running text seem to differ by
LETTERS = 0.7  # of the height of a line's box: ascenders, descenders and some room
BASE = 0.24  # of the height of a line's box stands below its letters
GUTTER = 0.9  # heights of a line that stay clear between columns, at least
FEWEST = 4  # lines of a column beside another
WORDED = 18  # signs in the middle line of a column of running text
MANY = 6  # lines of running text that may have a drawing beside it
LEVEL = 0.4  # heights of a line that twice the distance between two lines of a row stays below
SAME = 0.5  # share of the lower of two lines that stands beside the other, in one row


@dataclass(frozen=True, slots=True)
class Scale:
    """How points of a picture become points of its page, which are counted from below."""

    factor: float
    height: int


def arranged(lines: Sequence[RecognisedLine], scale: Scale) -> tuple[list[str], list[LineShape]]:
    """Return the lines of a page in reading order, and how each is set."""
    if not lines:
        return [""], [LineShape()]
    usual = median(line.box.height for line in lines)
    texts, shapes = [], []
    for row in _ordered(sorted(lines, key=lambda line: line.box.top), usual):
        texts.append(" ".join(line.text for line in row))
        shapes.append(_shape(row, usual, scale))
    return texts, shapes


def _shape(row: Sequence[RecognisedLine], usual: float, scale: Scale) -> LineShape:
    first = row[0].box
    height = max((line.box for line in row), key=lambda box: box.width).height  # short lines tell little of theirs
    height = usual if abs(height - usual) <= ALIKE * usual else height
    size = round(2 * height * LETTERS * scale.factor) / 2
    base = (scale.height - first.bottom + BASE * first.height) * scale.factor
    words = [word for line in row for word in line.words]
    lefts, rights = [word.left * scale.factor for word in words], [word.right * scale.factor for word in words]
    pieces = tuple(parted([word.text for word in words], lefts, rights, size))
    return LineShape(size, False, first.left * scale.factor, base, base, pieces)


def _ordered(lines: Sequence[RecognisedLine], usual: float) -> list[list[RecognisedLine]]:
    """The rows of lines sorted from the top; where two columns run side by side, those of the left one come first."""
    found = _columns(lines, usual)
    if found is None:
        return _rows(lines)
    first, last, edge = found
    beside = lines[first:last]
    left = [line for line in beside if line.box.right <= edge]
    right = [line for line in beside if line.box.right > edge]
    parts = (lines[:first], left, right, lines[last:])
    return [row for part in parts if part for row in _ordered(part, usual)]


def _columns(lines: Sequence[RecognisedLine], usual: float) -> tuple[int, int, float] | None:
    """The longest run of lines that a clear gutter parts into two columns of running text, and where the gutter is."""
    best: tuple[int, int, float] | None = None
    edges = sorted({round(line.box.right) for line in lines})
    for edge in edges:
        clear = edge + GUTTER * usual
        first = 0
        for at in range(len(lines) + 1):
            if at < len(lines) and (lines[at].box.right <= edge + 1 or lines[at].box.left >= clear):
                continue
            run = lines[first:at]
            longer = best is None or at - first > best[1] - best[0]
            if longer and _run_on(run, edge + 1):
                best = (first, at, edge + 1)
            first = at + 1
    return best


def _run_on(run: Sequence[RecognisedLine], edge: float) -> bool:
    """Whether running text stands on both sides of a gutter, or on one beside lines that keep to no row of it."""
    left = [line for line in run if line.box.right <= edge]
    right = [line for line in run if line.box.right > edge]
    if min(len(left), len(right)) < FEWEST:
        return False
    terse = [side for side in (left, right) if median(len(line.text) for line in side) < WORDED]
    if len(terse) == 2 or (terse and (len(run) - len(terse[0]) < MANY or _keeps_rows(left, right))):
        return False
    top = max(left[0].box.top, right[0].box.top)
    return top < min(left[-1].box.bottom, right[-1].box.bottom)


def _keeps_rows(left: Sequence[RecognisedLine], right: Sequence[RecognisedLine]) -> bool:
    """Whether most lines of the shorter side stand level with one of the other, as the cells of a table do."""
    few, many = sorted((left, right), key=len)
    level = sum(
        any(abs(one.box.top + one.box.bottom - two.box.top - two.box.bottom) < LEVEL * two.box.height for two in many)
        for one in few
    )
    return level > 0.75 * len(few)


def _rows(lines: Sequence[RecognisedLine]) -> list[list[RecognisedLine]]:
    rows: list[list[RecognisedLine]] = []
    for line in lines:
        for row in reversed(rows[-3:]):
            if all(_beside(line, other) for other in row):
                row.append(line)
                break
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.left) for row in rows]


def _beside(one: RecognisedLine, two: RecognisedLine) -> bool:
    first, second = one.box, two.box
    shared = min(first.bottom, second.bottom) - max(first.top, second.top)
    apart = min(first.right, second.right) - max(first.left, second.left) < SAME * min(first.height, second.height)
    return apart and shared > SAME * min(first.height, second.height)
