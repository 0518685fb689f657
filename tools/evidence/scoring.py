"""Scores the segments of the evidence: how well each one answers the question."""

from dataclasses import dataclass

from ...core.types import Segment
from ...language.figures import figures
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.ranking.fusion import scaled
from ..search.relevance import Context
from ..search.search import Evidence, names_borne
from .bearers import bearers
from .row_heads import headed

_MEANING = 0.15  # what the similarity of its passage adds to a segment
_HEAD = 0.6  # share of its worth that a table's header keeps: it says what is below it
_COMPARABLE = 0.1  # what a figure with a unit adds to the place of a segment in a comparison


@dataclass(frozen=True, slots=True)
class Scored:
    """A segment with its score, about 0..1, and the texts of its lead-in and table header, and of its neighbours.

    One `is_of_another` where it begins with another name than those asked about: its neighbours' names are not its own.
    """

    segment: Segment
    score: float
    led_by: tuple[str, ...]
    around: tuple[str, ...] = ()
    is_of_another: bool = False


def score(evidence: Evidence, catalogue: Catalogue) -> list[Scored]:
    """Return all segments of the evidence, best first.

    Where things are compared, a figure is worth a little. Ties go to the better passage, then to the earlier segment.
    """
    ordered = headed(evidence.segments)
    linked = {link for segment in ordered for link in (segment.lead_in, segment.header) if link is not None}
    leads = catalogue.segments(linked)
    rank = {item.passage.id: item for item in evidence.ranked}
    heads = {segment.header for segment in ordered}
    borne = {report.id: names_borne(evidence.plan.names, report) for report in evidence.reports.values()}
    whose = bearers(evidence.plan, (segment.text for segment in ordered))
    scored: list[tuple[float, float, int, Scored]] = []
    for index, segment in enumerate(ordered):
        ranked = rank[segment.passage]
        led_by = [leads[link].text for link in (segment.lead_in, segment.header) if link in leads]
        around = [
            other.text
            for other in ordered[max(0, index - 1) : index + 2]
            if other.report == segment.report and other.id != segment.id
        ]
        report = evidence.reports[segment.report]
        frame = [*ranked.passage.locator.path, report.title, report.organisation or ""]
        named = borne[segment.report]
        other = whose.is_of_another(segment.text)
        apart = whose.asked if other else frozenset[str]()
        worth = max(
            one.of(segment, led_by, Context(around, frame, apart), named)
            for one in (evidence.relevance, *evidence.asides)
        )
        worth = (_HEAD if segment.id in heads else 1.0) * worth + _MEANING * scaled(ranked.similarity)
        place = worth + (_COMPARABLE if evidence.plan.form == "table" and _has_figure(segment.text) else 0.0)
        scored.append(
            (-place, -ranked.passage.score, index, Scored(segment, worth, tuple(led_by), tuple(around), other))
        )
    return [item for *_, item in sorted(scored, key=lambda entry: entry[:3])]


def _has_figure(text: str) -> bool:
    return any(figure.unit not in ("", "year") for figure in figures(text))
