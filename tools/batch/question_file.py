"""Reads a file of questions as a whole, and says of every row whether it can be asked."""

import csv
import difflib
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...core.cells import BYTE_ORDER_MARK, CsvForm, from_header, opening, separator_of, unguarded
from ...core.errors import UsageError
from ...core.text import askable, one_line, without_controls
from ...core.types import EVERYTHING, Scope
from ...vectorstore.reading.office import first_sheet

ENDINGS = (".csv", ".jsonl", ".xlsx")
_LONGEST_ID = 200
_LONGEST_LINE = 16_000_000  # bytes of JSONL
_NARROWING = ("report", "region", "organisation", "published_from", "published_to")
_KNOWN = ("id", "question", *_NARROWING)
_NONE_WRONG: Mapping[int, Mapping[int, str]] = {}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question of a file: `number` counts from 1 below the header, `place` is where the file has it.

    `columns` are the row's own, as written. `problem` says why the row cannot be asked.
    """

    number: int
    place: str
    id: str
    question: str
    columns: dict[str, Any]
    scope: Scope = EVERYTHING
    problem: str | None = None


class _Wrong(Exception):
    """A row cannot be asked; the text says why."""


@dataclass(frozen=True, slots=True)
class _Record:
    """What stands at one place of the file, before it is judged."""

    place: str
    columns: dict[str, Any]
    problem: str | None = None


def read_questions(path: Path) -> tuple[list[QuestionRow], list[str]]:
    """Return the rows of a CSV, JSONL or XLSX file, and remarks on its columns.

    A wrong row has a problem and harms no other. Raises UsageError where the file as a whole cannot be understood:
    it is missing, of another kind, empty, without a column `question`, or it is open where one row ends.
    """
    reader = {".csv": _csv, ".jsonl": _jsonl, ".xlsx": _xlsx}.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"questions cannot be read from {str(path)!r}: name a file that ends in {', '.join(ENDINGS)}")
    if path.exists() and not path.is_file():
        raise UsageError(f"{str(path)!r} is {'a folder' if path.is_dir() else 'no file'}: name a file of questions")
    try:
        records = list(reader(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"the questions in {str(path)!r} cannot be read ({reason}): check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{str(path)!r} is not in UTF-8: save it as CSV UTF-8 (comma delimited)") from error
    if not records:
        raise UsageError(f"{str(path)!r} holds no questions: write one a row, below a header with 'question'")
    if all(record.problem and not record.columns for record in records):  # random bytes, say: no row of it is one
        raise UsageError(f"{str(path)!r} holds no questions ({records[0].place}: {records[0].problem})")
    names = list(dict.fromkeys(name for record in records for name in record.columns))
    if "question" not in map(_key, names):
        raise UsageError(f"{str(path)!r} has no column 'question', only {_listed(names)}: name one so")
    return _without_repeats(_row(number, record) for number, record in enumerate(records, 1)), _remarks(names)


def csv_form(path: Path) -> CsvForm:
    """Return the form of CSV in which answers to a file of questions are written.

    From CSV they have its separator. They have a byte order mark, which Excel needs, unless the questions are CSV that
    shows by its other letters that it is read without one. Raises UsageError where the file cannot be read.
    """
    if path.suffix.lower() != ".csv":
        return CsvForm(is_marked=True)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the questions in {str(path)!r} cannot be read ({error}): check the path") from error
    return CsvForm(
        separator_of(opening(io.StringIO(text)), "question"), text.startswith(BYTE_ORDER_MARK) or text.isascii()
    )


def _listed(names: list[str]) -> str:
    return ", ".join(repr(one_line(name)[:40]) for name in names[:8]) or "empty ones"


def _remarks(names: list[str]) -> list[str]:
    """Return a line for each column that is spelled almost like one that narrows a row, and so narrows nothing."""
    found = []
    for name in names:
        near = difflib.get_close_matches(_key(name), _KNOWN, 1, 0.8)
        if near and _key(name) not in _KNOWN:
            found.append(f"column {one_line(name)!r} narrows nothing: did you mean {near[0]!r}?")
    return found


def _key(name: str) -> str:
    return name.strip().casefold()


def _row(number: int, record: _Record) -> QuestionRow:
    told = {_key(name): value for name, value in record.columns.items() if _key(name) in _KNOWN}
    row = QuestionRow(number, record.place, str(number), "", record.columns)
    try:
        row = replace(row, id=_id(told.get("id")) or row.id)
        if record.problem:
            raise _Wrong(record.problem)
        row = replace(row, question=_question(told.get("question")))
        return replace(row, scope=_scope(told))
    except _Wrong as wrong:
        return replace(row, problem=str(wrong))


def _id(value: Any) -> str:
    text = one_line(without_controls(_text(value, "id")))
    if len(text) > _LONGEST_ID:
        raise _Wrong(f"the id has {len(text):,} characters: {_LONGEST_ID} are the most")
    return text


def _question(value: Any) -> str:
    try:
        text = one_line(askable(_text(value, "question")))
    except UsageError as error:
        raise _Wrong(str(error)) from error
    if not text:
        raise _Wrong("the question is empty: write one, or delete the row")
    return text


def _scope(told: dict[str, Any]) -> Scope:
    return Scope(
        reports=_several(told, "report"), regions=_several(told, "region"),
        organisations=_several(told, "organisation"), published_from=_year(told, "published_from"),
        published_to=_year(told, "published_to"),
    )  # fmt: skip


def _several(told: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return the values of a cell, which are parted by semicolons, or of a JSON list."""
    value = told.get(name)
    cells = value if isinstance(value, list) else [value]
    parts = (part.strip() for cell in cells for part in _text(cell, name).split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _year(told: dict[str, Any], name: str) -> int | None:
    text = _text(told.get(name), name).strip()
    if text and not (text.isascii() and text.isdigit() and len(text) == 4):
        raise _Wrong(f"{name} is {text[:40]!r}: write a year like 2026")
    return int(text) if text else None


def _text(value: Any, name: str) -> str:
    if isinstance(value, dict | list):
        raise _Wrong(f"{name} is no text but a JSON {'object' if isinstance(value, dict) else 'list'}")
    return "" if value is None else str(value)


def _without_repeats(rows: Iterable[QuestionRow]) -> list[QuestionRow]:
    """Return the rows, each further one of the same id with a problem."""
    first: dict[str, QuestionRow] = {}
    found = []
    for row in rows:
        earlier = first.setdefault(row.id, row)
        if earlier is not row and row.problem is None:
            row = replace(row, problem=f"the id {row.id!r} is that of row {earlier.number} already: give it another")
        found.append(row)
    return found


def _csv(path: Path) -> Iterator[_Record]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            separator = separator_of(opening(stream), "question")
            stream.seek(0)
            # Strict, because after a quote left open nobody knows where rows end.
            yield from _table(_lines(csv.reader(stream, delimiter=separator, strict=True), path), path, "line")
    finally:
        csv.field_size_limit(limit)


def _lines(reader: Any, path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield each row with the line it begins on."""
    begins = 1
    try:
        for cells in reader:
            yield begins, list(map(unguarded, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{str(path)!r} is no CSV from line {begins} on ({error}): mend its quotes") from error


def _table(
    rows: Iterable[tuple[int, list[Any]]], path: Path, unit: str, wrong: Mapping[int, Mapping[int, str]] = _NONE_WRONG
) -> Iterator[_Record]:
    """Yield a record for each row below the header; rows without any cell are none.

    `wrong` says, by row and column, which cells cannot be read: a row with one of those that we need has a problem.
    """
    filled = ((number, cells) for number, cells in rows if number in wrong or any(cell is not None for cell in cells))
    table = from_header(filled, "question")
    header = [one_line(str(cell)) if cell is not None else "" for cell in next(table, (0, []))[1]]
    keys = [_key(name) for name in header if name]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise UsageError(f"{str(path)!r} has two columns {twice!r}: rename one")
    for number, cells in table:
        extra = [cell for cell in cells[len(header) :] if cell not in (None, "")]
        columns = {name: cell for name, cell in zip(header, cells, strict=False) if name}
        problem = None
        if extra:
            problem = f"it has {len(cells)} cells below a header of {len(header)}: quote cells that hold a separator"
        needed = (told for at, told in wrong.get(number, {}).items() if at < len(header) and _key(header[at]) in _KNOWN)
        if told := next(needed, None):
            problem = f"it has {told}: open the file in a spreadsheet program, mend that and save it"
        yield _Record(f"{unit} {number}", columns, problem)


def _jsonl(path: Path) -> Iterator[_Record]:
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), 1):
            if len(line) == _LONGEST_LINE:
                raise UsageError(f"line {number} of {str(path)!r} is longer than any question: write one object a line")
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if line.strip():
                yield _object(line, f"line {number}")


def _object(line: bytes, place: str) -> _Record:
    try:
        value = json.loads(line.decode("utf-8"))
        # Half a surrogate pair is JSON, but no text that could be written again.
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except UnicodeDecodeError:
        return _Record(place, {}, "it is not in UTF-8: save the file in UTF-8")
    except (ValueError, RecursionError) as error:
        return _Record(place, {}, f"it is no JSON ({one_line(str(error))}): write one object a line")
    if not isinstance(value, dict):
        return _Record(place, {}, 'it is no JSON object: write {"question": "…"}')
    return _Record(place, value)


def _xlsx(path: Path) -> Iterator[_Record]:
    rows = list(first_sheet.rows(path))
    wrong = {row.number: row.wrong for row in rows if row.wrong}
    width = max((len(row.cells) for row in rows), default=0)
    filled = ((row.number, [*row.cells, *[None] * (width - len(row.cells))]) for row in rows)
    yield from _table(filled, path, "sheet row", wrong)
