"""The chat graph: answer, then remember. A checkpoint of each step, in SQLite, carries the memory of a session."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.channels.untracked_value import UntrackedValue
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from pydantic import TypeAdapter

from ...core.errors import LibraryError
from ...core.system.disk import has_no_room
from ...core.types import Scope
from ...tools.search.memory import Memory
from ...tools.search.reaction import reaction_to_answer, welcome
from ..graph import ask_graph
from ..graph_untraced import untraced
from ..state import Ask, Deps, State
from .remember import remember

_SCOPE = TypeAdapter(Scope)


class TurnUnderWay(TypedDict, total=False):
    """One turn on its way, in plain data, for it is checkpointed; `done` alone lives no longer than the turn."""

    number: int
    asked: str
    booked_as: str
    run: str
    scope: dict[str, Any]
    memory: dict[str, Any]
    done: Annotated[State, UntrackedValue]


class ChatGraph:
    """The graph with its checkpoints; made by `open_chat_graph`."""

    def __init__(self, saver: AsyncSqliteSaver, path: Path) -> None:
        self._graph = _compiled(saver)
        self._path = path

    async def answer(self, number: int, state: State, deps: Deps) -> State:
        """Answer the turn of that number of the session whose run it is, which remembers it from then on."""
        told: TurnUnderWay = {
            "number": number, "asked": state.question, "booked_as": state.booked_as, "run": state.run,
            "scope": _SCOPE.dump_python(state.scope, mode="json"),
        }  # fmt: skip
        with _explained(self._path), untraced():
            turn = await self._graph.ainvoke(told, _thread(state.run), context=deps, durability="async")
        done: State = turn["done"]
        return done

    async def memory(self, session: str) -> Memory:
        """Return what a session remembers of its finished turns."""
        with _explained(self._path), untraced():
            try:
                found = await self._graph.aget_state(_thread(session))
                return Memory.read(found.values.get("memory", {}))
            except (AttributeError, LookupError, TypeError, ValueError) as error:  # what a broken checkpoint brings
                raise LibraryError(
                    f"session {session!r} in {str(self._path)!r} is damaged ({type(error).__name__}): begin a new one"
                ) from error


@asynccontextmanager
async def open_chat_graph(path: Path) -> AsyncIterator[ChatGraph]:
    """Give the chat graph, whose checkpoints go to the SQLite file at `path`.

    Raises LibraryError where the file cannot be used.
    """
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        with _explained(path):
            await saver.conn.execute("PRAGMA synchronous = NORMAL")
            await saver.setup()
        yield ChatGraph(saver, path)


def _compiled(saver: AsyncSqliteSaver) -> Any:
    graph = StateGraph(TurnUnderWay, context_schema=Deps)
    graph.add_node("answer", _answering(ask_graph()))
    graph.add_node("remember", _remember)
    graph.add_edge(START, "answer")
    graph.add_edge("answer", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=saver)


def _answering(ask: Ask) -> Any:
    async def answer(talk: TurnUnderWay, *, runtime: Runtime[Deps]) -> TurnUnderWay:
        asked = State(
            question=talk["asked"], scope=_SCOPE.validate_python(talk["scope"]), run=talk["run"],
            booked_as=talk["booked_as"],
            history=Memory.read(talk.get("memory", {})),
        )  # fmt: skip
        reaction = reaction_to_answer(asked.question) if asked.history.last else None
        if reaction and reaction.kind == "thanks":
            return {"done": replace(asked, reply=welcome(asked.question), confidence=1.0)}
        return {"done": await ask(asked, runtime.context)}

    return answer


async def _remember(state: TurnUnderWay) -> TurnUnderWay:
    memory = Memory.read(state.get("memory", {}))
    return {"memory": remember(memory, state["number"], state["asked"], state["done"]).plain()}


def _thread(session: str) -> dict[str, dict[str, str]]:
    return {"configurable": {"thread_id": session}}


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        advice = "free some space on its disk" if has_no_room(path.parent, error) else "move it away"
        raise LibraryError(f"sessions file {str(path)!r} cannot be used ({error}): {advice} and try again") from error
