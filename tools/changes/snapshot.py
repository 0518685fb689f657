"""The state of a library and of its matrix at one time, by reference: which report at which version, and its quotes."""

from collections.abc import Iterable
from typing import Literal

from ...core.cost import Cost
from ...core.shapes import Citation, Level, Shape
from ...core.types import EVERYTHING, Report, Scope
from ..align.matrix import AlignmentMatrix, MatrixCell, MatrixRow, Stance


class ReportState(Shape):
    """A report as it was; `version` is the hash of its content, whose pages are not kept."""

    report: str
    version: str
    file: str
    title: str
    organisation: str | None = None
    region: str | None = None
    date: str | None = None
    kind: str
    status: str
    superseded_by: str | None = None
    edition: str | None = None
    family: str | None = None
    language: str | None = None
    confidentiality: Level

    @property
    def speaks(self) -> bool:
        """Whether it speaks for its roadmap: it is no draft, and no edition that was replaced."""
        return self.status != "draft" and not self.is_replaced

    @property
    def is_replaced(self) -> bool:
        """Whether a newer edition has taken its place."""
        return self.superseded_by is not None or self.status == "superseded"


class JudgementState(Shape):
    """What a person said of a cell, "TOPIC | ROADMAP": its stance, none for a remark, and on which `evidence`.

    The words of a comment are not kept: `comment` are digits that tell it from others, "" for none.
    """

    cell: str
    editor: str
    stance: Stance | None
    date: str | None = None
    evidence: str = ""
    comment: str = ""


class Snapshot(Shape):
    """What was kept under a name: when (`made`, UTC), by which version of coscribe, of which library and what of it.

    Quotes of the matrix are words with their places; what it was searched for beside them is left out. `judgements`
    are those on its topics, `None` in a snapshot from before they were kept.
    """

    format: Literal[1] = 1
    name: str
    made: str
    program: str
    library: str
    scope: Scope = EVERYTHING
    generation: int
    reports: tuple[ReportState, ...]
    matrix: AlignmentMatrix
    judgements: tuple[JudgementState, ...] | None = None

    def quotes(self, report: str) -> bool:
        """Tell whether words of a report are kept in it."""
        return any(one.report == report for one in _citations(self.matrix))

    def without_words_of(self, report: str) -> "Snapshot":
        """Return it without any words of a report; which stance they showed, and what the report was called, stays."""
        cells = tuple(_without(cell, report) for cell in self.matrix.cells)
        rows = tuple(_row_without(row, report) for row in self.matrix.rows)
        matrix = self.matrix.model_copy(update={"cells": cells, "rows": rows})
        return self.model_copy(update={"matrix": matrix})


class SnapshotRow(Shape):
    """A snapshot as `snapshot --list` tells it, by how much it holds."""

    name: str
    made: str
    generation: int
    reports: int
    topics: int
    roadmaps: int


class SnapshotList(Shape):
    """What `snapshot --list --json` prints."""

    snapshots: list[SnapshotRow]


def row_of_snapshot(snapshot: Snapshot) -> SnapshotRow:
    """Return how much a snapshot holds."""
    matrix = snapshot.matrix
    return SnapshotRow(
        name=snapshot.name, made=snapshot.made, generation=snapshot.generation, reports=len(snapshot.reports),
        topics=len(matrix.topics), roadmaps=len(matrix.roadmaps),
    )  # fmt: skip


def states(reports: Iterable[Report]) -> tuple[ReportState, ...]:
    """Return the reports of a library as they are."""
    return tuple(
        ReportState(
            report=one.id, version=one.version, file=one.file, title=one.title, organisation=one.organisation,
            region=one.region, date=one.date, kind=one.kind, status=one.status, superseded_by=one.superseded_by,
            edition=one.edition, family=one.family, language=one.language, confidentiality=one.confidentiality,
        )
        for one in reports
    )  # fmt: skip


def in_short(matrix: AlignmentMatrix) -> AlignmentMatrix:
    """Return a matrix without what can be had again from it or is no evidence: near misses, actions, costs."""
    cells = tuple(
        cell.model_copy(update={"searched": cell.searched.model_copy(update={"nearest": None}), "cost": Cost()})
        for cell in matrix.cells
    )
    return matrix.model_copy(update={"cells": cells, "actions": (), "document": None, "cost": Cost(), "run": None})


def _citations(matrix: AlignmentMatrix) -> Iterable[Citation]:
    for cell in matrix.cells:
        yield from cell.citations
    for row in matrix.rows:
        for divergence in row.divergences:
            yield from divergence.citations


def _without(cell: MatrixCell, report: str) -> MatrixCell:
    gone = {one.id for one in cell.citations if one.report == report}
    if not gone:
        return cell
    first = next(one for one in cell.citations if one.role == "quote")
    told = {"position": "", "file": None} if first.report == report else {}
    return cell.model_copy(
        update={
            "citations": tuple(one for one in cell.citations if one.report != report),
            "figures": tuple(one for one in cell.figures if one.quote not in gone),
            "signs": tuple(one for one in cell.signs if one.quote not in gone), **told,
        }
    )  # fmt: skip


def _row_without(row: MatrixRow, report: str) -> MatrixRow:
    kept = tuple(one for one in row.divergences if all(each.report != report for each in one.citations))
    # The sentence tells a divergence in figures of its quotes.
    told = {} if len(kept) == len(row.divergences) else {"sentence": ""}
    return row.model_copy(update={"divergences": kept, **told})
