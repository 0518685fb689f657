"""Makes the matrix of a finished state, and its document."""

from collections.abc import Callable
from decimal import Decimal

from ...core.amounts import plain
from ...core.cost import Cost
from ...core.shapes import Mode
from ...tools.align.cell_key import name_of
from ...tools.align.judging.cohens_kappa import agreements
from ...tools.align.judging.decision import gone
from ...tools.align.matrix import AlignmentMatrix, Sampled
from ...tools.align.matrix_page import matrix_page
from .matrix_nodes import MatrixState, booked_as


def compose_matrix(
    done: MatrixState, generation: int, cost: Cost, spent: Callable[[str], Cost], model: str = ""
) -> AlignmentMatrix:
    """Return the matrix of a library at a `generation`; `spent` tells what is booked under a name of its run."""
    placed = any(cell.judged_by == "model" for cell in done.cells)
    mode: Mode = "drafted" if placed else "evidence"
    cells = tuple(
        cell.model_copy(update={"cost": spent(booked_as(cell, done.booked_as))}) if cell.citations else cell
        for cell in done.cells
    )
    names = [name_of(topic.name, roadmap.name) for topic in done.topics for roadmap in done.roadmaps]
    matrix = AlignmentMatrix(
        topics=done.topics, roadmaps=done.roadmaps, cells=cells, rows=done.rows, actions=done.actions, by=done.by,
        mode=mode, degraded=done.failures[0] if done.failures else None, generation=generation, cost=cost,
        run=done.run, unplaced=done.unplaced, unreadable=done.unreadable, sampled=_sampled(done, cost),
        agreement=agreements([topic.name for topic in done.topics], cells),
        no_longer_there=gone(done.judgements, names),
    )  # fmt: skip
    return matrix.model_copy(update={"document": matrix_page(matrix, model if placed else "")})


def _sampled(done: MatrixState, cost: Cost) -> Sampled | None:
    """Return what all cells would cost, at the rate of those that were made."""
    of = len(done.topics) * len(done.roadmaps)
    if done.sample is None or not done.cells:
        return None
    usd = None if cost.usd is None else plain(Decimal(cost.usd) * of / len(done.cells))
    return Sampled(cells=len(done.cells), of=of, usd=usd)
