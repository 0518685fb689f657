"""The line a person types in, which stays usable while an answer is made above it.

This module loads nothing but prompt_toolkit: the prompt is there while the rest of the program is still loading.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    AnyContainer,
    BufferControl,
    ConditionalContainer,
    Dimension,
    FormattedTextControl,
    HSplit,
    Layout,
    Window,
)
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import AfterInput, ConditionalProcessor, HighlightIncrementalSearchProcessor
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import DynamicStyle, Style
from prompt_toolkit.widgets import SearchToolbar

from .completion import ChatCompleter

Outcome = TypeVar("Outcome")
Rows = Sequence[Sequence[tuple[str, str]]]
Picture = Callable[[int, int], Rows]

PROMPT = "› "
HINT = "ask the reports, or /help"
_MOST_LINES = 10  # of a question that is being typed
_OURS = 4  # rows of the screen that the work above the line leaves free
_COLOURED = Style(
    [
        ("prompt", "ansicyan bold"),
        ("hint", "dim"),
        ("status", "dim"),
        ("completion-menu", "bg:default fg:default"),
        ("completion-menu.completion", "bg:default fg:default dim"),
        ("completion-menu.completion.current", "bg:default fg:ansicyan nodim noreverse"),
        ("completion-menu.meta.completion", "bg:default fg:default dim"),
        ("completion-menu.meta.completion.current", "bg:default fg:default nodim noreverse"),
        ("scrollbar.background", "bg:default"),
        ("scrollbar.button", "bg:default"),
    ]
)


class InputLine:
    """The line, with what is going on above it and a status below.

    What is typed comes out of `read` in order, also what was typed ahead; `None` is Ctrl-D. `history` is a file that
    must exist.
    """

    def __init__(self, history: Path, *, coloured: bool) -> None:
        self._live: Picture = self._only_waiting
        self._status: Callable[[int], str] = lambda width: "opening the library …"
        self._interrupt: Callable[[], bool] | None = None
        self.completer = ChatCompleter()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._ahead: list[str] = []
        self._shown = asyncio.Event()
        self._is_coloured = coloured
        self._notice = ""
        self._picture: tuple[int, StyleAndTextTuples] = (-1, [])
        self._buffer = Buffer(
            multiline=True,
            history=FileHistory(str(history)),
            completer=self.completer,
            complete_while_typing=Condition(lambda: self._buffer.text.startswith("/")),
        )
        self._app: Application[None] = Application(
            layout=self._layout(),
            key_bindings=self._keys(),
            style=DynamicStyle(lambda: _COLOURED if self._is_coloured else None),
            color_depth=lambda: None if self._is_coloured else ColorDepth.DEPTH_1_BIT,
            include_default_pygments_style=False,
            erase_when_done=True,
        )
        self._app.after_render += lambda _: self._shown.set()

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Show the line and then do the work, whose end is the end of the line too; raises what the work raises."""
        working = asyncio.ensure_future(self._begin(work))
        with self._leaving_on_signals() as asked, suppress(EOFError):  # the terminal is gone
            await self._app.run_async()
        if not working.done():
            working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        for number in asked:
            signal.raise_signal(number)
            await asyncio.sleep(0)

    @contextmanager
    def _leaving_on_signals(self) -> Iterator[list[int]]:
        """Leave the line on a signal that ends the program, so that the terminal is put right before it does.

        Gives the signals that came; whoever handles them otherwise is to be sent them again.
        """
        loop, asked = asyncio.get_running_loop(), list[int]()

        def leave(number: int) -> None:
            if not asked and self._app.is_running:
                self._app.exit()
            asked.append(number)

        numbers = (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))
        usual = {number: handler for number in numbers if number and callable(handler := signal.getsignal(number))}
        for number in usual:
            loop.add_signal_handler(number, leave, number)
        try:
            yield asked
        finally:
            for number, handler in usual.items():
                loop.remove_signal_handler(number)
                signal.signal(number, handler)

    def serve(
        self, *, live: Picture, status: Callable[[int], str], on_interrupt: Callable[[], bool], coloured: bool
    ) -> None:
        """Draw what works behind the line, once it is there.

        `live` returns the rows above for a width and a height, `status` the line below for a width.
        `on_interrupt` gives up what is under way, and tells whether there was anything. `coloured` is what the settings
        say, which could not be read before.
        """
        self._live, self._status, self._interrupt = live, status, on_interrupt
        self._is_coloured = coloured
        self.refresh()

    async def read(self) -> str | None:
        """Return the next line that was typed, `None` when the person leaves."""
        line = await self._lines.get()
        if self._ahead:
            self._ahead.pop(0)
        return line

    @property
    def typed_ahead(self) -> list[str]:
        """The lines that wait for their turn."""
        return list(self._ahead)

    def refresh(self) -> None:
        """Draw the line and what is around it anew; may be called from any thread."""
        self._app.invalidate()

    async def above(self, action: Callable[[], Outcome]) -> Outcome:
        """Do something with the bare terminal, such as printing; it ends up above the line."""
        return await run_in_terminal(action)

    async def aside(self, action: Callable[[], Outcome]) -> Outcome:
        """Do something with the bare terminal that waits for the person, in a thread of its own."""
        return await run_in_terminal(action, in_executor=True)

    async def _begin(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._shown.wait()
            await work()
        finally:
            if self._app.is_running:
                self._app.exit()

    def _layout(self) -> Layout:
        search = SearchToolbar(ignore_case=True)
        is_empty = Condition(lambda: not self._buffer.text)
        line = BufferControl(
            self._buffer,
            search_buffer_control=search.control,
            input_processors=[
                HighlightIncrementalSearchProcessor(),
                ConditionalProcessor(AfterInput(HINT, "class:hint"), is_empty),
            ],
            include_default_input_processors=False,
        )
        typed = Window(
            line,
            height=Dimension(min=1, max=_MOST_LINES),
            wrap_lines=True,
            dont_extend_height=True,
            get_line_prefix=lambda number, wrapped: [
                ("class:prompt", PROMPT if not number and not wrapped else " " * len(PROMPT))
            ],
        )
        above = Window(FormattedTextControl(self._live_text), dont_extend_height=True)
        below = Window(FormattedTextControl(self._status_text), height=1, style="class:status", dont_extend_height=True)
        parts: list[AnyContainer] = [
            ConditionalContainer(above, Condition(lambda: bool(self._live_text()))),
            typed,
            CompletionsMenu(max_height=8, scroll_offset=1),
            search,
            below,
        ]
        return Layout(HSplit(parts), focused_element=typed)

    def _live_text(self) -> StyleAndTextTuples:
        if self._picture[0] != self._app.render_counter:  # asked for several times in one drawing
            size = self._app.output.get_size()
            rows = self._live(size.columns, max(1, size.rows - _OURS))
            text: StyleAndTextTuples = [piece for row in rows for piece in (*row, ("", "\n"))]
            self._picture = self._app.render_counter, text[:-1]
        return self._picture[1]

    def _only_waiting(self, width: int, height: int) -> Rows:
        """Return what was typed before there is anything that could take it."""
        return [[("class:status", f"next: {' '.join(line.split())}"[: width - 1])] for line in self._ahead[:height]]

    def _status_text(self) -> str:
        return self._notice or self._status(self._app.output.get_size().columns)

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("enter")
        def _(event: KeyPressEvent) -> None:
            self._send()

        @keys.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            self._buffer.newline(copy_margin=False)

        @keys.add("tab")
        def _(event: KeyPressEvent) -> None:
            self._complete()

        @keys.add("c-c")
        @keys.add(Keys.SIGINT)
        def _(event: KeyPressEvent) -> None:
            if self._interrupt is not None and self._interrupt():
                return
            self._notice = "" if self._buffer.text else "/quit or Ctrl-D leaves"
            self._buffer.reset()

        @keys.add("c-d", filter=Condition(lambda: not self._buffer.text))
        def _(event: KeyPressEvent) -> None:
            while not self._lines.empty():
                self._lines.get_nowait()
            self._lines.put_nowait(None)
            if self._interrupt is None:  # nothing is there yet that could read it
                self._app.exit()
            else:
                self._interrupt()

        @keys.add(Keys.Any, filter=Condition(lambda: bool(self._notice)))
        def _(event: KeyPressEvent) -> None:
            self._notice = ""
            self._buffer.insert_text(event.data)

        return keys

    def _complete(self) -> None:
        """Take the next of the completions shown; a single one is taken at once, others are shown."""
        if self._buffer.complete_state:
            self._buffer.complete_next()
            return
        asked = CompleteEvent(completion_requested=True)
        found = list(self.completer.get_completions(self._buffer.document, asked))
        if len(found) == 1:
            self._buffer.apply_completion(found[0])
        elif found:
            self._buffer.start_completion(insert_common_part=True)

    def _send(self) -> None:
        text = self._buffer.text.strip()
        if text:
            self._buffer.append_to_history()
            self._ahead.append(text)
            self._lines.put_nowait(text)
        self._buffer.reset()
