"""Markdown: sections by heading, with the words of the inline markup alone."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from .encoding import decode
from .page import FileText
from .properties import believable
from .sections import Sections

FRONT = re.compile(r"\A---[ \t]*\n(?P<fields>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FIELD = re.compile(r"(?P<name>[A-Za-z_]+)\s*:\s*(?P<value>.+)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def read(path: Path) -> FileText:
    """Read CommonMark with tables; simple `key: value` front matter becomes properties and is no part of the text."""
    text = CONTROL.sub("", decode(path.read_bytes(), path.name).replace("\r\n", "\n").replace("\r", "\n"))
    front = FRONT.match(text)
    fields: dict[str, str] = {}
    if front:
        text = text[front.end() :]
        for field in map(FIELD.fullmatch, map(str.strip, (front["fields"] or "").splitlines())):
            if field:
                fields[field["name"].lower()] = field["value"].strip("\"' ")
    sections = Sections()
    _Walk(sections).take(MarkdownIt("commonmark").enable("table").parse(text))
    known = believable(
        title=fields.get("title", ""),
        author=fields.get("author", ""),
        date=fields.get("date", ""),
        language=fields.get("language", fields.get("lang", "")),
    )
    if fields.get("organisation"):
        known["organisation"] = fields["organisation"]
    return FileText(sections.pages(), known)


class _Walk:
    """Follows the tokens of a Markdown text; keeps the lists that are open and the table that is being read."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._lists: list[int | None] = []  # the next number of an ordered list, None for bullets
        self._prefix = ""
        self._heading = 0
        self._rows: list[list[str]] = []

    def take(self, tokens: list[Token]) -> None:
        """Hand every block to the sections."""
        for token in tokens:
            self._structure(token)
            if token.type == "inline":
                self._words(_plain(token.children or []), in_cell=token.level > 0 and bool(self._rows))
            elif token.type in ("fence", "code_block"):
                self._words(token.content, in_cell=False)
            elif token.type == "html_block":
                self._words(_untagged(token.content), in_cell=False)

    def _structure(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self._prefix = "" if number is None else f"{number}{token.markup} "
                self._lists[-1] = None if number is None else number + 1
            case "tr_open":
                self._rows.append([])
            case "table_close":
                self._sections.table(self._rows, marked=True)
                self._rows = []

    def _words(self, text: str, *, in_cell: bool) -> None:
        if in_cell:
            self._rows[-1].append(text)
        elif self._heading:
            self._sections.heading(text, self._heading)
        elif self._lists:
            self._sections.add(self._prefix + text if text.strip() else "", "item", len(self._lists) - 1)
            self._prefix = ""
        else:
            self._sections.add(text)


def _plain(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type == "image":
            parts.append(_plain(token.children or []))
        elif token.type == "html_inline" and token.content.lower().startswith("<br"):
            parts.append("\n")
    return "".join(parts)


def _untagged(markup: str) -> str:
    body = LexborHTMLParser(markup).body
    if body is None:
        return ""
    body.strip_tags(["script", "style"], recursive=True)
    return " ".join(body.text(separator=" ").split())
