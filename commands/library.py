"""The commands on a library: taking reports in, exporting, removing and rebuilding them."""

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ..agents.chat.sessions import Sessions
from ..agents.note.kept_notes import KeptNotes
from ..agents.records import RunRecords, new_run
from ..core.cells import CsvForm, write_csv
from ..core.cost import Cost
from ..core.errors import DONE, SOME_FAILED, LibraryBusy, UsageError, exit_code
from ..core.events import OnProgress, silent
from ..core.shapes import IngestResult, Rebuilt, Removed, Unmatched
from ..core.types import Scope
from ..models.cache import ReplyCache
from ..money.embedding import book_embedding
from ..terminal.progress import Progress
from ..terminal.sheet import remark
from ..terminal.views.cost import cost_line
from ..terminal.views.ingest import changes_view, ingest_view
from ..tools.changes.kept_snapshots import KeptSnapshots
from ..vectorstore.bibliography.exports import WRITERS
from ..vectorstore.facts import as_export, as_manifest, reviewed
from ..vectorstore.index.schema import FIELDS
from ..vectorstore.ingest.watching import rounds
from ..vectorstore.library import Library
from .review.description import described, is_possible
from .workplace import Options, Workplace, failure_code, scope_of, works_at
from .writing_workplace import CatalogueWorkplace, WritingWorkplace

_BUSY = 2.0  # seconds between attempts to write where another process does


@works_at(WritingWorkplace)
def ingest(place: WritingWorkplace, options: Options) -> int:
    """Take files in; the exit code is 1 when one of them could not be read."""
    place.home.create()
    if not options["paths"]:
        raise UsageError("name at least one file or folder to ingest, for example `coscribe ingest reports/`")
    if options.get("describe") and not is_possible(place.settings):
        raise UsageError("--describe needs a model: name one with --model or COSCRIBE_MODEL")
    if options["watch"] and options.get("describe"):
        raise UsageError("--watch and --describe do not go together: a model is asked once, when you say so")
    if options["watch"]:
        return _watch(place, options)
    run = new_run()
    with Progress(place.screen) as progress:
        result = _taken_in(place, options, progress.advance, run, prune=options["prune"])
    _say_unmatched(place, result.unmatched)
    if options.get("describe"):
        return _described(place, result, run)
    place.show(result, ingest_view(result))
    some_failed = any(file.state in ("skipped", "failed") for file in result.reports)
    return exit_code([failure_code(result.error), SOME_FAILED if some_failed else DONE])


def _taken_in(
    place: WritingWorkplace, options: Options, progress: OnProgress, run: str, *, prune: bool,
    may_be_empty: bool = False,
) -> IngestResult:  # fmt: skip
    result = place.library.ingest(
        [Path(path) for path in options["paths"]], manifest=options["manifest"] or None, prune=prune,
        ocr=options["ocr_engine"] or options["ocr"], may_be_empty=may_be_empty, progress=progress, run=run,
    )  # fmt: skip
    return result.model_copy(update={"cost": _booked(place, run)})


def _say_unmatched(place: WritingWorkplace, unmatched: Sequence[Unmatched]) -> None:
    for missed in unmatched:
        near = f" (the nearest is {missed.nearest!r})" if missed.nearest else ""
        place.screen.say(f"{missed.manifest!r} names {missed.entry!r}, and there is no such file{near}", "warn")


def _watch(place: WritingWorkplace, options: Options) -> int:
    """Take files in whenever they have changed, until the user ends it; what goes wrong after the start is said."""
    manifest = Path(options["manifest"]) if options["manifest"] else None
    last: IngestResult | None = None
    for gone in rounds(options["paths"], place.library.folder, manifest):
        if gone:
            names = ", ".join(map(repr, gone))
            place.screen.say(f"{names} is gone: its reports are kept until it is back", "warn")
            continue
        try:
            result = _when_free(place, options, is_first=last is None)
        except UsageError as error:
            if last is None:
                raise
            place.screen.say(str(error), "warn")
            continue
        _say_unmatched(place, [one for one in result.unmatched if last is None or one not in last.unmatched])
        place.show(result, changes_view(result, last) if last else ingest_view(result), in_a_line=True)
        if last is None:
            place.screen.say("watching for changes: end it with Ctrl-C", "meta")
        last = result
    return DONE


def _when_free(place: WritingWorkplace, options: Options, *, is_first: bool) -> IngestResult:
    """Take files in, waiting for another writer to finish."""
    is_told = False
    while True:
        try:
            with Progress(place.screen) as progress:
                # Where each stage is a line, those of the first ingest will do.
                advance = progress.advance if is_first or place.screen.err.is_interactive else silent
                return _taken_in(place, options, advance, new_run(), prune=True, may_be_empty=True)
        except LibraryBusy:
            if not is_told:
                place.screen.say("another coscribe is writing to the library: waiting for it", "meta")
            is_told = True
            time.sleep(_BUSY)


@works_at(CatalogueWorkplace)
def export_reports(place: CatalogueWorkplace, options: Options) -> int:
    """Print what the library holds as a manifest to correct, or for other programs."""
    form, *others = [form for form in ("csv", "toml", *WRITERS) if options.get(form)]
    if others:
        raise UsageError(f"--{form} and --{others[0]} are two ways to print the same: say one of them")
    _write_manifest(place.library, scope_of(options), form, bom=options["bom"])
    return DONE


@works_at(CatalogueWorkplace)
def remove_report(place: CatalogueWorkplace, options: Options) -> int:
    """Remove a report; `--purge` also removes what quotes it: records, sessions, kept answers, words in snapshots."""
    library = place.library
    removed, purges = library.remove(options["name"]), options["purge"]
    records = RunRecords(place.home.runs).quoting(removed.id) if purges else []
    for record in records:
        record.unlink(missing_ok=True)
    for answers in (place.home.replies, place.home.vectors):
        # Which of them quote the report cannot be told from their keys, and all can be had again.
        if purges and answers.exists():
            ReplyCache(answers, place.settings.cache_megabytes).clear()
    if purges:
        KeptNotes(place.home.notes).forget_replies()
    sessions = _purge_sessions(place, removed.id) if purges else 0
    snapshots = KeptSnapshots(place.home.snapshots).purge(removed.id) if purges else 0
    result = Removed(
        report=removed.id, file=removed.file, records=len(records), sessions=sessions, snapshots=snapshots
    )  # fmt: skip
    purged = f", with {len(records)} run records and {sessions} chat sessions that quoted it" if purges else ""
    purged += f", and its words in {snapshots} snapshots" if snapshots else ""
    place.show(result, remark(f"removed {removed.file}{purged}"))
    return DONE


@works_at(WritingWorkplace)
def rebuild(place: WritingWorkplace, options: Options) -> int:
    """Make words and vectors anew from the catalogue; the source files are not needed."""
    place.home.create()
    library, run = place.library, new_run()
    with Progress(place.screen) as progress:
        passages = library.rebuild(progress.advance, run=run)
    cost = _booked(place, run)
    spent = f" · {cost_line(cost)}" if cost.calls else ""
    place.show(Rebuilt(passages=passages), remark(f"rebuilt the index of {passages} passages{spent}"))
    return DONE


def _described(place: WritingWorkplace, result: IngestResult, run: str) -> int:
    """Have a model fill in what is unsure of the reports taken in, and show that with how the ingest went."""
    code, changes = described(place, [file.report for file in result.reports if file.report], run)
    result = result.model_copy(update={"cost": place.ledger.cost(run), "described": changes})
    if code == DONE:  # it has been asked again
        files = [file.model_copy(update={"undescribed": []}) for file in result.reports]
        result = result.model_copy(update={"reports": files})
    place.show(result, ingest_view(result))
    some_failed = any(file.state in ("skipped", "failed") for file in result.reports)
    return exit_code([failure_code(result.error), code, SOME_FAILED if some_failed else DONE])


def _booked(place: WritingWorkplace, run: str) -> Cost:
    """Book what was embedded on this machine, and return what the run cost with what endpoints embedded."""
    book_embedding(place.ledger, place.settings, place.library.take_embedded(), run=run)
    return place.ledger.cost(run)


def _purge_sessions(place: Workplace, report: str) -> int:
    if not place.home.sessions.exists():
        return 0
    with closing(Sessions(place.home.sessions)) as sessions:
        return len(sessions.remove_quoting(report))


def _write_manifest(library: Library, scope: Scope, form: str, *, bom: bool) -> None:
    if form == "csv":
        names = ("file", *FIELDS)
        rows = ([row.get(name) for name in names] for row in library.declared(scope))
        write_csv(sys.stdout, [names, *rows], CsvForm(is_marked=bom))
    elif form == "toml":
        print(as_manifest(library, sorted(reviewed(library, scope), key=lambda row: row.file)), end="")
    else:
        print(as_export(library, form, scope).rstrip("\n"))
