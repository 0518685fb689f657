"""The file a library is handed over in: a zip archive with the rows of each table, vectors, and a manifest of all that.

Rows travel, never stores: what is taken over is put into tables of our own, and neither SQLite nor Tantivy nor Chroma
ever opens a file that somebody else has made.
"""

import sqlite3
from collections.abc import Iterable

from ...core.errors import LibraryError
from ...core.shapes import Shape
from ...core.types import Level

FORMAT = 1
ENDING = ".zip"
MANIFEST = "manifest.json"
VECTORS = "vectors.bin"  # rows as in the flat files of a library, by report and passage
ELSEWHERE = "handed-over"  # in place of the folder that a file was read from
# By table, which column says what report a row is of, and what the rows of a report are ordered by.
TABLES = {
    "reports": ("id", "id"), "files": ("report", "path"), "versions": ("report", "version"),
    "pages": ("report", "number"), "passages": ("report", "first"), "segments": ("report", "id"),
    "recognised": ("version", "number"),
}  # fmt: skip
LONGEST = 64_000_000  # bytes of a row


class Member(Shape):
    """A member of the archive: its name, how long it is unpacked, and its SHA-256."""

    name: str
    bytes: int
    sha256: str


class HeldReport(Shape):
    """A report in the archive; `embedded` tells whether the vectors of its passages came along, all that it has."""

    report: str
    file: str
    title: str
    organisation: str | None
    region: str | None
    date: str | None
    confidentiality: Level
    pages: int | None
    passages: int
    embedded: bool


class BundleManifest(Shape):
    """What stands in `manifest.json`; `catalogue` is the format of the rows.

    `embedder` made the vectors, which have `dimension` numbers; both are empty where none came along. `left_out` counts
    the internal reports that stayed behind, `unreadable` the files that nobody could read.
    """

    format: int
    catalogue: int
    embedder: str
    dimension: int
    left_out: int
    unreadable: int
    reports: list[HeldReport]
    members: list[Member]


class Exported(Shape):
    """What `export --json` prints; `left_out` names the files of internal reports that stayed."""

    file: str
    bytes: int
    sha256: str
    reports: list[HeldReport]
    unreadable: int
    left_out: list[str]
    embedder: str


class Imported(Shape):
    """What `import --json` prints; `left_out` counts internal reports that whoever exported it kept back."""

    library: str
    reports: list[HeldReport]
    passages: int
    unreadable: int
    left_out: int
    embedder: str


def columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the columns of a table with their types, in order; none where there is no such table."""
    return {row["name"]: row["type"] for row in connection.execute(f"PRAGMA table_info({table})")}


def rows_name(table: str) -> str:
    """Return the name of the member with the rows of a table."""
    return f"{table}.jsonl"


def levels_of(reports: Iterable[HeldReport]) -> dict[Level, int]:
    """Return how many of some reports there are of each level, the levels that occur in rising order."""
    listed = [report.confidentiality for report in reports]
    order: tuple[Level, ...] = ("public", "unmarked", "internal")
    return {level: listed.count(level) for level in order if level in listed}


def refused(source: object, why: str) -> LibraryError:
    """Return the error for a file that is not taken over."""
    return LibraryError(f"{str(source)!r} is not taken over ({why}): have the library exported again")
