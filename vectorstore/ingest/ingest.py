"""Takes files into a library: read apart, written whole, then indexed; safe to interrupt and to run again.

The catalogue commits first, report by report. Words and vectors follow and are caught up from the catalogue whenever
they are behind it, so a crash between the stores costs time, never content.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...core.errors import BudgetReached, EndpointError, ReadFailure, Unsupported
from ...core.events import OnProgress
from ...core.shapes import Failure, IngestedFile, IngestResult
from ...core.text import is_unicode
from ...core.types import Locator
from ...models.embedder import Embedder
from ..index import gaps
from ..index.catalogue import Catalogue
from ..index.words import WordIndex
from ..index.writer import scratch, writer_lock
from ..reading.ocr.choice import Wanted
from ..reading.page import FileText, Page
from ..reading.sandbox import Readers
from .declarations import Declaration, Declarations
from .entry import Entry, FileRecord
from .indexing import catch_up_vectors, catch_up_words
from .recognitions import Recognitions
from .report_files import FileStamp, ReportFile, content_hash, find_files, holds, stamp

_DECLARED = {
    "changed": "its manifest entry changed",
    "kept": "stays internal, as it was marked elsewhere: mend that manifest, or say public with --manifest",
}
_ATTEMPTS = 3  # to read a file again that changes meanwhile


class _Run:
    """One ingest under way: what is declared, how each file ended, and which are still to be read."""

    def __init__(self, declarations: Declarations, records: dict[str, FileRecord]) -> None:
        self.declarations = declarations
        self.records = records
        self.outcomes: dict[Path, IngestedFile] = {}
        self.to_read: list[tuple[ReportFile, str]] = []
        self.read: list[tuple[ReportFile, str]] = []
        self.same_as: list[tuple[ReportFile, str]] = []
        self.renamed: dict[Path, str] = {}
        self.stamps: dict[Path, FileStamp | None] = {}
        self.changing: list[ReportFile] = []
        self.attempts = 0
        self._paths: dict[str, list[str]] = defaultdict(list)
        for path, record in records.items():
            if record.report is not None:
                self._paths[record.report].append(path)

    def declaration_of(self, path: str, report: str | None) -> Declaration | None:
        """Return what manifests say of a file, with the levels that they say of others of the same report."""
        declaration = self.declarations.declaration_of(path)
        others = [
            self.declarations.declaration_of(other) for other in self._paths.get(report or "", ()) if other != path
        ]
        if declaration is None and not any(other is not None and other.levels for other in others):
            return None
        return (declaration or Declaration()).with_levels(others)

    def take_changed(self, entry: Entry, bare: set[str | None], progress: OnProgress) -> bool:
        """Have those files read again that have changed since they were hashed: a report is what its hash says."""
        changed, self.changing = self.changing, []
        if not changed:
            return False
        self.read += [(item, content) for item, content in self.to_read if item not in changed]
        self.to_read = []
        self.attempts += 1
        if self.attempts <= _ATTEMPTS:
            _sort(entry, changed, self, progress, bare)
            return True
        for item in changed:
            known = self.records.get(str(item.path))
            kept = "; its earlier version is kept" if known and known.report else ""
            self.outcomes[item.path] = IngestedFile(
                report=known.report if known else None, file=item.file, state="failed",
                reason=f"it changes while it is read: ingest it when it is at rest{kept}",
            )  # fmt: skip
        return False

    def take_orphans(self, entry: Entry) -> bool:
        """Have those files read after all whose content was that of a report which has got a new version meanwhile."""
        self.read += self.to_read
        read = {content for _, content in self.read}
        orphans = {
            content: item for item, content in self.same_as if content not in read and not entry.report_of(content)
        }
        self.same_as = [(item, content) for item, content in self.same_as if orphans.get(content) is not item]
        self.to_read = [(item, content) for content, item in orphans.items()]
        return bool(orphans)


@dataclass(frozen=True, slots=True)
class _Intake:
    """Has files read and writes what comes of them into the library at `folder`."""

    folder: Path
    catalogue: Catalogue
    entry: Entry
    readers: Readers
    kept: Recognitions
    recognises: bool
    progress: OnProgress

    def read(self, run: _Run) -> None:
        """Read the files that are to be read, in their order."""
        for item, content in run.to_read:
            self.kept.expect(item.path, content)
        results = self.readers.read_all([item.path for item, _ in run.to_read])
        for count, ((item, content), (_, outcome)) in enumerate(zip(run.to_read, results, strict=True)):
            self.progress("reading files", count, len(run.to_read))
            known = run.records.get(str(item.path))
            if not holds(item.path, content, run.stamps[item.path]):  # what was read is not what was hashed
                run.changing.append(item)
                self.kept.forget(item.path)
                continue
            if isinstance(outcome, ReadFailure):
                run.outcomes[item.path] = _refused(self.entry, item, content, outcome, known)
                continue
            taken = self._taken(run, item, content, outcome, known.report if known else None)
            if old := run.renamed.get(item.path):
                reason = "; ".join(filter(None, (f"was {old!r} before", taken.reason)))
                taken = taken.model_copy(update={"reason": reason})
            run.outcomes[item.path] = taken
            if taken.state == "updated":  # the words of its earlier version go
                catch_up_words(self.folder, self.catalogue, self.entry, lambda *_: None)
        if run.to_read:
            self.progress("reading files", len(run.to_read), len(run.to_read))

    def _taken(self, run: _Run, item: ReportFile, content: str, document: FileText, known: str | None) -> IngestedFile:
        gone = {page.page or number: page for number, page in enumerate(document.pages, 1) if page.state != "read"}
        bare = list(gone)
        if not any(page.text for page in document.pages if page.state == "read"):
            reason = self._nothing_read(document) + ("; its earlier version is kept" if known else "")
            self.entry.note_file(item, content, "skipped", reason, known)
            return IngestedFile(
                report=known, file=item.file, state="skipped", reason=reason, pages=document.page_count,
                pages_without_text=bare, places_without_text=gaps.named(map(_place, gone.values())),
            )  # fmt: skip
        lost = self._scans_lost(item.path, document, known)
        written, undescribed = self.entry.write(
            item, content, document, run.declaration_of(str(item.path), known),
            lambda new: WordIndex(self.folder / "words").add(new),
        )  # fmt: skip
        return IngestedFile(
            report=written, file=item.file, state="updated" if known else "indexed", reason=lost,
            pages=document.page_count, pages_without_text=bare, undescribed=undescribed,
        )  # fmt: skip

    def _nothing_read(self, document: FileText) -> str:
        """Return why nothing of a document can be read."""
        if any(page.left_out for page in document.pages) and all(page.state == "read" for page in document.pages):
            return "all that it holds is hidden: show what is meant to be read, and save it again"
        if self.recognises and document.pages[0].kind == "page":
            return "text recognition found no words on any page: scan it anew"
        garbled = any(page.state == "garbled" for page in document.pages)
        what = "its text layer is garbled" if garbled else "no text on any page (scanned?)"
        return f"{what}: run OCR on it, with `coscribe ingest --ocr`"

    def _scans_lost(self, path: Path, document: FileText, known: str | None) -> str | None:
        """What to say where a report had recognised pages, and now has scans that are not."""
        settled = self.kept.settled(path)
        scans = sum(
            page.state != "read" and page.kind == "page" and page.page not in settled for page in document.pages
        )
        if self.recognises or not scans or known is None or not self.kept.has_pages_in(known):
            return None
        told = "a page is a scan" if scans == 1 else f"{scans} pages are scans"
        return f"{told} and not read any more: `coscribe ingest --ocr` reads {'it' if scans == 1 else 'them'}"


def ingest(
    folder: Path, paths: Sequence[str | Path], *, manifest: Path | None, embedder: Embedder | None,
    progress: OnProgress, prune: bool = False, ocr: Wanted = False, may_be_empty: bool = False, run: str = "",
) -> IngestResult:  # fmt: skip
    """Read files into the library at `folder` (made if missing) and return how each of them ended.

    `prune` also removes the reports of files that are gone from the ingested folders; `ocr` has the PDF pages
    without text recognised, also those read without it before; where the folders `may_be_empty`, nothing to read is no
    mistake. Where the embedder failed, words are searchable all the
    same, and the result says why. Raises UsageError for paths or a manifest that are wrong (nothing is written then)
    and LibraryError when another writer is at work.
    """
    began = time.monotonic()
    items = find_files(paths, may_be_empty=may_be_empty)
    declarations = Declarations(paths, items, manifest)
    is_new = not (folder / "catalogue.sqlite").is_file()
    if is_new:
        declarations.check({})
    with writer_lock(folder):
        entry = Entry(folder)
        try:
            catalogue = Catalogue(folder)
            work = _Run(declarations, entry.files())
            if not is_new:
                declarations.check({path: record.file for path, record in work.records.items()})
            with scratch(folder) as place, Recognitions.opened(folder, ocr) as kept:
                bare = {None, *kept.untried()} if ocr else set[str | None]()
                _sort(entry, items, work, progress, bare)
                with Readers(ocr=ocr, scratch=place, kept=kept, progress=progress) as readers:
                    intake = _Intake(folder, catalogue, entry, readers, kept, bool(ocr), progress)
                    intake.read(work)
                    while work.take_changed(entry, bare, progress) or work.take_orphans(entry):
                        intake.read(work)
            for item, content in work.same_as:
                _repeat(entry, work, item, content)
            others = _beyond(entry, work)
            gone = _prune(entry, paths) if prune else []
            entry.drop_recognised()
            entry.link_editions()
            generation = catch_up_words(folder, catalogue, entry, progress)
            failure = None
            if embedder is not None:
                try:
                    catch_up_vectors(folder, catalogue, entry, embedder, progress, run)
                except (EndpointError, BudgetReached) as error:
                    failure = Failure(kind=type(error).__name__, message=f"passages are not all embedded: {error}")
                generation = entry.advance()
            outcomes = [*_with_passages(catalogue, [*(work.outcomes[item.path] for item in items), *others]), *gone]
            catalogue.close()
        finally:
            entry.close()
    seconds = round(time.monotonic() - began, 3)
    return IngestResult(
        reports=outcomes, generation=generation, seconds=seconds, error=failure, unmatched=declarations.unmatched
    )


def _sort(entry: Entry, items: Sequence[ReportFile], run: _Run, progress: OnProgress, bare: set[str | None]) -> None:
    """Decide for each file, by its hash, whether it has to be read; those of `bare` reports are read in any case."""
    being_read: set[str] = set()
    for count, item in enumerate(items, start=1):
        progress("checking files", count, len(items))
        if not is_unicode(str(item.path)):  # no store can take such a path as it is
            reason = "its name or its folder's is not UTF-8: rename it"
            run.outcomes[item.path] = IngestedFile(report=None, file=item.file, state="failed", reason=reason)
            continue
        run.stamps[item.path] = stamp(item.path)
        try:
            content = content_hash(item.path)
        except OSError as error:
            reason = f"cannot be opened: {error.strerror or error}"
            run.outcomes[item.path] = IngestedFile(report=None, file=item.file, state="failed", reason=reason)
            continue
        record = run.records.get(str(item.path))
        if record is not None and record.hash == content and record.current and record.report not in bare:
            run.outcomes[item.path] = _unchanged(entry, run, record)
        elif record is None and content not in being_read and (old := entry.take_over(content, item)):
            being_read.add(content)
            run.renamed[item.path] = old
            run.records[str(item.path)] = entry.files()[str(item.path)]
            run.to_read.append((item, content))
        elif content in being_read or (entry.report_of(content) and not (record and record.hash == content)):
            run.same_as.append((item, content))
        else:
            being_read.add(content)
            run.to_read.append((item, content))


def _unchanged(entry: Entry, run: _Run, record: FileRecord) -> IngestedFile:
    if record.report is None:
        return IngestedFile(report=None, file=record.file, state=_unread(record.state), reason=record.reason)
    outcome = entry.declare(record.report, run.declaration_of(record.path, record.report), record.file)
    state: Literal["updated", "unchanged"] = "updated" if outcome == "changed" else "unchanged"
    reason = _DECLARED.get(outcome, record.reason)
    return IngestedFile(report=record.report, file=record.file, state=state, reason=reason)


def _repeat(entry: Entry, run: _Run, item: ReportFile, content: str) -> None:
    """A file whose content is already there under another name leads to that report; a renamed file gives it its name.

    A file that was edited into a copy of another report leaves its own report behind, which goes if nothing else leads
    there. The report is as confidential as any of its files is, or was.
    """
    report = entry.report_of(content)
    was_internal = entry.was_internal(content, str(item.path))
    before = entry.files().get(str(item.path))
    if before is not None and before.report not in (None, report):
        entry.forget(before)
    if report is None:
        twin = next(run.outcomes[other.path] for other, hashed in run.read if hashed == content)
        outcome = twin.model_copy(update={"file": item.file})
    else:
        renamed = entry.rename(report, item)
        declared = entry.declare(report, run.declaration_of(str(item.path), report), item.file, internal=was_internal)
        reason = f"was {renamed!r} before" if renamed else f"same content as report {report!r}"
        outcome = IngestedFile(
            report=report, file=item.file, state="updated" if renamed else "unchanged", reason=reason
        )
        if declared:
            state: Literal["updated", "unchanged"] = "updated" if declared == "changed" or renamed else "unchanged"
            outcome = outcome.model_copy(update={"state": state, "reason": f"{reason}; {_DECLARED[declared]}"})
    entry.note_file(item, content, outcome.state, outcome.reason, report)
    run.outcomes[item.path] = outcome


def _beyond(entry: Entry, run: _Run) -> list[IngestedFile]:
    """Take over what the manifests say of reports that are not of this ingest."""
    changed = []
    for path, declaration, is_whole in run.declarations.about_others(run.records):
        record = run.records[path]
        if record.report is None:
            continue
        own = record.file if is_whole else ""
        joint = declaration.with_levels([run.declaration_of(path, record.report)])
        if entry.declare(record.report, joint, own) == "changed":
            changed.append(
                IngestedFile(report=record.report, file=record.file, state="updated", reason=_DECLARED["changed"])
            )
    return changed


def _prune(entry: Entry, paths: Sequence[str | Path]) -> list[IngestedFile]:
    """Forget the files that are gone from the folders given, and remove the reports that only they led to."""
    folders = [Path(path).expanduser().resolve() for path in paths if Path(path).expanduser().is_dir()]
    removed = []
    for record in entry.files().values():
        path = Path(record.path)
        if path.exists() or not any(path.is_relative_to(folder) for folder in folders):
            continue
        was_last = entry.forget(record)
        reason = "its file is gone" if was_last else "its file is gone; the same report is held under another name"
        removed.append(IngestedFile(report=record.report, file=record.file, state="removed", reason=reason))
    return removed


def _refused(
    entry: Entry, item: ReportFile, content: str, failure: ReadFailure, known: FileRecord | None
) -> IngestedFile:
    state = _unread("skipped" if isinstance(failure, Unsupported) else "failed")
    report = known.report if known else None
    reason = f"{failure}; its earlier version is kept" if report else str(failure)
    entry.note_file(item, content, state, reason, report)
    return IngestedFile(report=report, file=item.file, state=state, reason=reason)


def _unread(state: str) -> Literal["skipped", "failed"]:
    return "failed" if state == "failed" else "skipped"


def _place(page: Page) -> Locator:
    return Locator(kind=page.kind, page=page.page, label=page.label, path=list(page.path))


def _with_passages(catalogue: Catalogue, outcomes: Sequence[IngestedFile]) -> list[IngestedFile]:
    counts = catalogue.passage_counts()
    pages = {report.id: report.pages for report in catalogue.reports()}
    lacking = gaps.fields(catalogue.connection, pages)
    return [
        outcome.model_copy(update={
            "passages": counts.get(outcome.report, 0), "pages": pages.get(outcome.report),
            **lacking.get(outcome.report, {}),
        })
        if outcome.report
        else outcome
        for outcome in outcomes
    ]  # fmt: skip
