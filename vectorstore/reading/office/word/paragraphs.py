"""The words of a Word paragraph, run by run, and what hangs on it: notes, boxes, charts, files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.oxml.ns import qn

from ...page import Span
from ..graphics import is_graphic
from ..text import omml, symbols
from ..text.inline import PLAIN, RunLook, RunText
from .numbering import value_of
from .run_styles import WordStyles
from .shading import Element

DELETION = qn("w:del")
# Deleted and moved-away text, hidden parts of fields, and what is said about the text rather than in it.
LEFT_OUT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:rPr", "w:pPr", "w:sdtPr", "w:rt")))
INSERTED = frozenset(map(qn, ("w:ins", "w:moveTo")))
SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:ptab"): " "}
NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
BOX, PARAGRAPH, TABLE, RUN, TEXT = map(qn, ("w:txbxContent", "w:p", "w:tbl", "w:r", "w:t"))
SYMBOL, FORM, SUBDOCUMENT = map(qn, ("w:sym", "w:ffData", "w:subDoc"))
OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
CODE = re.compile("(?!D[89A-F])[0-9A-F]{4}", re.IGNORECASE)  # of a sign; halves of signs are none
PICTURES = frozenset(
    {"{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata"}
)


@dataclass(slots=True)
class DocxParagraph:
    """A paragraph as it was gathered: its text, the spans of insertions in it, and what it refers to."""

    text: str = ""
    inserted: list[Span] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    graphics: list[Element] = field(default_factory=list)
    objects: list[Element] = field(default_factory=list)
    has_picture: bool = False


def gather(element: Element, styles: WordStyles, *, inserted: bool = False) -> DocxParagraph:
    """Read one paragraph; `inserted` says that it stands in a tracked insertion."""
    gathering = _Gathering(element, styles)
    gathering.take(element, PLAIN, inserted)
    found = gathering.found
    found.text, found.inserted = gathering.inline.joined()
    found.left_out = gathering.inline.left_out
    return found


class _Gathering:
    def __init__(self, paragraph: Element, styles: WordStyles) -> None:
        self.found = DocxParagraph()
        self.inline = RunText()
        self._paragraph = paragraph
        self._styles = styles

    def take(self, parent: Element, look: RunLook, inserted: bool) -> None:
        for child in elements(parent):
            tag = child.tag
            if tag == TEXT:
                self.inline.add(symbols.shown(child.text or "", look.font), look, inserted=inserted)
            elif tag in SIGNS:
                self.inline.add(SIGNS[tag], look, inserted=inserted)
            elif tag in LEFT_OUT:
                if tag == DELETION:  # what was moved stands elsewhere
                    self.inline.left_out.append("deleted text")
            elif tag == RUN:
                self.take(child, self._styles.look(child, self._paragraph), inserted)
            elif sign := self._special(child):
                self.inline.add(sign, look, inserted=inserted)
            elif not self._is_reference(child, look):
                self.take(child, look, inserted or tag in INSERTED)

    def _special(self, element: Element) -> str:
        """What is shown for a sign of a symbol font, a formula, or a field of a form."""
        if element.tag == SYMBOL:
            code = element.get(qn("w:char"), "")
            sign = chr(int(code, 16)) if CODE.fullmatch(code) else symbols.UNKNOWN
            return symbols.shown(sign, element.get(qn("w:font"), ""))
        if omml.is_formula(element):
            return omml.linear(element)
        if element.tag == FORM:
            return _field(element)
        return ""

    def _is_reference(self, element: Element, look: RunLook) -> bool:
        """Note what an element refers to, unless it is hidden; `False` for one that only holds others."""
        tag, found = element.tag, self.found
        if tag == BOX:
            if not look.gone:
                found.boxes.append(element)
        elif is_graphic(element):
            found.graphics.append(element)
        elif tag in (OLE, SUBDOCUMENT):
            found.objects.append(element)
        elif tag in NOTES:
            found.notes.append((NOTES[tag], element.get(qn("w:id"), "")))
        else:
            found.has_picture = found.has_picture or tag in PICTURES
            return False
        return True


def _field(form: Element) -> str:
    """What the field of a form shows that is no text of its own: a ticked box, the choice from a list."""
    box = form.find(qn("w:checkBox"))
    if box is not None:
        ticked = box.find(qn("w:checked"))
        ticked = box.find(qn("w:default")) if ticked is None else ticked
        return "☒" if ticked is not None and ticked.get(qn("w:val"), "1") not in ("0", "false", "off") else "☐"
    choices = form.findall(qn("w:ddList") + "/" + qn("w:listEntry"))
    chosen = value_of(form, "w:ddList/w:result") or value_of(form, "w:ddList/w:default") or "0"
    if chosen.isdigit() and int(chosen) < len(choices):
        return str(choices[int(chosen)].get(qn("w:val"), ""))
    return ""


def elements(parent: Element) -> Iterator[Element]:
    """The children that are no comments."""
    return (child for child in parent if isinstance(child.tag, str))


def paragraphs(parent: Element) -> Iterator[Element]:
    """All paragraphs of a cell, box or note, but none of tables inside."""
    for child in elements(parent):
        if child.tag == PARAGRAPH:
            yield child
        elif child.tag not in LEFT_OUT and child.tag != TABLE:
            yield from paragraphs(child)
