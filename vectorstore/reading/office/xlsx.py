"""Spreadsheets: one page a sheet and one block a row, below the header of its table; values as the sheet shows them."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from ....core.types import PageState, SegmentKind
from ..page import Block, FileText, Page
from ..properties import believable
from ..tables import FIGURE, with_header
from . import archive
from .drawings import extras, sheet_parts
from .sheet_cells import SheetRow, neighbours, rows_of

MOST_ROWS = 20_000  # rows of a sheet that hold something; those beyond are named, not read


def read(path: Path) -> FileText:
    """Read every sheet that is not hidden, with its text boxes, comments and what its charts alone show.

    Formulas give the values that were stored with them. What a sheet holds beyond its first 20,000 filled rows,
    formulas that were never computed, and hidden sheets, are pages of their own in state "no_text".
    """
    openpyxl: Any = import_module("openpyxl")  # when needed: it takes a seventh of a second
    pages: list[Page] = []
    with warnings.catch_warnings(), archive.opened(path) as file:
        warnings.simplefilter("ignore")  # about parts that are not read
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False, rich_text=True)
        parts = sheet_parts(book._archive)
        seen = frozenset(name for name in book.sheetnames if book[name].sheet_state == "visible")
        for number, name in enumerate(book.sheetnames, 1):
            pages.extend(_pages(book[name], number, parts.get(name, ""), seen))
        core = book.properties
        when = core.modified or core.created
        properties = believable(
            title=core.title or "", author=core.creator or "", date=when.date().isoformat() if when else "",
            language=core.language or "",
        )  # fmt: skip
        book.close()
    return FileText(tuple(pages), properties)


def _pages(sheet: Any, number: int, part: str, seen: frozenset[str]) -> Iterator[Page]:
    label = f"sheet ‘{' '.join(sheet.title.split())}’"
    if sheet.sheet_state != "visible":
        yield Page("sheet", number, f"{label} (hidden)", "", (), state="no_text", left_out=("a hidden sheet",))
        return
    lines = _Lines()
    left_out: dict[str, None] = {}
    beyond = formulas = 0
    if hasattr(sheet, "iter_rows"):  # not one that is a single chart
        found = rows_of(sheet, MOST_ROWS)
        for group in neighbours(found.rows):
            lines.add(group)
        left_out, beyond, formulas = found.left_out, found.beyond, found.formulas
    more = extras(sheet.parent._archive, part, seen)
    for row, text in more.lines:
        lines.append(text, "text", None, row)
    for row, table in more.tables:
        lines.add([SheetRow(row, row, cells, sum(map(bool, cells))) for cells in table])
    state: PageState = "read" if lines.blocks else "no_text"
    yield Page(
        "sheet", number, label, lines.text, tuple(lines.blocks), state=state,
        unread=tuple(more.unread), left_out=tuple(left_out | more.left_out),
    )  # fmt: skip
    if beyond:
        yield Page("sheet", number, f"{label} from row {beyond} on (not read, too long)", "", (), state="no_text")
    if formulas:
        yield Page("sheet", number, f"{label}, formulas without a value ({formulas})", "", (), state="no_text")


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
        joined, has_names = with_header(cells, marked=False)
        header = len(self.blocks) if has_names else None
        for number, (row, texts) in enumerate(zip(body[len(body) - len(joined) :], joined, strict=True)):
            filled = [at for at, text in enumerate(texts) if text]
            if row.filled == 1 and (number or not has_names) and not FIGURE.search("".join(texts)):
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
