"""The commands that answer and draft: `ask` and `note`."""

import sys
from collections.abc import Awaitable, Callable

from ..agents.assistant import Assistant
from ..core.cost import Cost
from ..core.errors import DONE, Unverified, UsageError, exit_code
from ..core.shapes import Answer, Estimate, Note
from ..core.text import askable
from ..terminal.chat.why import passage_lines
from ..terminal.console import flat
from ..terminal.progress import Progress
from ..terminal.sheet import Sheet
from ..terminal.views.answer import answer_view
from ..terminal.views.estimate import estimate_view
from ..terminal.views.note import note_view
from .assistant_workplace import AssistantWorkplace
from .note.outlining import agreed_outline
from .note.resumption import Drafting, asked_for, show_notes
from .note.templates import show_templates
from .workplace import Options, failure_code, price_hints, scope_of, works_at

_MOST_READ = 100_000  # characters of standard input: far more than may be asked, white space included


@works_at(AssistantWorkplace)
def ask(place: AssistantWorkplace, options: Options) -> int:
    """Answer one question; a fallen-back answer is shown all the same, with the exit code of what failed."""
    return answered(place, options)


@works_at(AssistantWorkplace)
def note(place: AssistantWorkplace, options: Options) -> int:
    """Draft a note, and print it."""
    return drafted(place, options)


def answered(place: AssistantWorkplace, options: Options, write: Callable[[Answer], list[str]] = lambda _: []) -> int:
    """Answer the question, `write` the answer to files, which are named, and show it."""
    given = options["question"]
    question, scope = askable(sys.stdin.read(_MOST_READ) if given == "-" else given), scope_of(options)
    if not question:
        raise UsageError('the question is empty: try `coscribe ask "Which sites report their energy?"`')
    if options.get("estimate"):
        return _estimate(place, lambda assistant: assistant.estimate(question, scope=scope))
    settings = place.agreed(place.settings)
    with Progress(place.screen) as progress:
        answer = place.done_by(
            settings, lambda assistant: assistant.ask(question, scope=scope, on_event=progress.event)
        )  # fmt: skip
    currency, wants_all = place.settings.currency, bool(options.get("why"))
    view = answer_view(answer, question=False, currency=currency, account="" if wants_all else "--why tells all")
    written = write(answer)
    place.show(answer, Sheet([*view.parts, *passage_lines(answer)]) if wants_all else view)
    for name in written:
        place.screen.say(f"written: {flat(name)}")
    _say_price(place, answer.cost)
    dropped = any(claim.verdict == "unsupported" for claim in answer.claims)
    return exit_code([failure_code(answer.error), _strict_code(options, dropped)])


def drafted(
    place: AssistantWorkplace, options: Options, write: Callable[[Note], list[str]] = lambda _: [],
    fits: Callable[[Note], bool] = lambda _: True,
) -> int:  # fmt: skip
    """Draft the note, shorten it until it `fits`, `write` it to files, and show it; or tell of the templates."""
    if options["list_templates"] or options["show_template"]:
        return show_templates(place, options["show_template"])
    if options["list"]:
        return show_notes(place)
    drafting = Drafting(place, asked_for(place, options))
    if options["review"] and not options.get("estimate"):
        agreed = agreed_outline(drafting)
        if isinstance(agreed, int):
            return agreed
        drafting = agreed
    topic, template, scope = drafting.asked.topic, drafting.asked.read_template, drafting.asked.scope
    if options.get("estimate"):
        return _estimate(place, lambda assistant: assistant.estimate(topic, template=template, scope=scope))
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
    _say_price(place, made.cost)
    return exit_code([failure_code(made.error), _strict_code(options, bool(made.dropped))])


def _estimate(place: AssistantWorkplace, weigh: Callable[[Assistant], Awaitable[Estimate]]) -> int:
    """Say what it would cost; no consent is needed, for nothing is sent."""
    made = place.done_by(place.settings, weigh)
    place.show(made, estimate_view(made, place.settings.currency))
    return DONE


def _say_price(place: AssistantWorkplace, cost: Cost) -> None:
    for hint in price_hints(place.settings) if cost.usd is None else ():
        place.screen.say(hint)


def _strict_code(options: Options, dropped: bool) -> int:
    return Unverified.exit_code if options.get("strict") and dropped else DONE
