"""The cells of a sheet as it shows them: raised runs, and what is hidden, struck or of the ground's colour left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from typing import Any

from ..encoding import tidy
from ..raised import lowered, raised
from .numerals import shown
from .text.symbols import UNKNOWN

LARGE = 50_000_000  # bytes of a sheet that is looked through for what openpyxl leaves out when it streams
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
PAINTED = re.compile(rb"<(?:\w+:)?(?:tablePart|conditionalFormatting|picture)\b")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
WIDEST = 5_000  # cells that one merged area may fill
COVERED = 200_000  # cells that all of a sheet's together may fill
WHITES = (1, 9)  # of the numbered colours
BUILT_IN = 64  # numbered colours; the ground's among them

Covered = dict[int, dict[int, tuple[int, int]]]


class _Uncomputed:
    """Stands for the value of a formula that was never computed."""


UNCOMPUTED = _Uncomputed()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds something: its number in the sheet, its cells, and how many of them the file itself fills.

    `place` counts the rows that are seen, so that rows stay neighbours where one between them is hidden.
    """

    number: int
    place: int
    cells: list[str]
    filled: int


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How the cells of one style show what they hold."""

    number_format: str
    struck: bool
    white: bool
    on_white: bool


@dataclass(slots=True)
class SheetRows:
    """The rows of a sheet; `beyond` is the first row that was not read any more, 0 where all were.

    `uncomputed` are the cells, such as "B7", that are seen and hold a formula whose value the file lacks.
    """

    rows: list[SheetRow] = field(default_factory=list)
    beyond: int = 0
    uncomputed: list[str] = field(default_factory=list)
    left_out: dict[str, None] = field(default_factory=dict)


def rows_of(sheet: Any, most: int) -> SheetRows:
    """Read up to `most` rows that hold something, from a sheet that openpyxl has opened for reading alone."""
    with sheet._get_source() as source:
        data = source.read(LARGE + 1)
    part = data if len(data) <= LARGE else b""
    with sheet._get_source() as source:
        return _Reader(sheet, source, part).read(most)


def cell_parser(sheet: Any, source: Any, *, rich_text: bool) -> Any:
    """What goes through the rows of a sheet; the value of a formula that has none is UNCOMPUTED."""
    reader: Any = import_module("openpyxl.worksheet._reader")
    book = sheet.parent
    parser = reader.WorkSheetParser(
        source, sheet._shared_strings, data_only=True, epoch=book.epoch, date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats, rich_text=rich_text,
    )  # fmt: skip
    is_due = book.calculation is not None and bool(book.calculation.fullCalcOnLoad)
    parser.parse_cell = partial(_cell, parser.parse_cell, (reader.FORMULA_TAG, reader.VALUE_TAG), is_due)
    return parser


class _Reader:
    """Goes through the rows of one sheet."""

    def __init__(self, sheet: Any, source: Any, part: bytes) -> None:
        self._book = sheet.parent
        self._styles: dict[int, CellStyle] = {}
        self._merged = _merged(part)
        self._is_plain = bool(part) and not PAINTED.search(part)  # white words are white on white here
        self._found = SheetRows()
        self._parser = cell_parser(sheet, source, rich_text=True)

    def read(self, most: int) -> SheetRows:
        found = self._found
        texts: dict[tuple[int, int], str] = {}
        hidden_rows = 0
        for number, made in self._parser.parse():
            is_hidden = self._is_hidden(self._parser.row_dimensions.get(str(number), {}), "ht")
            hidden_rows += is_hidden
            places: dict[int, str] = {cell["column"]: text for cell in made if (text := self._text(cell))}
            for column, origin in self._merged.get(number, {}).items():
                if origin == (number, column):
                    texts[origin] = places.get(column, "")
            if not places:
                continue
            if is_hidden:
                found.left_out["hidden rows"] = None
                continue
            if len(found.rows) == most:
                found.beyond = number
                break
            if row := self._row(number, number - hidden_rows, places, texts):
                found.rows.append(row)
                found.uncomputed += self._uncomputed(number, made, places)
        return found

    def _uncomputed(self, number: int, made: list[dict[str, Any]], places: dict[int, str]) -> list[str]:
        """The cells of a row that show a formula without a value."""
        columns = [cell["column"] for cell in made if cell["value"] is UNCOMPUTED and cell["column"] in places]
        return [f"{column_letter(column)}{number}" for column in columns if column not in self._hidden_columns]

    def _row(
        self, number: int, place: int, places: dict[int, str], texts: dict[tuple[int, int], str]
    ) -> SheetRow | None:
        columns = self._hidden_columns
        if columns and any(column in columns for column in places):
            self._found.left_out["hidden columns"] = None
        filled = sum(column not in columns for column in places)
        if not filled:
            return None
        for column, origin in self._merged.get(number, {}).items():
            places.setdefault(column, texts.get(origin, ""))
        cells = [places.get(column, "") for column in range(1, max(places) + 1) if column not in columns]
        return SheetRow(number, place, cells, filled)

    def _text(self, made: dict[str, Any]) -> str:
        value = made["value"]
        if value is None:
            return ""
        style = self._style(int(made["style_id"]))
        if value is UNCOMPUTED:
            text = UNKNOWN
        else:
            text = self._rich(value, style) if isinstance(value, list | tuple) else shown(value, style.number_format)
        if not text:
            return ""
        hides = style.number_format.count(";") > 2 and not style.number_format.replace(";", "").strip()
        if hides or (style.white and style.on_white and self._is_plain):
            self._found.left_out["hidden text"] = None
            return ""
        if style.struck:
            self._found.left_out["struck text"] = None
            return ""
        return tidy(_unescaped(text)) if isinstance(value, str | list | tuple) else text

    def _rich(self, runs: Any, style: CellStyle) -> str:
        """The words of runs that are set in different ways."""
        text = ""
        for run in runs:
            font = getattr(run, "font", None)
            words = str(run)
            if font is None:
                text += words
            elif font.strike and words.strip():
                self._found.left_out["struck text"] = None
            elif _is_white(font.color) and style.on_white and self._is_plain and words.strip():
                self._found.left_out["hidden text"] = None
            elif font.vertAlign == "superscript":
                text += raised(words, text)
            elif font.vertAlign == "subscript":
                text += lowered(words, text)
            else:
                text += words
        return " ".join(text.split())

    def _style(self, number: int) -> CellStyle:
        if number not in self._styles:
            book = self._book
            array = book._cell_styles[number]
            font, fill = book._fonts[array.fontId], book._fills[array.fillId]
            formats: Any = import_module("openpyxl.styles.numbers")
            custom = array.numFmtId - formats.BUILTIN_FORMATS_MAX_SIZE
            name = book._number_formats[custom] if custom >= 0 else formats.BUILTIN_FORMATS.get(array.numFmtId, "")
            kind = getattr(fill, "fill_type", None)
            on_white = kind in (None, "none") or (kind == "solid" and _is_white(fill.fgColor))
            self._styles[number] = CellStyle(name or "General", bool(font.strike), _is_white(font.color), on_white)
        return self._styles[number]

    @cached_property
    def _hidden_columns(self) -> frozenset[int]:
        """The columns that are not seen; they stand before the rows in the file."""
        spans = self._parser.column_dimensions.values()
        hidden = [span for span in spans if self._is_hidden(span, "width")]
        if not hidden:
            return frozenset()
        return frozenset(at for span in hidden for at in range(int(span["min"]), min(int(span["max"]), 16_384) + 1))

    @staticmethod
    def _is_hidden(attributes: dict[str, Any], size: str) -> bool:
        return attributes.get("hidden") in ("1", "true") or attributes.get(size) in ("0", "0.0")


def column_letter(column: int) -> str:
    """How a column is called, counted from 1: "B", "AA"."""
    return str(import_module("openpyxl.utils").get_column_letter(column))


def _cell(parse: Any, tags: tuple[str, str], is_due: bool, element: Any) -> Any:
    """What openpyxl makes of a cell, or the sign for a formula without a value.

    A file that `is_due` to be computed when it is opened often holds 0 for all that its writer did not compute.
    """
    made = parse(element)
    formula, value = tags
    if element.find(formula) is not None:
        stored = element.find(value)
        is_blank = made["value"] is None and (stored is None or element.get("t") != "str")
        if is_blank or (is_due and stored is not None and stored.text == "0" and element.get("t", "n") == "n"):
            made["value"] = UNCOMPUTED
    return made


def _merged(part: bytes) -> Covered:
    """For each row and column that a merged area covers, the row and column of the cell that holds its text."""
    range_boundaries: Any = import_module("openpyxl.utils").range_boundaries
    covered: Covered = {}
    total = 0
    for found in MERGED.finditer(part):
        left, top, right, bottom = range_boundaries(found[1].decode())
        size = (right - left + 1) * (bottom - top + 1)
        total += size
        if size > WIDEST or total > COVERED:
            continue
        for row in range(top, bottom + 1):
            covered.setdefault(row, {}).update(dict.fromkeys(range(left, right + 1), (top, left)))
    return covered


def _is_white(color: Any) -> bool:
    if color is None:
        return False
    if color.type == "rgb":
        return isinstance(color.rgb, str) and color.rgb.upper().endswith("FFFFFF")
    if color.type == "theme":
        return color.theme == 0 and not color.tint
    return color.type == "indexed" and color.indexed in WHITES


def _unescaped(text: str) -> str:
    """Signs that cannot stand in XML are written by their number."""
    if "_x" not in text:
        return text
    return " ".join(ESCAPED.sub(lambda found: _sign(int(found[1], 16)), text).split())


def _sign(number: int) -> str:
    return chr(number) if number >= 32 and not 0xD800 <= number < 0xE000 else " "


def neighbours(rows: list[SheetRow]) -> Iterator[list[SheetRow]]:
    """Rows without an empty one between them."""
    begin = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at].place != rows[at - 1].place + 1:
            yield rows[begin:at]
            begin = at
