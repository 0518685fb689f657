"""Looks a planned question up: ranked passages, their segments, and the record of what was searched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ..core.types import Coverage, EvidenceItem, Report, Segment, UnreadablePages
from ..vectorstore.library import Library
from ..vectorstore.search import HybridSearch, Ranked
from ..vectorstore.words import Words
from .question import Plan
from .relevance import Relevance, relevance

_PASSAGES = 30  # passages whose segments are looked at
_LISTED = 20  # passages that an answer lists as its evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a search brought: passages best first, their segments in reading order, and the scope it searched."""

    plan: Plan
    ranked: tuple[Ranked, ...]
    segments: tuple[Segment, ...]
    reports: dict[str, Report]
    relevance: Relevance
    coverage: Coverage

    def items(self) -> list[EvidenceItem]:
        """Return the ranked passages as an answer lists them."""
        return [
            EvidenceItem(
                passage=item.passage.id, report=item.passage.report, file=self.reports[item.passage.report].file,
                locator=item.passage.locator, score=item.passage.score,
            )
            for item in self.ranked[:_LISTED]
        ]  # fmt: skip


def look_up(library: Library, plan: Plan) -> Evidence:
    """Search the plan's scope with all its queries; raises UsageError when a filter of the scope matches no report."""
    with library.reading() as ranker:
        return _looked_up(library, ranker, plan)


def _looked_up(library: Library, ranker: HybridSearch, plan: Plan) -> Evidence:
    everything = library.catalogue.reports()
    scope = library.in_scope(plan.scope)
    narrowed = len(scope) < len(everything)
    within = {report.id for report in scope} if narrowed else None
    words = ranker.words
    best: dict[str, Ranked] = {}
    for query in plan.queries:
        for item in ranker.rank(query, _PASSAGES, reports=within, language=plan.language):
            known = best.get(item.passage.id)
            if known is None or known.passage.score < item.passage.score:
                best[item.passage.id] = item
    held = {report.id: report for report in scope}
    ranked = sorted(
        (item for item in best.values() if item.passage.report in held), key=lambda item: -item.passage.score
    )[:_PASSAGES]
    segments = library.catalogue.segments_of([item.passage.id for item in ranked])
    return Evidence(
        plan, tuple(ranked), tuple(segments), held, relevance(plan, words),
        _coverage(library, plan, scope, ranked, narrowed, _absent(words, plan, within)),
    )  # fmt: skip


def merge(first: Evidence, second: Evidence) -> Evidence:
    """Return the evidence of two searches of the same scope as one, the first plan leading."""
    ranked = {item.passage.id: item for item in (*second.ranked, *first.ranked)}
    segments = {segment.id: segment for segment in (*first.segments, *second.segments)}
    queries = list(dict.fromkeys([*first.coverage.queries, *second.coverage.queries]))
    hits = len({item.passage.report for item in ranked.values()})
    return replace(
        first,
        ranked=tuple(sorted(ranked.values(), key=lambda item: -item.passage.score)),
        segments=tuple(sorted(segments.values(), key=lambda segment: (segment.report, segment.position))),
        coverage=first.coverage.model_copy(update={"queries": queries, "reports_with_hits": hits}),
    )


def _coverage(
    library: Library, plan: Plan, scope: Sequence[Report], ranked: Sequence[Ranked], narrowed: bool, absent: list[str]
) -> Coverage:
    counts = library.catalogue.passage_counts()
    unreadable = library.catalogue.unreadable({report.id for report in scope} if narrowed else None)
    pending = [UnreadablePages(file=file) for file in library.unsearchable()]
    readable = [report for report in scope if counts.get(report.id)]
    hit = {item.passage.report for item in ranked}
    foreign = {report.language for report in readable if report.language and report.language != plan.language}
    return Coverage(
        reports_searched=len(readable),
        reports_with_hits=len(hit),
        queries=list(plan.queries),
        unreadable=[*unreadable, *pending],
        languages_uncovered=sorted(foreign),
        absent_words=absent,
    )


def _absent(words: Words, plan: Plan, within: Collection[str] | None) -> list[str]:
    """Return the question's words that no passage in scope holds, in any of its forms."""
    return [word for word in plan.spelled if not words.search(word, plan.language, 1, within)]
