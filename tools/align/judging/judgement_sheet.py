"""The sheet `judgements` of a person's workbook, read row by row; what is not understood is named, and all of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ....core.cells import from_header
from ....core.errors import UsageError
from ....core.system.disk import explained
from ....core.text import fold, one_line, without_controls
from ....vectorstore.reading.office import archive, first_sheet
from ..matrix import Judgement, Stance
from ..matrix_page import SIGNS, STANCES

SHEET = "judgements"
_NEEDED = ("cell", "evidence", "stance")
_READ = (*_NEEDED, "topic", "roadmap", "editor", "comment", "date")
_BETWEEN = " | "  # topic and roadmap in the name of a cell
_TAKEN_BACK = "-"
_MOST_ROWS = 20_000
_LONGEST_NAME = 200  # characters of an editor's name
_DATES = ("%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y")
_SLASHED = ("%d/%m/%Y", "%m/%d/%Y")  # which of both depends on the country


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row that says something: what, at which `place`, and what its topic and roadmap name, "" where they do not.

    `is_unnamed` tells that the person is called after the file; `is_withdrawn`, that a judgement is taken back.
    """

    judgement: Judgement
    place: str
    beside: str = ""
    is_unnamed: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class JudgedSheets:
    """The rows of several workbooks, and a line on each thing that was not understood in them."""

    rows: tuple[JudgedRow, ...]
    problems: tuple[str, ...]


class _Wrong(Exception):
    """A cell cannot be understood; the message says why and what to do."""


def read_sheets(paths: Sequence[Path]) -> JudgedSheets:
    """Return the rows of workbooks, each file once; a file that cannot be read is one of the problems."""
    rows: list[JudgedRow] = []
    problems: list[str] = []
    unnamed: dict[str, str] = {}
    for path in dict.fromkeys(one.expanduser().resolve() for one in paths):
        try:
            found, wrong = _read(path)
        except UsageError as error:
            problems.append(str(error))
            continue
        rows += found
        problems += wrong
        if any(row.is_unnamed for row in found):
            before = unnamed.setdefault(fold(path.stem), str(path))
            if before != str(path):
                problems.append(
                    f"{before!r} and {str(path)!r} would both be of {path.stem!r}: write names into their column editor"
                )
    return JudgedSheets(tuple(rows), tuple(problems))


def stance_of_word(text: str) -> Stance | None:
    """Return the stance that a person wrote, in any case, with its sign or without, "plan" as well as "plans"."""
    told = one_line(text)
    sign, _, rest = told.partition(" ")
    words = fold(rest if sign in SIGNS.values() and rest else told).replace("_", " ").replace("-", " ")
    return next((one for one, name in STANCES.items() if words in (name, name.removesuffix("s"))), None)


def day_of(text: str) -> str:
    """Return a date as "2026-03-12", a month or a year as it is; raises ValueError for no date, and for an unsure one.

    Which number is the month is unsure in "03/04/2026".
    """
    told = one_line(text)
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", told):
        return told
    with suppress(ValueError):
        return datetime.fromisoformat(told).date().isoformat()
    found = {day for form in _DATES if (day := _in_form(told, form))}
    found = found or {day for form in _SLASHED if (day := _in_form(told, form))}
    if len(found) != 1:
        raise ValueError(text)
    return found.pop()


def _in_form(text: str, form: str) -> str:
    with suppress(ValueError):
        return datetime.strptime(text, form).date().isoformat()
    return ""


def _read(path: Path) -> tuple[list[JudgedRow], list[str]]:
    """Return the rows of one workbook and what is wrong with others; raises UsageError where none can be read."""
    rows = [row for row in _opened(path) if not row.is_blank]
    if len(rows) > _MOST_ROWS:
        raise UsageError(f"{str(path)!r} has more than {_MOST_ROWS:,} rows of judgements: name the right file")
    merged = [row for row in rows if not row.cells]
    table = from_header(((row.number, row.cells) for row in rows if row.cells), "cell")
    first, names = next(table, (0, ()))
    heads = [fold(one_line(str(name))) if name is not None else "" for name in names]
    _check_heads(path, heads)
    body = [row for row in rows if row.cells and row.number > first]
    body += [row for row in merged if row.number > first]
    found: list[JudgedRow] = []
    problems: list[str] = []
    for row in body:
        try:
            found += _judged(row, heads, path)
        except _Wrong as wrong:
            problems.append(f"row {row.number} of {path.name!r}: {wrong}")
    return found, problems


def _opened(path: Path) -> Iterator[first_sheet.PlainRow]:
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path.name!r} is no workbook that is read here: save it as .xlsx, without macros")
    with explained(f"judgements cannot be read from {str(path)!r}", "check the path"):
        if archive.has_macros(path):
            raise UsageError(f"{path.name!r} holds macros: save it as .xlsx without them")
        yield from first_sheet.rows(path, SHEET)


def _check_heads(path: Path, heads: Sequence[str]) -> None:
    for name in _NEEDED:
        if name not in heads:
            raise UsageError(
                f"the sheet {SHEET!r} of {path.name!r} has no column {name!r}: bring back what `align -o` wrote"
            )
    if twice := next((name for name in _READ if heads.count(name) > 1), None):
        raise UsageError(f"the sheet {SHEET!r} of {path.name!r} has two columns {twice!r}: rename one")


def _judged(row: first_sheet.PlainRow, heads: Sequence[str], path: Path) -> Iterator[JudgedRow]:
    """Yield what a row says, if anything: rows that only name their cell are not filled in yet."""
    for at, wrong in row.wrong.items():
        if at < len(heads) and heads[at] in _READ:
            raise _Wrong(f"it has {wrong}: put in what it shows, and save the file")
    told = {name: without_controls(text).strip() for name, text in zip(heads, row.texts, strict=False) if name in _READ}
    stance, comment = told.get("stance", ""), told.get("comment", "")
    if not stance and not comment:
        return
    beside = _BETWEEN.join((told.get("topic", ""), told.get("roadmap", "")))
    beside = one_line(beside) if told.get("topic") and told.get("roadmap") else ""
    editor = one_line(told.get("editor", ""))
    if len(editor) > _LONGEST_NAME:
        raise _Wrong(f"the editor has {len(editor):,} characters: write a name")
    yield JudgedRow(
        Judgement(
            cell=_cell(told, beside), editor=editor or path.stem, stance=_stance(stance), comment=comment,
            date=_date(told.get("date", "")), evidence=told.get("evidence", "").lower(), file=path.name,
        ),
        f"row {row.number} of {path.name!r}", beside, not editor, stance == _TAKEN_BACK,
    )  # fmt: skip


def _cell(told: Mapping[str, str], beside: str) -> str:
    cell = one_line(told["cell"]) or beside
    if not cell:
        raise _Wrong("it names no cell: write TOPIC | ROADMAP into its column cell, or empty the row")
    if _BETWEEN not in cell:
        raise _Wrong(f"{cell[:80]!r} is no cell: write TOPIC | ROADMAP, as another row does")
    return cell


def _stance(text: str) -> Stance | None:
    if not text or text == _TAKEN_BACK:
        return None
    stance = stance_of_word(text)
    if stance is None:
        raise _Wrong(f"{one_line(text)[:80]!r} is no stance: write one of {', '.join(STANCES.values())}")
    return stance


def _date(text: str) -> str | None:
    try:
        return day_of(text) if text else None
    except ValueError as error:
        raise _Wrong(f"{one_line(text)[:40]!r} is no date that is understood: write it as 2026-03-12") from error
