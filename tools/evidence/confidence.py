"""How sure we are that the evidence answers the question, from a few features that can be explained.

A logistic function of the features; the coefficients come from `benchmarks/fit_confidence.py`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...core.text import fold
from ...language.places import known_forms

WITH_MEANING = {
    "intercept": -7.31, "segment": 2.71, "lead": 0.41, "closeness": 1.12, "word_margin": 1.67, "segment_margin": 1.7,
    "similarity_margin": 1.64, "similarity": 1.97, "names": 0.34, "years": 2.33,
}  # fmt: skip
WORDS_ALONE = {
    "intercept": -5.25, "segment": 2.99, "lead": 0.54, "closeness": 1.14, "word_margin": 1.71, "segment_margin": 1.21,
    "similarity_margin": 0.0, "similarity": 0.0, "names": 0.66, "years": 1.59,
}  # fmt: skip
THRESHOLD = 0.4  # below it the answer is "not found"; it refuses 15 % of what could be answered


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for the evidence; each is in 0..1.

    `segment`: score of the best segment. `lead`: share of the question's terms in it and its lead-in or table header.
    `closeness`: share of neighbouring terms that are neighbours in one of the best segments. `word_margin`: by how much
    the best word hit stands out from the five after it; `segment_margin`: the best segment from the best of any other
    passage; `similarity_margin`: the best passage by meaning from the five after it. `similarity`: scaled cosine of
    that passage, 0 where words alone were searched. `names`: share of the question's proper names found in the passage,
    its headings or the report's title. `years`: the same of the years it asks about.
    """

    segment: float
    lead: float
    closeness: float
    word_margin: float
    segment_margin: float
    similarity_margin: float
    similarity: float
    names: float
    years: float


def confidence(features: Features) -> float:
    """Return the probability, 0..1, that the evidence answers the question."""
    weights = WITH_MEANING if features.similarity else WORDS_ALONE
    total = weights["intercept"] + sum(
        weights[name] * getattr(features, name) for name in Features.__dataclass_fields__
    )
    return round(1 / (1 + math.exp(-total)), 3)


def share_of_names(names: Sequence[str], texts: Sequence[str]) -> float:
    """Return the share of names that stand in any of the texts; 1 when there are none to look for.

    An acronym stands where it begins with a capital: INCITE is not in "to incite". That of a place may be spelled out.
    """
    if not names:
        return 1.0
    written = " ".join(texts)
    whole = fold(written)
    return sum(_stands(name, written, whole) for name in names) / len(names)


def _stands(name: str, written: str, whole: str) -> bool:
    if not (name.isalpha() and name.isupper()):
        return fold(name) in whole
    place = known_forms().get(fold(name))
    return name in written or name.capitalize() in written or (place is not None and place in whole)
