"""The command `check`: a draft is read, looked up sentence by sentence, and handed back with what was found."""

from datetime import UTC, datetime
from pathlib import Path

from ...core.errors import exit_code
from ...core.system.files import named_file
from ...terminal.progress import Progress
from ...terminal.views.checking.check_view import check_view
from ...tools.check.check_files import ENDINGS, write_check
from ...tools.check.check_page import check_page
from ...tools.check.draft_reading import read_draft
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, failure_code, scope_of, strict_code, works_at


@works_at(AssistantWorkplace)
def check(place: AssistantWorkplace, options: Options) -> int:
    """Check a draft, write files, and show what was found.

    Whoever is strict lets nothing pass that is contradicted or not found.
    """
    paths = tuple(dict.fromkeys(named_file(name, "the check", ENDINGS) for name in options["output"]))
    source, scope = Path(options["draft"]), scope_of(options)
    draft, places = read_draft(source)
    if options.get("estimate"):
        return place.estimate(lambda assistant: assistant.estimate_check(draft, scope=scope))
    settings = place.agreed(place.settings)
    with Progress(place.screen) as progress:
        made = place.done_by(
            settings, lambda assistant: assistant.check(draft, scope=scope, progress=progress.advance)
        )  # fmt: skip
    made = made.model_copy(update={"document": check_page(made), "files": tuple(map(str, paths))})
    write_check(made, paths, datetime.now(UTC).isoformat(timespec="seconds"), source, places)
    place.show(made, check_view(made))
    place.say_price(made.cost)
    is_open = any(one.is_open for one in made.sentences)
    return exit_code([failure_code(made.error), strict_code(options, is_open)])
