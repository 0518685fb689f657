"""How sure we are that the evidence answers the question, from a few features that can be explained.

A logistic function of the features; the coefficients come from `benchmarks/fit_confidence.py`.
"""

import math
from dataclasses import dataclass

WITH_MEANING = {
    "intercept": -5.89, "segment": 1.27, "lead": 0.89, "closeness": 0.66, "word_margin": 0.41, "segment_margin": 2.06,
    "similarity_margin": 3.49, "similarity": 0.54, "names": 1.14, "years": 1.47, "figures": 0.56, "typed": 0.17,
}  # fmt: skip
WORDS_ALONE = {
    "intercept": -5.39, "segment": 1.17, "lead": 1.17, "closeness": 0.8, "word_margin": 1.35, "segment_margin": 1.62,
    "similarity_margin": 0.0, "similarity": 0.0, "names": 1.25, "years": 1.01, "figures": 0.9, "typed": 0.38,
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
    `typed`: whether the best segment or what stands beside it gives the kind of answer asked for.
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
    typed: float


def confidence(features: Features) -> float:
    """Return the probability, 0..1, that the evidence answers the question."""
    weights = WITH_MEANING if features.similarity else WORDS_ALONE
    total = weights["intercept"] + sum(
        weights[name] * getattr(features, name) for name in Features.__dataclass_fields__
    )
    return round(1 / (1 + math.exp(-total)), 3)
