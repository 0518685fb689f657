"""A sheet of a spreadsheet as rows of plain cells, the first one or one by name, read and written."""

import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

from ....core.cells import begins_formula, shown
from ....core.errors import ReadFailure, UsageError
from ....core.text import one_line
from . import archive
from .sheet_cells import UNCOMPUTED, cell_parser, column_letter

PlainCell = str | int | float | bool | None
# What openpyxl has for a file that is damaged in a way it does not check for.
_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError,
    SyntaxError, TypeError, ValueError, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row of a sheet: its number, its cells, and by column (from 0) what is wrong with some of them.

    A cell is text, a number, true or false, and `None` where it is empty or wrong; a date is text as in "2026-03-12".
    """

    number: int
    cells: list[PlainCell]
    wrong: dict[int, str]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it, not even something wrong."""
        return not self.wrong and not any(text.strip() for text in self.texts)

    @property
    def texts(self) -> list[str]:
        """The cells as text, empty ones as ""."""
        return ["" if cell is None else str(cell) for cell in self.cells]


def rows(path: Path, name: str | None = None) -> Iterator[PlainRow]:
    """Yield the rows of the first sheet that is not hidden, or of the one by this name, in any case.

    Hidden rows and columns are there as well: in a list that somebody works with, a filter hides what stands in it.
    In a sheet by `name` every formula is wrong, for nobody knows when it was last computed, and so are cells that
    were merged; these follow behind all rows. Raises UsageError for no spreadsheet, and for none that has such a sheet.
    """
    openpyxl = spreadsheets()
    try:
        if archive.is_encrypted(path):
            raise UsageError(f"{path.name!r} is encrypted: save a copy without a password")
        if archive.kind_of(path) != "xlsx":
            raise UsageError(f"{str(path)!r} is no spreadsheet: save it as .xlsx")
        with warnings.catch_warnings(), archive.opened(path) as file:
            warnings.simplefilter("ignore")  # about parts that are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = _named(book, name, path) if name else _first(book)
            with sheet._get_source() as source:
                parser = cell_parser(sheet, source, rich_text=False)
                parser.data_only = name is None
                for number, made in parser.parse():
                    yield _row(number, made)
                if name:
                    yield from _merged(parser.merged_cells)
            book.close()
    except ReadFailure as error:
        raise UsageError(str(error)) from error
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system has it, not openpyxl
        raise UsageError(f"the sheet in {str(path)!r} is damaged ({one_line(str(error))}): save it again") from error


def _first(book: Any) -> Any:
    return next((one for one in book.worksheets if one.sheet_state == "visible"), book.worksheets[0])


def _named(book: Any, name: str, path: Path) -> Any:
    for sheet in book.worksheets:
        if sheet.title.strip().casefold() == name and hasattr(sheet, "_get_source"):
            return sheet
    listed = ", ".join(repr(one_line(title)[:40]) for title in book.sheetnames[:8])
    raise UsageError(f"{str(path)!r} has no sheet {name!r}, only {listed}: rename it back, or name another file")


def _merged(ranges: Any) -> Iterator[PlainRow]:
    """Yield a row for each merged area, its last, with what is wrong there: only its first cell holds anything."""
    for one in ranges.mergeCell if ranges else ():
        left, _, right, bottom = import_module("openpyxl.utils").range_boundaries(one.ref)
        yield PlainRow(bottom, [], dict.fromkeys(range(left - 1, right), f"merged cells in {one.ref}"))


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
        if cell["data_type"] == "f":
            wrong[at] = f"a formula in {column_letter(at + 1)}{number}"
        elif value is UNCOMPUTED:
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
