"""Web pages: the main text in sections by heading; menus, forms, trails and cookie notices are left out."""

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .encoding import decode
from .page import FileText
from .properties import believable
from .sections import Sections
from .tables import Cell, expand

UNSEEN = re.compile("head|script|style|noscript|template|svg|iframe|object|select|option|datalist|textarea")
SITE = re.compile("nav|form|button|dialog")
ROLES = re.compile("navigation|banner|contentinfo|search|dialog|alertdialog")
PARTS = re.compile("main|article|section")  # headers and footers in here belong to the text
BLOCKS = re.compile(
    "address|article|aside|blockquote|body|caption|center|d[dlt]|details|dialog|div|fieldset|fig(?:caption|ure)|footer"
    "|form|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|nav|[ou]l|p|pre|search|section|summary|table|t[dhr]"
)
LISTS = re.compile("ul|ol|menu")
FITTINGS = re.compile(
    r"(?:^|[-_\s])(?:cookies?|consent|gdpr|breadcrumbs?)(?:$|[-_\s])|cookie-?(?:banner|notice|consent)", re.IGNORECASE
)
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b]")
DATES = ("date", "dc.date", "dcterms.date", "dcterms.issued", "article:published_time", "citation_publication_date")
AUTHORS = ("author", "dc.creator", "dcterms.creator", "article:author", "citation_author")
TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title")
PUBLISHERS = ("citation_publisher", "dc.publisher", "dcterms.publisher", "publisher", "og:site_name")
IMPRINT = 1_500  # characters of it
LINKED = 0.5  # of its text in links: then a box beside the main text is a menu
LEAST_SHARE = 0.4  # of the visible text must be left, or nothing is left out


def read(path: Path) -> FileText:
    """Read the text of a page without what belongs to the site; where too little would be left, all that is visible."""
    data = path.read_bytes()
    declared = CHARSET.search(data[:4096])
    text = decode(data, path.name, declared[1].decode("ascii", "replace") if declared else "")
    tree = LexborHTMLParser(SIGNS.sub("", text))
    body = tree.body or tree.root
    sections = Sections()
    if body is not None:
        visible = _size(_text(body))
        walk = _Walk(sections)
        walk.take(body)
        if walk.size < LEAST_SHARE * visible:
            sections = Sections()
            _Walk(sections, everything=True).take(body)
    return FileText(sections.pages(), _properties(tree), imprint=_imprint(tree))


def _imprint(tree: LexborHTMLParser) -> str:
    """Return what the page says around its text: its foot, then the words of its logos and of the head of the site."""
    feet = tree.css("footer, [role=contentinfo], #footer, .footer, [class*=copyright]")
    said = [_text(node) for node in feet if not _within_parts(node)]
    logos = [
        node.attributes.get("alt") or ""
        for node in tree.css(
            "header img, [role=banner] img, footer img, img[class*=logo], img[src*=logo], a[class*=logo] img"
        )
    ]
    return "\n".join(line for line in dict.fromkeys((*said, *logos)) if line.strip())[:IMPRINT]


def _within_parts(node: LexborNode | None) -> bool:
    while node is not None and not _is(node, PARTS):
        node = node.parent
    return node is not None


def _properties(tree: LexborHTMLParser) -> dict[str, str]:
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        meta.setdefault(name, node.attributes.get("content") or "")
    title = tree.css_first("head title")
    root = tree.root
    named = next((meta[name] for name in TITLES if meta.get(name)), "")
    return believable(
        title=named or (_text(title) if title is not None else ""),
        organisation=next((meta[name] for name in PUBLISHERS if meta.get(name)), ""),
        author=next((meta[name] for name in AUTHORS if meta.get(name)), ""),
        date=next((meta[name] for name in DATES if meta.get(name)), ""),
        language=(root.attributes.get("lang") or "") if root is not None else "",
    )


class _Walk:
    """Goes through the nodes in reading order; inline text gathers until a block begins or ends."""

    def __init__(self, sections: Sections, *, everything: bool = False) -> None:
        self._has_main = False
        self._has_title = False
        self.size = 0  # characters handed on, white space not counted
        self._sections = sections
        self._everything = everything
        self._pending: list[str] = []
        self._lists: list[_Numbering] = []
        self._in_item = False
        self._prefix = ""

    def take(self, root: LexborNode) -> None:
        """Hand the text below `root` to the sections."""
        self._has_main = bool(root.css("main, [role=main]"))
        self._has_title = any(not _within_header(title) for title in root.css("h1"))
        self._children(root, inside=_is(root, PARTS), preformatted=False)
        self._flush(preformatted=False)

    def _children(self, parent: LexborNode, *, inside: bool, preformatted: bool) -> None:
        for node in _nodes(parent):
            if node.is_text_node:
                text = node.text_content or ""
                self._pending.append(text if preformatted else re.sub(r"\s+", " ", text))
            elif node.tag == "br":
                self._pending.append("\n")
            elif not _is_unseen(node) and (self._everything or not self._is_aside(node, inside)):
                self._element(node, inside=inside or _is(node, PARTS), preformatted=preformatted)

    def _element(self, node: LexborNode, *, inside: bool, preformatted: bool) -> None:
        tag = node.tag or ""
        if not _is(node, BLOCKS):
            self._children(node, inside=inside, preformatted=preformatted)
            return
        self._flush(preformatted=preformatted)
        if re.fullmatch("h[1-6]", tag):
            text = _text(node)
            self.size += _size(text)
            self._sections.heading(text, int(tag[1]))
        elif tag == "table":
            self._table(node, inside=inside)
        elif _is(node, LISTS):
            self._list(node, inside=inside)
        else:
            if tag == "li":
                self._in_item = True
                self._prefix = self._lists[-1].next(node) if self._lists else ""
            self._children(node, inside=inside, preformatted=preformatted or tag == "pre")
            self._flush(preformatted=preformatted or tag == "pre")
            self._in_item = self._in_item and tag != "li"

    def _list(self, node: LexborNode, *, inside: bool) -> None:
        outer = self._in_item
        self._in_item = False
        self._lists.append(_Numbering(node))
        self._children(node, inside=inside, preformatted=False)
        self._flush(preformatted=False)
        self._lists.pop()
        self._in_item = outer

    def _flush(self, *, preformatted: bool) -> None:
        text = "".join(self._pending)
        self._pending.clear()
        if not preformatted:
            text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
        if not text.strip():
            return
        self.size += _size(text)
        if self._in_item:
            self._sections.add(self._prefix + text, "item", max(len(self._lists) - 1, 0))
            self._prefix = ""
        else:
            self._sections.add(text)

    def _table(self, node: LexborNode, *, inside: bool) -> None:
        rows = [[cell for cell in _nodes(row) if cell.tag in ("td", "th")] for row in _rows(node)]
        for caption in (child for child in _nodes(node) if child.tag == "caption"):
            self._children(caption, inside=inside, preformatted=False)
            self._flush(preformatted=False)
        framing = node.attributes.get("role") in ("presentation", "none") or node.css_first("td table") is not None
        if framing or all(len(row) < 2 for row in rows):
            for cell in (cell for row in rows for cell in row):
                self._children(cell, inside=inside, preformatted=False)
                self._flush(preformatted=False)
            return
        first = next((row for row in rows if row), [])
        headed = any(child.tag == "thead" for child in _nodes(node))
        marked = headed or all(cell.tag == "th" or not _text(cell) for cell in first)
        cells = [[Cell(_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row] for row in rows]
        self.size += sum(_size(cell.text) for row in cells for cell in row)
        self._sections.table(expand(cells), marked=marked)

    def _is_aside(self, node: LexborNode, inside: bool) -> bool:
        """Whether a node is about the site and not part of the text.

        Text beside the main text is kept: boxes with figures stand there as often as menus do.
        """
        attributes = node.attributes
        if _is(node, SITE) or ROLES.fullmatch(attributes.get("role") or ""):
            return True
        if not inside and (node.tag == "footer" or (node.tag == "header" and (self._has_title or not node.css("h1")))):
            return True
        if FITTINGS.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}"):
            return True
        beside = self._has_main and not inside and node.tag in ("div", "ul", "ol") and not node.css("main, [role=main]")
        return (beside or node.tag == "aside") and _is_menu(node)


class _Numbering:
    """The numbers an ordered list shows before its items; nothing for other lists."""

    def __init__(self, node: LexborNode) -> None:
        self._ordered = node.tag == "ol"
        self._style = node.attributes.get("type") or "1"
        self._number = int(start) if re.fullmatch(r"-?\d{1,9}", start := node.attributes.get("start") or "1") else 1

    def next(self, item: LexborNode) -> str:
        """The mark shown before this item, with the space behind it."""
        if not self._ordered:
            return ""
        if re.fullmatch(r"-?\d{1,9}", value := item.attributes.get("value") or ""):
            self._number = int(value)
        number, self._number = self._number, self._number + 1
        if self._style in "aA" and 1 <= number <= 26:
            return f"{chr(ord(self._style) + number - 1)}. "
        return f"{number}. "


def _nodes(parent: LexborNode) -> Iterator[LexborNode]:
    node = parent.child
    while node is not None:
        if node.is_text_node or node.is_element_node:
            yield node
        node = node.next


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in _nodes(table):
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _is_unseen(node: LexborNode) -> bool:
    attributes = node.attributes
    hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    return _is(node, UNSEEN) or hidden or HIDING.search(attributes.get("style") or "") is not None


def _within_header(node: LexborNode | None) -> bool:
    while node is not None and not _is(node, PARTS):
        if node.tag == "header":
            return True
        node = node.parent
    return False


def _is_menu(node: LexborNode) -> bool:
    linked = sum(_size(_text(link)) for link in node.css("a"))
    return linked > LINKED * _size(_text(node))


def _text(node: LexborNode) -> str:
    """All visible text below a node in one line."""
    return " ".join("".join(_pieces(node)).split())


def _pieces(parent: LexborNode) -> Iterator[str]:
    for node in _nodes(parent):
        if node.is_text_node:
            yield node.text_content or ""
        elif node.tag == "br":
            yield " "
        elif not _is_unseen(node):
            apart = " " if _is(node, BLOCKS) else ""
            yield apart
            yield from _pieces(node)
            yield apart


def _is(node: LexborNode, kind: re.Pattern[str]) -> bool:
    return kind.fullmatch(node.tag or "") is not None


def _size(text: str) -> int:
    return len("".join(text.split()))


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return int(value) if re.fullmatch(r"\d{1,4}", value) else 1
