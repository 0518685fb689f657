"""The one writer of cells for spreadsheet programs: what a cell says is read as text, never carried out."""

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

LONGEST_CELL = 32_767  # characters, by the format of .xlsx; programs that open CSV cut or spill what is longer
# What may stand before a formula without hiding it: white space, quotes, and marks that nobody sees.
_FILL = "[\\s'\"`´‘’‚‛“”„‟«»\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"
# The wide and small forms are typed on Japanese keyboards, and taken for the plain ones.
_STARTS = "[=＝﹦+＋﹢@＠﹫−\\-－﹣]"
_AT_FRONT = re.compile(rf"^(?={_FILL}{_STARTS})")
# Where semicolons part columns, as in much of Europe, a cell of ours may be cut at its own semicolons and line ends.
# A bullet of a list is left as it is.
_INSIDE = re.compile(rf"(?<=[;\n])(?!{_FILL}[-−] )(?={_FILL}{_STARTS})")
_NUMBER = re.compile(r"-\d{1,15}(\.\d{1,15})?")
_KEPT = ("\u200c", "\u200d")  # they spell words in some scripts
# In a sheet of CSV an apostrophe would show. This blank does not, begins no formula, and is trimmed by no program.
GUARD = "\u00a0"
_GUARDS = f"[{GUARD}']"  # earlier sheets, and people, have the apostrophe
_FRONT_GUARD = re.compile(rf"^{_GUARDS}(?={_FILL}{_STARTS})")
_INSIDE_GUARD = re.compile(rf"(?<=[;\n]){_GUARDS}(?!{_FILL}[-−] )(?={_FILL}{_STARTS})")
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows UTF-8
_HIGHEST_HEADER = 20  # lines or rows of a sheet in which its header is looked for
_Row = tuple[int, Sequence[Any]]
_SEPARATORS = ",;\t"  # of columns: which one a spreadsheet program writes depends on the country


class TextStream(Protocol):
    """What CSV is written to."""

    def write(self, text: str, /) -> object:
        """Take a line."""


def shown(text: str) -> str:
    """Return what a sheet can hold of a text: no control, bidirectional or invisible characters, no more than fits."""
    kept = "".join(
        character
        for character in text.replace("\t", " ")
        if character in ("\n", *_KEPT) or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn")
    )
    return kept if len(kept) <= LONGEST_CELL else kept[: LONGEST_CELL - 1] + "…"


def begins_formula(text: str) -> bool:
    """Tell whether a spreadsheet program might take a text for a formula; a plain negative number is none."""
    return _AT_FRONT.match(text) is not None and not _NUMBER.fullmatch(text)


def guarded(text: str) -> str:
    """Return what stands in a CSV cell for a text: an unbroken blank wherever a formula could begin in it."""
    text = shown(text)
    if _NUMBER.fullmatch(text):
        return text
    made = _INSIDE.sub(GUARD, _AT_FRONT.sub(GUARD, text))
    if len(made) <= LONGEST_CELL:
        return made
    return made[: LONGEST_CELL - 1].rstrip(GUARD) + "…"


def unguarded(cell: str) -> str:
    """Return the text that `guarded` made a cell of."""
    return _INSIDE_GUARD.sub("", _FRONT_GUARD.sub("", cell))


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a sheet of CSV is written: what parts its columns, and whether it begins with a byte order mark."""

    separator: str = ","
    is_marked: bool = False


_PLAIN = CsvForm()


def opening(stream: Iterable[str]) -> str:
    """Return the lines of CSV in which its header is looked for: titles may stand above it."""
    return "".join(itertools.islice(stream, _HIGHEST_HEADER))


def separator_of(opening: str, column: str) -> str:
    """Return what parts the columns of a sheet: that by which one of its first lines has a column of this name."""
    for line in opening.splitlines():
        for mark in _SEPARATORS:
            if column in (cell.strip('"\ufeff ').casefold() for cell in line.split(mark)):
                return mark
    return ","


def from_header(rows: Iterable[_Row], column: str) -> Iterator[_Row]:
    """Return the numbered rows of a sheet from that on which has a column of this name, below titles.

    Titles fill fewer cells than the header below them. Where no such row follows, all rows are returned.
    """
    every = iter(rows)
    above: list[_Row] = []
    for row in itertools.islice(every, _HIGHEST_HEADER):
        names = {str(cell).strip().casefold() for cell in row[1] if cell is not None}
        if column in names and all(_filled(one) < max(2, _filled(row)) for one in above):
            return itertools.chain([row], every)
        above.append(row)
    return itertools.chain(above, every)


def _filled(row: _Row) -> int:
    return sum(cell is not None and bool(str(cell).strip()) for cell in row[1])


def write_csv(stream: TextStream, rows: Iterable[Sequence[Any]], form: CsvForm = _PLAIN) -> None:
    """Write rows as CSV; texts are guarded, numbers stay numbers, `None` is an empty cell."""
    if form.is_marked:
        stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, lineterminator="\n", delimiter=form.separator)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
