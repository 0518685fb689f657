"""Says of an answer's quotes whose they are, from when, and where they stand: from the catalogue alone."""

from collections.abc import Iterable, Mapping, Sequence

from ...core.document import Inline
from ...core.shapes import Citation, Claim
from ...core.text import one_line
from ...core.types import Report
from ...language.joint import entries
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.scope import status_of
from ..evidence.recalled import heading_of
from ..search.reaction import ReactionKind
from .sentences import computed, mark

_LEADS: Mapping[ReactionKind, str] = {
    "attributed": "This is said by:", "dated": "This is from:", "placed": "This stands in:",
}  # fmt: skip
_MONTHS = {number: name.title() for name, number in entries("calendar.months")["en"].items()}


def provenance(
    kind: ReactionKind, claims: Sequence[Claim], reports: Mapping[str, Report], catalogue: Catalogue
) -> list[Claim]:
    """Return a line for each report that claims quote, or for each place of it where that is asked, under a lead."""
    if kind not in _LEADS:
        return []
    quotes = [one for claim in claims for one in claim.citations if one.role == "quote" and one.report in reports]
    if not quotes:
        return []
    groups: dict[tuple[str, str], list[Citation]] = {}
    for quote in quotes:
        groups.setdefault((quote.report, quote.locator.label if kind == "placed" else ""), []).append(quote)
    lines = [
        computed("catalogue", [*_told(kind, reports[report], cited[0], catalogue), " ", mark(cited)], cited)
        for (report, _), cited in groups.items()
    ]
    return [computed("catalogue", [_LEADS[kind]]), *lines]


def _told(kind: ReactionKind, report: Report, cited: Citation, catalogue: Catalogue) -> Iterable[Inline]:
    status = status_of(report)
    told = [] if status == "unknown" else [status]
    issuer = f"{report.organisation or 'nobody who is named'}{f' ({report.region})' if report.region else ''}"
    title, date = f"‘{one_line(report.title)}’", day(report.date) if report.date else "no date that is known"
    if kind == "attributed":
        return [", ".join([issuer, title, date, *told])]
    if kind == "dated":
        return [", ".join([date, title, issuer, *told])]
    found = [one for one in catalogue.segments_of([cited.passage]) if one.start >= cited.start]
    heading = one_line(heading_of(catalogue, found[0])) if found and cited.locator.page is not None else ""
    under = [f"under ‘{heading}’"] if heading else []
    return [", ".join([cited.locator.label, *under, title, issuer, report.file])]


def day(date: str) -> str:
    """Return "2026-05-11" as "11 May 2026", "2026-05" as "May 2026"."""
    year, *rest = date.split("-")
    month = _MONTHS[int(rest[0])] if rest else ""
    return " ".join(filter(None, [str(int(rest[1])) if len(rest) > 1 else "", month, year]))
