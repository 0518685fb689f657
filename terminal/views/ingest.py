"""How an ingest went: the sum in one line, then whatever needs a look."""

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from ...core.shapes import IngestedFile, IngestResult, ReportRow
from ..amount import count, duration
from ..console import flat
from ..omissions import gaps_told
from ..sheet import BLANK, Columns, Line, Part, Sheet, section, step
from .cost import cost_line
from .sources import tags

STATES = {
    "indexed": "read",
    "updated": "updated",
    "unchanged": "unchanged",
    "removed": "removed",
    "skipped": "not readable",
    "failed": "failed",
}


def ingest_view(result: IngestResult) -> Sheet:
    """Return "8 files: 7 read, 1 not readable", a line per problem with its reason, and what can be done next."""
    if not result.reports:
        return Sheet(
            [
                Line(Text("no files found to read")),
                step("name a folder or files: PDF, DOCX, PPTX, HTML, Markdown or text"),
            ]
        )
    parts: list[Part] = [*_sums(result), *_troubles(result)]
    if any(file.state in ("indexed", "updated", "unchanged") for file in result.reports):
        parts += [BLANK, step('`coscribe ask "question"`')]
    return Sheet(parts)


def changes_view(result: IngestResult, last: IngestResult) -> Sheet:
    """Return a line for each file that has been read, has moved, is gone or cannot be read since the `last` ingest."""
    known = {(file.file, file.reason) for file in last.reports}
    lines = list[Line]()
    for file in result.reports:
        if file.state in ("skipped", "failed"):
            lines += [] if (file.file, file.reason) in known else [_problem(file)]
        elif file.state != "unchanged":
            told = "; ".join(filter(None, (flat(file.reason or ""), _undescribed(file))))
            why = f": {told}" if told else ""
            lines.append(Line(Text.assemble(f"{STATES[file.state]} ", (flat(file.file), "heading"), (why, "meta"))))
    return Sheet([*lines])


def intake_view(result: IngestResult, rows: Sequence[ReportRow]) -> Sheet:
    """Return a table with a row per file, readable or not, and below it what `ingest_view` says of them together."""
    known = {row.report: row for row in rows}
    heads = ("title", "region", "year", "remarks", "pages", "state")
    cells = [_cells(file, known.get(file.report or "")) for file in result.reports]
    table = Columns(heads, cells, frozenset({"pages"}))
    return Sheet([table, BLANK, *_sums(result), *_troubles(result)])


def _cells(file: IngestedFile, row: ReportRow | None) -> list[Text]:
    pages = Text("" if file.pages is None else f"{file.pages:,}")
    state = Text(STATES[file.state], "warn" if file.state in ("skipped", "failed") else "good")
    if row is None:
        return [Text(flat(file.file)), Text(), Text(), Text(), pages, state]
    marks = ", ".join(tags(row.status, row.confidentiality, row.superseded_by, short=True))
    region = flat(row.region or "").split("/")[-1]
    return [Text(flat(row.title)), Text(region), Text(flat(row.date or "")[:4]), Text(marks, "warn"), pages, state]


def _sums(result: IngestResult) -> list[Line]:
    states = Counter[str](file.state for file in result.reports)
    sums = ", ".join(f"{states[state]:,} {word}" for state, word in STATES.items() if states[state])
    if states["skipped"] and all(_is_scan(file) for file in result.reports if file.state == "skipped"):
        sums = sums.replace(STATES["skipped"], f"{STATES['skipped']} (scanned)")
    passages = sum(file.passages for file in result.reports)
    head = Text.assemble((f"{count(len(result.reports), 'file')}: {sums}", "heading"))
    lines = [Line(head), Line(Text(f"{count(passages, 'passage')} · {duration(result.seconds)}", "meta"))]
    if result.cost and result.cost.calls:
        lines.append(Line(Text(cost_line(result.cost), "meta")))
    if result.error:
        lines.append(Line(Text(f"{flat(result.error.message)}; until then they are found by words", "warn")))
    return lines


def _troubles(result: IngestResult) -> list[Part]:
    problems = [_problem(file) for file in result.reports if file.state in ("skipped", "failed")]
    gaps = [_gaps(file) for file in result.reports if _has_gaps(file)]
    return [*section("Not searchable", problems), *section("Read with gaps", gaps)]


def _problem(file: IngestedFile) -> Line:
    mark = Text("✗ ", "bad") if file.state == "failed" else Text("! ", "warn")
    return Line(Text.assemble(flat(file.file), (f": {flat(file.reason or 'no reason given')}", "meta")), mark)


def _is_scan(file: IngestedFile) -> bool:
    """Tell whether a file has pages, but no text on any of them."""
    return bool(file.pages) and len(file.pages_without_text) == file.pages


def _has_gaps(file: IngestedFile) -> bool:
    told = file.pages_without_text or file.unread or file.left_out or file.reason or file.undescribed
    return file.state not in ("skipped", "failed", "removed") and bool(told)


def _gaps(file: IngestedFile) -> Line:
    gaps = [*gaps_told(file), *filter(None, (flat(file.reason or ""), _undescribed(file)))]
    return Line(Text.assemble(flat(file.file), (f": {'; '.join(gaps)}", "meta")), Text("! ", "warn"))


def _undescribed(file: IngestedFile) -> str:
    if not file.undescribed:
        return ""
    what = " and ".join(filter(None, (", ".join(file.undescribed[:-1]), file.undescribed[-1])))
    return f"its first pages changed, and with them went {what} that a model had read: `--describe` asks again"
