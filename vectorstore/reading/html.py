"""Web pages: the main text in sections by heading; menus, forms, trails and cookie notices are left out."""

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .encoding import decode, tidy
from .markup.grid import grid
from .markup.list_marks import ListMarks
from .markup.node_text import NodeText, nodes
from .markup.styles import Styles
from .page import FileText
from .properties import believable
from .sections import Sections

SITE = re.compile("nav|form|button|dialog")
ROLES = re.compile("navigation|banner|contentinfo|search|dialog|alertdialog")
PARTS = re.compile("main|article|section")  # headers and footers in here belong to the text
LISTS = re.compile("ul|ol|menu")
FITTINGS = re.compile(
    r"(?:^|[-_\s])(?:cookies?|consent|gdpr|breadcrumbs?)(?:$|[-_\s])|cookie-?(?:banner|notice|consent)", re.IGNORECASE
)
CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
SHADOW = re.compile(r"<template\b[^>]{0,300}\bshadowroot(?:mode)?\s*=[^>]{0,300}>", re.IGNORECASE)
TEMPLATE = re.compile("<template", re.IGNORECASE)
DATES = ("date", "dc.date", "dcterms.date", "dcterms.issued", "article:published_time", "citation_publication_date")
AUTHORS = ("author", "dc.creator", "dcterms.creator", "article:author", "citation_author")
TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title")
PUBLISHERS = ("citation_publisher", "dc.publisher", "dcterms.publisher", "publisher", "og:site_name")
IMPRINT = 1_500  # characters of it
LINKED = 0.5  # of its text in links: then a box beside the main text is a menu
SEARCH = re.compile("q|s|query|search.*|keys|.*_search", re.IGNORECASE)
TINY = ("0", "1")
DEEPEST = 3  # pages inside pages
LEAST_SHARE = 0.4  # of the visible text must be left, or nothing is left out


def read(path: Path) -> FileText:
    """Read the text of a page without what belongs to the site; where too little would be left, all that is visible."""
    data = path.read_bytes()
    declared = CHARSET.search(data[:16384])
    name = (declared[1] or declared[2]).decode("ascii", "replace") if declared else ""
    text = SIGNS.sub("", decode(data, path.name, name))
    if "shadowroot" in text and not TEMPLATE.search(shown := SHADOW.sub("<div>", text)):
        text = shown.replace("</template>", "</div>")  # shown as any other part
    tree = LexborHTMLParser(text)
    body = tree.body or tree.root
    sections = Sections()
    words = NodeText(Styles(tree))
    if body is not None:
        walk = _Walk(sections, words)
        walk.take(body)
        # Of all there is first, which is told fast, then of what is visible of it.
        if walk.size < LEAST_SHARE * _size(body.text()) and walk.size < LEAST_SHARE * _size(words.text(body)):
            sections = Sections()
            _Walk(sections, words, everything=True).take(body)
    return FileText(sections.pages(), _properties(tree), imprint=_imprint(tree, words))


def _imprint(tree: LexborHTMLParser, words: NodeText) -> str:
    """Return what the page says around its text: its foot, then the words of its logos and of the head of the site."""
    feet = tree.css("footer, [role=contentinfo], #footer, .footer, [class*=copyright]")
    said = [words.text(node) for node in feet if not _within_parts(node)]
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


def take(markup: str, sections: Sections) -> None:
    """Hand the text of a piece of a page to the sections, all that is visible of it."""
    tree = LexborHTMLParser(SIGNS.sub("", markup))
    if tree.body is not None:
        _Walk(sections, NodeText(Styles(tree)), everything=True).take(tree.body)


def line(markup: str, sections: Sections) -> str:
    """The words that a piece of a page shows, as lines; what is left out is noted in the section that is open."""
    tree = LexborHTMLParser(SIGNS.sub("", markup))
    words = NodeText(Styles(tree))
    text = words.lines(tree.body) if tree.body is not None else ""
    for what in words.left_out:
        sections.leave_out(what)
    return tidy(text)


def _properties(tree: LexborHTMLParser) -> dict[str, str]:
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        meta.setdefault(name, node.attributes.get("content") or "")
    title = tree.css_first("head title")
    root = tree.root
    named = next((meta[name] for name in TITLES if meta.get(name)), "")
    return believable(
        title=named or (" ".join(tidy(title.text()).split()) if title is not None else ""),
        organisation=next((meta[name] for name in PUBLISHERS if meta.get(name)), ""),
        author=next((meta[name] for name in AUTHORS if meta.get(name)), ""),
        date=next((meta[name] for name in DATES if meta.get(name)), ""),
        language=(root.attributes.get("lang") or "") if root is not None else "",
    )


class _Walk:
    """Goes through the nodes in reading order; inline text gathers until a block begins or ends."""

    def __init__(self, sections: Sections, words: NodeText, *, everything: bool = False, depth: int = 0) -> None:
        self._has_main = False
        self._has_title = False
        self.size = 0  # characters handed on, white space not counted
        self._sections = sections
        self._words = words
        self._everything = everything
        self._depth = depth  # of pages inside pages
        self._pending: list[str] = []
        self._lists: list[ListMarks] = []
        self._in_item = False
        self._prefix = ""

    def take(self, root: LexborNode) -> None:
        """Hand the text below `root` to the sections."""
        self._has_main = bool(root.css("main, [role=main]"))
        self._has_title = any(not _within_header(title) for title in root.css("h1"))
        self._words.left_out.clear()
        self._words.unread.clear()
        self._children(root, inside=_is(root, PARTS), preformatted=False)
        self._flush(preformatted=False)

    def _children(self, parent: LexborNode, *, inside: bool, preformatted: bool) -> None:
        for node in nodes(parent):
            if node.is_text_node:
                text = self._words.own(parent, node.text_content or "")
                self._pending.append(text if preformatted else re.sub(r"\s+", " ", text))
            elif not self._everything and self._is_aside(node, inside):
                continue
            elif not self._words.is_mute(node):
                self._element(node, inside=inside or _is(node, PARTS), preformatted=preformatted)

    def _element(self, node: LexborNode, *, inside: bool, preformatted: bool) -> None:
        tag = node.tag or ""
        if tag == "iframe":
            self._frame(node, preformatted=preformatted)
        elif (leaf := self._words.leaf(node)) is not None:
            self._pending.append(leaf)
        elif not self._words.is_block(node):
            start = len(self._pending)
            self._children(node, inside=inside, preformatted=preformatted)
            self._words.shift(node, self._pending, start)
        else:
            self._flush(preformatted=preformatted)
            self._block(node, tag, inside=inside, preformatted=preformatted)

    def _block(self, node: LexborNode, tag: str, *, inside: bool, preformatted: bool) -> None:
        if re.fullmatch("h[1-6]", tag):
            text = tidy(self._words.text(node))
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

    def _frame(self, node: LexborNode, *, preformatted: bool) -> None:
        """A page inside the page: what stands in this file is read where it is shown, any other is named."""
        attributes = node.attributes
        inner = attributes.get("srcdoc") or ""
        if inner and self._depth < DEEPEST:
            self._flush(preformatted=preformatted)
            tree = LexborHTMLParser(inner)
            if tree.body is not None:
                walk = _Walk(self._sections, NodeText(Styles(tree)), everything=True, depth=self._depth + 1)
                walk.take(tree.body)
                self.size += walk.size
        elif (source := attributes.get("src") or "") and not _is_player(node):
            self._words.missed(node, source)

    def _list(self, node: LexborNode, *, inside: bool) -> None:
        outer = self._in_item
        self._in_item = False
        self._lists.append(ListMarks(node))
        self._children(node, inside=inside, preformatted=False)
        self._flush(preformatted=False)
        self._lists.pop()
        self._in_item = outer

    def _flush(self, *, preformatted: bool) -> None:
        text = "".join(self._pending)
        self._pending.clear()
        self._noted()
        text = tidy(text)
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
        for caption in (child for child in nodes(node) if child.tag == "caption"):
            self._children(caption, inside=inside, preformatted=False)
            self._flush(preformatted=False)
        found = grid(node, self._words)
        for cell in found.cells:
            self._children(cell, inside=inside, preformatted=False)
            self._flush(preformatted=False)
        rows = [[tidy(text) for text in row] for row in found.rows]
        self.size += sum(_size(text) for row in rows for text in row)
        self._noted()
        self._sections.table(rows, headers=found.headers)

    def _noted(self) -> None:
        """Hand on what was left out or not read since the last block."""
        for what in self._words.left_out:
            self._sections.leave_out(what)
        for what in self._words.unread:
            self._sections.miss(what)
        self._words.left_out.clear()
        self._words.unread.clear()

    def _is_aside(self, node: LexborNode, inside: bool) -> bool:
        """Whether a node is about the site and not part of the text.

        Text beside the main text is kept: boxes with figures stand there as often as menus do.
        """
        attributes = node.attributes
        if _is(node, SITE) and not self._is_filled(node):
            return True
        if ROLES.fullmatch(attributes.get("role") or ""):
            return True
        if not inside and (node.tag == "footer" or (node.tag == "header" and (self._has_title or not node.css("h1")))):
            return True
        if FITTINGS.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}"):
            return True
        beside = self._has_main and not inside and node.tag in ("div", "ul", "ol") and not node.css("main, [role=main]")
        return (beside or node.tag == "aside") and _is_menu(node)

    @staticmethod
    def _is_filled(node: LexborNode) -> bool:
        """Whether a form tells something: somebody filled it in, or it is wrapped around text with headings."""
        if node.tag != "form":
            return False
        fields = node.css("textarea, input[type=text], input[type=number], input[type=date], input:not([type])")
        filled = [one for one in fields if (one.attributes.get("value") or one.text()).strip()]
        return bool(node.css("h1, h2, main, article")) or any(
            not SEARCH.fullmatch(one.attributes.get("name") or "") for one in filled
        )


def _within_header(node: LexborNode | None) -> bool:
    while node is not None and not _is(node, PARTS):
        if node.tag == "header":
            return True
        node = node.parent
    return False


def _is_player(node: LexborNode) -> bool:
    """Whether a page inside the page is a video or too small to be seen."""
    attributes = node.attributes
    played = "allowfullscreen" in attributes or "autoplay" in (attributes.get("allow") or "")
    return played or any(attributes.get(side) in TINY for side in ("width", "height"))


def _is_menu(node: LexborNode) -> bool:
    linked = sum(_size(link.text()) for link in node.css("a"))
    return linked > LINKED * _size(node.text())


def _is(node: LexborNode, kind: re.Pattern[str]) -> bool:
    return kind.fullmatch(node.tag or "") is not None


def _size(text: str) -> int:
    return len("".join(text.split()))
