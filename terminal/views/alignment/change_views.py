"""Snapshots, and what changed between two of them, on a screen: the weightiest kinds first, with the words of both."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from ....core.document import Document
from ....tools.changes.change_files import quote_line
from ....tools.changes.change_table import ChangeTable, ChangeWords
from ....tools.changes.snapshot import SnapshotList, SnapshotRow
from ....tools.publish.markdown import markdown
from ...amount import count, day_and_time
from ...console import clean, flat
from ...sheet import BLANK, Columns, Either, Line, Part, Sheet, section, step

_MOST = 12  # changes of a kind on a screen; files, JSON and pipes have all


def changes_view(
    document: Document | None, told: Iterable[str], tables: Sequence[ChangeTable], files: Sequence[str]
) -> Sheet:  # fmt: skip
    """Return what is compared and each kind of change; the plain form is all of it, as Markdown."""
    plain = clean(markdown(document)).strip() if document else ""
    lines = [*(Line(Text(flat(one))) for one in told), *(line for table in tables for line in _table(table))]
    written: list[Part] = [step(flat(file)) for file in files]
    return Sheet([Either(lines, plain), *section("Written", written)])


def _table(table: ChangeTable) -> Iterator[Line]:
    yield BLANK
    yield Line(Text(table.title, "heading"))
    for row in table.rows[:_MOST]:
        first, *others = row
        label = Text(f"{flat(first)}  " if isinstance(first, str) else "", "mark")
        told = [flat(one) for one in others if isinstance(one, str) and one]
        yield Line(Text(" · ".join(told)), label)
        for head, words in zip(table.heads, row, strict=True):
            yield from _quotes(head, words)
    if len(table.rows) > _MOST:
        yield Line(Text(f"{len(table.rows) - _MOST} more: write them to a file with -o", "meta"), indent=2)


def _quotes(head: str, words: ChangeWords) -> Iterator[Line]:
    for one in () if isinstance(words, str) else words:
        when = "was  " if head.endswith("before") else "now  "
        yield Line(Text(flat(quote_line(one))), Text(when, "meta"), indent=2)


def snapshot_view(row: SnapshotRow) -> Sheet:
    """Return what was kept, and what can be done with it."""
    held = [
        f"generation {row.generation}",
        count(row.reports, "report"),
        f"{row.topics} topics x {row.roadmaps} roadmaps",
    ]
    return Sheet([
        Line(Text(f"kept {flat(row.name)!r}: {', '.join(held)}")), step(f"`coscribe changes {flat(row.name)}` later"),
    ])  # fmt: skip


def snapshots_view(listed: SnapshotList) -> Sheet:
    """Return one row a snapshot; none yet says how to make one."""
    if not listed.snapshots:
        return Sheet([Line(Text("no snapshots yet: `coscribe snapshot spring-2026` keeps one"))])
    rows = [
        [
            Text(flat(one.name), "accent"), Text(day_and_time(one.made), "meta"), Text(f"{one.generation:,}"),
            Text(f"{one.reports:,}"), Text(f"{one.topics:,}"), Text(f"{one.roadmaps:,}"),
        ]
        for one in listed.snapshots
    ]  # fmt: skip
    heads = ("snapshot", "made", "generation", "reports", "topics", "roadmaps")
    return Sheet([Columns(heads, rows, frozenset(heads[2:]))])
