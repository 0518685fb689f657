"""Packs a library into one file: the rows of its reports and their vectors, with nothing of the machine it is from.

Left behind are paths, what is personal (it never stood in a library), and all that can be made anew. What names a
report that stays behind is left behind too. The same library gives the same bytes.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ...core.errors import LibraryError, UsageError
from ...core.system.files import write_whole
from ...core.types import EVERYTHING, Report, Scope
from ..index import schema
from ..index.catalogue import Catalogue
from ..index.damage import Seals, understood
from ..index.vectors import VectorIndex
from ..ingest.corrections import MARKED_BY, outcome
from ..ingest.declarations import GIVEN
from ..inventory import Inventory
from .bundle import (
    ELSEWHERE,
    FORMAT,
    LONGEST,
    MANIFEST,
    TABLES,
    VECTORS,
    BundleManifest,
    Exported,
    HeldReport,
    Member,
    columns,
    rows_name,
)

_BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)  # of zip archives; a date of its own would make every file another one
_STATUSES = ("skipped", "failed")

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Selection:
    """The reports that go along, the internal ones that were meant and stay behind, and all internal ones that do."""

    taken: Sequence[Report]
    kept_back: Sequence[Report]
    hidden: Sequence[Report]

    @classmethod
    def of(cls, inventory: Inventory, scope: Scope, *, internal: bool) -> "_Selection":
        """Choose reports; raises UsageError where none is left."""
        meant = sorted(inventory.in_scope(scope), key=lambda report: report.id)
        taken = [report for report in meant if internal or report.confidentiality != "internal"]
        if meant and not taken:
            names = ", ".join(report.file for report in meant[:3])
            raise UsageError(
                f"all of these reports are internal ({names}): say --internal to hand them over all the same"
            )
        if not taken:
            raise UsageError("there is no report to hand over: see `coscribe reports`")
        every = inventory.catalogue.reports()
        hidden = [report for report in every if report.confidentiality == "internal" and report not in taken]
        return cls(taken, [report for report in meant if report not in taken], hidden)


def pack(inventory: Inventory, target: Path, *, scope: Scope = EVERYTHING, internal: bool = False) -> Exported:
    """Write the reports of a scope to a file, and return what went into it; internal ones only where that is asked.

    Raises UsageError where it cannot be written or nothing is left to write, LibraryError where the library is damaged
    or was changed meanwhile.
    """
    catalogue = inventory.catalogue
    made: list[BundleManifest] = []

    def write(stream: IO[bytes]) -> None:
        before = catalogue.generation
        with catalogue.snapshot(), zipfile.ZipFile(stream, "w") as archive:
            made.append(_Packing(catalogue, inventory.folder, archive, internal).write(chosen))
        if catalogue.generation != before:
            raise LibraryError(f"the library {str(inventory.folder)!r} was written to meanwhile: export it again")

    chosen = _Selection.of(inventory, scope, internal=internal)
    write_whole(target, write, "the library", advice="choose another place")
    manifest, size = made[0], target.stat().st_size
    with target.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Exported(
        file=str(target), bytes=size, sha256=digest, reports=manifest.reports, unreadable=manifest.unreadable,
        left_out=[report.file for report in chosen.kept_back], embedder=manifest.embedder,
    )  # fmt: skip


@dataclass
class _Packing:
    """One archive under way."""

    catalogue: Catalogue
    folder: Path
    archive: zipfile.ZipFile
    internal: bool
    members: list[Member] = field(default_factory=list)
    seals: Seals = field(default_factory=Seals)

    def write(self, chosen: _Selection) -> BundleManifest:
        """Write all members, the manifest last, and return it."""
        with understood(str(self.folder)):
            reports = list(self._reports(chosen))
        self._add_rows("reports", reports)
        unreadable = self._unreadable()
        self._add_rows("files", [*self._files(chosen.taken), *unreadable])
        for table in ("versions", "pages", "passages", "segments"):
            self._add_rows(table, self._rows(table, [report.id for report in chosen.taken]))
        self._add_rows("recognised", self._recognised(chosen.taken))
        embedder, dimension = self.catalogue.meta("embedder") or "", int(self.catalogue.meta("dimension") or 0)
        embedded = self._embedded(chosen.taken) if dimension else {}
        if dimension:
            self._add(VECTORS, self._vectors(embedded, dimension))
        counts = self.catalogue.passage_counts()
        manifest = BundleManifest(
            format=FORMAT, catalogue=schema.FORMAT, embedder=embedder if dimension else "", dimension=dimension,
            left_out=len(chosen.kept_back), unreadable=len(unreadable), members=list(self.members),
            reports=[
                HeldReport(
                    report=row["id"], file=row["file"], title=row["title"], organisation=row["organisation"],
                    region=row["region"], date=row["date"], confidentiality=row["confidentiality"],
                    pages=row["pages"], passages=counts.get(row["id"], 0), embedded=row["id"] in embedded,
                )
                for row in reports
            ],
        )  # fmt: skip
        self._add(MANIFEST, [manifest.model_dump_json(indent=1).encode()])
        return manifest

    def _reports(self, chosen: _Selection) -> Iterator[_Row]:
        """Yield the rows of reports without what leads to those that stay behind.

        An older edition stays one, though the newer one is not named. A mark of a folder's manifest becomes one of
        `--manifest`: the folder is not there, and the mark must not be lowered the easier for that.
        """
        taken = {report.id: report for report in chosen.taken}
        hidden = {report.superseded_by for report in chosen.hidden}
        for row in self._rows("reports", list(taken)):
            guessed, declared = json.loads(row["guessed"]), json.loads(row["declared"])
            if declared.get(MARKED_BY):
                declared[MARKED_BY] = GIVEN
            newer = taken[row["id"]].superseded_by
            if newer and newer not in taken:
                declared["status"] = "superseded"
                declared.pop(f"{schema.CORRECTED}status", None)
            if row["id"] in hidden:
                for name in ("supersedes", f"{schema.CORRECTED}supersedes"):
                    declared.pop(name, None)
            yield {
                **row, **outcome(guessed, declared), "superseded_by": None, "guessed": json.dumps(guessed),
                "declared": json.dumps(declared),
            }  # fmt: skip

    def _files(self, taken: Sequence[Report]) -> Iterator[_Row]:
        """Yield the files of reports, without where they lie."""
        numbers = count(1)
        for row in self._rows("files", [report.id for report in taken]):
            yield {**row, "path": f"{ELSEWHERE}/{next(numbers)}/{row['file']}"}

    def _unreadable(self) -> list[_Row]:
        """Return the files that nobody could read: they may be internal, and are named where such reports go along."""
        marks = ", ".join("?" * len(_STATUSES))
        found = self.catalogue.connection.execute(
            f"SELECT * FROM files WHERE report IS NULL AND state IN ({marks}) ORDER BY file, hash", _STATUSES
        ).fetchall()
        rows = [{**dict(row), "path": f"{ELSEWHERE}/unread/{number}"} for number, row in enumerate(found, 1)]
        if self.internal:
            return rows
        endings = [PurePosixPath(row["file"]).suffix for row in rows]
        return [
            {**row, "file": f"unreadable file {number:03}{ending}", "hash": "", "reason": None}
            for number, (row, ending) in enumerate(zip(rows, endings, strict=True), 1)
        ]

    def _rows(self, table: str, keys: Sequence[str]) -> Iterator[_Row]:
        """Yield the rows of a table that belong to some reports, each page compared with its seal."""
        column, order = TABLES[table]
        connection = self.catalogue.connection
        for key in keys if columns(connection, table) else ():
            found = connection.execute(f"SELECT * FROM {table} WHERE {column} = ? ORDER BY {order}", (key,)).fetchall()
            if table == "pages":
                self.seals.check(connection, str(self.folder), {(row["report"], row["number"]) for row in found})
            yield from map(dict, found)

    def _recognised(self, taken: Sequence[Report]) -> Iterator[_Row]:
        """Yield what was recognised in the pages of reports as they are now; it is kept as JSON."""
        for row in self._rows("recognised", sorted(report.version for report in taken)):
            yield {**row, "page": bytes(row["page"]).decode()}

    def _embedded(self, taken: Sequence[Report]) -> dict[str, set[str]]:
        """Return the passages of those reports that the vectors have caught up with, by report."""
        behind = {report.id for report in self.catalogue.behind("vectors")[0]}
        return {
            report.id: {row["id"] for row in self._rows("passages", [report.id])}
            for report in taken
            if report.id not in behind
        }

    def _vectors(self, embedded: Mapping[str, set[str]], dimension: int) -> Iterator[bytes]:
        """Yield the flat rows of reports."""
        index = VectorIndex(self.folder / "vectors", dimension)
        for report in sorted(embedded):
            rows = index.rows(report)
            if not embedded[report].issuperset(name.decode() for name in rows["passage"].tolist()):
                raise LibraryError(
                    f"the vectors of {report!r} are not those of its passages: run `coscribe reports rebuild` first"
                )
            yield rows.tobytes()

    def _add_rows(self, table: str, rows: Iterable[_Row]) -> None:
        """Write a table: its columns in a line, then a row a line."""
        names = list(columns(self.catalogue.connection, table))

        def lines() -> Iterator[bytes]:
            for values in (names, *([row[name] for name in names] for row in rows)):
                line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                if len(line) > LONGEST:
                    raise LibraryError(f"a row of {table} is too long to be handed over: {len(line):,} bytes")
                yield line

        self._add(rows_name(table), lines())

    def _add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a member, and take down how long it is and its sum."""
        told = zipfile.ZipInfo(name, _BEGINNING_OF_TIME)
        told.compress_type, told.create_system, told.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self.archive.open(told, "w", force_zip64=True) as stream:
            for chunk in chunks:
                stream.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.members.append(Member(name=name, bytes=size, sha256=digest.hexdigest()))
