"""What the acronyms of a question stand for, and which acronyms its words have, as the collection defines them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Definition:
    """The words that an acronym stands for, as a text writes them, which defines it at `start:end`."""

    words: str
    start: int
    end: int


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
        for found in definitions_in(passage.text, acronym, plan.language):
            yield " ".join(words(found.words)).lower()


def definitions_in(text: str, acronym: str, language: str) -> Iterator[Definition]:
    """Yield where a text has an acronym beside the words that it stands for, one of them in brackets."""
    for match in re.finditer(rf"\(\W?{re.escape(acronym)}s?\W?[);,]", text):
        begin = max(0, match.start() - _BEFORE)
        before = re.split(r"[.:;()\n]", text[begin : match.start()])[-1]
        for start, end in _standing_for(acronym, before, language, at_end=True):
            at = match.start() - len(before)
            yield Definition(before[start:end], at + start, match.end())
    for match in re.finditer(rf"\b{re.escape(acronym)}s? \(([^()]{{3,{_BEFORE}}})\)", text):
        for start, end in _standing_for(acronym, match[1], language, at_end=False):
            yield Definition(match[1][start:end], match.start(), match.end())


def _standing_for(acronym: str, text: str, language: str, *, at_end: bool) -> Iterator[tuple[int, int]]:
    """Yield the span of the words at one end of a text whose initials an acronym is, small words counted or not."""
    said = words(text)
    for length in range(2, min(len(said), _LONGEST) + 1):
        run = said[-length:] if at_end else said[:length]
        if acronym in _initials(run, language):
            written = list(re.finditer(r"[\W_]+".join(map(re.escape, run)), text))
            yield from (match.span() for match in (written[-1:] if at_end else written[:1]))
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
