"""The metered HTTP client: every attempt is in the ledger before it is on the wire."""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx2

from .caps import Caps
from .energy import EnergyMeter
from .errors import BudgetReached
from .ledger import Attempt, Ending, Ledger, Usage
from .prices import Price
from .rate_limit import RateLimit, TooEarly

# All that a server needs to be told: nothing of this machine, its Python or its environment goes along.
_SENT_HEADERS = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every call to one endpoint: where it is booked, and what bounds it.

    `longest` is how many seconds an attempt may take. Attempts that have to wait wait in `queue`, in their order.
    """

    ledger: Ledger
    base_url: str
    caps: Caps
    limit: RateLimit | None
    energy: EnergyMeter
    longest: float
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Call:
    """One call of the model port, which may take several attempts; `row` is the ledger row of the latest one.

    `input_tokens` and `output_tokens` are those it takes at most; `expected` returns the input tokens it probably
    takes, by all that is known of the server at that moment.
    """

    terms: Terms
    attempt: Attempt
    input_tokens: int
    output_tokens: int
    expected: Callable[[], int]
    price: Price | None
    row: int = 0
    started: float = 0.0

    async def reserve(self) -> None:
        """Book the worst case of the next attempt, as soon as it may go; see `Ledger.reserve` for what it raises."""
        async with self.terms.queue:
            while True:
                try:
                    self.row = self.terms.ledger.reserve(
                        self.attempt, input_tokens=self.input_tokens, output_tokens=self.output_tokens,
                        price=self.price, caps=self.terms.caps, seconds=self.terms.longest, limit=self.terms.limit,
                    )  # fmt: skip
                    break
                except TooEarly as early:
                    await asyncio.sleep(early.seconds)
        self.started = time.perf_counter()

    def fits(self, reached: BudgetReached) -> bool:
        """Lower the output limit to what a cap has room for, and tell whether the call is worth trying so.

        It is where nothing was sent yet and twice the usual output is allowed; four times is plenty. So the last of a
        budget is not left unused because an answer could be far longer than any was.
        """
        usual = self.terms.ledger.usual(self.attempt.agent, self.attempt.model)
        if self.row or usual is None:
            return False
        if reached.tokens is not None:
            room = reached.tokens - self.input_tokens
        elif reached.usd is not None and self.price is not None:
            least, more = (
                self.price.worst(input_tokens=self.input_tokens, output_tokens=count, seconds=self.terms.longest)
                for count in (0, 1_000_000)
            )
            room = int((reached.usd - least) / (more - least) * 1_000_000) if more > least else 0
        room = min(room, math.ceil(4 * usual.output_tokens))
        if not 2 * usual.output_tokens <= room < self.output_tokens:
            return False
        self.output_tokens = room
        return True

    def settle(self, usage: Usage, *, price: Price | None, tier: str | None, status: Ending = "ok") -> Decimal | None:
        """Book what the latest attempt used, and return what it cost."""
        seconds = time.perf_counter() - self.started
        energy = self.terms.energy.measure(
            self.attempt.model, self.terms.base_url, output_tokens=usage.output_tokens, seconds=seconds
        )
        return self.terms.ledger.settle(
            self.row, usage, price=price, seconds=seconds, status=status, tier=tier, energy=energy
        )

    def fail(self) -> None:
        """Book that the latest attempt was refused or never arrived."""
        self.terms.ledger.fail(self.row, seconds=time.perf_counter() - self.started)

    def lose(self, status: Ending = "failed") -> None:
        """Book that the server may have worked on the latest attempt and never said what it used: an estimate.

        The output is taken to be as long as it was on average, and as long as it may be where there was none yet.
        """
        usual = self.terms.ledger.usual(self.attempt.agent, self.attempt.model)
        output = min(round(usual.output_tokens), self.output_tokens) if usual else self.output_tokens
        self.settle(Usage(self.expected(), output, estimated=True), price=self.price, tier=None, status=status)


# Which call an attempt belongs to: the client library between the two knows nothing of calls. Each task sees its own.
CURRENT_CALL: ContextVar[Call] = ContextVar("current_call")


class MeteredClient(httpx2.AsyncClient):
    """Sends the attempts of the current call: reserves each before, and closes those that failed.

    A successful attempt is left open for whoever reads the usage in its body. Errors of the ledger come out as they
    are, so they are neither retried nor wrapped.
    """

    def __init__(self, *, key: str | None, **options: Any) -> None:
        super().__init__(**options)
        self._key = key

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send one attempt; redirects are not followed, for they would carry the text elsewhere."""
        for name in set(request.headers) - _SENT_HEADERS:
            del request.headers[name]
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        call = CURRENT_CALL.get()
        await call.reserve()
        with ExitStack() as unanswered:
            unanswered.callback(call.lose)  # however this ends, unless more is known of it
            try:
                response = await super().send(request, **{**options, "follow_redirects": False})
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.PoolTimeout):
                unanswered.pop_all()
                call.fail()
                raise
            except asyncio.CancelledError:
                unanswered.pop_all()
                call.lose("cancelled")
                raise
            unanswered.pop_all()
        if not response.is_success:
            call.fail()
        return response
