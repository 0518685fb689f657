"""Words and figures inside the charts and diagrams of Word and PowerPoint files."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def part_id(element: Any) -> str:
    """The relation under which the part of a chart or diagram reference is found; "" for any other element."""
    if element.tag == f"{CHART}chart":
        return str(element.get(f"{RELATION}id", ""))
    if element.tag == f"{DIAGRAM}relIds":
        return str(element.get(f"{RELATION}dm", ""))
    return ""


def words(blob: bytes) -> tuple[list[str], list[list[str]]]:
    """The lines of text and the table of a chart or diagram part.

    A chart gives its title, and a row for each category under a header row of the series; a diagram its labels.
    """
    root = parse_xml(blob)
    if root.tag == f"{CHART}chartSpace":
        titles = root.iterfind(f"{CHART}chart/{CHART}title")
        return ["".join(title.itertext(f"{DRAWING}t")) for title in titles], _table(root)
    return ["".join(paragraph.itertext(f"{DRAWING}t")) for paragraph in root.iter(f"{DRAWING}p")], []


def _table(root: Any) -> list[list[str]]:
    series = list(root.iter(f"{CHART}ser"))
    names = ["".join(_points(one, "tx").values()) for one in series]
    categories: dict[int, str] = {}
    for one in series:
        categories = categories or _points(one, "cat") or _points(one, "xVal")
    columns = [_points(one, "val") or _points(one, "yVal") for one in series]
    places = sorted({place for column in [categories, *columns] for place in column})
    rows = [[categories.get(place, ""), *(column.get(place, "") for column in columns)] for place in places]
    return [["", *names], *rows] if rows else []


def _points(series: Any, name: str) -> dict[int, str]:
    return {place: text for data in series.iterchildren(f"{CHART}{name}") for place, text in _values(data)}


def _values(data: Any) -> Iterator[tuple[int, str]]:
    for point in data.iter(f"{CHART}pt"):
        yield int(point.get("idx", "0")), "".join(point.itertext(f"{CHART}v")).strip()
    for plain in data.iterchildren(f"{CHART}v"):
        yield 0, plain.text or ""
