"""What text recognition has read so far, kept in the catalogue page by page as it comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from ..index import schema
from ..index.damage import Connection
from ..reading.ocr.choice import Wanted
from ..reading.ocr.kept_pages import RecognisedPage


class Recognitions:
    """Remembers recognised pages for the readers of one ingest, which may ask from any thread.

    Pages belong to a version of a file; `expect` tells which it is, before the file is read. Where one engine is
    `wanted`, pages on which another one found nothing are not settled.
    """

    def __init__(self, connection: Connection, wanted: Wanted) -> None:
        self._connection = connection
        self._engine = wanted if isinstance(wanted, str) else ""
        self._versions: dict[Path, str] = {}
        self._lock = Lock()

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, wanted: Wanted) -> Iterator["Recognitions"]:
        """Give those of the library in a folder; needs the writer's lock, and a catalogue."""
        connection = schema.connect(str(folder / "catalogue.sqlite"))
        try:
            yield cls(connection, wanted)
        finally:
            connection.close()

    def expect(self, path: Path, content: str) -> None:
        """Take note that a file with this content hash is about to be read."""
        self._versions[path] = content[:16]

    def untried(self) -> set[str | None]:
        """Return the reports that have PDF pages without readable text which were not recognised yet."""
        rows = self._connection.execute(
            """SELECT DISTINCT p.report FROM pages p JOIN reports r ON r.id = p.report
               WHERE p.state <> 'read' AND p.kind = 'page' AND NOT EXISTS (
                   SELECT 1 FROM recognised k WHERE k.version = r.version AND k.number = p.page AND ? IN ('', k.engine)
               )""",
            (self._engine,),
        )
        return {row["report"] for row in rows}

    def has_pages_in(self, report: str) -> bool:
        """Tell whether pages of a report, as the library has it, were recognised."""
        with self._lock:
            row = self._connection.execute("SELECT 1 FROM pages WHERE report = ? AND recognised", (report,)).fetchone()
        return row is not None

    def of(self, path: Path) -> dict[int, bytes]:
        """Return what was recognised before in a file as it is now, by page."""
        version = self._versions.get(path)
        with self._lock:
            rows = self._connection.execute("SELECT number, page FROM recognised WHERE version = ?", (version,))
            found = {row["number"]: bytes(row["page"]) for row in rows if _is_sound(row["page"])}
            # Of what was recognised before there was such a table, the words are known.
            older = self._connection.execute(
                """SELECT p.page, p.text FROM pages p JOIN reports r ON r.id = p.report
                   WHERE r.version = ? AND p.recognised AND p.page IS NOT NULL""",
                (version,),
            )
            words = {row["page"]: RecognisedPage.of_lines(row["text"].split("\n")).kept() for row in older}
        return {**words, **found}

    def settled(self, path: Path) -> frozenset[int]:
        """Return the pages of a file as it is now that need not be recognised again."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT number FROM recognised WHERE version = ? AND ? IN ('', engine)",
                (self._versions.get(path), self._engine),
            )
            return frozenset(row["number"] for row in rows)

    def expects(self, path: Path) -> bool:
        """Tell whether pages were recognised in an earlier content of a file."""
        with self._lock:
            row = self._connection.execute(
                """SELECT 1 FROM files f LEFT JOIN reports r ON r.id = f.report
                   JOIN recognised k ON k.version IN (r.version, substr(f.hash, 1, 16)) WHERE f.path = ? LIMIT 1""",
                (str(path),),
            ).fetchone()
        return row is not None

    def alike(self, path: Path, number: int, fingerprint: str) -> bytes | None:
        """Return what was recognised before in a page that looks the same, and remember it of this one, too."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT page, engine FROM recognised WHERE fingerprint = ? AND ? IN ('', engine)",
                (fingerprint, self._engine),
            ).fetchall()
        for row in rows:
            if _is_sound(row["page"]):
                self.keep(path, number, fingerprint, bytes(row["page"]), row["engine"])
                return bytes(row["page"])
        return None

    def keep(self, path: Path, number: int, fingerprint: str, page: bytes, engine: str) -> None:
        """Remember what an engine recognised in a page, at once: an ingest that is broken off loses nothing."""
        with self._lock:
            self._connection.execute(
                "INSERT OR REPLACE INTO recognised VALUES (?, ?, ?, ?, ?)",
                (self._versions[path], number, fingerprint, engine, page),
            )

    def forget(self, path: Path) -> None:
        """Drop what was recognised under the content a file was expected to have: it was read when it had another."""
        with self._lock:
            self._connection.execute("DELETE FROM recognised WHERE version = ?", (self._versions[path],))


def _is_sound(page: bytes) -> bool:
    """Tell whether a page can be restored: a catalogue may have come from anywhere."""
    try:
        RecognisedPage.restored(page)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
    return True
