"""The command `form take`: returned forms are read, kept as contributions, and taken into the library."""

from pathlib import Path

from ...agents.records import new_run
from ...core.errors import DONE, SOME_FAILED, UsageError, exit_code
from ...core.shapes import IngestResult
from ...core.system.files import named_file, write_whole
from ...money.embedding import book_embedding
from ...terminal.progress import Progress
from ...terminal.views.forms.forms_views import taken_view
from ...tools.changes.change_files import workbook
from ...tools.form.contributions import Contributions, ingested_names
from ...tools.form.form_sheet import form_sheets
from ...tools.form.kept_forms import RECORD, load_forms
from ...tools.form.returned_file import files_below
from ...tools.form.taken_forms import FormsTaken, form_as_taken
from ...tools.form.taking import take_files
from ..workplace import Options, failure_code, works_at
from ..writing_workplace import WritingWorkplace


@works_at(WritingWorkplace)
def take(place: WritingWorkplace, options: Options) -> int:
    """Take returned forms in; the exit code is 1 when one of the files could not be taken."""
    outputs = [named_file(name, "the sheet", (".xlsx",)) for name in options["output"]]
    given = [Path(name) for name in options["paths"]]
    if missing := [path for path in given if not path.exists()]:
        raise UsageError(f"there is no file or folder {str(missing[0])!r}: name what came back")
    made = [Path(name) for name in options["made"]]
    if missing := [path for path in made if not path.exists()]:
        raise UsageError(f"there is no folder {str(missing[0])!r}: name the one that the forms were made in")
    forms = load_forms([place.home.forms, *made])
    if not forms:
        raise UsageError("no form was made in this home: name the folder that the forms were made in with --made")
    ours = {path.absolute() for path in outputs}
    found = (path for path in dict.fromkeys(files_below(given)) if path.absolute() not in ours)
    paths = [path for path in found if not path.name.endswith(RECORD)]
    if not paths:
        raise UsageError(f"there is no file in {', '.join(repr(str(path)) for path in given)}: name what came back")
    place.home.create()
    with Progress(place.screen) as progress:
        files, kept = take_files(paths, forms, place.home.contributions, progress.advance)
        touched = {one.form for one in files}
        mine = [one for one in kept if one.form.id in touched]
        run = new_run()
        result = _ingested(place, mine, progress, run)
    taken = FormsTaken(
        files=files, forms=[form_as_taken(one) for one in mine], changed=result is not None,
        written=list(map(str, outputs)), cost=place.ledger.cost(run) if result else None,
    )  # fmt: skip
    for path in outputs:
        write_whole(path, workbook(form_sheets(taken)), "the sheet", advice="name another file")
    place.show(taken, taken_view(taken))
    failed = [one for one in result.reports if one.state in ("skipped", "failed")] if result else []
    for one in failed:
        place.screen.say(f"{one.file!r} is not in the library: {one.reason}", "warn")
    some = any(one.is_unread for one in files) or bool(failed)
    return exit_code([failure_code(result.error if result else None), SOME_FAILED if some else DONE])


def _ingested(place: WritingWorkplace, kept: list[Contributions], progress: Progress, run: str) -> IngestResult | None:
    """Write the contributions and take them into the library; `None` where it has them all as they are."""
    changed = sum(one.write() for one in kept) > 0
    library, names = place.library, ingested_names(kept)
    held = {report.file for report in library.in_scope()} if library.exists else set()
    if not names or (not changed and held.issuperset(names)):
        return None
    result = library.ingest([place.home.contributions], progress=progress.advance, run=run)
    book_embedding(place.ledger, place.settings, library.take_embedded(), run=run)
    return result
