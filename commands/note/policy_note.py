"""The command `note`: a note is drafted, or what there is of notes and templates is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...agents.assistant import Assistant
from ...agents.note.kept_notes import KeptNote
from ...agents.records import Run
from ...core.cost import Estimate
from ...core.errors import exit_code
from ...core.events import OnEvent
from ...core.shapes import Note
from ...terminal.progress import Progress
from ...terminal.views.note import note_view
from ..align.noting import noted
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, failure_code, strict_code, works_at
from .language_hint import hint_of_sentences, hint_of_topic
from .outlining import agreed_outline
from .resumption import Drafting, asked_for, show_notes
from .templates import show_templates

if TYPE_CHECKING:  # with it comes what writes files
    from ...agents.note.revision.revision_request import RevisionRequest
    from .revising import PublishedNote


@works_at(AssistantWorkplace)
def note(place: AssistantWorkplace, options: Options) -> int:
    """Draft a note, and print it."""
    return drafted(place, options)


def drafted(
    place: AssistantWorkplace, options: Options, write: Callable[[Note], list[str]] = lambda _: [],
    fits: Callable[[Note], bool] | None = None,
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
    in_doubt = not options["language"] and not options.get("kept") and not options.get("published")
    if in_doubt and (hint := hint_of_topic(drafting.asked.topic)):
        place.screen.say(hint, "warn")
        in_doubt = False
    if options["review"] and not options.get("estimate"):
        agreed = agreed_outline(drafting)
        if isinstance(agreed, int):
            return agreed
        drafting = agreed
    order = _order(drafting, options)
    if options.get("estimate"):
        return place.estimate(order.estimated)
    settings = place.agreed(place.settings)
    with drafting.kept() as finished:
        with Progress(place.screen) as progress:
            made = place.done_by(
                settings,
                lambda assistant: order.made(assistant, drafting.run, fits, progress.event),
                drafting.replies,
            )  # fmt: skip
        if in_doubt and (hint := hint_of_sentences(made)):
            place.screen.say(hint, "warn")
        if made.asked and options["pages"]:
            made = made.model_copy(update={"asked": made.asked.model_copy(update={"pages": options["pages"]})})
        if isinstance(order, _Revision):
            order.published.say_what_became(place, made)
        made = made.model_copy(update={"files": write(made)})
        finished.append(made)
    place.show(made, note_view(made, place.settings.currency))
    place.say_price(made.cost)
    return exit_code([failure_code(made.error), strict_code(options, bool(made.dropped))])


@dataclass(frozen=True, slots=True)
class _Topic:
    """A note on a topic."""

    asked: KeptNote
    words: int | None
    language: str | None

    async def made(
        self, assistant: Assistant, run: Run, fits: Callable[[Note], bool] | None, on_event: OnEvent
    ) -> Note:
        return await assistant.note(
            self.asked.topic, template=self.asked.read_template, words=self.words, fits=fits, scope=self.asked.scope,
            run=run, on_event=on_event, language=self.language,
        )  # fmt: skip

    async def estimated(self, assistant: Assistant) -> Estimate:
        asked = self.asked
        return await assistant.estimate(
            asked.topic, template=asked.read_template, scope=asked.scope, words=self.words,
            language=self.language,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Revision:
    """A note made of another."""

    published: "PublishedNote"
    request: "RevisionRequest"

    async def made(
        self, assistant: Assistant, run: Run, fits: Callable[[Note], bool] | None, on_event: OnEvent
    ) -> Note:
        return await assistant.revise(self.published.made, self.request, fits=fits, run=run, on_event=on_event)

    async def estimated(self, assistant: Assistant) -> Estimate:
        return await assistant.estimate_revision(self.published.made, self.request)


def _order(drafting: Drafting, options: Options) -> _Topic | _Revision:
    published: PublishedNote | None = options.get("published")
    if published is not None:
        return _Revision(published, published.request(options, drafting.asked))
    return _Topic(drafting.asked, options["words"], options["language"])
