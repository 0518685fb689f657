"""A table of a web page as rows of cells, and how many of them name the columns."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from ..tables import Cell, expand
from .node_text import NodeText, nodes, rows_of

MOST_HEADERS = 4  # rows; a longer head is a table whose body nobody marked


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """The rows of a table and the number of those that name the columns, `None` where the page does not say.

    `cells` are set instead of rows for a table that only sets out its cells on the page.
    """

    rows: list[list[str]]
    headers: int | None = None
    cells: tuple[LexborNode, ...] = ()


def grid(table: LexborNode, words: NodeText) -> HtmlTable:
    """Read a table; of one that holds another, the outer is a frame unless it has headers itself."""
    rows = [row for row in rows_of(table) if not words.is_mute(row)]
    cells = [[cell for cell in nodes(row) if cell.tag in ("td", "th") and not words.is_mute(cell)] for row in rows]
    if _is_frame(table, cells):
        return HtmlTable([], cells=tuple(cell for row in cells for cell in row))
    texts = [[Cell(words.text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row] for row in cells]
    full = expand(texts)
    filled = [at for at, row in enumerate(texts) if any(cell.text for cell in row)]
    wide = max((len(row) for row in full), default=0)
    named = [_names_columns(cells[at], texts[at]) and len(full[at]) in (1, wide) for at in filled]
    headers = _headers([rows[at] for at in filled], [cells[at] for at in filled], named)
    return HtmlTable(full, headers)


def _is_frame(table: LexborNode, cells: list[list[LexborNode]]) -> bool:
    if table.attributes.get("role") in ("presentation", "none") or all(len(row) < 2 for row in cells):
        return True
    if all(inner.mem_id == table.mem_id for inner in table.css("table")):
        return False
    own = any(child.tag in ("thead", "caption") for child in nodes(table))
    return not own and not any(cell.tag == "th" for row in cells for cell in row)


def _headers(rows: list[LexborNode], cells: list[list[LexborNode]], named: list[bool]) -> int | None:
    in_head = 0
    while in_head < len(rows) and (parent := rows[in_head].parent) is not None and parent.tag == "thead":
        in_head += 1
    if 0 < in_head <= MOST_HEADERS and in_head < len(rows):
        return in_head
    marked = (*named, False).index(False)
    if 0 < marked <= MOST_HEADERS and marked < len(cells):
        return marked
    if marked:
        return 1
    keyed = all(row and row[0].tag == "th" and all(cell.tag == "td" for cell in row[1:]) for row in cells)
    return 0 if keyed and cells and cells[0][0].tag == "th" else None


def _names_columns(cells: list[LexborNode], texts: list[Cell]) -> bool:
    marked = [cell for cell in cells if cell.tag == "th"]
    by_row = marked and (marked[0].attributes.get("scope") or "").startswith("row") and len(marked) < 2
    blank = all(cell.tag == "th" or not text.text for cell, text in zip(cells, texts, strict=True))
    return bool(marked) and not by_row and blank


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return int(value) if re.fullmatch(r"\d{1,4}", value) else 1
