"""Makes the matrix of a finished state, and its document."""

from ...core.cost import Cost
from ...core.shapes import Mode
from ...tools.align.cell_key import name_of
from ...tools.align.judging.cohens_kappa import agreements
from ...tools.align.judging.decision import gone
from ...tools.align.matrix import Matrix
from ...tools.align.matrix_page import matrix_page
from .matrix_nodes import MatrixState


def compose_matrix(done: MatrixState, generation: int, cost: Cost) -> Matrix:
    """Return the matrix of a library at a `generation`."""
    mode: Mode = "evidence"
    names = [name_of(topic.name, roadmap.name) for topic in done.topics for roadmap in done.roadmaps]
    agreement = agreements([topic.name for topic in done.topics], done.cells)
    matrix = Matrix(
        topics=done.topics, roadmaps=done.roadmaps, cells=done.cells, rows=done.rows,
        actions=done.actions, agreement=agreement, no_longer_there=gone(done.judgements, names),
        by=done.by, mode=mode, generation=generation, cost=cost, run=done.run,
    )  # fmt: skip
    return matrix.model_copy(update={"document": matrix_page(matrix)})
