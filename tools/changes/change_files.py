"""Writes changes to files, in the formats of every document and as a workbook with a sheet for each kind."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from ...core.cells import begins_formula, shown
from ...core.document import Document
from ...core.shapes import Citation
from ...core.text import one_line
from ...vectorstore.reading.office.first_sheet import spreadsheets
from ..publish.publication import ENDINGS, FORMATS, publication, write_files
from ..publish.workbook import carry, lay_out, row_height
from .answer_changes import AnswerChanges, answer_tables, answers_told
from .change_table import ChangeTable, ChangeWords, change_tables, introduction
from .changed import Changes
from .changes_page import changes_page, paper

_WIDTHS = {"its words before": 60, "its words now": 60, "divergences": 50, "question": 40, "file": 28, "report": 34,
           "topic and roadmap": 44, "sentence": 70, "words": 80, "nearest words": 60, "why": 40, "reference": 40,
           "detail": 50}  # fmt: skip
_NARROW = 18  # characters, as all widths
_SUMMARY = "summary"
CHANGE_ENDINGS = (*ENDINGS, ".xlsx")
Compared = Changes | AnswerChanges


def tables_of(made: Compared) -> list[ChangeTable]:
    """Return a table for each kind of change."""
    return change_tables(made) if isinstance(made, Changes) else answer_tables(made)


def told_of(made: Compared) -> list[str]:
    """Return what is compared, and what came out, in sentences."""
    return list(introduction(made) if isinstance(made, Changes) else answers_told(made))


def paper_of(made: Compared) -> Document:
    """Return the document that changes are published as."""
    if isinstance(made, Changes):
        return changes_page(made)
    return paper("What changed in the answers", told_of(made), tables_of(made))


def write_changes(made: Compared, paths: Iterable[Path], date: str) -> None:
    """Write the files, each by its ending, which is one of `CHANGE_ENDINGS`; see `write_files`. `date` is ISO 8601."""
    carrying = {ending: form.write for ending, form in FORMATS.items()}
    writers = {**carrying, ".xlsx": lambda told: workbook(sheets_of(made), told.colophon.carried)}
    write_files(publication(made, drafted_by="", date=date), paths, "the changes", writers)


def sheets_of(made: Compared) -> Mapping[str, Sequence[Sequence[str]]]:
    """Return the rows of each sheet, the first of them the header: what is compared, then a sheet for each kind."""
    return sheets_with("What is compared", told_of(made), tables_of(made))


def sheets_with(head: str, told: Sequence[str], tables: Iterable[ChangeTable]) -> Mapping[str, Sequence[Sequence[str]]]:
    """Return the rows of a summary and of each table, the first of them the header."""
    sheets: dict[str, Sequence[Sequence[str]]] = {_SUMMARY: [(head,), *((one,) for one in told)]}
    for table in tables:
        sheets[table.name.replace("_", " ")] = [table.heads, *(tuple(map(_words, row)) for row in table.rows)]
    return sheets


def quote_line(citation: Citation) -> str:
    """Return a quote with whose it is and where it stands, on one line."""
    whose = ", ".join(filter(None, (citation.title, citation.date, citation.file, citation.locator.label)))
    return f"“{one_line(citation.quote)}” ({whose})"


def _words(words: ChangeWords) -> str:
    """Return our own words, or quotes a line each."""
    return words if isinstance(words, str) else "\n".join(map(quote_line, words))


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]], carried: str = "") -> bytes:
    """Return a workbook of sheets, with the JSON that it carries, if any."""
    book = spreadsheets().Workbook(write_only=True)
    for name, rows in sheets.items():
        widths = (100,) if name == _SUMMARY else [_WIDTHS.get(head.lower(), _NARROW) for head in rows[0]]
        _sheet(book, name, rows, widths)
    if carried:
        carry(book, carried)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Any, name: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    openpyxl = spreadsheets()
    sheet = book.create_sheet(name)
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width = width
    lay_out(sheet, openpyxl, len(widths), len(rows))
    for number, row in enumerate(rows):
        cells = []
        for text in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet)
            cell.value, cell.data_type = shown(text), "s"  # else "=…" would be a formula
            cell.quotePrefix = begins_formula(text)  # else it would become one when somebody edits the cell
            cell.font = openpyxl.styles.Font(bold=number == 0)
            cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        if (height := row_height(row, widths)) is not None:
            sheet.row_dimensions[number + 1].height = height
        sheet.append(cells)
