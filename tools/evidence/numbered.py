"""Numbers evidence for a prompt: the model sees integers, code maps them back to segments."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...core.shapes import Level
from ...core.text import one_line, without_controls
from ...core.types import Report, Segment
from ...models.port import PromptPart
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.ranking.search import Ranked
from ...vectorstore.scope import status_of
from ..search.search import Evidence
from .scoring import Scored

QUICK, STANDARD, DEEP = 5_000, 16_000, 64_000  # characters of evidence in one prompt, four to a token of English
# Of more than QUICK, the share that the best segments have; the rest is what stands around the best passages.
_BEST = 0.8
_ELSEWHERE = 0.15  # share of what was found outside of what the question itself narrows the search to
_PASSAGES, _AROUND = 20, 8  # passages whose surroundings are shown, and segments in front of each and behind it
_CLOSE = 0.8  # share of the best score that the best segment of another report needs to go before the second of any
GAP = "…"
ANNOUNCED = "Report:"  # before the title of each report
_MARK = re.compile(r"\[(\d+)\]")
_FENCE = re.compile(r"={3,}")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Segments by the number a prompt shows, the prompt's parts with their levels, and the files withheld from it."""

    segments: dict[int, Segment]
    parts: tuple[PromptPart, ...]
    withheld: tuple[str, ...]


def number_evidence(
    evidence: Evidence, scored: Sequence[Scored], catalogue: Catalogue, admits: Callable[[Level], bool],
    most: int = QUICK, elsewhere: Sequence[tuple[Evidence, Sequence[Scored]]] = (),
) -> Numbered:  # fmt: skip
    """Lay out the best segments with what stands around them, report by report, with running numbers.

    They hold at most so many characters, unless a single segment with its neighbours has more; a part of these is for
    what was found `elsewhere`. Reports whose level is not admitted are left out and named. Lead-ins and table headers
    that items and rows need are included before them.
    """
    reports = evidence.reports
    ranked = [*evidence.ranked, *(item for found, _ in elsewhere for item in found.ranked)]
    files = [reports[item.passage.report] for item in ranked]
    withheld = dict.fromkeys(report.file for report in files if not admits(report.confidentiality))

    def best(found: Evidence, own: Sequence[Scored], room: float) -> dict[int, Segment]:
        admitted = [item for item in own if admits(reports[item.segment.report].confidentiality)]
        return _compacted(_fair(admitted), found.segments, int(room))

    chosen: dict[int, Segment] = {}
    for found, others in elsewhere:
        chosen |= best(found, others, _ELSEWHERE * most)
    room = most - _length(chosen)
    chosen |= best(evidence, scored, room if most <= QUICK else _BEST * room)
    if most > QUICK:
        near = [item for item in evidence.ranked if admits(reports[item.passage.report].confidentiality)][:_PASSAGES]
        chosen |= _surroundings(near, evidence.segments, catalogue, chosen, most - _length(chosen))
    links = {link for segment in chosen.values() for link in (segment.lead_in, segment.header) if link is not None}
    chosen.update(catalogue.segments(links - chosen.keys()))
    order = {item.passage.report: rank for rank, item in reversed(list(enumerate(ranked)))}
    ordered = sorted(chosen.values(), key=lambda segment: (order.get(segment.report, 0), segment.position))
    numbered = dict(enumerate(ordered, start=1))
    return Numbered(numbered, tuple(_parts(numbered, reports)), tuple(withheld))


def _length(chosen: Mapping[int, Segment]) -> int:
    return sum(len(segment.text) for segment in chosen.values())


def _surroundings(
    near: Sequence[Ranked], segments: Sequence[Segment], catalogue: Catalogue, chosen: Mapping[int, Segment], room: int
) -> dict[int, Segment]:
    """Return by id what stands in and around passages, best first, as far as there is room for what was not chosen."""
    ends: dict[str, tuple[int, int]] = {}
    for segment in segments:
        first, last = ends.get(segment.passage, (segment.position, segment.position))
        ends[segment.passage] = min(first, segment.position), max(last, segment.position)
    more: dict[int, Segment] = {}
    for item in near:
        first, last = ends[item.passage.id]
        for segment in catalogue.stretch(item.passage.report, first - _AROUND, last + _AROUND):
            if segment.id not in chosen and segment.id not in more:
                room -= len(segment.text)
                if room < 0:
                    return more
                more[segment.id] = segment
    return more


def _fair(scored: Sequence[Scored]) -> list[Segment]:
    """Return segments best first, but before the second of any report the best of each that comes close to the best."""
    best: dict[str, Segment] = {}
    for item in scored:
        if item.score >= _CLOSE * scored[0].score:
            best.setdefault(item.segment.report, item.segment)
    return [*best.values(), *(item.segment for item in scored)]


def _compacted(best: Sequence[Segment], segments: Sequence[Segment], room: int) -> dict[int, Segment]:
    """Return by id as many of the best segments as there is room for, each with its neighbourhood.

    That is what stands just before and behind it in its passage, and the items of the list that it leads or is in.
    """
    passages: dict[str, list[Segment]] = {}
    for segment in segments:
        passages.setdefault(segment.passage, []).append(segment)
    chosen: dict[int, Segment] = {}
    for segment in best:
        near = {other.id: other for other in passages[segment.passage] if _is_near(segment, other)}
        room -= sum(len(other.text) for name, other in near.items() if name not in chosen)
        if room < 0 and chosen:
            break
        chosen |= near
    return chosen


def _is_near(segment: Segment, other: Segment) -> bool:
    if abs(segment.position - other.position) <= 1 or segment.id == other.lead_in:
        return True
    return segment.lead_in is not None and segment.lead_in in (other.lead_in, other.id)


def _parts(numbered: dict[int, Segment], reports: dict[str, Report]) -> Iterable[PromptPart]:
    """Yield one part a report, each with the level of that report; a line of its own marks where words are left out."""
    grouped: dict[str, list[str]] = {}
    last: Segment | None = None
    for number, segment in numbered.items():
        lines = grouped.setdefault(segment.report, [])
        if lines and last is not None and segment.position > last.position + 1:
            lines.append(GAP)
        lines.append(f"[{number}] {harmless(segment.text)}")
        last = segment
    for report, lines in grouped.items():
        yield PromptPart("\n".join([announce(reports[report]), *lines]), reports[report].confidentiality)


def announce(report: Report) -> str:
    """Return the line that introduces a report to a model: whose it is, from when, and whether it is decided."""
    told: Sequence[str | None] = (
        report.title, report.organisation, report.region, report.date, report.kind, status_of(report),
    )  # fmt: skip
    return f"{ANNOUNCED} " + harmless(" · ".join(item for item in told if item))


@lru_cache(maxsize=2048)  # the next question is often shown the same segments
def harmless(text: str) -> str:
    """Return report text so that it cannot pass for our numbering or end our fence."""
    return _FENCE.sub("==", _MARK.sub(r"\\[\1\\]", one_line(without_controls(text))))
