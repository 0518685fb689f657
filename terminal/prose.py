"""Markdown as coscribe writes it, for people: headings, lists, quotations, emphasis and coloured [n] marks.

HTML, links and images are not recognised: they stay the inert characters they are.
"""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.text import Text

from .console import clean
from .sheet import BLANK, Columns, Either, Line

MARK = re.compile(r"\[\d+(?:\s*[,–-]\s*\d+)*\]")
RULES = ("heading", "list", "blockquote", "table", "emphasis", "escape", "entity", "newline")
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
    framed: bool
    notice: str
    lines: list[Line | Columns] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)  # of the open lists; None counts nothing
    style: str = ""
    label: str = ""
    quoted: int = 0
    rows: list[list[Text]] | None = None  # of the open table

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
            case "table_open":
                self.rows = []
            case "tr_open" if self.rows is not None:
                self.rows.append([])
            case "table_close" if self.rows is not None:
                self.add_table(self.rows)
                self.rows = None
            case "inline" if self.rows is not None:
                self.rows[-1].append(_inline(token, ""))
            case "inline":
                self.add(_inline(token, self.style), _is_loud(token))
        # Between blocks outside of lists; a list's own items stay together.
        if not self.counters and token.level == 0 and token.nesting == -1:
            self.lines.append(BLANK)
            self.plain.append("")

    def add_table(self, rows: list[list[Text]]) -> None:
        """Add a table, in plain form one line a row; a name that is repeated below itself is shown once."""
        heads, *body = rows
        shown = [
            [Text() if number and row[0].plain == body[number - 1][0].plain else row[0], *row[1:]]
            for number, row in enumerate(body)
        ]
        self.lines.append(Columns([head.plain for head in heads], shown))
        self.plain += [" | ".join(cell.plain for cell in row).strip() for row in rows]

    def add(self, text: Text, loud: bool) -> None:
        depth = len(self.counters)
        indent = 2 * max(depth - 1, 0) + (0 if self.label or not depth else 2)
        self.plain.append(f"{' ' * indent}{'> ' * self.quoted}{self.label.replace('•', '-')}{text.plain}")
        rail = Text("│ " * self.quoted, "meta")
        if loud and not depth:
            text, rail = _as_notice(text, self.notice), Text("▌ ", self.notice)
        elif self.framed:
            text = _framing_apart(text)
        self.lines.append(Line(text, Text(self.label, "accent"), indent, rail))
        self.label = ""


def _is_loud(token: Token) -> bool:
    """Tell whether a paragraph is strong from end to end."""
    kinds = [child.type for child in token.children or [] if child.type != "text" or child.content]
    return kinds[:1] == ["strong_open"] and kinds[-1:] == ["strong_close"] and kinds.count("strong_open") == 1


def _as_notice(text: Text, style: str) -> Text:
    """Keep only the opening words of a loud paragraph loud ("They disagree:"), so that the rest is easy to read."""
    opening = text.plain.find(": ") + 1 or len(text)
    calm = Text(text.plain)
    calm.stylize(style, 0, opening)
    calm.stylize("heading", 0, opening)
    calm.highlight_regex(MARK, "mark")
    return calm


def _framing_apart(text: Text) -> Text:
    """Set who says it and where it stands above the quote, less loud, so that the eye finds the quote."""
    framing, opening, _ = text.plain.partition("“")
    if not framing.rstrip().endswith(":"):
        return text
    end = len(framing.rstrip())
    text.stylize("meta", 0, end)
    return Text.assemble(text[:end], "\n", text[len(framing) :]) if opening else text


def prose(source: str, *, framed: bool = False, notice: str = "accent") -> Either:
    """Return Markdown laid out; its plain form has bullets, numbers and marks, but no emphasis and no escapes.

    `framed` sets the framing of quotes apart from them; `notice` is the style of paragraphs that are strong throughout.
    """
    parser = MarkdownIt("zero").enable(list(RULES)).disable("text_join")
    layout = _Layout(framed, notice)
    for token in parser.parse(source):
        layout.take(token)
    while layout.lines and layout.lines[-1] is BLANK:
        layout.lines.pop()
    return Either(layout.lines, "\n".join(layout.plain).strip())
