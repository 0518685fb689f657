"""A policy note before it is handed over."""

from rich.text import Text

from ...core.setting_sections import Currency
from ...core.shapes import Note, Source
from ..amount import count
from ..console import clean, flat
from ..prose import prose
from ..sheet import BLANK, Columns, Either, Line, Part, Sheet, section, step
from .cost import cost_line
from .coverage import coverage_lines
from .sources import file_line, origin, tags, together

MODES = {"drafted": "drafted, every claim checked", "evidence": "quotes only"}


def note_view(note: Note, currency: Currency | None = None) -> Sheet:
    """Return the whole note with its sources and what it cost; the plain form of the note is its Markdown."""
    lines: list[Line | Columns] = [Line(Text(flat(note.title), "bold underline"))]
    for part in note.sections:
        text = prose(part.text, framed=note.mode == "evidence", notice="warn")
        lines += [BLANK, Line(Text(flat(part.heading), "mark")), *text.lines]
    lines += [BLANK, Line(Text("Sources", "heading"))] if note.sources else []
    for source in note.sources:
        lines += _source(source, _places(note, source.report))
    lines += [BLANK, Line(Text("Silent regions", "heading"))] if note.silent else []
    lines += [Line(Text(flat(topic)), Text("– ", "meta")) for topic in note.silent]
    return Sheet([Either(lines, clean(note.markdown).strip()), *_closing(note, currency)])


def note_text(note: Note) -> str:
    """Return the note's Markdown, then what was searched, written and spent."""
    return str(note_view(note))


def _places(note: Note, report: str) -> str:
    return together(
        citation.locator.label
        for part in note.sections
        for claim in part.claims
        for citation in claim.citations
        if citation.report == report and claim.verdict == "supported"
    )


def _source(source: Source, places: str) -> list[Line]:
    label = f"[{source.number}] "
    marks = tags(source.status, "unmarked", source.superseded_by)
    return [
        Line(origin(source.title or source.file, source.organisation, source.date, places), Text(label, "mark")),
        file_line(source.file, marks, len(label)),
    ]


def _closing(note: Note, currency: Currency | None) -> list[Part]:
    status = [count(note.words, "word"), f"template {flat(note.template)}", MODES[note.mode]]
    written: list[Part] = [step(flat(file)) for file in note.files]
    warnings = []
    if note.degraded:
        warnings.append(Line(Text(f"fell back to quotes only: {flat(note.degraded)}", "warn")))
    if note.error:
        warnings.append(Line(Text(f"error: {flat(note.error.message)}", "bad")))
    return [
        *section("Written", written),
        BLANK,
        *warnings,
        Line(Text(" · ".join(status), "meta")),
        *coverage_lines(note.coverage),
        Line(Text(cost_line(note.cost, currency), "meta")),
    ]
