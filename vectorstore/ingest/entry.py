"""Writes reports into the catalogue, each in one transaction: all of a report is there, or nothing of it."""

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from ...core.system.disk import make_file
from ...core.types import Report
from ..index import schema
from ..index.catalogue import Indexable, indexable
from ..index.damage import understood
from ..metadata.described import Description, carried_over, shown
from ..metadata.found import kept
from ..metadata.guess import guess
from ..reading.page import FileText
from .corrections import corrected, outcome, without_speaker
from .declarations import Declaration, declared_fields
from .page_rows import clear, write_cuts, write_pages
from .report_files import ReportFile
from .segments import SEGMENTER_VERSION, cut
from .succession import newer_editions

READER_VERSION = 4  # rises when the same file would be read or indexed differently; then unchanged files are read again
_SEARCHED = ("title", "organisation", "region", "date", "language")  # what is indexed with the words of a report


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the catalogue remembers of a file handed over earlier; `current` tells that it was read as we read now."""

    path: str
    file: str
    hash: str
    state: str
    reason: str | None
    report: str | None
    current: bool


class Entry:
    """The writing side of a catalogue; the caller holds the writer's lock."""

    def __init__(self, folder: Path) -> None:
        # Made before SQLite does: its side files take over the mode.
        self._connection = schema.connect(str(make_file(folder / "catalogue.sqlite")))
        schema.prepare(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def files(self) -> dict[str, FileRecord]:
        """Return every file handed over so far, by absolute path."""
        version = _reading_version()
        names = ("path", "file", "hash", "state", "reason", "report")
        return {
            row["path"]: FileRecord(**{name: row[name] for name in names}, current=row["reader"] == version)
            for row in self._connection.execute("SELECT * FROM files")
        }

    def report_of(self, content: str) -> str | None:
        """Return the id of the report whose current version has this content hash."""
        row = self._connection.execute("SELECT id FROM reports WHERE version = ?", (content[:16],)).fetchone()
        return None if row is None else str(row["id"])

    def was_internal(self, content: str, path: str = "") -> bool:
        """Tell whether an edition of an internal report has this content, or the file at `path` is one.

        Of reports that are gone, the content of the internal ones alone is remembered.
        """
        row = self._connection.execute(
            """SELECT 1 FROM versions v LEFT JOIN reports r ON r.id = v.report
               WHERE v.version = ? AND (r.id IS NULL OR r.confidentiality = 'internal')
               UNION SELECT 1 FROM files f JOIN reports r ON r.id = f.report
               WHERE f.path = ? AND r.confidentiality = 'internal'""",
            (content[:16], path),
        ).fetchone()
        return row is not None

    def write(
        self, item: ReportFile, content: str, document: FileText, declaration: Declaration | None,
        add_words: Callable[[Sequence[Indexable]], None],
    ) -> tuple[str, list[str]]:  # fmt: skip
        """Store a document as the current version of its report.

        Returns the report's id, and the fields that a model had told of its earlier version and nobody tells any more.
        `declaration` is what manifests say, `None` where there is none: then what was declared earlier stays.
        `add_words` is given the passages of a report that replaces an earlier version, to index them beside those of
        that version just before it goes: readers find the old words or the new ones at every moment.
        """
        guessed = kept(guess(document, item.file))
        language = (declaration or Declaration()).fields.get("language") or guessed.get("language")
        cuts = cut(document.pages, language)
        version = content[:16]
        internal = self.was_internal(content)
        earlier, twin = self._earlier(item)
        report = self._new_id(item) if earlier is None or twin else earlier
        self.mark_lost("words", [report])  # beforehand: a crash below may leave words of both versions
        with schema.transaction(self._connection):
            before = self._connection.execute(
                "SELECT declared, guessed FROM reports WHERE id = ?", (earlier,)
            ).fetchone()
            if twin:
                self._connection.execute(
                    "UPDATE reports SET file = ? WHERE id = ? AND file = ?", (twin, earlier, item.file)
                )
            was = self._parsed(before["declared"]) if before else {}
            declared = declared_fields(was, declaration, internal=internal)
            known = self._parsed(before["guessed"]) if before else {}
            guessed, undescribed = carried_over(known, guessed, shown(page.text for page in document.pages))
            clear(self._connection, report)
            self._connection.execute("DELETE FROM legs WHERE report = ?", (report,))
            self._write_report(report, item.file, version, document, guessed, declared)
            write_pages(self._connection, report, document.pages)
            # The same bytes read in another way are other passages: what was indexed of the old ones does not fit them.
            reading = f"{_reading_version()}{'o' if any(page.recognised for page in document.pages) else ''}"
            write_cuts(self._connection, report, f"{report}@{version[:8]}.{reading}", document.pages, cuts)
            if declared.get("confidentiality") == "public":
                self._connection.execute("DELETE FROM versions WHERE version = ? AND report = ''", (version,))
            self._connection.execute(
                "INSERT OR IGNORE INTO versions VALUES (?, ?, ?)", (version, report, datetime.now(UTC).isoformat())
            )
            self._note_file(item, content, "indexed", None, report)
            if report == earlier:
                add_words(list(indexable(self._connection, report)))
                self._advance()
        return report, [field for field in undescribed if not declared.keys() & {field, schema.CORRECTED + field}]

    def _earlier(self, item: ReportFile) -> tuple[str | None, str | None]:
        """Return the report that a file led to so far, and the name of another file that still holds its words.

        Where there is such a twin, the report stays with it, and the file that was edited gets one of its own.
        """
        known = self._connection.execute("SELECT report FROM files WHERE path = ?", (str(item.path),)).fetchone()
        if known is None or known["report"] is None:
            return None, None
        others = self._connection.execute(
            """SELECT f.path, f.file FROM files f JOIN reports r ON r.id = f.report
               WHERE r.version = substr(f.hash, 1, 16) AND f.report = ? AND f.path <> ? ORDER BY f.file""",
            (known["report"], str(item.path)),
        )
        return known["report"], next((row["file"] for row in others if Path(row["path"]).exists()), None)

    def note_file(self, item: ReportFile, content: str, state: str, reason: str | None, report: str | None) -> None:
        """Remember how a file ended that gave no new version of a report."""
        with schema.transaction(self._connection):
            self._note_file(item, content, state, reason, report)

    def declare(
        self, report: str, declaration: Declaration | None, file: str, *, internal: bool = False
    ) -> Literal["changed", "kept", ""]:
        """Take over what manifests now say of an unchanged report under the name of a file; return what came of it.

        "kept" tells that the report stays internal though it is called public; see `Declaration.lowers`. Where the
        report bears another name than `file`, the level alone is taken over.
        """
        row = self._connection.execute("SELECT * FROM reports WHERE id = ?", (report,)).fetchone()
        if row is None:
            return ""
        before = self._parsed(row["declared"])
        declared = declared_fields(before, declaration, internal=internal, own=row["file"] == file)
        kept = declared.get("confidentiality") == "internal" and "public" in {
            level for level, _ in (declaration or Declaration()).levels
        }
        if declared == before:
            return "kept" if kept else ""
        self._redeclare(row, declared)
        return "changed" if without_speaker(declared) != without_speaker(before) else "kept" if kept else ""

    def correct(self, report: str, changes: Mapping[str, str | None]) -> None:
        """Take over what a person says of a report: "" that there is no such thing, `None` that it is as found.

        Raises UsageError where the manifest of a folder marks a report internal that is to be public.
        """
        row = self._connection.execute("SELECT * FROM reports WHERE id = ?", (report,)).fetchone()
        declared = corrected(self._parsed(row["declared"]), changes)
        self._redeclare(row, declared)
        if changes.get("confidentiality") == "public":
            with schema.transaction(self._connection):
                self._connection.execute("DELETE FROM versions WHERE version = ? AND report = ''", (row["version"],))

    def describe(self, report: str, description: Description) -> None:
        """Take over what a model read in a report, where code was not sure."""
        row = self._connection.execute("SELECT * FROM reports WHERE id = ?", (report,)).fetchone()
        pages = self._connection.execute("SELECT text FROM pages WHERE report = ? ORDER BY number", (report,))
        guessed = description.over(self._parsed(row["guessed"]), shown(page["text"] for page in pages))
        self._redeclare(row, self._parsed(row["declared"]), guessed)

    def _redeclare(
        self, row: sqlite3.Row, declared: Mapping[str, str], guessed: Mapping[str, Any] | None = None
    ) -> None:
        """Write what is declared of a report, and with it what follows for its columns and for what is indexed."""
        guessed = self._parsed(row["guessed"]) if guessed is None else guessed
        fields = outcome(guessed, declared)
        behind = ["vectors"] if fields["confidentiality"] != row["confidentiality"] else []
        behind += ["words"] if any(value != row[key] for key, value in fields.items() if key in _SEARCHED) else []
        with schema.transaction(self._connection):
            columns = {"guessed": json.dumps(guessed), "declared": json.dumps(declared), **fields}
            self._connection.execute(
                f"UPDATE reports SET {', '.join(f'{key} = ?' for key in columns)} WHERE id = ?",
                (*columns.values(), row["id"]),
            )
            for leg in behind:
                self._connection.execute("DELETE FROM legs WHERE report = ? AND leg = ?", (row["id"], leg))

    def remove(self, report: str) -> None:
        """Remove a report, its text and the files that led to it; that its words were internal is remembered."""
        with schema.transaction(self._connection):
            self._connection.execute(
                """INSERT OR IGNORE INTO versions SELECT v.version, '', v.ingested FROM versions v
                   JOIN reports r ON r.id = v.report WHERE r.id = ? AND r.confidentiality = 'internal'""",
                (report,),
            )
            self._drop_recognised(report)
            clear(self._connection, report)
            for table, column in (("reports", "id"), ("versions", "report"), ("files", "report")):
                self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (report,))

    def drop_recognised(self) -> None:
        """Forget what was recognised in versions that were replaced."""
        with schema.transaction(self._connection):
            self._drop_recognised()

    def _drop_recognised(self, report: str | None = None) -> None:
        """Forget what was recognised in versions, all or those of a report, that no other report or file has now."""
        self._connection.execute(
            """DELETE FROM recognised WHERE version IN (SELECT version FROM versions WHERE ?1 IS NULL OR report = ?1)
               AND version NOT IN (SELECT version FROM reports WHERE id IS NOT ?1)
               AND version NOT IN (SELECT substr(hash, 1, 16) FROM files WHERE ?1 IS NULL OR report IS NOT ?1)""",
            (report,),
        )

    def forget(self, gone: FileRecord) -> bool:
        """Forget a file that is gone; return whether its report went with it, no other file leading there."""
        with schema.transaction(self._connection):
            self._connection.execute("DELETE FROM files WHERE path = ?", (gone.path,))
            if gone.report is None:
                return True
            other = self._connection.execute(
                "SELECT file FROM files WHERE report = ? ORDER BY file", (gone.report,)
            ).fetchone()
            if other is not None:
                self._connection.execute(
                    "UPDATE reports SET file = ? WHERE id = ? AND file = ?", (other["file"], gone.report, gone.file)
                )
        if other is None:
            self.remove(gone.report)
        return other is None

    def rename(self, report: str, item: ReportFile) -> str | None:
        """Give a report the name of a file of the same content, where its own file is gone; return the old name."""
        with schema.transaction(self._connection):
            rows = self._connection.execute("SELECT path, file FROM files WHERE report = ?", (report,)).fetchall()
            if any(Path(row["path"]).exists() for row in rows if row["path"] != str(item.path)):
                return None
            old = self._connection.execute("SELECT file FROM reports WHERE id = ?", (report,)).fetchone()
            self._connection.execute("DELETE FROM files WHERE report = ? AND path <> ?", (report, str(item.path)))
            self._connection.execute("UPDATE reports SET file = ? WHERE id = ?", (item.file, report))
        return str(old["file"]) if old["file"] != item.file else None

    def take_over(self, content: str, item: ReportFile) -> str | None:
        """Give a report whose file has got another name to that file; return the old name, `None` where it is no such.

        The file is to be read again: what a name says of a report has changed.
        """
        report = self.report_of(content)
        old = self._connection.execute("SELECT file FROM reports WHERE id = ?", (report,)).fetchone()
        if old is None or PurePosixPath(old["file"]).name == PurePosixPath(item.file).name:
            return None
        renamed = self.rename(str(report), item)
        if renamed:
            self.note_file(item, content, "indexed", None, report)
        return renamed

    def link_editions(self) -> None:
        """Work out which report is superseded by which, from what their `supersedes` names."""
        rows = self._connection.execute(
            "SELECT id, file, title, date, supersedes, superseded_by FROM reports"
        ).fetchall()
        newer = newer_editions(rows)
        with schema.transaction(self._connection):
            for row in rows:
                if newer.get(row["id"]) != row["superseded_by"]:
                    self._connection.execute(
                        "UPDATE reports SET superseded_by = ? WHERE id = ?", (newer.get(row["id"]), row["id"])
                    )

    def set_meta(self, key: str, value: str) -> None:
        """Store a property of the library."""
        with schema.transaction(self._connection):
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def advance(self) -> int:
        """Raise the generation, which tells open readers to look again, and return it."""
        with schema.transaction(self._connection):
            return self._advance()

    def _advance(self) -> int:
        self._connection.execute(
            """INSERT INTO meta VALUES ('generation', '1')
               ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"""
        )
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return int(row["value"])

    def mark_committed(self, leg: str, reports: Sequence[Report]) -> None:
        """Record that a leg has committed these reports at their current versions."""
        with schema.transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO legs VALUES (?, ?, ?)", [(leg, item.id, item.version) for item in reports]
            )

    def mark_lost(self, leg: str, reports: Sequence[str] | None = None) -> None:
        """Record that a leg no longer holds these reports; `None` means none at all."""
        with schema.transaction(self._connection):
            if reports is None:
                self._connection.execute("DELETE FROM legs WHERE leg = ?", (leg,))
            else:
                self._connection.executemany(
                    "DELETE FROM legs WHERE leg = ? AND report = ?", [(leg, report) for report in reports]
                )

    def _parsed(self, text: str) -> dict[str, Any]:
        with understood(self._connection.path):
            return dict(json.loads(text))

    def _new_id(self, item: ReportFile) -> str:
        ascii_name = unicodedata.normalize("NFKD", item.path.stem).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:32].strip("-") or "report"
        base = f"{slug}-{hashlib.sha256(item.file.encode()).hexdigest()[:4]}"
        taken = {row["id"] for row in self._connection.execute("SELECT id FROM reports")}
        return next(name for name in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)

    def _write_report(
        self, report: str, file: str, version: str, document: FileText, guessed: Mapping[str, Any],
        declared: Mapping[str, str],
    ) -> None:  # fmt: skip
        fields = {
            "id": report, "file": file, "version": version, "pages": document.page_count,
            "guessed": json.dumps(dict(guessed)), "declared": json.dumps(dict(declared)), **outcome(guessed, declared),
            "unread": json.dumps(document.unread),
        }  # fmt: skip
        self._connection.execute("DELETE FROM reports WHERE id = ?", (report,))
        _insert(self._connection, "reports", fields)

    def _note_file(self, item: ReportFile, content: str, state: str, reason: str | None, report: str | None) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (str(item.path), item.file, content, state, reason, _reading_version(), report),
        )


def _reading_version() -> int:
    return READER_VERSION * 1_000 + SEGMENTER_VERSION


def _insert(connection: sqlite3.Connection, table: str, fields: Mapping[str, object]) -> None:
    marks = ", ".join("?" * len(fields))
    connection.execute(f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({marks})", tuple(fields.values()))
