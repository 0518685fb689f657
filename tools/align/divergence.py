"""In what two sentences on one topic differ: year, figure, metric, scope, currency or stance.

A false "they differ" costs more than a missed one, so figures and years are compared only where the sentences are
akin: in one language by the words they share, across languages by the terms that the table of terms knows in both.
Figures that were measured in different ways differ in their metric and are not compared further.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ...language.figures import CURRENCIES, PART_OF_SITE, Figure, comparable, figures, qualifiers
from ...language.joint import pattern
from ...language.stems import acronyms_in, content_terms
from ...language.terms import Terms
from ...language.wording import Wording
from ...language.years import years
from ..review.figures.shares import shares
from .matrix import FOR, DivergenceKind, Sign

_ALL, _BOUNDED = pattern("stance.whole"), pattern("stance.part")
_DENIED = pattern("denial.plain", end=r"\s$")
_PRICES = pattern("figures.prices", lead="", end="")
_BASE = pattern("stance.base", end=r"\s(?:\w+\s){0,2}$")  # what is compared with is no target
_PER = pattern("scope.per", end=r"\s(?P<what>[^\W\d_]{3,})")
_PRECISIONS = {
    bits: pattern(f"figures.{key}", lead="", end="")
    for bits, key in (("64", "double"), ("32", "single"), ("16", "half_precision"), ("8", "quarter_precision"))
}
_LEAST, _HELD = 2, 0.3  # words that both have besides the topic, and their share of the shorter one's


def target_years(text: str) -> list[int]:
    """Return the years that a text aims at, in order.

    What something is compared with is none, nor a year that a name goes on behind ("the 2030 Agenda"), or of prices.
    """
    plain = _PRICES.sub(" ", text)
    found = [one for one in years(plain) if not _BASE.search(plain[: one.start]) and not _names_on(plain[one.end :])]
    return list(dict.fromkeys(one.year for one in found))


@dataclass(frozen=True)
class Stated:
    """A sentence of a roadmap on a topic, with the stance it takes.

    `topic` are the stemmed words that the topic is named with, and `meant` their meanings in the table of terms;
    `is_one_thing` tells that these say all there is to it.
    """

    text: str
    language: str
    sign: Sign
    topic: frozenset[str] = frozenset()
    is_one_thing: bool = False
    meant: frozenset[int] = frozenset()

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures with a unit, shares as "%", and the ratio of a measure that is named by an acronym alone."""
        found = [one for one in figures(self.text) if one.unit not in ("", "year")]
        ratios = [one for one in figures(self.text) if not one.unit and one.value % 1 and self.acronyms]
        return (*found, *ratios)

    @cached_property
    def shares(self) -> frozenset[Decimal]:
        """The shares of a whole, in percent."""
        return frozenset(share for share, _, _ in shares(self.text))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that are aimed at: none that something is compared with, or whose prices are meant."""
        return frozenset(target_years(self.text))

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """What is named by capitals alone: PUE."""
        return acronyms_in(self.text, self.language)

    @cached_property
    def measured(self) -> frozenset[str]:
        """How its figures are measured."""
        return qualifiers([self.text])

    @cached_property
    def per(self) -> frozenset[str]:
        """What its figures are counted for: "per request"."""
        return frozenset(
            term for match in _PER.finditer(self.text) for term in content_terms(match["what"], self.language)
        )

    @cached_property
    def whole(self) -> str:
        """The words by which it holds for all, "" without any."""
        match = _ALL.search(self.text)
        return match[0] if match else ""

    @cached_property
    def bound(self) -> str:
        """The words by which it holds for some alone, "" without any; "not only" is none."""
        found = _BOUNDED.finditer(self.text)
        return next((match[0] for match in found if not _DENIED.search(self.text[: match.start()])), "")

    @cached_property
    def precision(self) -> frozenset[str]:
        """In how many bits it counts: "64" for FP64 and for double precision."""
        written = frozenset(self.text.upper().replace("FP ", "FP").replace(")", " ").replace("(", " ").split())
        told = frozenset(bits for bits, words in _PRECISIONS.items() if words.search(self.text))
        return told | frozenset(bits for bits in _PRECISIONS if f"FP{bits}" in written)

    @property
    def is_bare(self) -> bool:
        """Whether it only mentions the topic: no figure, no year, no side. With such a sentence nobody differs."""
        return not (self.figures or self.years or self.sign in (*FOR, "opposes"))

    @cached_property
    def wording(self) -> Wording:
        """Its words."""
        return Wording(self.text, self.language)


@dataclass(frozen=True, slots=True)
class Difference:
    """In what two sentences differ, with what each says of it."""

    kind: DivergenceKind
    one: str
    other: str


def differences(one: Stated, other: Stated, known: Terms) -> list[Difference]:
    """Return in what two sentences of different roadmaps on the same topic differ, each kind once."""
    found = list(_in_stance(one, other))
    if not are_akin(one, other, known):
        return found
    found += [*_in_figures(one, other), *_in_years(one, other), *_in_scope(one, other)]
    return list({difference.kind: difference for difference in reversed(found)}.values())[::-1]


def _names_on(rest: str) -> bool:
    """Tell whether a name goes on behind a year: "the 2030 Agenda"."""
    return rest[:1] == " " and rest[1:2].isupper()


def are_akin(one: Stated, other: Stated, known: Terms) -> bool:
    """Tell whether two sentences speak of one thing, so far as their words tell.

    They share words besides those of the topic, unless the topic is one thing by itself.
    """
    if one.is_one_thing and other.is_one_thing:
        return True
    if one.language != other.language:
        mine, theirs = known.meanings(one.text, one.language), known.meanings(other.text, other.language)
        return len((mine & theirs) - one.meant - other.meant) > (1 if one.topic else 0)
    own, others = (frozenset(stated.wording.terms) - one.topic for stated in (one, other))
    units = {figure.unit for figure in one.figures} & {figure.unit for figure in other.figures}
    common = len(one.wording.held(others) - one.topic) + len(units)
    return common >= _LEAST and common >= _HELD * min(len(own), len(others))


def _in_stance(one: Stated, other: Stated) -> Iterator[Difference]:
    for mine, theirs in ((one, other), (other, one)):
        if mine.sign in FOR and theirs.sign == "opposes":
            yield Difference("stance", one.sign, other.sign)


def _in_figures(one: Stated, other: Stated) -> Iterator[Difference]:
    for mine in one.figures:
        alike = [theirs for theirs in other.figures if theirs.unit == mine.unit]
        money = [theirs for theirs in other.figures if {mine.unit, theirs.unit} <= CURRENCIES]
        if money and not alike:
            yield Difference("currency", mine.said or mine.text, money[0].said or money[0].text)
        if not alike or (any(theirs.key == mine.key for theirs in alike) and mine.unit not in CURRENCIES):
            continue
        theirs = alike[0]
        told = mine.said or mine.text, theirs.said or theirs.text
        if mine.unit in CURRENCIES and _prices(one.text) != _prices(other.text):
            yield Difference("currency", *told)
        elif one.measured & PART_OF_SITE != other.measured & PART_OF_SITE:
            continue  # a rack is no site
        elif _is_other_measure(one, other):
            yield Difference("metric", *told)
        elif not any(theirs.key == mine.key for theirs in alike):
            yield Difference("figure", *told)
    if one.shares and other.shares and not one.shares & other.shares:
        yield Difference("figure", f"{min(one.shares)} %", f"{min(other.shares)} %")


def _is_other_measure(one: Stated, other: Stated) -> bool:
    if not comparable(one.measured, other.measured):
        return True
    if one.precision and other.precision and not one.precision & other.precision:
        return True
    return bool(one.per and other.per and not one.per & other.per)


def _prices(text: str) -> frozenset[str]:
    return frozenset(match[0].casefold() for match in _PRICES.finditer(text))


def _in_years(one: Stated, other: Stated) -> Iterator[Difference]:
    if "mentions" in (one.sign, other.sign):
        return  # a year that somebody only mentions is no target
    if one.years and other.years and not one.years & other.years:
        yield Difference("year", str(max(one.years)), str(max(other.years)))


def _in_scope(one: Stated, other: Stated) -> Iterator[Difference]:
    for mine, theirs in ((one, other), (other, one)):
        if mine.whole and theirs.bound and not (mine.bound or theirs.shares):
            told = {id(mine): mine.whole, id(theirs): theirs.bound}
            yield Difference("scope", told[id(one)], told[id(other)])
            return
