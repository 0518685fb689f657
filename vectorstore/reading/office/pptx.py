"""PowerPoint: one page a slide, and one for its notes where there are any."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from ....core.types import PageState, SegmentKind
from ..page import Block, FileText, Page
from ..properties import believable
from ..tables import Cell, expand, title_rows, with_header
from . import archive, docx, graphics, xlsx
from .attached import EmbeddedFiles, name_of
from .slide_ground import SlideGround
from .text import omml, symbols
from .text.alternates import settle
from .text.inline import PLAIN, RunLook, RunShift, RunText

FRAME = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER})
TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE})
BULLETED = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})
TINY = 100  # hundredths of a point; PowerPoint offers nothing smaller
HALF = 0.5  # of the slide, from which on a picture below a title is what the slide shows
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _Sheet:
    """The text of one slide, or of its notes, as it grows, and what of it is lacking or left out."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []
        self.unread: dict[str, None] = {}
        self.left_out: dict[str, None] = {}

    def add(self, text: str, kind: SegmentKind, level: int = 0, header: int | None = None) -> None:
        body = text.replace("\x0b", "\n").strip()
        if body:
            start = len(self.text) + 1 if self.text else 0
            self.text += f"\n{body}" if self.text else body
            self.blocks.append(Block(start, start + len(body), kind, level, header, len(self.blocks) + 1))

    def table(self, rows: Sequence[Sequence[str]], *, marked: bool) -> None:
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        titles = title_rows(filled)
        joined, has_names = with_header(filled[titles:], marked=marked)
        header = len(self.blocks) + titles if has_names else None
        for number, row in enumerate([*filled[:titles], *joined]):
            text = " | ".join(" ".join(cell.split()) for cell in row)
            self.add(text, "row", 0, header if number > titles else None)

    def include(self, text: FileText) -> None:
        """Append what an embedded file says."""
        for page in text.pages:
            first = len(self.blocks)
            for block in page.blocks:
                header = None if block.header is None else first + block.header
                self.add(page.text[block.start : block.end], block.kind, block.level, header)
            self.unread |= dict.fromkeys(page.unread)
            self.left_out |= dict.fromkeys(page.left_out)
        self.unread |= dict.fromkeys(text.unread)

    def page(self, number: int, label: str, *, notes: bool = False) -> Page:
        state: PageState = "read" if self.text else "no_text"
        return Page(
            "slide", number, label, self.text, tuple(self.blocks), (), state, notes,
            unread=tuple(self.unread), left_out=tuple(self.left_out),
        )  # fmt: skip


def read(path: Path) -> FileText:
    """Read every slide and its notes; slide numbers, dates and footers are no part of the text.

    Hidden slides, hidden and struck words are left out and named in `left_out`, what cannot be read in `unread`.
    """
    with archive.opened(path) as file:
        presentation = pptx.Presentation(file)
    embedded = EmbeddedFiles({"docx": docx.read, "xlsx": xlsx.read})
    width, height = int(presentation.slide_width or 0), int(presentation.slide_height or 0)
    pages: list[Page] = []
    for number, slide in enumerate(presentation.slides, 1):
        if slide._element.get("show") in ("0", "false"):
            pages.append(Page("slide", number, f"slide {number}", "", (), left_out=("a hidden slide",)))
            continue
        settle(slide._element)
        sheet = _SlideReader(slide, SlideGround(slide, width, height), embedded).read(width * height)
        pages.append(sheet.page(number, f"slide {number}"))
        notes = _notes(slide)
        if notes.text:
            pages.append(notes.page(number, f"slide {number} (notes)", notes=True))
    core = presentation.core_properties
    when = core.modified or core.created
    properties = believable(
        title=core.title, author=core.author, date=when.date().isoformat() if when else "", language=core.language
    )
    return FileText(tuple(pages), properties)


class _SlideReader:
    """Takes the shapes of one slide in the order in which they are read."""

    def __init__(self, slide: Any, backdrop: SlideGround, embedded: EmbeddedFiles) -> None:
        self._slide = slide
        self._parts: Mapping[str, Any] = {
            key: rel.target_part for key, rel in slide.part.rels.items() if not rel.is_external
        }
        self._backdrop = backdrop
        self._embedded = embedded
        self._sheet = _Sheet()
        self._pictured = 0  # the size of the largest picture

    def read(self, size: int) -> _Sheet:
        """The slide's text; `size` is that of the slide."""
        shown = []
        for shape in self._slide.shapes:
            if _role(shape) not in TITLES and self._backdrop.is_beside(shape):
                self._leave_out(shape)
            else:
                shown.append(shape)
        for shape in self._in_order(shown):
            self._take(shape)
        words = [block for block in self._sheet.blocks if block.kind != "heading"]
        if self._pictured and not words and (not self._sheet.text or self._pictured >= HALF * size):
            self._sheet.unread["a picture"] = None
        return self._sheet

    def _in_order(self, shapes: Any) -> list[Any]:
        """Titles first, then from top to bottom and left to right; groups are opened where they stand."""
        seen = []
        for shape in shapes:
            if _is_hidden(shape):
                self._leave_out(shape)
            else:
                seen.append(shape)
        ordered = sorted(seen, key=lambda shape: (_role(shape) not in TITLES, shape.top or 0, shape.left or 0))
        return [inner for shape in ordered for inner in (self._in_order(shape.shapes) if _is_group(shape) else [shape])]

    def _leave_out(self, shape: Any) -> None:
        if any((text.text or "").strip() for text in shape.element.iter(qn("a:t"))):
            self._sheet.left_out["hidden text"] = None

    def _take(self, shape: Any) -> None:
        role = _role(shape)
        if role in FRAME:
            return
        if shape.element.tag == qn("p:pic"):
            self._pictured = max(self._pictured, int(shape.width or 0) * int(shape.height or 0), 1)
        if getattr(shape, "has_table", False) and shape.has_table:
            rows = expand(list(self._cells(row)) for row in shape.table.rows)
            self._sheet.table(rows, marked=bool(shape.table.first_row))
        elif shape.element.tag == qn("p:graphicFrame"):
            self._graphic(shape)
        elif shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                item = _is_item(paragraph, bulleted=role in BULLETED)
                kind: SegmentKind = "heading" if role in TITLES else "item" if item else "text"
                text = self._words(paragraph, shape)
                self._sheet.add(text, kind, 1 if kind == "heading" else paragraph.level if item else 0)

    def _cells(self, row: Any) -> Iterator[Cell]:
        for cell in row.cells:
            if not cell.is_spanned:
                text = "\n".join(self._words(paragraph, None) for paragraph in cell.text_frame.paragraphs)
                yield Cell(text, cell.span_width, cell.span_height)

    def _graphic(self, frame: Any) -> None:
        for element in frame.element.iter():
            if element.tag == qn("p:oleObj"):
                self._embed(element)
            if not graphics.is_graphic(element):
                continue
            graphic = graphics.read(element, self._parts)
            for line in graphic.lines:
                self._sheet.add(line, "text")
            self._sheet.table(graphic.rows, marked=True)
            if graphic.unread:
                self._sheet.unread[graphic.unread] = None

    def _embed(self, element: Any) -> None:
        part = self._parts.get(element.get(RELATION, ""))
        if part is None:
            self._sheet.unread["a linked file"] = None
        elif element.get("progId", "").startswith("Equation"):
            self._sheet.unread["a formula"] = None
        elif (text := self._embedded.read(part)) is not None:
            self._sheet.include(text)
        else:
            self._sheet.unread[name_of(part)] = None

    def _words(self, paragraph: Any, shape: Any) -> str:
        """The words of a paragraph; white ones are looked at in shapes, whose ground is known."""
        text, left_out = _text(paragraph._p, None if shape is None else self._backdrop, shape)
        self._sheet.left_out |= dict.fromkeys(left_out)
        return text


def _text(paragraph: Any, backdrop: SlideGround | None = None, shape: Any = None) -> tuple[str, list[str]]:
    """The words of a paragraph as they are set, and what of it is left out."""
    inline = RunText()
    for child in paragraph:
        if child.tag in (qn("a:r"), qn("a:fld")):
            settings = child.find(qn("a:rPr"))
            look = PLAIN if settings is None else _look(settings, backdrop, shape)
            text = "".join(one.text or "" for one in child.iterchildren(qn("a:t")))
            if look.font:
                text = symbols.shown(text, look.font)
            elif settings is not None and not text.isascii():
                text = _arrows(text, settings)
            inline.add(text, look)
        elif child.tag == qn("a:br"):
            inline.add("\n")
        elif isinstance(child.tag, str) and child.tag.endswith("}m"):
            for formula in child:
                if omml.is_formula(formula):
                    inline.add(omml.linear(formula))
    return inline.joined()[0], inline.left_out


def _look(settings: Any, backdrop: SlideGround | None, shape: Any) -> RunLook:
    base = settings.get("baseline", "0").removesuffix("%")
    shift: RunShift = "" if base in ("", "0") else "lowered" if base.startswith("-") else "raised"
    gone = ""
    size, strike = settings.get("sz", ""), settings.get("strike", "noStrike")
    fill = settings.find(qn("a:solidFill"))
    if size.isdigit() and int(size) <= TINY:
        gone = "hidden text"
    elif strike != "noStrike":
        gone = "struck text"
    elif backdrop and fill is not None and len(fill) and backdrop.is_white(fill[0]) and backdrop.hides(shape):
        gone = "hidden text"
    latin = settings.find(qn("a:latin"))
    font = "" if latin is None else latin.get("typeface", "")
    return RunLook(shift, gone, font if symbols.is_symbolic(font) else "")


def _arrows(text: str, settings: Any) -> str:
    """Signs that PowerPoint keeps as letters beyond ASCII of a symbol font, such as the arrow for "-->"."""
    found = settings.find(qn("a:sym"))
    font = "" if found is None else found.get("typeface", "")
    if not symbols.is_symbolic(font):
        return text
    return "".join(sign if sign.isascii() else symbols.shown(sign, font) for sign in text)


def _is_hidden(shape: Any) -> bool:
    return any(one.get("hidden") in ("1", "true") for part in shape.element for one in part.iterchildren(qn("p:cNvPr")))


def _is_group(shape: Any) -> bool:
    return bool(shape.element.tag == qn("p:grpSp"))


def _role(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _is_item(paragraph: Any, *, bulleted: bool) -> bool:
    settings = paragraph._p.pPr
    if settings is None:
        return bulleted
    if settings.find(qn("a:buNone")) is not None:
        return False
    return bulleted or any(settings.find(qn(tag)) is not None for tag in ("a:buChar", "a:buAutoNum", "a:buBlip"))


def _notes(slide: Any) -> _Sheet:
    sheet = _Sheet()
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        settle(slide.notes_slide._element)
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            text, left_out = _text(paragraph._p)
            sheet.add(text, "text")
            sheet.left_out |= dict.fromkeys(left_out)
    return sheet
