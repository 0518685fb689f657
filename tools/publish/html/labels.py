"""What a page says around its document, in the language of its sentences."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ....core import toml


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of a page that are no words of its document; `kinds` hold the tag of a kind and what it means."""

    skip: str
    contents: str
    key: str
    notes: str
    note: str
    source: str
    back: str
    close: str
    in_place: str
    picture: str
    bare_picture: str
    whole_page: str
    newer: str
    table: str
    carries: str
    raised: str
    quoted: str
    language: str
    kinds: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, language: str) -> "Labels":
        """Return those of a language, by its code."""
        told = toml.parsed(files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))
        code = language.split("-")[0].lower()
        fields: dict[str, Any] = told.get(code, told["en"])
        return cls(language=code, **fields)
