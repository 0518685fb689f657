"""PowerPoint: one page a slide, and one for its notes where there are any."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn

from ....core.types import PageState, SegmentKind
from ..page import Block, FileText, Page
from ..properties import believable
from ..tables import Cell, expand, has_header
from . import archive
from .graphics import part_id, words

FRAME = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER})
TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE})
BULLETED = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})


class _Sheet:
    """The text of one slide, or of its notes, as it grows."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks: list[Block] = []

    def add(self, text: str, kind: SegmentKind, level: int = 0, header: int | None = None) -> None:
        body = text.replace("\x0b", "\n").strip()
        if body:
            start = len(self.text) + 1 if self.text else 0
            self.text += f"\n{body}" if self.text else body
            self.blocks.append(Block(start, start + len(body), kind, level, header, len(self.blocks) + 1))

    def table(self, rows: Sequence[Sequence[str]], *, marked: bool) -> None:
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        header = len(self.blocks) if has_header(filled, marked=marked) else None
        for number, row in enumerate(filled):
            self.add(" | ".join(" ".join(cell.split()) for cell in row), "row", 0, header if number else None)

    def page(self, number: int, label: str, *, notes: bool = False) -> Page:
        state: PageState = "read" if self.text else "no_text"
        return Page("slide", number, label, self.text, tuple(self.blocks), (), state, notes)


def read(path: Path) -> FileText:
    """Read every slide, hidden ones too; slide numbers, dates and footers are no part of the text."""
    with archive.opened(path) as file:
        presentation = pptx.Presentation(file)
    pages: list[Page] = []
    for number, slide in enumerate(presentation.slides, 1):
        sheet = _Sheet()
        for shape in _in_order(slide.shapes):
            _take(shape, sheet)
        hidden = " (hidden)" if slide._element.get("show") in ("0", "false") else ""
        pages.append(sheet.page(number, f"slide {number}{hidden}"))
        notes = _notes(slide)
        if notes.text:
            pages.append(notes.page(number, f"slide {number} (notes)", notes=True))
    core = presentation.core_properties
    when = core.modified or core.created
    properties = believable(
        title=core.title, author=core.author, date=when.date().isoformat() if when else "", language=core.language
    )
    return FileText(tuple(pages), properties)


def _in_order(shapes: Any) -> list[Any]:
    """Titles first, then from top to bottom and left to right; groups are opened where they stand."""
    ordered = sorted(shapes, key=lambda shape: (_role(shape) not in TITLES, shape.top or 0, shape.left or 0))
    return [inner for shape in ordered for inner in (_in_order(shape.shapes) if _is_group(shape) else [shape])]


def _is_group(shape: Any) -> bool:
    return bool(shape.element.tag == qn("p:grpSp"))


def _role(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _take(shape: Any, sheet: _Sheet) -> None:
    role = _role(shape)
    if role in FRAME:
        return
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = expand(list(_cells(row)) for row in shape.table.rows)
        sheet.table(rows, marked=bool(shape.table.first_row))
    elif shape.element.tag == qn("p:graphicFrame"):
        _graphic(shape, sheet)
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            item = _is_item(paragraph, bulleted=role in BULLETED)
            kind: SegmentKind = "heading" if role in TITLES else "item" if item else "text"
            sheet.add(paragraph.text, kind, 1 if kind == "heading" else paragraph.level if item else 0)


def _is_item(paragraph: Any, *, bulleted: bool) -> bool:
    settings = paragraph._p.pPr
    if settings is None:
        return bulleted
    if settings.find(qn("a:buNone")) is not None:
        return False
    return bulleted or any(settings.find(qn(tag)) is not None for tag in ("a:buChar", "a:buAutoNum", "a:buBlip"))


def _cells(row: Any) -> Iterator[Cell]:
    for cell in row.cells:
        if not cell.is_spanned:
            yield Cell(cell.text, cell.span_width, cell.span_height)


def _graphic(frame: Any, sheet: _Sheet) -> None:
    for element in frame.element.iter():
        if relation := part_id(element):
            lines, rows = words(frame.part.related_part(relation).blob)
            for line in lines:
                sheet.add(line, "text")
            sheet.table(rows, marked=True)


def _notes(slide: Any) -> _Sheet:
    sheet = _Sheet()
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            sheet.add(paragraph.text, "text")
    return sheet
