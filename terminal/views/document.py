"""A document for people: headings, lists, tables, coloured marks, and quotes set apart from whose words they are."""

import re
from collections.abc import Iterator, Sequence

from rich.text import Text

from ...core.document import (
    Aside,
    Document,
    Inline,
    Mark,
    Origin,
    Paragraph,
    Quote,
    Sentence,
    SourceEntry,
    Sources,
    Table,
    TextBlock,
    plain_text,
    runs,
    sentences_of,
)
from ..console import clean, flat
from ..sheet import BLANK, Columns, Line
from .sources import file_line, origin, tags, together

LEVELS = {2: "mark", 3: "heading"}  # styles of headings
BULLETS = "•●▪■◦‣⁃∙○□➢➤✓✔–- "
WHITE = re.compile(r"\s+")


def document_lines(document: Document, *, folds: bool = False) -> list[Line | Columns]:
    """Return a document laid out, without how it was made and who signs; where it `folds`, a quote may be one row."""
    lines: list[Line | Columns] = [Line(Text(flat(document.title), "bold underline")), BLANK] if document.title else []
    for section in document.sections:
        if section.role == "sign_off":
            continue
        if section.heading:
            lines += [Line(Text(flat(section.heading), LEVELS[section.level])), *([BLANK] * (section.level - 2))]
        for run in runs(section.blocks):
            laid = list(_run(run, folds))
            lines += [*laid, BLANK] if laid else []
    return lines[:-1] if lines and lines[-1] is BLANK else lines


def document_text(document: Document) -> str:
    """Return the plain form: bullets and marks, but no emphasis and no escapes."""
    told = []
    for section in document.sections:
        told += [flat(section.heading)] if section.heading else []
        for run in runs(section.blocks):
            told.append((" " if isinstance(run[0], Aside) else "\n").join(map(_plain, run)))
    return "\n\n".join(filter(None, told))


def _run(blocks: Sequence[TextBlock], folds: bool) -> Iterator[Line | Columns]:
    first = blocks[0]
    match first:
        case Aside():
            told = " ".join(_flat(block) for block in blocks)
            yield from [Line(Text(told))] if first.kind != "made_by" else []
        case Table():
            yield _columns(first)
        case Sources():
            yield from (line for entry in first.entries for line in _entry(entry))
        case Paragraph():
            yield from (_line(block, folds) for block in blocks if isinstance(block, Paragraph))


def _line(block: Paragraph, folds: bool) -> Line:
    is_quote = len(block.sentences) == 1 and block.sentences[0].kind == "quoted"
    text = Text(" ").join(_text(sentence.parts, apart=is_quote) for sentence in block.sentences)
    if block.form == "notice":
        first = next(iter(block.sentences), Sentence(kind="remark", parts=()))
        opening = len(_text(first.parts[:1]))  # so that the rest is easy to read
        for style in ("warn", "heading"):
            text.stylize(style, 0, opening)
        return Line(text, rail=Text("▌ ", "warn"))
    label = Text("• ", "accent") if block.form == "item" else ""
    return Line(text, label, 2 * block.depth, folded=_folded(block, text) if folds and is_quote else None)


def _folded(block: Paragraph, text: Text) -> Text | None:
    """Return a quote in one row, its marks first, which lead to whose it is; what has no room is cut at its end."""
    marks = [str(part) for part in block.sentences[0].parts if isinstance(part, Mark)]
    if not any(isinstance(part, Origin) for part in block.sentences[0].parts):
        return None  # an item of a list: all of them are the answer
    return Text(f"{''.join(marks)} ", "mark").append_text(text.split("\n")[-1])


def _text(parts: Sequence[Inline], *, apart: bool = False) -> Text:
    """Return parts with their marks coloured; words that are set `apart` begin a line below whose they are."""
    text = Text()
    for part in parts:
        if isinstance(part, Origin) and part.short and apart:
            part = Origin(origin=part.short)
        words = WHITE.sub(" ", clean(plain_text([part])))
        if isinstance(part, Quote) and apart:
            words = f"“{words[1:].lstrip(BULLETS)}"  # the sheet draws its own
        if isinstance(part, Origin) and apart:
            text.append(words.rstrip(), "meta").append("\n" if len(parts) > 1 else "")
        else:
            text.append(words, "mark" if isinstance(part, Mark) else "")
    text.rstrip()
    return text


def _columns(table: Table) -> Columns:
    """Return a table in which a name that is repeated below itself is shown once."""
    rows = [[_text(cell.parts) for cell in row] for row in table.rows]
    names = ["", *(row[0].plain for row in rows if row)]
    shown = [[Text() if row[0].plain == above else row[0], *row[1:]] for above, row in zip(names, rows, strict=False)]
    return Columns(list(map(flat, table.heads)), shown)


def _entry(entry: SourceEntry) -> list[Line]:
    label = f"[{entry.number}] "
    marks = tags(entry.status, "unmarked", entry.superseded_by)
    places = together(entry.places)
    return [
        Line(origin(entry.title or entry.file, entry.organisation, entry.date, places), Text(label, "mark")),
        file_line(entry.file, marks, len(label)),
    ]


def _plain(block: TextBlock) -> str:
    if isinstance(block, Table):
        rows = [block.heads, *([cell.text for cell in row] for row in block.rows)]
        return "\n".join(" | ".join(map(flat, row)).strip() for row in rows)
    bullet = f"{'  ' * block.depth}- " if isinstance(block, Paragraph) and block.form == "item" else ""
    return bullet + _flat(block)


def _flat(block: TextBlock) -> str:
    """Return a block on one line; each part is cleaned by itself, so that none of them swallows the next."""
    told = ("".join(clean(plain_text([part])) for part in sentence.parts) for sentence in sentences_of(block))
    return flat(" ".join(told))
