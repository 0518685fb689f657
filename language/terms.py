"""The field's terms: which expressions, in which languages, say the same; the table is `terms.toml` beside this file.

A term is recognised in any inflection, and inside a longer one ("liquid cooling" says "cooling"), but for those longer
ones that are something else: "post-exascale" is no mention of "exascale".
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..core import toml
from ..core.errors import UsageError
from .languages import has_cjk
from .stems import acronyms_in, composed, in_compound, stemming, terms, without_cjk


@dataclass(frozen=True, slots=True)
class Expression:
    """A word or phrase of a language (ISO 639-1), or of "any"."""

    text: str
    language: str

    @property
    def is_acronym(self) -> bool:
        """Whether it means something only in capitals."""
        return len(self.text) <= 6 and self.text.isupper()


Meaning = tuple[Expression, ...]  # expressions that say the same


LANGUAGE = re.compile(r"[a-z]{2}|any")
_SHARED = ("any", "en")  # the languages whose expressions turn up in texts of every language


@dataclass(frozen=True, slots=True)
class KnownExpression:
    """A known expression as a text uses it: the text's own words, their terms, and all expressions that say the same.

    `meaning` is the number of its group in the table.
    """

    said: str
    terms: frozenset[str]
    meaning: int
    expressions: Meaning

    def others(self, languages: Collection[str | None]) -> Meaning:
        """Return the expressions of these languages but the one used; `None` stands for a language nobody knows."""
        wanted = {*_SHARED, *languages}
        own = terms(self.said, None)
        found: dict[tuple[str, ...], Expression] = {}
        for expression in self.expressions:
            written = terms(expression.text, None)
            if written != own and (None in languages or expression.language in wanted):
                found.setdefault((expression.language, *written), expression)
        return tuple(found.values())

    def speaks(self, language: str) -> bool:
        """Tell whether the table says it in a language too."""
        return any(expression.language in (language, "any") for expression in self.expressions)


@dataclass(frozen=True, slots=True)
class Group:
    """A meaning; one that is `apart` hides the shorter expressions inside its own."""

    meaning: Meaning
    apart: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """An expression as a text of some language would hold it, and the number of its group."""

    terms: tuple[str, ...]
    expression: Expression
    group: int


class Terms:
    """A table of meanings, each a group of expressions that say the same."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = tuple(groups)
        self._first: Terms | None = None
        self._by_language: dict[str, dict[str, list[_Entry]]] = {}
        self._cjk = sorted(
            (
                (not group.apart, composed(expression.text).casefold(), number)
                for number, group in enumerate(self._groups)
                for expression in group.meaning
                if has_cjk(expression.text)
            ),
            key=lambda entry: (entry[0], -len(entry[1]), entry),
        )

    @classmethod
    def load(cls, own: Path | None = None) -> "Terms":
        """Return the shipped table, with what the user's own file adds; a file that is not there adds nothing.

        Own expressions that share one with a shipped meaning extend it. Raises UsageError naming what is wrong.
        """
        if own is None or not own.is_file():
            return _shipped()
        return cls(_joined([*_shipped()._groups, *_read(own.read_text(encoding="utf-8"), str(own))]))

    def beside(self, groups: Sequence[Group]) -> "Terms":
        """Return this table with further meanings, as for one question: the collection's own."""
        if not groups:
            return self
        made = copy(self)
        made._groups = (*self._groups, *groups)
        made._by_language = {}
        made._first = self
        return made

    def known(self, text: str, language: str | None) -> list[KnownExpression]:
        """Return the known expressions that a text of a language uses, the longest first, those inside others too."""
        asked = acronyms_in(text, language)
        found = {
            (number, frozenset(held)): KnownExpression(said, frozenset(held), number, self._groups[number].meaning)
            for said, held, number in (*self._in_cjk(text), *self._in_words(text, language, asked))
        }
        return sorted(found.values(), key=lambda known: (-len(known.terms), known.said))

    def meanings(self, text: str, language: str | None) -> frozenset[int]:
        """Return the numbers of the meanings that a text of a language expresses, inside German compounds too."""
        found = {number for *_, number in (*self._in_cjk(text), *self._in_words(text, language))}
        return frozenset(found | self._in_compounds(text) if language == "de" else found)

    def _in_words(
        self, text: str, language: str | None, acronyms: Collection[str] = ()
    ) -> Iterator[tuple[str, tuple[str, ...], int]]:
        """Yield the Latin expressions in a text, with their terms there, `acronyms` as they are, and their group."""
        held = tuple(terms(text, language))
        written = tuple(terms(text, language, acronyms)) if acronyms else held
        entries = self._entries(stemming(language))
        matches = [
            (at, entry)
            for at, first in enumerate(held)
            for entry in entries.get(first, ())
            if held[at : at + len(entry.terms)] == entry.terms and _stands(entry.expression, text)
        ]
        hidden = {
            place
            for at, entry in matches
            if self._groups[entry.group].apart
            for place in range(at, at + len(entry.terms))
        }
        for at, entry in matches:
            if self._groups[entry.group].apart or hidden.isdisjoint(range(at, at + len(entry.terms))):
                yield entry.expression.text, written[at : at + len(entry.terms)], entry.group

    def _in_compounds(self, text: str) -> set[int]:
        entries = self._entries("de")
        return {
            entry.group
            for word in terms(text, "de")
            if word not in entries
            for at in range(1, len(word))
            for part in (word[:at], word[at:])
            if in_compound(part, word)
            for entry in entries.get(part, ())
            if len(entry.terms) == 1 and entry.expression.language == "de"
        }

    def _in_cjk(self, text: str) -> Iterator[tuple[str, tuple[str, ...], int]]:
        if not has_cjk(text):
            return
        rest = composed(text).casefold()
        for _, written, number in self._cjk:
            if written in rest:
                yield written, tuple(terms(written, None)), number
                rest = rest.replace(written, " ") if self._groups[number].apart else rest

    def _entries(self, stemmer: str) -> dict[str, list[_Entry]]:
        """Return the Latin expressions that may stand in a text of a stemmer's language, by their first term."""
        if stemmer not in self._by_language:
            spoken = {*_SHARED, stemmer}
            found: dict[str, dict[tuple[tuple[str, ...], int], _Entry]] = {}
            first = self._first
            known = first._entries(stemmer) if first else {}
            for number, group in enumerate(self._groups):
                if first and number < len(first._groups):
                    continue
                for expression in group.meaning:
                    said = tuple(terms(expression.text, stemmer))
                    if said and not has_cjk(expression.text) and (stemmer == "plain" or expression.language in spoken):
                        found.setdefault(said[0], {}).setdefault((said, number), _Entry(said, expression, number))
            self._by_language[stemmer] = known | {
                term: sorted((*known.get(term, ()), *entries.values()), key=lambda entry: -len(entry.terms))
                for term, entries in found.items()
            }
        return self._by_language[stemmer]


def _stands(expression: Expression, text: str) -> bool:
    """Tell whether an acronym stands in a text in capitals; other expressions may be written in any way."""
    if not expression.is_acronym:
        return True
    sign = rf"(?<![^\W_]){re.escape(expression.text)}s?(?![^\W_])"
    return re.search(sign, without_cjk(composed(text))) is not None


@cache
def _shipped() -> Terms:
    text = files(__package__).joinpath("terms.toml").read_text(encoding="utf-8")
    return Terms(_read(text, "terms.toml"))


def _read(text: str, place: str) -> list[Group]:
    try:
        table = toml.parsed(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{place!r} cannot be read ({error}): see the section on terms in docs/library.md") from error
    unknown = table.keys() - {"terms"}
    if unknown:
        raise UsageError(f"{place!r} has an unknown table {min(unknown)!r}: write [[terms]]")
    groups = table.get("terms", [])
    if not isinstance(groups, list):
        raise UsageError(f"{place!r} has one [terms]: write [[terms]], once for every meaning")
    return [_group(group, place) for group in groups]


def _group(written: Mapping[str, Any], place: str) -> Group:
    languages = {language: listed for language, listed in written.items() if language != "apart"}
    for language, listed in languages.items():
        if not LANGUAGE.fullmatch(language):
            raise UsageError(f"{place!r} has terms in {language!r}: name a language by two letters, or write any")
        if not isinstance(listed, list) or not all(isinstance(said, str) and said.strip() for said in listed):
            raise UsageError(f"{place!r} has {listed!r} as terms in {language!r}: write a list of expressions")
    meaning = tuple(Expression(said.strip(), language) for language, listed in languages.items() for said in listed)
    return Group(meaning, written.get("apart") is True)


def _joined(groups: Sequence[Group]) -> list[Group]:
    """Return the groups with those that share an expression as one, in the order of their first."""
    joined: list[Group] = []
    place: dict[tuple[str, str], int] = {}
    for group in groups:
        keys = [(expression.language, expression.text.casefold()) for expression in group.meaning]
        number = next((place[key] for key in keys if key in place), len(joined))
        if number == len(joined):
            joined.append(group)
        else:
            known = joined[number]
            meaning = tuple(dict.fromkeys((*known.meaning, *group.meaning)))
            joined[number] = Group(meaning, known.apart or group.apart)
        place.update(dict.fromkeys(keys, number))
    return joined
