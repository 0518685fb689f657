"""Our own sentences in and around a document, in the language it is written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ...core import toml
from ...core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of a language by their dotted names, as templates."""

    language: str
    templates: Mapping[str, str]

    def told(self, name: str, **fields: object) -> str:
        """Return a sentence with its fields filled in; raises KeyError for a name or a field that there is not."""
        return self.templates[name].format_map(fields)

    def find(self, name: str) -> str:
        """Return a sentence without fields, "" for a name that there is not."""
        return self.templates.get(name, "")

    def tongue(self, language: str) -> str:
        """Return what a language is called, its code where there is no name for it."""
        return self.templates.get(f"tongue.{language.split('-')[0].lower()}", language)

    def state(self, status: str) -> str:
        """Return the status of a report, as it is where there is no word for it."""
        return self.templates.get(f"state.{status}", status)


@cache
def phrases(language: str) -> Phrases:
    """Return the sentences of a language, by its code ("es" or "es-MX"); English ones where it has none."""
    known, code = _tables(), language.split("-")[0].lower()
    return Phrases(code, {**_flat(known["en"]), **_flat(known.get(code, {}))})


def note_languages() -> tuple[str, ...]:
    """Return the languages that a note can be written in, by their codes."""
    return tuple(_tables())


def known_language(language: str) -> str:
    """Return the language if there are sentences in it; raises UsageError."""
    if language not in note_languages():
        raise UsageError(f"a note cannot be written in {language!r}: use one of {', '.join(note_languages())}")
    return language


def in_any_language(name: str) -> frozenset[str]:
    """Return a phrase as each language has it, before anything is filled in."""
    return _templates(name)


@cache
def beginnings() -> tuple[str, ...]:
    """Return how sentences of ours begin that have no mark and no claim, in all languages."""
    told = (name for name in phrases("en").templates if name.startswith("alone."))
    return tuple(begin for name in told for begin in beginnings_of(name))


def beginnings_of(name: str) -> tuple[str, ...]:
    """Return how a sentence begins, up to what is filled in, in all languages."""
    return tuple(template.partition("{")[0] for template in sorted(_templates(name)))


@cache
def _templates(name: str) -> frozenset[str]:
    return frozenset(phrases(language).templates[name] for language in _tables())


@cache
def _tables() -> Mapping[str, Any]:
    return toml.parsed(files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8"))


def _flat(table: Mapping[str, Any], front: str = "") -> dict[str, str]:
    """Return a table of tables as one, by dotted names."""
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= _flat(value, f"{front}{name}.") if isinstance(value, dict) else {f"{front}{name}": value}
    return found
