"""The ask graph as a development server of LangGraph shows it: each step in plain data, over the user's own library.

`langgraph.json` names it. Nothing else imports it: it opens the library of the settings as soon as it is made.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

from langgraph.channels.untracked_value import UntrackedValue
from langgraph.graph import END, START, StateGraph

from ..core.settings import load
from ..core.system.home import Home
from ..core.text import askable
from ..money.ledger import open_ledger
from ..vectorstore.searchable import Searchable
from .assistant import Assistant
from .drafter import draft
from .graph_untraced import untraced
from .records import Run
from .retriever import retrieve
from .reviewing.reviewer import review
from .state import Deps, State, Update

_Node = Callable[[State, Deps], Awaitable[Update]]


@dataclass(frozen=True)
class AskedQuestion:
    """What is typed in."""

    question: str


@dataclass(frozen=True)
class SeenSteps:
    """What each step leaves to be seen: `next` is where the reviewer sends the question, `answer` is as in `--json`."""

    question: str = ""
    passages: list[dict[str, Any]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    next: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _UnderWay(SeenSteps):
    """The state behind it holds evidence, no plain data: it is neither kept nor sent."""

    inner: Annotated[State | None, UntrackedValue] = None


def ask(config: dict[str, Any]) -> Any:
    """Return the graph for a run; `config` is the server's, and says nothing to it."""
    graph = StateGraph(_UnderWay, input_schema=AskedQuestion, output_schema=SeenSteps)
    graph.add_node("retriever", _step(retrieve))
    graph.add_node("drafter", _step(draft))
    graph.add_node("reviewer", _step(review))
    graph.add_node("answer", _answering())
    graph.add_edge(START, "retriever")
    graph.add_edge("retriever", "drafter")
    graph.add_edge("drafter", "reviewer")
    graph.add_conditional_edges(
        "reviewer", lambda under_way: under_way.next,
        {"retriever": "retriever", "drafter": "drafter", "end": "answer"},
    )  # fmt: skip
    graph.add_edge("answer", END)
    made = graph.compile()
    made.stream_channels = [one.name for one in fields(SeenSteps)]  # of what a step leaves, this is sent
    return made


def _step(node: _Node) -> Any:
    async def step(under_way: _UnderWay) -> dict[str, Any]:
        assistant = await asyncio.to_thread(_assistant)
        state = under_way.inner or _first(under_way.question)
        with untraced():
            done = replace(state, **await node(state, assistant.deps))
        return {**_seen(done), "inner": done}

    return step


def _answering() -> Any:
    async def answer(under_way: _UnderWay) -> dict[str, Any]:
        assistant, done = await asyncio.to_thread(_assistant), under_way.inner or _first(under_way.question)
        run = Run(done.run, record=done.run)
        made = await asyncio.to_thread(assistant.answered, under_way.question, done, run)
        return {"answer": made.model_dump(mode="json")}

    return answer


def _first(question: str) -> State:
    return State(question=askable(question), run=Run.new().id)


def _seen(state: State) -> dict[str, Any]:
    """Return what there is to see of a state."""
    ranked = state.evidence.items() if state.evidence else []
    return {
        "passages": [one.model_dump(mode="json") for one in ranked],
        "statements": [one.text for one in state.statements], "claims": [one.text for one in state.claims],
        "dropped": [one.text for one in state.dropped], "next": state.next,
    }  # fmt: skip


@cache
def _assistant() -> Assistant:
    """Return an assistant over the library of the settings, opened once a process."""
    home = Home.find(None, None, os.environ)
    settings = load({}, os.environ, Path.cwd(), home)
    home.create()
    library = Searchable(home.library, embedder=settings.embedder.kind)
    return Assistant.with_settings(library, home, settings, partial(open_ledger, home))
