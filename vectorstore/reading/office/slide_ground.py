"""What the words of a slide stand on: white words on white are hidden, as are those of a box beside the slide."""

from collections.abc import Iterator
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

WHITES = frozenset({"FFFFFF", "FEFEFE", "FDFDFD"})
FILLS = frozenset(map(qn, ("a:solidFill", "a:gradFill", "a:blipFill", "a:pattFill", "a:noFill", "a:grpFill")))
ShapeBox = tuple[int, int, int, int]


class SlideGround:
    """The ground of one slide; where it is not sure to be white, it is not."""

    def __init__(self, slide: Any, width: int, height: int) -> None:
        self._slide = slide
        self._width, self._height = width, height
        self._colours = _colours(slide)
        self._is_white: bool | None = None

    def is_beside(self, shape: Any) -> bool:
        """Whether a shape lies wholly outside the slide, where no audience sees it."""
        box = _box(shape)
        if box is None:
            return False
        left, top, right, bottom = box
        return (right <= 0 and left < right) or (bottom <= 0 and top < bottom) or left >= self._width or (
            top >= self._height
        )  # fmt: skip

    def is_white(self, colour: Any) -> bool:
        """Whether a colour element is plain white, by its value or that of the theme."""
        if len(colour):
            return False
        value = str(colour.get("val", "")).upper()
        if colour.tag == qn("a:schemeClr"):
            value = self._colours.get(colour.get("val", ""), "")
        return (colour.tag in (qn("a:srgbClr"), qn("a:schemeClr")) and value in WHITES) or (
            colour.tag == qn("a:prstClr") and value == "WHITE"
        )

    def hides(self, shape: Any) -> bool:
        """Whether white words in a shape stand on white: no other fill in it, nothing else behind it."""
        own = self._fill(shape.element)
        if own is not None:
            return own
        if shape.is_placeholder or shape.element.find(qn("p:style")) is not None:
            return False  # filled by a layout or a theme, perhaps
        if self._is_white is None:
            self._is_white = self._is_white_slide()
        return self._is_white and not any(self._covers(other, shape) for other in self._others(shape))

    def _fill(self, element: Any) -> bool | None:
        """Whether the fill of a shape is white; `None` where it has none."""
        settings = element.find(qn("p:spPr"))
        fill = None if settings is None else next((one for one in settings if one.tag in FILLS), None)
        if fill is None or fill.tag == qn("a:noFill"):
            return None
        return fill.tag == qn("a:solidFill") and len(fill) > 0 and self.is_white(fill[0])

    def _is_white_slide(self) -> bool:
        layout = self._slide.slide_layout
        for sheet in (self._slide, layout, layout.slide_master):
            ground = sheet._element.find(qn("p:cSld") + "/" + qn("p:bg"))
            if ground is None:
                continue
            fill = ground.find(qn("p:bgPr") + "/" + qn("a:solidFill"))
            reference = ground.find(qn("p:bgRef"))
            colours = list(fill if fill is not None else reference if reference is not None else ())
            return bool(colours) and self.is_white(colours[0])
        return True

    def _others(self, shape: Any) -> Iterator[Any]:
        layout = self._slide.slide_layout
        for sheet in (self._slide, layout, layout.slide_master):
            yield from (other for other in sheet.shapes if other.element is not shape.element)

    def _covers(self, other: Any, shape: Any) -> bool:
        """Whether another shape is no white one and may stand behind the words."""
        element = other.element
        if element.tag == qn("p:sp"):
            fill = self._fill(element)
            if fill or (fill is None and element.find(qn("p:style")) is None):
                return False
        elif element.tag == qn("p:cxnSp"):
            return False
        one, two = _box(other), _box(shape)
        if one is None or two is None or shape.element.getparent().tag != qn("p:spTree"):
            return True
        return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _box(shape: Any) -> ShapeBox | None:
    left, top, width, height = shape.left, shape.top, shape.width, shape.height
    if None in (left, top, width, height):
        return None
    return int(left), int(top), int(left) + int(width), int(top) + int(height)


def _colours(slide: Any) -> dict[str, str]:
    """The colours of the theme by the names that shapes use for them."""
    master = slide.slide_layout.slide_master
    themes = [rel.target_part.blob for rel in master.part.rels.values() if rel.reltype.endswith("/theme")]
    if not themes:
        return {}
    from_theme: dict[str, str] = {}
    scheme = next(parse_xml(themes[0]).iter(qn("a:clrScheme")), ())
    for colour in scheme:
        if len(colour):
            from_theme[colour.tag.rpartition("}")[2]] = str(
                colour[0].get("lastClr") or colour[0].get("val", "")
            ).upper()
    names = master._element.find(qn("p:clrMap"))
    mapped = {name: from_theme.get(value, "") for name, value in ({} if names is None else names.attrib).items()}
    return from_theme | mapped
