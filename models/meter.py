"""The metered HTTP client: every attempt is in the ledger before it is on the wire."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx2

from ..core.errors import BudgetReached
from ..money.caps import Caps
from ..money.energy import EnergyMeter
from ..money.ledger import Attempt, CallEnd, Ledger, Usage
from ..money.prices import Price
from ..money.rate_limit import RateLimit, TooEarly
from .reply.body import reported_in, was_worked_for
from .reply.usage import TokenCounts, booked
from .server_record import KnownServer, Load

# All that a server needs to be told: nothing of this machine, its Python or its environment goes along.
_SENT_HEADERS = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallTerms:
    """What holds for every call to one endpoint: where it is booked, and what bounds it.

    `where` names the server in messages. `longest` is how many seconds an attempt may take, from its first packet to
    the last byte of its answer. Attempts that have to wait wait in `queue`, in their order.
    """

    ledger: Ledger
    base_url: str
    where: str
    caps: Caps
    limit: RateLimit | None
    energy: EnergyMeter
    longest: float
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def endpoint(self) -> str:
        """The host, with its port."""
        return urlsplit(self.base_url).netloc


@dataclass
class Call:
    """One call of the model port, which may take several attempts; `row` is the ledger row of the latest one.

    `output_tokens` are those it may have. How many it takes in, and at which price, is judged by all that is known of
    the server when the attempt goes, not when the call was made.
    """

    terms: CallTerms
    attempt: Attempt
    server: KnownServer
    load: Load
    output_tokens: int
    price_of: Callable[[int], Price | None]
    row: int = 0
    started: float = 0.0

    @property
    def input_tokens(self) -> int:
        """The tokens that it takes in at most."""
        return self.server.most(self.load, is_capped=self.terms.caps.are_set)

    @property
    def price(self) -> Price | None:
        """What its tokens cost at most, as far as is known."""
        return self.price_of(self.input_tokens)

    async def reserve(self) -> None:
        """Book the worst case of the next attempt, as soon as it may go; see `Ledger.reserve` for what it raises.

        Under a cap the first call to a server goes alone, until it is known how it counts; and one that did not keep to
        the limit of output tokens gets none: `BudgetReached`.
        """
        async with self.terms.queue:
            while True:
                try:
                    alone = self._is_first()
                    self.row = self.terms.ledger.reserve(
                        self.attempt, input_tokens=self.input_tokens,
                        output_tokens=self.output_tokens + self.server.spill, price=self.price, caps=self.terms.caps,
                        seconds=self.terms.longest, limit=self.terms.limit, alone=alone,
                    )  # fmt: skip
                    break
                except TooEarly as early:
                    await asyncio.sleep(early.seconds)
        self.started = time.perf_counter()

    def _is_first(self) -> bool:
        """Tell whether a cap is set and nobody knows yet how the server counts."""
        if not self.terms.caps.are_set:
            return False
        self.server.refresh()
        if self.server.overrun:
            raise BudgetReached(
                f"{self.terms.where} wrote {self.server.overrun} tokens more than it was allowed, so no cap can hold "
                "there and nothing is sent to it under one: use another server, or none of the caps"
            )
        return self.server.is_new

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
        elif reached.usd is not None and (price := self.price) is not None:
            least, more = (
                price.worst(input_tokens=self.input_tokens, output_tokens=count, seconds=self.terms.longest)
                for count in (0, 1_000_000)
            )
            room = int((reached.usd - least) / (more - least) * 1_000_000) if more > least else 0
        else:
            return False
        room = min(room - self.server.spill, math.ceil(4 * usual.output_tokens))
        if not 2 * usual.output_tokens <= room < self.output_tokens:
            return False
        self.output_tokens = room
        return True

    def settle(self, usage: Usage, *, price: Price | None, tier: str | None, status: CallEnd = "ok") -> Decimal | None:
        """Book what the latest attempt used, and return what it cost."""
        seconds = time.perf_counter() - self.started
        energy = self.terms.energy.measure(
            self.attempt.model, self.terms.base_url, output_tokens=usage.output_tokens, seconds=seconds
        )
        return self.terms.ledger.settle(
            self.row, usage, price=price, seconds=seconds, status=status, tier=tier, energy=energy
        )

    def fail(self, status: CallEnd = "failed", told: TokenCounts | None = None) -> None:
        """Book that the latest attempt was refused or never arrived: it cost what the server `told`, if anything."""
        if told is not None:
            self._close(Usage(self.server.expected(self.load)), told, status)
            return
        self.terms.ledger.fail(self.row, seconds=time.perf_counter() - self.started, status=status)

    def lose(self, status: CallEnd = "failed", told: TokenCounts | None = None) -> None:
        """Book that the server may have worked on the latest attempt: what it `told`, else an estimate.

        The output is taken to be as long as it was on average, and as long as it may be where there was none yet.
        """
        usual = self.terms.ledger.usual(self.attempt.agent, self.attempt.model)
        output = min(round(usual.output_tokens), self.output_tokens) if usual else self.output_tokens
        self._close(Usage(self.server.expected(self.load), output, estimated=True), told, status)

    def _close(self, estimate: Usage, told: TokenCounts | None, status: CallEnd) -> None:
        usage = booked(told, estimate, written=0)
        price = self.price if usage.estimated else self.price_of(usage.input_tokens)
        self.settle(usage, price=price, tier=None, status=status)


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
        sending = _Sending()
        request.extensions = {**request.extensions, "trace": sending.note}
        with ExitStack() as unanswered:
            # However this ends, unless more is known of it: what no word was sent of cannot have cost anything.
            unanswered.callback(lambda: call.lose() if sending.has_begun else call.fail())
            try:
                async with asyncio.timeout(call.terms.longest):
                    response = await super().send(request, **{**options, "follow_redirects": False})
            except TimeoutError as error:
                # As the client library knows it, so that it is retried and told like any other.
                kind = httpx2.ReadTimeout if sending.has_begun else httpx2.ConnectTimeout
                raise kind(f"not done after {call.terms.longest:g} s", request=request) from error
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.PoolTimeout):
                unanswered.pop_all()
                call.fail()
                raise
            except asyncio.CancelledError:
                unanswered.pop_all()
                if sending.has_begun:
                    call.lose("cancelled")
                else:
                    call.fail("cancelled")
                raise
            unanswered.pop_all()
        if not response.is_success:
            close = call.lose if was_worked_for(response) else call.fail
            close(told=reported_in(response))
        return response


class _Sending:
    """Notices when an attempt goes on the wire."""

    def __init__(self) -> None:
        self.has_begun = False

    async def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of an event of the HTTP library."""
        self.has_begun = self.has_begun or "send_request" in event
