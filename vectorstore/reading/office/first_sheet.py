"""The first sheet of a spreadsheet as rows of plain cells, read and written."""

import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from ....core.cells import begins_formula, shown
from ....core.errors import ReadFailure, UsageError
from ....core.text import one_line
from . import archive


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row with its cells as text, empty ones as ""; raises UsageError for no spreadsheet."""
    openpyxl = _spreadsheets()
    try:
        if archive.kind_of(path) != "xlsx":
            raise UsageError(f"{str(path)!r} is no spreadsheet: save it as .xlsx")
        with warnings.catch_warnings(), archive.opened(path) as file:
            warnings.simplefilter("ignore")  # about parts that are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            for number, values in enumerate(sheet.values, 1):
                yield number, [_text(value) for value in values]
            book.close()
    except ReadFailure as error:
        raise UsageError(str(error)) from error
    except (IndexError, KeyError, SyntaxError, TypeError, ValueError) as error:  # what openpyxl has for a damaged file
        raise UsageError(f"the sheet in {str(path)!r} is damaged ({one_line(str(error))}): save it again") from error


def write(stream: IO[bytes], name: str, table: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """Write rows, the first of them the header, as a spreadsheet of one sheet in which every cell is text."""
    openpyxl = _spreadsheets()
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
            cells.append(cell)
        sheet.append(cells)
    book.save(stream)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # A program that takes a date for one gives it a time of day.
    return str(value.date() if hasattr(value, "hour") and hasattr(value, "date") else value)


def _spreadsheets() -> Any:
    if find_spec("openpyxl") is None:
        raise UsageError("spreadsheets need openpyxl: install coscribe[xlsx], or use .csv or .toml")
    return import_module("openpyxl")
