"""The response cache: what a model answered to a prompt, kept so that the same question costs nothing again.

The vectors of texts are kept in the same form.
"""

import base64
import hashlib
import json
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..core.amounts import plain
from ..core.errors import LibraryError
from ..core.system.database import Database

_STEPS = (
    """
CREATE TABLE replies (
    id INTEGER PRIMARY KEY,  -- rising: the lowest is the oldest
    key TEXT NOT NULL UNIQUE,
    reply TEXT NOT NULL,
    usd TEXT  -- what it cost; NULL is unknown
);
""",
)
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class KeptReply:
    """An answer, and what it cost when it was paid for; `None` is unknown."""

    reply: str
    usd: Decimal | None


def cache_key(*parts: str | Sequence[str] | int | bool) -> str:
    """Return the SHA-256 over everything that an answer depends on and everyone whom it must not reach."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def vector_text(vector: Sequence[float]) -> str:
    """Return a vector as text: the base64 of its numbers in single precision."""
    return base64.b64encode(array("f", vector).tobytes()).decode()


def vector_of(text: str) -> list[float]:
    """Return the vector of such a text."""
    return array("f", base64.b64decode(text)).tolist()


class ReplyCache:
    """The answers in the file at `path`, at most `megabytes` of them: the oldest go first.

    A damaged file is begun anew, since all in it can be had again. What is removed is overwritten on the disk. Raises
    `LibraryError` where the file is of a newer format or locked for 30 seconds.
    """

    def __init__(self, path: Path, megabytes: int) -> None:
        self._most = megabytes * _MEGABYTE
        try:
            self._file = _open_file(path)
        except LibraryError as error:
            if type(error.__cause__) is not sqlite3.DatabaseError:
                raise
            path.unlink()
            self._file = _open_file(path)

    def get(self, key: str) -> KeptReply | None:
        """Return the answer kept under a key."""
        with self._file.reading() as connection:
            found = connection.execute("SELECT reply, usd FROM replies WHERE key = ?", (key,)).fetchone()
        if found is None:
            return None
        return KeptReply(found["reply"], None if found["usd"] is None else Decimal(found["usd"]))

    def put(self, key: str, kept: KeptReply) -> None:
        """Keep an answer; where there is no room, the oldest tenth of the others goes."""
        values = (key, kept.reply, None if kept.usd is None else plain(kept.usd))
        with self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO replies (key, reply, usd) VALUES (?, ?, ?)", values)
            while _bytes_used(connection) > self._most:
                oldest = "SELECT id FROM replies ORDER BY id LIMIT max(1, (SELECT count(*) FROM replies) / 10)"
                if not connection.execute(f"DELETE FROM replies WHERE id IN ({oldest})").rowcount:
                    break

    def clear(self) -> int:
        """Remove all answers, from the disk too, and return how many there were."""
        with self._file.writing() as connection:
            count = connection.execute("DELETE FROM replies").rowcount
        with self._file.reading() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def close(self) -> None:
        """Close the file; the cache is of no use afterwards."""
        self._file.close()


def _open_file(path: Path) -> Database:
    made = Database(path, "response cache", _STEPS)
    made.connection.execute("PRAGMA secure_delete = ON")
    return made


def _bytes_used(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
