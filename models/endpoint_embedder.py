"""Turns texts into vectors at an OpenAI-compatible endpoint: any model, in any language that it reads."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..core.errors import EndpointError, UsageError
from ..core.settings import Settings, load
from ..core.shapes import Level
from ..core.system.home import Home
from ..money.embedding import Embedded
from .embedder import NOBODY, Vectors
from .embedding_endpoint import EmbeddingEndpoint
from .port import Asking
from .roles import open_embedding


def embedder(*, model: str, base_url: str, home: str | Path | None = None, **settings: object) -> "EndpointEmbedder":
    """Return an embedder for `Library(folder, embedder=…)`: an embedding model at an OpenAI-compatible endpoint.

    Other settings are named as on the command line (`allow_remote`, `max_cost`, …); `home` is where the ledger is kept.
    Raises UsageError for a setting that is wrong.
    """
    place = Home.find(Path(home) if home is not None else None, None, os.environ)
    flags = {"embedder": "endpoint", "embedder_model": model, "embedder_base_url": base_url, **settings}
    loaded = load(flags, os.environ, Path.cwd(), place)
    return EndpointEmbedder.of_settings(place, loaded)


class EndpointEmbedder:
    """The vectors of an endpoint, made unit vectors; every call is gated, booked and cached by the endpoint.

    `languages` are those that the model reads, empty: all. Raises what `EmbeddingEndpoint.embed` does.
    """

    is_local = False

    def __init__(self, endpoint: EmbeddingEndpoint, languages: Sequence[str] = ()) -> None:
        self.name = endpoint.name
        self._endpoint = endpoint
        self._languages = frozenset(languages)

    @classmethod
    def of_settings(cls, home: Home, settings: Settings) -> "EndpointEmbedder":
        """Return the embedder that settings name, which is an endpoint; its key is read from the environment."""
        endpoint = settings.embedding
        if endpoint is None:
            raise UsageError(f"the embedder is {settings.embedder.kind!r}, no endpoint: set embedder.kind")
        return cls(open_embedding(home, settings, endpoint, os.environ), settings.embedder.languages)

    def reads(self, language: str) -> bool:
        """Tell whether the model was said to read a language."""
        return not self._languages or language in self._languages

    def admits(self, level: Level) -> bool:
        """Tell whether text of a level may go to the endpoint."""
        return self._endpoint.admits(level)

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return one unit vector a text."""
        vectors = np.asarray(self._endpoint.embed(texts, asking), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise EndpointError(f"{self.name!r} returned vectors without a direction: use another embedding model")
        unit: Vectors = vectors / lengths
        return unit

    def take_work(self) -> Embedded:
        """Return nothing: the endpoint has booked its calls itself."""
        return Embedded(self.name, 0, 0.0)

    def interrupt(self) -> None:
        """Give up the calls under way."""
        self._endpoint.interrupt()

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()
