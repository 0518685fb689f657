"""Word: sections by heading, with tracked insertions marked; deleted, struck and hidden words are left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ..page import FileText
from ..properties import believable
from ..sections import Sections
from ..tables import Cell, expand
from . import archive, graphics, xlsx
from .attached import EmbeddedFiles, FileReaders, name_of
from .text.alternates import settle
from .word.numbering import Numbering, value_of
from .word.paragraphs import (
    INSERTED,
    LEFT_OUT,
    PARAGRAPH,
    SUBDOCUMENT,
    TABLE,
    DocxParagraph,
    elements,
    gather,
    paragraphs,
)  # fmt: skip
from .word.run_styles import WordStyles
from .word.shading import Element, Shading

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CHUNK, ROW, CELL, CONTROL = map(qn, ("w:altChunk", "w:tr", "w:tc", "w:sdt"))
MARGINS = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)


def read(path: Path) -> FileText:
    """Read the body, text boxes, tables, notes and the files in it; headers, footers and comments are not read.

    What is shown and cannot be read, such as formulas of old programs, is named in `unread`.
    """
    return _read(path, {"docx": partial(_read, readers={}), "xlsx": xlsx.read})


def _read(path: Path, readers: FileReaders) -> FileText:
    with archive.opened(path) as file:
        word = docx.Document(file)
    sections = Sections()
    _Body(word, sections, EmbeddedFiles(readers)).walk(word.element.body)
    core = word.core_properties
    when = core.modified or core.created
    properties = believable(
        title=core.title, author=core.author, date=when.date().isoformat() if when else "", language=core.language
    )
    return FileText(sections.pages(), properties)


class _Body:
    """Walks a Word document in reading order and hands what it finds to the sections."""

    def __init__(self, word: Word, sections: Sections, embedded: EmbeddedFiles) -> None:
        settle(word.element)
        self._sections = sections
        self._embedded = embedded
        self._parts = word.part.related_parts
        styles = word.styles.element
        self._styles = WordStyles(styles, Shading(word.element.body, styles, _roots(word, *MARGINS)))
        self._numbering = Numbering(next(_roots(word, RELATIONSHIP_TYPE.NUMBERING), None), styles)
        self._notes = {
            "footnote": self._texts(_roots(word, RELATIONSHIP_TYPE.FOOTNOTES), "footnote"),
            "endnote": self._texts(_roots(word, RELATIONSHIP_TYPE.ENDNOTES), "endnote"),
        }

    def walk(self, parent: Element, *, inserted: bool = False) -> None:
        """Take the paragraphs and tables below `parent`, through content controls and tracked moves."""
        for child in elements(parent):
            if child.tag == PARAGRAPH:
                self._paragraph(child, inserted)
            elif child.tag == TABLE:
                self._table(child, inserted)
            elif child.tag == CHUNK:
                self._embed(child)
            elif child.tag == CONTROL:
                with self._within_control(_control(child)):
                    self.walk(child, inserted=inserted)
            elif child.tag not in LEFT_OUT:
                self.walk(child, inserted=inserted or child.tag in INSERTED)

    @contextmanager
    def _within_control(self, name: str) -> Iterator[None]:
        """Have what is taken meanwhile stand in a content control, in the outer one where two are named."""
        outer = self._sections.control
        self._sections.control = outer or name
        yield
        self._sections.control = outer

    def _paragraph(self, element: Element, inserted: bool) -> None:
        with self._within_control(next(filter(None, map(_control, element.iter(CONTROL))), "")):
            self._take(element, inserted)

    def _take(self, element: Element, inserted: bool) -> None:
        found = gather(element, self._styles, inserted=inserted)
        style = self._styles.of(element)
        label = self._label(element, found)
        if style.heading and found.text.strip():
            self._sections.heading(found.text, style.heading, found.inserted, label)
        else:
            shift = len(label) + 1 if label else 0
            spans = [(first + shift, last + shift) for first, last in found.inserted]
            text = f"{label} {found.text}" if label and found.text.strip() else found.text
            if style.nesting is not None:
                self._sections.add(text, "item", style.nesting, spans)
            else:
                self._sections.add(text, inserted=spans)
        self._hang(found)
        for box in found.boxes:
            self.walk(box, inserted=inserted)
        self._draw(found)

    def _label(self, element: Element, found: DocxParagraph) -> str:
        """The number that Word shows; a paragraph that is deleted as a whole is not counted."""
        mark = element.find("/".join(map(qn, ("w:pPr", "w:rPr", "w:del"))))
        return "" if mark is not None and not found.text.strip() else self._numbering.label(element)

    def _hang(self, found: DocxParagraph) -> None:
        """Keep the notes to a paragraph, and say what of it was left out."""
        for kind, number in found.notes:
            self._sections.later(self._notes[kind].get(number, ""))
        for name in found.left_out:
            self._sections.leave_out(name)
        if found.has_picture:
            self._sections.picture()

    def _draw(self, found: DocxParagraph) -> None:
        """Append the charts and diagrams in a paragraph, and the files embedded in it."""
        for element in found.graphics:
            graphic = graphics.read(element, self._parts)
            for line in graphic.lines:
                self._sections.add(line)
            self._sections.table(graphic.rows, marked=True)
            if graphic.unread:
                self._sections.miss(graphic.unread)
        for element in found.objects:
            self._embed(element)

    def _embed(self, element: Element) -> None:
        """Read a file of which the text is part of this one, or name it as not read."""
        part = self._parts.get(element.get(RELATION, ""))
        if part is None:
            self._sections.miss("a linked document" if element.tag in (CHUNK, SUBDOCUMENT) else "a linked file")
            return
        if element.get("ProgID", "").startswith("Equation"):
            self._sections.miss("a formula")
            return
        text = self._embedded.read(part)
        if text is None:
            self._sections.miss(name_of(part))
            return
        for page in text.pages:
            self._sections.include(page)
        for name in text.unread:
            self._sections.miss(name)

    def _table(self, element: Element, inserted: bool) -> None:
        rows = [row for row in _within(element, ROW) if not self._is_gone(row)]
        cells = [list(_within(row, CELL)) for row in rows]
        inner = [any(next(_within(cell, TABLE), None) is not None for cell in row) for row in cells]
        plain = inner.count(False)
        if all(len(row) < 2 for row in cells) or (plain < 2 and any(inner)):  # a frame around text, not a table
            for cell in (cell for row in cells for cell in row):
                self.walk(cell, inserted=inserted)
            return
        marked = bool(rows) and rows[0].find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None
        drawn: list[DocxParagraph] = []
        self._sections.table(expand([self._cell(cell, drawn) for cell in row] for row in cells), marked=marked)
        for found in drawn:
            self._draw(found)
        for table in (table for row in cells for cell in row for table in _within(cell, TABLE)):
            self._table(table, inserted)

    def _is_gone(self, row: Element) -> bool:
        settings = row.find(qn("w:trPr"))
        if settings is None:
            return False
        if settings.find(qn("w:del")) is not None:
            self._sections.leave_out("deleted text")
            return True
        hidden = settings.find(qn("w:hidden"))
        if hidden is not None and hidden.get(qn("w:val"), "1") not in ("0", "false", "off"):
            self._sections.leave_out("hidden text")
            return True
        return False

    def _cell(self, element: Element, drawn: list[DocxParagraph]) -> Cell:
        span = value_of(element, "w:tcPr/w:gridSpan")
        merged = element.find(qn("w:tcPr") + "/" + qn("w:vMerge"))
        above = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
        texts = []
        deleted = element.find(qn("w:tcPr") + "/" + qn("w:cellDel")) is not None
        for paragraph in () if deleted else paragraphs(element):
            found = gather(paragraph, self._styles)
            label = self._label(paragraph, found)
            texts.append(f"{label} {found.text}" if label else found.text)
            texts.extend(" ".join(map(self._plain, paragraphs(box))) for box in found.boxes)
            self._hang(found)
            drawn.append(found)
        return Cell(" ".join(texts), int(span) if span.isdigit() else 1, above=above)

    def _plain(self, paragraph: Element) -> str:
        return gather(paragraph, self._styles).text.strip()

    def _texts(self, roots: Iterator[Element], kind: str) -> dict[str, str]:
        """The texts of the footnotes or endnotes by id."""
        return {
            str(note.get(qn("w:id"), "")): "\n".join(filter(None, map(self._plain, _all_paragraphs(note))))
            for root in roots
            for note in root.iterchildren(qn(f"w:{kind}"))
        }


def _roots(word: Word, *kinds: str) -> Iterator[Element]:
    """The parts of these kinds that belong to the document, parsed."""
    for relation in word.part.rels.values():
        if relation.reltype in kinds and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            settle(root)
            yield root


def _control(element: Element) -> str:
    """The tag of a content control; its title, where an office program has dropped the tag."""
    return value_of(element, "w:sdtPr/w:tag") or value_of(element, "w:sdtPr/w:alias")


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table, the cells of a row or the tables of a cell, through content controls but no deeper."""
    for child in elements(parent):
        if child.tag == tag:
            yield child
        elif child.tag not in LEFT_OUT and child.tag not in (PARAGRAPH, TABLE, ROW, CELL):
            yield from _within(child, tag)


def _all_paragraphs(parent: Element) -> Iterator[Element]:
    """All paragraphs of a note, those of tables in it included."""
    return (one for one in parent.iter(PARAGRAPH))
