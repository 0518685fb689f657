"""Chroma with our settings alone: neither the environment nor a `.env` in the current folder counts.

Its settings are read from both as a rule, and would have a downloaded folder send the vectors to a server of its
choice. They are read when the package is loaded, too, and a `.env` that it does not like ends the program.

It is loaded with the first collection that is opened: that takes as long as a question over a small library, which
needs none.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_settings import BaseSettings

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection
    from chromadb.config import Settings

_OPENING = threading.RLock()  # Chroma shares its open files in one table, and guards it against no thread


__all__ = ["ChromaCollection", "chroma_errors", "close_all", "open_collection"]


@contextmanager
def _unread() -> Iterator[None]:
    """Have Chroma's settings, and no others, made of their arguments alone."""
    usual = BaseSettings.__init__

    def initialise(self: BaseSettings, *arguments: Any, **values: Any) -> None:
        if type(self).__module__.partition(".")[0] == "chromadb":
            BaseModel.__init__(self, **values)
        else:
            usual(self, *arguments, **values)

    BaseSettings.__init__ = initialise  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        BaseSettings.__init__ = usual  # type: ignore[method-assign]


@cache
def _loaded() -> "type[Settings]":
    """Load Chroma, and return its settings as made of arguments alone, with this version's defaults for the rest."""
    with _unread():
        from chromadb.config import Settings

        class FixedSettings(Settings):
            def __init__(self, **values: Any) -> None:
                BaseModel.__init__(self, **values)

    return FixedSettings


def open_collection(folder: Path, name: str) -> "ChromaCollection":
    """Open a collection of the files in `folder` for cosine similarity, in this process; raises what Chroma does."""
    with _OPENING:
        settings = _loaded()(chroma_api_impl="chromadb.api.rust.RustBindingsAPI", anonymized_telemetry=False)
        import chromadb

        client = chromadb.PersistentClient(path=str(folder), settings=settings)
        return client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )


def close_all() -> None:
    """Let go of the files of all collections."""
    if not _loaded.cache_info().currsize:
        return
    from chromadb.api.shared_system_client import SharedSystemClient

    with _OPENING:
        SharedSystemClient.clear_system_cache()


def chroma_errors() -> tuple[type[Exception], ...]:
    """Return the errors that Chroma raises of its own: none before it is loaded."""
    if not _loaded.cache_info().currsize:
        return ()
    from chromadb.errors import ChromaError

    return (ChromaError,)
