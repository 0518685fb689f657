"""Understands what is said of the last answer: thanks, wishes on its form, questions about whose it is and from when.

What the words mean is in the language packs. Whatever is no such words, or has others beside them, is a question.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ...core.text import one_line
from ...language.joint import either, entries, packs, pattern
from ...language.languages import guess_language

ReactionKind = Literal[
    "thanks", "shorter", "listed", "plainer", "translated",  # nothing new is asked
    "attributed", "dated", "placed", "more", "why",  # asked of what was answered
    "others", "narrowed", "corrected", "compared",  # the last question, asked of something else
]  # fmt: skip
OF_FORM: tuple[ReactionKind, ...] = ("shorter", "listed", "plainer", "translated")
OF_ANSWER: tuple[ReactionKind, ...] = ("attributed", "dated", "placed", "more", "why")
_WHOLE: tuple[ReactionKind, ...] = (
    "thanks", "shorter", "listed", "plainer", "attributed", "dated", "placed", "more", "others", "why",
)  # fmt: skip
_LONGEST = 120  # characters of what may be such words
_MOST_MEANT = 8  # words of what is meant instead; more are a question of its own
_LEADING: tuple[ReactionKind, ...] = ("compared", "corrected", "narrowed")  # what is meant follows
_AROUND = " ?？!.¿,;:"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is said of the last answer; `rest` is what is meant instead, alone or beside it, behind the words `lead`."""

    kind: ReactionKind
    rest: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class _Signs:
    """The patterns of all languages: what is the whole line, and what stands in front of, or behind, what is meant."""

    whole: Mapping[ReactionKind, re.Pattern[str]]
    leading: Mapping[ReactionKind, re.Pattern[str]]
    translated: re.Pattern[str]
    only_behind: re.Pattern[str]
    trailing: re.Pattern[str]


@cache  # made when the first line is typed behind an answer: a single question needs none of it
def _signs() -> _Signs:
    asides = either("reaction.asides")
    before, behind = rf"^\W*(?:{asides}\b\W*)*", rf"\b(?:\W+{asides}\b)*\W*$"
    named = "|".join(map(re.escape, sorted(_languages(), key=len, reverse=True)))

    def repeated(kind: ReactionKind) -> str:
        return rf"\b(?:\W+(?:{either(f'reaction.{kind}')}|{asides})\b)*"

    return _Signs(
        {kind: pattern(f"reaction.{kind}", lead=before, end=rf"{repeated(kind)}\W*$") for kind in _WHOLE},
        {kind: pattern(f"reaction.{kind}", lead=before, end=repeated(kind)) for kind in _LEADING},
        pattern("reaction.translated", lead=before, end=rf"\b\W*(?:{named}){behind}"),
        pattern("reaction.narrowed", end=behind),
        pattern("reaction.asides", lead=r"(?:\W+", end=r")+\W*$"),
    )


def _languages() -> frozenset[str]:
    """Return what languages are called in any of them."""
    told = entries("reports.languages").values()
    return frozenset(word for own in told for ways in own.values() for word in ways)


def reaction_to_answer(said: str) -> Reaction | None:
    """Return what a line says of the answer before it, `None` where it is a question of its own."""
    said = one_line(said)
    if len(said) > _LONGEST:
        return None
    signs = _signs()
    if signs.translated.search(said):
        return Reaction("translated")
    for kind, sign in signs.whole.items():
        if sign.search(said):
            return Reaction(kind)
    for kind, sign in signs.leading.items():
        if (lead := sign.match(said)) and (meant := _meant(said[lead.end() :])):
            return Reaction(kind, meant, lead.group().strip(_AROUND))
    behind = signs.only_behind.search(said)
    meant = _meant(said[: behind.start()]) if behind else ""
    return Reaction("narrowed", meant) if meant else None


def _meant(text: str) -> str:
    """Return what is meant instead, without the small words behind it; "" for nothing or a whole question."""
    meant = _signs().trailing.sub("", text).strip(_AROUND)
    return meant if len(meant.split()) <= _MOST_MEANT else ""


def welcome(said: str) -> str:
    """Return what is answered to thanks, in their language as far as it can be told."""
    spoken = guess_language(said)
    told = {own.code: own.reaction for own in packs()}
    for code, own in told.items():
        if code != "en" and (code == spoken or re.search(rf"\b(?:{'|'.join(own.thanks)})\b", said, re.IGNORECASE)):
            return own.welcome
    return told["en"].welcome
