"""Graphs that nobody listens to: neither a tracing service nor whatever another program does with LangGraph.

A variable, a context or a handler of the surrounding program would have every state, with the text of the reports, sent
to a service, or kept by the checkpointer of a graph that coscribe is called from. What that program traces of its own
goes on undisturbed: nothing is switched off but for the time and the context of a run of ours.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, cast

from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tracers.context import _configure_hooks, tracing_v2_callback_var
from langchain_core.tracers.langchain import LangChainTracer
from langsmith import Client, tracing_context


class _Deaf(LangChainTracer):
    """A tracer that is told of nothing, and so sends nothing; where one sits, no other is put."""

    ignore_agent = ignore_chain = ignore_chat_model = ignore_custom_event = True
    ignore_llm = ignore_retriever = ignore_retry = True

    def __init__(self) -> None:
        super().__init__(client=cast(Client, _NOBODY))  # a client of its own would start a thread and read variables

    def copy_with_metadata_defaults(self, **_: Any) -> "_Deaf":
        return self


_NOBODY = object()


@contextmanager
def untraced() -> Iterator[None]:
    """Run what is inside as the outermost graph of this context, unheard by every tracer."""
    deaf: Any = _Deaf()
    # Each of these is a seat from which a handler is taken, or one made because a variable names it.
    seats: list[ContextVar[Any]] = [tracing_v2_callback_var, *(seat for seat, *_ in _configure_hooks)]
    with ExitStack() as after:
        after.callback(var_child_runnable_config.reset, var_child_runnable_config.set(None))
        for seat in seats:
            after.callback(seat.reset, seat.set(deaf))
        after.enter_context(tracing_context(enabled=False, parent=False))
        yield
