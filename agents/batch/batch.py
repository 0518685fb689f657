"""Answers the open questions of a batch: so many at once, each journaled as soon as it is answered."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from random import Random

from ...core.errors import CoscribeError
from ...core.shapes import BatchEstimate, Estimate
from ...money.estimate import estimate_all
from ...tools.batch.inquiry import Inquiry
from ...tools.batch.journal import Journal, JournalEntry
from ..assistant import Assistant
from ..records import Run, new_run
from .answerer import Answerer, BatchQuestion

_AHEAD = 4  # one more question for so many calls is searched or reviewed meanwhile, so that no call waits for it
_SYNC_SECONDS = 0.5
_MOST_WEIGHED = 100  # questions of an estimate, which take a few seconds


async def forecast(
    assistant: Assistant, asked: Sequence[Inquiry], on_weighed: Callable[[int, int], None]
) -> BatchEstimate:
    """Return what the answers to `asked` would cost, and send nothing.

    Of many, some hundred drawn by lot, the same at each call, are weighed for all; `on_weighed` gets how many are done
    and how many there are.
    """
    drawn = Random(0).sample(asked, min(len(asked), _MOST_WEIGHED))
    weighed: list[Estimate] = []
    for one in drawn:
        on_weighed(len(weighed), len(drawn))
        weighed.append(await assistant.estimate(one.row.question, scope=one.scope))
    return estimate_all(weighed, len(asked))


class Batch:
    """One run over the open questions of a batch: they share its name in the ledger, and its cap.

    `generation` (of the library) and `models` are noted with each answer.
    """

    def __init__(self, journal: Journal, *, generation: int, models: str) -> None:
        self.run = new_run()
        self._journal = journal
        self._generation, self._models = generation, models
        self._workers: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    async def answer(
        self, asked: Sequence[Inquiry], desk: Answerer, *, at_once: int, on_answer: Callable[[JournalEntry], None]
    ) -> None:
        """Have a desk of `at_once` calls at a time answer the questions in their order; call `on_answer` for each.

        A question that the program errs on fails alone. An error that holds for all (the library is gone, a price is
        missing, the disk is full) is raised after what is under way is finished.
        """
        queue = iter(asked)
        count = min(at_once + at_once // _AHEAD, len(asked))
        self._workers = [asyncio.create_task(self._work(queue, desk, on_answer)) for _ in range(count)]
        keeper = asyncio.create_task(self._keep_synced())
        outcomes = await asyncio.gather(*self._workers, return_exceptions=True)
        keeper.cancel()
        self._journal.sync()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def stop(self) -> None:
        """Begin no further question; called again, break off those under way."""
        if self._stopping:
            for worker in self._workers:
                worker.cancel()
        self._stopping = True

    async def _work(self, queue: Iterator[Inquiry], desk: Answerer, on_answer: Callable[[JournalEntry], None]) -> None:
        for one in queue:
            if self._stopping:
                return
            try:
                task = BatchQuestion(Run(self.run, f"{one.id}: {one.row.question}"), one.row.question, one.scope)
                answer = await desk.answer(task)
                head = JournalEntry(
                    id=one.id, asked=one.asked, generation=self._generation, models=self._models,
                    status=answer["status"], failure=answer["error"]["kind"] if answer["error"] else None, start=0,
                )  # fmt: skip
                on_answer(self._journal.append(head, one.record(answer)))
            except CoscribeError:
                self._stopping = True
                raise

    async def _keep_synced(self) -> None:
        while True:
            await asyncio.sleep(_SYNC_SECONDS)
            await asyncio.to_thread(self._journal.sync)
