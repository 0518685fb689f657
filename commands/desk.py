"""Sits between the chat in the terminal and everything that works for it; importing this loads all of that.

The chat shows its prompt first and has this imported in a thread meanwhile.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ..agents.assistant import Assistant
from ..agents.chat.conversation import Conversation
from ..agents.chat.sessions import SessionEntry, Sessions
from ..core.conversation import OpenedPage, SessionRow, Standing, Turn
from ..core.errors import UsageError
from ..core.events import OnEvent
from ..core.setting_sections import Models
from ..core.settings import QUOTES_ONLY, Settings
from ..core.shapes import Citation, CostTable, ReportRow
from ..core.system.files import write_whole
from ..core.types import EVERYTHING, Scope
from ..money.caps import Caps
from ..money.ledger import Ledger
from ..money.meters import price_list
from ..money.prices import price_hint
from ..tools.document.page import answer_page
from ..tools.evidence.opened_page import open_page
from ..tools.publish.markdown import markdown
from ..vectorstore.library import Library
from .opening import open_library
from .workplace import Options, Workplace, endpoints_of

Aside = Callable[[Callable[[], Settings]], Awaitable[Settings]]


async def at_once(action: Callable[[], Settings]) -> Settings:
    """Ask for consent where no line is being typed."""
    return action()


class ChatDesk:
    """The desk of `core.conversation` at a workplace; `aside` asks the person for consent beside the prompt."""

    def __init__(self, place: Workplace, library: Library, conversation: Conversation, aside: Aside) -> None:
        self._place = place
        self._settings = place.settings
        self._library = library
        self._conversation = conversation
        self._aside = aside
        self._ledger = Ledger(place.home.ledger)
        self._saved: set[Path] = set()

    @property
    def session(self) -> str:
        """The session's name; "" before its first turn."""
        return self._conversation.session

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        """Answer one question in the light of those before it."""
        return await self._conversation.ask(question, scope=scope, on_event=on_event)

    async def note(self, topic: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        """Draft a policy note on a topic."""
        return await self._conversation.note(topic, scope=scope, on_event=on_event)

    def turns(self) -> list[Turn]:
        """Return the turns of the session so far."""
        return self._conversation.turns

    def sessions(self) -> list[SessionRow]:
        """Return all sessions over this library, those used last first."""
        return self._conversation.rows()

    async def clear(self) -> None:
        """Begin a new session."""
        await self._conversation.clear()

    def reports(self, scope: Scope = EVERYTHING) -> list[ReportRow]:
        """Return the reports in a scope; raises UsageError when a filter matches none."""
        return self._library.reports(scope)

    def opened(self, citation: Citation) -> OpenedPage:
        """Return the page a citation comes from."""
        return open_page(self._library.catalogue, citation)

    def standing(self) -> Standing:
        """Return what the status line tells."""
        drafter = self._settings.endpoint("drafter")
        left = self._ledger.left(Caps(**self._settings.caps.model_dump()), self.session)
        return Standing(
            model=drafter.model if drafter else "", spent=self._conversation.spent(),
            left=left[0] if left else None, cap=left[1] if left else "", memory=self._conversation.compacted,
            currency=self._settings.currency,
        )  # fmt: skip

    def costs(self) -> CostTable:
        """Return what the session cost, by agent."""
        return self._ledger.table("agent", self.session)

    def warm(self) -> None:
        """Open the index, so that the first answer need not wait for it; a library that cannot be is told then."""
        self._library.ranker()

    def price_hint(self) -> str:
        """Return how to give a price where one is missing."""
        prices = price_list(self._settings)
        for endpoint in endpoints_of(self._settings):
            if prices.look_up(endpoint.model, endpoint.base_url) is None:
                return f"price unknown: {price_hint(endpoint.model)}"
        return ""

    async def set_model(self, model: str) -> None:
        """Let another model write, for every role, after any consent that its endpoint needs."""
        named = QUOTES_ONLY if model == "none" else model
        settings = self._settings.model_copy(update={"model": named, "models": Models()})
        await self._work_by(await consented(self._place, self._library, settings, self._aside))

    async def set_cap(self, usd: str) -> None:
        """Cap what the session may cost, or lift the cap."""
        cap = None
        if usd != "none":
            try:
                cap = Decimal(usd.lstrip("$"))
            except InvalidOperation as error:
                raise UsageError(f"{usd!r} is no amount in US dollars: write /cap 0.50 or /cap none") from error
            if not cap.is_finite() or cap < 0:
                raise UsageError(f"{usd!r} is no amount in US dollars: write /cap 0.50 or /cap none")
        caps = self._settings.caps.model_copy(update={"run": cap})
        await self._work_by(self._settings.model_copy(update={"caps": caps}))

    def save(self, name: str, turn: Turn) -> Path:
        """Write an answer or a note to a Markdown file, whole or not at all, and return where it is."""
        path = Path(name).expanduser().absolute()
        if path.suffix.lower() != ".md":
            raise UsageError(f"{name!r} is no Markdown file: write /save answer.md")
        drafter = self._settings.endpoint("drafter")
        if turn.note is not None:
            text = turn.note.markdown
        elif turn.answer is not None:
            page = answer_page(turn.answer, made_by=drafter.model if drafter else "")
            text = f"{markdown(page)}\n"
        else:
            raise UsageError("this turn has no answer to save")
        write_whole(path, text, "it", advice="choose another name", replace=path in self._saved)
        self._saved.add(path)
        return path

    async def _work_by(self, settings: Settings) -> None:
        self._settings = settings
        await self._conversation.use(Assistant.with_settings(self._library, self._place.home, settings, os.environ))


@asynccontextmanager
async def open_desk(options: Options, place: Workplace, aside: Aside = at_once) -> AsyncIterator[ChatDesk]:
    """Give the desk that the options ask for: a new session, the latest one (`--continue`) or a named one."""
    library = open_library(place)
    place.home.create()
    settings = await consented(place, library, place.settings, aside)
    session = _session(options, place)
    async with AsyncExitStack() as resources:
        assistant = Assistant.with_settings(library, place.home, settings, os.environ)
        conversation = Conversation(assistant, place.home, session=session)
        await resources.enter_async_context(conversation)
        yield ChatDesk(place.with_settings(settings), library, conversation, aside)


async def consented(place: Workplace, library: Library, settings: Settings, aside: Aside) -> Settings:
    """Return the settings with what the user agrees to; raises UsageError where a host may not be used."""
    unmarked = sum(report.confidentiality == "unmarked" for report in library.catalogue.reports())
    asking = place.with_settings(settings)
    if asking.needs_consent():
        return await aside(lambda: asking.consent(endpoints_of(settings), unmarked))
    return asking.consent(endpoints_of(settings), unmarked)


def _session(options: Options, place: Workplace) -> SessionEntry | None:
    name = options.get("session")
    if not name and not options.get("continue_"):
        return None
    sessions = Sessions(place.home.private_file(place.home.sessions))
    try:
        if name:
            return sessions.find(str(name))
        return next(iter(sessions.listed(str(place.home.library))), None)
    finally:
        sessions.close()
