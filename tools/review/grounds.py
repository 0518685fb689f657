"""How far the words of the evidence carry a claim, from a few features that can be explained.

A logistic function of the features, scaled so that a claim in the evidence's own words gets 1; the coefficients come
from `benchmarks/support.py`.
"""

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields

from ...language.stems import terms
from ...language.wording import Wording

WEIGHTS = {"intercept": -1.18, "words": 3.1, "near": 1.47, "missing": -0.95, "against": -2.18}
_SENTENCES = 3  # a claim rests on no more segments than that


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for a claim, and what against it.

    `words`: share, 0..1, of all its words that stand in the evidence, particles too: much padding is little grounding.
    `near`: share of its content words that three sentences of the evidence have together. `missing`: log(1 + n) of the
    n content words that none has. `against`: what the doubts weigh together, see `odds.against`.
    """

    words: float
    near: float
    missing: float
    against: float


VERBATIM = Grounds(words=1.0, near=1.0, missing=0.0, against=0.0)


def grounds(claim: Wording, evidence: Wording, *, against: float) -> Grounds:
    """Return the features of a claim that so much speaks against."""
    said, known = terms(claim.text, claim.language), set(terms(evidence.text, claim.language))
    held = [sentence.held(claim.terms) for sentence in evidence.sentences]
    best: set[str] = set()
    for _ in range(_SENTENCES):
        best |= max(held, key=lambda found: len(found - best), default=set())
    missing = len(claim.terms) - len(set().union(*held))
    return Grounds(
        words=sum(term in known for term in said) / len(said) if said else 0.0,
        near=len(best) / len(claim.terms) if claim.terms else 0.0,
        missing=math.log1p(missing),
        against=against,
    )


def carried(found: Grounds, weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return how far the words carry the claim, 0..1: 0 without a common word, 1 as well as its own words would."""
    return _chance(found, weights) / _chance(VERBATIM, weights) if found.words or found.near else 0.0


def _chance(found: Grounds, weights: Mapping[str, float]) -> float:
    named = zip((field.name for field in fields(found)), astuple(found), strict=True)
    return 1 / (1 + math.exp(-weights["intercept"] - sum(weights[name] * value for name, value in named)))
