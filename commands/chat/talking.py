"""Brings the talk of the terminal and the desk together, at the prompt or through a pipe."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ...core.errors import UsageError
from ...core.text import is_unicode
from ...terminal.chat.completion import ScopeValues
from ...terminal.chat.input_line import PROMPT, InputLine
from ...terminal.chat.talk import Talk
from ...terminal.console import flat
from ..workplace import Options, scope_of
from .desk import ChatDesk, open_desk

_LONGEST = 100_000  # characters of a line: far more than may be asked
TURN_SECONDS = 0.001  # a thread that searches has the interpreter before keys and claims get their turn


async def at_prompt(options: Options, prompt: InputLine) -> None:
    """Talk with the person at the prompt until they leave."""
    sys.setswitchinterval(TURN_SECONDS)
    async with open_desk(options, prompt.aside) as desk:
        talk = Talk(
            desk, desk.screen, scope=scope_of(options), show=prompt.above, refresh=prompt.refresh, at_prompt=True
        )
        await talk.greet(going_on=bool(options.get("continue_")))
        prompt.serve(
            live=lambda width, height: talk.picture(width, height, prompt.typed_ahead), status=talk.status,
            on_interrupt=talk.give_up, coloured=desk.screen.out.color_system is not None,
        )  # fmt: skip
        warming = asyncio.ensure_future(asyncio.to_thread(desk.warm))
        prompt.completer.names = _names(desk, talk)
        while (line := await prompt.read()) is not None and await talk.take(line):
            prompt.completer.names = _names(desk, talk)
            prompt.refresh()
        await talk.part()
        await asyncio.gather(warming, return_exceptions=True)


async def through_pipe(options: Options) -> None:
    """Answer line after line of standard input as plain text, until its end or `/quit`."""
    async with open_desk(options) as desk:
        talk = Talk(desk, desk.screen, scope=scope_of(options))
        await talk.greet(going_on=bool(options.get("continue_")))
        with _interruptible():
            while (line := _read()) and await talk.take(line):
                pass


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C through while a line is read: that blocks the loop, which otherwise takes care of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read() -> str:
    if sys.stdin.isatty():
        print(PROMPT, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline(_LONGEST)
    if len(line) == _LONGEST or not (sys.stdin.isatty() or is_unicode(line)):
        # What follows would be taken for hundreds of questions.
        raise UsageError("standard input is no text with one question a line: give it lines in UTF-8")
    return line


def _names(desk: ChatDesk, talk: Talk) -> ScopeValues:
    rows = desk.reports()
    regions = {part: None for row in rows for part in _nested(row.region)}
    return ScopeValues(
        regions=sorted(regions), reports=[flat(row.file) for row in rows],
        organisations=sorted({flat(row.organisation) for row in rows if row.organisation}),
        kinds=sorted({row.kind for row in rows}), numbers=talk.numbers,
    )  # fmt: skip


def _nested(region: str | None) -> list[str]:
    return [flat(part) for part in (region or "").split("/") if part.strip()]
