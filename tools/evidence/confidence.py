"""How sure we are that the evidence answers the question, from a few features that can be explained.

A logistic function of the features; the coefficients come from `benchmarks/fit_confidence.py`.
"""

import math
from dataclasses import dataclass

WITH_MEANING = {
    "intercept": -5.99, "segment": 1.25, "lead": 0.96, "closeness": 0.65, "word_margin": 0.56, "segment_margin": 1.65,
    "similarity_margin": 3.42, "similarity": 0.49, "names": 1.14, "years": 1.68, "figures": 0.63,
}  # fmt: skip
WORDS_ALONE = {
    "intercept": -5.34, "segment": 1.21, "lead": 1.26, "closeness": 0.73, "word_margin": 1.39, "segment_margin": 1.32,
    "similarity_margin": 0.0, "similarity": 0.0, "names": 1.13, "years": 1.1, "figures": 1.09,
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
    its headings or the report's title. `years`: the same of the years it asks about, `figures`: of all its figures.
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
    figures: float


def confidence(features: Features) -> float:
    """Return the probability, 0..1, that the evidence answers the question."""
    weights = WITH_MEANING if features.similarity else WORDS_ALONE
    total = weights["intercept"] + sum(
        weights[name] * getattr(features, name) for name in Features.__dataclass_fields__
    )
    return round(1 / (1 + math.exp(-total)), 3)
