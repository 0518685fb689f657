"""Says of an answer's quotes whose they are, from when, and where they stand: from the catalogue alone."""

from collections.abc import Mapping, Sequence

from ...core.shapes import Citation, Claim
from ...core.text import one_line
from ...core.types import Report
from ...language.joint import entries
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.scope import status_of
from ..evidence.recalled import headings_of
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
    lines = [_line(kind, reports[report], cited, catalogue) for (report, _), cited in groups.items()]
    return [computed("catalogue", [_LEADS[kind]]), *lines]


def _line(kind: ReactionKind, report: Report, cited: Sequence[Citation], catalogue: Catalogue) -> Claim:
    """Return what is known of a report or, where a place is asked for, of where some quotes of it stand."""
    status = status_of(report)
    issuer = f"{report.organisation or 'nobody who is named'}{f' ({report.region})' if report.region else ''}"
    date = day(report.date) if report.date else "no date that is known"
    told, above = [issuer, f"‘{one_line(report.title)}’", date], list[Citation]()
    if kind == "dated":
        told = [date, *told[1::-1]]
    if kind == "placed":
        above = _headings(cited[0], catalogue)
        under = " ".join(one_line(one.quote) for one in above)
        told = [cited[0].locator.label, *([f"under ‘{under}’"] if under else []), *told[1::-1], report.file]
    elif status != "unknown":
        told.append(status)
    return computed("catalogue", [", ".join(told), " ", mark(cited)], [*above, *cited])


def _headings(cited: Citation, catalogue: Catalogue) -> list[Citation]:
    """Return the headings above words on a page, to be cited with them; a label without pages names them already."""
    found = [one for one in catalogue.segments_of([cited.passage]) if one.start >= cited.start]
    above = headings_of(catalogue, found[0]) if found and cited.locator.page is not None else []
    return [
        cited.model_copy(
            update={
                "passage": one.passage, "locator": one.locator, "quote": one.text, "start": one.start, "end": one.end,
                "role": "header",
            }
        )
        for one in above
    ]  # fmt: skip


def day(date: str) -> str:
    """Return "2026-05-11" as "11 May 2026", "2026-05" as "May 2026"."""
    year, *rest = date.split("-")
    month = _MONTHS[int(rest[0])] if rest else ""
    return " ".join(filter(None, [str(int(rest[1])) if len(rest) > 1 else "", month, year]))
