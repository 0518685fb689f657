"""Turns texts into vectors at an OpenAI-compatible endpoint: any model, in any language that it reads."""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import EndpointError, UsageError
from ..core.settings import Settings, load
from ..core.shapes import Level
from ..core.system.home import Home
from ..money.embedding import Embedded
from ..money.ledger import Ledger, open_ledger
from .embedder import NOBODY, Vectors
from .gate import Gate
from .port import Asking, Model
from .roles import open_embedding


def embedder(*, model: str, base_url: str, home: str | Path | None = None, **settings: object) -> "EndpointEmbedder":
    """Return an embedder for `Library(folder, embedder=…)`: an embedding model at an OpenAI-compatible endpoint.

    Other settings are named as on the command line (`allow_remote`, `max_cost`, …); `home` is where the ledger is kept.
    Raises UsageError for a setting that is wrong.
    """
    place = Home.find(home, None, os.environ)
    flags = {"embedder": "endpoint", "embedder_model": model, "embedder_base_url": base_url, **settings}
    loaded = load(flags, os.environ, Path.cwd(), place)
    return EndpointEmbedder.of_settings(place, loaded, open_ledger(place))


class EndpointEmbedder:
    """The vectors of `model`, made unit vectors; every call is gated, booked and cached by the model.

    The library is not asynchronous: calls run on an event loop in a thread of its own, and are waited for, from several
    threads at once. `admits` tells whether text of a level may go there; `languages` are those that the model reads,
    empty: all. Raises what `Model.embed` does.
    """

    is_local = False

    def __init__(self, model: Model, admits: Callable[[Level], bool], languages: Sequence[str] = ()) -> None:
        self.name = model.name
        self._model = model
        self.admits = admits
        self._languages = frozenset(languages)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[Future[Any]] = set()
        self._starting = threading.Lock()

    @classmethod
    def of_settings(cls, home: Home, settings: Settings, ledger: Ledger) -> "EndpointEmbedder":
        """Return the embedder that settings name, which is an endpoint; its key is read from the environment.

        Where it is not trusted, internal texts are not for it.
        """
        endpoint = settings.embedding
        if endpoint is None:
            raise UsageError(f"the embedder is {settings.embedder.kind!r}, no endpoint: set embedder.kind")
        trusted = Gate(settings.trust.hosts).is_trusted(endpoint.base_url, endpoint.model)
        model = open_embedding(home, settings, endpoint, ledger)
        return cls(model, lambda level: trusted or level != "internal", settings.embedder.languages)

    def reads(self, language: str) -> bool:
        """Tell whether the model was said to read a language."""
        return not self._languages or language in self._languages

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return one unit vector a text."""
        vectors = np.asarray(self._wait(self._model.embed(texts, asking)), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise EndpointError(f"{self.name!r} returned vectors without a direction: use another embedding model")
        unit: Vectors = vectors / lengths
        return unit

    def take_work(self) -> Embedded:
        """Return nothing: the endpoint has booked its calls itself."""
        return Embedded(self.name, 0, 0.0)

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
