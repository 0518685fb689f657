"""The one writer of cells for spreadsheet programs: what a cell says is read as text, never carried out."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
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
GUARD = "'"
_FRONT_GUARD = re.compile(rf"^{GUARD}(?={_FILL}{_STARTS})")
_INSIDE_GUARD = re.compile(rf"(?<=[;\n]){GUARD}(?!{_FILL}[-−] )(?={_FILL}{_STARTS})")


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
    """Return what stands in a CSV cell for a text: an apostrophe wherever a formula could begin in it."""
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


def write_csv(stream: TextStream, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV; texts are guarded, numbers stay numbers, `None` is an empty cell."""
    writer = csv.writer(stream, lineterminator="\n")
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
