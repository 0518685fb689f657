"""The evidence of several legs as one, so that each of them is heard."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from ...core.shapes import LEVELS, Coverage, UnreadablePages, highest
from ...core.text import fold
from ...language.terms import Terms
from ...models.port import Asking
from ...vectorstore.ranking.search import Ranked
from ...vectorstore.searchable import Searchable
from .legs import Leg
from .question import Plan
from .search import PASSAGES, Evidence, look_up


def look_up_legs(
    library: Searchable, plan: Plan, legs: Sequence[Leg], table: Terms, asking: Asking | None, most: int = PASSAGES
) -> Evidence:
    """Search every leg by itself, for so many passages at `most`, and return their evidence joined.

    Each has its own under its name in `parts`.

    The best passages of the legs take turns, lest one leg crowd the others out.
    """
    parts = {
        leg.name: look_up(library, leg.plan, table, _for_leg(library, plan, leg, leg.plan, asking), most)
        for leg in legs
    }
    first, *others = parts.values()
    segments = {segment.id: segment for part in parts.values() for segment in part.segments}
    ranked = tuple(_in_turn([part.ranked for part in parts.values()]))
    return replace(
        first,
        plan=plan,
        ranked=ranked,
        segments=tuple(sorted(segments.values(), key=lambda segment: (segment.report, segment.position))),
        reports={name: report for part in parts.values() for name, report in part.reports.items()},
        relevance=replace(first.relevance, plan=plan),
        coverage=_joined(parts, len({item.passage.report for item in ranked}), len(_readable(library, parts))),
        asides=tuple(part.relevance for part in others),
        parts=parts,
    )


def _for_leg(library: Searchable, plan: Plan, leg: Leg, own: Plan, asking: Asking | None) -> Asking | None:
    """Return on whose behalf a leg is embedded: its query may hold a title or a region that nobody typed.

    Such a name is as confidential as the least confidential report that bears it.
    """
    if asking is None or fold(leg.name) in fold(plan.question):
        return asking
    levels = [report.confidentiality for report in library.in_scope(own.scope)]
    return replace(asking, level=highest((asking.level, min(levels, key=LEVELS.index, default="internal"))))


def legs_with(report: str, parts: Mapping[str, Evidence]) -> list[str]:
    """Return the legs that a report belongs to: of those that hold it, the ones with the fewest reports."""
    holding = {name: len(part.reports) for name, part in parts.items() if report in part.reports}
    return sorted(name for name, size in holding.items() if size == min(holding.values()))


def _in_turn(ranked: Sequence[Sequence[Ranked]]) -> Iterable[Ranked]:
    seen: set[str] = set()
    score = 1.0
    for row in zip_longest(*ranked):
        for item in row:
            if item is not None and item.passage.id not in seen:
                seen.add(item.passage.id)
                score = min(score, item.passage.score)
                yield replace(item, passage=replace(item.passage, score=score))


def _readable(library: Searchable, parts: Mapping[str, Evidence]) -> set[str]:
    counts = library.catalogue.passage_counts()
    return {name for part in parts.values() for name in part.reports if counts.get(name)}


def _joined(parts: Mapping[str, Evidence], hits: int, searched: int) -> Coverage:
    coverages = [part.coverage for part in parts.values()]
    unreadable: dict[str, UnreadablePages] = {item.file: item for one in coverages for item in one.unreadable}
    absent = [set(one.absent_words) for one in coverages]
    return Coverage(
        reports_searched=searched,
        reports_with_hits=hits,
        queries=_once(query for one in coverages for query in one.queries),
        unreadable=list(unreadable.values()),
        languages_uncovered=sorted({language for one in coverages for language in one.languages_uncovered}),
        absent_words=[word for word in coverages[0].absent_words if all(word in words for words in absent)],
        narrowed_to=_once(name for one in coverages for name in one.narrowed_to),
        unknown_names=_once(name for one in coverages for name in one.unknown_names),
        corrected={slip: meant for one in coverages for slip, meant in one.corrected.items()},
    )


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
