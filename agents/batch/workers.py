"""Workers: processes that share the questions of a batch, because one interpreter keeps only one core busy."""

import asyncio
import pickle
import sys
from contextlib import suppress
from itertools import count
from typing import Any

from ...core.errors import CoscribeError, UsageError, WorkerDied
from ...core.settings import Settings
from ...core.shapes import Failure
from ...core.system.home import Home
from .answerer import AnswerRecord, BatchQuestion, failed
from .message import READY, Order, unframed

_PATIENCE_SECONDS = 10  # for a worker that was told to end


class Workers:
    """A desk of so many processes, each with its share of the calls `at_once`; a task goes to whichever is least busy.

    A worker that dies is replaced, and its open tasks are put once more, one after another: so only the task that
    brings a worker down fails, and not what was asked beside it.
    """

    def __init__(self, home: Home, settings: Settings, *, processes: int, at_once: int) -> None:
        processes = min(processes, at_once)
        share, more = divmod(at_once, processes)
        self._seats = [_Seat(Order(home, settings, share + (at < more))) for at in range(processes)]

    async def answer(self, task: BatchQuestion) -> AnswerRecord:
        """Return the answer of whichever worker has time; raises CoscribeError where it is one that holds for all."""
        seat = min(self._seats, key=_Seat.load)
        try:
            return await seat.answer(task)
        except WorkerDied:
            pass
        async with seat.suspecting:
            try:
                return await seat.answer(task)
            except WorkerDied as died:
                message = (
                    f"the process that answered it died twice (it ended with {died.status}): "
                    "where memory was short, use --processes 1, and --refresh failed to ask again"
                )
                return failed(task, Failure(kind=WorkerDied.__name__, message=message))

    async def close(self) -> None:
        """Have all workers break off what is under way, and wait for their end."""
        await asyncio.gather(*(seat.close() for seat in self._seats))


class _Seat:
    """The place of one worker, which is started when first needed and again after it died."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._busy = 0
        self._worker: _Worker | None = None
        self._starting = asyncio.Lock()
        self.suspecting = asyncio.Lock()  # held while a task is put that may have brought a worker down

    def load(self) -> tuple[bool, float]:
        """Return what is least where a task should go."""
        return self.suspecting.locked(), self._busy / self._order.at_once

    async def answer(self, task: BatchQuestion) -> AnswerRecord:
        self._busy += 1
        try:
            async with self._starting:
                if self._worker is None or not self._worker.is_alive:
                    self._worker = await _Worker.started(self._order)
                worker = self._worker
            return await worker.answer(task)
        finally:
            self._busy -= 1

    async def close(self) -> None:
        if self._worker is not None:
            await self._worker.close()


class _Worker:
    """One process, and who waits for which of its outcomes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._input, self._output = process, process.stdin, process.stdout
        self._numbers = count(READY + 1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._is_ready = False
        self._failure: CoscribeError | None = None
        self._listener = asyncio.create_task(self._listen())
        self.is_alive = True

    @classmethod
    async def started(cls, order: Order) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", f"{__package__}.worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # the terminal's Ctrl-C is for the caller, who may want to finish what is under way
        )  # fmt: skip
        worker = cls(process)
        worker._send(order)
        return worker

    async def answer(self, task: BatchQuestion) -> AnswerRecord:
        number, outcome = next(self._numbers), asyncio.get_running_loop().create_future()
        self._waiting[number] = outcome
        try:
            self._send((number, task))
            found: AnswerRecord = await outcome
            return found
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        self._input.close()
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE_SECONDS)
        except TimeoutError:
            self._process.kill()
        await self._listener

    def _send(self, message: object) -> None:
        self._input.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))

    async def _listen(self) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                number, outcome = await unframed(self._output)
                if number == READY:
                    self._is_ready, self._failure = True, outcome
                elif number in self._waiting:  # else nobody waits for it any more
                    _settle(self._waiting[number], outcome)
        self.is_alive = False
        status = await self._process.wait()
        reason: CoscribeError = WorkerDied(status)
        if not self._is_ready:  # then the next one would not start either
            reason = UsageError(f"a worker process did not start (it ended with {status}): use --processes 1")
        for waiting in self._waiting.values():
            _settle(waiting, self._failure or reason)


def _settle(waiting: "asyncio.Future[Any]", outcome: object) -> None:
    if waiting.done():  # cancelled
        return
    if isinstance(outcome, Exception):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
