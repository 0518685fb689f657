"""Words and figures inside the charts and diagrams of Word and PowerPoint files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml import parse_xml

from .numerals import shown

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
NEW_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
DIAGRAM_SHAPES = "{http://schemas.microsoft.com/office/drawing/2008/diagram}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
NAMES = {f"{CHART}chart": "a chart", f"{NEW_CHART}chart": "a chart", f"{DIAGRAM}relIds": "a diagram"}


@dataclass(frozen=True, slots=True)
class Graphic:
    """What a chart or diagram says: lines, the rows of a table, and its name where it says nothing that is read."""

    lines: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    unread: str = ""


def part_id(element: Any) -> str:
    """The relation under which the part of a chart or diagram reference is found; "" for any other element."""
    if element.tag not in NAMES:
        return ""
    return str(element.get(f"{RELATION}{'dm' if element.tag == f'{DIAGRAM}relIds' else 'id'}", ""))


def is_graphic(element: Any) -> bool:
    """Whether an element refers to a chart or a diagram, which are parts of their own."""
    return element.tag in NAMES


def read(element: Any, parts: Mapping[str, Any]) -> Graphic:
    """Read the chart or diagram that `element` refers to; `parts` are those of its page by relation."""
    part = parts.get(part_id(element))
    if part is None:
        return Graphic(unread=NAMES[element.tag])
    lines, rows = words(part.blob)
    is_diagram = element.tag == f"{DIAGRAM}relIds"
    if is_diagram and not lines:
        lines = _drawn(parse_xml(part.blob), parts)
    return Graphic(lines, rows, "" if rows or (is_diagram and lines) else NAMES[element.tag])


def words(blob: bytes) -> tuple[list[str], list[list[str]]]:
    """The lines of text and the table of a chart or diagram part.

    A chart gives its titles, and a row for each category under a header row of the series; a diagram its labels.
    """
    root = parse_xml(blob)
    if root.tag == f"{CHART}chartSpace":
        return list(_titles(root, CHART)), _table(root)
    if root.tag == f"{NEW_CHART}chartSpace":
        return list(_titles(root, NEW_CHART)), _new_table(root)
    return _labels(root), []


def _words(element: Any) -> str:
    return "".join(element.itertext(f"{DRAWING}t")).strip()


def _titles(root: Any, room: str) -> Iterator[str]:
    for title in root.iter(f"{room}title"):
        yield "".join(title.itertext(f"{DRAWING}t", f"{CHART}v", f"{NEW_CHART}v")).strip()


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
    data = series.find(f"{CHART}{name}")
    if data is None:
        return {}
    levels = [dict(_values(level)) for level in data.iter(f"{CHART}lvl")]
    if len(levels) < 2:
        return dict(_values(data))
    points = levels[0]  # the innermost; an outer one stands only where it begins
    for level in levels[1:]:
        outer = ""
        for place in sorted(points):
            outer = level.get(place, outer)
            points[place] = f"{outer}, {points[place]}" if outer else points[place]
    return points


def _values(data: Any) -> Iterator[tuple[int, str]]:
    code = data.findtext(f".//{CHART}numCache/{CHART}formatCode") or ""
    for point in data.iter(f"{CHART}pt"):
        place = point.get("idx", "0")
        if place.isdigit():
            yield int(place), _shown("".join(point.itertext(f"{CHART}v")).strip(), point.get("formatCode") or code)
    for plain in data.iterchildren(f"{CHART}v"):
        yield 0, plain.text or ""


def _shown(text: str, code: str) -> str:
    """A value as the chart shows it: 0.125 as 12.5% where it is formatted so."""
    if not code or code == "General":
        return text
    try:
        return shown(float(text), code)
    except (ValueError, OverflowError):
        return text


def _new_table(root: Any) -> list[list[str]]:
    """The data of the newer charts: a column for each kind of text or figure."""
    columns = []
    for data in root.iter(f"{NEW_CHART}strDim", f"{NEW_CHART}numDim"):
        for level in data.iterchildren(f"{NEW_CHART}lvl"):
            columns.append([(point.text or "").strip() for point in level.iterchildren(f"{NEW_CHART}pt")])
    length = max(map(len, columns), default=0)
    names = ["".join(one.itertext(f"{NEW_CHART}v")) for one in root.iter(f"{NEW_CHART}txData")]
    header = [""] * (len(columns) - len(names)) + names if len(columns) >= len(names) else []
    rows = [[column[at] if at < len(column) else "" for column in columns] for at in range(length)]
    return [header, *rows] if any(header) and rows else rows


def _labels(root: Any) -> list[str]:
    """The labels of a diagram in the order of its branches, those that hang on none at the end."""
    points = {point.get("modelId", ""): point for point in root.iter(f"{DIAGRAM}pt")}
    branches: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(f"{DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "0")
            target = (int(order) if order.isdigit() else 0, link.get("destId", ""))
            branches.setdefault(link.get("srcId", ""), []).append(target)
    open_ = [key for key, point in points.items() if point.get("type") == "doc"]
    ordered: dict[str, None] = {}
    while open_:
        key = open_.pop()
        if key not in ordered:
            ordered[key] = None
            open_.extend(target for _, target in sorted(branches.get(key, []), reverse=True))
    keys = [*ordered, *(key for key in points if key not in ordered)]
    lines = [_words(line) for key in keys if key in points for line in points[key].iter(f"{DRAWING}p")]
    return list(filter(None, lines))


def _drawn(root: Any, parts: Mapping[str, Any]) -> list[str]:
    """The labels in the drawing that is kept beside the data of a diagram."""
    for model in root.iter(f"{DIAGRAM_SHAPES}dataModelExt"):
        part = parts.get(model.get("relId", ""))
        if part is not None:
            return list(filter(None, map(_words, parse_xml(part.blob).iter(f"{DRAWING}p"))))
    return []
