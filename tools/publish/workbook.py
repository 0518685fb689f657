"""Workbooks of ours: how their sheets are laid out, and what they carry of what they were made of."""

import base64
import binascii
import textwrap
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.errors import ReadFailure, UsageError
from ...vectorstore.reading.office import first_sheet

_SHEET = "coscribe"
_TOLD = "What this workbook was made of: coscribe verify compares the two."
_CELL = 30_000  # characters, fewer than a cell holds
_LARGEST = 256_000_000  # bytes
_A4 = "9"  # of the sizes of paper that a workbook can name
_LINE, _HIGHEST = 15.0, 405.0  # points: a line of text, and the highest row that programs show
Sheets = Mapping[str, Sequence[Sequence[str]]]  # by name: rows of text, the first of them the header


def carry(book: Any, carried: str) -> None:
    """Put JSON into a workbook of openpyxl, behind its other sheets; programs that write it anew keep it."""
    sheet = book.create_sheet(_SHEET)
    sheet.sheet_state = "veryHidden"
    packed = base64.b64encode(zlib.compress(carried.encode("utf-8", "replace"), 9)).decode("ascii").rstrip("=")
    for text in (_TOLD, *(packed[at : at + _CELL] for at in range(0, len(packed), _CELL))):
        sheet.append([text])


def row_height(cells: Sequence[str], widths: Sequence[float]) -> float | None:
    """Return how high a row has to be for what stands in it, in points; `None` for a row of one line.

    Not every program finds out by itself; one that does is not told where it need not be.
    """
    lines = max(
        (
            sum(len(textwrap.wrap(line, max(1, int(width)))) or 1 for line in text.splitlines())
            for text, width in zip(cells, widths, strict=False)
        ),
        default=1,
    )
    return min(_HIGHEST, lines * _LINE) if lines > 1 else None


def lay_out(sheet: Any, openpyxl: Any, columns: int, rows: int) -> None:
    """On screen the header stays and filters; on paper a sheet is as wide as a page, with header and page number."""
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(columns)}{rows}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&A, &P / &N"


def carried_in(path: Path) -> str | None:
    """Return the JSON that a workbook carries, `None` where it has none, or is no workbook at all.

    Raises ReadFailure where it is damaged.
    """
    try:
        _, *parts = [row.texts[0] if row.texts else "" for row in first_sheet.rows(path, _SHEET)]
    except (UsageError, ValueError):
        return None
    packed = "".join(parts)
    try:
        unpacking = zlib.decompressobj()
        told = unpacking.decompress(base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True), _LARGEST)
        if not unpacking.eof:
            raise ReadFailure("the record in the workbook is cut off")
        return told.decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise ReadFailure("the record in the workbook is damaged") from error
