"""A chat session: answers in the light of what was asked before, and survives the program that began it."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from functools import partial
from typing import Self

from filelock import FileLock, Timeout
from pydantic import ValidationError

from ...core.conversation import SessionRow, Turn, TurnState
from ...core.cost import Cost
from ...core.errors import CoscribeError, LibraryError, UsageError
from ...core.events import Event, OnEvent
from ...core.shapes import Answer, Note
from ...core.system.home import Home
from ...core.text import askable
from ...core.types import EVERYTHING, Scope
from ...tools.search.memory import Memory
from ..assistant import Assistant
from ..records import Run, RunRecords, new_run
from .graph_chat import ChatGraph, open_chat_graph
from .sessions import Sessions, TurnEntry, TurnKind

_REREAD = 20  # latest turns of a reopened session whose answers are read again


class Conversation:
    """The session of a chat, a new one or one that is gone on with; nothing is written before its first turn.

    Use it as an async context manager. Raises LibraryError where the session is open elsewhere, UsageError for one
    that is over another library.
    """

    def __init__(self, assistant: Assistant, home: Home, *, session: SessionRow | None = None) -> None:
        self._assistant = assistant
        self._library = str(home.library)
        if session is not None and session.library != self._library:
            raise UsageError(
                f"session {session.session!r} is over the library {session.library!r}: say --library for it"
            )
        self._file = Sessions(home.private_file(home.sessions))
        self._records = RunRecords(home.runs)
        self._path = home.sessions
        self._locks = home.state / "sessions"
        self._opened = session.session if session else ""
        self._turns: list[Turn] = []
        self._memory = Memory()
        self._chat: ChatGraph | None = None
        self._resources = AsyncExitStack()
        self._held = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the checkpoints and, of an earlier session, its turns."""
        try:
            self._chat = await self._resources.enter_async_context(open_chat_graph(self._path))
            if self._opened:
                self._hold(self._opened)
                await asyncio.to_thread(self._reopen)
                self._memory = await self._chat.memory(self._opened)
        except BaseException:  # nobody closes what was never entered
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close checkpoints and assistant; the session can be gone on with."""
        await self._held.aclose()
        await self._resources.aclose()
        await self._assistant.close()
        self._file.close()

    @property
    def session(self) -> str:
        """The session's name, "" before its first turn; it is the run that the ledger books under."""
        return self._opened

    @property
    def compacted(self) -> str:
        """How many of the turns are not remembered in full, in a few words; "" for none."""
        return self._memory.compacted

    @property
    def turns(self) -> list[Turn]:
        """The turns so far; of a reopened session the latest alone have their answers."""
        return list(self._turns)

    async def use(self, assistant: Assistant) -> None:
        """Let another assistant answer from now on; the conversation closes it."""
        former, self._assistant = self._assistant, assistant
        await former.close()

    def sessions(self) -> list[SessionRow]:
        """Return the sessions over this library, those used last first."""
        listed = self._file.listed(self._library)
        return [row.model_copy(update={"cost": self._assistant.spent(row.session)}) for row in listed]

    def spent(self) -> Cost:
        """Return what the session cost; a call that was cut off counts with its worst case."""
        return self._assistant.spent(self._opened) if self._opened else Cost()

    async def clear(self) -> None:
        """Leave the session and begin a new one with the next turn."""
        await self._held.aclose()
        self._opened, self._turns, self._memory = "", [], Memory()

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        """Answer one question; a failing endpoint or a reached budget is told in the answer, not raised."""
        return await self._take("answer", question, scope, on_event)

    async def note(self, topic: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        """Draft a note on a topic; it is no part of what follow-ups refer to."""
        return await self._take("note", topic, scope, on_event)

    async def _take(self, kind: TurnKind, asked: str, scope: Scope, on_event: OnEvent | None) -> Turn:
        asked = askable(asked, "topic" if kind == "note" else "question")
        if not self._opened:
            self._opened = new_run()
            self._hold(self._opened)
        entry = self._file.begin(self._opened, self._library, asked, kind)
        events: list[Event] = []

        def watch(event: Event) -> None:
            events.append(event)
            if on_event is not None:
                on_event(event)

        state: TurnState = "interrupted"
        made: Answer | Note | None = None
        try:
            made = await self._make(entry, scope, watch)
            state = "done"
        except asyncio.CancelledError:
            state = "cancelled"
            raise
        except CoscribeError:
            state = "failed"
            raise
        finally:
            question = made.question if isinstance(made, Answer) else asked
            self._file.end(entry, state, question=question, reports=_reports(made))
            turn = Turn(
                number=entry.number, asked=asked, question=question, state=state,
                cost=self._assistant.spent(self._opened, entry.booked_as),
                answer=made if isinstance(made, Answer) else None, note=made if isinstance(made, Note) else None,
                events=tuple(events), memory=str(self._memory),
            )  # fmt: skip
            self._turns.append(turn)
        return turn

    async def _make(self, entry: TurnEntry, scope: Scope, watch: OnEvent) -> Answer | Note:
        if self._chat is None:
            raise ValueError("the conversation is not open")
        run = Run(entry.session, entry.booked_as, entry.record)
        if entry.kind == "note":
            return await self._assistant.note(entry.asked, scope=scope, on_event=watch, run=run)
        by = partial(self._chat.answer, entry.number)
        answer = await self._assistant.ask(entry.asked, scope=scope, on_event=watch, run=run, by=by)
        self._memory = await self._chat.memory(entry.session)
        return answer

    def _hold(self, session: str) -> None:
        """Keep other terminals from going on with the same session; the lock goes with the process."""
        self._locks.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(self._locks / f"{session}.lock", timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout as error:
            raise LibraryError(
                f"session {session!r} is open in another terminal: close it there, or leave out --continue"
            ) from error
        self._held.callback(lock.release)

    def _reopen(self) -> None:
        self._file.mark_interrupted(self._opened)
        entries = self._file.turns(self._opened)
        older = len(entries) - _REREAD
        self._turns = [self._past(entry, reread=at >= older) for at, entry in enumerate(entries)]

    def _past(self, entry: TurnEntry, *, reread: bool) -> Turn:
        made = self._recorded(entry) if reread and entry.state == "done" else None
        return Turn(
            number=entry.number, asked=entry.asked, question=entry.question, state=entry.state,
            cost=self._assistant.spent(self._opened, entry.booked_as),
            answer=made if isinstance(made, Answer) else None, note=made if isinstance(made, Note) else None,
        )  # fmt: skip

    def _recorded(self, entry: TurnEntry) -> Answer | Note | None:
        """Return what a turn made, `None` where its record was removed or damaged."""
        kind: type[Answer] | type[Note] = Answer if entry.kind == "answer" else Note
        try:
            made = kind.model_validate(self._records.load(entry.record).get("result"))
        except (UsageError, ValidationError):
            return None
        return self._assistant.as_now(made)


def _reports(made: Answer | Note | None) -> set[str]:
    """Return the reports whose words are in an answer or a note."""
    if made is None:
        return set()
    claims = made.claims if isinstance(made, Answer) else [claim for part in made.sections for claim in part.claims]
    held: Iterable[str] = (citation.report for claim in claims for citation in claim.citations)
    looked_at = (item.report for item in made.evidence) if isinstance(made, Answer) else ()
    nearest = (citation.report for citation in made.nearest) if isinstance(made, Answer) else ()
    return {*held, *looked_at, *nearest}
