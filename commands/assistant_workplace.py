"""The workplace of a command that asks: with assistants over the library, whose imports `ingest` need not wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from ..agents.assistant import AT_ONCE, Assistant
from ..core.cost import Cost, Estimate
from ..core.errors import DONE
from ..core.settings import Settings
from ..terminal.views.estimate import estimate_view
from .library_workplace import LibraryWorkplace
from .workplace import price_hints

Made = TypeVar("Made")


class AssistantWorkplace(LibraryWorkplace):
    """A workplace with a library, and with assistants over it."""

    def assistant(self, settings: Settings, at_once: int = AT_ONCE, replies: Path | None = None) -> Assistant:
        """Return an assistant over the library, for so many calls at once, with a file for `replies` of its own."""
        return Assistant.with_settings(
            self.library, self.home, settings, lambda: self.ledger, at_once=at_once, replies=replies
        )

    def done_by(
        self, settings: Settings, work: Callable[[Assistant], Awaitable[Made]], replies: Path | None = None
    ) -> Made:
        """Return what an assistant makes, which is closed afterwards."""

        async def done() -> Made:
            async with self.assistant(settings, replies=replies) as assistant:
                return await work(assistant)

        return asyncio.run(done())

    def estimate(self, weigh: Callable[[Assistant], Awaitable[Estimate]]) -> int:
        """Say what something would cost, and return the exit code; no consent is needed, for nothing is sent."""
        made = self.done_by(self.settings, weigh)
        self.show(made, estimate_view(made, self.settings.currency))
        return DONE

    def say_price(self, cost: Cost) -> None:
        """Say how to give a price where one is not known."""
        for hint in price_hints(self.settings) if cost.usd is None else ():
            self.screen.say(hint)
