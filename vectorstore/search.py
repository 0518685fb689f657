"""Ranks passages for a query by words and by meaning together."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..core.languages import guess_language
from ..core.types import Passage
from .catalogue import Catalogue
from .embedder import Embedder
from .vectors import VectorIndex
from .words import Words

WORDS_WEIGHT = 0.6
MEANING_WEIGHT = 0.4
_DEPTH = 60  # hits taken from each leg before they are fused
_UNRELATED, _SAME = 0.15, 0.75  # cosine similarities that count as 0 and 1: what random and paraphrased pairs reach


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with what each leg said of it: `words` is its BM25 score, `similarity` the cosine; 0 where unknown."""

    passage: Passage
    words: float
    similarity: float


class HybridSearch:
    """Fuses the word leg and, where there is one, the meaning leg; scores lie in 0..1 and compare within one query.

    `generation` is the library's when `words` were opened.
    """

    def __init__(
        self, catalogue: Catalogue, words: Words, vectors: VectorIndex | None, embedder: Embedder | None,
        generation: int = 0,
    ) -> None:  # fmt: skip
        self._catalogue = catalogue
        self.words = words
        self.generation = generation
        self._vectors = vectors
        self._embedder = embedder

    def rank(
        self, query: str, limit: int, *, reports: Collection[str] | None = None, language: str | None = None
    ) -> list[Ranked]:
        """Return the best passages for a query, best first; `reports` narrows to report ids, empty to none at all."""
        if reports is not None and not reports:
            return []
        language = language or guess_language(query) or "en"
        depth = max(_DEPTH, 2 * limit)
        while True:
            words = {hit.passage: hit.score for hit in self.words.search(query, language, depth, reports)}
            meaning = self._meaning(query, language, depth, reports)
            held = self._catalogue.passages([*(words.keys() | meaning.keys())])
            gone = len(words.keys() | meaning.keys()) - len(held)
            if not gone or len(held) >= limit or max(len(words), len(meaning)) < depth:
                break
            depth *= 4  # what a writer is about to drop must not crowd out what stays
        top = max(words.values(), default=1.0) or 1.0
        share = WORDS_WEIGHT if meaning else 1.0
        scores = {
            name: share * words.get(name, 0.0) / top + (1 - share) * scaled(meaning.get(name, 0.0)) for name in held
        }
        best = sorted(scores, key=lambda name: (-scores[name], name))[:limit]
        return [
            Ranked(replace(held[name], score=round(scores[name], 4)), words.get(name, 0.0), meaning.get(name, 0.0))
            for name in best
        ]

    def _meaning(self, query: str, language: str, depth: int, reports: Collection[str] | None) -> dict[str, float]:
        if self._vectors is None or self._embedder is None or language not in self._embedder.languages:
            return {}
        vector = self._embedder.embed([query])[0]
        return {hit.passage: hit.similarity for hit in self._vectors.search(vector, depth, reports)}


def scaled(similarity: float) -> float:
    """Return a cosine similarity on a scale where unrelated pairs are 0 and paraphrases 1."""
    return min(1.0, max(0.0, (similarity - _UNRELATED) / (_SAME - _UNRELATED)))
