"""What position a sentence takes on a topic, by patterns of the words that say so.

The words stand in the language packs (`stance.…`). Somebody else's position is none of the speaker's; what is denied
is read before what is affirmed, and of what is affirmed the first governs the rest: "recommends that sites shall
report" is advice, "has decided to plan" a decision. Only the clauses that name the topic may be against it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from ....language.joint import pattern
from ....language.places import places_named
from ....language.wording import CLAUSE_END
from ..matrix import Sign

_OPEN = pattern("stance.open")
_OPPOSES = pattern("stance.opposes")
_GIVEN_UP = pattern("stance.given_up")
_OVERCOME = pattern("stance.overcome")
_NOTED = pattern("stance.noted")
_FUTURE = pattern("stance.future")
_A = pattern("stance.indefinite", lead="", end="")
_JOINED = pattern("grammar.joining")  # who is for one thing and not for another, is for the first
_BESIDE = pattern("stance.beside", end=r"\s(?:[\w'’-]+\s){0,2}$")
_FOR: tuple[tuple[Sign, re.Pattern[str]], ...] = (
    ("recommends", pattern("stance.recommends")), ("plans", pattern("stance.plans")),
    ("commits", pattern("stance.commits")),
)  # fmt: skip
_PATTERNS: dict[str, re.Pattern[str]] = {
    "open": _OPEN, "opposes": _OPPOSES, "given up": _GIVEN_UP, "overcome": _OVERCOME, "noted": _NOTED,
    "future": _FUTURE, **dict(_FOR),
}  # fmt: skip
_Affirmation = tuple[int, int, Sign, str]  # where, its rank, the stance, by which words
_WITHIN, _CLOSE = 16, 10  # words between a topic and what is said of it; and what is said against it


@dataclass(frozen=True, slots=True)
class ShownStance:
    """The stance that a sentence shows, by which of its words, and whose it is where it is not the speaker's.

    `sure` is how likely it is, from 0 to 1, where that was learnt.
    """

    sign: Sign
    words: str = ""
    reported_of: str | None = None
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class RuledStance:
    """What the patterns make of a sentence: the stance they choose, and which of them were found.

    `first` is the affirmation that comes first in the clauses on the topic; `found` names the patterns anywhere, and
    those in these clauses with `:own` behind.
    """

    shown: ShownStance
    first: Sign | None
    found: tuple[str, ...]


def stance_by_rules(text: str, speaks_for: Collection[str], names: Callable[[str], bool]) -> RuledStance:
    """Return what the patterns make of a text.

    `speaks_for` are the folded places that its report speaks for, `names` tells which clauses are on the topic.
    """
    clauses = [clause for clause in CLAUSE_END.split(text) if clause and names(clause)]
    own = " ".join(_around(clause, names, _WITHIN) for clause in clauses) or text
    first = min(_affirmed(own), default=None)
    found = _patterns_in(text)
    near = found if own == text else _patterns_in(own)
    shown = _told_of(text, speaks_for) or _taken(text, own, clauses, names, first)
    return RuledStance(shown, first[2] if first else None, (*found, *(f"{name}:own" for name in near)))


def _patterns_in(text: str) -> list[str]:
    return [name for name, words in _PATTERNS.items() if words.search(text)]


def _taken(
    text: str, own: str, clauses: Sequence[str], names: Callable[[str], bool], first: _Affirmation | None
) -> ShownStance:
    """Return the speaker's own stance; `own` is what stands around the topic in the `clauses` that name it.

    `first` is what affirms it there first.
    """
    if match := _GIVEN_UP.search(own):
        return ShownStance("opposes", match[0])
    if match := _OPEN.search(own):
        return ShownStance("mentions", match[0])
    against = None if _OVERCOME.search(text) else _said(_OPPOSES, own)
    if against and clauses and not any(_OPPOSES.search(_around(one, names, _CLOSE)) for one in clauses):
        against = None
    if against and not (first and _JOINED.search(own[first[0] : against.start()])):
        return ShownStance("opposes", against[0])
    first = first or min(_affirmed(text), default=None)
    if first:
        return ShownStance(first[2], first[3])
    ahead = _FUTURE.search(own)
    return ShownStance("plans", ahead[0]) if ahead else ShownStance("mentions")


def _around(clause: str, names: Callable[[str], bool], most: int) -> str:
    """Return a clause from so many words before what names the topic to as many behind it."""
    begin, end = span_of_topic(clause, names) or (0, len(clause))
    return " ".join((*clause[:begin].split()[-most:], clause[begin:end], *clause[end:].split()[:most]))


def span_of_topic(text: str, names: Callable[[str], bool]) -> tuple[int, int] | None:
    """Return where a text names the topic: the shortest run of words that does, the first of several."""
    ends = [at for at, sign in enumerate(f"{text} ") if sign.isspace() and at]
    first = bisect_left(ends, True, key=lambda at: names(text[:at]))  # what holds a topic, holds it with more behind
    if first == len(ends):
        return None
    end = ends[first]
    starts = [0, *(at + 1 for at in ends if at < end)]
    return next((at for at in reversed(starts) if names(text[at:end])), 0), end


def _is_of_a_thing(text: str, at: int, said: str) -> bool:
    """Tell whether a place only says what kind of thing is meant: "a European initiative"."""
    before = text[:at].split()
    rest = text[at + len(said) :]
    return bool(before) and _A.fullmatch(before[-1]) is not None and rest[:1] == " " and rest[1:2].islower()


def _affirmed(text: str) -> Iterator[_Affirmation]:
    """Yield where each kind of affirmation begins, with its rank; on a tie the less binding one is meant."""
    for rank, (sign, words) in enumerate(_FOR):
        if match := _said(words, text):
            yield match.start(), rank, sign, match[0]


def _said(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first match that is no part of a name: "OpenMP Target" aims at nothing."""
    return next((match for match in words.finditer(text) if not _is_name(match, text)), None)


def _is_name(match: re.Match[str], text: str) -> bool:
    before = text[: match.start()].rstrip()
    return match[0][:1].isupper() and match[0].isascii() and before[-1:].isalpha() and before.split()[-1][:1].isupper()


def _told_of(text: str, speaks_for: Collection[str]) -> ShownStance | None:
    """Return what a text tells of another's position: it names a place that is not the speaker's, and not beside it."""
    places = places_named(text)
    if any(place in speaks_for for _, _, place in places):
        return None
    if not speaks_for and not _NOTED.search(text):
        return None  # nobody knows whether the place is its own
    for at, said, _ in places:
        if not _BESIDE.search(text[:at]) and not _is_of_a_thing(text, at, said):
            told = _NOTED.search(text) or _OPPOSES.search(text)
            first = min(_affirmed(text), default=None)
            return ShownStance("reported", told[0] if told else first[3] if first else "", said)
    return None
