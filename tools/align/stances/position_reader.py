"""A small trained reader of positions: a multinomial logistic regression over what is seen of a sentence.

Its weights come from `benchmarks/fit_stance.py`, which learns them from sentences of several authors.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from ..matrix import SIGNS, Sign
from .position_features import ReadSentence

# How often sentences of reports are of each kind, beside those that were learnt from, where many oppose. An estimate:
# where one in thirty opposes, an alarm has to be surer.
_SHARE: Mapping[Sign, float] = {
    "commits": 1.0, "plans": 1.0, "recommends": 1.0, "mentions": 1.0, "opposes": 0.25, "reported": 0.6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PositionWeights:
    """The weights of each feature for each of `SIGNS`, and what each has without any feature."""

    bias: tuple[float, ...]
    features: Mapping[str, tuple[float, ...]]


@cache
def position_weights() -> PositionWeights:
    """Return the weights that are shipped."""
    kept = json.loads(files(__package__).joinpath("position_weights.json").read_text(encoding="utf-8"))
    return PositionWeights(tuple(kept["bias"]), {name: tuple(each) for name, each in kept["features"].items()})


def probabilities(seen: ReadSentence, weights: PositionWeights) -> dict[Sign, float]:
    """Return how likely each sign is, by what was seen of a sentence."""
    sums = list(weights.bias)
    for name, value in seen.features.items():
        for index, weight in enumerate(weights.features.get(name, ())):
            sums[index] += value * weight
    most = max(sums)
    raised = [exp(one - most) * _SHARE[sign] for sign, one in zip(SIGNS, sums, strict=True)]
    return {sign: one / sum(raised) for sign, one in zip(SIGNS, raised, strict=True)}


def telling_word(seen: ReadSentence, sign: Sign, weights: PositionWeights) -> str:
    """Return the word whose class speaks most for a sign, "" if none does."""
    column = SIGNS.index(sign)

    def weight(name: str) -> float:
        return sum(weights.features.get(f"{kind}={name}", (0.0,) * len(SIGNS))[column] for kind in ("has", "clause"))

    best = max(((weight(name), word) for word, name in seen.words if name[0] not in "<|"), default=(0.0, ""))
    return best[1] if best[0] > 0 else ""
