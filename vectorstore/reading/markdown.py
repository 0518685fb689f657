"""Markdown: sections by heading, with the words of the inline markup alone."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .encoding import decode, tidy
from .html import line, take
from .page import FileText
from .properties import believable
from .raised import lowered, raised
from .sections import Sections

FRONT = re.compile(r"\A---[ \t]*\n(?P<fields>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FIELD = re.compile(r"(?P<name>[A-Za-z_]+)\s*:\s*(?P<value>.+)")
# Marks that some dialects raise and lower with, close to the word before them; elsewhere they are signs like others.
MARKED = re.compile(r"(?<=[\w)\]])\^(?P<up>[−+-]?\d{1,4}|[a-z]{1,3})\^(?!\w)|(?<=[^\W\d_])~(?P<down>\d{1,3})~(?!~)")
POWER = re.compile(
    r"\$\$?(?P<lead>\w[\w\s.,+=<>≤≥×·-]*|)(?<=\w)\^(?:\{(?P<held>[\d−+-]{1,6})\}|(?P<bare>\d))(?P<rest>[\w\s.,+=×·-]*)(?<!\s)\$\$?(?!\d)"
)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def read(path: Path) -> FileText:
    """Read CommonMark with tables; simple `key: value` front matter becomes properties and is no part of the text."""
    text = tidy(CONTROL.sub("", decode(path.read_bytes(), path.name).replace("\r\n", "\n").replace("\r", "\n")))
    front = FRONT.match(text)
    fields: dict[str, str] = {}
    if front:
        text = text[front.end() :]
        for field in map(FIELD.fullmatch, map(str.strip, (front["fields"] or "").splitlines())):
            if field:
                fields[field["name"].lower()] = field["value"].strip("\"' ")
    sections = Sections()
    _Walk(sections).take(PARSER.parse(text))
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
                self._words(self._inline(token.children or []), in_cell=token.level > 0 and bool(self._rows))
            elif token.type in ("fence", "code_block"):
                self._words(tidy(token.content), in_cell=False)
            elif token.type == "html_block":
                self._markup(token.content)

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

    def _markup(self, content: str) -> None:
        """HTML between the paragraphs is read as on a page; what stands in an item stays part of it."""
        if self._lists:
            self._words(line(content, self._sections), in_cell=False)
        else:
            take(content, self._sections)

    def _inline(self, tokens: list[Token]) -> str:
        """The words that inline marks show; what is crossed out is left out and noted."""
        parts: list[str] = []
        struck = 0
        for token in tokens:
            if token.type == "html_inline" and not token.content.lower().startswith("<br"):
                return line(PARSER.renderer.render(_marked(tokens), PARSER.options, {}), self._sections)
            struck += token.nesting if token.type in ("s_open", "s_close") else 0
            if struck and token.content:
                self._sections.leave_out("struck text")
            elif not struck:
                parts.append(_said(token))
        text = tidy("".join(parts))
        return re.sub(" {2,}", " ", text) if len(parts) < len(tokens) else text  # where words between blanks are gone

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


def _said(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak" | "html_inline":
            return "\n"
        case "text":
            return _shifted(token.content)
        case "code_inline" | "text_special":
            return token.content
        case "image":
            return "".join(map(_said, token.children or []))
        case _:
            return ""


def _marked(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        if token.type == "text":
            token.content = _shifted(token.content)
    return tokens


def _shifted(text: str) -> str:
    """A text whose marks for raised and lowered signs are written as such signs."""
    if "^" in text:
        text = POWER.sub(
            lambda found: f"{found['lead']}{raised(found['held'] or found['bare'], found['lead'])}{found['rest']}", text
        )
    if "^" not in text and "~" not in text:
        return text
    return MARKED.sub(
        lambda found: (
            raised(found["up"], text[: found.start()]) if found["up"] else lowered(found["down"], text[: found.start()])
        ),
        text,
    )
