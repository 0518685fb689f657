"""A library on disk: what reports it holds, taking files in, and searching them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..core.errors import LibraryError, UsageError
from ..core.events import OnProgress, silent
from ..core.shapes import IngestResult, PassageHit, SearchResult
from ..core.types import EVERYTHING, Report, Scope
from ..models.embedder import NOBODY, Embedder, MiniLM
from ..models.port import Asking
from ..money.embedding import Embedded
from .index import vectors, words
from .index.writer import scratch, writer_lock
from .ingest.entry import Entry
from .ingest.indexing import catch_up_vectors, catch_up_words, index_anew
from .ingest.ingest import ingest
from .inventory import Inventory
from .metadata.described import Description
from .ranking.fusion import UNRELATED
from .ranking.routing import Routing
from .ranking.search import HybridSearch
from .reading.ocr.choice import Wanted

EMBEDDERS = ("minilm", "none")


class Library(Inventory):
    """The library in a folder; it is made by the first `ingest`, and every reading call needs it to be there.

    `embedder` is "minilm" (words and meaning), "none" (words alone) or an `Embedder`, such as `coscribe.embedder()`
    gives. Readers notice what writers commit. All methods raise LibraryError when there is no library, or one this
    version cannot read.
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

    def ingest(
        self, paths: Sequence[str | Path], *, manifest: str | Path | None = None, prune: bool = False,
        ocr: Wanted = False, may_be_empty: bool = False, progress: OnProgress = silent, run: str = "",
    ) -> IngestResult:  # fmt: skip
        """Take files, folders or globs in and return how each file ended; what is unchanged is skipped.

        `prune` removes the reports whose files are gone from the folders given; `ocr` has the PDF pages
        without text recognised, by the engine named, else by the embedded one where it is installed (the extra `ocr`)
        and by ocrmypdf where it is not. `progress` is called from any thread with a stage, how much of it is done, and
        its total. What embedding costs is booked under `run`. Raises UsageError for wrong paths (folders without a file
        among them, unless they `may_be_empty`) or a wrong manifest, before anything is written.
        """
        chosen = Path(manifest) if manifest is not None else None
        return ingest(
            self.folder, paths, manifest=chosen, embedder=self.embedder(), progress=progress, prune=prune, ocr=ocr,
            may_be_empty=may_be_empty, run=run,
        )  # fmt: skip

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

    def remove(self, name: str) -> Report:
        """Remove a report, named by id or a unique suffix of its file, and return what it was."""
        report = self.in_scope(Scope(reports=(name,)))[0]
        self._change(lambda entry: entry.remove(report.id))
        return report

    def correct(self, changes: Mapping[str, Mapping[str, str | None]]) -> None:
        """Take over what a person says of reports, by their ids: see `Entry.correct`, also for what it raises."""

        def change(entry: Entry) -> None:
            for report, said in changes.items():
                entry.correct(report, said)

        self._change(change)

    def describe(self, report: str, description: Description) -> None:
        """Take over what a model read in a report; it holds as long as the report begins as it does now."""
        self._change(lambda entry: entry.describe(report, description))

    def _change(self, change: Callable[[Entry], object]) -> None:
        _ = self.catalogue  # where there is no library, none is made
        with writer_lock(self.folder):
            entry = Entry(self.folder)
            try:
                change(entry)
                entry.link_editions()
                self._index(entry, silent)
            finally:
                entry.close()

    def rebuild(self, progress: OnProgress = silent, *, run: str = "") -> int:
        """Make words and vectors anew from the catalogue alone and return the number of passages.

        What embedding costs is booked under `run`.
        """
        _ = self.catalogue  # where there is no library, none is made
        embedder = self.embedder()
        with writer_lock(self.folder), scratch(self.folder) as place:
            entry = Entry(self.folder)
            try:
                self._search = None
                # Known to be lost before they are: broken off here, they are made by the next ingest.
                entry.mark_lost("vectors")
                entry.set_meta("embedder", embedder.name if embedder else "")
                entry.set_meta("dimension", "")
                vectors.discard(self.folder / "vectors")
                index_anew(self.folder, place, self.catalogue, entry, progress)
                self._index(entry, progress, run)
            finally:
                entry.close()
        return sum(self.catalogue.passage_counts().values())

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

    def inconsistencies(self) -> list[str]:
        """Return, one line each, where words and vectors differ from the catalogue; none after a finished ingest."""
        wanted = {passage.id for report in self.catalogue.reports() for passage in self.catalogue.indexable(report.id)}
        legs = {"words": self.words().passages()}
        if self.catalogue.meta("embedder") and (embedder := self.embedder()):
            dimension = int(self.catalogue.meta("dimension") or MiniLM.dimension)
            legs["vectors"] = vectors.VectorIndex(self.folder / "vectors", dimension).passages()
            legs["vectors"] |= {
                passage.id
                for report in self.catalogue.reports()
                for passage in self.catalogue.indexable(report.id)
                if not embedder.admits(report.confidentiality) or not embedder.reads(passage.language or "en")
            }
        lines = [(leg, "lacks", wanted - held) for leg, held in legs.items()]
        lines += [(leg, "has left over", held - wanted) for leg, held in legs.items()]
        return [f"the {leg} index {verb} {len(ids)} passages" for leg, verb, ids in lines if ids]

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

    def _index(self, entry: Entry, progress: OnProgress, run: str = "") -> None:
        catch_up_words(self.folder, self.catalogue, entry, progress)
        embedder = self.embedder()
        if embedder is not None and self.catalogue.meta("embedder"):
            catch_up_vectors(self.folder, self.catalogue, entry, embedder, progress, run)
            entry.advance()


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
