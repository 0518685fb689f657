"""What a library could not read of its reports: pages without text, what a page shows beside its text, lost files."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from ...core.shapes import Locator, NotInText, UnreadablePages
from .locators import whole_page


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A page of a report: its number, for which sections are counted where a format has no pages, and its place."""

    number: int
    place: Locator


class GapFields(TypedDict):
    """What is not in the text of a report, as shapes tell it."""

    pages_without_text: list[int]
    places_without_text: list[Locator]
    unread: list[NotInText]
    left_out: list[NotInText]


def bare_pages(connection: sqlite3.Connection) -> dict[str, list[PagePlace]]:
    """Return the pages without readable text by report id."""
    found: dict[str, list[PagePlace]] = {}
    for row in _pages(connection, "p.state <> 'read'"):
        found.setdefault(row["report"], []).append(_place(row))
    return found


def fields(connection: sqlite3.Connection, reports: Iterable[str]) -> dict[str, GapFields]:
    """Return what is not in the text of each report."""
    bare, partly, parted = bare_pages(connection), unread(connection), left_out(connection)
    return {
        report: {
            "pages_without_text": [page.number for page in bare.get(report, ())],
            "places_without_text": named(page.place for page in bare.get(report, ())),
            "unread": partly.get(report, []), "left_out": parted.get(report, []),
        }
        for report in reports
    }  # fmt: skip


def named(places: Iterable[Locator]) -> list[Locator]:
    """Return places as they are told beside their numbers: none where all are pages of a PDF, which numbers name."""
    every = list(places)
    return every if any(place.kind != "page" for place in every) else []


def unread(connection: sqlite3.Connection) -> dict[str, list[NotInText]]:
    """Return, by report id, what its readable pages show and their text lacks, and what of the file was not read."""
    found = _omissions(connection, "unread")
    for row in connection.execute("SELECT id, unread FROM reports WHERE unread <> '[]'"):
        found[row["id"]].append(NotInText(page=None, what=json.loads(row["unread"])))
    return found


def left_out(connection: sqlite3.Connection) -> dict[str, list[NotInText]]:
    """Return, by report id, what stands in its file and was left out of its text on purpose."""
    return _omissions(connection, "left_out")


def unreadable(
    connection: sqlite3.Connection, files: Mapping[str, str]
) -> tuple[dict[str, UnreadablePages], list[UnreadablePages]]:
    """Return what could not be read, by report id, and the files that could not be read at all.

    `files` gives the file of each report id, in the order wanted. Files that were never read belong to no report.
    """
    bare, partly = bare_pages(connection), unread(connection)
    found = {
        report: _of_report(file, bare.get(report, ()), partly.get(report, ()))
        for report, file in files.items()
        if report in bare or report in partly
    }
    never_read = connection.execute(
        "SELECT file FROM files WHERE report IS NULL AND state IN ('skipped', 'failed') ORDER BY file"
    )
    return found, [UnreadablePages(file=row["file"]) for row in never_read]


def _of_report(file: str, bare: Iterable[PagePlace], partly: Iterable[NotInText]) -> UnreadablePages:
    places, what = {page.number: page.place for page in bare}, list[str]()
    for omission in partly:
        if omission.page is not None and omission.place is not None:
            places[omission.page] = omission.place
        what += omission.what
    ordered = sorted(places.items())
    return UnreadablePages(
        file=file, pages=[number for number, _ in ordered], what=list(dict.fromkeys(what)),
        places=named(place for _, place in ordered),
    )  # fmt: skip


def _omissions(connection: sqlite3.Connection, column: str) -> dict[str, list[NotInText]]:
    found: dict[str, list[NotInText]] = defaultdict(list)
    for row in _pages(connection, f"p.{column} <> '[]' AND p.state = 'read'"):
        page = _place(row)
        found[row["report"]].append(NotInText(page=page.number, what=json.loads(row[column]), place=page.place))
    return found


def _pages(connection: sqlite3.Connection, condition: str) -> Iterable[sqlite3.Row]:
    return connection.execute(
        f"""SELECT p.report, p.number, p.kind, p.page, p.label, p.path, p.recognised, p.unread, p.left_out, r.title
            FROM pages p JOIN reports r ON r.id = p.report WHERE {condition} ORDER BY p.report, p.number"""
    )


def _place(row: sqlite3.Row) -> PagePlace:
    return PagePlace(row["page"] or row["number"] + 1, whole_page(row))
