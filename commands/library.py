"""The commands on a library: taking reports in, listing, removing and rebuilding them, and searching."""

import sys
from contextlib import closing
from pathlib import Path

from ..agents.chat.sessions import Sessions
from ..agents.records import RunRecords, new_run
from ..core.cells import write_csv
from ..core.cost import Cost
from ..core.errors import DONE, SOME_FAILED, BudgetReached, EndpointError, UsageError, exit_code
from ..core.shapes import IngestResult, Rebuilt, Removed, ReportList
from ..core.text import askable
from ..core.types import Scope
from ..models.cache import ReplyCache
from ..models.port import Asking
from ..money.embedding import book_embedding
from ..terminal.progress import Progress
from ..terminal.sheet import remark
from ..terminal.views.cost import cost_line
from ..terminal.views.ingest import ingest_view
from ..terminal.views.passages import passages_view
from ..terminal.views.reports import report_view, reports_view
from ..vectorstore.bibliography.exports import WRITERS
from ..vectorstore.facts import as_export, as_manifest, reviewed
from ..vectorstore.index.schema import FIELDS
from ..vectorstore.library import Library
from .library_workplace import CatalogueWorkplace, LibraryWorkplace
from .review.description import described, is_possible
from .workplace import Options, Workplace, failure_code, scope_of, works_at


@works_at(LibraryWorkplace)
def ingest(place: LibraryWorkplace, options: Options) -> int:
    """Take files in; the exit code is 1 when one of them could not be read."""
    place.home.create()
    library, run, paths = place.library, new_run(), [Path(path) for path in options["paths"]]
    if not paths:
        raise UsageError("name at least one file or folder to ingest, for example `coscribe ingest reports/`")
    if options.get("describe") and not is_possible(place.settings):
        raise UsageError("--describe needs a model: name one with --model or COSCRIBE_MODEL")
    with Progress(place.screen) as progress:
        result = library.ingest(
            paths, manifest=options["manifest"] or None, prune=options["prune"], ocr=options["ocr"],
            progress=progress.advance, run=run,
        )  # fmt: skip
    result = result.model_copy(update={"cost": _booked(place, run)})
    for missed in result.unmatched:
        near = f" (the nearest is {missed.nearest!r})" if missed.nearest else ""
        place.screen.say(f"{missed.manifest!r} names {missed.entry!r}, and there is no such file{near}", "warn")
    if options.get("describe"):
        return _described(place, result, run)
    place.show(result, ingest_view(result))
    some_failed = any(file.state in ("skipped", "failed") for file in result.reports)
    return exit_code([failure_code(result.error), SOME_FAILED if some_failed else DONE])


@works_at(CatalogueWorkplace)
def list_reports(place: CatalogueWorkplace, options: Options) -> int:
    """List what the library holds, as a table, as JSON, as a manifest to correct, or for other programs."""
    library = place.library
    listed = ReportList(reports=library.reports(scope_of(options)), generation=library.catalogue.generation)
    forms = [form for form in ("csv", "toml", *WRITERS) if options.get(form)]
    if len(forms) > 1:
        raise UsageError(f"--{forms[0]} and --{forms[1]} are two ways to print the same: say one of them")
    if forms:
        _write_manifest(library, scope_of(options), forms[0])
        return DONE
    place.show(listed, reports_view(listed.reports))
    return DONE


@works_at(CatalogueWorkplace)
def show_report(place: CatalogueWorkplace, options: Options) -> int:
    """Show one report, named by id or the end of its file name."""
    library = place.library
    row = library.reports(Scope(reports=(options["name"],)))[0]
    place.show(row, report_view(row))
    return DONE


@works_at(CatalogueWorkplace)
def remove_report(place: CatalogueWorkplace, options: Options) -> int:
    """Remove a report; `--purge` also removes records and sessions that quote it, and the answers kept of models."""
    library = place.library
    removed, purges = library.remove(options["name"]), options["purge"]
    records = RunRecords(place.home.runs).quoting(removed.id) if purges else []
    for record in records:
        record.unlink(missing_ok=True)
    for answers in (place.home.replies, place.home.vectors):
        # Which of them quote the report cannot be told from their keys, and all can be had again.
        if purges and answers.exists():
            ReplyCache(answers, place.settings.cache_megabytes).clear()
    sessions = _purge_sessions(place, removed.id) if purges else 0
    result = Removed(report=removed.id, file=removed.file, records=len(records), sessions=sessions)
    purged = f", with {len(records)} run records and {sessions} chat sessions that quoted it" if purges else ""
    place.show(result, remark(f"removed {removed.file}{purged}"))
    return DONE


@works_at(LibraryWorkplace)
def rebuild(place: LibraryWorkplace, options: Options) -> int:
    """Make words and vectors anew from the catalogue; the source files are not needed."""
    place.home.create()
    library, run = place.library, new_run()
    with Progress(place.screen) as progress:
        passages = library.rebuild(progress.advance, run=run)
    cost = _booked(place, run)
    spent = f" · {cost_line(cost)}" if cost.calls else ""
    place.show(Rebuilt(passages=passages), remark(f"rebuilt the index of {passages} passages{spent}"))
    return DONE


@works_at(LibraryWorkplace)
def search(place: LibraryWorkplace, options: Options) -> int:
    """Show the best passages for some words."""
    query = askable(options["query"], "query")
    if not query:
        raise UsageError('the words to search for are empty: try `coscribe search "energy of cooling"`')
    limit, scope = options["limit"], scope_of(options)
    library, failure = place.library, None
    with Progress(place.screen) as progress:
        progress.advance("searching", 0, 0)
        try:
            result = library.search_result(query, limit, scope=scope, asking=Asking(new_run(), query))
        except (EndpointError, BudgetReached) as error:
            failure = error
            result = library.search_result(query, limit, scope=scope, asking=None)
    if failure is not None:
        place.screen.say(f"searched by words alone: {failure}", "warn")
    place.show(result, passages_view(result))
    return DONE if failure is None else failure.exit_code


def _described(place: LibraryWorkplace, result: IngestResult, run: str) -> int:
    """Have a model fill in what is unsure of the reports taken in, and show that with how the ingest went."""
    code, changes = described(place, [file.report for file in result.reports if file.report], run)
    result = result.model_copy(update={"cost": place.ledger.cost(run), "described": changes})
    place.show(result, ingest_view(result))
    some_failed = any(file.state in ("skipped", "failed") for file in result.reports)
    return exit_code([failure_code(result.error), code, SOME_FAILED if some_failed else DONE])


def _booked(place: LibraryWorkplace, run: str) -> Cost:
    """Book what was embedded on this machine, and return what the run cost with what endpoints embedded."""
    book_embedding(place.ledger, place.settings, place.library.take_embedded(), run=run)
    return place.ledger.cost(run)


def _purge_sessions(place: Workplace, report: str) -> int:
    if not place.home.sessions.exists():
        return 0
    with closing(Sessions(place.home.sessions)) as sessions:
        return len(sessions.remove_quoting(report))


def _write_manifest(library: Library, scope: Scope, form: str) -> None:
    if form == "csv":
        names = ("file", *FIELDS)
        rows = ([row.get(name) for name in names] for row in library.declared(scope))
        write_csv(sys.stdout, [names, *rows])
    elif form == "toml":
        print(as_manifest(library, sorted(reviewed(library, scope), key=lambda row: row.file)), end="")
    else:
        print(as_export(library, form, scope).rstrip("\n"))
