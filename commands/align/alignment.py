"""The command `align`: the matrix is made, written to files, and shown."""

from pathlib import Path

from ...core.errors import exit_code
from ...terminal.progress import Progress
from ...terminal.views.matrix import matrix_view
from ...tools.align.topics import load_topics, named
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, failure_code, scope_of, works_at
from .suggesting import suggest


@works_at(AssistantWorkplace)
def align(place: AssistantWorkplace, options: Options) -> int:
    """Compare the roadmaps, and print the matrix."""
    file = options["topics"]
    topics = named(load_topics(Path(file) if file else None), options["topic"])
    if options["suggest_topics"]:
        return suggest(place, options, topics)
    settings = place.agreed(place.settings)
    with Progress(place.screen) as progress:
        made = place.done_by(
            settings,
            lambda assistant: assistant.align(
                topics, by=options["by"], scope=scope_of(options), sample=options["sample"],
                on_event=progress.event,
            ),
        )  # fmt: skip
    place.show(made, matrix_view(made, place.settings.currency))
    place.say_price(made.cost)
    return exit_code([failure_code(made.error)])
