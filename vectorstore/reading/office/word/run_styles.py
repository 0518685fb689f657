"""The styles of a Word document: which paragraphs are headings or items, and how runs look."""

import re
from dataclasses import dataclass

from docx.oxml.ns import qn

from ..text.inline import PLAIN, RunLook, RunShift
from ..text.symbols import is_symbolic
from .numbering import value_of
from .shading import Element, Shading

HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
LISTED = re.compile(r"list (?:bullet|number|continue)(?: (\d))?", re.IGNORECASE)
WHITE = re.compile(r"(?:F[A-F]){3}", re.IGNORECASE)
OFF = frozenset({"0", "false", "off"})
RAISE = 4  # half points that a run must be set higher or lower; less is a matter of taste
TINY = 2  # half points; Word offers nothing smaller
RELEVANT = {
    qn(f"w:{name}"): name for name in ("vertAlign", "position", "strike", "dstrike", "vanish", "color", "sz", "rFonts")
}
RunSettings = dict[str, str]


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: a heading level (0 for none) or a nesting in a list (`None` for none)."""

    heading: int = 0
    nesting: int | None = None


class WordStyles:
    """WordStyles by id, with what they inherit; the id "" stands for the default paragraph style."""

    def __init__(self, root: Element, grounds: Shading) -> None:
        self._elements = {str(one.get(qn("w:styleId"), "")): one for one in root.iterchildren(qn("w:style"))}
        self._grounds = grounds
        paragraphs = {key: one for key, one in self._elements.items() if one.get(qn("w:type")) == "paragraph"}
        self._default = next((key for key, one in paragraphs.items() if one.get(qn("w:default")) in ("1", "true")), "")
        self._styles = {key: self._style(key) for key in paragraphs}
        first = root.find("/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr"))))
        self._first = {} if first is None else _settings(first)
        self._runs: dict[str, RunSettings] = {}
        self._bases: dict[tuple[str, str], tuple[RunSettings, RunLook]] = {}

    def of(self, paragraph: Element) -> Style:
        """What a paragraph is; its own settings go before those of its style."""
        style = self._styles.get(self._key(paragraph), Style())
        outline = value_of(paragraph, "w:pPr/w:outlineLvl")
        if outline.isdigit():
            return Style(int(outline) + 1 if int(outline) < 9 else 0)
        number = value_of(paragraph, "w:pPr/w:numPr/w:numId")
        if number and not style.heading:
            level = value_of(paragraph, "w:pPr/w:numPr/w:ilvl")
            return Style(0, None if number == "0" else int(level) if level.isdigit() else 0)
        return style

    def look(self, run: Element, paragraph: Element) -> RunLook:
        """How a run of a paragraph is set, by itself and by the styles of characters and paragraphs."""
        own = run.find(qn("w:rPr"))
        named = "" if own is None else value_of(own, "w:rStyle")
        settings, look = self._base(self._key(paragraph), named)
        if own is not None and any(child.tag in RELEVANT for child in own):
            settings = settings | _settings(own)
            look = _look(settings)
        if look.gone or not WHITE.fullmatch(settings.get("color", "")) or self._grounds.may_be_dark(run):
            return look
        return RunLook(look.shift, "hidden text", look.font)

    def _key(self, paragraph: Element) -> str:
        key = value_of(paragraph, "w:pPr/w:pStyle")
        return key if key in self._styles else self._default

    def _base(self, paragraph: str, named: str) -> tuple[RunSettings, RunLook]:
        found = self._bases.get((paragraph, named))
        if found is None:
            settings = self._first | self._run(paragraph) | self._run(named)
            found = self._bases[paragraph, named] = settings, _look(settings)
        return found

    def _run(self, key: str) -> RunSettings:
        if key not in self._runs:
            settings: RunSettings = {}
            for one in reversed(self._chain(key)):
                own = one.find(qn("w:rPr"))
                settings |= {} if own is None else _settings(own)
            self._runs[key] = settings
        return self._runs[key]

    def _chain(self, key: str) -> list[Element]:
        """A style and those that it is based on."""
        seen: dict[str, Element] = {}
        while key in self._elements and key not in seen:
            seen[key] = self._elements[key]
            key = value_of(seen[key], "w:basedOn")
        return list(seen.values())

    def _style(self, key: str) -> Style:
        for element in self._chain(key):
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
        return Style()


def _settings(own: Element) -> RunSettings:
    found: RunSettings = {}
    for child in own:
        name = RELEVANT.get(child.tag)
        if name == "rFonts":
            font = child.get(qn("w:ascii")) or child.get(qn("w:hAnsi"))
            found |= {} if font is None else {name: font}
        elif name:
            found[name] = child.get(qn("w:val"), "true")
    return found


def _look(settings: RunSettings) -> RunLook:
    gone = ""
    if settings.get("vanish", "0") not in OFF or _number(settings.get("sz", "")) in range(1, TINY + 1):
        gone = "hidden text"
    elif settings.get("strike", "0") not in OFF or settings.get("dstrike", "0") not in OFF:
        gone = "struck text"
    shift: RunShift = ""
    align, height = settings.get("vertAlign", "baseline"), _number(settings.get("position", ""))
    if align == "superscript" or (align == "baseline" and height >= RAISE):
        shift = "raised"
    elif align == "subscript" or (align == "baseline" and height <= -RAISE):
        shift = "lowered"
    font = settings.get("rFonts", "")
    return RunLook(shift, gone, font) if shift or gone or is_symbolic(font) else PLAIN


def _number(value: str) -> int:
    return int(value) if re.fullmatch(r"-?\d{1,6}", value) else 0
