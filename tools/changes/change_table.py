"""Changes as tables, one for each kind, which every writer lays out in its own way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...core.shapes import Citation
from ..align.matrix import Stance
from ..align.matrix_page import SIGNS, STANCES
from .changed import CellChange, Changes, MovedFigure, ReportChange
from .snapshot import ReportState

ChangeWords = str | tuple[Citation, ...]  # our own, or those of reports
BEFORE, NOW, OLD_WORDS, NEW_WORDS = "Before", "Now", "Its words before", "Its words now"
OLD_STANCES, NEW_STANCES = "Stances before", "Stances now"
_CELLS = ("Topic", "Roadmap", BEFORE, NOW, OLD_WORDS, NEW_WORDS)
_NO_REPORT = "no report in force"


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """A kind of change: its `name` in JSON, a title for people, and a row for each change, the weightiest first."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[ChangeWords, ...], ...]


def change_tables(changes: Changes) -> list[ChangeTable]:
    """Return a table for each kind of which there is something to tell, the weightiest kinds first."""
    readings = tuple(
        (one.topic, one.before, one.after, _stances(one.stances_before), _stances(one.stances_after),
         "; ".join([*one.appeared, *(f"settled: {told}" for told in one.settled)]))
        for one in changes.readings
    )  # fmt: skip
    tables = [
        ChangeTable("readings", "Where roadmaps came together or apart",
                    ("Topic", BEFORE, NOW, OLD_STANCES, NEW_STANCES, "Divergences"), readings),
        _cells("stances", "Stances changed", changes.stances),
        _moved("figures", "Figures moved", changes.figures),
        _moved("years", "Target years moved", changes.years),
        _cells("first_spoken", "First spoken of", changes.first_spoken),
        _cells("gone_silent", "Gone silent", changes.gone_silent),
        _reports("added", "New reports", changes.added),
        _fields("superseded", "Superseded reports", changes.superseded),
        _fields("statuses", "Reports of another status", changes.statuses),
        ChangeTable("revised", "Reports with another text under the same name", ("Report", "File"),
                    tuple((one.title, one.file) for one in changes.revised)),
        _reports("removed", "Removed reports", changes.removed),
        _fields("metadata", "Reports described otherwise", changes.metadata),
        _cells("assessed", "Not assessed before, and now", changes.assessed),
        _cells("not_assessed", "No longer assessed", changes.not_assessed),
        ChangeTable("judged", "Judged by people since", ("Topic and roadmap", "Editor", NOW, "Date"),
                    tuple((one.cell, one.editor, _said(one.after), one.date or "") for one in changes.judged)),
        ChangeTable("judged_otherwise", "Judged otherwise than before",
                    ("Topic and roadmap", "Editor", "What", BEFORE, NOW, "Date"),
                    tuple((one.cell, one.editor, ", ".join(one.parts), _said(one.before), _said(one.after),
                           one.date or "") for one in changes.judged_otherwise)),
        ChangeTable("withdrawn", "Judgements taken back", ("Topic and roadmap", "Editor", BEFORE),
                    tuple((one.cell, one.editor, _said(one.before)) for one in changes.withdrawn)),
        ChangeTable("overtaken", "Evidence changed since judged",
                    ("Topic and roadmap", "Editor", "Judged", "Ours before", "Ours now", "Date"),
                    tuple((one.cell, one.editor, _said(one.after), _said(one.ours_before), _said(one.ours_after),
                           one.date or "") for one in changes.overtaken)),
    ]  # fmt: skip
    return [table for table in tables if table.rows]


def counted_kinds(tables: Sequence[ChangeTable]) -> str:
    """Return how many changes of which kind there are, "" for none."""
    return "; ".join(f"{table.title.lower()}: {len(table.rows)}" for table in tables)


def introduction(changes: Changes) -> Iterator[str]:
    """Yield what is compared, and what came out, in sentences."""
    one, other = changes.before, changes.after
    for time in (one, other):
        when = f"{time.made[:10]}, generation {time.generation}, {time.reports} reports"
        yield f"{f'“{time.name}”' if time.name else 'Now'}: {when}."
    told = counted_kinds(change_tables(changes))
    if told:
        yield f"{told[:1].upper()}{told[1:]}."
    else:
        yield "Nothing changed: the same reports, and the same stances, figures, target years and readings."
    yield from (f"Note: {remark}." for remark in changes.remarks)


def title(changes: Changes) -> str:
    """Return what the changes are called."""
    return f"What changed from “{changes.before.label}” to {f'“{changes.after.name}”' if changes.after.name else 'now'}"


def _cells(name: str, title: str, changes: Sequence[CellChange]) -> ChangeTable:
    rows = tuple(
        (one.topic, one.roadmap, _stance(one.before, in_force=one.was_in_force),
         _stance(one.after, in_force=one.is_in_force), one.old, one.new or one.why)
        for one in changes
    )  # fmt: skip
    return ChangeTable(name, title, _CELLS, rows)


def _moved(name: str, title: str, changes: Sequence[MovedFigure]) -> ChangeTable:
    rows = tuple((", ".join(one.topics), one.roadmap, one.before, one.after, (one.old,), (one.new,)) for one in changes)
    return ChangeTable(name, title, _CELLS, rows)


def _reports(name: str, title: str, reports: Sequence[ReportState]) -> ChangeTable:
    rows = tuple(
        (one.title, one.organisation or "", one.region or "", one.date or "", one.status, one.file) for one in reports
    )
    return ChangeTable(name, title, ("Report", "Organisation", "Region", "Date", "Status", "File"), rows)


def _fields(
    name: str, title: str, changes: Sequence[ReportChange], titles: Mapping[str, str] | None = None
) -> ChangeTable:
    is_one_field = name != "metadata"
    heads = ("Report", "File", *(() if is_one_field else ("What",)), "Before", "Now")
    rows = tuple(
        (one.title, one.file, *(() if is_one_field else (one.field.replace("_", " "),)),
         one.before or "", one.newer or one.after or "")
        for one in changes
    )  # fmt: skip
    return ChangeTable(name, title, heads, rows)


def _stance(stance: Stance | None, *, in_force: bool) -> str:
    if stance is None:
        return _NO_REPORT
    return f"{SIGNS[stance]} {STANCES[stance]}{'' if in_force else ' (draft)'}"


def _said(stance: Stance | None) -> str:
    """Return a stance as people gave it; without one it is a remark."""
    return f"{SIGNS[stance]} {STANCES[stance]}" if stance else "a remark"


def _stances(stances: Mapping[str, Stance]) -> str:
    return ", ".join(f"{name} {STANCES[stance]}" for name, stance in stances.items())
