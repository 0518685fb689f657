"""The catalogue of a library that this user, or this mount, may not write to.

SQLite wants to make two side files even to read. Where they are there already, a writer is at work or was broken off:
then SQLite reads what they hold too. Where they are not, the file holds everything, and is opened as one that nobody
changes. Somebody who may write can still come along; that is told from sizes and dates, see `stamp`.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import LibraryError
from . import schema
from .damage import Connection

Stamp = tuple[tuple[int, int, int] | None, ...]  # size, date and inode of each file, `None` for none


@dataclass(frozen=True, slots=True)
class ReadOnlyConnection:
    """A connection with the stamp of the files when it was made; `is_alone` where it takes nobody for a writer."""

    connection: Connection
    stamp: Stamp
    is_alone: bool

    def is_torn(self, path: Path) -> bool:
        """Tell whether what was read may be of two states: a writer has changed the file, and nothing held it off."""
        return self.is_alone and stamp(path)[0] != self.stamp[0]


def connect(path: Path) -> ReadOnlyConnection:
    """Return a connection to the catalogue at `path`; raises LibraryError where it cannot be read."""
    before = stamp(path)
    changes, index = _beside(path, "-wal"), _beside(path, "-shm")
    is_alone = before[1] is None or not before[1][0]
    if not is_alone and not index.exists():
        raise LibraryError(
            f"the library is read-only, and {str(changes)!r} holds changes that were never merged: run "
            "`coscribe reports` once where it can be written"
        )
    try:
        address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}"
        connection = schema.open_connection(address, is_uri=True)
        connection.path = str(path)
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        raise LibraryError(
            f"the catalogue {str(path)!r} cannot be read ({error}), and is read-only: have whoever keeps it run "
            "`coscribe reports`, or copy the library to where you can write"
        ) from error
    return ReadOnlyConnection(connection, before, is_alone)


def stamp(path: Path) -> Stamp:
    """Return what is unlike as soon as somebody has written to the catalogue."""
    return _stamp(path), _stamp(_beside(path, "-wal"))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
