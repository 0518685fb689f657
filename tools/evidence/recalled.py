"""What an answer has quoted before, found again; what more stands beside it, and what gives a reason for it."""

from collections.abc import Collection, Iterable, Sequence
from itertools import dropwhile, takewhile

from ...core.types import APART, Segment
from ...language.joint import pattern
from ...vectorstore.index.catalogue import Catalogue
from .scoring import Scored

QuotedPlace = tuple[str, int | None, int, int]  # a passage, a paragraph, and where in its text words begin and end
_REASON = pattern("reaction.reasons")
_NEAR = 3  # segments on either side of a quote that may give its reason
_FOLLOWING = 2  # segments behind a quote that say more of the same
_MOST = 4  # quotes that say more, or give a reason
_CLOSE = 0.6  # share of the best score that a quote which says more has to have
_FAR = 60  # segments in front of one that are searched for its heading
_SILENT = (*APART, "heading")

Runs = tuple[tuple[Segment, ...], ...]


def recalled(catalogue: Catalogue, quotes: Sequence[Sequence[QuotedPlace]], reports: Collection[str]) -> Runs:
    """Return the quotes of some claims, in their order; those of other reports or editions are left out."""
    passages = list(dict.fromkeys(passage for places in quotes for passage, *_ in places))
    held: dict[str, list[Segment]] = {}
    for segment in catalogue.segments_of(passages):
        if segment.report in reports:
            held.setdefault(segment.passage, []).append(segment)
    runs = (
        tuple(one for place in places for one in held.get(place[0], ()) if _stands_at(one, place)) for places in quotes
    )
    return tuple(run for run in runs if run)


def _stands_at(segment: Segment, place: QuotedPlace) -> bool:
    _, paragraph, start, end = place
    return segment.locator.paragraph == paragraph and start <= segment.start and segment.end <= end


def more(quotes: Runs, scored: Sequence[Scored], catalogue: Catalogue) -> Runs:
    """Return what follows some quotes where they stand, then what else comes close to them."""
    said = {segment.id for run in quotes for segment in run}
    found: dict[int, Segment] = {}
    for run in quotes[:1]:
        behind = catalogue.stretch(run[-1].report, run[-1].position + 1, run[-1].position + _FOLLOWING)
        found |= {one.id: one for one in _until_heading(behind) if one.id not in said}
    best = scored[0].score if scored else 0.0
    for item in scored:
        fits = item.score >= _CLOSE * best and item.segment.kind not in _SILENT
        if fits and item.segment.id not in said and len(found) < _MOST:
            found.setdefault(item.segment.id, item.segment)
    return tuple((segment,) for segment in found.values())


def reasons(quotes: Runs, scored: Sequence[Scored], catalogue: Catalogue) -> Runs:
    """Return what gives a reason: the quotes themselves and what stands beside them, else what comes close to them.

    Where no words show one, it is what stands beside the first quote.
    """
    beside: dict[int, Segment] = {}
    for run in quotes:
        near = catalogue.stretch(run[0].report, run[0].position - _NEAR, run[-1].position + _NEAR)
        beside |= {one.id: one for one in near if one.kind not in _SILENT and one.locator.kind == run[0].locator.kind}
    best = scored[0].score if scored else 0.0
    close = (item.segment for item in scored if item.score >= _CLOSE * best and item.segment.kind not in _SILENT)
    given = {one.id: one for one in (*beside.values(), *close) if _REASON.search(one.text)}
    said = {segment.id for run in quotes for segment in run}
    told = list(given.values()) or [one for one in beside.values() if one.id not in said]
    return tuple((segment,) for segment in told[:_MOST])


def headings_of(catalogue: Catalogue, segment: Segment) -> list[Segment]:
    """Return the heading that a segment stands under, behind those right above it; none where none is near."""
    above = catalogue.stretch(segment.report, segment.position - _FAR, segment.position - 1)[::-1]
    behind = dropwhile(lambda one: one.kind != "heading", above)
    return list(takewhile(lambda one: one.kind == "heading", behind))[::-1]


def _until_heading(segments: Iterable[Segment]) -> Iterable[Segment]:
    for segment in segments:
        if segment.kind == "heading":
            return
        if segment.kind not in _SILENT:
            yield segment
