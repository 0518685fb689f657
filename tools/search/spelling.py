"""Corrects a question's words that no report has, where one sign apart a word stands that the collection does have."""

import re
from collections import Counter
from dataclasses import replace

from ...core.text import fold
from ...language.quotation_marks import quotations
from ...language.stems import terms, words
from ...language.synonyms import synonyms
from ...vectorstore.library import Library
from ...vectorstore.ranking.search import HybridSearch
from .question import Plan

_SHORTEST = 5  # letters: of shorter words too many are one sign apart
_LOOKED_AT = 20  # passages that hold a word like it


def corrected(library: Library, ranker: HybridSearch, plan: Plan) -> Plan:
    """Return the plan with its misspelled words as the collection writes them, in its queries too.

    A word in quotes stands as it is written, and so do names, and words that are known to the language. Where it is
    asked who mentions a word, no other is looked for.
    """
    if plan.form not in ("prose", "table"):
        return plan
    known = synonyms(plan.language)
    quoted = {fold(word) for said, _, _ in quotations(plan.question) for word in words(said)}
    counts = ranker.words.rarity(plan.terms, plan.language)
    for term, spelled in zip(plan.terms, plan.spelled, strict=True):
        if counts.get(term) or term in known or fold(spelled) in quoted or not _may_be_misspelled(spelled, plan):
            continue
        if better := _meant(library, ranker, fold(spelled)):
            plan = _with(plan, term, spelled, better)
    return plan


def _may_be_misspelled(word: str, plan: Plan) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word.isascii() and word not in plan.names


def _meant(library: Library, ranker: HybridSearch, word: str) -> str:
    """Return the word most used in the collection that is one slip away and begins with the same letter."""
    passages = library.catalogue.passages(ranker.words.alike(word, _LOOKED_AT))
    said = Counter(fold(other) for passage in passages.values() for other in words(passage.text))
    alike = [other for other in said if other[:1] == word[:1] and _is_one_slip(word, other)]
    return max(alike, key=lambda other: (said[other], other), default="")


def _is_one_slip(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter: left out, put in, in the place of another, or swapped with it."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), None)
    if at is None:
        return True
    mine, theirs = one[at:], other[at:]
    swapped = mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]
    return mine[1:] == theirs or mine == theirs[1:] or mine[1:] == theirs[1:] or swapped


def _with(plan: Plan, term: str, spelled: str, better: str) -> Plan:
    new = terms(better, plan.language)[0]
    whole = rf"(?<!\w){re.escape(spelled)}(?!\w)"
    return replace(
        plan,
        queries=tuple(re.sub(whole, better, query) for query in plan.queries),
        terms=tuple(new if one == term else one for one in plan.terms),
        spelled=tuple(better if one == spelled else one for one in plan.spelled),
        asked=frozenset(new if one == term else one for one in plan.asked),
    )
