"""An endpoint that embeds texts, for the library, which is not asynchronous."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any

from ..core.errors import EndpointError
from ..core.shapes import Level
from .port import Asking, Model


class EmbeddingEndpoint:
    """Waits for the vectors of `model`, whose calls run on an event loop in a thread of its own.

    `admits` tells whether text of a level may go there. May be used from several threads at once.
    """

    def __init__(self, model: Model, admits: Callable[[Level], bool]) -> None:
        self.name = model.name
        self.admits = admits
        self._model = model
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[Future[Any]] = set()
        self._starting = threading.Lock()

    def embed(self, texts: Sequence[str], asking: Asking) -> list[list[float]]:
        """Return one vector per text, in order; raises what `Model.embed` does."""
        vectors: list[list[float]] = self._wait(self._model.embed(texts, asking))
        return vectors

    def interrupt(self) -> None:
        """Give up the calls under way: whoever waits for them gets an `EndpointError`."""
        for waiting in list(self._waiting):
            waiting.cancel()

    def close(self) -> None:
        """Give up what is under way and close the connections."""
        self.interrupt()
        if self._loop is not None:
            self._wait(self._model.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        waiting = asyncio.run_coroutine_threadsafe(work, self._running())
        self._waiting.add(waiting)
        try:
            return waiting.result()
        except CancelledError as error:
            raise EndpointError(f"embedding with {self.name!r} was interrupted: ask again") from error
        finally:
            self._waiting.discard(waiting)
            if not waiting.done():  # Ctrl-C in the thread that waits
                waiting.cancel()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="embedding", daemon=True).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
