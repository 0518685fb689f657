"""Reads the answers of a batch from a CSV or XLSX file: what the cells carry, and in full what its journal does."""

import csv
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from ...core.cells import LONGEST_CELL, separator_of, unguarded
from ...core.errors import UsageError
from ...core.shapes import Mode
from ...core.text import one_line, squash
from ...vectorstore.reading.office import first_sheet
from ..batch.answer_file import OURS, source_lines
from .earlier import derived, statements
from .finding import ProblemKind
from .held import Held
from .item import Cited, Item, MarkedText, NotOurs, is_number
from .saved import item_of

_LONGEST = 16_000_000  # characters of a cell, bytes of a line of the journal
_NO_VERSIONS = "a sheet does not say which version of a report was cited, nor at which characters a quote stands"
_NO_RUN = "without the journal beside it, a sheet does not say by which calls it was made"
_CUT = "a cell was cut where the sheet's cells end: what is missing cannot be checked"


def read_csv(path: Path, places: Held) -> Iterator[Item]:
    """Yield an item for each row of a .csv file; raises NotOurs."""
    return _items(csv_rows(path, "question"), path, places)


def read_xlsx(path: Path, places: Held) -> Iterator[Item]:
    """Yield an item for each row of the first sheet of an .xlsx file; raises NotOurs."""
    return _items(_xlsx_rows(path), path, places)


def csv_rows(path: Path, first: str) -> Generator[list[str], None, None]:
    """Yield the rows of a .csv file whose first column is called `first`, as texts; raises NotOurs."""
    limit = csv.field_size_limit(_LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = stream.readline(_LONGEST)
            stream.seek(0)
            for cells in csv.reader(stream, delimiter=separator_of(header, first)):
                yield [unguarded(cell) for cell in cells]
    except UnicodeDecodeError as error:
        raise NotOurs("it is no text in UTF-8") from error
    except csv.Error as error:
        raise NotOurs(f"it is no CSV ({error})") from error
    finally:
        csv.field_size_limit(limit)


def _xlsx_rows(path: Path) -> Iterator[Sequence[Any]]:
    try:
        last = width = 0
        for row in first_sheet.rows(path):
            yield from ([] for _ in range(last + 1, row.number))  # so that rows are counted as the sheet does
            width = max(width, len(row.cells))
            yield [*row.texts, *[""] * (width - len(row.cells))]
            last = row.number
    except UsageError as error:
        raise NotOurs(str(error)) from error


def _items(rows: Iterator[Sequence[Any]], path: Path, places: Held) -> Iterator[Item]:
    header = [one_line(str(cell or "")) for cell in next(rows, [])]
    names = {name: f"{name} (coscribe)" if f"{name} (coscribe)" in header else name for name in OURS}
    missing = [name for name in ("id", "question", *names.values()) if name.casefold() not in map(str.casefold, header)]
    if missing:
        raise NotOurs(f"it has no column {missing[0]!r}, which every file of answers has")
    with _Records(path.with_name(f"{path.name}.journal")) as records:
        for number, cells in enumerate(rows, 2):
            row = dict(zip(header, ("" if cell is None else str(cell) for cell in cells), strict=False))
            if any(row.values()):
                ours = {name: row.get(column, "") for name, column in names.items()}
                about = {name.casefold(): value for name, value in row.items() if name not in names.values()}
                where = f"row {number} ({one_line(about.get('id', ''))}), "
                yield _item(ours, about, where, records, places)


def _item(
    ours: Mapping[str, str], about: Mapping[str, str], where: str, records: "_Records", places: Held
) -> Item:  # fmt: skip
    kept = records.of(about["question"])
    for record in kept:
        if _same(ours["answer"], record["answer"]) and _same(ours["sources"], source_lines(record)):
            return _with_cells(item_of(record, f"{where.rpartition(' (')[0]}, "), ours, record)
    mode: Mode = "drafted" if ours["mode"] == "drafted" else "evidence"
    cited, problems = _sources(ours["sources"], where, places)
    if any(str(record["id"]) == about["id"] for record in kept):
        problems.append(("report", "its answer or sources are not those that the journal beside it holds"))
    is_cut = any(len(cell) >= LONGEST_CELL - 1 and cell.endswith("…") for cell in ours.values())
    failed = ours["status"] == "failed"
    told = tuple(statements(ours["answer"]))
    states_nothing = ours["status"] == "abstained" or (not cited and any(one.is_by_code for one in told[:1]))
    passage = MarkedText(f"{where}answer", told)
    return Item(
        where=where, mode=mode, passages=(passage,), cited=tuple(cited),
        assertions=tuple(derived(told, mode, cited, passage.where)),
        states_nothing=states_nothing, problems=tuple(problems),
        unproven=(_NO_VERSIONS, _NO_RUN, *([_CUT] if is_cut else [])) if not failed else (),
    )  # fmt: skip


def _with_cells(item: Item, ours: Mapping[str, str], record: Mapping[str, Any]) -> Item:
    """Return the item of a record, with a problem for each cell that says something else than the record."""
    cost = record["cost"]
    wrong: list[tuple[ProblemKind, str]] = [
        ("report", f"its {name} is {ours[name]!r}, that in the journal {record[name]!r}")
        for name in ("status", "mode")
        if ours[name] != record[name]
    ]
    wrong += [
        ("price", f"its {name} is {ours[name] or 'unknown'}, that in the journal {told or 'unknown'}")
        for name, told in (("usd", cost["usd"] or ""), ("calls", str(cost["calls"])))
        if _amount(ours[name]) != _amount(told)
    ]
    return replace(item, problems=(*item.problems, *wrong))


def _amount(cell: str) -> float | str:
    """Return a number as sheets hold it: they may write it otherwise, 0.012 as 0.0120 or 1.2E-2."""
    try:
        return float(cell)
    except ValueError:
        return cell


def _same(cell: str, told: str) -> bool:
    """Tell whether a cell shows a text, as far as its sheet could hold it."""
    if len(told) > LONGEST_CELL and cell.endswith("…"):
        return squash(told).startswith(squash(cell[:-1]))
    return squash(cell) == squash(told)


def _sources(cell: str, where: str, places: Held) -> tuple[list[Cited], list[tuple[ProblemKind, str]]]:
    """Return what the lines of a cell cite: number, file, place and quote."""
    found: list[Cited] = []
    problems: list[tuple[ProblemKind, str]] = []
    for line in filter(None, cell.splitlines()):
        number, _, rest = line.strip().partition(" ")
        place, _, quote = rest.partition(": “")
        if not (number[:1] == "[" and number[-1:] == "]" and is_number(number[1:-1]) and quote):
            problems.append(("report", f"a line of its sources is not as coscribe writes it: {one_line(line)[:80]!r}"))
            continue
        file = (
            next((file for file in places.files() if place.startswith(f"{file}, ")), None) or place.partition(", ")[0]
        )
        label, at = place[len(file) + 2 :], f"{where}sources, {number}"
        found.append(Cited(at, int(number[1:-1]), file, label, quote.removesuffix("”")))
    return found, problems


class _Records:
    """The journal beside a sheet, if there is one: its records by question, read again when they are wanted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts: dict[str, list[int]] = {}
        self._stream: BinaryIO | None = None

    def __enter__(self) -> "_Records":
        if self._path.is_file():
            self._stream = self._path.open("rb")
            while line := self._stream.readline(_LONGEST):
                record = _record(line)
                if record is not None:
                    self._starts.setdefault(squash(str(record["question"])), []).append(self._stream.tell() - len(line))
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def of(self, question: str) -> list[dict[str, Any]]:
        """Return the records of a question that are whole, the last one first."""
        found = []
        for start in reversed(self._starts.get(squash(question), [])):
            if self._stream is not None:
                self._stream.seek(start)
                found.append(_record(self._stream.readline(_LONGEST)))
        return [record for record in found if record is not None and _is_whole(record)]


def _is_whole(record: dict[str, Any]) -> bool:
    try:
        item_of(record, "")
    except NotOurs:
        return False
    return True


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)["record"]
        return record if {"id", "question", "answer", "claims"} <= record.keys() else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # cut off, damaged, or a note on the output
