"""Markdown as coscribe writes it, for the screen: headings, lists, quotations, emphasis and coloured [n] marks.

HTML, links and images are not recognised: they stay the inert characters they are.
"""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.text import Text

from .console import clean
from .sheet import BLANK, Either, Line

MARK = re.compile(r"\[\d+(?:\s*[,–-]\s*\d+)*\]")
RULES = ("heading", "list", "blockquote", "emphasis", "escape", "entity", "newline")
EMPHASIS = {"strong_open": "bold", "em_open": "italic"}


def _inline(token: Token, style: str) -> Text:
    text = Text(style=style)
    styles: list[str] = []
    for child in token.children or []:
        if child.type in EMPHASIS:
            styles.append(EMPHASIS[child.type])
        elif child.type.endswith("_close"):
            styles.pop()
        elif child.type == "softbreak":
            text.append(" ")
        elif child.type == "hardbreak":
            text.append("\n")
        else:
            # An entity can spell a control character, so the words are cleaned after parsing.
            words = Text(clean(child.content), " ".join(styles))
            if child.type == "text":  # "text_special" is an escaped bracket: the source's own, not a mark of ours
                words.highlight_regex(MARK, "mark")
            text.append_text(words)
    return text


@dataclass(slots=True)
class _Layout:
    lines: list[Line] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)  # of the open lists; None counts nothing
    style: str = ""
    label: str = ""
    quoted: int = 0

    def take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.counters.append(None)
            case "ordered_list_open":
                self.counters.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.counters.pop()
            case "list_item_open":
                number = self.counters[-1]
                self.label = "• " if number is None else f"{number}. "
                self.counters[-1] = None if number is None else number + 1
            case "heading_open":
                self.style = "heading"
            case "heading_close":
                self.style = ""
            case "blockquote_open":
                self.quoted += 1
            case "blockquote_close":
                self.quoted -= 1
            case "inline":
                self.add(_inline(token, self.style))
        # Between blocks outside of lists; a list's own items stay together.
        if not self.counters and token.level == 0 and token.nesting == -1:
            self.lines.append(BLANK)

    def add(self, text: Text) -> None:
        depth = len(self.counters)
        indent = 2 * max(depth - 1, 0) + (0 if self.label or not depth else 2)
        self.lines.append(Line(text, Text("│ " * self.quoted + self.label, "meta"), indent))
        self.label = ""


def prose(source: str) -> Either:
    """Return Markdown laid out; its plain form is the Markdown itself, cleaned."""
    parser = MarkdownIt("zero").enable(list(RULES)).disable("text_join")
    layout = _Layout()
    for token in parser.parse(source):
        layout.take(token)
    while layout.lines and layout.lines[-1] is BLANK:
        layout.lines.pop()
    return Either(layout.lines, clean(source).strip())
