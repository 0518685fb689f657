"""The words of the nodes of a web page, as they are shown: raised signs, formulas, values of forms, pictures."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from ..raised import lowered, raised
from .formulas import formula
from .styles import Styles

# What shows no words of its own; `noscript` is a note for browsers that run no scripts.
LEAVES = frozenset({"math", "svg", "img", "input", "textarea", "select", "noscript", "br"})
MUTE = frozenset(
    ("head", "script", "style", "template", "object", "embed", "datalist", "option", "optgroup", "audio", "canvas")
) | {"map", "rp", "rt", "rtc"}
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "dl", "dt", "details", "dialog",
    "div", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary",
    "table", "td", "th", "tr", "ul",
})  # fmt: skip
CHANGING = frozenset({"div", "p", "section", "span", "a"})  # a style may put these into or out of a line
VALUES = frozenset({"", "text", "number", "date", "month", "week", "time", "datetime-local", "tel", "email", "url"})
BOXES = {"checkbox": "☐☒", "radio": "○◉"}
FILE_NAME = re.compile(
    r"[\w%@ .-]*\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)|(?:image|img|picture|photo|logo|icon)\s?\d*", re.I
)
TEX = re.compile(r"\{?\\displaystyle")
RAISED_FRACTION = re.compile(r"(?P<before>\d?)(?P<over>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\s*[/⁄∕]\s*\Z")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
EMBEDDED = {"iframe": "an embedded page", "embed": "an embedded file", "object": "an embedded file"}
MEDIA = re.compile(r"\.(?:png|jpe?g|gif|svgz?|webp|swf|mp[34]|webm|ogg|mov|wav)\b", re.I)  # they hold no text to read
LEAST_PICTURE = 3  # letters of a description that says something


class NodeText:
    """Says what nodes show, and keeps what was left out and what could not be read since it was last asked."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.left_out: dict[str, None] = {}
        self.unread: dict[str, None] = {}
        self._around: dict[int, str] = {}  # the words of links and figures around pictures, by their node

    def text(self, node: LexborNode) -> str:
        """All that is seen below a node, in one line."""
        parts: list[str] = []
        self._gather(node, parts)
        return " ".join("".join(parts).split())

    def lines(self, node: LexborNode) -> str:
        """All that is seen below a node, its lines kept."""
        parts: list[str] = []
        self._gather(node, parts)
        return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(parts).split("\n"))))

    def is_mute(self, node: LexborNode) -> bool:
        """Whether a node has no words to give; what is hidden or struck is noted."""
        if node.tag in MUTE:
            self._embedded(node)
            return True
        look = self.styles.of(node)
        if look.hidden or look.struck:
            if look.hidden and self.styles.has_formulas and _is_formula(node):
                return False  # said for those who do not see its picture
            if node.text().strip():
                self.left_out["struck text" if look.struck else "hidden text"] = None
            return True
        return self.styles.has_formulas and node.attributes.get("aria-hidden") == "true" and _is_drawn_formula(node)

    def own(self, node: LexborNode, text: str) -> str:
        """The words of a text node below `node`."""
        if self.styles.may_veil and text.strip() and self.styles.of(node).veiled:
            self.left_out["hidden text"] = None
            return " "
        return text

    def leaf(self, node: LexborNode) -> str | None:
        """What an element says that shows something other than the nodes in it; `None` for one to be opened."""
        if node.tag not in LEAVES:
            return None
        match node.tag:
            case "math":
                return formula(node)
            case "svg":
                labels = [" ".join(label.text().split()) for label in node.css("text")]
                return f" {' '.join(filter(None, labels))} " if any(labels) else ""
            case "img":
                return self._picture(node)
            case "input":
                return _value(node)
            case "textarea":
                return f" {node.text().strip()} "
            case "select":
                chosen = [" ".join(one.text().split()) for one in node.css("option[selected]")]
                return f" {', '.join(chosen)} " if chosen else ""
            case "noscript":
                return "" if re.search("java ?script|cookie", node.text(), re.I) or node.css("img") else None
            case "br":
                return "\n"
            case _:
                return None

    def shift(self, node: LexborNode, parts: list[str], start: int) -> None:
        """Write what `node` has added to `parts` from `start` on as raised or lowered, if it is."""
        if start >= len(parts) or not (self.styles.may_veil or node.tag in ("sup", "sub")):
            return
        if not (shift := self.styles.of(node).shift):
            return
        text = "".join(parts[start:])
        before = "".join(parts[max(start - 8, 0) : start])
        del parts[start:]
        if shift == "raised":
            body = text.strip()
            apart = " " if before[-1:] in "⁰¹²³⁴⁵⁶⁷⁸⁹" and before and body[:1].isdigit() and node.css("a") else ""
            parts.append(apart + (text if body[:1] in "[(" and body[-1:] in "])" else raised(text, before)))
            return
        fraction = RAISED_FRACTION.search(before)
        if fraction and text.strip().isdigit():
            parts[max(start - 8, 0) :] = [before[: fraction.start()], fraction["before"]]
            parts.append(f"{' ' if fraction['before'] else ''}{fraction['over'].translate(PLAIN)}/{text.strip()}")
        else:
            parts.append(lowered(text, before))

    def _gather(self, parent: LexborNode, parts: list[str]) -> None:
        for node in nodes(parent):
            if node.is_text_node:
                parts.append(self.own(parent, node.text_content or ""))
            elif self.is_mute(node):
                continue
            elif node.tag == "table":
                parts.append(f" {self._rows(node)} ")
            elif (leaf := self.leaf(node)) is not None:
                parts.append(leaf)
            else:
                apart = self.is_block(node)
                start = len(parts)
                parts += [" "] * apart
                self._gather(node, parts)
                parts += [" "] * apart
                self.shift(node, parts, start)

    def is_block(self, node: LexborNode) -> bool:
        """Whether an element stands in lines of its own."""
        if node.tag not in CHANGING or not self.styles.may_veil:
            return node.tag in BLOCKS
        flow = self.styles.of(node).flow
        return flow == "block" or (not flow and node.tag in BLOCKS)

    def _rows(self, table: LexborNode) -> str:
        """A table inside a cell, in one line."""
        rows = [[self.text(cell) for cell in nodes(row) if cell.tag in ("td", "th")] for row in rows_of(table)]
        return "; ".join(", ".join(filter(None, row)) for row in rows if any(row))

    def _picture(self, node: LexborNode) -> str:
        said = " ".join((node.attributes.get("alt") or "").split())
        small = any(re.fullmatch(r"[1-3]?\d(?:px)?", node.attributes.get(side) or "") for side in ("width", "height"))
        if (
            len(said) < LEAST_PICTURE
            or small
            or self._is_said_beside(node, said)
            or FILE_NAME.fullmatch(said)
            or TEX.match(said)
        ):
            return said if said and not said.isascii() else ""  # one that stands for a sign
        return f" {said} "

    def _is_said_beside(self, node: LexborNode, said: str) -> bool:
        """Whether the link or figure around a picture has its description in words as well."""
        for _ in range(3):
            parent = node.parent
            if parent is None:
                return False
            if parent.tag in ("figure", "a"):
                if parent.mem_id not in self._around:
                    self._around[parent.mem_id] = " ".join(parent.text().split()).lower()
                if said.lower() in self._around[parent.mem_id]:
                    return True
            node = parent
        return False

    def _embedded(self, node: LexborNode) -> None:
        address = node.attributes.get("data") or node.attributes.get("src") or ""
        if node.tag in ("object", "embed") and address and not MEDIA.search(address):
            self.missed(node, address)

    def missed(self, node: LexborNode, address: str) -> None:
        """Note an embedded page or file that is not in this one."""
        name = unquote(address.partition("#")[0].partition("?")[0].rstrip("/").rsplit("/", 1)[-1])[:80]
        self.unread[f"{EMBEDDED[node.tag or 'object']} {name!r}" if name else EMBEDDED[node.tag or "object"]] = None


def nodes(parent: LexborNode) -> Iterator[LexborNode]:
    """The elements and texts right below a node."""
    node = parent.child
    while node is not None:
        if node.is_text_node or node.is_element_node:
            yield node
        node = node.next


def rows_of(table: LexborNode) -> Iterator[LexborNode]:
    """The rows of a table as they are shown, its foot last, without those of tables inside."""
    feet = []
    for child in nodes(table):
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody"):
            yield from rows_of(child)
        elif child.tag == "tfoot":
            feet.append(child)
    for foot in feet:
        yield from rows_of(foot)


def _value(node: LexborNode) -> str:
    kind = (node.attributes.get("type") or "").lower()
    if kind in BOXES:
        return "" if node.attributes.get("role") else f" {BOXES[kind]['checked' in node.attributes]} "
    return f" {node.attributes.get('value') or ''} " if kind in VALUES else ""


def _is_formula(node: LexborNode) -> bool:
    found = node.css_first("math")
    return found is not None and "".join(found.text().split()) == "".join(node.text().split())


def _is_drawn_formula(node: LexborNode) -> bool:
    """Whether a node that only eyes are meant to see repeats the formula beside it."""
    return node.parent is not None and node.parent.css_first("math") is not None and node.css_first("math") is None
