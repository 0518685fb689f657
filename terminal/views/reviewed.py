"""What is known of the reports and how surely, and what was corrected."""

from collections.abc import Sequence

from rich.text import Text

from ...core.shapes import Correction, Review, Reviewed
from ..amount import count
from ..console import flat
from ..sheet import BLANK, Columns, Line, Part, Sheet, section, step

_SHOWN = ("title", "organisation", "region", "date")


def review_view(rows: Sequence[Reviewed]) -> Sheet:
    """Return a row a report, the least sure first, a mark behind what is unsure, and below how that was found."""
    if not rows:
        return Sheet(
            [
                Line(Text("no reports here yet")),
                step("add some with `coscribe ingest PATH`, or try `coscribe demo`"),
            ]
        )
    unsure = [row for row in rows if row.unsure]
    found = [Line(_ways(row)) for row in unsure]
    sums = f"{count(len(rows), 'report')}, {len(unsure):,} with something unsure (?)"
    return Sheet(
        [
            Columns(("report", *_SHOWN), [_cells(row) for row in rows]),
            *section("Unsure", found),
            BLANK,
            Line(Text(sums, "meta")),
            step("`coscribe reports review --out sheet.csv`, correct it, `coscribe reports review sheet.csv`"),
        ]
    )


def corrections_view(result: Review) -> Sheet:
    """Return a line a field that was corrected, before and after, and those that were left with the reason."""
    done = [one for one in result.corrections if not one.refused]
    left = [one for one in result.corrections if one.refused]
    if not result.corrections:
        return Sheet([Line(Text("nothing to correct: all is as the library has it"))])
    parts: list[Part] = [Line(_change(one)) for one in done]
    kept = [Line(Text.assemble(_change(one), (f": {flat(one.refused or '')}", "warn"))) for one in left]
    return Sheet(
        [*parts, Line(Text(f"corrected {count(len(done), 'field')}", "meta")), *section("Left as it was", kept)]
    )


def finding(row: Reviewed, field: str) -> str:
    """Return how a field was found, and if that is not sure."""
    way = row.found.get(field)
    told = flat(way.how) if way else ""
    return ", ".join(filter(None, (told, "not sure" if field in row.unsure and way else "")))


def _cells(row: Reviewed) -> list[Text]:
    cells = [Text(flat(row.report), "accent")]
    for name in _SHOWN:
        value, mark = flat(row.fields[name]), name in row.unsure
        cells.append(Text(f"{value} ?".lstrip() if mark else value, "warn" if mark else ""))
    return cells


def _ways(row: Reviewed) -> Text:
    told = "; ".join(f"{name}: {finding(row, name) or 'not known'}" for name in row.unsure)
    return Text.assemble((flat(row.file), ""), (f"  {told}", "meta"))


def _change(one: Correction) -> Text:
    before, after = flat(one.before or "none"), flat(one.after or "none")
    return Text.assemble(flat(one.file), (f"  {one.field}  ", "meta"), before, (" → ", "accent"), after)
