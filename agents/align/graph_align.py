"""The matrix graph: lay out -> topics side by side, each with the cells of all roadmaps -> rows."""

from collections.abc import Awaitable, Callable, Sequence

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from ..graph_untraced import untraced
from ..state import Deps
from .matrix_nodes import MatrixState, MatrixUpdate, TopicTask, fill, judge, lay_out, tasks_of


def matrix_graph() -> Callable[[MatrixState, Deps], Awaitable[MatrixState]]:
    """Return the compiled graph: what takes a matrix from its first state to its last."""

    async def laid_out(state: MatrixState, *, runtime: Runtime[Deps]) -> MatrixUpdate:
        return await lay_out(state, runtime.context)

    async def filled(state: TopicTask, *, runtime: Runtime[Deps]) -> MatrixUpdate:
        return await fill(state, runtime.context)

    async def judged(state: MatrixState, *, runtime: Runtime[Deps]) -> MatrixUpdate:
        return await judge(state, runtime.context)

    graph = StateGraph(MatrixState, context_schema=Deps)
    graph.add_node("lay_out", laid_out)
    graph.add_node("fill", filled, input_schema=TopicTask)
    graph.add_node("judge", judged)
    graph.add_edge(START, "lay_out")
    graph.add_conditional_edges("lay_out", _fan_out, ["fill"])
    graph.add_edge("fill", "judge")
    graph.add_edge("judge", END)
    compiled = graph.compile()

    async def align(state: MatrixState, deps: Deps) -> MatrixState:
        with untraced():
            return MatrixState(**await compiled.ainvoke(state, context=deps))

    return align


def _fan_out(state: MatrixState) -> Sequence[Send]:
    return [Send("fill", task) for task in tasks_of(state)]
