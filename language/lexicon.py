"""What is known of the words of a language: which there are, and which stand for one another.

The sets of `synonyms.toml`, a line for a set, are words that reports on computing and its policy use for one another.
They only make two texts count as speaking of the same matter; no set makes a figure, a name or a denial right. The
words of `words/`, a file for a language, come from SCOWL (its licence is in `words/SCOWL.txt`).
"""

import gzip
import tomllib
from functools import cache
from importlib.resources import files

from .stems import terms


@cache
def synonyms(language: str) -> dict[str, frozenset[str]]:
    """Return, for each stemmed word of a language that has any, the words that stand for it, itself included."""
    found: dict[str, frozenset[str]] = {}
    for line in _table("synonyms").get(language, "").strip().splitlines():
        group = frozenset(terms(line, language))
        for term in group:
            found[term] = found.get(term, frozenset()) | group
    return found


def has_words(language: str) -> bool:
    """Tell whether the words of a language are known."""
    return bool(_words(language))


def is_word(word: str, language: str) -> bool:
    """Tell whether a language is known to have a word of five letters or more, in small letters, in this very form."""
    return f"\n{word}\n".encode() in _words(language)


def spellings(word: str, language: str) -> list[str]:
    """Return how else a word, in small letters, is written in other countries of its language: "centre" as center."""
    found: dict[str, None] = {}
    for one, other, *where in _pairs(language):
        for mine, theirs in ((one, other), (other, one)):
            at = word.rfind(mine)
            if at > 0 and (not where or at + len(mine) == len(word)):
                found[word[:at] + theirs + word[at + len(mine) :]] = None
    return [one for one in found if one != word and is_word(one, language)]


@cache
def _pairs(language: str) -> list[list[str]]:
    return [line.split() for line in _table("spellings").get(language, "").strip().splitlines()]


@cache
def _words(language: str) -> bytes:
    file = files(__package__).joinpath("words", f"{language}.gz")
    return gzip.decompress(file.read_bytes()) if file.is_file() else b""


@cache
def _table(name: str) -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
