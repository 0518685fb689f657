"""Makes the matrix of a finished state, and its document."""

from ...core.cost import Cost
from ...core.shapes import Mode
from ...tools.align.matrix import Matrix
from ...tools.align.matrix_page import matrix_page
from .matrix_nodes import MatrixState


def compose_matrix(done: MatrixState, generation: int, cost: Cost) -> Matrix:
    """Return the matrix of a library at a `generation`."""
    mode: Mode = "evidence"
    matrix = Matrix(
        topics=done.topics, roadmaps=done.roadmaps, cells=done.cells, rows=done.rows,
        actions=done.actions, by=done.by, mode=mode, generation=generation, cost=cost, run=done.run,
    )  # fmt: skip
    return matrix.model_copy(update={"document": matrix_page(matrix)})
