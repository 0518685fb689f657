"""What a model read in the first pages of a report: kept as long as the report begins as it did then."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.types import How

MOST = 6_000  # characters of a report that a model is shown: its first pages
_KEY = "described"  # beside the fields guessed of a report


def shown(pages: Iterable[str]) -> str:
    """Return what a model is shown of a report, given the texts of its pages."""
    return "\n".join(pages)[:MOST]


@dataclass(frozen=True, slots=True)
class Description:
    """What a model was asked about a report, and the facts it read there, each with how it was found."""

    model: str
    asked: Sequence[str]
    facts: Mapping[str, tuple[str, How]]

    def over(self, guessed: Mapping[str, Any], text: str) -> dict[str, Any]:
        """Return what is guessed of a report with these facts in place of its own, and what they were read in."""
        before = dict(guessed.get(_KEY) or {})
        before = before if before.get("shown") == _digest(text) else {}
        told = {field: {"value": value, **how.model_dump()} for field, (value, how) in self.facts.items()}
        earlier = before.get("asked", ()) if before.get("model") == self.model else ()
        kept = {
            "shown": _digest(text), "model": self.model, "asked": sorted({*earlier, *self.asked}),
            "facts": {**before.get("facts", {}), **told},
        }  # fmt: skip
        return {**_filled(guessed, told), _KEY: kept}


def settled(guessed: Mapping[str, Any], text: str, model: str) -> frozenset[str]:
    """Return the fields that a model was asked about already when it was shown the same."""
    told = guessed.get(_KEY) or {}
    same = told.get("shown") == _digest(text) and told.get("model") == model
    return frozenset(told.get("asked", ()) if same else ())


def carried_over(before: Mapping[str, Any], guessed: Mapping[str, Any], text: str) -> tuple[dict[str, Any], list[str]]:
    """Return what is guessed of a report read again, with what a model had read, and the fields where that is gone.

    A fact stays where the report begins as it did, unless code is as sure of the field by now.
    """
    told = before.get(_KEY) or {}
    found, facts = guessed.get("found", {}), dict(told.get("facts", {}))
    unsure = {name: fact for name, fact in facts.items() if found.get(name, {"sure": 0})["sure"] < fact["sure"]}
    if told.get("shown") != _digest(text):
        return dict(guessed), sorted(unsure)
    return {**_filled(guessed, unsure), _KEY: told}, []


def _filled(guessed: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    hows = {name: {"how": fact["how"], "sure": fact["sure"]} for name, fact in facts.items()}
    values = {name: fact["value"] for name, fact in facts.items()}
    return {**guessed, **values, "found": {**guessed.get("found", {}), **hows}}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
