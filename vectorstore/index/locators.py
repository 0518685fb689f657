"""Where in a report something stands, in the words by which citations name it."""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from ...core.shapes import Locator

PlaceKind = Literal["page", "slide", "section", "sheet"]


@lru_cache(maxsize=4096)  # many segments stand at one place, and are read again for the next question
def locator(
    kind: PlaceKind, page: int | None, label: str, headings: str, title: str, paragraph: int | None, recognised: int
) -> Locator:
    """Return the place of a segment or passage; `headings` is JSON, `title` that of the report, which is left out."""
    path = json.loads(headings)
    if paragraph and kind == "section":
        label = f"{_section(path, title)}, para. {paragraph}"
    elif paragraph:
        label = f"{label}, row {paragraph}"
    return Locator(kind=kind, page=page, label=label, path=path, paragraph=paragraph, recognised=bool(recognised))


def whole_page(row: sqlite3.Row) -> Locator:
    """Return the place of a page as a whole, of a row with its kind, page, label and path, and the report's title."""
    path = json.loads(row["path"])
    label = _section(path, row["title"]) if row["kind"] == "section" else row["label"]
    return Locator(kind=row["kind"], page=row["page"], label=label, path=path, recognised=bool(row["recognised"]))


def _section(path: Sequence[str], title: str) -> str:
    """Return the headings above a paragraph for people, without the report's own title."""
    below = path[1:] if path and path[0] == title else path
    return f"§ {' › '.join(below)}" if below else "opening"
