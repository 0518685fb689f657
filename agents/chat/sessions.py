"""The sessions of the chat: their titles, dates and turns, in the SQLite file that also holds their checkpoints.

A turn is written down before it begins, and closed when it ended. So one that a crash cut off is found open, and is
then marked as interrupted; what it cost is in the ledger, whose run has the session's name.
"""

import json
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ...core.amounts import moment
from ...core.conversation import SessionRow, TurnState
from ...core.errors import UsageError
from ...core.system.database import Database

TurnKind = Literal["answer", "note"]

_FIRST = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, library TEXT NOT NULL,
    started TEXT NOT NULL, used TEXT NOT NULL  -- UTC, of fixed width: text order is time order
) WITHOUT ROWID;
CREATE TABLE turns (
    session TEXT NOT NULL, number INTEGER NOT NULL, asked TEXT NOT NULL, question TEXT NOT NULL, kind TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'done', 'cancelled', 'interrupted', 'failed')),
    reports TEXT NOT NULL DEFAULT '[]',  -- JSON: the reports that it quotes or looked at
    PRIMARY KEY (session, number)
) WITHOUT ROWID;
"""
_TITLE = 80  # characters of the first question
_CHECKPOINTS = ("checkpoints", "writes")  # the tables of LangGraph's saver, made by it when it first saves
_LISTED = """SELECT s.id AS session, s.title, s.library, s.started, s.used, count(t.number) AS turns,
    count(t.number) FILTER (WHERE t.state <> 'done') AS unfinished
    FROM sessions s LEFT JOIN turns t ON t.session = s.id"""


@dataclass(frozen=True, slots=True)
class TurnEntry:
    """A turn as the file lists it; the answer itself is in the run record of its name."""

    session: str
    number: int
    asked: str
    question: str
    kind: TurnKind
    state: TurnState

    @property
    def booked_as(self) -> str:
        """The name its calls have in the ledger, unlike that of every other turn of the session."""
        return f"{self.number}: {self.asked}"

    @property
    def record(self) -> str:
        """The name of its run record."""
        return f"{self.session}-{self.number:03}"


def _now() -> datetime:
    return datetime.now(UTC)


class Sessions:
    """The sessions in the file at `path`.

    Raises `LibraryError` where the file is of a newer format, damaged or locked for 30 seconds, `UsageError` where it
    cannot be written.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self._file = Database(path, "sessions file", [_FIRST])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def listed(self, library: str | None = None) -> list[SessionRow]:
        """Return the sessions over a library, or all of them, those used last first, without their cost."""
        where, values = ("", ()) if library is None else ("WHERE s.library = ?", (library,))
        with self._file.reading() as connection:
            rows = connection.execute(f"{_LISTED} {where} GROUP BY s.id ORDER BY s.used DESC, s.id DESC", values)
            return [SessionRow(**row) for row in rows]

    def find(self, name: str) -> SessionRow:
        """Return the session of that name, or whose name alone begins so; raises UsageError where there is not one."""
        found = [entry for entry in self.listed() if entry.session.startswith(name)]
        found = [entry for entry in found if entry.session == name] or found
        if not found:
            raise UsageError(f"there is no session {name!r}: `/sessions` in the chat lists them")
        if len(found) > 1:
            named = ", ".join(entry.session for entry in found)
            raise UsageError(f"{name!r} means several sessions: say one of {named}")
        return found[0]

    def begin(self, session: str, library: str, asked: str, kind: TurnKind) -> TurnEntry:
        """Write a turn down as pending and return it; the first one makes the session."""
        now = moment(self._clock())
        title = " ".join(asked.split())
        title = title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO sessions VALUES (:id, :title, :library, :now, :now)"
                " ON CONFLICT (id) DO UPDATE SET used = :now",
                {"id": session, "title": title, "library": library, "now": now},
            )
            last = connection.execute("SELECT max(number) FROM turns WHERE session = ?", (session,)).fetchone()[0]
            number = (last or 0) + 1
            connection.execute(
                "INSERT INTO turns (session, number, asked, question, kind) VALUES (?, ?, ?, ?, ?)",
                (session, number, asked, asked, kind),
            )
        return TurnEntry(session, number, asked, asked, kind, "pending")

    def end(
        self, turn: TurnEntry, state: TurnState, *, question: str | None = None, reports: Collection[str] = ()
    ) -> None:
        """Close a turn; `question` is what was looked up, `reports` the ids of those it has words of."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE turns SET state = ?, question = ?, reports = ? WHERE session = ? AND number = ?",
                (state, question or turn.asked, json.dumps(sorted(reports)), turn.session, turn.number),
            )

    def turns(self, session: str) -> list[TurnEntry]:
        """Return the turns of a session in order."""
        listed = "SELECT session, number, asked, question, kind, state FROM turns WHERE session = ? ORDER BY number"
        with self._file.reading() as connection:
            return [TurnEntry(**row) for row in connection.execute(listed, (session,))]

    def mark_interrupted(self, session: str) -> None:
        """Mark the turns that are still pending: whoever began them is gone."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE turns SET state = 'interrupted' WHERE session = ? AND state = 'pending'", (session,)
            )

    def remove_quoting(self, report: str) -> list[str]:
        """Remove the sessions that have words of a report, with their checkpoints, and return their names."""
        quoting = "SELECT DISTINCT session FROM turns, json_each(turns.reports) AS held WHERE held.value = ?"
        with self._file.reading() as connection:
            # What is deleted is overwritten, not merely forgotten.
            connection.execute("PRAGMA secure_delete = ON")
        with self._file.writing() as connection:
            found = [row["session"] for row in connection.execute(quoting, (report,))]
            for session in found:
                _remove(connection, session)
        return found


def _remove(connection: sqlite3.Connection, session: str) -> None:
    made = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.execute("DELETE FROM sessions WHERE id = ?", (session,))
    connection.execute("DELETE FROM turns WHERE session = ?", (session,))
    for table in _CHECKPOINTS:
        if table in made:
            connection.execute(f"DELETE FROM {table} WHERE thread_id = ?", (session,))
