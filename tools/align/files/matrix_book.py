"""A matrix as a workbook: its overview in colour, its cells, what differs, what follows, what people judge."""

from collections.abc import Mapping, Sequence
from typing import IO, Any, get_args

from ....core.cells import begins_formula, shown
from ....vectorstore.reading.office.first_sheet import spreadsheets
from ...publish.workbook import Sheets, carry, lay_out, row_height
from ..matrix import AlignmentMatrix, Stance
from ..matrix_page import MEANINGS, reading_label, stance_label, stance_sign
from .cell_rows import (
    COLUMNS,
    DIFFERENCES,
    FOLLOWING,
    JUDGED,
    PEOPLES,
    SOUGHT,
    cell_rows,
    difference_rows,
    following_rows,
    judged_rows,
    sought_rows,
)

_HEAD = "DDE7EE"
_FILLS: Mapping[str, str] = {  # beside a sign and a word, so that nobody depends on them
    "commits": "9CCBA8", "plans": "C3E2C9", "recommends": "E3F2E4", "mentions": "EEF1F4", "opposes": "F3B6AE",
    "mixed": "F6DFA4", "silent": "FFFFFF", "not_assessed": "E2DCEC", "converge": "C3E2C9", "diverge": "F3B6AE",
    "gap": "EEF1F4",
}  # fmt: skip
_TOPIC, _STANCE, _READING = 34, 16, 13  # widths in characters
_WIDEST = 80  # of the columns of ours that people judge by
_BARE = 10  # the width of a column without content
_EMPTY_FILL = "FFF8DC"
_LEGEND = tuple((stance_sign(stance), meaning) for stance, meaning in MEANINGS.items())


def matrix_sheets(matrix: AlignmentMatrix) -> Sheets:
    """Return what the sheets hold, by name: rows of text, the first of them the header."""
    names = [one.name for one in matrix.roadmaps]
    return {
        "matrix": [["topic", *names, "reading"], *_overview_rows(matrix, names), *map(list, _LEGEND)],
        "cells": [list(COLUMNS), *cell_rows(matrix)],
        "divergences": [list(DIFFERENCES), *difference_rows(matrix)],
        "actions": [list(FOLLOWING), *following_rows(matrix)],
        "judgements": [list(JUDGED), *judged_rows(matrix)],
        "searched": [list(SOUGHT), *sought_rows(matrix)],
    }


def write_matrix_book(stream: IO[bytes], matrix: AlignmentMatrix, carried: str) -> None:
    """Write the workbook, which carries JSON of what it was made of; every cell of it is text.

    Raises UsageError where openpyxl is missing.
    """
    book = _Book(spreadsheets())
    _overview(book, matrix)
    book.sheet("cells", COLUMNS, cell_rows(matrix), {2: _fill_of})
    book.sheet("divergences", DIFFERENCES, difference_rows(matrix), {1: _fill_of})
    book.sheet("actions", FOLLOWING, following_rows(matrix))
    _judgements(book, matrix)
    book.sheet("searched", SOUGHT, sought_rows(matrix))
    carry(book.made, carried)
    book.made.save(stream)


def _overview(book: "_Book", matrix: AlignmentMatrix) -> None:
    names = [one.name for one in matrix.roadmaps]
    widths = {"topic": _TOPIC, **dict.fromkeys(names, _STANCE)}
    rows = _overview_rows(matrix, names)
    fills = [
        ["", *(_FILLS[cell.stance] if cell else "" for cell in (matrix.cell(row.topic, name) for name in names)),
         _FILLS[row.reading]]
        for row in matrix.rows
    ]  # fmt: skip
    sheet = book.sheet("matrix", [*widths, "reading"], rows, widths=[*widths.values(), _READING])
    for number, row_fills in enumerate(fills, 2):
        for column, colour in enumerate(row_fills, 1):
            book.paint(sheet.cell(number, column), colour)
    sheet.freeze_panes = "B2"
    legend = len(rows) + 3
    for at, (stance, (sign, meaning)) in enumerate(zip(MEANINGS, _LEGEND, strict=True), legend):
        book.text(sheet.cell(at, 1), sign)
        book.text(sheet.cell(at, 2), meaning, wraps=False)
        book.paint(sheet.cell(at, 1), _FILLS[stance])


def _overview_rows(matrix: AlignmentMatrix, names: Sequence[str]) -> list[list[str]]:
    return [
        [row.topic, *(stance_label(matrix.cell(row.topic, name)) for name in names), reading_label(row.reading)]
        for row in matrix.rows
    ]


def _judgements(book: "_Book", matrix: AlignmentMatrix) -> None:
    rows = judged_rows(matrix)
    # On one line, so that a row has no height of its own and grows with what people write into it.
    widths = [
        max(width, min(_WIDEST, max((len(row[at]) + 2 for row in rows), default=0)))
        for at, width in enumerate(JUDGED.values())
    ]
    sheet = book.sheet("judgements", JUDGED, rows, {3: _fill_of}, widths=widths)
    last = max(2, len(rows) + 1)
    stances = ",".join(get_args(Stance))
    choice = book.openpyxl.worksheet.datavalidation.DataValidation(
        type="list", formula1=f'"{stances}"', allow_blank=True, showErrorMessage=True, errorTitle="stance",
        error=f"choose one of {stances}",
    )  # fmt: skip
    choice.add(f"G2:G{last}")
    sheet.add_data_validation(choice)
    for row in sheet.iter_rows(min_row=2, max_row=last, min_col=len(JUDGED) - len(PEOPLES) + 1, max_col=len(JUDGED)):
        for cell in row:
            book.paint(cell, _EMPTY_FILL)
    sheet.freeze_panes = "B2"


def _fill_of(text: str) -> str:
    return _FILLS.get(text, "")


class _Book:
    """A workbook whose cells are text: none of them can act as a formula."""

    def __init__(self, openpyxl: Any) -> None:
        self.openpyxl = openpyxl
        self.made = openpyxl.Workbook()
        self.made.remove(self.made.active)
        styles = openpyxl.styles
        self._wrapped = styles.Alignment(wrap_text=True, vertical="top")
        self._flat = styles.Alignment(vertical="top")
        self._bold, self._plain = styles.Font(bold=True), styles.Font()
        thin = styles.Side(style="thin", color="C9CED6")
        self._edges = styles.Border(left=thin, right=thin, top=thin, bottom=thin)

    def sheet(
        self, name: str, columns: Sequence[str] | Mapping[str, int], rows: Sequence[Sequence[str]],
        fills: Mapping[int, Any] | None = None, *, widths: Sequence[int] = (),
    ) -> Any:  # fmt: skip
        """Return a new sheet of these rows below a header; `fills` colour cells of a column by what they say."""
        sheet = self.made.create_sheet(name)
        across = list(widths) or (list(columns.values()) if isinstance(columns, Mapping) else [])
        if rows and not widths:  # what nobody has anything in takes little room, unless people are to fill it in
            across = [
                width if head in PEOPLES or any(row[at] for row in rows) else min(width, _BARE)
                for at, (head, width) in enumerate(zip(columns, across, strict=True))
            ]
        for at, width in enumerate(across, 1):
            sheet.column_dimensions[self.openpyxl.utils.get_column_letter(at)].width = width
        for at, head in enumerate(columns, 1):
            self.text(sheet.cell(1, at), head, bold=True)
            self.paint(sheet.cell(1, at), _HEAD)
        for number, row in enumerate(rows, 2):
            for at, text in enumerate(row, 1):
                self.text(sheet.cell(number, at), text)
                if fills and at - 1 in fills:
                    self.paint(sheet.cell(number, at), fills[at - 1](text))
            if (height := row_height(row, across)) is not None:
                sheet.row_dimensions[number].height = height
        lay_out(sheet, self.openpyxl, len(columns), len(rows) + 1)
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
        return sheet

    def text(self, cell: Any, text: str, *, bold: bool = False, wraps: bool = True) -> None:
        """Put text into a cell; an empty one stays empty, and takes what is typed as it is typed."""
        cell.number_format = "@"
        cell.alignment = self._wrapped if wraps else self._flat
        cell.font = self._bold if bold else self._plain
        if text:
            cell.value, cell.data_type = shown(text), "s"  # else "=…" would be a formula
            cell.quotePrefix = begins_formula(text)  # else it would become one when somebody edits the cell

    def paint(self, cell: Any, colour: str) -> None:
        """Give a cell a ground, and edges, which a ground would hide."""
        if colour:
            cell.fill = self.openpyxl.styles.PatternFill("solid", fgColor=colour)
            cell.border = self._edges
