"""The words of a text by the classes of positions that they belong to (`position.…` of the language packs)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .joint import pack

_TOKEN = re.compile(r"\d[\d.,]*|[^\W\d_]+(?:['’][^\W\d_]+)?|[,;:.()–—]")
_NOT, _NEGATED = "n't", "not"  # the end of an English verb
_ANY = "*"
_SHORTEST = 2  # letters of a beginning that a word is known by


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign that parts clauses: where it begins, in lower case, and the classes it belongs to."""

    start: int
    text: str
    classes: tuple[str, ...] = ()

    @property
    def parts(self) -> bool:
        """Whether it is a sign that parts clauses."""
        return not self.text[0].isalnum()


def knows_positions(language: str | None) -> bool:
    """Tell whether a language has words of positions."""
    return any(_classes(language))


def tokens(text: str, language: str | None) -> list[Token]:
    """Return the tokens of a text; what is elided stands apart: "n'est" are two."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match[0].casefold().replace("’", "'")
        for part in _parts(word):
            found.append(Token(match.start(), part, _classes_of(part, language)))
    return found


def _parts(word: str) -> list[str]:
    if word.endswith(_NOT):
        return [word[: -len(_NOT)], _NEGATED]
    head, elided, rest = word.partition("'")
    return [head, rest] if elided and rest else [word]


def _classes_of(word: str, language: str | None) -> tuple[str, ...]:
    """Return the classes of a word: those it is named in, else those of the longest beginning that is."""
    whole, beginnings = _classes(language)
    if word in whole:
        return whole[word]
    lengths = range(len(word), _SHORTEST - 1, -1)
    return next((beginnings[word[:length]] for length in lengths if word[:length] in beginnings), ())


@cache
def _classes(language: str | None) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Return the classes of words, and those of the beginnings of words."""
    known = pack(language)
    whole: dict[str, tuple[str, ...]] = {}
    beginnings: dict[str, tuple[str, ...]] = {}
    for name, words in known.position if known else ():
        for word in words:
            table, said = (beginnings, word[:-1]) if word.endswith(_ANY) else (whole, word)
            table[said] = (*table.get(said, ()), name)
    return whole, beginnings
