"""What the page template is given of a document: plain data, in the order of reading."""

from collections.abc import Iterable, Iterator
from datetime import date
from math import isqrt
from typing import Any

from ....core.document import (
    Document,
    Inline,
    Mark,
    Paragraph,
    Quote,
    Section,
    Sentence,
    SourceEntry,
    Sources,
    Table,
    TextBlock,
    runs,
    sentences_of,
)
from ....core.text import unbroken, without_controls, without_hidden
from ....language.languages import guess_language
from ...document.phrases import phrases
from ..colophon import Colophon
from ..proof_notes import Elsewhere, Footnote, NotePart, footnotes
from ..source_names import listed

Data = dict[str, Any]

_LONGEST_WORD = 60  # characters of a word that fit into the line, also within a cell of a table
_LONGEST_CELL, _SHORTEST_CELL = 400, 36  # characters that have a say in how wide a column is
_LONGEST_WHOLE = 600  # characters of a cell that stands on one page
_BREAK = "\u200b"  # lets a line end within a word, and shows nothing
_FIRST_DAY = (1970, 1, 1)  # of a document that is not dated


def plan(document: Document, colophon: Colophon) -> Data:
    """Return all that is printed; the sentences keep their kind, and each has a note of the words it rests on."""
    return _Plan(document, colophon).data()


class _Plan:
    def __init__(self, document: Document, colophon: Colophon) -> None:
        self._document, self._colophon = document, colophon
        self._level = 0
        sentences = (one for block in document.blocks() for one in sentences_of(block))
        self._told = {(proof.source, proof.words) for one in sentences for proof in one.proofs}  # in notes
        self._notes = iter(footnotes(document))  # in the order in which sentences with proofs are met
        code = colophon.language.split("-")[0].lower()
        self._language = code if len(code) in (2, 3) and code.isascii() and code.isalpha() else "en"
        # The last of several of one number would be led to by its words alone.
        self._entries: dict[int, SourceEntry] = {}
        for block in document.blocks():
            for entry in block.entries if isinstance(block, Sources) else ():
                self._entries.setdefault(entry.number, entry)

    def data(self) -> Data:
        words = phrases(self._language)
        blocks = [one for section in self._document.sections for one in self._section(section)]
        headings = (at for at, one in enumerate(blocks) if one["form"] == "heading")
        return {
            "title": shown(self._document.title or self._colophon.title), "language": self._language,
            "date": shown(self._colophon.date[:10]), "day": _day(self._colophon.date),
            "standing": shown(self._colophon.banner), "made-by": shown(self._colophon.made_by),
            "landscape": self._document.landscape,
            "keywords": list(filter(None, (self._colophon.standing, "coscribe", self._colophon.source_type))),
            "numbers": list(self._entries), "attached": words.told("paper.attached"),
            "blocks": blocks, "contents-at": next(headings, -1),
            "legend": [unbroken(words.told(f"paper.{name}")) for name in self._legend()],
        }  # fmt: skip

    def _section(self, section: Section) -> Iterator[Data]:
        if shown(section.heading):
            self._level = min(section.level - 1, self._level + 1)  # a level that is left out is an error in PDF/UA
            yield {"form": "heading", "level": self._level, "text": shown(section.heading)}
        for run in runs(section.blocks):
            yield from self._run(run)

    def _run(self, run: tuple[TextBlock, ...]) -> Iterator[Data]:
        first = run[0]
        match first:
            case Table():
                if first.heads:
                    rows = [[self._cell(cell) for cell in row] for row in first.rows]
                    heads = list(map(shown, first.heads))
                    yield {"form": "table", "heads": heads, "rows": rows, "widths": _widths(first)}
            case Sources():
                yield {"form": "sources", "entries": list(map(self._entry, first.entries))}
            case Paragraph(form="item"):
                yield {"form": "items", "items": self._items(run)}
            case _:
                sentences = [one for block in run for one in self._sentences(sentences_of(block))]
                form = first.form if isinstance(first, Paragraph) else "aside"
                yield from [{"form": form, "sentences": sentences}] if sentences else []

    def _items(self, run: Iterable[TextBlock]) -> list[Data]:
        """Return the items of a list, those that stand deeper below the one before them."""
        top: list[Data] = []
        open_lists = [top]
        for block in run:
            if not isinstance(block, Paragraph):
                continue
            depth = min(max(block.depth, 0), len(open_lists) - 1)
            item: Data = {"sentences": self._sentences(block.sentences), "below": []}
            open_lists[depth].append(item)
            open_lists[depth + 1 :] = [item["below"]]
        return top

    def _sentences(self, sentences: Iterable[Sentence]) -> list[Data]:
        return [self._sentence(one) for one in sentences if one.text.strip() or one.proofs]

    def _sentence(self, sentence: Sentence) -> Data:
        parts = list(sentence.parts)
        marks = [part for part in parts if isinstance(part, Mark)]
        if sentence.proofs and len(marks) == 1 and parts[-1] is marks[0]:  # the number of the note stands for it
            parts.pop()
        told = [one for part in parts for one in self._inline(part)]
        if sentence.proofs and told:
            told[-1]["text"] = told[-1]["text"].rstrip()
        note = self._note(next(self._notes)) if sentence.proofs else None
        return {"kind": sentence.kind, "parts": told, "note": note}

    def _cell(self, cell: Sentence) -> Data:
        return {**self._sentence(cell), "is-long": len(cell.text) > _LONGEST_WHOLE}

    def _inline(self, part: Inline) -> Iterator[Data]:
        if isinstance(part, Mark):
            for number in part.numbers:
                yield {"style": "mark", "number": number, "text": f"[{number}]", "lang": None}
        elif isinstance(part, Quote):
            yield self._quote(part.words)
        else:
            yield {"style": "text", "text": shown(str(part), whole=False), "lang": None}

    def _quote(self, words: str) -> Data:
        return {"style": "quote", "text": f"“{shown(words)}”", "lang": self._foreign(words)}

    def _foreign(self, words: str) -> str | None:
        """Return the language of words that are in another one than the document, for voices and faces."""
        guessed = guess_language(words)
        return guessed if guessed != self._language else None

    def _note(self, note: Footnote) -> Data:
        """Return a note of what a sentence rests on: a line for each source."""
        lines = [[one for part in line for one in self._note_part(part)] for line in note.lines]
        return {"number": note.number, "lines": lines}

    def _note_part(self, part: NotePart) -> Iterator[Data]:
        if isinstance(part, Elsewhere):
            yield {"style": "note", "number": part.number, "text": str(part), "lang": None}
        else:
            yield from self._inline(part)

    def _entry(self, entry: SourceEntry) -> Data:
        untold = [quote for quote in entry.quotes if (entry.number, quote) not in self._told]
        return {
            "number": entry.number, "about": f"{shown(listed(entry, self._document.language))}{':' if untold else ''}",
            "quotes": list(map(self._quote, untold)), "target": self._entries[entry.number] is entry,
        }  # fmt: skip

    def _legend(self) -> Iterator[str]:
        sentences = [one for block in self._document.blocks() for one in sentences_of(block)]
        if any(isinstance(part, Quote) for one in sentences for part in one.parts) or any(
            one.proofs for one in sentences
        ):
            yield "quote"
        yield from (kind for kind in ("inference", "recommendation") if any(one.kind == kind for one in sentences))
        if any(one.proofs for one in sentences):
            yield "note"


def shown(text: str, *, whole: bool = True) -> str:
    """Return text as it is printed, on one line; a `whole` text has no blanks around it."""
    words = without_hidden(without_controls(text)).split()
    line = unbroken(" ".join(map(_broken, words)))
    if whole or not words:
        return line if words else (" " if text and not whole else "")
    return f"{' ' * text[0].isspace()}{line}{' ' * text[-1].isspace()}"


def _broken(word: str) -> str:
    pieces = (word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))
    return _BREAK.join(pieces)


def _widths(table: Table) -> list[int]:
    """Return the shares of the line that columns take: wider ones for longer cells, but no narrow one is starved."""
    columns = ([head, *(row[at].text for row in table.rows)] for at, head in enumerate(table.heads))
    return [isqrt(min(max(map(len, column)), _LONGEST_CELL) + _SHORTEST_CELL) for column in columns]


def _day(written: str) -> tuple[int, int, int]:
    try:
        day = date.fromisoformat(written[:10])
    except ValueError:
        return _FIRST_DAY
    return day.year, day.month, day.day
