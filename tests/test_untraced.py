"""A program that traces its own graphs, and calls coscribe: its runs are sent, ours are not, whatever came first."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from doubles.listener import Listener

MARK = "quokkatext"
HOST = f"""
import asyncio, operator, os, sys
from typing import Annotated, TypedDict
from langchain_core.tracers.langchain import wait_for_all_tracers
from langchain_core.tracers.context import collect_runs, register_configure_hook, tracing_v2_enabled
from langchain_core.callbacks import BaseCallbackHandler
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from contextvars import ContextVar
from langsmith.utils import get_env_var
import coscribe
from coscribe.agents.chat.graph_chat import open_chat_graph

class Spy(BaseCallbackHandler):
    heard = []
    def on_chain_start(self, serialized, inputs, **_):
        self.heard.append(repr(inputs))
    def on_chain_end(self, outputs, **_):
        self.heard.append(repr(outputs))

register_configure_hook(ContextVar("spy", default=None), True, Spy, "SPY_TRACING")

class State(TypedDict, total=False):
    said: str

async def ask_coscribe(state):
    answer = await assistant.ask("How much power may the hall draw?")
    note = await assistant.note("power of the hall")
    assert "{MARK}" in answer.answer and "{MARK}" in note.model_dump_json(), answer
    async with open_chat_graph(home / "chat.sqlite") as chat:
        await chat.memory("none")
    return {{"said": "asked"}}

def graph_of_the_host(saver=None):
    graph = StateGraph(State)
    graph.add_node("hostnode", ask_coscribe)
    graph.add_edge(START, "hostnode")
    graph.add_edge("hostnode", END)
    return graph.compile(checkpointer=saver)

from pathlib import Path
home = Path(sys.argv[1])
reports = home / "reports"
reports.mkdir(parents=True)
(reports / "a.md").write_text("# Power\\n\\nThe hall of the {MARK} centre may draw at most 20 MW of power by 2031.\\n")
library = coscribe.Library(home / "library", embedder="none")
library.ingest([reports])
assistant = coscribe.Assistant(library, home=home / "home", model="evidence")
"""
VARIABLES = """
names = ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"]
for name in (*names, "LANGCHAIN_HANDLER", "SPY_TRACING"):
    get_env_var.cache_clear()
    os.environ[name] = "true"
    asyncio.run(ask_coscribe({}))
    del os.environ[name]
wait_for_all_tracers()
assert not Spy.heard, "a handler that a variable names heard us"
"""
TRACED = """
saver, collected = InMemorySaver(), None
async def main():
    global collected
    with collect_runs() as collected:
        told = {"configurable": {"thread_id": "1"}, "callbacks": [Spy()]}
        await graph_of_the_host(saver).ainvoke({"said": "hostword"}, told)
asyncio.run(main())
wait_for_all_tracers()
kept = repr(list(saver.list(None))) + repr(saver.storage) + repr(saver.blobs) + repr(saver.writes)
assert "hostword" in kept and "MARK" not in kept, "the checkpoints of the host hold our state"
assert "hostword" in repr(Spy.heard) and "MARK" not in repr(Spy.heard), "a handler of the host heard us"
seen = repr([run.dict() for run in collected.traced_runs])
assert "hostword" in seen and "MARK" not in seen, "a collector of the host saw us"
""".replace("MARK", MARK)
IN_CONTEXT = """
async def main():
    with tracing_v2_enabled():
        await graph_of_the_host().ainvoke({"said": "hostword"})
asyncio.run(main())
wait_for_all_tracers()
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def host(listener: Listener, tmp_path: Path) -> Callable[..., None]:
    def run(script: str, **environ: str) -> None:
        told = {"LANGSMITH_ENDPOINT": listener.url, "LANGCHAIN_ENDPOINT": listener.url, "LANGSMITH_API_KEY": "key"}
        told |= {"LANGSMITH_DISABLE_RUN_COMPRESSION": "true", **environ}
        done = subprocess.run(
            [sys.executable, "-P", "-c", HOST + script, str(tmp_path / "made")], cwd=tmp_path,
            env={**os.environ, **told}, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    return run


def test_a_variable_has_no_run_of_ours_traced(host, listener: Listener) -> None:
    host(VARIABLES)
    assert listener.connections == 0


def test_what_a_program_traces_goes_on_without_us(host, listener: Listener) -> None:
    host(TRACED, LANGSMITH_TRACING="true", LANGCHAIN_TRACING="true")
    assert b"hostword" in listener.received
    assert MARK.encode() not in listener.received


def test_a_context_that_traces_does_not_reach_into_ours(host, listener: Listener) -> None:
    host(IN_CONTEXT)
    assert b"hostword" in listener.received
    assert MARK.encode() not in listener.received
