"""The vectors of a library in memory, all compared with a question's: exact, and faster than a graph of so many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...models.embedder import Vectors


@dataclass(frozen=True, slots=True)
class VectorHit:
    """A passage id with the cosine similarity of its vector to the question's."""

    passage: str
    similarity: float


class VectorTable:
    """The rows of some flat files, one file a report; they are read once, when it is made."""

    def __init__(self, files: Sequence[Path], row: "np.dtype[np.void]") -> None:
        sizes = [file.stat().st_size // row.itemsize for file in files]
        rows = np.empty(sum(sizes), row)
        self._places: dict[str, slice] = {}
        at = 0
        for file, size in zip(files, sizes, strict=True):
            with file.open("rb", buffering=0) as stream:
                got = stream.readinto(rows[at : at + size].data.cast("B")) or 0 if size else 0
            self._places[file.name] = slice(at, at + got // row.itemsize)
            at += got // row.itemsize
        self._rows = rows[:at]  # a file may have shrunk meanwhile
        # Rows are not copied apart: a product of matrix and vector takes them as they lie.
        self._vectors = self._rows["vector"]
        self._at: dict[bytes, int] | None = None

    def nearest(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[VectorHit]:
        """Return the most similar passages, best first, of some reports or of all."""
        if reports is None:
            found, rows = self._vectors @ vector, np.arange(len(self._rows))
        else:
            places = self._of(reports)
            rows = np.concatenate([np.arange(place.start, place.stop) for place in places] or [np.empty(0, np.int64)])
            if len(rows) > len(self._rows) // 4:
                found = (self._vectors @ vector)[rows]  # one product over all is quicker than many over most
            else:
                found = np.concatenate([self._vectors[place] @ vector for place in places] or [np.empty(0, "f4")])
        best = np.argpartition(-found, limit)[:limit] if len(found) > limit else np.arange(len(found))
        best = best[np.lexsort((rows[best], -found[best]))]
        return [VectorHit(self._rows["passage"][rows[at]].decode(), float(found[at])) for at in best]

    def of(self, vector: Vectors, passages: Collection[str]) -> list[VectorHit]:
        """Return how similar some passages are, those that are held, in no order."""
        if self._at is None:
            self._at = {name: at for at, name in enumerate(self._rows["passage"].tolist())}
        held = [(name, self._at[name.encode()]) for name in passages if name.encode() in self._at]
        found = self._vectors[[at for _, at in held]] @ vector
        return [VectorHit(name, float(similarity)) for (name, _), similarity in zip(held, found, strict=True)]

    def _of(self, reports: Collection[str]) -> list[slice]:
        return [self._places[report] for report in sorted(reports) if report in self._places]
