"""The command `align`: the matrix is made, written to files, and shown."""

from pathlib import Path

from ...core.errors import exit_code
from ...terminal.progress import Progress
from ...terminal.views.matrix import matrix_view
from ...tools.align.topics import load_topics, named
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, failure_code, scope_of, works_at
from .people import People, topics_and_workbooks


@works_at(AssistantWorkplace)
def align(place: AssistantWorkplace, options: Options) -> int:
    """Compare the roadmaps, and print the matrix, as far as people judged it with what they decided."""
    file = options["topics"]
    asked, _ = topics_and_workbooks(options)
    topics = named(load_topics(Path(file) if file else None), asked)
    people = People(place, options, topics)
    settings = place.agreed(place.settings)
    with Progress(place.screen) as progress:
        made = place.done_by(
            settings,
            lambda assistant: assistant.align(
                topics, by=options["by"], scope=scope_of(options), sample=options["sample"],
                judgements=people.judgements, on_event=progress.event,
            ),
        )  # fmt: skip
    people.keep()
    place.show(made, matrix_view(made, place.settings.currency))
    place.say_price(made.cost)
    return exit_code([failure_code(made.error)])
