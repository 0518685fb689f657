"""The numbers that Word counts by itself in front of headings: "3.2" is nowhere in the text of such a file."""

import re
from collections.abc import Callable
from typing import Any

from docx.oxml.ns import qn

HOLE = re.compile(r"%([1-9])")
TENS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def _letter(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    signs = ""
    for value, sign in TENS:
        signs += sign * (count // value)
        count %= value
    return signs


FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}


class Numbering:
    """Counts the numbered paragraphs of a document; each has to be handed over once, in reading order."""

    def __init__(self, definitions: Any, styles: Any) -> None:
        """Take the root of the numbering part, or `None` where there is none, and that of the styles."""
        found = [] if definitions is None else list(definitions)
        self._levels = {
            one.get(qn("w:abstractNumId")): list(map(_level, one.iterfind(qn("w:lvl"))))
            for one in found
            if one.tag == qn("w:abstractNum")
        }
        lists = [one for one in found if one.tag == qn("w:num")]
        self._outline = {one.get(qn("w:numId")): value_of(one, "w:abstractNumId") for one in lists}
        self._styles = {one.get(qn("w:styleId")): one for one in styles.iterchildren(qn("w:style"))}
        self._counts: dict[str, list[int]] = {}

    def label(self, paragraph: Any) -> str:
        """Count a paragraph and return what Word shows in front of it; "" for none, a bullet or an unknown form."""
        number, depth = self._place(paragraph)
        outline = self._outline.get(number, "")
        levels = self._levels.get(outline, [])
        if depth >= len(levels):
            return ""
        counts = self._counts.setdefault(outline, [start - 1 for start, _, _ in levels])
        counts[depth] += 1
        counts[depth + 1 :] = [start - 1 for start, _, _ in levels[depth + 1 :]]
        text = levels[depth][2]
        holes = [int(hole) - 1 for hole in HOLE.findall(text)]
        if not holes or max(holes) > depth or any(levels[hole][1] not in FORMS for hole in holes):
            return ""
        for hole in holes:
            start, form, _ = levels[hole]
            text = text.replace(f"%{hole + 1}", FORMS[form](max(counts[hole], start)))
        return text.strip()

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the depth that the paragraph, its style, or one that this is based on says."""
        number = depth = ""
        element, seen = paragraph, {""}
        key = value_of(paragraph, "w:pPr/w:pStyle")
        while element is not None:
            number = number or value_of(element, "w:pPr/w:numPr/w:numId")
            depth = depth or value_of(element, "w:pPr/w:numPr/w:ilvl")
            element = None if number or key in seen else self._styles.get(key)
            seen.add(key)
            key = "" if element is None else value_of(element, "w:basedOn")
        return number, int(depth) if depth.isdigit() else 0


def _level(element: Any) -> tuple[int, str, str]:
    start = value_of(element, "w:start")
    return int(start) if start.isdigit() else 1, value_of(element, "w:numFmt"), value_of(element, "w:lvlText")


def value_of(element: Any, path: str) -> str:
    """Return the value of an element below another, "" without one."""
    found = element.find("/".join(map(qn, path.split("/"))))
    return "" if found is None else str(found.get(qn("w:val"), ""))
