"""Spreadsheets: one page a sheet and one block a row, below the header of its table; values as the sheet shows them.

Needs openpyxl, which comes with `coscribe[xlsx]`; `is_readable` tells whether it is there.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ....core.types import PageState, SegmentKind
from ..page import Block, FileText, Page
from ..properties import believable
from ..tables import FIGURE, has_header
from . import archive
from .numerals import shown

MOST_ROWS = 20_000  # rows of a sheet that hold something; those beyond are named, not read
LAST_ROW = 1_048_576  # of any sheet
LARGE = 50_000_000  # bytes of a sheet whose merged cells are not looked up
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*(?:/>|></(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
WIDEST = 5_000  # cells that one merged area may fill
COVERED = 200_000  # cells that all of a sheet's together may fill


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds something: its number in the sheet, its cells, and how many of them the file itself fills."""

    number: int
    cells: list[str]
    filled: int


def read(path: Path) -> FileText:
    """Read every sheet, hidden ones too; charts, pictures and comments are no part of the text.

    Formulas give the values that were stored with them. What a sheet holds beyond its first 20,000 filled rows, and
    formulas that were never computed, are pages of their own in state "no_text".
    """
    openpyxl: Any = import_module("openpyxl")
    pages: list[Page] = []
    with warnings.catch_warnings(), archive.opened(path) as file:
        warnings.simplefilter("ignore")  # about parts that are not read
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for number, name in enumerate(book.sheetnames, 1):
            pages.extend(_pages(book[name], number, " ".join(name.split())))
        core = book.properties
        when = core.modified or core.created
        properties = believable(
            title=core.title or "", author=core.creator or "", date=when.date().isoformat() if when else "",
            language=core.language or "",
        )  # fmt: skip
        book.close()
    return FileText(tuple(pages), properties)


def _pages(sheet: Any, number: int, name: str) -> Iterator[Page]:
    label = f"sheet ‘{name}’"
    hidden = " (hidden)" if sheet.sheet_state != "visible" else ""
    if not hasattr(sheet, "iter_rows"):  # a sheet that is one chart
        yield Page("sheet", number, f"{label}{hidden}", "", (), state="no_text")
        return
    part = _part(sheet)
    rows, left_out = _rows(sheet, _merged(part))
    lines = _Lines()
    for group in _groups(rows):
        lines.add(group)
    state: PageState = "read" if lines.blocks else "no_text"
    yield Page("sheet", number, f"{label}{hidden}", lines.text, tuple(lines.blocks), state=state)
    if left_out:
        yield Page("sheet", number, f"{label} from row {left_out} on (not read, too long)", "", (), state="no_text")
    if formulas := len(UNCOMPUTED.findall(part)):
        yield Page("sheet", number, f"{label}, formulas without a value ({formulas})", "", (), state="no_text")


def _part(sheet: Any) -> bytes:
    """The sheet's XML, for what openpyxl leaves out when it streams; empty for one that is too large to look at."""
    with sheet._get_source() as source:
        data = source.read(LARGE + 1)
    return data if len(data) <= LARGE else b""


Covered = dict[int, dict[int, tuple[int, int]]]


def _merged(part: bytes) -> Covered:
    """For each row and column that a merged area covers, the row and column of the cell that holds its text."""
    range_boundaries: Any = import_module("openpyxl.utils").range_boundaries
    covered: Covered = {}
    total = 0
    for found in MERGED.finditer(part):
        left, top, right, bottom = range_boundaries(found[1].decode())
        size = (right - left + 1) * (bottom - top + 1)
        total += size
        if size > WIDEST or total > COVERED:
            continue
        for row in range(top, bottom + 1):
            covered.setdefault(row, {}).update(dict.fromkeys(range(left, right + 1), (top, left)))
    return covered


def _rows(sheet: Any, merged: Covered) -> tuple[list[SheetRow], int]:
    """The rows that hold something, and the number of the first that was left out, or 0."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    texts: dict[tuple[int, int], str] = {}
    rows: list[SheetRow] = []
    for number, values in enumerate(sheet.iter_rows(max_row=LAST_ROW), 1):
        cells = [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in values]
        filled = len(cells) - cells.count("")
        if not filled:
            continue
        if len(rows) == MOST_ROWS:
            return rows, number
        areas = merged.get(number, {})
        cells += [""] * (max(areas, default=0) - len(cells))
        for column, origin in sorted(areas.items()):
            if origin == (number, column):
                texts[origin] = cells[column - 1]
            cells[column - 1] = cells[column - 1] or texts.get(origin, "")
        rows.append(SheetRow(number, cells, filled))
    return rows, 0


def _groups(rows: list[SheetRow]) -> Iterator[list[SheetRow]]:
    """Rows without an empty one between them."""
    begin = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at].number != rows[at - 1].number + 1:
            yield rows[begin:at]
            begin = at


class _Lines:
    """The text of one sheet as it grows."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []

    def add(self, group: list[SheetRow]) -> None:
        """Append the rows of one table, with the titles above it."""
        titles = next((at for at, row in enumerate(group) if row.filled > 1), len(group))
        for row in group[:titles]:
            self._append(next(filter(None, row.cells)), "text", None, row.number)
        body = group[titles:]
        if not body:
            return
        first = min(at for row in body for at, cell in enumerate(row.cells) if cell)
        width = max(len(row.cells) for row in body)
        cells = [(row.cells + [""] * (width - len(row.cells)))[first:] for row in body]
        header = len(self.blocks) if has_header(cells, marked=False) else None
        for number, (row, texts) in enumerate(zip(body, cells, strict=True)):
            filled = [at for at, text in enumerate(texts) if text]
            if row.filled == 1 and not FIGURE.search("".join(texts)):
                self._append(texts[filled[0]], "text", None, row.number)
                continue
            named = number > 0 and all(cells[0][at] for at in filled[1:])  # the first column often has no name
            text = " | ".join(texts[: filled[-1] + 1])
            self._append(text, "row", header if named else None, row.number)

    def _append(self, text: str, kind: SegmentKind, header: int | None, number: int) -> None:
        body = text.strip()
        start = len(self.text) + 1 if self.text else 0
        self.text += f"\n{body}" if self.text else body
        self.blocks.append(Block(start, start + len(body), kind, 0, header, number))
