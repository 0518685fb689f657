"""A policy note before it is handed over, and the templates it may be made after."""

from rich.text import Text

from ...core.conversation import NoteList, NoteOutline, NoteRow, TemplateList
from ...core.setting_sections import Currency
from ...core.shapes import Note
from ..amount import count, day_and_time, money
from ..console import clean, flat
from ..sheet import BLANK, Columns, Either, Line, Part, Sheet, section, step
from .cost import cost_line
from .coverage import coverage_lines
from .document import document_lines
from .estimate import estimate_view

MODES = {"drafted": "drafted, every claim checked", "evidence": "quotes only"}


_HOW_TO_GO_ON = "`coscribe note --resume ID` goes on with one that is unfinished"


def note_view(note: Note, currency: Currency | None = None) -> Sheet:
    """Return the whole note with its sources and what it cost; the plain form of the note is its Markdown."""
    plain = clean(note.markdown).strip()
    lines = document_lines(note.document) if note.document else [Line(Text(plain))]
    lines += [BLANK, Line(Text("Silent regions", "heading"))] if note.silent else []
    lines += [Line(Text(flat(topic)), Text("– ", "meta")) for topic in note.silent]
    return Sheet([Either(lines, plain), *_closing(note, currency)])


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


def templates_view(listed: TemplateList) -> Sheet:
    """Return each template with what it is for, its length and its sections."""
    parts: list[Part] = []
    for one in listed.templates:
        length = f" · at most {count(one.words, 'word')}" if one.words else ""
        parts += [
            Line(Text(f"{flat(one.name)}{length}", "heading")),
            Line(Text(flat(one.summary)), Text("  ")),
            Line(Text(" · ".join(map(flat, one.sections)), "meta"), Text("  ")),
            BLANK,
        ]
    return Sheet([*parts, step("`coscribe note --show-template NAME > mine.toml`, and `--template mine.toml`")])


def notes_view(listed: NoteList) -> Sheet:
    """Return one row a note that was begun; none yet says how to begin one."""
    if not listed.notes:
        return Sheet([Line(Text('no notes yet: `coscribe note "energy of inference"` drafts one'))])
    rows = [
        [
            Text(flat(one.id), "accent"), _named(one), Text(flat(one.template), "meta"),
            Text(one.state, "warn" if one.state == "unfinished" else "good"), Text(day_and_time(one.begun), "meta"),
            Text(money(one.cost), "meta"),
        ]
        for one in listed.notes
    ]  # fmt: skip
    heads = ("note", "topic", "template", "state", "begun", "cost")
    is_open = any(one.state == "unfinished" for one in listed.notes)
    return Sheet([Columns(heads, rows), *([BLANK, step(_HOW_TO_GO_ON)] if is_open else [])])


def _named(one: NoteRow) -> Text:
    of = (f" · revises {flat(one.revises)}", "meta") if one.revises else ""
    return Text.assemble(flat(one.topic), of)


def outline_view(outline: NoteOutline, currency: Currency | None = None) -> Sheet:
    """Return the sections of a note to be, the questions that guide them, and what it would cost."""
    searches = sum(one.searches for one in outline.sections)
    told = [flat(outline.topic), f"template {flat(outline.template)}", f"searches: {searches:,}"]
    parts: list[Part] = [Line(Text(" · ".join(told), "heading"))]
    for number, one in enumerate(outline.sections, 1):
        found = f"{one.searches} ×" if one.searches else "made of the other sections"
        head = Text.assemble(flat(one.heading), (f"  {one.kind.replace('_', ' ')}, {found}", "meta"))
        parts.append(Line(head, Text(f"{number:>2}  ", "mark")))
        parts += [Line(Text(flat(question), "meta"), indent=4) for question in one.questions]
    return Sheet([*parts, BLANK, *estimate_view(outline.estimate, currency).parts])


def template_view(text: str) -> Sheet:
    """Return a template as it is written, whatever the width of the screen."""
    plain = text.strip()
    return Sheet([Either([Line(Text(line)) for line in plain.splitlines()], plain)])
