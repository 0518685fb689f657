"""Tables as rows of cell texts: merged cells filled in, header rows recognised."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

FIGURE = re.compile(r"\d")
SHORT = 60  # characters; a header cell names a column, it does not tell a story
YEAR = re.compile(r"(?:19|20)\d\d")
LABEL = re.compile(r"(?:19|20)\d\d|[QH][1-4](?: (?:19|20)\d\d)?|\D*")  # what may name a column below another name
WIDEST = 1000  # columns and rows that one merged cell may claim


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the file has it: it may span columns and rows, or `above` only continue the cell above it."""

    text: str
    across: int = 1
    down: int = 1
    above: bool = False


def expand(rows: Iterable[Iterable[Cell]]) -> list[list[str]]:
    """Give every row its full set of cells: a merged cell stands in each column and row it covers.

    So the columns stay aligned with their header. A row that is one single cell stays one text.
    """
    filled: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}  # column -> text and the number of rows it still covers
    for row in rows:
        texts: list[str] = []
        own = 0
        for cell in row:
            _hang(texts, hanging)
            text = _above(filled, len(texts)) if cell.above else cell.text
            across = min(max(cell.across, 1), WIDEST)
            for column in range(len(texts), len(texts) + across):
                if 1 < cell.down <= WIDEST:
                    hanging[column] = (text, cell.down - 1)
            texts.extend([text] * across)
            own += 1
        _hang(texts, hanging)
        filled.append([texts[0]] if own == 1 and len(set(texts)) == 1 else texts)
    return filled


def _hang(texts: list[str], hanging: dict[int, tuple[str, int]]) -> None:
    while len(texts) in hanging:
        text, left = hanging.pop(len(texts))
        if left > 1:
            hanging[len(texts)] = (text, left - 1)
        texts.append(text)


def _above(filled: Sequence[Sequence[str]], column: int) -> str:
    return filled[-1][column] if filled and column < len(filled[-1]) else ""


def has_header(rows: Sequence[Sequence[str]], *, marked: bool) -> bool:
    """Whether the first row names the columns: marked so, or short words or years above rows with figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    if marked:
        return True
    first = [cell.strip() for cell in rows[0]]
    years = _years(rows)
    wordy = all(len(cell) <= SHORT and (at in years or not FIGURE.search(cell)) for at, cell in enumerate(first))
    return wordy and sum(map(bool, first)) > 1 and any(FIGURE.search(cell) for row in rows[1:] for cell in row)


def title_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top are one text across the table: its title, which names no column."""
    count = next((at for at, row in enumerate(rows) if len(row) > 1), len(rows))
    return count if count < len(rows) else 0


def with_header(
    rows: Sequence[Sequence[str]], *, marked: bool, headers: int | None = None
) -> tuple[list[Sequence[str]], bool]:
    """The rows with their header rows joined into one ("Power in MW › 2030"), and whether the first is a header.

    `headers` is how many rows the file calls header rows, `None` where it does not say or only, with `marked`, that
    the first is one. Then a second header row is told by merged names in the first, with names below them.
    """
    if headers is None:
        headers = 1 + _is_second_header(rows) if has_header(rows, marked=marked) else 0
    if not 0 < headers < len(rows) or max(map(len, rows)) < 2:
        return list(rows), False
    return [_joined(rows[:headers]), *rows[headers:]], True


def _is_second_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the second row names the columns below names of the first that go over several."""
    if len(rows) < 3 or len(rows[0]) != len(rows[1]):
        return False
    first, second = ([cell.strip() for cell in row] for row in rows[:2])
    merged = {at + step for at, (one, two) in enumerate(pairwise(first)) if one and one == two for step in (0, 1)}
    if not merged or any(not second[at] or second[at] == first[at] for at in merged):
        return False
    names = all(len(cell) <= SHORT and (LABEL.fullmatch(cell) or cell == first[at]) for at, cell in enumerate(second))
    single = all(not cell or cell == first[at] or not first[at] for at, cell in enumerate(second) if at not in merged)
    return names and single and any(FIGURE.search(cell) for row in rows[2:] for cell in row)


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    width = max(map(len, rows))
    columns = ([" ".join(row[at].split()) for row in rows if at < len(row)] for at in range(width))
    return [" › ".join(name for name in dict.fromkeys(column) if name) for column in columns]


def _years(rows: Sequence[Sequence[str]]) -> set[int]:
    """The columns named by a year: two at least, and no further year below any."""
    named = {at for at, cell in enumerate(rows[0]) if YEAR.fullmatch(cell.strip())}
    below = {at for row in rows[1:] for at, cell in enumerate(row) if YEAR.fullmatch(cell.strip())}
    return named if len(named) > 1 and len(named) < len(rows[0]) and named.isdisjoint(below) else set()
