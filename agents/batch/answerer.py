"""Who answers the questions of a batch: an assistant in this process, or several in processes of their own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from ...core.errors import CoscribeError
from ...core.shapes import Answer, Failure
from ...core.types import EVERYTHING, Scope
from ..assistant import Assistant
from ..records import Run

AnswerRecord = dict[str, Any]  # an answer as `ask --json` prints it, and its document

# Searching is mostly Python and takes turns anyway: more threads than this only wait for one another.
_SEARCHERS = 2
_ERRED = "the program erred on this question ({}: {}): please report it with the question"


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One question of a run."""

    run: Run
    question: str
    scope: Scope = EVERYTHING


class Answerer(Protocol):
    """Where tasks are answered, many at a time."""

    async def answer(self, task: BatchQuestion) -> AnswerRecord:
        """Return the answer; raises CoscribeError where it is one that holds for all tasks."""

    async def close(self) -> None:
        """Break off what is under way; the desk is of no use afterwards."""


class OwnAnswerer:
    """Answers in this process. A question that the program errs on fails alone."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_SEARCHERS, "search"))

    async def answer(self, task: BatchQuestion) -> AnswerRecord:
        """See `Answerer`."""
        asking = self._assistant.ask(task.question, scope=task.scope, run=task.run)
        # Gathered, so that an error that nobody foresaw is a value: it must not reach the other questions.
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        if isinstance(outcome, Answer):
            return outcome.stored()
        if isinstance(outcome, CoscribeError) or not isinstance(outcome, Exception):
            raise outcome
        name = type(outcome).__name__
        return failed(task, Failure(kind=name, message=_ERRED.format(name, outcome)))

    async def close(self) -> None:
        """See `Answerer`."""
        await self._assistant.close()


def failed(task: BatchQuestion, error: Failure) -> AnswerRecord:
    """Return the record of a task that has no answer."""
    answer = Answer(question=task.question, status="failed", mode="evidence", answer="", error=error, run=task.run.id)
    return answer.model_dump(mode="json")
