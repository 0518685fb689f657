"""Numbers evidence for a prompt: the model sees integers, code maps them back to segments."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..core.model import Part
from ..core.text import one_line, without_controls
from ..core.types import Level, Report, Segment
from ..vectorstore.catalogue import Catalogue
from ..vectorstore.scope import status_of
from .search import Evidence

_MOST_CHARACTERS = 7_500  # of evidence in one prompt, about 1,900 tokens of English
_MARK = re.compile(r"\[(\d+)\]")
_FENCE = re.compile(r"={3,}")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Segments by the number a prompt shows, the prompt's parts with their levels, and the files withheld from it."""

    segments: dict[int, Segment]
    parts: tuple[Part, ...]
    withheld: tuple[str, ...]


def number_evidence(evidence: Evidence, catalogue: Catalogue, admits: Callable[[Level], bool]) -> Numbered:
    """Lay out the best passages, report by report, with running numbers.

    Reports whose level is not admitted are left out and named. Lead-ins and table headers that items and rows need are
    included before them.
    """
    reports = evidence.reports
    files = [reports[item.passage.report] for item in evidence.ranked]
    withheld = dict.fromkeys(report.file for report in files if not admits(report.confidentiality))
    room = _MOST_CHARACTERS
    chosen: dict[int, Segment] = {}
    by_passage: dict[str, list[Segment]] = {}
    for segment in evidence.segments:
        by_passage.setdefault(segment.passage, []).append(segment)
    for ranked in evidence.ranked:
        if not admits(reports[ranked.passage.report].confidentiality):
            continue
        room -= len(ranked.passage.text)
        if room < 0 and chosen:
            break
        chosen.update((segment.id, segment) for segment in by_passage.get(ranked.passage.id, ()))
    links = {link for segment in chosen.values() for link in (segment.lead_in, segment.header) if link is not None}
    chosen.update(catalogue.segments(links - chosen.keys()))
    order = {item.passage.report: rank for rank, item in reversed(list(enumerate(evidence.ranked)))}
    ordered = sorted(chosen.values(), key=lambda segment: (order.get(segment.report, 0), segment.position))
    numbered = dict(enumerate(ordered, start=1))
    return Numbered(numbered, tuple(_parts(numbered, reports)), tuple(withheld))


def _parts(numbered: dict[int, Segment], reports: dict[str, Report]) -> Iterable[Part]:
    """Yield one part a report, each with the level of that report."""
    grouped: dict[str, list[str]] = {}
    for number, segment in numbered.items():
        grouped.setdefault(segment.report, []).append(f"[{number}] {harmless(segment.text)}")
    for report, lines in grouped.items():
        yield Part("\n".join([announce(reports[report]), *lines]), reports[report].confidentiality)


def announce(report: Report) -> str:
    """Return the line that introduces a report to a model: whose it is, from when, and whether it is decided."""
    told: Sequence[str | None] = (
        report.title, report.organisation, report.region, report.date, report.kind, status_of(report),
    )  # fmt: skip
    return "Report: " + harmless(" · ".join(item for item in told if item))


@lru_cache(maxsize=2048)  # the next question is often shown the same segments
def harmless(text: str) -> str:
    """Return report text so that it cannot pass for our numbering or end our fence."""
    return _FENCE.sub("==", _MARK.sub(r"\\[\1\\]", one_line(without_controls(text))))
