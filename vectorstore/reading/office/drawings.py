"""What lies over the cells of a sheet or belongs to it: text boxes, charts, comments, embedded files."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml import parse_xml

from ..raised import lowered, raised
from .graphics import CHART, DRAWING, RELATION, part_id, words

ANCHORS = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
THREADED = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SHEET_NAME = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!(),]+))!")
LARGEST = 20_000_000  # bytes of a part


@dataclass(slots=True)
class SheetExtras:
    """Lines of text, each with the row it stands at; `unread` and `left_out` as of a page.

    `is_drawn` tells that something lies over the cells, be it a picture without words.
    """

    lines: list[tuple[int, str]] = field(default_factory=list)
    tables: list[tuple[int, list[list[str]]]] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    left_out: dict[str, None] = field(default_factory=dict)
    is_drawn: bool = False


def extras(archive: zipfile.ZipFile, part: str, seen: frozenset[str]) -> SheetExtras:
    """What belongs to the sheet in this part of the archive; `seen` are the names of the sheets that are not hidden."""
    found = SheetExtras()
    for kind, target in relations(archive, part).values():
        if kind == "drawing":
            _drawing(archive, target, seen, found)
        elif kind in ("comments", "threadedComment"):
            _comments(archive, target, found)
        elif kind in ("oleObject", "package"):
            found.unread[f"an embedded file {posixpath.basename(target)!r}"] = None
    return found


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The kind and the target of each relation of a part, by its identity; those to other files are left out."""
    folder, name = posixpath.split(part.lstrip("/"))
    root = _xml(archive, f"{folder}/_rels/{name}.rels".lstrip("/"))
    if root is None:
        return {}
    found = {}
    for one in root.iter(f"{PACKAGE}Relationship"):
        target = one.get("Target", "")
        if one.get("TargetMode") != "External" and target:
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[one.get("Id", "")] = (one.get("Type", "").rsplit("/", 1)[-1], place.lstrip("/"))
    return found


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name."""
    main = next((target for kind, target in relations(archive, "").values() if kind == "officeDocument"), "")
    root = _xml(archive, main)
    targets = relations(archive, main)
    if root is None:
        return {}
    sheets = root.iter(f"{SPREADSHEET}sheet")
    return {one.get("name", ""): targets.get(one.get(f"{RELATION}id", ""), ("", ""))[1] for one in sheets}


def _xml(archive: zipfile.ZipFile, part: str) -> Any:
    try:
        if archive.getinfo(part).file_size > LARGEST:
            return None
        return parse_xml(archive.read(part))
    except KeyError:
        return None


def _drawing(archive: zipfile.ZipFile, part: str, seen: frozenset[str], found: SheetExtras) -> None:
    root = _xml(archive, part)
    if root is None:
        return
    targets = relations(archive, part)
    for anchor in root:
        found.is_drawn = True
        first = anchor.find(f"{ANCHORS}from/{ANCHORS}row")
        row = int(first.text or 0) + 1 if first is not None else 1
        for element in _elements(anchor):
            if element.tag == f"{ANCHORS}txBody":
                lines = [(row, text) for paragraph in element if (text := _paragraph(paragraph))]
                if lines and _is_hidden(element):
                    found.left_out["hidden text"] = None
                else:
                    found.lines.extend(lines)
            elif (relation := part_id(element)) in targets:
                _graphic(archive, targets[relation][1], row, seen, found)


def _elements(parent: Any) -> Iterator[Any]:
    for child in parent:
        if isinstance(child.tag, str) and child.tag != ALTERNATIVE:
            yield child
            yield from _elements(child)


def _is_hidden(body: Any) -> bool:
    return any(one.get("hidden") in ("1", "true") for one in body.getparent().iter(f"{ANCHORS}cNvPr"))


def _paragraph(paragraph: Any) -> str:
    text = ""
    for run in paragraph:
        if run.tag == f"{DRAWING}br":
            text += " "
        if run.tag not in (f"{DRAWING}r", f"{DRAWING}fld"):
            continue
        words_of = "".join(run.itertext(f"{DRAWING}t"))
        settings = run.find(f"{DRAWING}rPr")
        base = int(settings.get("baseline", "0").rstrip("%") or 0) if settings is not None else 0
        if settings is not None and settings.get("strike", "noStrike") != "noStrike":
            continue
        text += raised(words_of, text) if base > 0 else lowered(words_of, text) if base < 0 else words_of
    return " ".join(text.split())


def _graphic(archive: zipfile.ZipFile, part: str, row: int, seen: frozenset[str], found: SheetExtras) -> None:
    """The title of a chart and the labels of a diagram; the values of a chart that no sheet shows."""
    root = _xml(archive, part)
    if root is None:
        return
    lines, rows = words(archive.read(part))
    titles = [*lines, *("".join(one.itertext(f"{DRAWING}t")) for axis in _axes(root) for one in axis)]
    found.lines.extend((row, line) for line in dict.fromkeys(" ".join(title.split()) for title in titles) if line)
    sheets = {
        (name["quoted"] or name["plain"]).replace("''", "'")
        for formula in root.iter(f"{CHART}f")
        for name in SHEET_NAME.finditer(formula.text or "")
    }
    if rows and not (sheets and sheets <= seen):
        found.tables.append((row, rows))


def _axes(root: Any) -> Iterator[list[Any]]:
    area = root.find(f"{CHART}chart/{CHART}plotArea")
    for axis in area if area is not None else ():
        yield list(axis.iterchildren(f"{CHART}title"))


def _comments(archive: zipfile.ZipFile, part: str, found: SheetExtras) -> None:
    root = _xml(archive, part)
    if root is None:
        return
    for comment in root.iter(f"{SPREADSHEET}comment", f"{THREADED}threadedComment"):
        row = re.search(r"\d+", comment.get("ref", ""))
        pieces = comment.itertext(f"{SPREADSHEET}t", f"{THREADED}text")
        text = " ".join("".join(pieces).split())
        if text and not text.startswith("[Threaded comment]"):  # a note to programs that do not know the kind
            found.lines.append((int(row[0]) if row else 1, text))
