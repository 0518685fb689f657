"""Finds all that reports say of topics, by an exhaustive search for every expression, so that silence means something.

Two nets, one wider than the other: an expression of the topic as it stands, or in the heading of a section; and where
that shows no position, all words of one close together, in whatever order and language. Only what slips through both is
silent: a single word that several expressions share says nothing of the topic.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ...core.types import APART, Report, Segment
from ...language.sentences import sentences
from ...language.stems import content_terms, terms
from ...language.terms import Expression, Group, Meaning, Terms
from ...models.embedder import NOBODY
from ...vectorstore.searchable import Searchable
from .matrix import MatrixTopic

Net = Literal["named", "heading", "worded"]
_LONGEST = 400  # characters of a lead-in or a table's header that are read with what they lead in
_LOOKED_AT = 60  # passages of a roadmap that the wider nets look at, those with most of the words first
_BETWEEN = 3  # words that may stand among those of an expression
_ANY = "any"


@dataclass(frozen=True, slots=True)
class Said:
    """A segment that speaks of a topic: `text` are the sentences that do, `led` the same with what leads them in.

    `net` tells how it was found: "named" by an expression of the topic, under a "heading" with one, or "worded" with
    all words of one.
    """

    segment: Segment
    text: str
    led: str
    net: Net


@dataclass(frozen=True, slots=True)
class _Ways:
    """How a topic may be said in a language: the words of each expression, and as meanings."""

    spelled: tuple[tuple[str, ...], ...]
    meant: tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Sought:
    """A topic as it is looked for: all its expressions, and what tells which texts hold them."""

    topic: MatrixTopic
    meaning: Meaning
    known: Terms = field(compare=False)
    _by_language: dict[str | None, "_Ways"] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def own(self) -> Terms:
        """A table of the topic's expressions alone."""
        return Terms([Group(self.meaning)])

    def names(self, text: str, language: str | None) -> bool:
        """Tell whether a text holds an expression of the topic."""
        return bool(self.own.meanings(text, language))

    def words(self, text: str, language: str | None) -> bool:
        """Tell whether a text holds all words of an expression, or what the table of terms puts for them."""
        said, ways = terms(text, language), self._ways(language)
        if any(_stand_close(own, said) for own in ways.spelled):
            return True
        meant = self.known.meanings(text, language) if ways.meant else frozenset()
        return any(wanted <= meant for wanted in ways.meant)

    def _ways(self, language: str | None) -> "_Ways":
        if language not in self._by_language:
            self._by_language[language] = self._ways_in(language)
        return self._by_language[language]

    def _ways_in(self, language: str | None) -> "_Ways":
        spelled, meant = set[tuple[str, ...]](), set[frozenset[int]]()
        for expression in self.meaning:
            same = expression.language in (language, _ANY)
            own = tuple(content_terms(expression.text, language if same else expression.language))
            spelled |= {own} if same and own else set()
            meant |= {self._meant(expression, len(own))} if len(own) > 1 else set()
        return _Ways(tuple(sorted(spelled)), tuple(meant - {frozenset()}))

    def query(self, language: str | None) -> str:
        """Return all that the topic is called in a language, as words to search for."""
        return " ".join(one.text for one in self.meaning if one.language in (language, _ANY))

    def _meant(self, expression: Expression, words: int) -> frozenset[int]:
        """Return the meanings that an expression is made of, none where a word of it has none."""
        found = self.known.known(expression.text, expression.language)
        single = [one for one in found if len(one.terms) < words]
        covered = {term for one in single for term in one.terms}
        return frozenset(one.meaning for one in single) if len(covered) >= words else frozenset()


@dataclass(frozen=True, slots=True)
class Swept:
    """What reports say of a topic: by report, in reading order."""

    sought: Sought
    said: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)

    @property
    def topic(self) -> MatrixTopic:
        """The topic."""
        return self.sought.topic

    @property
    def queries(self) -> list[str]:
        """All that was searched for."""
        return list(dict.fromkeys(one.text for one in self.sought.meaning))


def swept(library: Searchable, sought: Sought, reports: Mapping[str, Report]) -> Swept:
    """Look all passages of the reports through for an expression of a topic."""
    with library.reading() as ranker:
        hits = ranker.words.search("", None, max(1, ranker.words.size), list(reports), also=[sought.meaning])
    return Swept(sought, _sorted(_read(library, sought, [hit.passage for hit in hits], reports, _narrowly)))


def widened(library: Searchable, sought: Sought, reports: Mapping[str, Report]) -> Swept:
    """Look the reports of one roadmap through for the words of a topic, where no expression of it shows a position."""
    found: dict[str, None] = {}
    with library.reading() as ranker:
        for language in {report.language for report in reports.values()}:
            mine = [name for name, report in reports.items() if report.language == language]
            asked = sought.query(language)
            hits = ranker.words.search(asked, language, _LOOKED_AT, mine, also=[sought.meaning])
            found |= dict.fromkeys(hit.passage for hit in hits)
    return Swept(sought, _sorted(_read(library, sought, list(found), reports, _widely)))


def nearest(library: Searchable, topic: MatrixTopic, reports: Sequence[str]) -> Segment | None:
    """Return what comes closest to a topic in reports that do not name it, for people to look at.

    No endpoint is asked to embed the topic for that.
    """
    asking = NOBODY if library.embeds_here else None
    with library.reading() as ranker:
        ranked = ranker.rank(topic.question or topic.name, 1, reports=set(reports), asking=asking)
    segments = library.catalogue.segments_of([one.passage.id for one in ranked])
    return next((one for one in segments if one.kind not in (*APART, "heading")), None)


def _stand_close(wanted: Sequence[str], said: Sequence[str]) -> bool:
    """Tell whether a text has all the words in one run of words that is not much longer."""
    room = len(wanted) + _BETWEEN
    starts = (at for at, term in enumerate(said) if term in wanted)
    return any(set(wanted) <= set(said[at : at + room]) for at in starts)


def _sorted(said: Iterable[Said]) -> dict[str, tuple[Said, ...]]:
    found: dict[str, list[Said]] = {}
    for one in said:
        found.setdefault(one.segment.report, []).append(one)
    return {report: tuple(every) for report, every in found.items()}


def _read(
    library: Searchable, sought: Sought, passages: Sequence[str], reports: Mapping[str, Report],
    look: Callable[[Sought, Segment, Sequence[str], str | None], Said | None],
) -> Iterable[Said]:  # fmt: skip
    segments = [one for one in library.catalogue.segments_of(list(passages)) if one.report in reports]
    links = {link for one in segments for link in (one.lead_in, one.header) if link is not None}
    led_by = library.catalogue.segments(links)
    for segment in segments:
        if segment.kind in APART or segment.kind == "heading":
            continue
        before = [led_by[link].text[:_LONGEST] for link in (segment.lead_in, segment.header) if link in led_by]
        if said := look(sought, segment, before, segment.language or reports[segment.report].language):
            yield said


def _narrowly(sought: Sought, segment: Segment, before: Sequence[str], language: str | None) -> Said | None:
    """Return the sentences of a segment that name the topic; the whole of it where only what it stands under does."""
    own = [part for part in _parts(segment, language) if sought.names(part, language)]
    if own:
        return _said(segment, " ".join(own), before, "named")
    if any(sought.names(lead, language) for lead in before):
        return _said(segment, segment.text, before, "named")
    if segment.locator.path and sought.names(segment.locator.path[-1], language):
        return _said(segment, segment.text, before, "heading")
    return None


def _widely(sought: Sought, segment: Segment, before: Sequence[str], language: str | None) -> Said | None:
    parts = _parts(segment, language)
    if own := [part for part in parts if sought.words(part, language)]:
        return _said(segment, " ".join(own), before, "worded")
    if segment.locator.path and sought.words(segment.locator.path[-1], language):
        return _said(segment, segment.text, before, "heading")
    return None


def _parts(segment: Segment, language: str | None) -> list[str]:
    return [segment.text[start:end] for start, end in sentences(segment.text, language)]


def _said(segment: Segment, text: str, before: Sequence[str], net: Net) -> Said:
    return Said(segment, text, " ".join((*before, text)), net)
