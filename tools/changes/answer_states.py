"""Reads the answers of a batch back from its output, as far as they are compared: JSONL, CSV or XLSX."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.cells import from_header, opening, separator_of, unguarded
from ...core.errors import UsageError
from ...core.text import one_line
from ...vectorstore.reading.office import first_sheet
from ..batch.answer_file import ENDINGS, OURS, source_lines
from .answer_changes import AnswerState

_LONGEST = 16_000_000  # characters of a cell, bytes of a line
_ADVICE = f"name what `coscribe batch` wrote, a file that ends in {', '.join(ENDINGS)}"


def is_answer_file(name: str) -> bool:
    """Tell whether a name is that of a file of answers."""
    return Path(name).suffix.lower() in ENDINGS


def read_answers(path: Path) -> list[AnswerState]:
    """Return the answers of a file in its order; raises UsageError where it is none that `batch` wrote."""
    try:
        if path.suffix.lower() == ".jsonl":
            return list(_lines(path))
        rows = _csv_rows(path) if path.suffix.lower() == ".csv" else _sheet_rows(path)
        return list(_answers(rows, path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"the answers in {str(path)!r} cannot be read ({reason}): check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{str(path)!r} is not in UTF-8: {_ADVICE}") from error
    except csv.Error as error:
        raise UsageError(f"{str(path)!r} is no CSV ({error}): {_ADVICE}") from error


def _lines(path: Path) -> Iterator[AnswerState]:
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(_LONGEST), b""), 1):
            if line.strip():
                try:
                    yield _of_record(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                    raise UsageError(f"line {number} of {str(path)!r} is no answer: {_ADVICE}") from error


def _of_record(record: Mapping[str, Any]) -> AnswerState:
    return AnswerState(
        id=str(record["id"]), question=one_line(str(record["question"])), each=one_line(str(record.get("each") or "")),
        status=str(record["status"]), answer=str(record["answer"]), sources=_sources(source_lines(record)),
    )  # fmt: skip


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    limit = csv.field_size_limit(_LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            separator = separator_of(opening(stream), "question")
            stream.seek(0)
            for number, cells in enumerate(csv.reader(stream, delimiter=separator), 1):
                yield number, list(map(unguarded, cells))
    finally:
        csv.field_size_limit(limit)


def _sheet_rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    for row in first_sheet.rows(path):
        yield row.number, row.texts


def _answers(rows: Iterator[tuple[int, Sequence[Any]]], path: Path) -> Iterator[AnswerState]:
    table = from_header(rows, "question")
    header = [one_line(str(cell)) for cell in next(table, (0, []))[1]]
    ours = {name: f"{name} (coscribe)" if f"{name} (coscribe)" in header else name for name in OURS}
    places = {name.casefold(): at for at, name in enumerate(header)}
    wanted = {
        "id": "id",
        "question": "question",
        **{name: ours[name] for name in ("each", "status", "answer", "sources")},
    }
    if missing := next((name for name in wanted.values() if name.casefold() not in places), None):
        raise UsageError(f"{str(path)!r} has no column {missing!r}, which every file of answers has: {_ADVICE}")
    for _, cells in table:
        if any(cells):
            told = {
                name: str(cells[at]) if (at := places[column.casefold()]) < len(cells) else ""
                for name, column in wanted.items()
            }
            sources = _sources(told.pop("sources"))
            yield AnswerState(**{**told, "question": one_line(told["question"])}, sources=sources)


def _sources(cell: str) -> tuple[str, ...]:
    """Return the lines of a cell of sources without their numbers, which change with what stands above."""
    return tuple(dict.fromkeys(line.partition(" ")[2] for line in cell.splitlines() if line.strip()))
