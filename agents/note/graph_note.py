"""The note graph: outline -> sections side by side -> assemble -> review."""

from collections.abc import Sequence
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from ..graph_untraced import Untraced
from ..state import Deps, State, Update
from .nodes import Branching, NoteState, assemble, outline, review_note, write_section


def note_graph(ask: Any) -> Any:
    """Return the compiled graph; each section runs through `ask`, the compiled ask graph."""

    async def run_ask(state: State, deps: Deps) -> State:
        return State(**await ask.ainvoke(state, context=deps))

    async def outlined(state: NoteState, *, runtime: Runtime[Deps]) -> Update:
        return await outline(state, runtime.context)

    async def section(state: Branching, *, runtime: Runtime[Deps]) -> Update:
        return await write_section(state, runtime.context, run_ask)

    async def assembled(state: NoteState, *, runtime: Runtime[Deps]) -> Update:
        return await assemble(state, runtime.context)

    async def reviewed(state: NoteState, *, runtime: Runtime[Deps]) -> Update:
        return await review_note(state, runtime.context)

    graph = StateGraph(NoteState, context_schema=Deps)
    graph.add_node("outline", outlined)
    graph.add_node("section", section, input_schema=Branching)
    graph.add_node("assemble", assembled)
    graph.add_node("review", reviewed)
    graph.add_edge(START, "outline")
    graph.add_conditional_edges("outline", _fan_out, ["section"])
    graph.add_edge("section", "assemble")
    graph.add_edge("assemble", "review")
    graph.add_edge("review", END)
    return Untraced(graph.compile())


def _fan_out(state: NoteState) -> Sequence[Send]:
    return [Send("section", Branching(task, state.run, state.booked_as)) for task in state.tasks]
