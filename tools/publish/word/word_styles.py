"""The styles of a Word file: our own, or those of a house, with ours where it has none of a name."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ....core.errors import UsageError
from .word_markup import NOTHING, R, Xml, joined, part, w
from .word_reading import UNREADABLE, opened, parsed

_Element = Any  # of lxml, which carries no types
_TAKEN = ("styles", "document", "numbering", "theme/theme1")
_PAGE = ("pgSz", "pgMar", "docGrid")  # of a section: how its pages are set, but for columns
_COLUMNS = w("cols", space=708)
_Told = Mapping[str, str]  # the attributes of an element
_A4: tuple[_Told, _Told] = (
    {"w": "11906", "h": "16838"},
    {"top": "1418", "right": "1418", "bottom": "1418", "left": "1418", "header": "709", "footer": "709", "gutter": "0"},
)
_TURNED = {"top": "right", "right": "bottom", "bottom": "left", "left": "top"}
_WIDTH = 9_070  # of the text on a page of A4
_BULLETS = "•–▪"


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a file looks: parts of its package, how its pages are set, and the ids of styles by their names."""

    styles: bytes
    numbering: bytes
    size: Mapping[str, str]
    margins: Mapping[str, str]
    ids: dict[str, str]
    theme: bytes | None = None
    lines: Xml = NOTHING

    @property
    def page(self) -> Xml:
        """How its pages are set, as content of a section."""
        return joined(w("pgSz", **self.size), w("pgMar", **self.margins), _COLUMNS, self.lines)

    @property
    def width(self) -> int:
        """The width of the text in twentieths of a point, that of A4 where the house says none."""
        try:
            return int(self.size["w"]) - int(self.margins["left"]) - int(self.margins["right"])
        except (KeyError, ValueError):
            return _WIDTH

    def landscape(self) -> "HouseStyle":
        """Return the same on pages that lie on their long side."""
        wide, high = self.size.get("w", ""), self.size.get("h", "")
        if not (wide.isdecimal() and high.isdecimal()) or int(wide) >= int(high):
            return self
        size = {**self.size, "w": high, "h": wide, "orient": "landscape"}
        margins = {name: self.margins.get(_TURNED.get(name, name), value) for name, value in self.margins.items()}
        return replace(self, size=size, margins=margins)


def own_style(language: str) -> HouseStyle:
    """Return the style of files where nobody gives another."""
    styles = _own()
    _speak(styles, language)
    numbering = part("numbering", _bullets(1), w("num", w("abstractNumId", val=1), numId=1))
    ids = {_name(style): style.get(qn("w:styleId")) for style in _styles(styles)}
    return HouseStyle(serialize_part_xml(styles), numbering, *_A4, ids)


def house_style(content: bytes, language: str) -> HouseStyle:
    """Return the style of a Word file or template: its styles, numbering, theme and pages, nothing of its text.

    Raises UsageError if it is none.
    """
    try:
        with opened(content) as archive:
            return _taken(language, *(parsed(archive, f"word/{name}.xml") for name in _TAKEN))
    except UNREADABLE as error:
        raise UsageError("the house style is no Word file that can be read: save it again as .docx") from error


def _taken(
    language: str, styles: _Element | None, body: _Element | None, numbering: _Element | None, theme: _Element | None
) -> HouseStyle:
    """Return the style of some parts; raises UNREADABLE for what is not as it should be in them."""
    if styles is None or body is None:
        raise UsageError("the house style is no Word file: give a .docx or .dotx")
    lists = parse_xml(part("numbering")) if numbering is None else numbering
    ids = _merged(styles, _with_bullets(lists))
    _speak(styles, language)
    painted = theme is not None and any(name.startswith(f"{{{R}}}") for one in theme.iter() for name in one.attrib)
    return HouseStyle(
        serialize_part_xml(styles), serialize_part_xml(lists), *_page(body), ids,
        serialize_part_xml(theme) if theme is not None and not painted else None,  # what it paints with is left behind
        _lines(body),
    )  # fmt: skip


def _own() -> _Element:
    return parse_xml((files(__package__) / "styles.xml").read_bytes())


def _styles(styles: _Element) -> Iterator[_Element]:
    yield from styles.iterchildren(qn("w:style"))


def _name(style: _Element) -> str:
    named = style.find(qn("w:name"))
    return str(named.get(qn("w:val"))) if named is not None else ""


def _key(style: _Element) -> tuple[str, str]:
    return style.get(qn("w:type"), "paragraph"), _name(style).lower()


def _merged(styles: _Element, bullets: int) -> dict[str, str]:
    """Add our styles to those of a house where it has none of the name; return the ids that ours have there."""
    theirs = {_key(style): style.get(qn("w:styleId"), "") for style in _styles(styles)}
    taken = set(theirs.values())
    ours = list(_styles(_own()))
    ids: dict[str, str] = {}
    for style in ours:
        own = style.get(qn("w:styleId"))
        ids[own] = theirs.get(_key(style)) or next(name for name in _unlike(own) if name not in taken)
    for style in ours:
        if not theirs.get(_key(style)):
            styles.append(_renamed(deepcopy(style), ids, bullets, has_default=bool(theirs)))
    return {_name(style): ids[style.get(qn("w:styleId"))] for style in ours}


def _unlike(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}{number}" for number in range(1, 1_000))


def _renamed(style: _Element, ids: dict[str, str], bullets: int, *, has_default: bool) -> _Element:
    style.set(qn("w:styleId"), ids[style.get(qn("w:styleId"))])
    if has_default:
        style.attrib.pop(qn("w:default"), None)
    for name in ("w:basedOn", "w:next"):
        for one in style.iter(qn(name)):
            one.set(qn("w:val"), ids[one.get(qn("w:val"))])
    for one in style.iter(qn("w:numId")):
        one.set(qn("w:val"), str(bullets))
    return style


def _speak(styles: _Element, language: str) -> None:
    """Say which language the text is in, unless a style says otherwise."""
    for defaults in styles.iterfind(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"):
        for old in defaults.findall(qn("w:lang")):
            old.set(qn("w:val"), language)


def _with_bullets(numbering: _Element) -> int:
    """Add our bullets to the lists of a house, and return the number of their list."""
    for tag in ("w:numPicBullet", "w:lvlPicBulletId"):  # pictures, which are left behind
        for one in list(numbering.iter(qn(tag))):
            one.getparent().remove(one)
    abstract, lists = list(numbering.iterchildren(qn("w:abstractNum"))), list(numbering.iterchildren(qn("w:num")))
    of_list = 1 + max((int(one.get(qn("w:abstractNumId"), 0)) for one in abstract), default=0)
    number = 1 + max((int(one.get(qn("w:numId"), 0)) for one in lists), default=0)
    added = parse_xml(part("numbering", _bullets(of_list), w("num", w("abstractNumId", val=of_list), numId=number)))
    how, which = list(added)
    numbering.insert(numbering.index(abstract[-1]) + 1 if abstract else 0, how)
    (lists[-1] if lists else how).addnext(which)
    return number


def _bullets(number: int) -> Xml:
    levels = (
        w(
            "lvl", w("start", val=1), w("numFmt", val="bullet"), w("lvlText", val=sign), w("lvlJc", val="left"),
            w("pPr", w("ind", left=357 * (at + 1), hanging=357)), ilvl=at,
        )
        for at, sign in enumerate(_BULLETS)
    )  # fmt: skip
    return w("abstractNum", w("multiLevelType", val="hybridMultilevel"), *levels, abstractNumId=number)


def _page(body: _Element) -> tuple[_Told, _Told]:
    """Return size and margins of the pages of the last section."""
    size, margins, _ = _set(body)
    return _A4 if size is None or margins is None else (_plain(size), _plain(margins))


def _lines(body: _Element) -> Xml:
    """Return how lines are set on these pages."""
    size, margins, grid = _set(body)
    return NOTHING if size is None or margins is None or grid is None else w("docGrid", **_plain(grid))


def _set(body: _Element) -> list[_Element | None]:
    found = list(body.iter(qn("w:sectPr")))
    return [found[-1].find(qn(f"w:{name}")) if found else None for name in _PAGE]


def _plain(element: _Element) -> dict[str, str]:
    """Return the attributes that are Word's own."""
    own = qn("w:val").removesuffix("val")
    return {name.removeprefix(own): value for name, value in element.attrib.items() if name.startswith(own)}
