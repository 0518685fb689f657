"""The command `note`: a note is drafted, or what there is of notes and templates is told."""

from collections.abc import Callable

from ...core.errors import exit_code
from ...core.shapes import Note
from ...terminal.progress import Progress
from ...terminal.views.note import note_view
from ..align.noting import noted
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, failure_code, strict_code, works_at
from .outlining import agreed_outline
from .resumption import Drafting, asked_for, show_notes
from .templates import show_templates


@works_at(AssistantWorkplace)
def note(place: AssistantWorkplace, options: Options) -> int:
    """Draft a note, and print it."""
    return drafted(place, options)


def drafted(
    place: AssistantWorkplace, options: Options, write: Callable[[Note], list[str]] = lambda _: [],
    fits: Callable[[Note], bool] = lambda _: True,
) -> int:  # fmt: skip
    """Draft the note, shorten it until it `fits`, `write` it to files, and show it; or tell of the templates."""
    if options["list_templates"] or options["show_template"]:
        return show_templates(place, options["show_template"])
    if options["list"]:
        return show_notes(place)
    if options["from_matrix"]:
        made = noted(place, options["from_matrix"], options["topic"] or "")
        made = made.model_copy(update={"files": write(made)})
        place.show(made, note_view(made, place.settings.currency))
        return strict_code(options, bool(made.dropped))
    drafting = Drafting(place, asked_for(place, options))
    if options["review"] and not options.get("estimate"):
        agreed = agreed_outline(drafting)
        if isinstance(agreed, int):
            return agreed
        drafting = agreed
    topic, template, scope = drafting.asked.topic, drafting.asked.read_template, drafting.asked.scope
    if options.get("estimate"):
        return place.estimate(lambda assistant: assistant.estimate(topic, template=template, scope=scope))
    settings = place.agreed(place.settings)
    with drafting.kept() as finished:
        with Progress(place.screen) as progress:
            made = place.done_by(
                settings,
                lambda assistant: assistant.note(
                    topic, template=template, words=options["words"], fits=fits, scope=scope, run=drafting.run,
                    on_event=progress.event, language=options["language"] or "en",
                ),
                drafting.replies,
            )  # fmt: skip
        if made.mode == "drafted" and options["language"] not in (None, "en"):
            place.screen.say(
                "what a model drafted stays in its language: --language is for headings and our own sentences", "warn"
            )
        made = made.model_copy(update={"files": write(made)})
        finished.append(made)
    place.show(made, note_view(made, place.settings.currency))
    place.say_price(made.cost)
    return exit_code([failure_code(made.error), strict_code(options, bool(made.dropped))])
