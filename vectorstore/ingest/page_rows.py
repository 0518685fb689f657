"""The rows of a report's text in the catalogue: its pages, and the passages and segments that they are cut into."""

import json
import sqlite3
from collections.abc import Sequence

from ..index.damage import seal
from ..reading.page import Page
from .passages import passages
from .segments import Cut


def clear(connection: sqlite3.Connection, report: str) -> None:
    """Delete the rows of a report's text."""
    for table in ("pages", "passages", "segments"):
        connection.execute(f"DELETE FROM {table} WHERE report = ?", (report,))
    # From "/" to what follows it: the seals of this report's pages.
    connection.execute("DELETE FROM meta WHERE key > ? AND key < ?", (f"seal/{report}/", f"seal/{report}0"))


def write_pages(connection: sqlite3.Connection, report: str, pages: Sequence[Page]) -> None:
    """Store pages, each with the seal that tells later whether it is as it was written."""
    connection.executemany(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (report, number, page.kind, page.page, page.label, json.dumps(page.path, ensure_ascii=False),
             page.state, page.notes, json.dumps(page.breaks), page.text, json.dumps(page.unread),
             json.dumps(page.left_out), page.recognised)
            for number, page in enumerate(pages)
        ],
    )  # fmt: skip
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)",
        [
            (f"seal/{report}/{number}", seal((page.kind, page.page, page.label,
             json.dumps(page.path, ensure_ascii=False), page.state, page.text)))
            for number, page in enumerate(pages)
        ],
    )  # fmt: skip


def write_cuts(
    connection: sqlite3.Connection, report: str, name: str, pages: Sequence[Page], cuts: Sequence[Cut]
) -> None:
    """Store passages, named after `name`, and segments; links between these become ids, which no other ever had."""
    base = connection.execute(
        """SELECT max(coalesce((SELECT max(id) FROM segments), 0),
               coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_segment'), 0)) + 1"""
    ).fetchone()[0]
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('last_segment', ?)", (str(base + len(cuts)),))
    passage_of: dict[int, str] = {}
    for count, passage in enumerate(passages(pages, cuts), start=1):
        passage_of.update(dict.fromkeys(range(passage.first, passage.last + 1), f"{name}#{count}"))
        connection.execute(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (f"{name}#{count}", report, passage.page, passage.first, passage.last, passage.start, passage.end,
             json.dumps(passage.path, ensure_ascii=False)),
        )  # fmt: skip
    connection.executemany(
        f"INSERT INTO segments VALUES ({', '.join('?' * 14)})",
        [
            (base + item.position, report, item.position, passage_of[item.position], item.page, item.block,
             item.kind, item.start, item.end, item.paragraph, item.paragraph_start,
             *(None if link is None else base + link for link in (item.lead_in, item.header, item.continues)))
            for item in cuts
        ],
    )  # fmt: skip
