"""The command `check`: a draft is read, looked up sentence by sentence, and handed back with what was found."""

from datetime import UTC, datetime
from pathlib import Path

from ...agents.records import new_run
from ...core.errors import exit_code
from ...core.system.files import named_file
from ...language.terms import Terms
from ...models.port import Asking
from ...terminal.progress import Progress
from ...terminal.views.checking.check_view import check_view
from ...tools.check.check_files import ENDINGS, write_check
from ...tools.check.check_page import check_page
from ...tools.check.checked_draft import CheckedDraft
from ...tools.check.checking import checked, read_by_code
from ...tools.check.draft_reading import read_draft
from ...tools.check.lookup import Lookup
from ..library_workplace import LibraryWorkplace
from ..workplace import Options, scope_of, strict_code, works_at


@works_at(LibraryWorkplace)
def check(place: LibraryWorkplace, options: Options) -> int:
    """Check a draft, write files, and show what was found; strict is who lets nothing contradicted or unfound pass."""
    paths = tuple(dict.fromkeys(named_file(name, "the check", ENDINGS) for name in options["output"]))
    source = Path(options["draft"])
    with Progress(place.screen) as progress:
        progress.advance("reading", 0, 0)
        draft, places = read_draft(source)
        asking = Asking(new_run(), draft.title or draft.file)
        lookup = Lookup(place.library, scope_of(options), Terms.load(place.home.terms), asking)
        readings = list(read_by_code(draft, lookup, progress.advance))
    made: CheckedDraft = checked(draft, readings, place.library.catalogue)
    made = made.model_copy(update={"document": check_page(made), "files": tuple(map(str, paths))})
    write_check(made, paths, datetime.now(UTC).isoformat(timespec="seconds"), source, places)
    place.show(made, check_view(made))
    return exit_code([strict_code(options, any(one.is_open for one in made.sentences))])
