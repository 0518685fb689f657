"""The footnotes of a page: one for each sentence and source, numbered through in the order of writing."""

from collections.abc import Iterator
from dataclasses import dataclass

from ....core.document import Mark, Proof, Sentence


@dataclass(frozen=True, slots=True)
class Footnote:
    """The words that a sentence takes from one source."""

    number: int
    source: int
    proofs: tuple[Proof, ...]


class Footnotes:
    """Numbers the footnotes of sentences as they are written, without gaps."""

    def __init__(self) -> None:
        self._all: list[Footnote] = []

    def of(self, sentence: Sentence) -> dict[int, Footnote]:
        """Return new footnotes for a sentence by source: in the order of its marks, then those without a mark."""
        proven = [proof.source for proof in sentence.proofs]
        marked = [number for part in sentence.parts if isinstance(part, Mark) for number in part.numbers]
        sources = dict.fromkeys([*(number for number in marked if number in proven), *proven])
        made = {}
        for source in sources:
            proofs = tuple(dict.fromkeys(proof for proof in sentence.proofs if proof.source == source))
            made[source] = Footnote(len(self._all) + 1, source, proofs)
            self._all.append(made[source])
        return made

    def __iter__(self) -> Iterator[Footnote]:
        return iter(self._all)
