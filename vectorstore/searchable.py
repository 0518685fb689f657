"""A library on disk as questions see it: what reports it holds, and their passages, found by words and meaning."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..core.errors import LibraryError, UsageError
from ..core.shapes import PassageHit, SearchResult
from ..core.types import EVERYTHING, Scope
from ..models.embedder import NOBODY, Embedder, MiniLM
from ..models.port import Asking
from ..money.embedding import Embedded
from .index import vectors, words
from .inventory import Inventory
from .ranking.fusion import UNRELATED
from .ranking.routing import Routing
from .ranking.search import HybridSearch

EMBEDDERS = ("minilm", "none")


class Searchable(Inventory):
    """The library in a folder, to search; what changes it, with all that reads files, is in `Library`.

    `embedder` is "minilm" (words and meaning), "none" (words alone) or an `Embedder`. Readers notice what writers
    commit. All methods raise LibraryError when there is no library, or one this version cannot read.
    """

    def __init__(self, folder: str | Path, *, embedder: str | Embedder = "minilm") -> None:
        if isinstance(embedder, str) and embedder not in EMBEDDERS:
            raise UsageError(f"there is no embedder {embedder!r}: use {' or '.join(EMBEDDERS)}")
        super().__init__(folder)
        self._is_words_only = embedder == "none"
        self._embedder = None if isinstance(embedder, str) else embedder
        self._search: HybridSearch | None = None
        self._generation = -1
        self._opening = threading.Lock()

    def embedder(self) -> Embedder | None:
        """Return the embedder, loaded on first use, or `None` when the library works by words alone."""
        if self._is_words_only:
            return None
        if self._embedder is None:
            self._embedder = MiniLM()
        return self._embedder

    @property
    def embeds_here(self) -> bool:
        """Whether texts are embedded on this machine, if at all."""
        return self._embedder is None or self._embedder.is_local

    def take_embedded(self) -> Embedded:
        """Return what was embedded on this machine since this was last asked, for the ledger."""
        return self._embedder.take_work() if self._embedder else Embedded("", 0, 0.0)

    def interrupt(self) -> None:
        """Give up what is being embedded elsewhere."""
        if self._embedder is not None:
            self._embedder.interrupt()

    def close(self) -> None:
        """Let go of the connections of what embeds."""
        if self._embedder is not None:
            self._embedder.close()

    def search(self, query: str, k: int = 10, *, scope: Scope = EVERYTHING, **filters: str) -> list[PassageHit]:
        """Return the `k` best passages, best first, without any model call.

        Filters may be given as words too: `region="EU"`, `report="…"`, `organisation="…"`, `kind="…"`, `status="…"`.
        """
        return self.search_result(query, k, scope=_with_filters(scope, filters)).passages

    def search_result(
        self, query: str, k: int = 10, *, scope: Scope = EVERYTHING, asking: Asking | None = NOBODY
    ) -> SearchResult:
        """Return the `k` best passages with the seconds it took to find them.

        The query is embedded on behalf of `asking`; `None` searches by words alone.
        """
        with self.reading() as ranker:
            began = time.perf_counter()
            reports = {report.id: report for report in self.in_scope(scope)}
            within = None if scope == EVERYTHING else reports.keys()
            hits = [
                PassageHit(
                    passage=item.passage.id, report=item.passage.report, file=reports[item.passage.report].file,
                    title=reports[item.passage.report].title, locator=item.passage.locator, text=item.passage.text,
                    score=item.passage.score,
                )
                for item in ranker.rank(query, k, reports=within, asking=asking)
                if item.passage.report in reports
            ]  # fmt: skip
        return SearchResult(query=query, passages=hits, seconds=round(time.perf_counter() - began, 4))

    @contextmanager
    def reading(self) -> Iterator[HybridSearch]:
        """Give the search, with the catalogue standing still at what its words were opened for.

        A writer indexes the words of a new version, commits it with a new generation, and only then drops the old
        words: words opened no later than a catalogue of the same generation hold all that it holds.
        """
        while True:
            ranker = self.ranker()
            with self.catalogue.snapshot():
                if ranker.generation == self.catalogue.generation:
                    yield ranker
                    return

    def ranker(self) -> HybridSearch:
        """Return the search over both legs, opened anew when a writer has changed the library."""
        with self._opening:  # the branches of a note ask at the same time
            generation = self.catalogue.generation
            if self._search is None or generation != self._generation:
                self._search = self._open_search(generation)
                self._generation = generation
            return self._search

    def words(self) -> words.WordIndex:
        """Return the word index as last committed; raises LibraryError when it is lost, rather than find nothing."""
        index = words.WordIndex(self.folder / "words")
        if not index.size and self.catalogue.committed("words"):
            raise LibraryError(f"the word index of {str(self.folder)!r} is lost: run `coscribe reports rebuild`")
        return index

    def unsearchable(self) -> list[str]:
        """Return the files of reports that an interrupted ingest has not indexed yet."""
        return [report.file for report in self.catalogue.behind("words")[0]]

    def _open_search(self, generation: int) -> HybridSearch:
        with ThreadPoolExecutor(1) as beside:  # the model and the vectors load while the names of reports are read
            opening = beside.submit(self._open_meaning)
            routing, index = Routing(self.catalogue), self.words()
            near, embedder = opening.result()
        unrelated = (
            float(self.catalogue.meta("unrelated") or UNRELATED) if not isinstance(embedder, MiniLM) else UNRELATED
        )
        return HybridSearch(self.catalogue, routing, index, near, embedder, generation, unrelated)

    def _open_meaning(self) -> tuple[vectors.VectorIndex | None, Embedder | None]:
        made_by = self.catalogue.meta("embedder")
        embedder = self.embedder() if made_by else None
        if embedder is None:
            return None, None
        if made_by != embedder.name:
            raise LibraryError(
                f"the library was embedded by {made_by!r}, not {embedder.name!r}: run `coscribe reports rebuild`"
            )
        dimension = self.catalogue.meta("dimension")
        if not dimension:  # nothing is embedded yet, or anew after a rebuild that was broken off: words answer
            return None, None
        index = vectors.VectorIndex(self.folder / "vectors", int(dimension))
        if self._generation >= 0:
            index.reload()
        return index, embedder


def _with_filters(scope: Scope, filters: dict[str, str]) -> Scope:
    if not filters:
        return scope
    unknown = filters.keys() - {"report", "region", "organisation", "kind", "status"}
    if unknown:
        raise UsageError(f"unknown filter {min(unknown)!r}: use report, region, organisation, kind or status")

    def given(name: str, before: tuple[str, ...]) -> tuple[str, ...]:
        return (filters[name],) if name in filters else before

    return replace(
        scope, reports=given("report", scope.reports), regions=given("region", scope.regions),
        organisations=given("organisation", scope.organisations), kinds=given("kind", scope.kinds),
        statuses=given("status", scope.statuses),
    )  # fmt: skip
