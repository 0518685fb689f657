"""The formats that a matrix is written in: those of every document, its own web page, a workbook, and a sheet."""

from collections.abc import Mapping
from io import BytesIO, StringIO

from ....core.cells import write_csv
from ...publish.html.published_page import read_html
from ...publish.publication import ENDINGS, FORMATS, Format, Writers
from ..matrix import AlignmentMatrix
from .cell_rows import COLUMNS, cell_rows
from .heat_map import heat_map
from .matrix_book import write_matrix_book

SHEETS = (".csv", ".xlsx")
MATRIX_ENDINGS = (*ENDINGS, *SHEETS)


def formats_of(matrix: AlignmentMatrix) -> Mapping[str, Format]:
    """Return the formats that carry what they were made of, as this matrix is written in them."""
    page = Format(lambda told: heat_map(matrix, told.document, told.colophon, told.pictures), read_html)
    return {**FORMATS, ".html": page}


def writers_of(matrix: AlignmentMatrix) -> Writers:
    """Return what writes a matrix, by ending; Markdown is written as of every document."""
    carrying = {ending: form.write for ending, form in formats_of(matrix).items()}
    return {**carrying, ".csv": lambda _: _sheet(matrix), ".xlsx": lambda told: _book(matrix, told.colophon.carried)}


def _sheet(matrix: AlignmentMatrix) -> bytes:
    stream = StringIO()
    write_csv(stream, [list(COLUMNS), *cell_rows(matrix)])
    return stream.getvalue().encode("utf-8", "replace")


def _book(matrix: AlignmentMatrix, carried: str) -> bytes:
    stream = BytesIO()
    write_matrix_book(stream, matrix, carried)
    return stream.getvalue()
