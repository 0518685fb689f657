"""What a caller is told while a tool works."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from ...core.events import Event
from ...core.text import one_line

Tell = Callable[[int, str], Awaitable[None]]  # how many lines were told, and this one


class Reporting:
    """Passes on what agents and stages say, in order; call it from any thread."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str] = asyncio.Queue()

    def event(self, event: Event) -> None:
        """Tell what an agent did."""
        self._put(f"{event.agent}: {event.detail}")

    def advance(self, stage: str, done: int, total: int) -> None:
        """Tell how far a stage is."""
        self._put(f"{stage}: {done} of {total}" if total else stage)

    @asynccontextmanager
    async def passed_on(self) -> AsyncIterator["Reporting"]:
        """Pass lines on while something is done; those of its end may get lost, for its result says more."""
        passing = asyncio.create_task(self._pass_on())
        try:
            yield self
        finally:
            passing.cancel()
            with suppress(asyncio.CancelledError):
                await passing

    def _put(self, line: str) -> None:
        self._loop.call_soon_threadsafe(self._lines.put_nowait, one_line(line))

    async def _pass_on(self) -> None:
        told = 0
        while True:
            line = await self._lines.get()
            told += 1
            await self._tell(told, line)
