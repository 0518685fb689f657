"""Words of a question as the collection writes them: with a hyphen or in one, in another country's spelling."""

from collections.abc import Iterator
from itertools import pairwise

from ...language.languages import STOP_WORDS
from ...language.lexicon import spellings
from ...language.stems import terms, words
from ...language.terms import Expression, Group
from ...vectorstore.index.words import WordIndex
from .question import Plan

_JOINED = 5  # letters of a word that two may be run together to
_PART = 3  # letters of what a word may be parted into, if the collection has it whole too


def variants(index: WordIndex, plan: Plan) -> list[Group]:
    """Return what the collection has for words of a plan that are written in two ways, a group for each."""
    found = {one: None for query in plan.queries for one in _run_together(index, query, plan.language)}
    for word in map(str.lower, plan.spelled):
        if word.isalpha() and word.isascii():
            found |= dict.fromkeys(_otherwise(index, word, plan.language))
    return [Group(tuple(Expression(form, plan.language) for form in forms)) for forms in found]


def _otherwise(index: WordIndex, word: str, language: str) -> Iterator[tuple[str, str]]:
    for other in spellings(word, language):
        if terms(other, language) != terms(word, language) and _is_used(index, other, language):
            yield word, other
    least = _PART if _is_used(index, word, language) else 1
    small = STOP_WORDS.get(language, frozenset())
    for at in range(least, len(word) - max(least, _PART) + 1):
        parts = word[:at], word[at:]
        if (
            len(word) < _JOINED
            or not small.isdisjoint(parts)
            or not all(_is_used(index, one, language) for one in parts)
        ):
            continue
        if index.mentions((Expression(" ".join(parts), language),)):
            yield word, " ".join(parts)


def _run_together(index: WordIndex, query: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the neighbours in a question that the collection has as one word; small words only behind a hyphen."""
    small = STOP_WORDS.get(language, frozenset())
    lowered = query.lower()
    for one, other in pairwise(map(str.lower, words(query))):
        joined = one + other
        if not joined.isalpha() or len(joined) < _JOINED:
            continue
        if f"{one}-{other}" not in lowered and (one in small or other in small):
            continue
        if f"{one} {other}" in lowered.replace("-", " ") and _is_used(index, joined, language):
            yield f"{one} {other}", joined


def _is_used(index: WordIndex, word: str, language: str) -> bool:
    return any(index.rarity(terms(word, language), language).values())
