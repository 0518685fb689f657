"""Search by meaning: vectors of all passages, searched by cosine similarity.

Chroma finds the nearest of all passages by its graph in a millisecond, but takes a hundred of them behind a filter, and
some to open. So the vectors also lie in one flat file a report. As long as they fit into little memory they are all
compared, which is exact; of more, those of a few reports.
"""

import errno
import os
import random
import shutil
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...core.errors import LibraryError
from ...core.system.disk import has_no_room, is_read_only, make_folder
from ...core.text import one_line
from ...models.embedder import Vectors
from .chroma import chroma_errors, close_all, open_collection
from .vector_table import VectorHit, VectorTable
from .writer import is_to_be_read_alone, settle_modes, unwritable

if TYPE_CHECKING:
    from .chroma import ChromaCollection

_COLLECTION = "passages"
_IN_MEMORY = 32_000_000  # bytes of flat files that are held and compared: 20,000 vectors of 384 numbers, 4 ms
_MOST = 5_000  # rows of one upsert; Chroma refuses more than 5,461
_LONGEST_ID = 96  # bytes of a passage id; ours are ASCII and shorter by a third
_COMPARED = 10_000  # vectors that are compared one by one sooner than Chroma is asked: some 10 ms
_PAIRS = 400  # of passages that are compared to learn how alike unrelated ones are
_SPARE = 2  # times as many hits as should do are asked of Chroma, to be filtered here


class VectorIndex:
    """A Chroma collection and flat files on disk, made on first use; `add` and `remove` need the writer's lock.

    `dimension` is how many numbers the vectors held have; an empty index takes those of the first that are added.
    Chroma writes even to read, so of an index that may not be written to the flat files alone are read. Raises
    LibraryError when it cannot be opened, or was made before there were flat files.
    """

    def __init__(self, folder: Path, dimension: int = 0) -> None:
        self._folder = folder
        self._flat = folder / "flat"
        self._row = _row(dimension)
        self._opened: ChromaCollection | None = None
        self._sizes: dict[str, int] | None = None
        self._table: VectorTable | None = None
        self._reading = threading.Lock()
        self._is_read_only = is_to_be_read_alone(folder.parent) or is_read_only(folder)
        is_older = (folder / "chroma.sqlite3").is_file() and not self._flat.is_dir()
        if is_older and (self._is_read_only or self._rows.count()):
            raise LibraryError(f"the vector index {str(folder)!r} is of an older form: run `coscribe reports rebuild`")
        if not self._is_read_only:
            make_folder(folder)
            make_folder(self._flat)

    @property
    def row_size(self) -> int:
        """How many bytes a flat row takes."""
        return self._row.itemsize

    @property
    def _rows(self) -> "ChromaCollection":
        """Chroma's collection, opened on first use."""
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> "ChromaCollection":
        with self._explained():
            if self._is_read_only:  # Chroma writes as soon as it is opened
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))
            return open_collection(self._folder, _COLLECTION)

    def reload(self) -> None:
        """See what a writer has committed; an open Chroma client never notices by itself."""
        close_all()
        self._opened = self._sizes = self._table = None

    def close(self) -> None:
        """Let go of the files."""
        close_all()
        if not self._is_read_only:
            settle_modes(self._folder.parent, self._folder)

    def add(self, report: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of a report's passages, replacing those of the same ids."""
        if not self._row["vector"].shape[0]:
            self._row = _row(vectors.shape[1])
        self._check(vectors.shape[1])
        self._sizes = self._table = None
        if known := self._passages_of(report).intersection(ids):
            self._drop(report, known)
        rows = np.empty(len(ids), self._row)
        rows["passage"], rows["vector"] = ids, vectors
        with (self._flat / report).open("ab") as stream:
            settle_modes(self._folder.parent, self._flat / report)
            stream.truncate(stream.tell() // self._row.itemsize * self._row.itemsize)  # a crash may leave half a row
            stream.write(rows.tobytes())
        with self._explained():
            for at in range(0, len(ids), _MOST):
                batch = list(ids[at : at + _MOST])
                self._rows.upsert(
                    ids=batch, embeddings=vectors[at : at + _MOST], metadatas=[{"report": report}] * len(batch)
                )

    def ids_of(self, report: str) -> set[str]:
        """Return the passage ids held of a report, once those that a crash left in one place alone are removed."""
        with self._explained():
            near = set(self._rows.get(where={"report": report}, include=[])["ids"])
        flat = self._passages_of(report)
        self._forget(report, near ^ flat)
        return near & flat

    def passages(self) -> set[str]:
        """Return the ids of all passages held."""
        flat = set[str]().union(*(self._passages_of(file.name) for file in self._flat.glob("[!.]*")))
        if self._is_read_only:
            return flat
        with self._explained():
            return flat & set(self._rows.get(include=[])["ids"])

    def remove(self, ids: Collection[str]) -> None:
        """Remove passages by id."""
        reports: dict[str, set[str]] = defaultdict(set)
        listed = list(ids)
        for at in range(0, len(listed), _MOST):
            with self._explained():
                found = self._rows.get(ids=listed[at : at + _MOST], include=["metadatas"])
            for name, metadata in zip(found["ids"], found["metadatas"] or [], strict=True):
                reports[str(metadata["report"])].add(name)
        for report, gone in reports.items():
            self._forget(report, gone)

    def search(self, vector: Vectors, limit: int, reports: Collection[str] | None = None) -> list[VectorHit]:
        """Return the most similar passages, best first; `vector` has shape (dimension,).

        `reports` narrows to those report ids: no passage of theirs is then missed, be they few.
        """
        self._check(vector.shape[0])
        if (table := self._memory_table()) is not None:
            with self._explained():
                return table.nearest(vector, limit, reports)
        sizes = self._sizes or {}
        if self._is_read_only:
            chosen = sizes.keys() if reports is None else sizes.keys() & reports
            return self._exact_nearest(vector, limit, sorted(chosen)) if chosen else []
        if reports is None:
            return self._nearest(vector, limit, None)
        size = sum(sizes.get(report, 0) for report in reports)
        if not size:
            return []
        if size > _COMPARED * self._row.itemsize:
            kept = self._nearest(vector, limit * _SPARE * sum(sizes.values()) // size, reports)
            if len(kept) >= limit:
                return kept[:limit]
        return self._exact_nearest(vector, limit, sorted(reports))

    def of(self, vector: Vectors, passages: Collection[str]) -> list[VectorHit]:
        """Return how similar some passages are, in no order; none where the vectors are too many to be held."""
        table = self._memory_table()
        return table.of(vector, passages) if table is not None else []

    def _memory_table(self) -> VectorTable | None:
        """Return the table of all vectors; `None` where they are too many."""
        with self._reading:  # several questions may be the first
            if self._sizes is None:
                found = os.scandir(self._flat) if self._flat.is_dir() else ()
                listed = (file for file in found if not file.name.startswith("."))
                self._sizes = {file.name: file.stat().st_size for file in listed}
            if self._table is None and sum(self._sizes.values()) <= _IN_MEMORY:
                self._table = VectorTable([self._flat / name for name in sorted(self._sizes)], self._row)
            return self._table

    def _check(self, dimension: int) -> None:
        held = self._row["vector"].shape[0]
        if dimension != held:
            raise LibraryError(
                f"the vector index {str(self._folder)!r} holds vectors of {held} numbers, the embedder now gives "
                f"{dimension}: run `coscribe reports rebuild`"
            )

    def rows(self, report: str) -> "np.ndarray":
        """Return the flat rows of a report by passage, with the fields "passage" (ASCII bytes) and "vector"."""
        with self._explained():
            rows = self._rows_of(report)
        return rows[np.argsort(rows["passage"], kind="stable")]

    def rows_in(self, data: bytes) -> "np.ndarray":
        """Return as rows what `rows` gave as bytes; raises ValueError where they are no whole rows."""
        return np.frombuffer(data, self._row)

    def likeness(self) -> float:
        """Return the median similarity of passages picked at random: what unrelated texts have in this model."""
        files = sorted(file for file in self._flat.glob("[!.]*") if file.stat().st_size)
        picked = random.Random(0).choices(files, k=2 * _PAIRS) if files else []
        opened = {file: np.memmap(file, self._row, "r") for file in set(picked)}
        rows = [opened[file][random.Random(at).randrange(len(opened[file]))] for at, file in enumerate(picked)]
        found = [
            float(one["vector"] @ other["vector"])
            for one, other in zip(rows[::2], rows[1::2], strict=True)
            if one["passage"] != other["passage"]
        ]
        return float(np.median(found)) if found else 0.0

    def _nearest(self, vector: Vectors, limit: int, reports: Collection[str] | None) -> list[VectorHit]:
        """Return what Chroma takes for the nearest passages of all, and of them those in `reports`."""
        with self._explained():
            found = self._rows.query(
                query_embeddings=vector.reshape(1, -1), n_results=limit,
                include=["distances"] if reports is None else ["distances", "metadatas"],
            )  # fmt: skip
        names, distances = found["ids"][0], (found["distances"] or [[]])[0]
        hits = [VectorHit(name, 1.0 - float(distance)) for name, distance in zip(names, distances, strict=True)]
        if reports is None:
            return hits
        metadatas = (found["metadatas"] or [[]])[0]
        return [hit for hit, metadata in zip(hits, metadatas, strict=True) if metadata["report"] in reports]

    def _exact_nearest(self, vector: Vectors, limit: int, reports: Sequence[str]) -> list[VectorHit]:
        """Return the nearest passages of some reports, each of them compared."""
        names, similarities = [], []
        for report in reports:
            rows = self._rows_of(report)
            found = rows["vector"] @ vector
            nearest = np.argsort(-found)[:limit]
            names.append(rows["passage"][nearest])
            similarities.append(found[nearest])
        together, passages = np.concatenate(similarities), np.concatenate(names)
        best = np.argsort(-together, kind="stable")[:limit]
        with self._explained():
            return [VectorHit(passages[at].decode(), float(together[at])) for at in best]

    def _rows_of(self, report: str) -> np.ndarray:
        """Return the flat rows of a report, none where it has no file: of some languages no passage is embedded."""
        try:
            return np.fromfile(self._flat / report, self._row)
        except FileNotFoundError:
            return np.empty(0, self._row)

    def _passages_of(self, report: str) -> set[str]:
        with self._explained():
            return {name.decode() for name in self._rows_of(report)["passage"].tolist()}

    def _forget(self, report: str, ids: Collection[str]) -> None:
        """Remove passages of a report from both places."""
        listed = sorted(ids)
        with self._explained():
            for at in range(0, len(listed), _MOST):
                self._rows.delete(ids=listed[at : at + _MOST])
        self._drop(report, listed)

    def _drop(self, report: str, ids: Collection[str]) -> None:
        """Write a report's flat file anew without some passages; readers see the old file or the new one."""
        self._sizes = self._table = None
        rows = self._rows_of(report)
        kept = rows[~np.isin(rows["passage"], np.array(list(ids), self._row["passage"]))]
        if len(kept) < len(rows):
            kept.tofile(self._flat / f".{report}")
            settle_modes(self._folder.parent, self._flat / f".{report}")
            (self._flat / f".{report}").replace(self._flat / report)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in our words what keeps Chroma from working; after a full disk the next ingest goes on from there."""
        try:
            yield
        except Exception as error:
            if isinstance(error, LibraryError) or not isinstance(error, (*chroma_errors(), OSError, ValueError)):
                raise
            if self._is_read_only or has_no_room(self._folder.parent, error):
                raise unwritable(self._folder.parent, error) from error
            reason = one_line(str(error))
            raise LibraryError(
                f"the vector index {str(self._folder)!r} cannot be used ({reason}): run `coscribe reports rebuild`"
            ) from error


def _row(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("passage", f"S{_LONGEST_ID}"), ("vector", "<f4", (dimension,))])


def discard(folder: Path) -> None:
    """Delete a vector index from disk; it is rebuilt from the catalogue."""
    close_all()
    shutil.rmtree(folder, ignore_errors=True)
