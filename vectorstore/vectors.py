"""The meaning leg: vectors of all passages in Chroma, searched by cosine similarity."""

import shutil
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import chromadb
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from ..core.errors import LibraryError
from .embedder import Vectors

_COLLECTION = "passages"
_OPENING = threading.RLock()  # Chroma shares its open files in one table, and guards it against no thread
_MOST = 5_000  # rows of one upsert; Chroma refuses more than 5,461
_OVERFETCH = 6  # filters slow Chroma down tenfold, so more is fetched and filtered here


@dataclass(frozen=True, slots=True)
class VectorHit:
    """A passage id with the cosine similarity of its vector to the question's."""

    passage: str
    report: str
    similarity: float


class VectorIndex:
    """A Chroma collection on disk, made on first use; `add` and `remove` need the writer's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._open()

    def _open(self) -> None:
        settings = ChromaSettings(anonymized_telemetry=False)
        try:
            with _OPENING:
                self._client = chromadb.PersistentClient(path=str(self._folder), settings=settings)
                self._rows = self._client.get_or_create_collection(
                    _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
        except (ChromaError, OSError, ValueError) as error:
            raise LibraryError(
                f"the vector index {str(self._folder)!r} cannot be opened ({error}): run `coscribe reports rebuild`"
            ) from error

    def reload(self) -> None:
        """See what a writer has committed; an open Chroma client never notices by itself."""
        self.close()
        self._open()

    def close(self) -> None:
        """Let go of the files."""
        with _OPENING:
            SharedSystemClient.clear_system_cache()

    def add(self, report: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of a report's passages, replacing those of the same ids."""
        for at in range(0, len(ids), _MOST):
            batch = list(ids[at : at + _MOST])
            self._rows.upsert(
                ids=batch, embeddings=vectors[at : at + _MOST], metadatas=[{"report": report}] * len(batch)
            )

    def held(self, report: str) -> set[str]:
        """Return the passage ids held of a report."""
        return set(self._rows.get(where={"report": report}, include=[])["ids"])

    def passages(self) -> set[str]:
        """Return the ids of all passages held."""
        return set(self._rows.get(include=[])["ids"])

    def remove(self, ids: Collection[str]) -> None:
        """Remove passages by id."""
        listed = list(ids)
        for at in range(0, len(listed), _MOST):
            self._rows.delete(ids=listed[at : at + _MOST])

    def search(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[VectorHit]:
        """Return the most similar passages, best first; `vector` has shape (dimension,)."""
        size = self._rows.count()
        if not size:
            return []
        wanted = min(size, limit if reports is None else limit * _OVERFETCH)
        hits = self._query(vector, wanted, None)
        if reports is None:
            return hits
        kept = [hit for hit in hits if hit.report in reports]
        if len(kept) < limit and wanted < size:
            kept = self._query(vector, min(size, limit), sorted(reports))
        return kept[:limit]

    def _query(self, vector: Vectors, limit: int, reports: Sequence[str] | None) -> list[VectorHit]:
        where = None if reports is None else cast(chromadb.Where, {"report": {"$in": list(reports)}})
        found = self._rows.query(
            query_embeddings=vector.reshape(1, -1), n_results=limit, where=where, include=["distances", "metadatas"]
        )
        distances, metadatas = (found["distances"] or [[]])[0], (found["metadatas"] or [[]])[0]
        return [
            VectorHit(name, str(metadata["report"]), 1.0 - float(distance))
            for name, distance, metadata in zip(found["ids"][0], distances, metadatas, strict=True)
        ]


def discard(folder: Path) -> None:
    """Delete a vector index from disk; it is rebuilt from the catalogue."""
    with _OPENING:
        SharedSystemClient.clear_system_cache()
    shutil.rmtree(folder, ignore_errors=True)
