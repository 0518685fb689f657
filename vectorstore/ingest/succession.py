"""Which report replaces which: by the file it names, or by the title."""

import sqlite3
from collections.abc import Sequence

from ...core.text import as_named, fold


def newer_editions(rows: Sequence[sqlite3.Row]) -> dict[str, str]:
    """Return the newer report by the older one, from what their `supersedes` names: an id, a file or a title."""
    newer: dict[str, str] = {}
    for row in rows:
        for other in rows if row["supersedes"] else ():
            ends = f"/{as_named(other['file'])}".endswith(f"/{as_named(row['supersedes'])}")
            named = ends or other["id"] == row["supersedes"] or _is_older_of_title(other, row)
            if named and other["id"] != row["id"]:
                newer[other["id"]] = row["id"]
    return newer


def _is_older_of_title(other: sqlite3.Row, newer: sqlite3.Row) -> bool:
    """Tell whether a report has the title that a newer one says it replaces."""
    known = other["date"] and newer["date"] and other["date"] < newer["date"]
    return bool(known) and fold(other["title"]) == fold(newer["supersedes"])
