"""What is other in a sheet than it was written: by the heads of its columns, wherever people moved and sorted them."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ....core.cells import shown as in_cell
from ....core.text import one_line
from ..wording_check import changed, shown

_SheetRow = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet as it was written: its name, "" for a file that has no others, its rows, the first of them the header.

    Columns that are `peoples` are theirs to fill in; rows of such a sheet may be deleted, repeated and left half empty.
    """

    name: str
    rows: Sequence[Sequence[str]]
    peoples: Collection[str] = ()


def changes_in(written: WrittenSheet, there: Sequence[tuple[int, Sequence[str]]]) -> Iterator[str]:
    """Yield what is other in the rows that are `there`, each with its number: changed, added or missing.

    Rows may stand in another order, and columns too; columns that people added are theirs.
    """
    of = f"sheet {written.name!r}, " if written.name else ""
    filled = [(number, [one_line(cell) for cell in cells]) for number, cells in there if any(cells)]
    if not filled:
        yield f"{of}nothing is left of it"
        return
    heads = [head for head in written.rows[0] if head not in written.peoples]
    at = {head: place for place, head in reversed(list(enumerate(filled[0][1])))}
    for head in heads:
        if _cell(head) not in at:
            yield f"{of}its column {head!r} is missing, or called otherwise"
    heads = [head for head in heads if _cell(head) in at]
    places = {head: place for place, head in enumerate(written.rows[0])}
    was = [
        tuple(_cell(row[places[head]]) if places[head] < len(row) else "" for head in heads) for row in written.rows[1:]
    ]
    now = [
        (number, tuple(cells[at[_cell(head)]] if at[_cell(head)] < len(cells) else "" for head in heads))
        for number, cells in filled[1:]
    ]
    for place, told in _apart(heads, [row for row in was if any(row)], now, is_peoples=bool(written.peoples)):
        yield f"{of}{place}{told}"


def _apart(
    heads: Sequence[str], was: Sequence[_SheetRow], now: Sequence[tuple[int, _SheetRow]], *, is_peoples: bool
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Yield where rows differ and how: each row that is no longer as it was beside the one that is most like it."""
    left = Counter(was)
    others: list[tuple[int, _SheetRow]] = []
    for number, row in now:
        if not any(row) or (is_peoples and any(_fits(row, one) for one in was)):
            continue
        if left[row] > 0:
            left[row] -= 1
        else:
            others.append((number, row))
    gone = list(was) if is_peoples else list(left.elements())
    for number, row in others:
        like = max(gone, key=lambda one: _alike(one, row), default=None)
        if like is None or not _alike(like, row):
            yield f"row {number}: ", f"added since it was published: {shown(' '.join(filter(None, row)))}"
            continue
        if not is_peoples:
            gone.remove(like)
        for head, before, after in zip(heads, like, row, strict=True):
            if before != after and (after or not is_peoples):
                yield f"row {number}, {head}: ", changed(after, before)
    if not is_peoples:
        yield from (("", f"missing since it was published: {shown(' '.join(filter(None, row)))}") for row in gone)


def _fits(row: _SheetRow, was: _SheetRow) -> bool:
    """Tell whether a row that somebody may have left half empty says nothing else than one that was written."""
    return all(mine in ("", theirs) for mine, theirs in zip(row, was, strict=True))


def _alike(one: _SheetRow, other: _SheetRow) -> int:
    """Return how many cells two rows share, none where these are fewer than half of what either holds."""
    same = sum(bool(mine) and mine == theirs for mine, theirs in zip(one, other, strict=True))
    return same if 2 * same >= max(sum(map(bool, one)), sum(map(bool, other))) else 0


def _cell(text: str) -> str:
    return one_line(in_cell(text))
