"""The note graph: outline -> sections side by side -> edit -> tighten -> assemble -> review."""

from collections.abc import Awaitable, Callable, Sequence

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from ..graph_untraced import untraced
from ..state import Ask, Deps
from .nodes import Branching, NoteState, NoteUpdate, assemble, edit, outline, review_note, tighten, write_section


def note_graph(ask: Ask) -> Callable[[NoteState, Deps], Awaitable[NoteState]]:
    """Return the compiled graph: what takes a note from its first state to its last; `ask` answers for each section."""

    async def outlined(state: NoteState, *, runtime: Runtime[Deps]) -> NoteUpdate:
        return await outline(state, runtime.context)

    async def section(state: Branching, *, runtime: Runtime[Deps]) -> NoteUpdate:
        return await write_section(state, runtime.context, ask)

    async def edited(state: NoteState, *, runtime: Runtime[Deps]) -> NoteUpdate:
        return await edit(state, runtime.context)

    async def tightened(state: NoteState, *, runtime: Runtime[Deps]) -> NoteUpdate:
        return await tighten(state, runtime.context)

    async def assembled(state: NoteState, *, runtime: Runtime[Deps]) -> NoteUpdate:
        return await assemble(state, runtime.context)

    async def reviewed(state: NoteState, *, runtime: Runtime[Deps]) -> NoteUpdate:
        return await review_note(state, runtime.context)

    graph = StateGraph(NoteState, context_schema=Deps)
    graph.add_node("outline", outlined)
    graph.add_node("section", section, input_schema=Branching)
    graph.add_node("edit", edited)
    graph.add_node("tighten", tightened)
    graph.add_node("assemble", assembled)
    graph.add_node("review", reviewed)
    graph.add_edge(START, "outline")
    graph.add_conditional_edges("outline", _fan_out, ["section"])
    graph.add_edge("section", "edit")
    graph.add_edge("edit", "tighten")
    graph.add_edge("tighten", "assemble")
    graph.add_edge("assemble", "review")
    graph.add_edge("review", END)
    compiled = graph.compile()

    async def draft_note(state: NoteState, deps: Deps) -> NoteState:
        with untraced():
            return NoteState(**await compiled.ainvoke(state, context=deps))

    return draft_note


def _fan_out(state: NoteState) -> Sequence[Send]:
    return [Send("section", Branching(task, state.run, state.booked_as, state.drafts_in)) for task in state.tasks]
