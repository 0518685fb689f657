"""What a form says besides its questions, in the languages of the packs."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ...core import toml


@cache
def _labels() -> Mapping[str, Mapping[str, Any]]:
    return toml.parsed(files(__package__).joinpath("form_labels.toml").read_text(encoding="utf-8"))


def form_languages() -> tuple[str, ...]:
    """Return the languages that a form can speak, by their codes."""
    return tuple(_labels())


def label(language: str, name: str, **fields: str) -> str:
    """Return a label with its fields filled in."""
    words = str(_labels()[language][name])
    for field, value in fields.items():
        words = words.replace(f"{{{field}}}", value)
    return words


def steps(language: str) -> list[str]:
    """Return how a form is filled in, step by step."""
    names = {name: str(_labels()[language][name]) for name in ("answer", "held")}
    return [step.replace("{answer}", names["answer"]).replace("{held}", names["held"])
            for step in _labels()[language]["steps"]]  # fmt: skip


def in_all_languages(name: str) -> frozenset[str]:
    """Return a label as each language has it."""
    return frozenset(str(words[name]) for words in _labels().values())
