"""What a library could not read of its reports: pages without text, what a page shows beside its text, lost files."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from ...core.shapes import NotInText, UnreadablePages


def bare_pages(connection: sqlite3.Connection) -> dict[str, list[int]]:
    """Return the pages without readable text by report id; where a format has no pages, sections are counted."""
    found: dict[str, list[int]] = {}
    for row in connection.execute(
        "SELECT report, number, page FROM pages WHERE state <> 'read' ORDER BY report, number"
    ):
        found.setdefault(row["report"], []).append(row["page"] or row["number"] + 1)
    return found


def unread(connection: sqlite3.Connection) -> dict[str, list[NotInText]]:
    """Return, by report id, what its readable pages show and their text lacks, and what of the file was not read.

    Where a format has no pages, sections are counted.
    """
    found = _omissions(connection, "unread")
    for row in connection.execute("SELECT id, unread FROM reports WHERE unread <> '[]'"):
        found[row["id"]].append(NotInText(page=None, what=json.loads(row["unread"])))
    return found


def left_out(connection: sqlite3.Connection) -> dict[str, list[NotInText]]:
    """Return, by report id, what stands in its file and was left out of its text on purpose."""
    return _omissions(connection, "left_out")


def unreadable(
    connection: sqlite3.Connection, files: Mapping[str, str], wanted: Collection[str] | None
) -> list[UnreadablePages]:
    """Return what could not be read of the `wanted` reports, and the files that could not be read at all.

    `files` gives the file of each report id, in the order wanted; `None` wants all. Files that were never read belong
    to no report and are always included.
    """
    bare, partly = bare_pages(connection), unread(connection)
    found = [
        _of_report(file, bare.get(report, ()), partly.get(report, ()))
        for report, file in files.items()
        if (report in bare or report in partly) and (wanted is None or report in wanted)
    ]
    never_read = connection.execute(
        "SELECT file FROM files WHERE report IS NULL AND state IN ('skipped', 'failed') ORDER BY file"
    )
    return found + [UnreadablePages(file=row["file"]) for row in never_read]


def _of_report(file: str, bare: Iterable[int], partly: Iterable[NotInText]) -> UnreadablePages:
    pages, what = set(bare), list[str]()
    for omission in partly:
        if omission.page is not None:
            pages.add(omission.page)
        what += omission.what
    return UnreadablePages(file=file, pages=sorted(pages), what=list(dict.fromkeys(what)))


def _omissions(connection: sqlite3.Connection, column: str) -> dict[str, list[NotInText]]:
    found: dict[str, list[NotInText]] = defaultdict(list)
    for row in connection.execute(
        f"SELECT report, number, page, {column} AS what FROM pages WHERE {column} <> '[]' AND state = 'read' "
        "ORDER BY report, number"
    ):
        found[row["report"]].append(NotInText(page=row["page"] or row["number"] + 1, what=json.loads(row["what"])))
    return found
