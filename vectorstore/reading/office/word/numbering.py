"""The numbers that Word counts by itself in front of headings and clauses: "3.2" is nowhere in the text of a file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
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
    "decimalZero": lambda count: f"{count:02}",
    "none": lambda count: "",
    "lowerLetter": _letter,
    "upperLetter": lambda count: _letter(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one depth of a list counts: from `start`, in which form, between which words; "legal" has plain figures."""

    start: int = 1
    form: str = ""
    text: str = ""
    legal: bool = False
    restarts: bool = True


class Numbering:
    """Counts the numbered paragraphs of a document; each has to be handed over once, in reading order."""

    def __init__(self, definitions: Any, styles: Any) -> None:
        """Take the root of the numbering part, or `None` where there is none, and that of the styles."""
        found = [] if definitions is None else list(definitions)
        self._styles = {one.get(qn("w:styleId")): one for one in styles.iterchildren(qn("w:style"))}
        outlines = {one.get(qn("w:abstractNumId")): one for one in found if one.tag == qn("w:abstractNum")}
        self._lists = {one.get(qn("w:numId")): one for one in found if one.tag == qn("w:num")}
        self._outline = {key: value_of(one, "w:abstractNumId") for key, one in self._lists.items()}
        self._levels = {key: _levels(one) for key, one in outlines.items()}
        for key, one in outlines.items():  # a list that a style of lists describes
            linked = self._styles.get(value_of(one, "w:numStyleLink"))
            if linked is not None and not self._levels[key]:
                self._levels[key] = self._levels.get(self._outline.get(value_of(linked, "w:pPr/w:numPr/w:numId")), [])
        self._counts: dict[str, list[int]] = {}
        self._begun: set[str] = set()

    def label(self, paragraph: Any) -> str:
        """Count a paragraph and return what Word shows in front of it; "" for none, a bullet or an unknown form."""
        number, depth = self._place(paragraph)
        outline = self._outline.get(number, "")
        levels = self._overridden(number, self._levels.get(outline, []))
        if depth >= len(levels):
            return ""
        counts = self._counts.setdefault(outline, [level.start - 1 for level in levels])
        counts += [level.start - 1 for level in levels[len(counts) :]]
        if number not in self._begun:
            self._begin(number, counts)
        counts[depth] += 1
        for deeper in range(depth + 1, len(levels)):
            if levels[deeper].restarts:
                counts[deeper] = levels[deeper].start - 1
        text, legal = levels[depth].text, levels[depth].legal
        holes = [int(hole) - 1 for hole in HOLE.findall(text)]
        if not holes or max(holes) > depth or any(levels[hole].form not in FORMS for hole in holes):
            return ""
        for hole in holes:
            form = FORMS["decimal" if legal else levels[hole].form]
            text = text.replace(f"%{hole + 1}", form(max(counts[hole], levels[hole].start)))
        return text.strip()

    def _overridden(self, number: str, levels: list[ListLevel]) -> list[ListLevel]:
        """The levels of a list, with those it puts in place of its outline's."""
        own = self._lists.get(number)
        changed = [] if own is None else own.findall(qn("w:lvlOverride") + "/" + qn("w:lvl"))
        if not changed:
            return levels
        levels = list(levels)
        for one in changed:
            depth = one.get(qn("w:ilvl"), "")
            if depth.isdigit() and int(depth) < len(levels):
                levels[int(depth)] = _level(one)
        return levels

    def _begin(self, number: str, counts: list[int]) -> None:
        """Where a list begins that counts anew, though its outline was used before."""
        self._begun.add(number)
        for one in self._lists[number].iterchildren(qn("w:lvlOverride")):
            depth, start = one.get(qn("w:ilvl"), ""), value_of(one, "w:startOverride")
            if depth.isdigit() and int(depth) < len(counts) and start.isdigit():
                counts[int(depth)] = int(start) - 1

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


def _levels(outline: Any) -> list[ListLevel]:
    return list(map(_level, outline.iterfind(qn("w:lvl"))))


def _level(element: Any) -> ListLevel:
    start = value_of(element, "w:start")
    legal = element.find(qn("w:isLgl"))
    return ListLevel(
        int(start) if start.isdigit() else 1,
        value_of(element, "w:numFmt"),
        value_of(element, "w:lvlText"),
        legal is not None and legal.get(qn("w:val"), "1") not in ("0", "false"),
        value_of(element, "w:lvlRestart") != "0",
    )


def value_of(element: Any, path: str) -> str:
    """Return the value of an element below another, "" without one."""
    found = element.find("/".join(map(qn, path.split("/"))))
    return "" if found is None else str(found.get(qn("w:val"), ""))
