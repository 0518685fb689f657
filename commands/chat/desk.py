"""Sits between the chat in the terminal and everything that works for it; importing this loads all of that.

The chat shows its prompt first and has this imported in a thread meanwhile.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ...agents.chat.conversation import Conversation
from ...agents.chat.sessions import Sessions
from ...core.conversation import OpenedPage, SessionRow, Standing, Turn
from ...core.errors import UsageError
from ...core.setting_sections import Models
from ...core.settings import QUOTES_ONLY, Settings
from ...core.shapes import Citation, CostTable, Note, ReportRow
from ...core.types import EVERYTHING, Scope
from ...money.caps import Caps
from ...tools.document.page import answer_page
from ...tools.evidence.opened_page import open_page
from ...tools.publish.markdown import markdown
from ...tools.publish.sidecar import publish
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, endpoints_of, price_hints

RunAside = Callable[[Callable[[], Settings]], Awaitable[Settings]]


async def at_once(action: Callable[[], Settings]) -> Settings:
    """Ask for consent where no line is being typed."""
    return action()


class ChatDesk(Conversation):
    """The desk of `core.conversation` at a workplace; `aside` asks the person for consent beside the prompt."""

    def __init__(
        self, place: AssistantWorkplace, settings: Settings, session: SessionRow | None, aside: RunAside
    ) -> None:  # fmt: skip
        super().__init__(place.assistant(settings), place.home, session=session)
        self._place = place
        self._settings = settings
        self._aside = aside
        self._saved: set[Path] = set()
        self.screen = place.screen

    def reports(self, scope: Scope = EVERYTHING) -> list[ReportRow]:
        """Return the reports in a scope; raises UsageError when a filter matches none."""
        return self._place.library.reports(scope)

    def opened(self, citation: Citation) -> OpenedPage:
        """Return the page a citation comes from."""
        return open_page(self._place.library.catalogue, citation)

    def standing(self) -> Standing:
        """Return what the status line tells."""
        drafter = self._settings.endpoint("drafter")
        left = self._place.ledger.remaining(Caps(**self._settings.caps.model_dump()), self.session)
        return Standing(
            model=drafter.model if drafter else "", spent=self.spent(),
            left=left[0] if left else None, cap=left[1] if left else "", memory=self.compacted,
            currency=self._settings.currency,
        )  # fmt: skip

    def costs(self) -> CostTable:
        """Return what the session cost, by agent."""
        return self._place.ledger.table("agent", self.session)

    def warm(self) -> None:
        """Open the index, so that the first answer need not wait for it; a library that cannot be is told then."""
        self._place.library.ranker()

    def price_hint(self) -> str:
        """Return how to give a price where one is missing."""
        return next(iter(price_hints(self._settings)), "")

    async def set_model(self, model: str) -> None:
        """Let another model write, for every role, after any consent that its endpoint needs."""
        named = QUOTES_ONLY if model == "none" else model
        settings = self._settings.model_copy(update={"model": named, "models": Models()})
        await self._work_by(await consented(self._place, settings, self._aside))

    async def set_cap(self, usd: str) -> None:
        """Cap what the session may cost, or lift the cap."""
        cap = None
        if usd != "none":
            try:
                cap = Decimal(usd.lstrip("$"))
                if not cap.is_finite() or cap < 0:
                    raise InvalidOperation
            except InvalidOperation as error:
                raise UsageError(f"{usd!r} is no amount in US dollars: write /cap 0.50 or /cap none") from error
        caps = self._settings.caps.model_copy(update={"run": cap})
        await self._work_by(self._settings.model_copy(update={"caps": caps}))

    def save(self, name: str, turn: Turn) -> Path:
        """Write an answer or a note to a Markdown file, whole or not at all, and return where it is."""
        path = Path(name).expanduser().absolute()
        if path.suffix.lower() != ".md":
            raise UsageError(f"{name!r} is no Markdown file: write /save answer.md")
        made = turn.note or turn.answer
        if made is None:
            raise UsageError("this turn has no answer to save")
        drafter = self._settings.endpoint("drafter")
        if isinstance(made, Note):
            text = made.markdown
        else:
            text = f"{markdown(answer_page(made, made_by=drafter.model if drafter else ''))}\n"
        publish(path, text, made, "it", advice="choose another name", replace=path in self._saved)
        self._saved.add(path)
        return path

    async def _work_by(self, settings: Settings) -> None:
        self._settings = settings
        await self.use(self._place.assistant(settings))


@asynccontextmanager
async def open_desk(options: Options, aside: RunAside = at_once) -> AsyncIterator[ChatDesk]:
    """Give the desk that the options ask for: a new session, the latest one (`--continue`) or a named one."""
    with AssistantWorkplace.of(options) as place:
        settings = await consented(place, place.settings, aside)
        async with ChatDesk(place, settings, _session(options, place), aside) as desk:
            yield desk


async def consented(place: AssistantWorkplace, settings: Settings, aside: RunAside) -> Settings:
    """Return the settings with what the user agrees to; raises UsageError where a host may not be used."""
    if place.consent.is_needed(settings, endpoints_of(settings)):
        return await aside(lambda: place.agreed(settings))
    return place.agreed(settings)


def _session(options: Options, place: AssistantWorkplace) -> SessionRow | None:
    name = options.get("session")
    if not name and not options.get("continue_"):
        return None
    with closing(Sessions(place.home.private_file(place.home.sessions))) as sessions:
        if name:
            return sessions.find(str(name))
        return next(iter(sessions.listed(str(place.home.library))), None)
