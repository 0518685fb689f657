"""What the library holds."""

from collections.abc import Sequence

from rich.text import Text

from ...core.shapes import How, ReportDetails, ReportRow
from ..amount import count
from ..console import flat
from ..omissions import gaps_told
from ..sheet import BLANK, Columns, Line, Sheet, section, step
from .sources import tags

_SURE = 0.8  # below this a fact found in the file itself is worth a look


def reports_view(rows: Sequence[ReportRow]) -> Sheet:
    """Return one row per report and the sums below; an empty library says how to fill it."""
    if not rows:
        return Sheet(
            [
                Line(Text("no reports here yet")),
                step("add some with `coscribe ingest PATH`, or try `coscribe demo`"),
            ]
        )
    heads = ("report", "title", "organisation", "region", "date", "pages", "remarks")
    pages, passages = sum(row.pages or 0 for row in rows), sum(row.passages for row in rows)
    total = [count(len(rows), "report"), count(pages, "page"), count(passages, "passage")]
    return Sheet(
        [
            Columns(heads, [_cells(row) for row in rows], frozenset({"pages"})),
            BLANK,
            Line(Text(" · ".join(total), "meta")),
        ]
    )


def report_view(row: ReportDetails) -> Sheet:
    """Return everything known about one report, and what its text lacks."""
    facts = {
        "report": row.report,
        "file": row.file,
        "organisation": row.organisation,
        "region": row.region,
        "date": row.date,
        "kind": row.kind,
        "status": row.status,
        "superseded by": row.superseded_by,
        "edition": row.edition,
        "family": row.family,
        "language": row.language,
        "confidentiality": row.confidentiality,
        "pages": None if row.pages is None else f"{row.pages:,}",
        "passages": f"{row.passages:,}",
    }
    width = max(map(len, facts)) + 2
    lines = [
        Line(_with_finding(fact, row.found.get(name)), Text(name.ljust(width), "meta"))
        for name, fact in facts.items()
        if fact
    ]
    heading = _with_finding(row.title, row.found.get("title"), "heading")
    gaps = [Line(Text(gap)) for gap in gaps_told(row)]
    return Sheet([Line(heading), BLANK, *lines, *section("Read with gaps", gaps)])


def _with_finding(fact: str, how: How | None, style: str = "") -> Text:
    """Return a fact and, behind it, how it was found: what is not quite sure says so."""
    text = Text(flat(fact), style)
    if how is not None:
        text.append(f"  {flat(how.how)}{'' if how.sure >= _SURE else ', not sure'}", "meta")
    return text


def _cells(row: ReportRow) -> list[Text]:
    # Which edition supersedes it is shown with the report itself; here the title needs the room.
    marks = ", ".join(tags(row.status, row.confidentiality, row.superseded_by, short=True))
    return [
        Text(flat(row.report), "accent"),
        Text(flat(row.title or row.file)),
        Text(flat(row.organisation or "")),
        Text(flat(row.region or "")),
        Text(flat(row.date or ""), "meta"),
        Text("" if row.pages is None else f"{row.pages:,}"),
        Text(marks, "warn"),
    ]
