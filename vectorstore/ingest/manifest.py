"""Manifests: `reports.toml` or `reports.csv`, in which people say what their files are; they win over any guess."""

import csv
import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO, get_args

from ...core import toml
from ...core.cells import separator_of, unguarded
from ...core.errors import UsageError
from ...core.shapes import Level
from ...core.text import one_line, without_controls
from ..index.schema import FIELDS

NAMES = ("reports.toml", "reports.csv")
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
        if path.suffix.lower() == ".csv":
            return _checked(path, _from_csv(path))
        return _checked(path, toml.parsed(path.read_text(encoding="utf-8-sig")).items())
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
            return path.suffix.lower() != ".csv" or "file" in next(csv.reader(stream, delimiter=_separator(stream)), ())
    except (OSError, UnicodeDecodeError, csv.Error):
        return True  # whatever it says, it must not be passed over


def _separator(stream: TextIO) -> str:
    """Return what parts the columns of a sheet: a spreadsheet program may have saved it with another sign than ours."""
    header = stream.readline()
    stream.seek(0)
    return separator_of(header, "file")


def _from_csv(path: Path) -> list[tuple[str, object]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, delimiter=_separator(stream))
        heads = next(rows, [])
        if "file" not in heads:
            raise UsageError(f"the manifest {str(path)!r} has no column 'file': add one")
        for key in heads:
            if key and key != "file":
                _known_key(path, "", key)
        found: list[tuple[str, object]] = []
        for row in rows:
            cells = {key: value for key, value in zip(heads, row, strict=False) if value.strip()}
            file = unguarded(cells.pop("file", ""))
            # A comma without quotation marks moves the cells behind it: a mark might stand where nobody looks.
            if "" in cells or any(value.strip() for value in row[len(heads) :]):
                raise UsageError(
                    f"the manifest {str(path)!r} has cells below no heading in line {rows.line_num}: "
                    "put quotation marks around text with commas"
                )
            if cells and not file:
                raise UsageError(f"the manifest {str(path)!r} names no file in line {rows.line_num}: name one")
            if file:
                found.append((file, {key: unguarded(value) for key, value in cells.items()}))
        return found


def _checked(path: Path, tables: Iterable[tuple[str, object]]) -> dict[str, dict[str, str]]:
    manifest: dict[str, dict[str, str]] = {}
    for file, table in tables:
        if not isinstance(table, Mapping):
            raise UsageError(
                f'the manifest {str(path)!r} says {file!r} outside a table: write ["file name.pdf"] above it'
            )
        fields = {
            _known_key(path, f" for {file!r}", str(key)): _value(path, file, str(key), value)
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


def _value(path: Path, file: str, key: str, value: object) -> str:
    text = without_controls(one_line(str(value)))
    choices = _CHOICES.get(key)
    if choices and text not in choices:
        raise UsageError(f"the manifest {str(path)!r} says {key} = {text!r} for {file!r}: use {', '.join(choices)}")
    if key == "date" and not _DATE.fullmatch(text):
        raise UsageError(
            f"the manifest {str(path)!r} says date = {text!r} for {file!r}: use YYYY, YYYY-MM or YYYY-MM-DD"
        )
    return text
