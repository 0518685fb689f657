"""The chat graph: answer, then remember. A checkpoint of each step, in SQLite, carries the memory of a session."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.channels.untracked_value import UntrackedValue
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from ..core.errors import LibraryError
from .memory import Memory
from .remember import remember
from .state import Deps, State, Update


class Talk(TypedDict, total=False):
    """One turn on its way: `asked` and `done` live as long as it does, `number` and `memory` are checkpointed.

    What is checkpointed is plain data.
    """

    asked: Annotated[State, UntrackedValue]
    done: Annotated[State, UntrackedValue]
    number: int
    memory: dict[str, Any]


class ChatGraph:
    """The graph with its checkpoints; made by `open_chat_graph`."""

    def __init__(self, ask: Any, saver: AsyncSqliteSaver, path: Path) -> None:
        self._graph = _compiled(ask, saver)
        self._path = path

    async def answer(self, session: str, number: int, asked: State, deps: Deps) -> State:
        """Return the finished state of a turn; the session remembers it from then on."""
        turn: Talk = {"asked": asked, "number": number}
        with _explained(self._path):
            done = await self._graph.ainvoke(turn, _thread(session), context=deps, durability="async")
        state: State = done["done"]
        return state

    async def memory(self, session: str) -> Memory:
        """Return what a session remembers of its finished turns."""
        with _explained(self._path):
            found = await self._graph.aget_state(_thread(session))
        return Memory.read(found.values.get("memory", {}))


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
    graph = StateGraph(Talk, context_schema=Deps)
    graph.add_node("answer", _answering(ask))
    graph.add_node("remember", _remembering())
    graph.add_edge(START, "answer")
    graph.add_edge("answer", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=saver)


def _answering(ask: Any) -> Any:
    async def answer(talk: Talk, *, runtime: Runtime[Deps]) -> Update:
        return {"done": State(**await ask.ainvoke(talk["asked"], context=runtime.context))}

    return answer


def _remembering() -> Any:
    async def run(talk: Talk) -> Update:
        memory = Memory.read(talk.get("memory", {}))
        return {"memory": remember(memory, talk["number"], talk["asked"], talk["done"]).plain()}

    return run


def _thread(session: str) -> dict[str, dict[str, str]]:
    return {"configurable": {"thread_id": session}}


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(
            f"sessions file {str(path)!r} cannot be used ({error}): move it away and try again"
        ) from error
