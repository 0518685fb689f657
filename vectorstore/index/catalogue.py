"""The catalogue, our SQLite file and the truth of a library: reports, pages, segments, passages and the generation.

This class reads; `entry.py` writes. Words and vectors are disposable legs: a hit that the catalogue does not hold at
its current version does not exist.
"""

import itertools
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from ...core.errors import LibraryError
from ...core.shapes import Level, UnreadablePages
from ...core.system.disk import is_there
from ...core.types import APART, How, Passage, Report, Segment, SegmentKind
from ..metadata.described import settled
from ..metadata.found import hows
from . import gaps, read_only, schema
from .damage import Connection, Seals, understood
from .locators import locator
from .schema import CORRECTED, FIELDS
from .writer import is_to_be_read_alone

_REPORT_COLUMNS = """id, version, file, title, organisation, region, date, kind, status, superseded_by, language,
    confidentiality, pages, guessed, declared"""
_KINDS = "SELECT passage, kind, report, number FROM segments"
_SEGMENT_COLUMNS = """s.id, s.report, s.number, s.passage, s.position, s.block, s.kind, s.start, s."end", s.paragraph,
    s.paragraph_start, s.lead_in, s.header, s.continues, p.kind AS page_kind, p.page, p.label, p.path, p.recognised,
    substr(p.text, s.start + 1, s."end" - s.start) AS text, r.language, r.title"""
_SEGMENTS = f"""SELECT {_SEGMENT_COLUMNS} FROM segments s JOIN pages p ON p.report = s.report AND p.number = s.number
    JOIN reports r ON r.id = s.report"""
Known = TypeVar("Known")
_BATCH = 500  # values of one IN list, below SQLite's limit on every platform


@dataclass(frozen=True, slots=True)
class Indexable:
    """What the legs index of one passage: `header` is searched but never quoted; `extra` holds joined hyphen forms."""

    id: str
    report: str
    header: str
    text: str
    extra: str
    language: str | None


class Catalogue:
    """Reads a library's catalogue; safe to use from several threads.

    A library that may not be written to is read as well as any other. Raises LibraryError when there is no library at
    `folder`, or one of a newer format.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "catalogue.sqlite"
        self._local = threading.local()
        if not is_there(self._path):
            raise LibraryError(f"no library at {str(folder)!r}: run `coscribe ingest PATH` first, or `coscribe demo`")
        if not os.access(self._path, os.R_OK):
            raise LibraryError(f"you may not read the library {str(folder)!r}: ask whoever keeps it for the right to")
        self.is_read_only = is_to_be_read_alone(folder)
        if not self.is_read_only:
            schema.upgrade(self.connection)
        schema.check_format(self.connection, is_read_only=self.is_read_only)

    @property
    def connection(self) -> Connection:
        """The connection of the calling thread."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is not None and self.is_read_only and not found.in_transaction and self._has_changed():
            found = None  # not closed: a caller may be in the middle of its rows
        if found is None:
            found = self._local.connection = self._opened()
        return found

    def _opened(self) -> Connection:
        self._local.known, self._local.read_only = {}, None
        if not self.is_read_only:
            return schema.connect(str(self._path))
        made = self._local.read_only = read_only.connect(self._path)
        return made.connection

    def _has_changed(self) -> bool:
        """Tell whether somebody has written since this thread opened its connection to a read-only catalogue."""
        return bool(self._local.read_only.stamp != read_only.stamp(self._path))

    def close(self) -> None:
        """Close the calling thread's connection."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is not None:
            found.close()
            self._local.connection = None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread see the catalogue as it is at the first look, whatever a writer commits meanwhile.

        Raises LibraryError where the catalogue is read-only and a writer has come along all the same: nothing keeps
        such a one from changing what is being read.
        """
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("COMMIT")
        if self.is_read_only and self._local.read_only.is_torn(self._path):
            raise LibraryError(f"the library {str(self._path.parent)!r} was written to meanwhile: ask again")

    def meta(self, key: str) -> str | None:
        """Return a stored property of the library, e.g. "generation" or "embedder"."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row["value"])

    @property
    def generation(self) -> int:
        """How often the library has changed."""
        with understood(str(self._path)):
            return int(self.meta("generation") or 0)

    def reports(self) -> list[Report]:
        """Return every report at its current version, by file."""
        return list(self._known("reports", self._read_reports))

    def _read_reports(self) -> list[Report]:
        rows = self.connection.execute(f"SELECT {_REPORT_COLUMNS} FROM reports ORDER BY file, id")
        with understood(str(self._path)):
            return [_report(row) for row in rows]

    def _known(self, name: str, read: Callable[[], Known]) -> Known:
        """Return what each search asks for: a thread reads it again once another connection has committed something."""
        version = self.connection.execute("PRAGMA data_version").fetchone()[0]
        known: dict[str, tuple[int, Any]] = self._local.known
        if name not in known or known[name][0] != version:
            known[name] = version, read()
        found: Known = known[name][1]
        return found

    def manifest_rows(self) -> dict[str, dict[str, str]]:
        """Return the manifest fields of every report by its id, guessed or declared; unknown ones are empty."""
        names = ("file", *FIELDS)
        rows = self.connection.execute(f"SELECT id, {', '.join(names)} FROM reports ORDER BY file, id")
        return {row["id"]: {name: row[name] or "" for name in names} for row in rows}

    def described(self, report: str, text: str, model: str) -> frozenset[str]:
        """Return the fields that a model was asked about already when it was shown this text of a report."""
        row = self.connection.execute("SELECT guessed FROM reports WHERE id = ?", (report,)).fetchone()
        with understood(str(self._path)):
            return settled(json.loads(row["guessed"]), text, model)

    def paths(self) -> dict[str, str]:
        """Return where the file lies that a report is named after, by the report's id."""
        rows = self.connection.execute(
            "SELECT r.id, f.path FROM reports r JOIN files f ON f.report = r.id AND f.file = r.file"
        )
        return dict(rows.fetchall())

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages by report id."""
        return dict(self.connection.execute("SELECT report, count(*) FROM passages GROUP BY report").fetchall())

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages the catalogue still holds, by id."""
        found: dict[str, Passage] = {}
        for row in self._in_batches(
            """SELECT a.id, a.report, a.number, a.path AS headings, p.kind AS page_kind, p.page, p.label, p.path,
                   p.recognised, substr(p.text, a.start + 1, a."end" - a.start) AS text
               FROM passages a JOIN pages p ON p.report = a.report AND p.number = a.number WHERE a.id IN""",
            ids,
        ):
            with understood(str(self._path)):
                where = locator(
                    row["page_kind"], row["page"], row["label"], row["headings"], "", None, row["recognised"]
                )
                found[row["id"]] = Passage(row["id"], row["report"], where, row["text"])
        return found

    def page_text(self, passage: str) -> str:
        """Return the canonical text of the page a passage stands on, "" when the passage is unknown."""
        rows = self._whole(
            """SELECT p.text, p.report, p.number FROM passages a
               JOIN pages p ON p.report = a.report AND p.number = a.number WHERE a.id = ?""",
            (passage,),
        )
        return str(rows[0]["text"]) if rows else ""

    def segments_of(self, passages: Sequence[str]) -> list[Segment]:
        """Return the segments of the given passages, by report and position."""
        rows = self._in_batches(f"{_SEGMENTS} WHERE s.passage IN", passages)
        return sorted(self._segments(rows), key=lambda segment: (segment.report, segment.position))

    def apart(self, passages: Sequence[str]) -> dict[str, SegmentKind]:
        """Return, by id, those of the passages that say nothing themselves, each with the kind of its segments."""
        marks = ", ".join(f"'{kind}'" for kind in APART)
        rows = self._in_batches(f"{_KINDS} WHERE kind IN ({marks}) AND passage IN", passages)
        return {row["passage"]: row["kind"] for row in rows}

    def segments(self, ids: Iterable[int]) -> dict[int, Segment]:
        """Return the given segments by id; unknown ids are left out."""
        rows = self._in_batches(f"{_SEGMENTS} WHERE s.id IN", sorted(set(ids)))
        return {segment.id: segment for segment in self._segments(rows)}

    def stretch(self, report: str, first: int, last: int) -> list[Segment]:
        """Return the segments of a report at positions `first..last`."""
        rows = self._whole(
            f"{_SEGMENTS} WHERE s.report = ? AND s.position BETWEEN ? AND ? ORDER BY s.position", (report, first, last)
        )
        return self._segments(rows)

    def items_of(self, lead_in: Segment) -> list[Segment]:
        """Return every segment that has `lead_in` as its lead-in, in order."""
        rows = self._whole(
            f"{_SEGMENTS} WHERE s.report = ? AND s.lead_in = ? ORDER BY s.position", (lead_in.report, lead_in.id)
        )
        return self._segments(rows)

    def begun_before(self, segment: Segment) -> Segment | None:
        """Return the segment whose sentence this one carries on after a page turn."""
        rows = self._whole(f"{_SEGMENTS} WHERE s.report = ? AND s.continues = ?", (segment.report, segment.id))
        return next(iter(self._segments(rows)), None)

    def words_between(self, first: Segment, last: Segment) -> str | None:
        """Return the canonical text from the start of one segment to the end of another of the same block.

        `None` says that their version of the report has been replaced since they were read.
        """
        row = self.connection.execute(
            """SELECT substr(p.text, a.start + 1, b."end" - a.start) FROM segments a
               JOIN segments b ON b.id = ? JOIN pages p ON p.report = a.report AND p.number = a.number
               WHERE a.id = ?""",
            (last.id, first.id),
        ).fetchone()
        return None if row is None else str(row[0])

    def words_from(self, first: Segment, length: int) -> str:
        """Return so many characters of the canonical text from the start of a segment on, "" when it is replaced."""
        row = self.connection.execute(
            """SELECT substr(p.text, a.start + 1, ?) FROM segments a
               JOIN pages p ON p.report = a.report AND p.number = a.number WHERE a.id = ?""",
            (length, first.id),
        ).fetchone()
        return "" if row is None else str(row[0])

    def page_texts(self, report: str) -> list[tuple[str, str]]:
        """Return label and canonical text of every page, slide or section of a report, in order."""
        rows = self._whole("SELECT report, number, label, text FROM pages WHERE report = ? ORDER BY number", (report,))
        return [(row["label"], row["text"]) for row in rows]

    def unreadable(self, reports: Iterable[str] | None = None) -> list[UnreadablePages]:
        """Return what could not be read of the given reports, and the files that could not be read at all.

        Files that were never read belong to no report and are always included. `None` means all reports.
        """
        by_report, never_read = self._known("unreadable", self._read_unreadable)
        wanted = by_report.keys() if reports is None else set(reports)
        return [found for report, found in by_report.items() if report in wanted] + never_read

    def _read_unreadable(self) -> tuple[dict[str, UnreadablePages], list[UnreadablePages]]:
        files = {report.id: report.file for report in self.reports()}
        with understood(str(self._path)):
            return gaps.unreadable(self.connection, files)

    def gaps_of(self, report: str) -> gaps.GapFields:
        """Return what is not in the text of a report."""
        with understood(str(self._path)):
            return gaps.fields(self.connection, [report])[report]

    def indexable(self, report: str) -> Iterator[Indexable]:
        """Yield what the legs index of a report's passages; running headers and footers are in no passage."""
        return indexable(self.connection, report)

    def behind(self, leg: str) -> tuple[list[Report], list[str]]:
        """Return the reports a leg lacks at their current version, and the report ids it holds but should not."""
        held = dict(self.connection.execute("SELECT report, version FROM legs WHERE leg = ?", (leg,)).fetchall())
        current = {report.id: report for report in self.reports()}
        lacking = [report for report in current.values() if held.get(report.id) != report.version]
        return lacking, [report for report in held if report not in current]

    def committed(self, leg: str) -> int:
        """Return the number of passages whose reports a leg is recorded to hold at their current versions."""
        row = self.connection.execute(
            """SELECT count(*) FROM passages a JOIN reports r ON r.id = a.report
               JOIN legs l ON l.report = r.id AND l.version = r.version WHERE l.leg = ?""",
            (leg,),
        ).fetchone()
        return int(row[0])

    def _in_batches(self, statement: str, values: Sequence[object]) -> Iterator[sqlite3.Row]:
        for at in range(0, len(values), _BATCH):
            batch = values[at : at + _BATCH]
            marks = ",".join("?" * len(batch))
            yield from self._whole(f"{statement} ({marks})", tuple(batch))

    def _whole(self, statement: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
        """Return rows that have words of pages; raise LibraryError where a page is not as it was written."""
        rows: list[sqlite3.Row] = self.connection.execute(statement, values).fetchall()
        if not hasattr(self._local, "seals"):
            self._local.seals = Seals()
        self._local.seals.check(self.connection, str(self._path), {(row["report"], row["number"]) for row in rows})
        return rows

    def _segments(self, rows: Iterable[sqlite3.Row]) -> list[Segment]:
        with understood(str(self._path)):
            return [_segment(row) for row in rows]


def indexable(connection: Connection, report: str) -> Iterator[Indexable]:
    """Yield what the legs index of a report's passages, as this connection sees them."""
    told = connection.execute(
        "SELECT title, organisation, region, date, language FROM reports WHERE id = ?", (report,)
    ).fetchone()
    header = " · ".join(str(value) for value in tuple(told)[:4] if value)
    spans = connection.execute(
        'SELECT id, number, start, "end", path FROM passages WHERE report = ? ORDER BY first', (report,)
    )
    for number, found in itertools.groupby(spans, key=lambda row: row["number"]):
        page = connection.execute(  # once a page: its text may be a whole book
            "SELECT text, breaks FROM pages WHERE report = ? AND number = ?", (report, number)
        ).fetchone()
        text, breaks = page["text"], json.loads(page["breaks"])
        for row in found:
            path = " › ".join(json.loads(row["path"]))
            joined = (_around(text, at) for at in breaks if row["start"] <= at < row["end"])
            yield Indexable(
                row["id"], report, f"{header} · {path}", text[row["start"] : row["end"]],
                " ".join(joined), told["language"],
            )  # fmt: skip


def _around(text: str, at: int) -> str:
    """Return the other reading of the word around a line-end hyphen at `at`, so that the index finds both.

    A kept hyphen gives the joined word, a joined word gives its two halves.
    """
    start, end = at, at + 1
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    if text[at] == "-":
        return text[start:at] + text[at + 1 : end]
    return f"{text[start:at]} {text[at:end]}"


def _report(row: sqlite3.Row) -> Report:
    """Build a report from its row; an unknown level is damage, for it would protect nothing."""
    if row["confidentiality"] not in get_args(Level):
        raise ValueError(row["confidentiality"])
    fields = dict(row)
    guessed, declared = json.loads(fields.pop("guessed")), json.loads(fields.pop("declared"))
    known = {name: declared.get(name) or guessed.get(name) for name in ("edition", "family")}
    corrected = {key.removeprefix(CORRECTED) for key in declared if key.startswith(CORRECTED)}
    found = hows(guessed, declared.keys() & set(FIELDS))
    found |= {field: How(how="a correction", sure=1) for field in corrected}
    return Report(**fields, **known, found=found)


def _segment(row: sqlite3.Row) -> Segment:
    """Build a segment; in a section its offsets count in the paragraph, elsewhere in the page or sheet."""
    kind = row["page_kind"]
    shift = row["paragraph_start"] if kind == "section" else 0
    paragraph = row["paragraph"] if kind in ("section", "sheet") else None
    return Segment(
        id=row["id"],
        report=row["report"],
        passage=row["passage"],
        position=row["position"],
        block=row["block"],
        kind=row["kind"],
        text=row["text"],
        locator=locator(kind, row["page"], row["label"], row["path"], row["title"], paragraph, row["recognised"]),
        start=row["start"] - shift,
        end=row["end"] - shift,
        language=row["language"],
        lead_in=row["lead_in"],
        header=row["header"],
        continues=row["continues"],
    )
