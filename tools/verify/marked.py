"""Takes Markdown with [n] marks apart: which words rest on which numbers, and which on none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = re.compile(r"(?:\s*(?<!\\)\[\d+\])+")
_NUMBER = re.compile(r"\d+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BULLET = re.compile(r"^[-*+]\s+")
_LOUD = re.compile(r"^\*\*(.*)\*\*$")
_CELL = re.compile(r"(?<!\\)\|")
_WORD = re.compile(r"[^\W_]")
_BY_CODE = re.compile(  # how sentences begin that code writes: about the library, not about what a report says
    r"At least \d+ of |Found in at least \d+ of |\d+ of \d+ |None of the \d+ |The one report |The library holds "
    r"|Nothing found|Not found in the |The reports in scope do not say|Nothing beyond what is quoted above"
    r"|Every region in the collection takes|Silent on this topic, as far as|No clear position was found:"
    r"|Not assessed, for want of"
)


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """Words and the numbers behind them; `is_loud` in a paragraph that is strong throughout, as inferences are."""

    text: str
    numbers: tuple[int, ...]
    line: str
    is_loud: bool = False
    in_table: bool = False

    @property
    def is_by_code(self) -> bool:
        """Whether this is a sentence of our own about the library: a count, a silence, what is held."""
        return _BY_CODE.match(self.line) is not None


def statements(text: str) -> Iterator[MarkedSentence]:
    """Yield the statements of a text, with escapes taken off; headings and table rules are none."""
    for line in text.splitlines():
        row = line.strip()
        if not _WORD.search(row) or row.startswith("#"):
            continue
        if row.startswith("|"):
            for cell in _CELL.split(row):
                yield from _of_line(cell.strip(), is_loud=False, in_table=True)
            continue
        row = _BULLET.sub("", row)
        loud = _LOUD.match(row)
        yield from _of_line(loud[1] if loud else row, is_loud=bool(loud), in_table=False)


def unescaped(text: str) -> str:
    """Return Markdown as the text it shows."""
    return _ESCAPED.sub(r"\1", text)


def _of_line(line: str, *, is_loud: bool, in_table: bool) -> Iterator[MarkedSentence]:
    begin, whole = 0, unescaped(line)
    for marks in _MARKS.finditer(line):
        numbers = tuple(map(int, _NUMBER.findall(marks.group())))
        said = unescaped(line[begin : marks.start()]).strip()
        yield MarkedSentence(said, numbers, whole, is_loud, in_table)
        begin = marks.end()
    rest = unescaped(line[begin:]).strip()
    if _WORD.search(rest):
        yield MarkedSentence(rest, (), whole, is_loud, in_table)
