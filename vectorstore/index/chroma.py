"""Chroma with our settings alone: neither the environment nor a `.env` in the current folder counts.

Its settings are read from both as a rule, and would have a downloaded folder send the vectors to a server of its
choice. They are read when the package is loaded, too, and a `.env` that it does not like ends the program.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_settings import BaseSettings

_OPENING = threading.RLock()  # Chroma shares its open files in one table, and guards it against no thread


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


with _unread():
    import chromadb
    from chromadb import Collection as ChromaCollection
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

__all__ = ["ChromaCollection", "ChromaError", "close_all", "open_collection"]


class _FixedSettings(Settings):
    """Settings made of their arguments, with the defaults of this version for the rest."""

    def __init__(self, **values: Any) -> None:
        BaseModel.__init__(self, **values)


def open_collection(folder: Path, name: str) -> ChromaCollection:
    """Open a collection of the files in `folder` for cosine similarity, in this process; raises what Chroma does."""
    settings = _FixedSettings(chroma_api_impl="chromadb.api.rust.RustBindingsAPI", anonymized_telemetry=False)
    with _OPENING:
        client = chromadb.PersistentClient(path=str(folder), settings=settings)
        return client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )


def close_all() -> None:
    """Let go of the files of all collections."""
    with _OPENING:
        SharedSystemClient.clear_system_cache()
