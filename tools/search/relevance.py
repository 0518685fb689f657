"""How well a piece of text answers a plan: the share of the question's content words it holds, by rarity."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ...core.types import Segment
from ...language.languages import has_cjk
from ...language.quotation_marks import quoted_words
from ...language.stems import in_compound, terms, unaccented
from ...language.terms import KnownExpression, Terms
from ...vectorstore.index.words import WordIndex, idf
from .kind import gives
from .question import Plan

_CONTEXT = 0.55  # what a term is worth that stands beside the segment, not in it
_LEAD_IN = 0.85  # a lead-in or table header is read together with its item
_EXPECTED = 0.12  # for giving the kind of thing asked for: a figure, a date, a reason
_NAME_EXPECTED = 0.06  # of a person, a place: most sentences hold some name
_OTHERWISE = 0.85  # another expression for it, in any language
_QUOTED = 2.0  # times its weight that a word in quotation marks has: it is what the question is about
_GENERIC = 0.3  # share of its weight that a word of any question keeps
_NEAR = 3  # words
_CUE = 0.1  # for holding a word that the plan says is welcome
_ROW = 0.15  # for a row of a table whose label is asked for, word for word
_CONTENTS = 0.1  # a line of leader dots says where something stands, not what
_LEADERS = "...."
_HEADING = 0.6  # a heading says what is below it, seldom the answer
_SHORT = 25  # characters under which a text segment is a fragment; a Chinese or Japanese one says as much as three
# A segment is read as itself, as a lead-in and as the context of its neighbours, and again for the next question.
_REMEMBERED = 8192


_LABEL = re.compile(r"\s*[^|\t]*?(?=\s(?:[(-]?\d[\d.,']*\d\b|[|\t]|-\s))")
_NOTHING: frozenset[str] = frozenset()


class Context(NamedTuple):
    """What stands around a segment: the texts beside it, those above it all, and names of the former that are not its.

    Headings, title and issuer are the frame, of which everything below it speaks.
    """

    beside: Sequence[str] = ()
    frame: Sequence[str] = ()
    apart: frozenset[str] = frozenset()


_ALONE = Context()


class _Found(NamedTuple):
    """The question's terms and cues that a text holds: those it says, in another form too, those it means, and both."""

    said: frozenset[str]
    meant: frozenset[str]
    held: frozenset[str]

    @classmethod
    def of(cls, said: frozenset[str], meant: frozenset[str]) -> "_Found":
        return cls(said, meant, said | meant)


@dataclass(frozen=True, slots=True)
class Relevance:
    """Scores text against the terms of one plan.

    `weights` are what the terms weigh (see `weighed`), adding up to 1; `unknown` are the terms that the whole library
    lacks. A term counts as held, too, where a text uses another expression for it: one of `known`, read in any of
    `languages`; the same word typed without accents (`bare`); of a German compound, its two `halves` or a longer
    compound.
    """

    plan: Plan
    weights: dict[str, float]
    unknown: frozenset[str] = frozenset()
    table: Terms = field(default_factory=Terms.load)
    known: tuple[KnownExpression, ...] = ()
    languages: tuple[str | None, ...] = ()
    bare: dict[str, str] = field(default_factory=dict)
    halves: dict[str, tuple[str, str]] = field(default_factory=dict)
    _read: dict[str, _Found] = field(default_factory=dict, init=False, compare=False)

    def share(self, *texts: str) -> float:
        """Return the weighted share, 0..1, of the question's terms that stand in the texts."""
        held = self._held(texts)
        return sum(weight for term, weight in self.weights.items() if term in held)

    def closeness(self, text: str) -> float:
        """Return the share of the question's neighbouring terms that are neighbours in a text, three words apart.

        Words of any question stand between them.
        """
        places: dict[str, list[int]] = {}
        for place, term in enumerate(terms(text, self.plan.language, self.plan.acronyms)):
            places.setdefault(term, []).append(place)
        wanted = [term for term in self.plan.terms if term not in self.plan.generic] or self.plan.terms
        pairs = list(pairwise(wanted))
        if not pairs:
            return float(all(term in places for term in wanted))
        near = [
            any(abs(here - there) <= _NEAR for here in places.get(one, ()) for there in places.get(two, ()))
            for one, two in pairs
        ]
        return sum(near) / len(near)

    def known_share(self, *texts: str) -> float:
        """Return the weighted share of the question's terms that stand in the texts, of those the library knows."""
        held = self._held(texts) - self.unknown
        return sum(weight for term, weight in self.weights.items() if term in held)

    def of(
        self, segment: Segment, led_by: Sequence[str], context: Context = _ALONE, named: Sequence[str] = ()
    ) -> float:
        """Return the score of a segment, about 0..1: its own words, those of its lead-in, and those around it.

        A line of a contents list says nothing, unless it is asked for. `named` are the question's proper names that the
        report itself bears: they ask for this report, and need not be repeated in every sentence of it.
        """
        own, meant = self._said((segment.text, *named)), self._meant((segment.text, *named))
        lead, around = self._held(led_by), self._around(context)
        score = sum(
            weight
            * (
                1.0 if term in own
                else _OTHERWISE if term in meant
                else _LEAD_IN if term in lead
                else _CONTEXT if term in around
                else 0.0
            )
            for term, weight in self.weights.items()
        )  # fmt: skip
        if segment.kind == "heading":
            return score * _HEADING
        if _leads_on(segment.text) and "contents" not in self.plan.apart:
            return score * _CONTENTS
        if segment.kind == "text" and len(segment.text) * (3 if has_cjk(segment.text) else 1) < _SHORT:
            score *= _HEADING
        cued = _CUE if self.welcome(segment) else 0.0
        return score + cued + self._expected(segment.text) + (self._labelled(segment) if segment.kind == "row" else 0.0)

    def _around(self, context: Context) -> frozenset[str]:
        beside = self._held(context.beside)
        if context.apart:
            beside -= {term for name in context.apart for term in terms(name, self.plan.language)}
        return beside | self._held(context.frame)

    def _labelled(self, segment: Segment) -> float:
        """Return what a row of figures is worth for being the one asked for: its label is in the question."""
        label = _LABEL.match(segment.text)
        if label and not any(map(str.isdecimal, segment.text[label.end() :])):
            return 0.0
        said = set(terms(label.group(), self.plan.language, self.plan.acronyms)) if label else set()
        known = self._held((label.group(),)) if label else _NOTHING
        return _ROW * len(known) / max(len(said), 1) if known and len(known) <= len(said) else 0.0

    def welcome(self, segment: Segment) -> bool:
        """Tell whether a segment holds a word that the plan says is welcome."""
        return not self._held((segment.text,)).isdisjoint(self.plan.cues)

    def _expected(self, text: str) -> float:
        if self.plan.expects == "anything":
            return 0.0
        worth = _NAME_EXPECTED if self.plan.expects == "name" else _EXPECTED
        return worth if self.gives(text) else -worth

    def gives(self, text: str) -> bool:
        """Tell whether a text gives the kind of answer that is asked for."""
        return gives(self.plan.expects, text, self.plan.question, self.plan.language)

    def _held(self, texts: Iterable[str]) -> frozenset[str]:
        return _NOTHING.union(*[self._found(text).held for text in texts])

    def _said(self, texts: Iterable[str]) -> frozenset[str]:
        return _NOTHING.union(*[self._found(text).said for text in texts])

    def _meant(self, texts: Iterable[str]) -> frozenset[str]:
        return _NOTHING.union(*[self._found(text).meant for text in texts]) if self.known else _NOTHING

    def _found(self, text: str) -> _Found:
        """Return what of the question a text holds; it is read once, however often it stands around others."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = _Found.of(self._said_in(text), self._meant_in(text))
        return found

    def _said_in(self, text: str) -> frozenset[str]:
        held = _terms(text, self.plan.language, self.plan.acronyms)
        wanted = self.weights.keys() | self.plan.cues
        if not self.bare and self.plan.language != "de":
            return frozenset(wanted & held)
        others = (term for term in self.weights if term not in held and self._otherwise(term, held))
        return frozenset([*(wanted & held), *others])

    def _meant_in(self, text: str) -> frozenset[str]:
        if not self.known:
            return frozenset()
        found = {number for language in self.languages for number in _meanings(self.table, text, language)}
        return frozenset(term for known in self.known if known.meaning in found for term in known.terms)

    def _otherwise(self, term: str, said: frozenset[str]) -> bool:
        """Tell whether a text of these terms holds a term without its accents, or in other German compounds."""
        if self.bare.get(term) in said:
            return True
        if self.plan.language != "de":
            return False
        return said.issuperset(self.halves.get(term, (term,))) or any(in_compound(term, word) for word in said)


def relevance(
    plan: Plan,
    words: WordIndex,
    table: Terms,
    known: Sequence[KnownExpression] = (),
    languages: Iterable[str | None] = (),
) -> Relevance:
    """Return the scorer for a plan, with term weights from the whole library; `known` are its known expressions."""
    passages = max(words.size, 1)
    counts = words.rarity(plan.terms, plan.language)
    for expression in known:
        lacking = [term for term in expression.terms if counts.get(term) == 0]
        counts |= dict.fromkeys(lacking, words.mentions(expression.expressions) if lacking else 0)
    for term, spelled in zip(plan.terms, plan.spelled, strict=True):
        if counts.get(term) == 0:
            held = words.elsewhere(spelled, plan.language).values()
            counts[term] = max((count for places in held for count in places.values()), default=0)
    compounds = counts if plan.language == "de" else ()
    halves = {term: pair for term in compounds if (pair := words.halves(term)) is not None}
    return Relevance(
        plan, weighed(plan, counts, passages),
        frozenset(term for term, n in counts.items() if not n and term not in halves),
        table, tuple(known), tuple(languages),
        {stem: bare for stem, word in unaccented(plan.question, plan.language) for bare in terms(word, plan.language)},
        halves,
    )  # fmt: skip


def _leads_on(text: str) -> bool:
    """Tell whether a text is a line of a contents list: dots that lead to a number."""
    return text.count(".") >= len(_LEADERS) and _LEADERS in text.replace(" ", "") and text.rstrip()[-1:].isdigit()


def weighed(plan: Plan, counts: Mapping[str, int], passages: int) -> dict[str, float]:
    """Return what each term weighs, 1 together: its idf by the passages that hold it, of words of any question less."""
    raw = {term: idf(passages, n) * (_GENERIC if term in plan.generic else 1.0) for term, n in counts.items()}
    for word in quoted_words(plan.question):
        raw |= {term: raw[term] * _QUOTED for term in terms(word, plan.language, plan.acronyms) if term in raw}
    total = sum(raw.values()) or 1.0
    return {term: weight / total for term, weight in raw.items()}


@lru_cache(maxsize=_REMEMBERED)
def _terms(text: str, language: str, acronyms: frozenset[str]) -> frozenset[str]:
    """Return the terms of a text, those of its words without accents, and its single Chinese or Japanese characters."""
    if text.isascii():
        return frozenset(terms(text, language, acronyms))
    bare = " ".join(word for _, word in unaccented(text, language))
    single = (char for char in text if has_cjk(char)) if has_cjk(text) else ()
    return frozenset([*terms(text, language, acronyms), *terms(bare, language), *single])


@lru_cache(maxsize=_REMEMBERED)
def _meanings(table: Terms, text: str, language: str | None) -> frozenset[int]:
    return table.meanings(text, language)
