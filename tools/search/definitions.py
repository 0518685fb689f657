"""What the acronyms of a question stand for, and which acronyms its words have, as the collection defines them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from ...language.languages import STOP_WORDS
from ...language.stems import terms, words
from ...language.terms import Expression, Group, KnownExpression
from ...vectorstore.index.words import WordIndex
from ...vectorstore.searchable import Searchable
from .question import Plan

_LOOKED_AT = 60  # passages with an acronym
_MOST = 2  # meanings of one acronym
_SHORTEST = 3  # letters of an acronym that words of a question may have: two are too many by chance
_LONGEST = 8  # words that an acronym stands for
_BEFORE = 120  # characters in front of the bracket


def definitions(library: Searchable, index: WordIndex, plan: Plan, known: Sequence[KnownExpression]) -> list[Group]:
    """Return acronyms with what they stand for, where either is in a plan and a passage has both, one in brackets.

    What is known already is left out.
    """
    expressed = {expression.text.casefold() for one in known for expression in one.expressions}
    found: dict[tuple[str, str], None] = {}
    told = {term for one in known for term in one.terms}
    for acronym in sorted(plan.acronyms - told):
        meant = Counter(_defined(library, index, plan, acronym, acronym))
        found |= {(acronym, long): None for long, _ in meant.most_common(_MOST)}
    for acronym, run in _abbreviated(index, plan):
        if acronym not in plan.acronyms and acronym.casefold() not in expressed:
            wanted = terms(run, plan.language)
            same = (long for long in _defined(library, index, plan, acronym, f"{acronym} {run}"))
            found |= {(acronym, long): None for long in same if terms(long, plan.language) == wanted}
    return [
        Group((Expression(acronym, "any"), Expression(long, plan.language)))
        for acronym, long in found
        if not {acronym.casefold(), long} <= expressed
    ]


def _defined(library: Searchable, index: WordIndex, plan: Plan, acronym: str, query: str) -> Iterator[str]:
    """Yield the words that passages define an acronym by, in small letters."""
    hits = [hit.passage for hit in index.search(query, plan.language, _LOOKED_AT)]
    for passage in library.catalogue.passages(hits).values():
        text = passage.text
        for match in re.finditer(rf"\(\W?{acronym}s?\W?[);,]", text):
            before = re.split(r"[.:;()\n]", text[max(0, match.start() - _BEFORE) : match.start()])[-1]
            yield from _standing_for(acronym, before, plan.language, at_end=True)
        for match in re.finditer(rf"\b{acronym}s? \(([^()]{{3,{_BEFORE}}})\)", text):
            yield from _standing_for(acronym, match[1], plan.language, at_end=False)


def _standing_for(acronym: str, text: str, language: str, *, at_end: bool) -> Iterator[str]:
    """Yield the run of words at one end of a text whose initials an acronym is, small words counted or not."""
    said = words(text)
    for length in range(2, min(len(said), _LONGEST) + 1):
        run = said[-length:] if at_end else said[:length]
        if acronym in _initials(run, language):
            yield " ".join(run).lower()
            return


def _initials(run: Sequence[str], language: str) -> set[str]:
    small = STOP_WORDS.get(language, frozenset())
    telling = [word for word in run if word.lower() not in small]
    if not telling or run[0] != telling[0] or run[-1] != telling[-1]:
        return set()
    return {"".join(word[0] for word in words).upper() for words in (run, telling)}


def _abbreviated(index: WordIndex, plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the acronyms that runs of words of a plan's queries would have, and the collection has, with the runs."""
    small = STOP_WORDS.get(plan.language, frozenset())
    for query in plan.queries:
        said = words(query)
        for start, end in combinations(range(len(said) + 1), 2):
            run = said[start:end]
            for acronym in _initials(run, plan.language) if 2 <= len(run) <= _LONGEST else ():
                telling = acronym.isascii() and acronym.isalpha() and acronym.lower() not in small
                if telling and len(acronym) >= _SHORTEST and index.rarity([acronym], None)[acronym]:
                    said_so = Expression(" ".join(run), plan.language)
                    if index.mentions((said_so,)):
                        yield acronym, said_so.text
