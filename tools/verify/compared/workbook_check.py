"""Reads the sheets of a matrix, of changes and of a check: by the JSON that they carry, or that stands beside them."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ....core.errors import ReadFailure, UsageError
from ....vectorstore.reading.office import first_sheet
from ...align.files.cell_rows import COLUMNS, JUDGED, PEOPLES, cell_rows
from ...align.files.matrix_book import matrix_sheets
from ...align.matrix import AlignmentMatrix
from ...changes.answer_changes import AnswerChanges
from ...changes.change_files import sheets_of
from ...changes.changed import Changes
from ...check.check_files import check_sheets
from ...check.checked_draft import CheckedDraft
from ...publish.sidecar import sidecar
from ...publish.workbook import carried_in
from ..finding import ProblemKind
from ..held import Held
from ..item import Item, NotOurs
from ..saved import Finished, made_of, parsed, saved_item
from ..table_file import csv_rows, read_csv, read_xlsx
from .sheet_rows import WrittenSheet, changes_in

_FIRST = next(iter(COLUMNS))  # the first column of a matrix
_LARGEST = 256_000_000  # bytes
_MOST = 40  # changes that are named one by one
_Rows = Sequence[tuple[int, Sequence[str]]]


def read_workbook(path: Path, places: Held) -> Iterator[Item]:
    """Yield the one item of a workbook that says what it was made of, or those of the answers of a batch."""
    try:
        carried = carried_in(path)
    except ReadFailure as error:
        raise NotOurs(str(error)) from error
    if carried is None:
        yield from read_xlsx(path, places)
        return
    made, _ = made_of(parsed(carried.encode()))
    yield _checked(made, [change for one in _written(made) for change in changes_in(one, _rows(path, one.name))])


def read_table(path: Path, places: Held) -> Iterator[Item]:
    """Yield the one item of a sheet of cells, by the JSON beside it, or those of the answers of a batch."""
    beside = sidecar(path)
    with closing(csv_rows(path, _FIRST)) as rows:
        heads = next(rows, [])
    if not {"topic", "roadmap", "stance", "quotes"} <= set(heads):
        yield from read_csv(path, places)
        return
    if not beside.is_file() or beside.stat().st_size > _LARGEST:
        raise NotOurs(f"the JSON that belongs beside it, {beside.name!r}, is missing")
    made, _ = made_of(parsed(beside.read_bytes()))
    if not isinstance(made, AlignmentMatrix):
        raise NotOurs(f"the JSON beside it, {beside.name!r}, is that of something else")
    written = WrittenSheet("", [list(COLUMNS), *cell_rows(made)])
    yield _checked(made, list(changes_in(written, list(enumerate(csv_rows(path, _FIRST), 1)))))


def _checked(made: Finished, changes: Sequence[str]) -> Item:
    item = saved_item(made)
    named: list[tuple[ProblemKind, str]] = [("report", change) for change in changes[:_MOST]]
    if len(changes) > _MOST:
        named.append(("report", f"{len(changes) - _MOST} more cells are not as they were published"))
    return replace(item, problems=(*item.problems, *named))


def _written(made: Finished) -> Iterator[WrittenSheet]:
    if isinstance(made, Changes | AnswerChanges):
        yield from (WrittenSheet(name, rows) for name, rows in sheets_of(made).items())
    elif isinstance(made, CheckedDraft):
        yield from (WrittenSheet(name, rows) for name, rows in check_sheets(made).items())
    elif isinstance(made, AlignmentMatrix):
        for name, rows in matrix_sheets(made).items():
            yield WrittenSheet(name, rows, PEOPLES if tuple(rows[0]) == tuple(JUDGED) else ())
    else:
        raise NotOurs("it carries what no workbook is made of")


def _rows(path: Path, name: str) -> _Rows:
    """Return the rows of a sheet; none where somebody deleted it. A formula is nothing that we wrote."""
    try:
        return [
            (row.number, [f"({row.wrong[at]})" if at in row.wrong else text for at, text in enumerate(_texts(row))])
            for row in first_sheet.rows(path, name.casefold())
        ]
    except UsageError:
        return []


def _texts(row: first_sheet.PlainRow) -> list[str]:
    return [*row.texts, *[""] * (max(row.wrong, default=-1) + 1 - len(row.cells))]
