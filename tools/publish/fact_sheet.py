"""The sentences of a document as a sheet: one row each, with the words it rests on and whose they are."""

from collections.abc import Callable, Iterator
from typing import IO

from ...core.document import Aside, Document, Proof, Section, Sentence, SourceEntry, Sources, Table, sentences_of
from ...core.text import one_line
from ...vectorstore.reading.office import first_sheet
from .source_names import standing

_COLUMNS = {
    "section": 24, "sentence": 70, "kind": 12, "quote": 70, "page": 8, "place": 24, "issuer": 26, "title": 34,
    "date": 12, "status": 26, "file": 26,
    "original": 10,
}  # fmt: skip
Row = list[str]


def fact_sheet(document: Document) -> list[Row]:
    """Return a header and a row for each sentence that says something of the topic, those in tables with proofs too.

    Where a sentence rests on several quotes, each cell about them has a line for each, which begins with the number of
    its source. What is said of the document itself is left out. Where a sentence is our wording of words in another
    language, "original" is the code of that.
    """
    entries = {
        entry.number: entry
        for block in document.blocks()
        for entry in (block.entries if isinstance(block, Sources) else ())
    }
    rows = [_row(section.heading, one, entries) for section in document.sections for one in _sentences(section)]
    return [list(_COLUMNS), *rows]


def write_fact_sheet(document: Document) -> Callable[[IO[bytes]], None]:
    """Return what writes the sheet as .xlsx to a stream; all of its cells are text, whatever they begin with."""
    table = fact_sheet(document)
    return lambda stream: first_sheet.write(stream, "facts", table, tuple(_COLUMNS.values()), wraps=True)


def _sentences(section: Section) -> Iterator[Sentence]:
    for block in section.blocks:
        if not isinstance(block, Aside):
            told = (one for one in sentences_of(block) if one.text.strip())
            yield from (one for one in told if one.proofs or not isinstance(block, Table))


def _row(heading: str, sentence: Sentence, entries: dict[int, SourceEntry]) -> Row:
    proofs = sentence.proofs

    def lines(told: Callable[[Proof], str]) -> str:
        if len(proofs) == 1:
            return told(proofs[0])
        return "\n".join(f"[{proof.source}] {told(proof)}".rstrip() for proof in proofs)

    def of(told: Callable[[SourceEntry], str | None]) -> str:
        return lines(lambda proof: told(entries[proof.source]) or "" if proof.source in entries else "")

    return [
        heading, one_line(sentence.text), sentence.kind, lines(lambda proof: f"“{one_line(proof.words)}”"),
        lines(lambda proof: str(proof.page or "")), lines(lambda proof: proof.place.label),
        of(lambda entry: entry.organisation), of(lambda entry: entry.title), of(lambda entry: entry.date),
        of(lambda entry: "; ".join(standing(entry, "en"))),
        of(lambda entry: entry.file), sentence.original or "",
    ]  # fmt: skip
