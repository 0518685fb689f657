"""The marks that an ordered list of a web page shows before its items."""

import re

from selectolax.lexbor import LexborNode

ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
INTEGER = re.compile(r"-?\d{1,9}")
STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
STYLES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
    "upper-roman": "I", "none": "", "disc": "", "circle": "", "square": "",
}  # fmt: skip


class ListMarks:
    """The numbers an ordered list shows before its items; nothing for other lists."""

    def __init__(self, node: LexborNode) -> None:
        attributes = node.attributes
        styled = STYLE.search(attributes.get("style") or "")
        self._style = attributes.get("type") or "1"
        if styled:
            self._style = STYLES.get(styled[1].lower(), self._style)
        self._ordered = node.tag == "ol" and bool(self._style)
        self._step = -1 if "reversed" in attributes else 1
        first = len([item for item in node.css("li") if _is_own(item, node)]) if self._step < 0 else 1
        self._number = int(start) if INTEGER.fullmatch(start := attributes.get("start") or "") else first

    def next(self, item: LexborNode) -> str:
        """The mark shown before this item, with the space behind it."""
        if not self._ordered:
            return ""
        if INTEGER.fullmatch(value := item.attributes.get("value") or ""):
            self._number = int(value)
        number, self._number = self._number, self._number + self._step
        if self._style in "aA" and 1 <= number <= 702:
            return f"{_letters(number, ord(self._style))}. "
        if self._style in "iI" and 1 <= number < 4000:
            return f"{_roman(number) if self._style == 'i' else _roman(number).upper()}. "
        return f"{number}. "


def _is_own(item: LexborNode, node: LexborNode) -> bool:
    return item.parent is not None and item.parent.mem_id == node.mem_id


def _letters(number: int, first: int) -> str:
    more, last = divmod(number - 1, 26)
    return (chr(first + more - 1) if more else "") + chr(first + last)


def _roman(number: int) -> str:
    text = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text
