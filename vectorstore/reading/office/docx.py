"""Word: sections by heading, with tracked insertions marked and deletions left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ..page import FileText, Span
from ..properties import believable
from ..sections import Sections
from ..tables import Cell, expand
from . import archive
from .graphics import part_id, words
from .numbering import Numbering, value_of

Element = Any  # of lxml, which carries no types
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted and moved-away text, hidden parts of fields, and what is said about the text rather than in it.
LEFT_OUT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:rPr", "w:pPr", "w:sdtPr"))) | {
    FALLBACK,
    qn("w:rt"),
}
INSERTED = frozenset(map(qn, ("w:ins", "w:moveTo")))
SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:ptab"): " "}
NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
BOX, PARAGRAPH, TABLE = qn("w:txbxContent"), qn("w:p"), qn("w:tbl")
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
TEXTS = frozenset({qn("w:t"), MATH})
HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
LISTED = re.compile(r"list (?:bullet|number|continue)(?: (\d))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: a heading level (0 for none) or a nesting in a list (`None` for none)."""

    heading: int = 0
    nesting: int | None = None


@dataclass(slots=True)
class DocxParagraph:
    """The words of a paragraph as they are gathered: spans of insertions, notes referred to, boxes and charts in it."""

    text: str = ""
    inserted: list[Span] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    graphics: list[str] = field(default_factory=list)


def read(path: Path) -> FileText:
    """Read the body, text boxes, tables and notes; headers, footers and comments are no part of the text."""
    with archive.opened(path) as file:
        word = docx.Document(file)
    sections = Sections()
    _Body(word, sections).walk(word.element.body)
    core = word.core_properties
    when = core.modified or core.created
    properties = believable(
        title=core.title, author=core.author, date=when.date().isoformat() if when else "", language=core.language
    )
    return FileText(sections.pages(), properties)


class _Body:
    """Walks a Word document in reading order and hands what it finds to the sections."""

    def __init__(self, word: Word, sections: Sections) -> None:
        self._sections = sections
        self._parts = word.part.related_parts
        self._styles = _styles(word)
        self._numbering = Numbering(_numbering(word), word.styles.element)
        self._notes = {kind: _notes(word, kind) for kind in ("footnote", "endnote")}

    def walk(self, parent: Element, *, inserted: bool = False) -> None:
        """Take the paragraphs and tables below `parent`, through content controls and tracked moves."""
        for child in _elements(parent):
            if child.tag == PARAGRAPH:
                self._paragraph(child, inserted)
            elif child.tag == TABLE:
                self._table(child, inserted)
            elif child.tag not in LEFT_OUT:
                self.walk(child, inserted=inserted or child.tag in INSERTED)

    def _paragraph(self, element: Element, inserted: bool) -> None:
        found = DocxParagraph()
        _gather(element, found, inserted)
        style = self._style(element)
        label = self._numbering.label(element)
        if style.heading and found.text.strip():
            self._sections.heading(found.text, style.heading, found.inserted, label)
        elif style.nesting is not None:
            self._sections.add(found.text, "item", style.nesting, found.inserted)
        else:
            self._sections.add(found.text, inserted=found.inserted)
        for kind, number in found.notes:
            self._sections.later(self._notes[kind].get(number, ""))
        for box in found.boxes:
            self.walk(box, inserted=inserted)
        for relation in found.graphics:
            lines, rows = words(self._parts[relation].blob)
            for line in lines:
                self._sections.add(line)
            self._sections.table(rows, marked=True)

    def _style(self, element: Element) -> Style:
        """The paragraph's own settings go before those of its style."""
        style = self._styles.get(value_of(element, "w:pPr/w:pStyle"), self._styles[""])
        outline = value_of(element, "w:pPr/w:outlineLvl")
        if outline.isdigit():
            return Style(int(outline) + 1 if int(outline) < 9 else 0)
        number = value_of(element, "w:pPr/w:numPr/w:numId")
        if number and not style.heading:
            level = value_of(element, "w:pPr/w:numPr/w:ilvl")
            return Style(0, None if number == "0" else int(level or 0))
        return style

    def _table(self, element: Element, inserted: bool) -> None:
        rows = [row for row in _within(element, qn("w:tr")) if row.find(qn("w:trPr") + "/" + qn("w:del")) is None]
        if all(len(list(_within(row, qn("w:tc")))) < 2 for row in rows):  # a frame around text, not a table
            for row in rows:
                for cell in _within(row, qn("w:tc")):
                    self.walk(cell, inserted=inserted)
            return
        marked = bool(rows) and rows[0].find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None
        self._sections.table(
            expand([self._cell(cell) for cell in _within(row, qn("w:tc"))] for row in rows), marked=marked
        )

    def _cell(self, element: Element) -> Cell:
        span = value_of(element, "w:tcPr/w:gridSpan")
        merged = element.find(qn("w:tcPr") + "/" + qn("w:vMerge"))
        above = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
        texts = []
        for paragraph in _paragraphs(element):
            found = DocxParagraph()
            _gather(paragraph, found, False)
            texts.append(found.text)
            texts.extend(" ".join(map(_plain, _paragraphs(box))) for box in found.boxes)
            for kind, number in found.notes:
                self._sections.later(self._notes[kind].get(number, ""))
        return Cell(" ".join(texts), int(span) if span.isdigit() else 1, above=above)


def _gather(parent: Element, found: DocxParagraph, inserted: bool) -> None:
    for child in _elements(parent):
        tag = child.tag
        if tag in LEFT_OUT or (tag == qn("w:r") and _is_hidden(child)):
            continue
        if tag == BOX:
            found.boxes.append(child)
        elif relation := part_id(child):
            found.graphics.append(relation)
        elif tag in NOTES:
            found.notes.append((NOTES[tag], child.get(qn("w:id"), "")))
        elif sign := (child.text or "" if tag in TEXTS else SIGNS.get(tag, "")):
            if inserted:
                found.inserted.append((len(found.text), len(found.text) + len(sign)))
            found.text += sign
        else:
            _gather(child, found, inserted or tag in INSERTED)


def _is_hidden(run: Element) -> bool:
    vanish = run.find(qn("w:rPr") + "/" + qn("w:vanish"))
    return vanish is not None and vanish.get(qn("w:val"), "true") not in ("0", "false")


def _plain(element: Element) -> str:
    found = DocxParagraph()
    _gather(element, found, False)
    return found.text


def _elements(parent: Element) -> Iterator[Element]:
    return (child for child in parent if isinstance(child.tag, str))


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, through content controls but not into tables inside."""
    for child in _elements(parent):
        if child.tag == tag:
            yield child
        elif child.tag not in LEFT_OUT and child.tag not in (PARAGRAPH, TABLE, qn("w:tr"), qn("w:tc")):
            yield from _within(child, tag)


def _paragraphs(parent: Element) -> Iterator[Element]:
    """All paragraphs of a cell, box or note, those of tables inside included."""
    for child in _elements(parent):
        if child.tag == PARAGRAPH:
            yield child
        elif child.tag not in LEFT_OUT:
            yield from _paragraphs(child)


def _styles(word: Word) -> dict[str, Style]:
    """Styles by id, with what they inherit; the id "" stands for the default paragraph style."""
    elements = {
        str(style.get(qn("w:styleId"), "")): style
        for style in word.styles.element.iterchildren(qn("w:style"))
        if style.get(qn("w:type")) == "paragraph"
    }
    default = next((key for key, one in elements.items() if one.get(qn("w:default")) in ("1", "true")), None)
    styles = {key: _inherited(elements, key) for key in elements}
    return {"": styles[default] if default else Style()} | styles


def _inherited(elements: dict[str, Element], key: str) -> Style:
    seen: set[str] = set()
    while key in elements and key not in seen:
        seen.add(key)
        element = elements[key]
        name = value_of(element, "w:name")
        outline = value_of(element, "w:pPr/w:outlineLvl")
        if heading := HEADING.fullmatch(name):
            return Style(int(heading[1]))
        if name.lower() == "title":
            return Style(1)
        if outline.isdigit() and int(outline) < 9:
            return Style(int(outline) + 1)
        if listed := LISTED.fullmatch(name):
            return Style(0, int(listed[1] or 1) - 1)
        if value_of(element, "w:pPr/w:numPr/w:numId") not in ("", "0"):
            return Style(0, int(value_of(element, "w:pPr/w:numPr/w:ilvl") or 0))
        key = value_of(element, "w:basedOn")
    return Style()


def _numbering(word: Word) -> Element | None:
    parts = [rel.target_part for rel in word.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
    return parse_xml(parts[0].blob) if parts else None


def _notes(word: Word, kind: str) -> dict[str, str]:
    """The texts of the footnotes or endnotes by id."""
    wanted = RELATIONSHIP_TYPE.FOOTNOTES if kind == "footnote" else RELATIONSHIP_TYPE.ENDNOTES
    parts = [rel.target_part for rel in word.part.rels.values() if rel.reltype == wanted and not rel.is_external]
    return {
        str(note.get(qn("w:id"), "")): "\n".join(filter(None, (_plain(one).strip() for one in _paragraphs(note))))
        for part in parts
        for note in parse_xml(part.blob).iterchildren(qn(f"w:{kind}"))
    }
