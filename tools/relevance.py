"""How well a piece of text answers a plan: the share of the question's content words it holds, by rarity.

A term in n of N passages weighs log(1 + (N - n + 0.5) / (n + 0.5)), the idf of BM25 (Robertson and Zaragoza 2009).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..core.types import Segment
from ..vectorstore.analysis import terms
from ..vectorstore.words import Words
from .figures import figures
from .question import Plan

_CONTEXT = 0.55  # what a term is worth that stands beside the segment, not in it
_LEAD_IN = 0.85  # a lead-in or table header is read together with its item
_EXPECTED = 0.12  # for holding the kind of thing asked for: a figure, a date
_CUE = 0.1  # for holding a word that the plan says is welcome
_HEADING = 0.6  # a heading says what is below it, seldom the answer
_SHORT = 25  # characters under which a text segment is a fragment


@dataclass(frozen=True, slots=True)
class Relevance:
    """Scores text against the terms of one plan.

    `weights` are the terms' idf, scaled to add up to 1; `unknown` are the terms that the whole library lacks.
    """

    plan: Plan
    weights: dict[str, float]
    unknown: frozenset[str] = frozenset()

    def share(self, *texts: str) -> float:
        """Return the weighted share, 0..1, of the question's terms that stand in the texts."""
        held = self._held(texts)
        return sum(weight for term, weight in self.weights.items() if term in held)

    def known_share(self, *texts: str) -> float:
        """Return the weighted share of the question's terms that stand in the texts, of those the library knows."""
        held = self._held(texts) - self.unknown
        return sum(weight for term, weight in self.weights.items() if term in held)

    def of(self, segment: Segment, led_by: Sequence[str], context: Iterable[str], named: Iterable[str] = ()) -> float:
        """Return the score of a segment, about 0..1: its own words, those of its lead-in, and those around it.

        `named` are the question's proper names that the report itself bears: they ask for this report, and need not be
        repeated in every sentence of it.
        """
        own, lead, around = self._held((segment.text,)), self._held(led_by), self._held(context)
        own |= self._held(named)
        score = sum(
            weight * (1.0 if term in own else _LEAD_IN if term in lead else _CONTEXT if term in around else 0.0)
            for term, weight in self.weights.items()
        )
        if segment.kind == "heading":
            return score * _HEADING
        if segment.kind == "text" and len(segment.text) < _SHORT:
            score *= _HEADING
        cued = _CUE if self.welcome(segment) else 0.0
        return score + cued + self._expected(segment.text)

    def welcome(self, segment: Segment) -> bool:
        """Tell whether a segment holds a word that the plan says is welcome."""
        return not self._held((segment.text,)).isdisjoint(self.plan.cues)

    def _expected(self, text: str) -> float:
        if self.plan.expects not in ("figure", "date"):
            return 0.0
        dated = self.plan.expects == "date"
        fits = any((figure.unit == "year") == dated for figure in figures(text))
        return _EXPECTED if fits else -_EXPECTED

    def _held(self, texts: Iterable[str]) -> set[str]:
        return {term for text in texts for term in terms(text, self.plan.language)}


def relevance(plan: Plan, words: Words) -> Relevance:
    """Return the scorer for a plan, with term weights from the whole library."""
    passages = max(words.size, 1)
    counts = words.rarity(plan.terms, plan.language)
    raw = {term: math.log(1 + (passages - n + 0.5) / (n + 0.5)) for term, n in counts.items()}
    total = sum(raw.values()) or 1.0
    unknown = frozenset(term for term, n in counts.items() if not n)
    return Relevance(plan, {term: weight / total for term, weight in raw.items()}, unknown)
