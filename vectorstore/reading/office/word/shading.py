"""What white words of a Word document stand on: on paper they are hidden, on a dark ground they are a heading."""

import re
from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn

from .numbering import value_of

Element = Any  # of lxml, which carries no types
WHITE = re.compile(r"#?(?:(?:F[A-F]){3}|white|auto|)(?:\s.*)?", re.IGNORECASE)
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor"
EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
VML = "{urn:schemas-microsoft-com:vml}"
BACKDROP = 40 * 360_000**2  # square EMU, that is 40 square centimetres: larger than a logo
SHADED = (qn("w:tcPr"), qn("w:tblPr"), qn("w:pPr"), qn("w:rPr"))


class Shading:
    """Tells whether a run may stand on a dark ground; where that is not sure, it may."""

    def __init__(self, body: Element, styles: Element, margins: Iterable[Element]) -> None:
        """Take the body, the styles, and the headers and footers, whose pictures stand behind the text."""
        self._roots = [body.getparent() if body.getparent() is not None else body, *margins]
        self._styles = {str(one.get(qn("w:styleId"), "")): one for one in styles.iterchildren(qn("w:style"))}
        self._behind: bool | None = None

    def may_be_dark(self, run: Element) -> bool:
        """Whether a run, its paragraph, cell, table, box or page may have another ground than white paper."""
        element = run
        while element is not None:
            if any(_is_shaded(one) for one in element if one.tag in SHADED):
                return True
            named = value_of(element, "w:pPr/w:pStyle") or value_of(element, "w:tblPr/w:tblStyle")
            if self._is_shaded_style(named):
                return True
            if element.tag == qn("w:txbxContent"):
                return not _is_white_box(element)
            element = element.getparent()
        if self._behind is None:
            self._behind = any(map(_has_backdrop, self._roots))
        return self._behind

    def _is_shaded_style(self, key: str) -> bool:
        seen: set[str] = set()
        while key in self._styles and key not in seen:
            seen.add(key)
            if any(map(_is_dark, self._styles[key].iter(qn("w:shd")))):
                return True
            key = value_of(self._styles[key], "w:basedOn")
        return False


def _is_shaded(settings: Element) -> bool:
    shades = settings.findall(qn("w:shd"))
    return any(map(_is_dark, shades)) or value_of(settings, "w:highlight") not in ("", "none", "white")


def _is_dark(shade: Element) -> bool:
    pattern = shade.get(qn("w:val"), "clear")
    return not WHITE.fullmatch(shade.get(qn("w:fill"), "auto")) or pattern not in ("clear", "nil", "none")


def _is_white_box(content: Element) -> bool:
    """Whether the box around some text is filled with white; one without a fill shows what is behind it."""
    for shape in content.iterancestors(f"{SHAPE}wsp", f"{VML}shape", f"{VML}rect", f"{VML}roundrect"):
        if shape.tag.startswith(VML):
            return shape.get("filled", "t") not in ("f", "false") and bool(WHITE.fullmatch(shape.get("fillcolor", "")))
        colour = shape.find(f"{SHAPE}spPr/{DRAWING}solidFill/")
        return colour is not None and (
            bool(WHITE.fullmatch(colour.get("val", "-"))) or (colour.get("val") in ("bg1", "lt1") and not len(colour))
        )
    return False


def _has_backdrop(root: Element) -> bool:
    for anchor in root.iter(ANCHOR):
        extent = anchor.find(EXTENT)
        size = 0 if extent is None else _number(extent.get("cx", "")) * _number(extent.get("cy", ""))
        if size >= BACKDROP:
            return True
    if any("absolute" in shape.get("style", "") for shape in root.iter(f"{VML}shape", f"{VML}rect", f"{VML}group")):
        return True
    return any(not WHITE.fullmatch(one.get(qn("w:color"), "")) for one in root.iter(qn("w:background")))


def _number(value: str) -> int:
    return int(value) if value.isdigit() else 0
