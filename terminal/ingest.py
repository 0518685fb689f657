"""How an ingest went: the sum in one line, then whatever needs a look."""

from collections import Counter

from rich.text import Text

from ..core.types import IngestedFile, IngestResult
from .amount import count, duration, page_list
from .console import flat
from .sheet import BLANK, Line, Part, Sheet, section, step

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
    states = Counter[str](file.state for file in result.reports)
    sums = ", ".join(f"{states[state]:,} {word}" for state, word in STATES.items() if states[state])
    if states["skipped"] and all(_is_scan(file) for file in result.reports if file.state == "skipped"):
        sums = sums.replace(STATES["skipped"], f"{STATES['skipped']} (scanned)")
    passages = sum(file.passages for file in result.reports)
    head = Text.assemble((f"{count(len(result.reports), 'file')}: {sums}", "heading"))
    parts: list[Part] = [Line(head), Line(Text(f"{count(passages, 'passage')} · {duration(result.seconds)}", "meta"))]
    problems = [_problem(file) for file in result.reports if file.state in ("skipped", "failed")]
    parts += section("Not searchable", problems)
    parts += section("Read with gaps", [_gaps(file) for file in result.reports if _has_gaps(file)])
    if any(states[state] for state in ("indexed", "updated", "unchanged")):
        parts += [BLANK, step('`coscribe ask "question"`')]
    return Sheet(parts)


def ingest_text(result: IngestResult) -> str:
    """Return `ingest_view` as plain text."""
    return str(ingest_view(result))


def _problem(file: IngestedFile) -> Line:
    mark = Text("✗ ", "bad") if file.state == "failed" else Text("! ", "warn")
    return Line(Text.assemble(flat(file.file), (f": {flat(file.reason or 'no reason given')}", "meta")), mark)


def _is_scan(file: IngestedFile) -> bool:
    """Tell whether a file has pages, but no text on any of them."""
    return bool(file.pages) and len(file.pages_without_text) == file.pages


def _has_gaps(file: IngestedFile) -> bool:
    return file.state not in ("skipped", "failed", "removed") and bool(file.pages_without_text or file.reason)


def _gaps(file: IngestedFile) -> Line:
    gaps = []
    if file.pages_without_text:
        of = f" of {file.pages:,}" if file.pages else ""
        gaps.append(f"no readable text on {page_list(file.pages_without_text)}{of}")
    if file.reason:
        gaps.append(flat(file.reason))
    return Line(Text.assemble(flat(file.file), (f": {'; '.join(gaps)}", "meta")), Text("! ", "warn"))
