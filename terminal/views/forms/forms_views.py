"""Forms on a screen: what was written for whom, what came back, and whatever needs a look."""

from collections.abc import Iterator

from rich.text import Text

from ....tools.form.form_sheet import answered, state_told
from ....tools.form.taken_forms import FormsMade, FormsTaken, TakenFile, TakenForm
from ...amount import count
from ...console import flat
from ...sheet import BLANK, Columns, Line, Part, Sheet, section, step

_STYLES = {
    "taken": "",
    "unchanged": "meta",
    "superseded": "warn",
    "unfilled": "warn",
    "foreign": "bad",
    "failed": "bad",
}


def made_view(made: FormsMade, folder: str) -> Sheet:
    """Return a row a partner with how many quotes the form begins with, and what to do next."""
    heads = ("partner", "language", "quotes", "file", "state")
    rows = [
        [Text(flat(one.organisation)), Text(one.language), Text(str(one.quotes) if one.has_reports else "no report"),
         Text(flat(one.file)), Text(one.state, "meta")]
        for one in made.files
    ]  # fmt: skip
    told = f"{count(len(made.files), 'form')} · {made.template} · round {made.round}"
    lines: list[Part] = [Columns(heads, rows), BLANK, Line(Text(flat(told), "meta"))]
    if made.withheld:
        lines.append(Line(Text(f"not quoted, for forms leave the house: {count(made.withheld, 'internal report')}")))
    if made.unread_columns:
        lines.append(Line(Text(flat(f"columns that were not read: {', '.join(made.unread_columns)}"), "meta")))
    lines += [step(flat(f"send the Word files of {folder}, then `coscribe form take RETURNED/ -o round.xlsx`"))]
    return Sheet(lines)


def taken_view(taken: FormsTaken) -> Sheet:
    """Return what became of each file with its remarks, how far each partner answered, and who sent nothing."""
    lines: list[Part] = [line for one in taken.files for line in _file(one)]
    for form in taken.forms:
        lines += [BLANK, *_form(form)]
    if not taken.changed:
        lines += [BLANK, Line(Text("the library is as it was", "meta"))]
    elif any(row.report for form in taken.forms for row in form.partners):
        lines += [BLANK, step('`coscribe ask "question" --kind contribution`')]
    return Sheet([*lines, *section("Written", [step(flat(one)) for one in taken.written])])


def _file(one: TakenFile) -> Iterator[Line]:
    whose = f" · {one.organisation}" if one.organisation else ""
    yield Line(
        Text(flat(f"{one.file}{whose}")), Text(f"{state_told(one.state):<13} ", _STYLES[one.state]),
    )  # fmt: skip
    yield from (Line(Text(flat(remark.text), "meta"), indent=14) for remark in one.remarks)


def _form(form: TakenForm) -> list[Part]:
    heads = ("partner", "region", "answered", "words", "last change", "file")
    came = [row for row in form.partners if row.file]
    rows = [
        [Text(flat(row.organisation)), Text(flat(row.region or "")), Text(answered(row)),
         Text(str(sum(one.words for one in row.answers))), Text((row.changed or "")[:16].replace("T", " ")),
         Text(flat(row.file or ""))]
        for row in came
    ]  # fmt: skip
    left = [row.organisation for row in form.partners if not row.file]
    told = f"{len(came)} of {count(len(form.partners), 'partner')} returned it"
    parts: list[Part] = [Line(Text(flat(f"{form.template}, round {form.round}: {told}"), "heading"))]
    parts += [Columns(heads, rows)] if rows else []
    parts += [Line(Text(flat(f"not returned: {', '.join(left)}"), "warn"))] if left else []
    return parts
