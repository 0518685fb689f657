"""Writes a document as Markdown in which nothing but the document's own structure is markup."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from ...core.document import (
    Aside,
    Document,
    Inline,
    Mark,
    Section,
    Sentence,
    SourceEntry,
    Sources,
    Table,
    TextBlock,
    plain_text,
    runs,
)
from ...core.text import one_line, without_controls
from ..document.phrases import phrases
from .source_names import newer_edition, standing

_SPECIAL = re.compile(r"[\\`*<]|\](?=\()|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|~(?=~)")
_NUMBER = re.compile(r"\[(\d+)\]")  # in text it is no mark of ours
_OPENING = re.compile(  # what begins a block, and the character of it that is escaped
    r"#(?=#{0,5}(?:\s|$))|>|[-+](?=[\s-]|$)|\[(?=[ xX]\]|[^\]]*\]:)|\d{1,9}(?=[.)](?:\s|$))"
)
_BAR = "\\|"  # within a cell
_AFTER_MARK = ("(", "[", ":")  # what would make a link of a mark


def markdown(document: Document, *, in_brief: bool = False) -> str:
    """Return the whole document; `in_brief` is the list of sources as it was written until it told what others do."""
    head = [f"# {_heading(document.title)}"] if document.title else []
    return "\n\n".join(
        [*head, *(told for section in document.sections if (told := _section(section, document.language, in_brief)))]
    )


def _section(section: Section, language: str, in_brief: bool) -> str:
    head = [f"{'#' * section.level} {_heading(section.heading)}"] if section.heading else []
    body = blocks_markdown(section.blocks, language, in_brief=in_brief)
    return "\n\n".join([*head, *([body] if body else [])])


def blocks_markdown(blocks: Iterable[TextBlock], language: str = "en", *, in_brief: bool = False) -> str:
    """Return blocks with a blank line between them; the items of a list, and the parts of an aside, stay together."""
    laid = (
        ((" " if isinstance(run[0], Aside) else "\n"), [_block(one, language, in_brief) for one in run])
        for run in runs(blocks)
    )
    told = (between.join(filter(None, parts)) for between, parts in laid)
    return "\n\n".join(filter(None, told))


def escaped(text: str) -> str:
    """Return text as Markdown that shows exactly this text on one line; a bracketed number in it is no mark of ours."""
    return _escaped(one_line(without_controls(text)))


def _block(block: TextBlock, language: str, in_brief: bool) -> str:
    match block:
        case Table():
            return _table(block)
        case Sources():
            tags = _in_brief if in_brief else standing
            return "\n".join(_entry(one, tags(one, language)) for one in block.entries)
        case Aside():
            text = _sentences(block.sentences)
            return f"*{text}*" if block.kind == "made_by" and text else text
    text = _sentences(block.sentences)
    if block.form == "item":
        return f"{'  ' * block.depth}- {text}"
    return f"**{text}**" if block.form == "notice" and text else text


def _sentences(sentences: Iterable[Sentence]) -> str:
    return _begun(" ".join(text for sentence in sentences if (text := _inline(sentence.parts))))


def _table(table: Table) -> str:
    rows = [map(escaped, table.heads), *((_inline(cell.parts) for cell in row) for row in table.rows)]
    head, *body = (f"| {' | '.join(cell.replace('|', _BAR) for cell in row)} |" for row in rows)
    return "\n".join([head, "|" + " --- |" * len(table.heads), *body])


def _in_brief(entry: SourceEntry, language: str) -> list[str]:
    words, newer = phrases(language), newer_edition(entry)
    tags = [words.state(entry.status)] if entry.status in ("draft", "superseded") else []
    return [*tags, *([words.told("source.newer", title=newer)] if newer else [])]


def _entry(entry: SourceEntry, tags: Sequence[str]) -> str:
    who = _begun(". ".join(escaped(item) for item in (entry.title, entry.organisation, entry.date) if item))
    note = f" ({escaped('; '.join(tags))})" if tags else ""
    file = escaped(entry.file) if "`" in entry.file else f"`{one_line(without_controls(entry.file))}`"
    quotes = "".join(f" “{escaped(quote)}”" for quote in entry.quotes)
    places = escaped("; ".join(place.label for place in entry.places))
    return f"{entry.number}. {who}{note}. {file}: {places}{':' if quotes else ''}{quotes}"


def _heading(text: str) -> str:
    told = escaped(text)
    return f"{told[:-1]}\\#" if told.endswith("#") else told  # else it would close the heading


def _inline(parts: Iterable[Inline]) -> str:
    """Return parts on one line; text is escaped as one, however it is divided into parts."""
    told: list[str] = []
    for is_mark, run in groupby((part for part in parts if plain_text([part])), lambda part: isinstance(part, Mark)):
        text = plain_text(run)
        if not is_mark:
            text = _escaped(re.sub(r"\s+", " ", without_controls(text)))
            text = f"\\{text}" if told and told[-1].endswith("]") and text.startswith(_AFTER_MARK) else text
        told.append(text)
    return one_line("".join(told))


def _escaped(line: str) -> str:
    return _NUMBER.sub(r"\\[\1\\]", _SPECIAL.sub(lambda match: f"\\{match.group()}", line))


def _begun(line: str) -> str:
    """Return a line that begins no list, heading or quotation, whatever it begins with."""
    opening = _OPENING.match(line)
    if opening is None:
        return line
    at = opening.end() if opening.group().isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"
