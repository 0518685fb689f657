"""Reads a Word file: by the record it carries, and by the quotes in the comments that a check has put into a draft."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ....core.errors import ReadFailure
from ...check.word.word_comments import WordFile
from ..held import Held
from ..item import Cited, Item, NotOurs
from ..published_file import read_published

_NO_VERSIONS = "comments do not say which version of a report was quoted, nor at which characters a quote stands"
_OPEN, _CLOSE = "“", "” ("


def read_word(path: Path, places: Held) -> Iterator[Item]:
    """Yield the item of what a Word file carries, and that of the quotes in comments; raises NotOurs without both."""
    quotes = _quotes(path, places)
    try:
        found = list(read_published(path))
    except NotOurs:
        if not quotes:
            raise
        found = []
    yield from found
    if quotes:
        yield Item("", "evidence", cited=tuple(quotes), unproven=(_NO_VERSIONS,))


def _quotes(path: Path, places: Held) -> list[Cited]:
    try:
        remarks = WordFile(path).remarks()
    except ReadFailure:
        return []  # whoever reads what it carries says why
    files = places.files()
    found = (
        _quote(line, f"comment {number}", files) for number, lines in enumerate(remarks, 1) for line in lines
    )  # fmt: skip
    return [one for one in found if one is not None]


def _quote(line: str, where: str, files: Sequence[str]) -> Cited | None:
    """Return the quote of a line of a comment, `None` for one of our own words; see `quote_line`."""
    if not (line.startswith(_OPEN) and line.endswith(")") and _CLOSE in line):
        return None
    quote, _, whose = line[len(_OPEN) : -1].rpartition(_CLOSE)
    file = next((one for one in files if f"{one}, " in whose), "")
    label = whose.rpartition(f"{file}, ")[2] if file else ""
    return Cited(where, 0, file or whose, label, quote)
