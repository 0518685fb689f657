"""Writes a document as Markdown in which nothing but the document's own structure is markup."""

import re
from collections.abc import Iterable
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
from ..document.phrases import Phrases, phrases

_SPECIAL = re.compile(r"[\\`*<]|\](?=\()|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|~(?=~)")
_NUMBER = re.compile(r"\[(\d+)\]")  # in text it is no mark of ours
_OPENING = re.compile(  # what begins a block, and the character of it that is escaped
    r"#(?=#{0,5}(?:\s|$))|>|[-+](?=[\s-]|$)|\[(?=[ xX]\]|[^\]]*\]:)|\d{1,9}(?=[.)](?:\s|$))"
)
_BAR = "\\|"  # within a cell
_AFTER_MARK = ("(", "[", ":")  # what would make a link of a mark


def markdown(document: Document) -> str:
    """Return the whole document."""
    head = [f"# {_heading(document.title)}"] if document.title else []
    return "\n\n".join(
        [*head, *(told for section in document.sections if (told := _section(section, document.language)))]
    )


def _section(section: Section, language: str) -> str:
    head = [f"{'#' * section.level} {_heading(section.heading)}"] if section.heading else []
    body = blocks_markdown(section.blocks, language)
    return "\n\n".join([*head, *([body] if body else [])])


def blocks_markdown(blocks: Iterable[TextBlock], language: str = "en") -> str:
    """Return blocks with a blank line between them; the items of a list, and the parts of an aside, stay together."""
    laid = (
        ((" " if isinstance(run[0], Aside) else "\n"), [_block(one, language) for one in run]) for run in runs(blocks)
    )
    told = (between.join(filter(None, parts)) for between, parts in laid)
    return "\n\n".join(filter(None, told))


def escaped(text: str) -> str:
    """Return text as Markdown that shows exactly this text on one line; a bracketed number in it is no mark of ours."""
    return _escaped(one_line(without_controls(text)))


def _block(block: TextBlock, language: str) -> str:
    match block:
        case Table():
            return _table(block)
        case Sources():
            return "\n".join(_entry(one, phrases(language)) for one in block.entries)
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


def _entry(entry: SourceEntry, words: Phrases) -> str:
    tags = [words.state(entry.status)] if entry.status in ("draft", "superseded") else []
    tags += [words.told("source.newer", title=entry.superseded_by)] if entry.superseded_by else []
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
