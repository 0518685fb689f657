"""Reads the sheet of partners: CSV or XLSX, with a column for whom each form is for."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from ...core.cells import from_header, opening, separator_of, unguarded
from ...core.errors import UsageError
from ...core.text import one_line, without_controls
from ...core.types import Level
from ...vectorstore.reading.office import first_sheet
from .form_labels import form_languages
from .made_form import FormPartner

_NAMES = ("organisation", "name")
_KNOWN = ("region", "language", "topic", "confidentiality")


def read_partners(path: Path) -> tuple[list[FormPartner], list[str]]:
    """Return the partners in their order, and the columns that were not read: people's names and addresses are not.

    Raises UsageError for a sheet that cannot be read, an empty one, one without a column `organisation` (or `name`),
    a value that is not known, and two partners of one name.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(f"partners cannot be read from {str(path)!r}: name a file that ends in .csv or .xlsx")
    try:
        rows = _sheet(path) if path.suffix.lower() == ".xlsx" else _csv(path)
        (_, header), *body = [(number, [one_line(cell) for cell in row]) for number, row in rows] or [(0, [])]
    except OSError as error:
        raise UsageError(f"the partners {str(path)!r} cannot be read: {error.strerror or error}") from error
    except (ValueError, csv.Error) as error:
        raise UsageError(f"the partners {str(path)!r} are not understood: {one_line(str(error))}") from error
    heads = [head.casefold() for head in header]
    named = next((name for name in _NAMES if name in heads), None)
    if named is None:
        raise UsageError(f"the partners {str(path)!r} have no column 'organisation': add one")
    cells = ((number, dict(zip(heads, row, strict=False))) for number, row in body if any(row))
    partners = [_partner(path, number, row, named) for number, row in cells]
    if not partners:
        raise UsageError(f"the partners {str(path)!r} name nobody: write one partner a row")
    _refuse_twins(path, partners)
    return partners, [head for head in header if head and head.casefold() not in (named, *_KNOWN)]


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        column = next((name for name in _NAMES if name in opening(stream).casefold()), _NAMES[0])
        stream.seek(0)
        separator = separator_of(opening(stream), column)
        stream.seek(0)
        rows = csv.reader(stream, delimiter=separator)
        yield from _below(((rows.line_num, [unguarded(cell) for cell in row]) for row in rows), column)


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    yield from _below(((row.number, row.texts) for row in first_sheet.rows(path)), _NAMES[0])


def _below(rows: Iterable[tuple[int, list[str]]], column: str) -> Iterator[tuple[int, list[str]]]:
    yield from ((number, [str(cell) for cell in row]) for number, row in from_header(rows, column))


def _partner(path: Path, number: int, row: dict[str, str], named: str) -> FormPartner:
    told = {name: without_controls(row.get(name, "")) for name in (named, *_KNOWN)}
    where = f"in line {number} of {str(path)!r}"
    if not told[named]:
        raise UsageError(f"there is no {named} {where}: name the partner")
    language = told["language"].lower().split("-")[0] or "en"
    if language not in form_languages():
        raise UsageError(f"language = {told['language']!r} {where}: use {', '.join(form_languages())}")
    level = told["confidentiality"] or "unmarked"
    if level not in get_args(Level):
        raise UsageError(f"confidentiality = {level!r} {where}: use {', '.join(get_args(Level))}")
    return FormPartner.model_validate({
        "organisation": told[named], "region": told["region"] or None, "language": language, "topic": told["topic"],
        "confidentiality": level,
    })  # fmt: skip


def _refuse_twins(path: Path, partners: list[FormPartner]) -> None:
    seen: dict[str, str] = {}
    for one in partners:
        if one.key in seen:
            raise UsageError(f"the partners {str(path)!r} name {one.organisation!r} twice: keep one row for each")
        seen[one.key] = one.organisation
