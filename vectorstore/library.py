"""A library on disk that changes: taking files in, correcting what is known of them, making its indexes anew."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..core.events import OnProgress, silent
from ..core.shapes import IngestResult
from ..core.types import Report, Scope
from ..models.embedder import MiniLM
from .index import vectors
from .index.writer import scratch, writer_lock
from .ingest.entry import Entry
from .ingest.indexing import catch_up_vectors, catch_up_words, index_anew
from .ingest.ingest import ingest
from .metadata.described import Description
from .reading.ocr.choice import Wanted
from .searchable import Searchable


class Library(Searchable):
    """The library in a folder; it is made by the first `ingest`, and every reading call needs it to be there.

    `embedder` is "minilm" (words and meaning), "none" (words alone) or an `Embedder`, such as `coscribe.embedder()`
    gives. Readers notice what writers commit. All methods raise LibraryError when there is no library, or one this
    version cannot read.
    """

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

    def _index(self, entry: Entry, progress: OnProgress, run: str = "") -> None:
        catch_up_words(self.folder, self.catalogue, entry, progress)
        embedder = self.embedder()
        if embedder is not None and self.catalogue.meta("embedder"):
            catch_up_vectors(self.folder, self.catalogue, entry, embedder, progress, run)
            entry.advance()
