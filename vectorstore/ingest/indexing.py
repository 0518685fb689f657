"""Brings words and vectors to the state of the catalogue, whatever an interruption left behind."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...core.errors import LibraryError
from ...core.events import OnProgress
from ...core.types import Report
from ...models.embedder import Embedder
from ...models.port import Asking
from ..index.catalogue import Catalogue
from ..index.vectors import VectorIndex, discard
from ..index.words import WordIndex
from ..ranking.titles import stored_profiles
from .entry import Entry

_WORDS_BATCH = 40  # reports a commit: large enough to be cheap, small enough to lose little
_EMBED_BATCH = 64  # passages embedded and written at a time: enough for all cores, and what an interruption loses
_SENT_BATCH = 128  # and where they are embedded elsewhere: a call each


def catch_up_words(folder: Path, catalogue: Catalogue, entry: Entry, progress: OnProgress) -> int:
    """Bring the word index to the state of the catalogue and return the new generation, which readers notice."""
    words = WordIndex(folder / "words")
    held = catalogue.committed("words")
    if words.size < held:
        entry.mark_lost("words")  # someone removed or damaged it
    elif words.size and not held:
        words.clear()  # of a catalogue that is gone, or of an ingest that was killed before it could note it
    lacking, surplus = catalogue.behind("words")
    if not lacking and not surplus:
        return entry.advance()
    if surplus:
        words.index(surplus, ())
        entry.mark_lost("words", surplus)
    for batch in _indexed(words, lacking, catalogue, progress):
        entry.mark_committed("words", batch)
    entry.set_meta(*stored_profiles(catalogue))
    return entry.advance()


def index_anew(folder: Path, place: Path, catalogue: Catalogue, entry: Entry, progress: OnProgress) -> None:
    """Make the word index anew in `place`, and only then put it where the old one was, which is searched until then."""
    words = WordIndex(place / "words")
    for _ in _indexed(words, catalogue.reports(), catalogue, progress):
        pass
    if (folder / "words").exists():
        (folder / "words").replace(place / "old")
    (place / "words").replace(folder / "words")
    entry.set_meta(*stored_profiles(catalogue))


def _indexed(
    words: WordIndex, reports: Sequence[Report], catalogue: Catalogue, progress: OnProgress
) -> Iterator[Sequence[Report]]:
    """Index reports some at a time, and yield those that are committed."""
    for at in range(0, len(reports), _WORDS_BATCH):
        batch = reports[at : at + _WORDS_BATCH]
        progress("indexing words", at, len(reports))
        words.index(
            [report.id for report in batch], (passage for report in batch for passage in catalogue.indexable(report.id))
        )
        yield batch
    progress("indexing words", len(reports), len(reports))


def catch_up_vectors(
    folder: Path, catalogue: Catalogue, entry: Entry, embedder: Embedder, progress: OnProgress, run: str = ""
) -> None:
    """Bring the vector index to the state of the catalogue; what was embedded before an interruption is kept.

    Reports that the embedder may not be given, or cannot read, are left to the words. Raises LibraryError when the
    library was embedded by another model, and what the embedder raises.
    """
    made_by = catalogue.meta("embedder")
    if made_by and made_by != embedder.name:
        raise LibraryError(
            f"the library was embedded by {made_by!r}, not {embedder.name!r}: run `coscribe reports rebuild` to change"
        )
    # Without a dimension, nothing was ever embedded for this catalogue: what lies there is of one that is gone.
    if not (folder / "vectors" / "chroma.sqlite3").is_file() or not catalogue.meta("dimension"):
        discard(folder / "vectors")
        entry.mark_lost("vectors")
    lacking, surplus = catalogue.behind("vectors")
    if not lacking and not surplus:
        return
    entry.set_meta("embedder", embedder.name)
    index = VectorIndex(folder / "vectors", int(catalogue.meta("dimension") or 0))
    for gone in surplus:
        index.remove(index.ids_of(gone))
    entry.mark_lost("vectors", surplus)
    wanted = {
        report.id: [item for item in catalogue.indexable(report.id) if embedder.reads(item.language or "en")]
        if embedder.admits(report.confidentiality)
        else []
        for report in lacking
    }
    total, done = sum(map(len, wanted.values())), 0
    size = _EMBED_BATCH if embedder.is_local else _SENT_BATCH
    for report in lacking:
        passages = {item.id: item.text for item in wanted[report.id]}
        held = index.ids_of(report.id)
        index.remove(held - passages.keys())
        todo = sorted(passages.keys() - held)
        done += len(passages) - len(todo)
        for at in range(0, len(todo), size):
            batch = todo[at : at + size]
            progress("embedding passages", done, total)
            asking = Asking(run, level=report.confidentiality, passages=tuple(batch))
            made = embedder.embed([passages[name] for name in batch], asking)
            if not catalogue.meta("dimension"):
                entry.set_meta("dimension", str(made.shape[1]))
            index.add(report.id, batch, made)
            done += len(batch)
        entry.mark_committed("vectors", [report])
    progress("embedding passages", total, total)
    entry.set_meta("unrelated", str(index.likeness()))
    index.close()
