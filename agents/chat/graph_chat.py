"""The chat graph: answer, then remember. A checkpoint of each step, in SQLite, carries the memory of a session."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.channels.untracked_value import UntrackedValue
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from ...core.errors import LibraryError
from ...core.system.disk import has_no_room
from ...core.types import Scope
from ..graph_untraced import Untraced, untraced
from ..state import Deps, State, Update
from .memory import Memory
from .remember import remember
from .sessions import TurnEntry


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

    def __init__(self, ask: Any, saver: AsyncSqliteSaver, path: Path) -> None:
        self._graph = _compiled(ask, saver)
        self._path = path

    async def answer(self, turn: TurnEntry, scope: Scope, deps: Deps) -> State:
        """Return the finished state of a turn; its session remembers it from then on."""
        told: TurnUnderWay = {
            "number": turn.number, "asked": turn.asked, "booked_as": turn.booked_as, "run": turn.session,
            "scope": _plain(scope),
        }  # fmt: skip
        with _explained(self._path):
            done = await self._graph.ainvoke(told, _thread(turn.session), context=deps, durability="async")
        state: State = done["done"]
        return state

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
async def open_chat_graph(ask: Any, path: Path) -> AsyncIterator[ChatGraph]:
    """Give the chat graph over `ask`, the compiled ask graph; checkpoints go to the SQLite file at `path`.

    Raises LibraryError where the file cannot be used.
    """
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        with _explained(path):
            await saver.conn.execute("PRAGMA synchronous = NORMAL")
            await saver.setup()
        yield ChatGraph(ask, saver, path)


def _compiled(ask: Any, saver: AsyncSqliteSaver) -> Any:
    graph = StateGraph(TurnUnderWay, context_schema=Deps)
    graph.add_node("answer", _answering(ask))
    graph.add_node("remember", _remembering())
    graph.add_edge(START, "answer")
    graph.add_edge("answer", "remember")
    graph.add_edge("remember", END)
    return Untraced(graph.compile(checkpointer=saver))


def _answering(ask: Any) -> Any:
    async def answer(talk: TurnUnderWay, *, runtime: Runtime[Deps]) -> Update:
        asked = State(
            question=talk["asked"], scope=_scope(talk["scope"]), run=talk["run"], booked_as=talk["booked_as"],
            history=Memory.read(talk.get("memory", {})),
        )  # fmt: skip
        return {"done": State(**await ask.ainvoke(asked, context=runtime.context))}

    return answer


def _remembering() -> Any:
    async def run(talk: TurnUnderWay) -> Update:
        memory = Memory.read(talk.get("memory", {}))
        return {"memory": remember(memory, talk["number"], talk["asked"], talk["done"]).plain()}

    return run


def _plain(scope: Scope) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(scope).items()}


def _scope(plain: Mapping[str, Any]) -> Scope:
    told: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    return Scope(**told)


def _thread(session: str) -> dict[str, dict[str, str]]:
    return {"configurable": {"thread_id": session}}


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        advice = "free some space on its disk" if has_no_room(path.parent, error) else "move it away"
        raise LibraryError(f"sessions file {str(path)!r} cannot be used ({error}): {advice} and try again") from error
