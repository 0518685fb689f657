"""The command `ask`: one question is answered, and the answer shown."""

import sys
from collections.abc import Callable

from ..core.errors import UsageError, exit_code
from ..core.shapes import Answer
from ..core.text import askable
from ..terminal.chat.why import passage_lines
from ..terminal.console import flat
from ..terminal.progress import Progress
from ..terminal.sheet import Sheet
from ..terminal.views.answer import answer_view
from .assistant_workplace import AssistantWorkplace
from .workplace import Options, failure_code, scope_of, strict_code, works_at

_MOST_READ = 100_000  # characters of standard input: far more than may be asked, white space included


@works_at(AssistantWorkplace)
def ask(place: AssistantWorkplace, options: Options) -> int:
    """Answer one question; a fallen-back answer is shown all the same, with the exit code of what failed."""
    return answered(place, options)


def answered(place: AssistantWorkplace, options: Options, write: Callable[[Answer], list[str]] = lambda _: []) -> int:
    """Answer the question, `write` the answer to files, which are named, and show it."""
    given = options["question"]
    question, scope = askable(sys.stdin.read(_MOST_READ) if given == "-" else given), scope_of(options)
    if not question:
        raise UsageError('the question is empty: try `coscribe ask "Which sites report their energy?"`')
    if options.get("estimate"):
        return place.estimate(lambda assistant: assistant.estimate(question, scope=scope))
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
    place.say_price(answer.cost)
    dropped = any(claim.verdict == "unsupported" for claim in answer.claims)
    return exit_code([failure_code(answer.error), strict_code(options, dropped)])
