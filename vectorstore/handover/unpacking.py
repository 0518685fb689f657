"""Takes over a library that was handed over: into a place where there is none, all of it or nothing.

It is made in the library's own scratch folder, with tables, words and vectors of our own, read as readers would, and
put into place at the end, the catalogue last: before that there is no library.
"""

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, get_args

import numpy as np

from ...core.errors import LibraryError, UsageError
from ...core.events import OnProgress, silent
from ...core.system.disk import has_no_room, is_there, make_folder
from ...core.types import SegmentKind
from ..index import schema
from ..index.catalogue import Catalogue
from ..index.damage import Connection, seal
from ..index.vectors import VectorIndex, discard
from ..index.writer import scratch, unwritable, writer_lock
from ..ingest.entry import Entry
from ..ingest.indexing import catch_up_words
from .bundle import ELSEWHERE, TABLES, HeldReport, Imported, columns, refused
from .checked_bundle import CheckedBundle

_KINDS: Mapping[str, type] = {"TEXT": str, "INTEGER": int, "BLOB": str}
_ID = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LONGEST_ID = 60  # characters of a report's id, ours being shorter; it names a file
_LISTS: Mapping[tuple[str, str], type] = {
    ("pages", "path"): str, ("pages", "breaks"): int, ("pages", "unread"): str, ("pages", "left_out"): str,
    ("passages", "path"): str, ("reports", "unread"): str,
}  # fmt: skip
_WRONG = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, sqlite3.Error)


def refuse_occupied(folder: Path) -> None:
    """Raise UsageError where there is a library in a folder already."""
    if is_there(folder / "catalogue.sqlite"):
        raise UsageError(f"there is a library at {str(folder)!r} already: name an empty place with --library DIR")


def unpack(bundle: CheckedBundle, folder: Path, progress: OnProgress = silent) -> Imported:
    """Make a library in `folder` of what was handed over, and return what it holds.

    Raises UsageError where there is one, LibraryError where the rows are none of a library or the disk has no room.
    """
    refuse_occupied(folder)
    with writer_lock(folder), scratch(folder) as place:
        refuse_occupied(folder)
        if bundle.size > shutil.disk_usage(place).free:
            raise unwritable(folder, OSError(f"it takes {bundle.size // 1_000_000:,} MB, and less is free"))
        made = make_folder(place / "library")
        with _wrong_told(bundle, folder), closing(Entry(made)) as entry:
            with closing(schema.connect(str(made / "catalogue.sqlite"))) as connection:
                _fill(connection, bundle)
            entry.link_editions()
            _index(made, bundle, entry, progress)
            held = _held(made, bundle)
        _settle(made, folder)
    manifest = bundle.manifest
    return Imported(
        library=str(folder), reports=held, passages=sum(report.passages for report in held),
        unreadable=manifest.unreadable, left_out=manifest.left_out, embedder=manifest.embedder,
    )  # fmt: skip


def _fill(connection: Connection, bundle: CheckedBundle) -> None:
    """Put the rows into the tables, each value of its column's kind, each page with a seal of ours."""
    with schema.transaction(connection):
        for table in TABLES:
            known = columns(connection, table)
            for row in bundle.rows(table):
                _check_row(table, row, known)
                if table == "recognised":
                    row["page"] = row["page"].encode()
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        for table in ("files", "pages", "passages", "segments"):
            _check_reports(connection, table)
        for row in connection.execute("SELECT report, number, kind, page, label, path, state, text FROM pages"):
            sealed = seal(row[name] for name in ("kind", "page", "label", "path", "state", "text"))
            connection.execute("INSERT INTO meta VALUES (?, ?)", (f"seal/{row['report']}/{row['number']}", sealed))
        last = connection.execute("SELECT coalesce(max(id), 0) FROM segments").fetchone()[0]
        connection.execute("INSERT INTO meta VALUES ('last_segment', ?)", (str(last),))


def _check_row(table: str, row: Mapping[str, Any], known: Mapping[str, str]) -> None:
    """Raise ValueError where a row is none that coscribe writes."""
    if unknown := sorted(row.keys() - known.keys()):
        raise ValueError(f"{table} has no {unknown[0]!r}")
    for name, value in row.items():
        if value is not None and type(value) is not _KINDS[known[name]]:
            raise ValueError(f"{name} of {table} is a {type(value).__name__}")
    for (of, name), kind in _LISTS.items():
        if of == table:
            items = json.loads(row[name])
            if not isinstance(items, list) or not all(type(item) is kind for item in items):
                raise ValueError(f"{name} of {table} is no list")
    if table == "reports":
        if not row["id"] or len(row["id"]) > _LONGEST_ID or not _ID.issuperset(row["id"]):
            raise ValueError("an id of reports is none")
        if not all(isinstance(json.loads(row[name]), dict) for name in ("guessed", "declared")):
            raise ValueError("what is known of a report is none")
    if table == "files" and not row["path"].startswith(f"{ELSEWHERE}/"):
        raise ValueError("a file is said to lie on this machine")
    if table == "segments" and row["kind"] not in get_args(SegmentKind):
        raise ValueError("a segment is of no kind that is known")
    if table == "passages" and not row["id"].startswith(f"{row['report']}@"):
        raise ValueError("a passage is of another report")


def _check_reports(connection: Connection, table: str) -> None:
    lost = connection.execute(
        f"SELECT 1 FROM {table} WHERE report NOT IN (SELECT id FROM reports) AND report IS NOT NULL LIMIT 1"
    ).fetchone()
    if lost:
        raise ValueError(f"{table} speaks of a report that is not there")


def _index(made: Path, bundle: CheckedBundle, entry: Entry, progress: OnProgress) -> None:
    """Make the words anew, and the vectors of those that came along."""
    catalogue = Catalogue(made)
    manifest = bundle.manifest
    try:
        catch_up_words(made, catalogue, entry, progress)
        if manifest.dimension:
            entry.set_meta("embedder", manifest.embedder)
            entry.set_meta("dimension", str(manifest.dimension))
            embedded = {report.report for report in manifest.reports if report.embedded}
            index = VectorIndex(made / "vectors", manifest.dimension)
            _store(index, bundle, catalogue, embedded, progress)
            entry.mark_committed("vectors", [report for report in catalogue.reports() if report.id in embedded])
            entry.set_meta("unrelated", str(index.likeness()))
            index.close()
            entry.advance()
    finally:
        catalogue.close()


def _store(
    index: VectorIndex, bundle: CheckedBundle, catalogue: Catalogue, embedded: set[str], progress: OnProgress
) -> None:
    """Store the vectors of each report; raises ValueError for one that is of no passage, or is none."""
    done, total = 0, sum(report.passages for report in bundle.manifest.reports if report.embedded)
    for data in bundle.vectors(index.row_size):
        rows = index.rows_in(data)
        if not np.isfinite(rows["vector"]).all():
            raise ValueError("a vector has a number that is none")
        by_report: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(rows["passage"].tolist()):
            by_report[name.decode("ascii").partition("@")[0]].append(at)
        if not by_report.keys() <= embedded:
            raise ValueError("a vector is of a report that has none")
        for report, places in by_report.items():
            names = [name.decode("ascii") for name in rows["passage"][places].tolist()]
            if len(set(names)) < len(names) or catalogue.passages(names).keys() != set(names):
                raise ValueError("a vector is of no passage")
            index.add(report, names, np.ascontiguousarray(rows["vector"][places]))
        done += len(rows)
        progress("storing vectors", done, total)


def _held(made: Path, bundle: CheckedBundle) -> list[HeldReport]:
    """Read all as readers will, and return what is held; raises ValueError where the manifest says otherwise."""
    with closing(Catalogue(made)) as catalogue:
        counts = catalogue.passage_counts()
        embedded = {report.id for report in catalogue.reports()} - {one.id for one in catalogue.behind("vectors")[0]}
        held = [
            HeldReport(
                report=report.id, file=report.file, title=report.title, organisation=report.organisation,
                region=report.region, date=report.date, confidentiality=report.confidentiality, pages=report.pages,
                passages=counts.get(report.id, 0), embedded=report.id in embedded,
            )
            for report in sorted(catalogue.reports(), key=lambda report: report.id)
        ]  # fmt: skip
        for report in held:
            passages = [passage.id for passage in catalogue.indexable(report.report)]
            catalogue.segments_of(passages)
            catalogue.passages(passages)
        unreadable = [one for one in catalogue.unreadable([]) if one.file]
    if held != bundle.manifest.reports or len(unreadable) != bundle.manifest.unreadable:
        raise ValueError("the manifest names other reports")
    return held


def _settle(made: Path, folder: Path) -> None:
    """Put a finished library into place; what a catalogue that is gone has left there goes."""
    discard(folder / "vectors")
    shutil.rmtree(folder / "words", ignore_errors=True)
    for part in ("words", "vectors", "catalogue.sqlite"):
        if (made / part).exists():
            (made / part).replace(folder / part)


@contextmanager
def _wrong_told(bundle: CheckedBundle, folder: Path) -> Iterator[None]:
    """Say that rows are none of a library, in whatever way that came to light, unless it is the disk that refuses."""
    try:
        yield
    except (*_WRONG, LibraryError) as error:
        if has_no_room(folder, error) or isinstance(error, sqlite3.OperationalError):
            raise  # the writer's lock says so
        reason = f": {error}" if type(error) is ValueError else ""
        raise refused(bundle.source, f"its rows are none of a library{reason}") from error
