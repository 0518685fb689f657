"""What people say about their files: `reports.toml` or `reports.csv` beside them, which wins over any guess."""

import csv
import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from ..core.errors import UsageError
from ..core.text import one_line, without_controls
from ..core.types import Level

NAMES = ("reports.toml", "reports.csv")
FIELDS = (
    "title",
    "organisation",
    "region",
    "date",
    "kind",
    "status",
    "supersedes",
    "language",
    "confidentiality",
)
_CHOICES = {
    "kind": (
        "roadmap",
        "strategy",
        "advisory",
        "technical",
        "law",
        "contribution",
        "talk",
        "minutes",
        "other",
    ),
    "status": ("draft", "adopted", "superseded", "unknown"),
    "confidentiality": get_args(Level),
}
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
Declared = Mapping[str, Mapping[str, str]]


def find_manifest(folder: Path) -> Path | None:
    """Return the manifest of a folder, or `None`; raise UsageError when it holds both kinds."""
    found = [folder / name for name in NAMES if (folder / name).is_file()]
    if len(found) > 1:
        raise UsageError(f"{str(folder)!r} holds reports.toml and reports.csv: keep one of them")
    return found[0] if found else None


def load_manifest(path: Path) -> Declared:
    """Return the declared fields by file, as written in a manifest; empty cells are left out.

    Raises UsageError naming the file, the key or the value that is wrong.
    """
    try:
        if path.suffix.lower() == ".csv":
            return _checked(path, _from_csv(path))
        return _checked(path, tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UsageError(f"the manifest {str(path)!r} cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise UsageError(f"the manifest {str(path)!r} is nested too deeply: write one table a file") from error
    except (ValueError, csv.Error) as error:  # the first also for bytes that are not UTF-8, and figures without end
        raise UsageError(f"the manifest {str(path)!r} is not understood: {one_line(str(error))}") from error


def declared_for(manifest: Declared, file: str) -> dict[str, str]:
    """Return what a manifest declares for a file: by its relative path, else by its bare name."""
    return dict(manifest.get(file) or manifest.get(file.rsplit("/", 1)[-1]) or {})


def _from_csv(path: Path) -> dict[str, object]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        if "file" not in (rows.fieldnames or ()):
            raise UsageError(f"the manifest {str(path)!r} has no column 'file': add one")
        for key in rows.fieldnames or ():
            if key and key != "file":
                _known_key(path, "", key)
        return {
            row["file"]: {key: value for key, value in row.items() if key in FIELDS and value and value.strip()}
            for row in rows
            if row["file"]
        }


def _checked(path: Path, tables: Mapping[str, object]) -> dict[str, dict[str, str]]:
    manifest: dict[str, dict[str, str]] = {}
    for file, table in tables.items():
        if not isinstance(table, Mapping):
            raise UsageError(
                f'the manifest {str(path)!r} says {file!r} outside a table: write ["file name.pdf"] above it'
            )
        manifest[file] = {
            _known_key(path, f" for {file!r}", str(key)): _value(path, file, str(key), value)
            for key, value in table.items()
        }
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
