"""Standard input line by line, read where an interrupt need not wait for the next line."""

import asyncio
import os
import sys
from contextlib import suppress
from threading import Thread
from typing import BinaryIO


class StandingInput:
    """The lines of standard input, for an `async for`; nothing else in this process can read them any more."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue(1)
        # A thread that blocks in a read cannot be stopped: the process ends without it.
        Thread(target=self._read, args=(_own_input(),), daemon=True).start()

    def __aiter__(self) -> "StandingInput":
        return self

    async def __anext__(self) -> str:
        line = await self._lines.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self, source: BinaryIO) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits for lines any more
            for line in source:
                self._put(line.decode("utf-8", "replace"))
            self._put(None)

    def _put(self, line: str | None) -> None:
        asyncio.run_coroutine_threadsafe(self._lines.put(line), self._loop).result()


def _own_input() -> BinaryIO:
    """Return standard input under a number of its own; what this process starts finds nothing at the usual one."""
    if os.name == "nt":
        return sys.stdin.buffer
    own = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(own, "rb")
