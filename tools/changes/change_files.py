"""Writes changes to files: a writer for each ending, and nothing on the disk until all have written."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from ...core.cells import begins_formula, shown
from ...core.document import Document
from ...core.shapes import Citation, Composed
from ...core.system.files import Content, write_whole
from ...core.text import one_line
from ...vectorstore.reading.office.first_sheet import spreadsheets
from ..document.phrases import phrases
from ..publish.colophon import Colophon
from ..publish.html.web_page import html_file
from ..publish.markdown import markdown
from ..publish.pdf.pdf_file import pdf_file
from ..publish.word.word_writer import word_file
from .change_table import ChangeTable, ChangeWords

_WIDTHS = {
    "its words before": 60,
    "its words now": 60,
    "divergences": 50,
    "question": 40,
    "file": 28,
    "report": 34,
    "sentence": 70,
    "words": 80,
    "nearest words": 60,
    "why": 40,
    "reference": 40,
    "detail": 50,
}
_NARROW = 18  # characters, as all widths


@dataclass(frozen=True, slots=True)
class ChangePaper:
    """What is written: the changes, as tables and as a document; `told` says what is compared, `date` is ISO 8601."""

    made: Composed
    told: Sequence[str]
    tables: Sequence[ChangeTable]
    date: str

    @property
    def document(self) -> Document:
        """The document."""
        return self.made.document or Document()

    @property
    def colophon(self) -> Colophon:
        """What the files say of themselves."""
        how = phrases("en").told("colophon.evidence", version=version("coscribe"), drafter="")
        carried = json.dumps(self.made.stored(), ensure_ascii=False)
        return Colophon(self.document.title, "en", self.date, how, carried)


_WRITERS: Mapping[str, Callable[[ChangePaper], Content]] = {
    ".md": lambda paper: f"{markdown(paper.document)}\n",
    ".docx": lambda paper: word_file(paper.document, paper.colophon),
    ".html": lambda paper: html_file(paper.document, paper.colophon),
    ".pdf": lambda paper: pdf_file(paper.document, paper.colophon),
    ".xlsx": lambda paper: lambda stream: _write_sheets(stream, paper),
}
ENDINGS = tuple(_WRITERS)


def write_changes(paper: ChangePaper, paths: Iterable[Path], noun: str = "the changes") -> None:
    """Write the files, each by its ending, which is one of `ENDINGS`; see `write_whole` for what is raised.

    `noun` is what they are called where they cannot be written.
    """
    contents = {path: _WRITERS[path.suffix.lower()](paper) for path in paths}
    for path, content in contents.items():
        write_whole(path, content, noun, advice="name another file")


def quote_line(citation: Citation) -> str:
    """Return a quote with whose it is and where it stands, on one line."""
    whose = ", ".join(filter(None, (citation.title, citation.date, citation.file, citation.locator.label)))
    return f"“{one_line(citation.quote)}” ({whose})"


def words_of(words: ChangeWords) -> str:
    """Return our own words, or quotes a line each."""
    return words if isinstance(words, str) else "\n".join(map(quote_line, words))


def _write_sheets(stream: IO[bytes], paper: ChangePaper) -> None:
    """Write a first sheet that says what is compared, and one for each kind; every cell is text."""
    book = spreadsheets().Workbook(write_only=True)
    _sheet(book, "summary", ("What is compared",), [(one,) for one in paper.told], (100,))
    for table in paper.tables:
        widths = [_WIDTHS.get(head.lower(), _NARROW) for head in table.heads]
        _sheet(
            book, table.name.replace("_", " "), table.heads, [tuple(map(words_of, row)) for row in table.rows], widths
        )
    book.save(stream)


def _sheet(book: Any, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    openpyxl = spreadsheets()
    sheet = book.create_sheet(name)
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    for number, row in enumerate([heads, *rows]):
        cells = []
        for text in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet)
            cell.value, cell.data_type = shown(text), "s"  # else "=…" would be a formula
            cell.quotePrefix = begins_formula(text)  # else it would become one when somebody edits the cell
            cell.font = openpyxl.styles.Font(bold=number == 0)
            cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        sheet.append(cells)
