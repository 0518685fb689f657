"""What is asked of a matrix, and how it is made: handed to the assistant, so that no question waits for its imports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...core.cost import Cost
from ...core.types import EVERYTHING, Scope
from ...tools.align.matrix import AlignmentMatrix, Judgement, MatrixTopic
from ...tools.align.roadmaps import By
from ..records import Run
from ..state import Deps
from .graph_align import matrix_graph
from .matrix_composition import compose_matrix
from .matrix_nodes import MatrixState


@dataclass(frozen=True, slots=True)
class MatrixRequest:
    """Topics that are compared over the roadmaps of regions, or `by` organisation or report.

    `sample` makes so many cells alone, to see what they are like. Rows are read with what people decided in
    `judgements`; these are kept by the command line alone.
    """

    topics: Sequence[MatrixTopic]
    by: By = "region"
    scope: Scope = EVERYTHING
    sample: int | None = None
    judgements: Sequence[Judgement] = ()

    async def made(
        self, deps: Deps, run: Run, booked: Callable[[], Cost], spent: Callable[[str], Cost], model: str
    ) -> AlignmentMatrix:  # fmt: skip
        """Return the matrix; `booked` tells at its end what it cost, `spent` what of that one cell did.

        `model` is who drafts. Raises UsageError where a filter matches nothing.
        """
        state = MatrixState(
            tuple(self.topics), self.by, self.scope, self.sample, run.id, run.booked_as, tuple(self.judgements)
        )
        done = await matrix_graph()(state, deps)
        return compose_matrix(done, deps.library.catalogue.generation, booked(), spent, model)
