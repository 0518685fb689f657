"""Writes the answers of a batch: JSONL for programs, CSV and XLSX for people and their spreadsheets."""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Any

from ...core.cells import CsvForm, begins_formula, shown, write_csv
from ...core.system.files import named_file, write_whole
from ...language.languages import has_cjk
from ...vectorstore.reading.office.first_sheet import spreadsheets

ENDINGS = (".jsonl", ".csv", ".xlsx")
Record = Mapping[str, Any]
OURS = ("each", "status", "answer", "sources", "confidence", "mode", "remark", "usd", "calls")
_WIDTHS = {"question": 40, "answer": 80, "sources": 60, "remark": 30, "each": 24}
_NARROW = 14  # characters, as all widths
_LINE, _HIGHEST_ROW = 15.0, 409.0  # points; the second by the format
_MOST_SHOWN = 28  # lines that the highest row has room for


def checked_target(path: Path) -> Path:
    """Return a path that answers can be written to; raises UsageError for a wrong ending or a missing folder."""
    named_file(path, "the answers", ENDINGS)
    if path.suffix.lower() == ".xlsx":
        spreadsheets()
    return path


def write_answers(path: Path, records: Iterable[Record], own: Sequence[str], form: CsvForm) -> None:
    """Write the lines of a batch in their order, whole or not at all; CSV in the form given.

    CSV and XLSX have the rows' own columns, named by `own`, before ours. No cell of them can act as a formula: in CSV
    a text that begins like one has an unbroken blank before it, in XLSX every text is typed as text.
    """
    writers: dict[str, Callable[[IO[bytes], Iterable[Record], Sequence[str]], None]] = {
        ".jsonl": _jsonl, ".csv": partial(_csv, form), ".xlsx": _xlsx,
    }  # fmt: skip
    write = writers[path.suffix.lower()]
    write_whole(path, lambda stream: write(stream, records, own), "the answers", advice="mend that, run again")


def _jsonl(stream: IO[bytes], records: Iterable[Record], own: Sequence[str]) -> None:
    for record in records:
        stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _csv(form: CsvForm, stream: IO[bytes], records: Iterable[Record], own: Sequence[str]) -> None:
    rows = (_cells(record, own) for record in records)
    write_csv(_Encoded(stream.write), itertools.chain([_header(own)], rows), form)


class _Encoded:
    """What a CSV writer writes to: text comes in, UTF-8 goes on."""

    def __init__(self, write: Callable[[bytes], int]) -> None:
        self._write = write

    def write(self, text: str) -> int:
        """Pass a line on."""
        return self._write(text.encode("utf-8", "replace"))


def _xlsx(stream: IO[bytes], records: Iterable[Record], own: Sequence[str]) -> None:
    openpyxl = spreadsheets()
    styles = openpyxl.styles
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("answers")
    header = _header(own)
    letters = [openpyxl.utils.get_column_letter(at) for at in range(1, len(header) + 1)]
    widths = [_WIDTHS.get(name.strip().casefold(), _NARROW) for name in header]
    for letter, width in zip(letters, widths, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    # On paper: as wide as a page, the header on each.
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    wrapped = styles.Alignment(wrap_text=True, vertical="top")

    def cell(value: Any, **style: Any) -> Any:
        made = openpyxl.cell.WriteOnlyCell(sheet)
        made.value = shown(value) if isinstance(value, str) else value
        if isinstance(value, str):
            made.data_type = "s"  # else "=…" would be a formula
            made.quotePrefix = begins_formula(value)  # else it would become one when somebody edits the cell
        made.alignment = wrapped
        for name, kind in style.items():
            setattr(made, name, kind)
        return made

    bold, shaded = styles.Font(bold=True), styles.PatternFill("solid", fgColor="DDE7EE")
    sheet.append([cell(name, font=bold, fill=shaded) for name in header])
    count = 1
    for count, record in enumerate(records, 2):
        values = _cells(record, own)
        sheet.row_dimensions[count].height = _height(values, widths)
        sheet.append([cell(value) for value in values])
    sheet.auto_filter.ref = f"A1:{letters[-1]}{count}"
    book.save(stream)


def _height(values: Sequence[Any], widths: Sequence[int]) -> float:
    """Return the points that a row needs for its wrapped text: not every program works that out by itself."""
    texts = ((value, width) for value, width in zip(values, widths, strict=True) if isinstance(value, str))
    return min(_HIGHEST_ROW, _LINE * max((_lines(text, width) for text, width in texts), default=1))


def _lines(text: str, width: int) -> int:
    wide = (line + "".join(filter(has_cjk, line)) for line in text[: _MOST_SHOWN * width].splitlines())
    return sum(max(1, -(-len(line) // width)) for line in wide) or 1


def _header(own: Sequence[str]) -> list[str]:
    taken = {name.strip().casefold() for name in own}
    ours = (f"{name} (coscribe)" if name in taken else name for name in OURS)
    return ["id", *_without_id(own), *ours]


def _without_id(own: Sequence[str]) -> list[str]:
    """Return the rows' own columns but their id, which is the first of ours."""
    return [name for name in own if name.strip().casefold() != "id"]


def _cells(record: Record, own: Sequence[str]) -> list[Any]:
    columns: Mapping[str, Any] = record["row"]
    error, cost = record["error"], record["cost"]
    return [
        record["id"], *(_scalar(columns.get(name)) for name in _without_id(own)),
        record["each"], record["status"], record["answer"], source_lines(record), record["confidence"], record["mode"],
        record["degraded"] or (error and error["message"]), cost["usd"] and Decimal(cost["usd"]), cost["calls"],
    ]  # fmt: skip


def _scalar(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value


def source_lines(record: Record) -> str:
    """Return the supported claims' citations, one a line: number, file, place and quote."""
    supported = (claim for claim in record["claims"] if claim["verdict"] == "supported")
    cited = (citation for claim in supported for citation in claim["citations"])
    lines = (
        f"[{one['number']}] {one['file']}, {one['locator']['label']}: “{' '.join(one['quote'].split())}”"
        for one in cited
    )
    return "\n".join(dict.fromkeys(lines))
