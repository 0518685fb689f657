"""What stands in the footnotes of a document: one for each sentence that rests on words, with these words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ...core.document import Document, Mark, Proof, Quote, Sentence, SourceEntry, Sources, sentences_of
from ..document.phrases import phrases
from .source_names import in_full, in_short

_TELLS = ("quoted", "drafted")  # sentences in whose notes words are told in full; what is computed refers to these


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The number of the footnote in which the words stand, and the word for such a note."""

    number: int
    word: str

    def __str__(self) -> str:
        return f"{self.word} {self.number}"


NotePart = str | Mark | Quote | Elsewhere


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote, numbered from 1 in the order of reading: a line for each source."""

    number: int
    lines: tuple[tuple[NotePart, ...], ...]

    @property
    def refers_to(self) -> set[int]:
        """The footnotes that it leads to."""
        return {part.number for line in self.lines for part in line if isinstance(part, Elsewhere)}


def footnotes(document: Document) -> list[Footnote]:
    """Return the footnotes of a document, one for each of its sentences that has proofs.

    A source is told in full where it is met first, and in short from then on.
    """
    proved = [one for block in document.blocks() for one in sentences_of(block) if one.proofs]
    entries = {
        entry.number: entry for block in document.blocks() if isinstance(block, Sources) for entry in block.entries
    }
    told = _told(proved)
    met: set[str] = set()
    language = document.language
    return [Footnote(at, tuple(_lines(at, one, entries, told, met, language))) for at, one in enumerate(proved, 1)]


def _told(proved: list[Sentence]) -> dict[tuple[int, str, str], int]:
    """Return for words, and where they stand, the first footnote that has them in full."""
    first: dict[tuple[int, str, str], int] = {}
    for at, sentence in enumerate(proved, 1):
        for proof in sentence.proofs if sentence.kind in _TELLS else ():
            first.setdefault(_key(proof), at)
    return first


def _key(proof: Proof) -> tuple[int, str, str]:
    return proof.source, proof.words, proof.id or proof.place.label


def _lines(
    at: int, sentence: Sentence, entries: dict[int, SourceEntry], told: dict[tuple[int, str, str], int], met: set[str],
    language: str,
) -> Iterator[tuple[NotePart, ...]]:  # fmt: skip
    words = phrases(language)
    note, original = words.told("source.note"), sentence.original
    for source, group in groupby(sorted(sentence.proofs, key=lambda proof: proof.source), lambda proof: proof.source):
        entry = entries.get(source)
        parts: list[NotePart] = [*([_named(entry, met, language), " "] if entry else []), Mark(numbers=(source,))]
        for number, proof in enumerate(group):
            parts.append(f"{'; ' if number else ', '}{proof.place.label}: ")
            where = told.get(_key(proof), at)
            parts.append(Quote(words=proof.words) if where == at or sentence.kind in _TELLS else Elsewhere(where, note))
        if original:
            parts.append(f" ({words.told('source.wording', language=words.tongue(original))})")
        yield tuple(parts)


def _named(entry: SourceEntry, met: set[str], language: str) -> str:
    """Return whose words they are, in full where that has not been told yet."""
    if entry.file in met:
        return in_short(entry)
    met.add(entry.file)
    return in_full(entry, language)
