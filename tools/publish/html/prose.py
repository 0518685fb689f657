"""The blocks of a document as elements of a page: paragraphs, lists, tables, sources, with the marks of their notes."""

from collections.abc import Iterable, Sequence
from typing import cast

from ....core.document import (
    Aside,
    Inline,
    Mark,
    Origin,
    Paragraph,
    Quote,
    Section,
    Sentence,
    SourceEntry,
    Sources,
    Table,
    TextBlock,
    runs,
)
from ...document.phrases import Phrases
from ..source_names import standing
from .markup import element, elements, line, shown
from .sentence_notes import SentenceNotes

_PLAIN_IN_CELLS = frozenset({"count", "absence"})  # kinds that a table's heads explain


class Prose:
    """Writes the sections of a document; what its sentences rest on gathers in `notes`, the kinds it met in `kinds`."""

    def __init__(self, words: Phrases, sources: Iterable[int]) -> None:
        self._words = words
        self._sources = frozenset(sources)
        self.notes = SentenceNotes()
        self.kinds: dict[str, None] = {}

    def section(self, section: Section, name: str, level: int) -> str:
        """Return a section whose heading, if it has one, can be led to by its `name` and stands at this level."""
        heading = element(f"h{level}", line(section.heading), id=name) if section.heading else ""
        body = "\n".join(filter(None, (self._run(run, name if heading else None) for run in runs(section.blocks))))
        return element("section", f"\n{heading}\n{body}\n") if heading else body

    def _run(self, run: tuple[TextBlock, ...], name: str | None) -> str:
        match run[0]:
            case Table() as table:
                return self._table(table, name)
            case Sources() as sources:
                return "\n".join(['<ol class="sources">', *map(self._entry, sources.entries), "</ol>"])
            case Aside(kind=kind):
                text = self._sentences(one for block in cast("tuple[Aside, ...]", run) for one in block.sentences)
                return element("p", text, class_=f"aside {kind}", role="note") if text else ""
            case Paragraph(form="item"):
                return _lists([(one.depth, self._sentences(one.sentences)) for one in cast("Sequence[Paragraph]", run)])
            case Paragraph(form=form, sentences=sentences):
                text = self._sentences(sentences)
                is_notice = form == "notice"
                return element("p", text, class_=form, role="note" if is_notice else None) if text else ""

    def _sentences(self, sentences: Iterable[Sentence]) -> str:
        return " ".join(filter(None, map(self._sentence, sentences)))

    def _sentence(self, sentence: Sentence, *, is_cell: bool = False) -> str:
        told = "".join(map(self._part, sentence.parts)).strip()
        note = self.notes.of(sentence)
        if not told and note is None:
            return ""
        self.kinds[sentence.kind] = None
        framing = self._words.find(f"conclusion.{sentence.kind}")
        is_told = bool(framing) and framing in sentence.parts[:1]
        is_plain = is_told or (is_cell and sentence.kind in _PLAIN_IN_CELLS)
        tag = "" if is_plain else self._words.find(f"page.tag.{sentence.kind}")
        lead = element("span", line(f"{tag}:"), class_="tag") if tag else ""
        mark = self._mark(note.number) if note else ""
        whole = " ".join(filter(None, (lead, told)))
        return element("span", f"{whole}{mark}", class_=f"sentence {sentence.kind}")

    def _part(self, part: Inline) -> str:
        match part:
            case Mark(numbers=numbers):
                return "".join(map(self._cited, numbers))
            case Quote():
                return element("q", shown(str(part)), dir="auto")
            case Origin():
                return element("span", shown(str(part)).rstrip(), class_="origin") + " "
        return shown(part)

    def _cited(self, source: int) -> str:
        """The number of a source, which leads to it."""
        if source not in self._sources:
            return f"[{source}]"
        label = f"{self._words.told('page.source')} [{source}]"
        return element("a", f"[{source}]", class_="cited", href=f"#source-{source}", aria_label=label)

    def _mark(self, number: int) -> str:
        """A link to a note, after a blank that keeps its number apart from what the sentence ends with."""
        link = element(
            "a", str(number), class_="mark", id=f"mark-{number}", href=f"#note-{number}", role="doc-noteref",
            aria_label=f"{self._words.told('page.note')} {number}",
        )  # fmt: skip
        return f"\u202f{link}"

    def _table(self, table: Table, name: str | None) -> str:
        heads = "".join(element("th", line(head), scope="col") if line(head) else element("td") for head in table.heads)
        rows = [
            "".join(
                element("th", text, scope="row") if not at and len(row) > 1 and text else element("td", text)
                for at, text in enumerate(self._sentence(cell, is_cell=True) for cell in row)
            )
            for row in table.rows
        ]
        told = f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{elements('tr', rows)}\n</tbody>"
        label = None if name else self._words.told("page.table")
        whole = element("table", f"\n{told}\n", aria_labelledby=name, aria_label=label)
        return element("div", whole, class_="wide", role="region", tabindex=0, aria_labelledby=name, aria_label=label)

    def _entry(self, entry: SourceEntry) -> str:
        places = "; ".join(line(place.label) for place in entry.places)
        words = " ".join(element("q", line(f"“{quote}”"), dir="auto") for quote in entry.quotes)
        where = f"{element('span', line(entry.file), class_='file')}{f': {places}' if places else ''}"
        told = f"{described(entry, self._words)}. {where}{f': {words}' if words else ''}"
        return element("li", told, id=f"source-{entry.number}", value=entry.number)


def described(entry: SourceEntry, words: Phrases) -> str:
    """Return a source as markup: its title, who issued it, when, its edition and status."""
    tags = standing(entry, words.language)
    told = "; ".join(tags)
    note = f" {element('span', line(f'({told})'), class_='status')}" if tags else ""
    rest = "".join(f". {line(item)}" for item in (entry.organisation, entry.date) if item)
    return f"{element('cite', line(entry.title), dir='auto')}{rest}{note}"


def _lists(items: Sequence[tuple[int, str]]) -> str:
    """Return items as lists within lists; one that stands deeper than the list before it allows goes one deeper."""
    told: list[str] = []
    depth = -1
    for wanted, text in items:
        if not text:
            continue
        if wanted > depth:
            told.append("<ul>\n")
            depth += 1
        else:
            told.append("</li>\n")
            told.append("</ul>\n</li>\n" * (depth - wanted))
            depth = wanted
        told.append(f"<li>{text}")
    return "".join(told) + "</li>\n</ul>" * (depth + 1)
