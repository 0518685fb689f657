"""Finds all that reports say of topics: an exhaustive search by every expression of each, so that silence means something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...core.types import APART, Report, Segment
from ...language.sentences import sentences
from ...language.terms import Meaning, Terms
from ...vectorstore.ranking.search import HybridSearch
from ...vectorstore.searchable import Searchable
from .matrix import MatrixTopic

_LONGEST = 400  # characters of a lead-in or a table's header that are read with what they lead in


@dataclass(frozen=True, slots=True)
class Said:
    """A segment that speaks of a topic: `text` are the sentences that do, with what leads them in.

    `direct` tells that they name it themselves, not only the heading they stand under.
    """

    segment: Segment
    text: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """What all reports say of one topic: by report, in reading order; `passages` were looked at."""

    topic: MatrixTopic
    queries: tuple[str, ...]
    said: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    passages: Mapping[str, int] = field(default_factory=dict)


def swept(
    library: Searchable, topic: MatrixTopic, meaning: Meaning, reports: Mapping[str, Report], known: Terms
) -> Swept:
    """Look all passages of the reports through for a topic; `known` holds its expressions and nothing else."""
    with library.reading() as ranker:
        found = _passages(ranker, meaning, reports)
    segments = [one for one in library.catalogue.segments_of(list(found)) if one.report in reports]
    leads = {link for one in segments for link in (one.lead_in, one.header) if link is not None}
    led_by = library.catalogue.segments(leads)
    passages: dict[str, int] = {}
    for report in found.values():
        passages[report] = passages.get(report, 0) + 1
    said: dict[str, list[Said]] = {}
    for segment in segments:
        if segment.kind in APART or segment.kind == "heading":
            continue
        before = [led_by[link].text[:_LONGEST] for link in (segment.lead_in, segment.header) if link in led_by]
        language = segment.language or reports[segment.report].language
        if one := _said(segment, before, language, known):
            said.setdefault(segment.report, []).append(one)
    queries = tuple(dict.fromkeys(one.text for one in meaning))
    return Swept(topic, queries, {name: tuple(every) for name, every in said.items()}, passages)


def nearest(library: Searchable, topic: MatrixTopic, reports: Sequence[str]) -> Segment | None:
    """Return what comes closest to a topic in reports that do not name it, for people to look at."""
    with library.reading() as ranker:
        ranked = ranker.rank(topic.question or topic.name, 1, reports=set(reports))
    segments = library.catalogue.segments_of([one.passage.id for one in ranked])
    return next((one for one in segments if one.kind not in (*APART, "heading")), None)


def _passages(ranker: HybridSearch, meaning: Meaning, reports: Mapping[str, Report]) -> dict[str, str]:
    hits = ranker.words.search("", None, max(1, ranker.words.size), list(reports), also=[meaning])
    return {hit.passage: hit.report for hit in hits}


def _said(segment: Segment, before: Sequence[str], language: str | None, known: Terms) -> Said | None:
    """Return the sentences of a segment that speak of the topic; the whole of it where only its heading does."""
    parts = [segment.text[start:end] for start, end in sentences(segment.text, language)]
    own = [part for part in parts if known.meanings(part, language)]
    if own:
        return Said(segment, " ".join((*before, *own)), True)
    if any(known.meanings(lead, language) for lead in before):
        return Said(segment, " ".join((*before, segment.text)), True)
    if segment.locator.path and known.meanings(segment.locator.path[-1], language):
        return Said(segment, " ".join((*before, segment.text)), False)
    return None

