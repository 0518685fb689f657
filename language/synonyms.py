"""Words that reports on computing and its policy use for one another, so that a paraphrase is known by them.

They are in `synonyms.toml`, a line for a set. They only make
two texts count as speaking of the same matter; no set makes a figure, a name or a denial right.
"""

import tomllib
from functools import cache
from importlib.resources import files

from .stems import terms


@cache
def synonyms(language: str) -> dict[str, frozenset[str]]:
    """Return, for each stemmed word of a language that has any, the words that stand for it, itself included."""
    found: dict[str, frozenset[str]] = {}
    for line in _sets().get(language, "").strip().splitlines():
        group = frozenset(terms(line, language))
        for term in group:
            found[term] = found.get(term, frozenset()) | group
    return found


@cache
def _sets() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8"))
