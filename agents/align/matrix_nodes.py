"""The nodes of the matrix graph: what is compared, a cell for each topic and roadmap, and rows across them."""

import asyncio
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, TypedDict

from ...core.errors import UsageError
from ...core.events import Event
from ...core.shapes import Citation, UnreadablePages
from ...core.types import EVERYTHING, Report, Scope
from ...tools.align.actions import actions_of
from ...tools.align.cell_key import cell_key
from ...tools.align.judging.decision import decided
from ...tools.align.matrix import Action, Judgement, MatrixCell, MatrixRow, MatrixTopic, Roadmap, SearchRecord
from ...tools.align.positions import Looked, cell_of
from ...tools.align.roadmaps import By, roadmaps_of, unplaced
from ...tools.align.row_reading import row_of
from ...tools.align.sweep import Sought, nearest, swept, widened
from ...tools.align.topics import expressions
from ...tools.evidence.citations import Citations
from ..state import Deps
from .placing import PlacingDesk, placed


@dataclass(frozen=True, slots=True)
class MatrixState:
    """A matrix on its way; cells end in any order and are gathered, topic by topic."""

    topics: tuple[MatrixTopic, ...]
    by: By = "region"
    scope: Scope = EVERYTHING
    sample: int | None = None
    run: str = ""
    booked_as: str = ""
    judgements: tuple[Judgement, ...] = ()
    roadmaps: tuple[Roadmap, ...] = ()
    unplaced: tuple[str, ...] = ()
    unreadable: tuple[UnreadablePages, ...] = ()
    found: Annotated[tuple[MatrixCell, ...], operator.add] = ()
    failures: Annotated[tuple[str, ...], operator.add] = ()
    cells: tuple[MatrixCell, ...] = ()
    rows: tuple[MatrixRow, ...] = ()
    actions: tuple[Action, ...] = ()


class MatrixUpdate(TypedDict, total=False):
    """The fields of a `MatrixState` that a node changes."""

    roadmaps: tuple[Roadmap, ...]
    unplaced: tuple[str, ...]
    unreadable: tuple[UnreadablePages, ...]
    found: tuple[MatrixCell, ...]
    failures: tuple[str, ...]
    cells: tuple[MatrixCell, ...]
    rows: tuple[MatrixRow, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class TopicTask:
    """What one branch is handed: a topic, and the roadmaps whose cells it makes."""

    topic: MatrixTopic
    roadmaps: tuple[Roadmap, ...]
    run: str = ""
    booked_as: str = ""


async def lay_out(state: MatrixState, deps: Deps) -> MatrixUpdate:
    """Say which roadmaps are compared."""
    reports = await asyncio.to_thread(deps.library.in_scope, state.scope)
    roadmaps = roadmaps_of(reports, state.by)
    if not roadmaps:
        lacks = f"no report has a {state.by}" if reports else "there is no report in scope"
        raise UsageError(f"{lacks}, so there is no roadmap: see `coscribe reports review`, or align --by report")
    cells = len(state.topics) * len(roadmaps)
    deps.emit(Event("retriever", "planned", f"{len(state.topics)} topics x {len(roadmaps)} roadmaps: {cells} cells"))
    gaps = await asyncio.to_thread(_gaps, deps, reports)
    return {"roadmaps": roadmaps, "unplaced": tuple(unplaced(reports, state.by)), "unreadable": tuple(gaps)}


def _gaps(deps: Deps, reports: Sequence[Report]) -> list[UnreadablePages]:
    """Return what could not be read in scope; of a whole collection also the files that are no report at all."""
    catalogue = deps.library.catalogue
    every = len(reports) == len(catalogue.reports())
    return catalogue.unreadable(None if every else {report.id for report in reports})


def tasks_of(state: MatrixState) -> list[TopicTask]:
    """Return the branches, a topic each; of a sample the cells are taken evenly from all of them."""
    every = [(topic.name, roadmap.name) for topic in state.topics for roadmap in state.roadmaps]
    step = max(1.0, len(every) / state.sample) if state.sample else 1.0
    taken = {every[int(at * step)] for at in range(min(state.sample or len(every), len(every)))}
    tasks = []
    for topic in state.topics:
        mine = tuple(roadmap for roadmap in state.roadmaps if (topic.name, roadmap.name) in taken)
        if mine:
            tasks.append(TopicTask(topic, mine, state.run, state.booked_as))
    return tasks


async def fill(task: TopicTask, deps: Deps) -> MatrixUpdate:
    """Look a topic up in all reports, and return its cells."""
    read = await asyncio.to_thread(_cells, task, deps)
    desks = [PlacingDesk(task.topic, task.run, booked_as(cell, task.booked_as)) for cell in read]
    done = await asyncio.gather(*(placed(cell, desk, deps) for cell, desk in zip(read, desks, strict=True)))
    cells = [cell for cell, _ in done]
    taken = sum(cell.stance not in ("silent", "not_assessed") for cell in cells)
    deps.emit(Event("retriever", "searched", f"{task.topic.name}: {taken} of {len(cells)} roadmaps speak of it"))
    return {"found": tuple(cells), "failures": tuple(failure for _, failure in done if failure)}


def booked_as(cell: MatrixCell, whole: str) -> str:
    """Return what the cost of a cell is booked under; `whole` is that of its matrix."""
    return f"{whole or 'align'}: {cell_key(cell)}"


async def judge(state: MatrixState, deps: Deps) -> MatrixUpdate:
    """Number the sources over the whole matrix, and read each row across its cells, as people decided them."""
    order = {roadmap.name: at for at, roadmap in enumerate(state.roadmaps)}
    topics = {topic.name: at for at, topic in enumerate(state.topics)}
    made = _numbered(sorted(state.found, key=lambda cell: (topics[cell.topic], order[cell.roadmap])))
    cells = decided(made, state.judgements)
    known = deps.terms()
    rows = await asyncio.to_thread(
        lambda: [
            row_of(one, [cell for cell in cells if cell.topic == one.name], state.roadmaps, known)
            for one in state.topics
            if any(cell.topic == one.name for cell in cells)
        ]
    )
    this_year = datetime.now(UTC).year
    actions = actions_of(list(topics), cells, state.roadmaps, this_year)
    apart = sum(row.reading in ("diverge", "mixed") for row in rows)
    deps.emit(Event("reviewer", "reviewed", f"{len(rows)} rows read, {apart} with a divergence"))
    return {"cells": tuple(cells), "rows": tuple(rows), "actions": tuple(actions)}


def _cells(task: TopicTask, deps: Deps) -> list[MatrixCell]:
    library = deps.library
    reports = {report.id: report for report in library.catalogue.reports()}
    wanted = {name: reports[name] for roadmap in task.roadmaps for name in roadmap.reports if name in reports}
    known = deps.terms()
    sought = Sought(task.topic, expressions(task.topic, known), known)
    looked = Looked(
        swept=swept(library, sought, wanted), reports=wanted, passage_counts=library.catalogue.passage_counts(),
        unreadable=partial(_unreadable, deps, wanted),
        wider=lambda names: widened(library, sought, {name: wanted[name] for name in names}),
        closest=partial(_closest, deps, task.topic, wanted),
    )  # fmt: skip
    return [cell_of(looked, roadmap, Citations(library.catalogue, wanted)) for roadmap in task.roadmaps]


def _unreadable(deps: Deps, known: Mapping[str, Report], reports: Sequence[str]) -> list[UnreadablePages]:
    """Return what could not be read of some reports; a file that is no report is nobody's."""
    files = {known[name].file for name in reports}
    return [one for one in deps.library.catalogue.unreadable(set(reports)) if one.file in files]


def _closest(deps: Deps, topic: MatrixTopic, known: Mapping[str, Report], reports: Sequence[str]) -> Citation | None:
    segment = nearest(deps.library, topic, reports)
    if segment is None:
        return None
    return next(one for one in Citations(deps.library.catalogue, known).cite([segment]) if one.role == "quote")


def _numbered(cells: Sequence[MatrixCell]) -> list[MatrixCell]:
    """Return the cells with citations numbered by report, in the order in which they are met.

    What only came nearest to a topic has the number of its report too: one behind all others, if nothing else cites it.
    """
    missed = [cell.searched.nearest for cell in cells if cell.searched.nearest is not None]
    numbers: dict[str, int] = {}
    for citation in (*(one for cell in cells for one in cell.citations), *missed):
        numbers.setdefault(citation.report, len(numbers) + 1)

    def numbered(citation: Citation) -> Citation:
        return citation.model_copy(update={"number": numbers[citation.report]})

    def sought(cell: MatrixCell) -> SearchRecord:
        near = cell.searched.nearest
        return cell.searched if near is None else cell.searched.model_copy(update={"nearest": numbered(near)})

    return [
        cell.model_copy(update={"citations": tuple(map(numbered, cell.citations)), "searched": sought(cell)})
        for cell in cells
    ]
