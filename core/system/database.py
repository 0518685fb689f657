"""The SQLite files of the personal folder: private, shared by threads and processes, and of a numbered format."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..errors import LibraryError
from ..text import one_line
from .disk import explained, has_no_room, make_file, make_folder

_PATIENCE_SECONDS = 30
_REASON = 160  # characters of what SQLite says that are repeated


class Database:
    """The file at `path`; `steps` are the scripts that lead from one format to the next, the first from nothing.

    `noun` names the file in messages. Raises `LibraryError` where the file is of a newer format, damaged or locked for
    30 seconds, `UsageError` where it cannot be written.
    """

    def __init__(self, path: Path, noun: str, steps: Sequence[str]) -> None:
        self._named = f"{noun} {str(path)!r}"
        self._folder = path.parent
        self._lock = threading.Lock()
        with explained(f"{self._named} cannot be written", "choose another --home"):
            make_folder(path.parent)
            make_file(path)  # before SQLite does: its side files take over the mode
        with ExitStack() as opened:
            self.connection = sqlite3.connect(
                path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
            opened.callback(self.connection.close)
            self.connection.row_factory = sqlite3.Row
            self._prepare(steps)
            opened.pop_all()  # it stays open only if all of this went well

    def close(self) -> None:
        """Close the file; the database is of no use afterwards."""
        self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to this thread alone."""
        with self._lock, self._explained():
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock of the file from the first read on: what is compared is what is booked upon."""
        with self.reading() as connection, connection:  # the second one commits, or rolls back
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _prepare(self, steps: Sequence[str]) -> None:
        with self.reading() as connection:
            self._write_ahead()
            connection.execute("PRAGMA synchronous = NORMAL")
        with self.writing() as connection:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found > len(steps):
                problem = f"{self._named} has format {found}, this program reads up to {len(steps)}"
                raise LibraryError(f"{problem}: upgrade coscribe")
            for step in steps[found:]:
                for statement in step.split(";\n"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(steps)}")

    def _write_ahead(self) -> None:
        """Turn the file into a write-ahead one; SQLite itself does not wait when another process is doing the same."""
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            advice = "free some space on its disk" if has_no_room(self._folder, error) else "close other runs"
            raise LibraryError(f"{self._named} cannot be used ({error}): {advice} and try again") from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            reason = one_line(str(error))[:_REASON]  # SQLite may say the whole of a table's definition
            raise LibraryError(f"{self._named} is damaged ({reason}): move it away and try again") from error
