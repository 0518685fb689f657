"""Damage to a catalogue: what SQLite notices, raised as our error, and the texts of pages, which it does not check.

SQLite finds a broken tree, never a flipped bit in a text. So each page is written with a sum of itself, and compared
with it before its words are shown.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from ...core.errors import LibraryError

_DAMAGE = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_NOTADB})
_SEALED = ("kind", "page", "label", "path", "state", "text")
_PAGE = f"""SELECT {", ".join(f"p.{name}" for name in _SEALED)}, m.value AS seal FROM pages p
    LEFT JOIN meta m ON m.key = 'seal/' || p.report || '/' || p.number WHERE p.report = ? AND p.number = ?"""

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def damaged(path: str, what: object) -> LibraryError:
    """Return the error that says so, and what to do."""
    return LibraryError(f"the catalogue {path!r} is damaged ({what}): restore it, or move it away and ingest again")


class Connection(sqlite3.Connection):
    """A connection that raises LibraryError where the file turns out to be damaged; other errors come as they are."""

    path = ""

    def cursor(self, factory: Any = None) -> Any:
        """Return a cursor that explains damage."""
        made = super().cursor(Cursor)
        made.path = self.path
        return made

    def execute(self, *arguments: Any) -> Any:
        """Run a statement and return its rows."""
        return self.cursor().execute(*arguments)


class Cursor(sqlite3.Cursor):
    """What reads the rows: damage may come to light at any of them."""

    path = ""

    def execute(self, *arguments: Any) -> "Cursor":
        """Run a statement."""
        self._explained(super().execute, *arguments)
        return self

    def fetchone(self) -> Any:
        """Return the next row."""
        return self._explained(super().fetchone)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return self._explained(super().fetchall)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        while rows := self._explained(super().fetchmany, 1000):
            yield from rows

    def _explained(self, work: Callable[Given, Returned], *given: Given.args, **named: Given.kwargs) -> Returned:
        try:
            return work(*given, **named)
        except sqlite3.DatabaseError as error:
            # SQLite's own errors have a code; what Python cannot make of a value has none.
            code = getattr(error, "sqlite_errorcode", None)
            if code is None or code & 0xFF in _DAMAGE:
                raise damaged(self.path, error) from error
            raise


def seal(page: Iterable[object]) -> str:
    """Return the sum of a page: of its kind, number, label, heading path, state and text, in this order."""
    return hashlib.blake2b(repr(tuple(page)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class Seals:
    """The pages that one connection has found whole; those written by earlier versions have no sum to compare with."""

    def __init__(self) -> None:
        self._whole: set[tuple[str, int]] = set()
        self._seen = -1

    def check(self, connection: sqlite3.Connection, path: str, pages: Iterable[tuple[str, int]]) -> None:
        """Raise LibraryError where one of these pages is not as it was written."""
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._seen:
            self._seen, self._whole = version, set()
        for report, number in sorted(set(pages) - self._whole):
            row = connection.execute(_PAGE, (report, number)).fetchone()
            if row is not None and row["seal"] not in (None, seal(row[name] for name in _SEALED)):
                raise damaged(path, f"{row['label']} of {report} is not as it was written")
            self._whole.add((report, number))


@contextmanager
def understood(path: str) -> Iterator[None]:
    """Raise LibraryError where a row holds what no row of ours can hold."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise damaged(path, f"it holds what nobody wrote: {type(error).__name__}") from error
