"""The first sheet of a spreadsheet as rows of plain cells, read and written."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from ....core.cells import begins_formula, shown
from ....core.errors import ReadFailure, UsageError
from ....core.text import one_line
from . import archive
from .sheet_cells import UNCOMPUTED, cell_parser, column_letter

PlainCell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row of a sheet: its number, its cells, and by column (from 0) what is wrong with some of them.

    A cell is text, a number, true or false, and `None` where it is empty or wrong; a date is text as in "2026-03-12".
    """

    number: int
    cells: list[PlainCell]
    wrong: dict[int, str]

    @property
    def texts(self) -> list[str]:
        """The cells as text, empty ones as ""."""
        return ["" if cell is None else str(cell) for cell in self.cells]


def rows(path: Path) -> Iterator[PlainRow]:
    """Yield the rows of the first sheet that is not hidden; raises UsageError for no spreadsheet.

    Hidden rows and columns are there as well: in a list that somebody works with, a filter hides what stands in it.
    """
    openpyxl = spreadsheets()
    try:
        if archive.kind_of(path) != "xlsx":
            raise UsageError(f"{str(path)!r} is no spreadsheet: save it as .xlsx")
        with warnings.catch_warnings(), archive.opened(path) as file:
            warnings.simplefilter("ignore")  # about parts that are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), book.worksheets[0])
            with sheet._get_source() as source:
                for number, made in cell_parser(sheet, source, rich_text=False).parse():
                    yield _row(number, made)
            book.close()
    except ReadFailure as error:
        raise UsageError(str(error)) from error
    except (IndexError, KeyError, SyntaxError, TypeError, ValueError) as error:  # what openpyxl has for a damaged file
        raise UsageError(f"the sheet in {str(path)!r} is damaged ({one_line(str(error))}): save it again") from error


def write(
    stream: IO[bytes], name: str, table: Sequence[Sequence[str]], widths: Sequence[int], *, wraps: bool = False
) -> None:
    """Write rows, the first of them the header, as a spreadsheet of one sheet in which every cell is text.

    Where it `wraps`, long cells go on below, for sheets that are read rather than filled in.
    """
    openpyxl = spreadsheets()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    for number, row in enumerate(table):
        cells = []
        for text in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet)
            cell.value, cell.data_type = shown(text), "s"  # else "=…" would be a formula
            cell.quotePrefix = begins_formula(text)  # else it would become one when somebody edits the cell
            cell.number_format = "@"  # a date that is typed stays as it is typed
            cell.font = openpyxl.styles.Font(bold=number == 0)
            if wraps:
                cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        sheet.append(cells)
    book.save(stream)


def spreadsheets() -> Any:
    """Return openpyxl; raises UsageError where it is not installed."""
    if find_spec("openpyxl") is None:
        raise UsageError("spreadsheets need openpyxl, which is missing: install coscribe anew, or use .csv")
    return import_module("openpyxl")


def _row(number: int, made: list[dict[str, Any]]) -> PlainRow:
    cells: list[PlainCell] = [None] * max((cell["column"] for cell in made), default=0)
    wrong: dict[int, str] = {}
    for cell in made:
        at, value = cell["column"] - 1, cell["value"]
        if value is UNCOMPUTED:
            wrong[at] = f"a formula without a value in {column_letter(at + 1)}{number}"
        elif cell["data_type"] == "e" and value is not None:
            wrong[at] = f"the error {value} in {column_letter(at + 1)}{number}"
        else:
            cells[at] = _plain(value)
    return PlainRow(number, cells, wrong)


def _plain(value: Any) -> PlainCell:
    """Return a value as JSON can hold it; years and ids are whole numbers, however the sheet stores them."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    # A program that takes a date for one gives it a time of day.
    is_day = isinstance(value, datetime) and value.time() == time()
    return str(value.date() if is_day else value)
