"""A process that answers questions of a batch for another one, over its own two pipes, until its input ends.

It is started by module name and not forked, so the caller's script is neither copied nor run again. Whoever asks closes
the pipe or dies: in either case what is under way is broken off, so that nobody goes on spending for nobody.
"""

import asyncio
import os
import pickle
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from ...core.errors import CoscribeError
from ...core.system.surroundings import set_aside
from ...models.endpoint_embedder import EndpointEmbedder
from ...money.ledger import open_ledger
from ...vectorstore.searchable import Searchable
from ..assistant import Assistant
from .answerer import BatchQuestion, OwnAnswerer
from .message import READY, Order, framed


def main() -> None:
    """Serve the tasks that follow an order, side by side; each outcome goes out as soon as it is there."""
    set_aside()  # a caller that is another program may keep its own tracing, we may not join in
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller is asked to stop, and stops its workers
    tasks, outcomes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # whatever a library prints must not mix with the outcomes
    with suppress(EOFError, BrokenPipeError):  # the caller is gone
        order: Order = pickle.load(tasks)
        try:
            assistant = _assistant(order)
        except CoscribeError as error:
            _send(outcomes, READY, error.with_traceback(None))
        else:
            asyncio.run(_serve(assistant, tasks, outcomes))


def _assistant(order: Order) -> Assistant:
    settings = order.settings
    ledger = open_ledger(order.home)
    is_endpoint = settings.embedding is not None
    embedder = EndpointEmbedder.of_settings(order.home, settings, ledger) if is_endpoint else settings.embedder.kind
    library = Searchable(order.home.library, embedder=embedder)
    return Assistant.with_settings(library, order.home, settings, lambda: ledger, at_once=order.at_once)


async def _serve(assistant: Assistant, tasks: BinaryIO, outcomes: BinaryIO) -> None:
    loop, waiting = asyncio.get_running_loop(), asyncio.Queue[tuple[int, BatchQuestion] | None]()
    threading.Thread(
        target=_listen, args=(tasks, lambda item: loop.call_soon_threadsafe(waiting.put_nowait, item)), daemon=True
    ).start()
    desk = OwnAnswerer(assistant)
    _send(outcomes, READY, None)
    under_way: set[asyncio.Task[None]] = set()
    while (item := await waiting.get()) is not None:
        one = asyncio.create_task(_answer(desk, *item, outcomes))
        under_way.add(one)
        one.add_done_callback(under_way.discard)
    broken_off = list(under_way)
    for one in broken_off:
        one.cancel()
    await asyncio.gather(*broken_off, return_exceptions=True)
    await desk.close()


async def _answer(desk: OwnAnswerer, number: int, task: BatchQuestion, outcomes: BinaryIO) -> None:
    try:
        outcome: Any = await desk.answer(task)
    except CoscribeError as error:
        outcome = error.with_traceback(None)
    with suppress(OSError):  # the caller is gone, and its end of the other pipe with it
        _send(outcomes, number, outcome)


def _send(outcomes: BinaryIO, number: int, outcome: object) -> None:
    outcomes.write(framed(number, outcome))
    outcomes.flush()


def _listen(tasks: BinaryIO, take: Callable[[tuple[int, BatchQuestion] | None], object]) -> None:
    with suppress(EOFError, OSError, pickle.UnpicklingError):  # however it ends, nobody asks any more
        while True:
            take(pickle.load(tasks))
    take(None)


if __name__ == "__main__":
    main()
