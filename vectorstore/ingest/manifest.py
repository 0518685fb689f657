"""Manifests: `reports.toml` or `reports.csv`, in which people say what their files are; they win over any guess.

Exports of reference managers are manifests too, and so is the sheet that `reports review` writes.
"""

import csv
import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from ...core import toml
from ...core.cells import from_header, opening, separator_of, unguarded
from ...core.errors import UsageError
from ...core.shapes import Level
from ...core.text import one_line, without_controls
from ..bibliography import exports
from ..index.schema import FIELDS
from ..reading.office import first_sheet

NAMES = ("reports.toml", "reports.csv")
REMARKS = ("report", "unsure")  # columns that say something to people and nothing about the file
NONE = "-"  # what a correction says of a field that is to be empty
_CHOICES = {
    "kind": ("roadmap", "strategy", "advisory", "technical", "law", "contribution", "talk", "minutes", "other"),
    "status": ("draft", "adopted", "superseded", "unknown"),
    "confidentiality": get_args(Level),
}
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
ManifestEntries = Mapping[str, Mapping[str, str]]


def is_manifest(name: str) -> bool:
    """Tell whether a file of that name is a manifest, in whatever case it is written."""
    return name.lower() in NAMES


def find_manifest(folder: Path) -> Path | None:
    """Return the manifest of a folder, or `None`; raise UsageError when it holds several.

    A broken link counts as one: what it said is not known.
    """
    try:
        names = [name for name in os.listdir(folder) if is_manifest(name)]
    except OSError:  # a folder that may be passed through, but not listed
        names = [name for name in NAMES if os.path.lexists(folder / name)]
    found = sorted(folder / name for name in names if not (folder / name).is_dir())
    if len(found) > 1:
        raise UsageError(f"{str(folder)!r} holds {' and '.join(path.name for path in found)}: keep one of them")
    return found[0] if found else None


def load_manifest(path: Path) -> ManifestEntries:
    """Return the declared fields by file, as written in a manifest; empty cells are left out, "unmarked" says nothing.

    Raises UsageError naming the file, the key or the value that is wrong.
    """
    try:
        if exports.is_export(path):
            return _checked(path, exports.load(path).items())
        return _checked(path, _tables(path, "file"))
    except OSError as error:
        raise UsageError(f"the manifest {str(path)!r} cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise UsageError(f"the manifest {str(path)!r} is nested too deeply: write one table a file") from error
    except (ValueError, csv.Error) as error:  # the first also for bytes that are not UTF-8, and figures without end
        raise UsageError(f"the manifest {str(path)!r} is not understood: {one_line(str(error))}") from error


def is_about_files(path: Path) -> bool:
    """Tell whether a sheet that happens to bear a manifest's name has the column every manifest has."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = opening(stream)
        rows = csv.reader(first.splitlines(), delimiter=separator_of(first, "file"))
        return path.suffix.lower() != ".csv" or "file" in next(from_header(enumerate(rows), "file"), (0, []))[1]
    except (OSError, UnicodeDecodeError, csv.Error, StopIteration):
        return True  # whatever it says, it must not be passed over


def load_corrections(path: Path) -> ManifestEntries:
    """Return what a sheet, or a manifest, says of reports: by their ids where it has a column of them, else by file.

    A cell that is "-" says that there is no such thing. Raises UsageError as `load_manifest` does.
    """
    if path.suffix.lower() not in (".csv", ".xlsx", ".toml"):
        raise UsageError(
            f"corrections cannot be read from {str(path)!r}: name a file that ends in .csv, .xlsx or .toml"
        )
    try:
        return _checked(path, _tables(path, "report"), may_be_none=True)
    except OSError as error:
        raise UsageError(f"the sheet {str(path)!r} cannot be read: {error.strerror or error}") from error
    except (ValueError, csv.Error) as error:
        raise UsageError(f"the sheet {str(path)!r} is not understood: {one_line(str(error))}") from error


def checked_field(key: str, text: str) -> str:
    """Return a value of a field as it is kept; raises UsageError with one line for a wrong one."""
    return _value("what you typed", key, text)


def _tables(path: Path, key: str) -> Iterable[tuple[str, object]]:
    """Return the tables of a file; those of a sheet are named by the column `key` where it has one, else by "file"."""
    if path.suffix.lower() == ".xlsx":
        return _from_rows(path, _sheet_rows(path), key)
    if path.suffix.lower() != ".csv":
        return toml.parsed(path.read_text(encoding="utf-8-sig")).items()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        separator = separator_of(opening(stream), "file")
        stream.seek(0)
        rows = csv.reader(stream, delimiter=separator)
        return _from_rows(path, ((rows.line_num, row) for row in rows), key)


def _sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    for row in first_sheet.rows(path):
        for what in row.wrong.values():
            advice = "open it in a spreadsheet program, mend that and save it"
            raise UsageError(f"the manifest {str(path)!r} has {what}: {advice}")
        yield row.number, row.texts


def _from_rows(path: Path, lines: Iterator[tuple[int, list[str]]], key: str) -> list[tuple[str, object]]:
    rows = from_header(lines, "file")
    _, heads = next(rows, (0, []))
    if "file" not in heads:
        raise UsageError(f"the manifest {str(path)!r} has no column 'file': add one")
    named = key if key in heads else "file"
    for head in heads:
        if head and head != "file" and head not in REMARKS:
            _known_key(path, "", head)
    found: list[tuple[str, object]] = []
    for number, row in rows:
        cells = {head: value for head, value in zip(heads, row, strict=False) if value.strip()}
        # A comma without quotation marks moves the cells behind it: a mark might stand where nobody looks.
        if "" in cells or any(value.strip() for value in row[len(heads) :]):
            raise UsageError(
                f"the manifest {str(path)!r} has cells below no heading in line {number}: "
                "put quotation marks around text with commas"
            )
        names = {head: unguarded(cells.pop(head, "")) for head in ("file", *REMARKS)}
        file = names[named] or names["file"]
        if cells and not file:
            raise UsageError(f"the manifest {str(path)!r} names no file in line {number}: name one")
        if file:
            found.append((file, {head: unguarded(value) for head, value in cells.items()}))
    return found


def _checked(
    path: Path, tables: Iterable[tuple[str, object]], *, may_be_none: bool = False
) -> dict[str, dict[str, str]]:
    manifest: dict[str, dict[str, str]] = {}
    for file, table in tables:
        if not isinstance(table, Mapping):
            raise UsageError(
                f'the manifest {str(path)!r} says {file!r} outside a table: write ["file name.pdf"] above it'
            )
        fields = {
            _known_key(path, f" for {file!r}", str(key)): NONE
            if may_be_none and value == NONE
            else _value(f"the manifest {str(path)!r}", str(key), value, f" for {file!r}")
            for key, value in table.items()
        }
        if fields.get("confidentiality") == "unmarked":
            del fields["confidentiality"]
        entry = manifest.setdefault(file, {})  # a sheet may have two rows on one file: the stricter level holds
        strict = "internal" in (entry.get("confidentiality"), fields.get("confidentiality"))
        entry.update(fields)
        if strict:
            entry["confidentiality"] = "internal"
    return manifest


def _known_key(path: Path, where: str, key: str) -> str:
    if key not in FIELDS:
        near = difflib.get_close_matches(key, FIELDS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(FIELDS)}"
        raise UsageError(f"the manifest {str(path)!r} has an unknown key {key!r}{where}: {hint}")
    return key


def _value(speaker: str, key: str, value: object, where: str = "") -> str:
    text = without_controls(one_line(str(value)))
    choices = _CHOICES.get(key)
    if choices and text not in choices:
        raise UsageError(f"{speaker} says {key} = {text!r}{where}: use {', '.join(choices)}")
    if key == "date" and not _DATE.fullmatch(text):
        raise UsageError(f"{speaker} says date = {text!r}{where}: use YYYY, YYYY-MM or YYYY-MM-DD")
    return text
