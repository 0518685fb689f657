"""The conversation: takes line after line, each a question or a command, and shows what comes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.text import Text

from ...core.conversation import Desk, Standing, Turn
from ...core.cost import Cost
from ...core.errors import CoscribeError, UsageError
from ...core.events import Event, OnEvent
from ...core.setting_sections import Currency
from ...core.shapes import Citation, Claim
from ...core.text import without_controls
from ...core.types import EVERYTHING, Scope
from ..amount import count, money
from ..console import Screen, flat
from ..sheet import BLANK, Line, Part, Sheet, section, step
from ..views.answer import answer_view
from ..views.cost import cost_line, cost_view
from ..views.note import note_view
from ..views.reports import reports_view
from ..views.sources import source_lines
from .commands import COMMANDS, KEYS, nearest
from .live import Live, LiveRow
from .page import page_view
from .scope import with_filter
from .sessions import reopened_view, sessions_view
from .status import budget_text, scope_text, status_line
from .why import why_view

Show = Callable[[Callable[[], None]], Awaitable[None]]
_FRAME_SECONDS = 0.2  # between two pictures of the work, which has a clock in it


async def show_at_once(action: Callable[[], None]) -> None:
    """Show something where no line is being typed."""
    action()


class Talk:
    """One conversation at a desk.

    `show` prints beside a line that is being typed, `refresh` draws the work anew; both do the plain thing where nobody
    types. `at_prompt` says that a person looks on.
    """

    def __init__(
        self, desk: Desk, screen: Screen, *, scope: Scope = EVERYTHING, show: Show = show_at_once,
        refresh: Callable[[], None] = lambda: None, at_prompt: bool = False,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._screen = screen
        self._scope = scope
        self._show = show
        self._refresh = refresh
        self._at_prompt = at_prompt
        self._working: asyncio.Task[Turn] | None = None
        self._live: Live | None = None
        self._last: Turn | None = None
        self._told_of_price = False
        self._standing = Standing("", Cost())
        self._scope_said = ""
        self._does: dict[str, Callable[[str], Awaitable[None]]] = {
            "/help": self._help, "/sources": self._sources, "/open": self._open, "/why": self._why,
            "/scope": self._scoped, "/model": self._model, "/cost": self._cost, "/cap": self._cap, "/note": self._note,
            "/save": self._save, "/reports": self._reports, "/sessions": self._sessions, "/clear": self._clear,
        }  # fmt: skip

    async def greet(self, *, going_on: bool = False) -> None:
        """Say what is asked and how to go on; of a reopened session, where it was left.

        Raises UsageError where the scope matches no report.
        """
        self._desk.reports(self._scope)  # refuses a filter that matches nothing
        standing = self._look()
        told = ["coscribe", self._scope_said, flat(standing.model) or "quotes only", "/help shows what you can type"]
        await self._say(" · ".join(told))
        turns = self._desk.turns
        if going_on and not turns:
            await self._say("there is no session to go on with yet: this is a new one")
        if turns:
            self._last = next((turn for turn in reversed(turns) if turn.answer or turn.note), None)
            await self._print(reopened_view(turns, self._desk.session))
            if self._last is not None:
                await self._print(_result_view(self._last, self._standing.currency))

    async def part(self) -> None:
        """Say how to come back."""
        if self._desk.session:
            told = [self._desk.session, count(len(self._desk.turns), "turn"), money(self._standing.spent)]
            await self._say(f"{' · '.join(told)} · coscribe chat --continue goes on with it")

    async def take(self, line: str) -> bool:
        """Do what a line asks for; `False` is the wish to leave. What coscribe explains is shown, and the talk goes on.

        The task that calls this may be cancelled; to give up an answer alone, call `give_up`.
        """
        line = without_controls(line).strip()
        word, _, rest = line.partition(" ")
        if word.lower() == "/quit":
            return False
        if line:
            await self._echo(line)
            try:
                await (self._command(word, rest.strip()) if line.startswith("/") else self._ask(line))
            except CoscribeError as error:
                await self._say(str(error), "bad")
            self._look()
        return True

    def give_up(self) -> bool:
        """Give up the answer under way; `False` says that there is none."""
        if self._working is None:
            return False
        self._working.cancel()
        return True

    def picture(self, width: int, height: int, waiting: Sequence[str] = ()) -> list[LiveRow]:
        """Return the rows of what is going on right now, none for nothing."""
        return self._live.picture(width, height, waiting) if self._live else []

    def status(self, width: int) -> str:
        """Return the status line."""
        return status_line(self._standing, self._scope_said, width)

    @property
    def numbers(self) -> list[str]:
        """The numbers of the last answer's sources."""
        return [str(number) for number in self._citations()]

    async def _ask(self, question: str) -> None:
        turn = await self._work(lambda watch: self._desk.ask(question, scope=self._scope, on_event=watch))
        if turn is not None:
            self._last = turn
            await self._print(_result_view(turn, self._standing.currency))
            await self._say_price(turn)

    async def _note(self, topic: str) -> None:
        if not topic:
            await self._say("a note needs a topic: /note cooling of exascale systems", "warn")
            return
        turn = await self._work(lambda watch: self._desk.note(topic, scope=self._scope, on_event=watch), numbered=False)
        if turn is not None:
            self._last = turn
            await self._print(_result_view(turn, self._standing.currency))
            await self._say("/save FILE.md writes it to a file")

    async def _work(
        self, begin: Callable[[OnEvent], Coroutine[Any, Any, Turn]], *, numbered: bool = True
    ) -> Turn | None:
        """Let an answer be made while what is going on is drawn; `None` says that it was given up."""
        live = Live(coloured=self._screen.out.color_system is not None, numbered=numbered)

        def watch(event: Event) -> None:
            live.take(event)
            self._refresh()

        self._live = live
        self._working = asyncio.create_task(begin(watch))
        with self._ticking():
            try:
                return await self._working
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task and task.cancelling():  # not the answer was given up, but the conversation itself
                    raise
                await self._say("given up; what it cost so far is booked")
                return None
            finally:
                self._working.cancel()
                self._working = self._live = None

    @contextmanager
    def _ticking(self) -> Iterator[None]:
        async def tick() -> None:
            while True:
                self._refresh()
                await asyncio.sleep(_FRAME_SECONDS)

        ticker = asyncio.ensure_future(tick()) if self._at_prompt else None
        try:
            yield
        finally:
            if ticker:
                ticker.cancel()

    async def _command(self, word: str, rest: str) -> None:
        does = self._does.get(word.lower())
        if does is not None:
            await does(rest)
            return
        meant = nearest(word)
        hint = f"did you mean {meant}?" if meant else "/help lists what there is"
        await self._say(f"unknown command {word!r}: {hint}", "warn")

    async def _help(self, rest: str) -> None:
        width = max(len(command.usage) for command in COMMANDS) + 2
        parts = [Line(Text(command.does, "meta"), command.usage.ljust(width)) for command in COMMANDS]
        keys = [Line(Text(does, "meta"), key.ljust(width)) for key, does in KEYS]
        await self._print(Sheet([*parts, *(section("Keys", keys) if self._at_prompt else [])]))

    async def _sources(self, rest: str) -> None:
        if self._last is None:
            await self._say("there are no sources yet: ask something first", "warn")
            return
        if not self._citations():
            await self._say("the last answer has no sources; /why says what was searched", "warn")
            return
        await self._print(Sheet(source_lines(_claims(self._last))))

    async def _open(self, rest: str) -> None:
        number, _, how = rest.partition(" ")
        cited = self._citations()
        pieces = cited.get(int(number)) if number.isdecimal() else None
        if pieces is None:
            there = f"1 to {max(cited)}" if cited else "none yet"
            await self._say(f"no source {number or 'without a number'!r}: write /open N, there is {there}", "warn")
            return
        coloured = self._screen.out.color_system is not None
        for piece in pieces:
            await self._print(page_view(self._desk.opened(piece), whole=how.strip() == "page", coloured=coloured))

    async def _why(self, rest: str) -> None:
        turns = self._desk.turns
        if not turns:
            await self._say("there is nothing to explain yet: ask something first", "warn")
            return
        await self._print(why_view(turns[-1]))

    async def _scoped(self, rest: str) -> None:
        if rest:
            scope = with_filter(self._scope, rest, self._desk.reports())
            self._desk.reports(scope)  # refuses a filter that matches nothing
            self._scope = scope
        self._look()
        await self._say(f"asked: {self._scope_said}")
        if not rest:
            await self._say("/scope Japan narrows it, /scope from 2025 too, /scope all asks every report")

    async def _model(self, rest: str) -> None:
        if rest:
            await self._desk.set_model(rest)
            self._told_of_price = False
        model = self._desk.standing().model
        await self._say(f"drafts: {flat(model)}" if model else "no model: answers are quotes only")

    async def _cost(self, rest: str) -> None:
        standing = self._desk.standing()
        parts: list[Part] = (
            [Line(Text(f"last answer: {cost_line(self._last.cost, standing.currency)}"))] if self._last else []
        )
        total = f"this session: {money(standing.spent)} · {budget_text(standing)}"
        table = cost_view(self._desk.costs(), standing.currency) if standing.spent.calls else None
        await self._print(Sheet([*parts, Line(Text(total)), *([BLANK, *table.parts] if table else [])]))

    async def _cap(self, rest: str) -> None:
        if rest:
            await self._desk.set_cap(rest)
        standing = self._desk.standing()
        await self._say(
            budget_text(standing) + ("" if rest else "; /cap 0.50 sets one in US dollars, /cap none lifts it")
        )

    async def _save(self, rest: str) -> None:
        if self._last is None:
            await self._say("there is nothing to save yet: ask something first", "warn")
            return
        path = self._desk.save(rest, self._last)
        await self._print(Sheet([step(f"written to {flat(str(path))}")]))

    async def _reports(self, rest: str) -> None:
        await self._print(reports_view(self._desk.reports(self._scope)))

    async def _sessions(self, rest: str) -> None:
        await self._print(sessions_view(self._desk.sessions(), self._desk.session))

    async def _clear(self, rest: str) -> None:
        await self._desk.clear()
        self._last = None
        if self._at_prompt:
            await self._show(self._screen.out.clear)
        await self._say("a new session begins with the next question; /sessions lists the others")

    def _citations(self) -> dict[int, list[Citation]]:
        """Return the quoted pieces of the last answer by their numbers; a note's are numbered by report."""
        if self._last is None:
            return {}
        found: dict[int, list[Citation]] = {}
        for claim in _claims(self._last):
            for citation in claim.citations if claim.verdict == "supported" else ():
                pieces = found.setdefault(citation.number, [])
                if citation.role in ("quote", "continuation") and citation not in pieces:
                    pieces.append(citation)
        return dict(sorted(found.items()))

    async def _say_price(self, turn: Turn) -> None:
        if turn.cost.usd is None and not self._told_of_price and (hint := self._desk.price_hint()):
            self._told_of_price = True
            await self._say(hint)

    def _look(self) -> Standing:
        """Look at what the status line tells: it is drawn far more often than it changes."""
        self._standing = self._desk.standing()
        try:
            self._scope_said = scope_text(self._scope, len(self._desk.reports(self._scope)))
        except UsageError:  # the last report in scope was removed meanwhile: the next question says so
            self._scope_said = scope_text(self._scope, 0)
        return self._standing

    async def _echo(self, line: str) -> None:
        """Repeat a line where the answer will stand: the one that was typed is gone, a piped one never was there."""
        rows = enumerate(line.split("\n"))
        said = [Line(Text(flat(row)), Text("› " if not at else "  ", "mark")) for at, row in rows]
        await self._print(Sheet(said), apart=False)

    async def _say(self, message: str, style: str = "meta") -> None:
        if self._at_prompt:
            await self._print(Sheet([Line(Text(flat(message), style))]), apart=False)
        else:
            self._screen.say(message, style)

    async def _print(self, view: Sheet, *, apart: bool = True) -> None:
        await self._show(lambda: self._screen.show(Sheet([*view.parts, BLANK]) if apart else view))


def _claims(turn: Turn) -> list[Claim]:
    if turn.note is not None:
        return [claim for part in turn.note.sections for claim in part.claims]
    return list(turn.answer.claims) if turn.answer else []


def _result_view(turn: Turn, currency: Currency | None) -> Sheet:
    """Return an answer or a note; what a follow-up was understood as stands above."""
    understood: list[Part] = []
    if turn.question != turn.asked:
        understood = [Line(Text(f"“{flat(turn.question)}”", "meta"), Text("understood as ", "meta"))]
    if turn.answer is not None:
        view = answer_view(turn.answer, question=False, currency=currency, account="/why tells all")
        return Sheet([*understood, *view.parts])
    return note_view(turn.note, currency) if turn.note else Sheet(understood)
