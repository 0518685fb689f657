"""The command `align`: the matrix is made, and shown."""

from collections.abc import Callable
from pathlib import Path

from ...agents.align.matrix_request import MatrixRequest
from ...core.errors import UsageError, exit_code
from ...terminal.progress import Progress
from ...terminal.views.alignment.matrix_views import matrix_view
from ...tools.align.matrix import AlignmentMatrix
from ...tools.align.topics import load_topics, named
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, failure_code, scope_of, works_at
from .people import People, topics_and_workbooks
from .suggesting import suggest


@works_at(AssistantWorkplace)
def align(place: AssistantWorkplace, options: Options) -> int:
    """Compare the roadmaps, and print the matrix, as far as people judged it with what they decided."""
    return aligned(place, options)


def aligned(
    place: AssistantWorkplace, options: Options, write: Callable[[AlignmentMatrix], AlignmentMatrix] = lambda made: made
) -> int:  # fmt: skip
    """Compare the roadmaps, `write` the matrix to files, which it names then, and show it."""
    file = options["topics"]
    asked, _ = topics_and_workbooks(options)
    topics = named(load_topics(Path(file) if file else None), asked)
    if options["suggest_topics"]:
        if options["judgements"]:
            raise UsageError("--suggest-topics makes no matrix that --judgements could be of: give one of them")
        return suggest(place, options, topics)
    people = People(place, options, topics)
    request = MatrixRequest(topics, options["by"], scope_of(options), options["sample"], people.judgements)
    settings = place.agreed(place.settings)
    with Progress(place.screen) as progress:
        made = place.done_by(
            settings,
            lambda assistant: assistant.align(request, on_event=progress.event),
        )
    people.keep()
    made = write(made)
    place.show(made, matrix_view(made, place.settings.currency))
    place.say_price(made.cost)
    return exit_code([failure_code(made.error)])
