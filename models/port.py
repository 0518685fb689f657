"""The model port: what an agent may ask of a language model, whoever serves it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeVar

from pydantic import BaseModel

from ..core.errors import Rehearsed
from ..core.events import AgentName
from ..core.shapes import Level, highest
from ..money.estimate import Weight

Reply = TypeVar("Reply", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A piece of a prompt (report text, history, an earlier answer) and how confidential it is.

    `passages` are the ids of those whose words are in it, for the egress log.
    """

    text: str
    level: Level
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent to a model, and for whom: agent, step, run and question say where its cost is booked.

    `system` is our own wording and never report text, so it has no level of its own. `round` counts how often the same
    was asked before in this run, on purpose: another try is never answered from the cache of the one before.
    `max_output_tokens` bounds an answer that is short by its kind; `None` is what the settings allow any answer.
    Without `is_sure` it is only sent where answers before it turn out to need it, which matters to estimates alone.
    """

    system: str
    parts: tuple[PromptPart, ...]
    agent: AgentName
    step: str
    run: str
    question: str
    max_output_tokens: int | None = None
    round: int = 0
    is_sure: bool = True

    @property
    def level(self) -> Level:
        """The highest level of all parts; a prompt without parts is public."""
        return highest(part.level for part in self.parts)

    @property
    def passages(self) -> tuple[str, ...]:
        """The passages whose words are in it, each once."""
        return tuple(dict.fromkeys(passage for part in self.parts for passage in part.passages))


@dataclass(frozen=True, slots=True)
class Asking:
    """For which run and question texts are embedded, and how confidential they are.

    `passages` are the ids of those whose words they are, for the egress log.
    """

    run: str = ""
    question: str = ""
    level: Level = "public"
    passages: tuple[str, ...] = ()


class Model(Protocol):
    """A language model behind some endpoint; every call is gated, booked and bounded by caps.

    Both calls raise `EndpointError` when the endpoint failed, `BudgetReached` when a cap would be passed, `Withheld`
    when the text may not go there, and `UsageError` when the user has to allow or price something first.
    """

    name: str

    async def parse(self, prompt: Prompt, schema: type[Reply]) -> Reply:
        """Return the model's answer as an object of `schema`; `MalformedReply` when a repair did not help either."""

    async def embed(self, texts: Sequence[str], asking: Asking) -> list[list[float]]:
        """Return one vector per text, in order; the level of `asking` is the highest of all texts."""

    async def close(self) -> None:
        """Close the connections; the model is of no use afterwards."""


class Rehearsal:
    """Stands in for a model: weighs every prompt it gets with `weigh` and then fails, as an endpoint does."""

    def __init__(self, name: str, weigh: Callable[[Prompt, type[BaseModel]], Weight]) -> None:
        self.name = name
        self.weights: list[Weight] = []
        self._weigh = weigh

    async def parse(self, prompt: Prompt, schema: type[Reply]) -> Reply:
        """Weigh a prompt; always raises `Rehearsed`."""
        self.weights.append(await asyncio.to_thread(self._weigh, prompt, schema))
        self._stop()

    async def embed(self, texts: Sequence[str], asking: Asking) -> list[list[float]]:
        """Raise `Rehearsed`."""
        self._stop()

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def _stop(self) -> NoReturn:
        raise Rehearsed(f"nothing was sent to {self.name!r}: this is an estimate")
