"""Corrects slips of the pen in a question: a word that nobody knows, one sign apart from one that the reports use."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ...core.text import fold
from ...language.lexicon import has_words, is_word
from ...language.quotation_marks import quoted_words
from ...language.stems import terms
from ...vectorstore.index.words import WordIndex
from .question import Plan

_SHORTEST = 5  # letters: of shorter words too many are one sign apart
_SHORTEST_UNKNOWN = 7  # and of words in a language whose words are not known to us
_CLEARLY = 4  # times as many passages hold the best candidate as the next one
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def corrected(words: WordIndex, plan: Plan) -> tuple[Plan, dict[str, str]]:
    """Return the plan with its slips as the reports write the words, in its queries too, and what was corrected.

    A word in quotes stands as it is written, and so do names, acronyms and words that the language has. Where it is
    asked who mentions a word, no other is looked for.
    """
    found: dict[str, str] = {}
    if plan.form in ("count", "absence", "catalogue"):
        return plan, found
    quoted = {fold(word) for word in quoted_words(plan.question)}
    counts = words.rarity(plan.terms, plan.language)
    for term, spelled in zip(plan.terms, plan.spelled, strict=True):
        if (
            counts.get(term)
            or fold(spelled) in quoted
            or not _may_be_a_slip(spelled, plan)
            or words.search(spelled, None, 1)
        ):
            continue
        if better := _meant(words, fold(spelled), plan.language):
            plan = _with(plan, term, spelled, better)
            found[spelled] = better
    return plan, found


def _may_be_a_slip(word: str, plan: Plan) -> bool:
    least = _SHORTEST if has_words(plan.language) else _SHORTEST_UNKNOWN
    if len(word) < least or not (word.isalpha() and word.isascii()) or word in plan.names or word.isupper():
        return False
    return not is_word(word.lower(), plan.language)


def _meant(words: WordIndex, slip: str, language: str) -> str:
    """Return the word that is clearly meant: the likeliest kind of slip, or much the most used; "" if none is."""
    for candidates in (_likely(slip), _possible(slip)):
        counts = words.rarity(candidates, None)
        used = {one: count for one in candidates if (count := counts[one]) and _is_sound(one, count, language)}
        best = sorted(used, key=lambda one: (-used[one], one))
        apart = [one for one in best[1:] if terms(one, language) != terms(best[0], language)]
        if best:
            return best[0] if not apart or used[best[0]] >= _CLEARLY * used[apart[0]] else ""
    return ""


def _is_sound(word: str, count: int, language: str) -> bool:
    """Tell whether a word of the reports is a word, and no slip of theirs nor a torn one."""
    return is_word(word, language) or count > 1 or not has_words(language)


def _likely(slip: str) -> set[str]:
    """Return what was meant if two signs were swapped, or a letter doubled or not."""
    swapped = {slip[:at] + slip[at + 1] + slip[at] + slip[at + 2 :] for at in range(len(slip) - 1)}
    doubled = {slip[: at + 1] + slip[at] + slip[at + 1 :] for at in range(len(slip))}
    single = {slip[:at] + slip[at + 1 :] for at in range(1, len(slip)) if slip[at] == slip[at - 1]}
    return (swapped | doubled | single) - {slip}


def _possible(slip: str) -> set[str]:
    """Return all that is one sign apart and begins with the same letter."""
    return {other for other in _one_off(slip) if other[:1] == slip[:1] and len(other) >= _SHORTEST - 1} - {slip}


def _one_off(slip: str) -> Iterator[str]:
    for at in range(1, len(slip) + 1):
        head, tail = slip[:at], slip[at:]
        if tail:
            yield head + tail[1:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _with(plan: Plan, term: str, spelled: str, better: str) -> Plan:
    new = terms(better, plan.language)[0]
    pairs = {
        new if one == term else one: better if one == term else said
        for one, said in zip(plan.terms, plan.spelled, strict=True)
    }
    whole = rf"(?<!\w){re.escape(spelled)}(?!\w)"
    return replace(
        plan,
        queries=tuple(re.sub(whole, better, query) for query in plan.queries),
        terms=tuple(pairs),
        spelled=tuple(pairs.values()),
    )
