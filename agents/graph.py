"""The ask graph: retriever -> drafter -> reviewer, which may send a question back to either of the others."""

from collections.abc import Awaitable, Callable
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from .drafter import draft
from .graph_untraced import untraced
from .retriever import retrieve
from .reviewing.reviewer import review
from .state import Ask, Deps, State, Update

_Node = Callable[[State, Deps], Awaitable[Update]]


def ask_graph() -> Ask:
    """Return what takes a question from its first state to its last."""
    graph = wired()

    async def ask(state: State, deps: Deps) -> State:
        with untraced():
            return State(**await graph.ainvoke(state, context=deps))

    return ask


def wired() -> Any:
    """Return the compiled graph; its context are the `Deps`."""
    graph = StateGraph(State, context_schema=Deps)
    graph.add_node("retriever", _adapted(retrieve))
    graph.add_node("drafter", _adapted(draft))
    graph.add_node("reviewer", _adapted(review))
    graph.add_edge(START, "retriever")
    graph.add_edge("retriever", "drafter")
    graph.add_edge("drafter", "reviewer")
    graph.add_conditional_edges(
        "reviewer", lambda state: state.next, {"retriever": "retriever", "drafter": "drafter", "end": END}
    )
    # Its states hold evidence, not plain data: inside the chat graph it is no part of what is checkpointed.
    return graph.compile(checkpointer=False)


def _adapted(node: _Node) -> Any:
    """Give a plain node the shape LangGraph calls."""

    async def run(state: State, *, runtime: Runtime[Deps]) -> Update:
        return await node(state, runtime.context)

    return run
