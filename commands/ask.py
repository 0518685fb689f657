"""The commands that answer and draft: `ask` and `note`."""

import asyncio
import os
import sys
from pathlib import Path

from ..agents.assistant import Assistant
from ..core.cost import Cost
from ..core.errors import DONE, Unverified, UsageError, exit_code
from ..core.question import askable
from ..core.shapes import Answer, Estimate, Note
from ..core.system.files import write_whole
from ..money.meters import price_list
from ..money.prices import price_hint
from ..terminal.progress import Progress
from ..terminal.views.answer import answer_view
from ..terminal.views.estimate import estimate_view
from ..terminal.views.note import note_view
from ..vectorstore.library import Library
from .opening import open_library
from .workplace import Options, Workplace, endpoints_of, failure_code, scope_of

_FORMATS = (".md",)
_MOST_READ = 100_000  # characters of standard input: far more than may be asked, white space included


def open_assistant(place: Workplace, library: Library) -> Assistant:
    """Return an assistant over an existing library, after any consent that its endpoints need."""
    reports = library.catalogue.reports()
    unmarked = sum(report.confidentiality == "unmarked" for report in reports)
    settings = place.consent(endpoints_of(place.settings), unmarked)
    return Assistant.with_settings(library, place.home, settings, os.environ)


def ask(options: Options) -> int:
    """Answer one question; a fallen-back answer is shown all the same, with the exit code of what failed."""
    place = Workplace.of(options)
    given = str(options["question"])
    question = askable(sys.stdin.read(_MOST_READ) if given == "-" else given)
    if not question:
        raise UsageError('the question is empty: try `coscribe ask "Which sites report their energy?"`')
    library = open_library(place)
    if options.get("estimate"):
        return _estimate(place, library, options, question)
    assistant = open_assistant(place, library)

    async def run() -> Answer:
        try:
            return await assistant.ask(question, scope=scope_of(options), on_event=progress.event)
        finally:
            await assistant.close()

    with Progress(place.screen) as progress:
        answer = asyncio.run(run())
    place.show(answer, answer_view(answer, question=False, currency=place.settings.currency))
    _say_price(place, answer.cost)
    dropped = any(claim.verdict == "unsupported" for claim in answer.claims)
    return exit_code([failure_code(answer.error), _strict_code(options, dropped)])


def note(options: Options) -> int:
    """Draft a note and write it to a file, or to stdout when no file is named."""
    place = Workplace.of(options)
    topic = askable(str(options["topic"]), "topic")
    if not topic:
        raise UsageError('the topic is empty: try `coscribe note "energy of inference"`')
    target = _target(options)
    library = open_library(place)
    if options.get("estimate"):
        return _estimate(place, library, options, topic, template=str(options["template"]))
    assistant = open_assistant(place, library)

    async def run() -> Note:
        try:
            return await assistant.note(
                topic, template=str(options["template"]), scope=scope_of(options), on_event=progress.event
            )
        finally:
            await assistant.close()

    with Progress(place.screen) as progress:
        made = asyncio.run(run())
    if target is not None:
        write_whole(target, made.markdown, "the note", advice="name another file")
        made = made.model_copy(update={"files": [str(target)]})
    place.show(made, note_view(made, place.settings.currency))
    _say_price(place, made.cost)
    return exit_code([failure_code(made.error), _strict_code(options, bool(made.dropped))])


def _estimate(place: Workplace, library: Library, options: Options, question: str, template: str | None = None) -> int:
    """Say what it would cost; no consent is needed, for nothing is sent."""
    assistant = Assistant.with_settings(library, place.home, place.settings, os.environ)

    async def run() -> Estimate:
        try:
            return await assistant.estimate(question, template=template, scope=scope_of(options))
        finally:
            await assistant.close()

    made = asyncio.run(run())
    place.show(made, estimate_view(made, place.settings.currency))
    return DONE


def _say_price(place: Workplace, cost: Cost) -> None:
    """Say how to give a price where one is missing; calls made so far keep what they were booked with."""
    if cost.usd is None:
        prices = price_list(place.settings)
        unknown = (one for one in endpoints_of(place.settings) if prices.look_up(one.model, one.base_url) is None)
        for model in dict.fromkeys(endpoint.model for endpoint in unknown):
            place.screen.say(f"price unknown: {price_hint(model)}")


def _strict_code(options: Options, dropped: bool) -> int:
    return Unverified.exit_code if options.get("strict") and dropped else DONE


def _target(options: Options) -> Path | None:
    if not options.get("output"):
        return None
    path = Path(str(options["output"]))
    if path.suffix.lower() not in _FORMATS:
        raise UsageError(f"a note cannot be written as {path.suffix or 'a file without ending'!r}: name a .md file")
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder: name a .md file in it")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {str(path.absolute().parent)!r} to write the note to: make it first")
    return path
