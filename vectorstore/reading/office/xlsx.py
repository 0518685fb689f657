"""Spreadsheets: one page a sheet and one block a row, below the header of its table; values as the sheet shows them."""

import re
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from ....core.types import PageState, SegmentKind
from ..page import Block, FileText, Page
from ..properties import believable
from ..tables import has_header, with_header
from . import archive
from .drawings import extras, sheet_parts
from .sheet_cells import SheetRow, SheetRows, neighbours, rows_of
from .text.symbols import UNKNOWN

VALUE = re.compile(rf"[\d{UNKNOWN}]")
MOST_ROWS = 20_000  # rows of a sheet that hold something; those beyond are named, not read


def read(path: Path) -> FileText:
    """Read every sheet that is not hidden, with its text boxes, comments and what its charts alone show.

    Formulas give the values that were stored with them; "□" stands for one that was never computed. Such formulas, and
    what a sheet holds beyond its first 20,000 filled rows, are named in `unread`, hidden sheets in `left_out`.
    """
    openpyxl: Any = import_module("openpyxl")  # when needed: it takes a seventh of a second
    pages: list[Page] = []
    with warnings.catch_warnings(), archive.opened(path) as file:
        warnings.simplefilter("ignore")  # about parts that are not read
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False, rich_text=True)
        parts = sheet_parts(book._archive)
        seen = frozenset(name for name in book.sheetnames if book[name].sheet_state == "visible")
        for number, name in enumerate(book.sheetnames, 1):
            pages.append(_page(book[name], number, parts.get(name, ""), seen))
        core = book.properties
        when = core.modified or core.created
        properties = believable(
            title=core.title or "", author=core.creator or "", date=when.date().isoformat() if when else "",
            language=core.language or "",
        )  # fmt: skip
        book.close()
    return FileText(tuple(pages), properties)


def _page(sheet: Any, number: int, part: str, seen: frozenset[str]) -> Page:
    label = f"sheet ‘{' '.join(sheet.title.split())}’"
    if sheet.sheet_state != "visible":
        return Page("sheet", number, label, "", (), left_out=("a hidden sheet",))
    lines = _Lines()
    found = rows_of(sheet, MOST_ROWS) if hasattr(sheet, "iter_rows") else SheetRows()  # it may be a single chart
    for group in neighbours(found.rows):
        lines.add(group)
    more = extras(sheet.parent._archive, part, seen)
    for row, text in more.lines:
        lines.append(text, "text", None, row)
    for row, table in more.tables:
        lines.add([SheetRow(row, row, cells, sum(map(bool, cells))) for cells in table])
    shows_more = more.is_drawn or more.unread or not hasattr(sheet, "iter_rows")
    state: PageState = "read" if lines.blocks or not shows_more else "no_text"
    return Page(
        "sheet", number, label, lines.text, tuple(lines.blocks), state=state,
        unread=(*_gaps(found), *more.unread), left_out=tuple(found.left_out | more.left_out),
    )  # fmt: skip


def _gaps(found: SheetRows) -> Iterator[str]:
    if found.beyond:
        yield f"rows from {found.beyond} on (there are too many)"
    if len(found.uncomputed) == 1:
        yield f"a formula without a value in {found.uncomputed[0]}"
    elif found.uncomputed:
        yield f"{len(found.uncomputed):,} formulas without a value, the first in {found.uncomputed[0]}"


class _Lines:
    """The text of one sheet as it grows."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []

    def add(self, group: list[SheetRow]) -> None:
        """Append the rows of one table, with the titles above it."""
        titles = next((at for at, row in enumerate(group) if row.filled > 1), len(group))
        for row in group[:titles]:
            self.append(next(filter(None, row.cells)), "text", None, row.number)
        body = group[titles:]
        if not body:
            return
        first = min(at for row in body for at, cell in enumerate(row.cells) if cell)
        width = max(len(row.cells) for row in body)
        cells = [(row.cells + [""] * (width - len(row.cells)))[first:] for row in body]
        figures = [[cell.replace(UNKNOWN, "0") for cell in texts] for texts in cells]  # what a formula mostly gives
        has_names = has_header(figures, marked=False)
        joined, has_names = with_header(cells, marked=has_names, headers=None if has_names else 0)
        header = len(self.blocks) if has_names else None
        for number, (row, texts) in enumerate(zip(body[len(body) - len(joined) :], joined, strict=True)):
            filled = [at for at, text in enumerate(texts) if text]
            if row.filled == 1 and (number or not has_names) and not VALUE.search("".join(texts)):
                self.append(texts[filled[0]], "text", None, row.number)
                continue
            named = number > 0 and all(joined[0][at] for at in filled[1:])  # the first column often has no name
            text = " | ".join(texts[: filled[-1] + 1])
            self.append(text, "row", header if named else None, row.number)

    def append(self, text: str, kind: SegmentKind, header: int | None, number: int) -> None:
        """Append one block, `number` is its row in the sheet."""
        body = text.strip()
        start = len(self.text) + 1 if self.text else 0
        self.text += f"\n{body}" if self.text else body
        self.blocks.append(Block(start, start + len(body), kind, 0, header, number))
