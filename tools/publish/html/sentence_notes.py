"""The notes of a page: one for each sentence that rests on words, numbered through as in every other format."""

from collections.abc import Iterator
from dataclasses import dataclass

from ....core.document import Proof, Sentence


@dataclass(frozen=True, slots=True)
class SentenceNote:
    """What a sentence rests on, by the number of the source; `original` as of a sentence."""

    number: int
    proofs: dict[int, tuple[Proof, ...]]
    original: str | None = None


class SentenceNotes:
    """Numbers the notes of sentences as they are written, without gaps."""

    def __init__(self) -> None:
        self._all: list[SentenceNote] = []

    def of(self, sentence: Sentence) -> SentenceNote | None:
        """Return a new note for a sentence; `None` for one that rests on no words."""
        if not sentence.proofs:
            return None
        proofs: dict[int, tuple[Proof, ...]] = {}
        for proof in sorted(dict.fromkeys(sentence.proofs), key=lambda proof: proof.source):
            proofs[proof.source] = (*proofs.get(proof.source, ()), proof)
        self._all.append(SentenceNote(len(self._all) + 1, proofs, sentence.original))
        return self._all[-1]

    def __iter__(self) -> Iterator[SentenceNote]:
        return iter(self._all)
