"""What is known of the reports and how surely: to be looked through, written as a manifest or an export, corrected."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..core.errors import UsageError
from ..core.shapes import Correction, Review, Reviewed, Unmatched
from ..core.types import EVERYTHING, Scope
from .bibliography.exports import WRITERS
from .index.schema import FIELDS
from .ingest.manifest import NONE, load_corrections
from .ingest.spelling import FilePlace, Places, is_pattern, parts_of
from .library import Library

SURE = 0.8  # below this a fact is worth a look
ASKED = ("title", "organisation", "region", "date")  # what every report has, so that lacking it is worth a look too
_SILENT = {"kind": "other", "status": "unknown", "confidentiality": "unmarked"}  # what says nothing
_LEVEL, _INTERNAL = "confidentiality", "internal"


def reviewed(library: Library, scope: Scope = EVERYTHING) -> list[Reviewed]:
    """Return what is known of the reports, those with the least sure facts first."""
    declared = library.catalogue.manifest_rows()
    found = []
    for report in library.in_scope(scope):
        fields = {name: declared[report.id][name] for name in FIELDS}
        sure = {name: report.found[name].sure if name in report.found else 0.0 for name in ASKED}
        unsure = [
            name
            for name in FIELDS
            if (name in report.found and report.found[name].sure < SURE) or (name in ASKED and not fields[name])
        ]
        row = Reviewed(report=report.id, file=report.file, fields=fields, found=dict(report.found), unsure=unsure)
        doubt = sum(1 - (sure[name] if fields[name] or sure[name] == 1 else 0) for name in ASKED)
        found.append((-doubt, report.file, report.id, row))
    return [row for *_, row in sorted(found, key=lambda one: one[:3])]


def corrected(library: Library, path: Path, *, lowers: bool = False) -> Review:
    """Take over what a sheet says otherwise than the library, and return that with the entries that mean no report.

    What makes an internal report public is refused unless `lowers`. Raises UsageError for a sheet that is wrong, before
    anything is changed.
    """
    entries = load_corrections(path)
    rows = {row.report: row for row in reviewed(library)}
    places = Places(FilePlace(row.report, parts_of(row.file), parts_of(row.file)) for row in rows.values())
    said: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    unmatched = []
    for name, fields in entries.items():
        try:
            meant = {name: 0} if name in rows else places.matches(name)
        except ValueError as error:
            raise UsageError(f"{str(path)!r} says {name!r}, which may be {error}: name it by its id") from error
        if not meant and is_pattern(name):
            meant = places.matching(name)
        if not meant:
            unmatched.append(Unmatched(manifest=str(path), entry=name, nearest=places.nearest(name)))
        for report, rank in meant.items():
            said.setdefault(report, []).append((rank, fields))
    done = []
    for report, told in said.items():
        ordered = sorted(told, key=lambda one: -one[0])
        wanted = {key: value for _, fields in ordered for key, value in fields.items()}
        if any(fields.get(_LEVEL) == _INTERNAL for _, fields in ordered):
            wanted[_LEVEL] = _INTERNAL
        done += correct(library, rows[report], wanted, lowers=lowers)
    return Review(reports=[], corrections=done, unmatched=unmatched)


def correct(library: Library, row: Reviewed, wanted: Mapping[str, str], *, lowers: bool) -> list[Correction]:
    """Take over what a person says of one report, and return what that changes; "-" says that there is no such thing.

    What is as it was is no correction.
    """
    said: dict[str, str] = {}
    done: list[Correction] = []
    for field, value in wanted.items():
        value = _SILENT.get(field, "") if value == NONE else value
        refused = _refusal(row, field, value, lowers=lowers)
        if value != row.fields[field]:
            done.append(_correction(row, field, value, refused))
        if value != row.fields[field] and refused is None:
            said[field] = value
    try:
        if said:
            library.correct({row.report: said})
    except UsageError as error:  # a level that a folder's manifest holds: the other fields count all the same
        done = [
            _correction(row, one.field, one.after or "", str(error)) if one.field == _LEVEL else one for one in done
        ]
        if rest := {field: value for field, value in said.items() if field != _LEVEL}:
            library.correct({row.report: rest})
    return done


def _refusal(row: Reviewed, field: str, value: str, *, lowers: bool) -> str | None:
    if field == "title" and not value:
        return "a report needs a title"
    if field == _LEVEL and value == "unmarked":
        return "a mark is not taken off: say public or internal"
    if field == _LEVEL and row.fields[_LEVEL] == _INTERNAL and value != _INTERNAL and not lowers:
        return "it is internal: say --lower to make it public"
    return None


def _correction(row: Reviewed, field: str, value: str, refused: str | None) -> Correction:
    return Correction(
        report=row.report, file=row.file, field=field, before=row.fields[field] or None, after=value or None,
        refused=refused,
    )  # fmt: skip


def as_table(rows: Sequence[Reviewed]) -> list[list[str]]:
    """Return the sheet of reports: a header, and a row a report with what is unsure in its last cell."""
    header = ["report", "file", *FIELDS, "unsure"]
    return [header, *([row.report, row.file, *row.fields.values(), _remarks(row)] for row in rows)]


def as_manifest(library: Library, rows: Sequence[Reviewed]) -> str:
    """Return a `reports.toml` of what is known, with a remark behind what is not sure; ingesting it changes nothing.

    A file whose name several reports bear is named by its whole path.
    """
    names, paths = Counter(row.file for row in rows), library.catalogue.paths()
    lines = ["# What coscribe knows of these reports. Correct what is wrong, and delete what you do not know."]
    for row in rows:
        name = row.file if names[row.file] == 1 else paths.get(row.report, row.file)
        lines += ["", f"[{_quoted(name)}]"]
        for field, value in row.fields.items():
            told = "  # not sure: " + row.found[field].how if field in row.unsure and field in row.found else ""
            if value and value != _SILENT.get(field):
                lines.append(f"{field} = {_quoted(value)}{told}")
            elif field in row.unsure:
                lines.append(f"# {field} = ?")
    return "\n".join([*lines, ""])


def as_export(library: Library, form: str, scope: Scope = EVERYTHING) -> str:
    """Return what is known of the reports as an export for reference managers: "ris", "bibtex" or "csl"."""
    rows = []
    for row in sorted(reviewed(library, scope), key=lambda one: one.file):
        kind, level = row.fields["kind"], row.fields[_LEVEL]
        rows.append({
            **row.fields, "id": row.report, "file": row.file, "genre": "" if kind == "other" else kind,
            "keywords": _INTERNAL if level == _INTERNAL else "",
        })  # fmt: skip
    return WRITERS[form](rows)


def _remarks(row: Reviewed) -> str:
    """Return which fields are unsure, each with how it was found."""
    ways = ((name, row.found.get(name)) for name in row.unsure)
    return "; ".join(f"{name}: {way.how if way else 'not known'}" for name, way in ways)


def _quoted(text: str) -> str:
    """Return a text as TOML quotes it: as JSON does, and one character more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
