"""The catalogue's tables and their format number."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...core.errors import LibraryError
from ...core.system.disk import has_no_room
from .damage import Connection, damaged

FIELDS = ("title", "organisation", "region", "date", "kind", "status", "supersedes", "language", "confidentiality")

CORRECTED = "corrected/"  # before a field among those declared: what a person says of it

FORMAT = 2
_UPGRADES = {  # what makes a catalogue of the format named one of the next
    1: (
        "ALTER TABLE pages ADD COLUMN unread TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE pages ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE pages ADD COLUMN recognised INTEGER NOT NULL DEFAULT 0",
        "UPDATE pages SET recognised = 1 WHERE label LIKE '% (OCR)'",
        "ALTER TABLE reports ADD COLUMN unread TEXT NOT NULL DEFAULT '[]'",
    ),
}

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every file ever handed over and how it ended; two paths of the same content lead to one report.
CREATE TABLE files (
    path TEXT PRIMARY KEY, file TEXT NOT NULL, hash TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
    reader INTEGER NOT NULL, report TEXT
) WITHOUT ROWID;

-- `guessed` is what the file says of itself, `declared` what manifests and people say; the columns are the outcome.
CREATE TABLE reports (
    id TEXT PRIMARY KEY, file TEXT NOT NULL, version TEXT NOT NULL, pages INTEGER,
    guessed TEXT NOT NULL, declared TEXT NOT NULL,
    title TEXT NOT NULL, organisation TEXT, region TEXT, date TEXT, kind TEXT NOT NULL, status TEXT NOT NULL,
    supersedes TEXT, superseded_by TEXT, language TEXT, confidentiality TEXT NOT NULL,
    unread TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;

CREATE TABLE versions (version TEXT, report TEXT, ingested TEXT NOT NULL, PRIMARY KEY (version, report)) WITHOUT ROWID;

CREATE TABLE pages (
    report TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, page INTEGER, label TEXT NOT NULL,
    path TEXT NOT NULL, state TEXT NOT NULL, notes INTEGER NOT NULL, breaks TEXT NOT NULL, text TEXT NOT NULL,
    unread TEXT NOT NULL DEFAULT '[]', left_out TEXT NOT NULL DEFAULT '[]', recognised INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (report, number)
);

CREATE TABLE passages (
    id TEXT PRIMARY KEY, report TEXT NOT NULL, number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, path TEXT NOT NULL
);
CREATE INDEX passages_of_report ON passages (report);

CREATE TABLE segments (
    id INTEGER PRIMARY KEY, report TEXT NOT NULL, position INTEGER NOT NULL, passage TEXT NOT NULL,
    number INTEGER NOT NULL, block INTEGER NOT NULL, kind TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, paragraph_start INTEGER NOT NULL, lead_in INTEGER, header INTEGER, continues INTEGER
);
CREATE INDEX segments_of_report ON segments (report, position);
CREATE INDEX segments_of_passage ON segments (passage);

-- Which report versions a leg holds: written after the leg has committed, so a crash leaves work to do, never a lie.
CREATE TABLE legs (
    leg TEXT NOT NULL, report TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (leg, report)
) WITHOUT ROWID;
"""

# What text recognition read of the pages of a version, so that none is recognised twice nor lost when its file is read
# again. Only writers look here; libraries that were made before there was such a table get it from the next of them.
RECOGNISED = """
CREATE TABLE IF NOT EXISTS recognised (
    version TEXT NOT NULL, number INTEGER NOT NULL, fingerprint TEXT NOT NULL, engine TEXT NOT NULL, page BLOB NOT NULL,
    PRIMARY KEY (version, number)
);
CREATE INDEX IF NOT EXISTS recognised_alike ON recognised (fingerprint)"""


def connect(path: str) -> Connection:
    """Return a connection that waits for a writer instead of failing, and whose rows know their columns.

    Raises LibraryError when the file is no catalogue or cannot be opened.
    """
    try:
        connection = open_connection(path)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        full = has_no_room(Path(path).parent, error)
        advice = "free some space on its disk" if full else "restore it, or move it away and ingest again"
        raise LibraryError(f"the catalogue {path!r} cannot be opened ({error}): {advice}") from error
    return connection


def open_connection(path: str, *, is_uri: bool = False) -> Connection:
    """Return the connection to a path, or to an address of SQLite's."""
    connection = sqlite3.connect(
        path, timeout=30, isolation_level=None, check_same_thread=False, uri=is_uri, factory=Connection
    )
    connection.path = path
    connection.row_factory = sqlite3.Row
    return connection


def prepare(connection: Connection) -> None:
    """Create the tables where there are none; raise LibraryError when a newer coscribe made them."""
    connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            _refuse_foreign(connection)
            for statement in TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
    upgrade(connection)
    check_format(connection)
    for statement in RECOGNISED.split(";\n"):
        connection.execute(statement)


def upgrade(connection: Connection) -> None:
    """Bring tables of an earlier format to this one, all of it or nothing; those of any other stay as they are."""
    if connection.execute("PRAGMA user_version").fetchone()[0] not in _UPGRADES:
        return
    with transaction(connection):  # another process may have been faster
        while (found := connection.execute("PRAGMA user_version").fetchone()[0]) in _UPGRADES:
            for statement in _UPGRADES[found]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {found + 1}")


def check_format(connection: Connection, *, is_read_only: bool = False) -> None:
    """Raise LibraryError unless the tables have the format this version reads."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found < FORMAT and is_read_only:
        raise LibraryError(
            f"the library has format {found}, this coscribe reads {FORMAT}, and it is read-only: run `coscribe ingest` "
            "where it can be written"
        )
    if found > FORMAT:
        raise LibraryError(f"the library has format {found}, this coscribe reads {FORMAT}: upgrade coscribe")
    if found == 0:
        _refuse_foreign(connection)
    if found < FORMAT:
        raise LibraryError("the library was never finished: run `coscribe ingest PATH` again")


def _refuse_foreign(connection: Connection) -> None:
    """Raise LibraryError where a file without our format has tables all the same: somebody else made it."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise damaged(connection.path, "it holds the tables of another program")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one write transaction: all of it is kept, or nothing."""
    with connection:  # commits, or rolls back
        connection.execute("BEGIN IMMEDIATE")
        yield
