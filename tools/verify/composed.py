"""Reads what an answer or a note says from the document that it was composed as."""

from collections.abc import Iterable, Iterator, Sequence

from ...core.document import (
    Aside,
    Inline,
    Mark,
    Origin,
    Paragraph,
    Quote,
    Sources,
    Table,
    TextBlock,
    plain_text,
    runs,
    sentences_of,
)
from ..evidence.framing import GAP
from .item import MarkedWords, has_word


def statements_of(blocks: Iterable[TextBlock]) -> Iterator[MarkedWords]:
    """Yield the statements of some blocks; asides that follow each other are one paragraph, and one line."""
    for run in runs(blocks):
        if isinstance(run[0], Aside):
            told = [part for block in run for sentence in sentences_of(block) for part in (*sentence.parts, " ")]
            yield from statements_in(told)
            continue
        for block in run:
            is_loud, in_table = isinstance(block, Paragraph) and block.form == "notice", isinstance(block, Table)
            for text in _heads(block):
                yield MarkedWords(text, (), text, (text,), in_table=in_table)
            for sentence in sentences_of(block):
                yield from statements_in(sentence.parts, is_loud=is_loud, in_table=in_table)


def _heads(block: TextBlock) -> Iterable[str]:
    """Return what a block says beside its sentences; an entry of a list of sources has no place among them."""
    if isinstance(block, Table):
        return filter(has_word, block.heads)
    return (entry.title for entry in block.entries) if isinstance(block, Sources) else ()


def statements_in(told: Sequence[Inline], *, is_loud: bool = False, in_table: bool = False) -> Iterator[MarkedWords]:
    """Yield a statement for what stands in front of each mark of a line, and one for what is left."""
    line, parts = plain_text(told).strip(), list[Inline]()
    for part in (*told, Mark(numbers=())):
        if not isinstance(part, Mark):
            parts.append(part)
            continue
        said = plain_text(parts).strip()
        if part.numbers or has_word(said):
            yield MarkedWords(said, part.numbers, line, tuple(_pieces(parts)), is_loud, in_table)
        parts = []


def _pieces(parts: Iterable[Inline]) -> Iterator[str]:
    for part in parts:
        match part:
            case Quote():
                yield from part.words.split(GAP)
            case Origin():
                yield part.origin
            case str():
                yield part.strip(" ()")
