"""A fact about a report, with how it was found and how sure that is; and all facts of one, as they are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.types import How

SURE = 0.5  # below this a fact is not told: nothing is better than something wrong


@dataclass(frozen=True, slots=True)
class Found:
    """A value, how it was found ("largest words of page 1"), and how sure that is, from 0 to 1."""

    value: str
    how: str
    sure: float


def kept(found: Mapping[str, Found]) -> dict[str, Any]:
    """Return facts as the catalogue keeps them: each value under its field, and beside them how they were found."""
    return {
        **{field: fact.value for field, fact in found.items()},
        "found": {field: {"how": fact.how, "sure": round(fact.sure, 2)} for field, fact in found.items()},
    }


def hows(guessed: Mapping[str, Any], declared: Iterable[str]) -> dict[str, How]:
    """Return how each field was found: what a manifest says needs no finding, and is sure."""
    told = {field: How.model_validate(how) for field, how in dict(guessed.get("found") or {}).items()}
    return {**told, **{field: How(how="a manifest", sure=1) for field in declared}}
