"""The conversation in the terminal, first form: one line in, one cited answer out."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from io import TextIOWrapper

from rich.text import Text

from ..core.errors import CoscribeError
from ..core.types import Assistant
from .answer import answer_view
from .console import Screen
from .note import note_view
from .progress import Progress
from .sheet import Line, Sheet

ReadLine = Callable[[], Awaitable[str | None]]

PROMPT = "› "
COMMANDS = {
    "/help": "show this list; anything without a slash is a question",
    "/note TOPIC": "draft a policy note on a topic",
    "/quit": "leave, as Ctrl-D does; Ctrl-C gives up a running answer",
}


def typed_lines(screen: Screen) -> ReadLine:
    """Return a reader of the lines that a person types at the prompt or that a pipe brings; `None` is their end."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")

    async def read_line() -> str | None:
        if sys.stdin.isatty():
            screen.err.print(Text(PROMPT, "mark"), end="")
        return await asyncio.to_thread(sys.stdin.readline) or None

    return read_line


async def chat(assistant: Assistant, screen: Screen, read_line: ReadLine, *, loaded: str = "") -> None:
    """Answer line after line until `/quit` or the end of input.

    `loaded` says in a few words what is asked, e.g. "12 reports · quotes only". Ctrl-C gives up the answer that is
    being worked on and keeps the chat; errors that coscribe explains are shown, and the chat goes on.
    """
    screen.say(" · ".join(part for part in ("coscribe", loaded, "/help shows what you can type") if part))
    working: set[asyncio.Task[None]] = set()

    def interrupt() -> None:
        for task in working:
            task.cancel()
        if not working:
            screen.err.print(Text.assemble("\n", ("/quit or Ctrl-D leaves", "meta"), "\n", (PROMPT, "mark")), end="")

    with _on_interrupt(interrupt):
        while (line := await read_line()) is not None:
            line = line.strip()
            if line == "/quit":
                return
            if not line:
                continue
            turn = asyncio.ensure_future(_turn(assistant, screen, line))
            working.add(turn)
            await _outcome(turn, screen)
            working.clear()
    screen.say("")  # the shell's prompt comes on a line of its own


@contextmanager
def _on_interrupt(handle: Callable[[], None]) -> Iterator[None]:
    # asyncio's own handler cancels the whole program, and the second Ctrl-C of a session kills it.
    loop = asyncio.get_running_loop()
    previous = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(handle))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


async def _outcome(turn: asyncio.Task[None], screen: Screen) -> None:
    try:
        await turn
    except CoscribeError as error:
        screen.say(str(error), "bad")
    except asyncio.CancelledError:
        chat_task = asyncio.current_task()
        if chat_task and chat_task.cancelling():  # not the answer was given up, but the chat itself
            raise
        screen.say("given up; ask something else")


async def _turn(assistant: Assistant, screen: Screen, line: str) -> None:
    word, _, topic = line.partition(" ")
    if not line.startswith("/"):
        with Progress(screen) as progress:
            answer = await assistant.ask(line, on_event=progress.event)
        # A person sees the question just above; a transcript of piped questions needs it.
        _show(screen, answer_view(answer, question=not sys.stdin.isatty()))
    elif word == "/help":
        width = max(map(len, COMMANDS)) + 2
        _show(screen, Sheet([Line(Text(does, "meta"), name.ljust(width)) for name, does in COMMANDS.items()]))
    elif word == "/note" and topic.strip():
        with Progress(screen) as progress:
            note = await assistant.note(topic.strip(), on_event=progress.event)
        _show(screen, note_view(note))
    elif word == "/note":
        screen.say("a note needs a topic: /note cooling of exascale systems", "warn")
    else:
        known = [name.split()[0] for name in COMMANDS]
        nearest = get_close_matches(word.lower(), known, n=1, cutoff=0.5)
        hint = f"did you mean {nearest[0]}?" if nearest else "/help lists what there is"
        screen.say(f"unknown command {word!r}: {hint}", "warn")


def _show(screen: Screen, view: Sheet) -> None:
    screen.out.print()
    screen.show(view)
    screen.out.print()
