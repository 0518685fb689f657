"""The metered HTTP client: every attempt is in the ledger before it is on the wire."""

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx2

from .ledger import Attempt, Caps, Ending, Ledger, Usage
from .prices import Price

# All that a server needs to be told: nothing of this machine, its Python or its environment goes along.
_SENT_HEADERS = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent",
}  # fmt: skip


@dataclass
class Call:
    """One call of the model port, which may take several attempts; `row` is the ledger row of the latest one."""

    ledger: Ledger
    attempt: Attempt
    input_tokens: int
    output_tokens: int
    price: Price | None
    caps: Caps
    row: int = 0
    started: float = 0.0

    def reserve(self) -> None:
        """Book the worst case of the next attempt; see `Ledger.reserve` for what it raises."""
        self.row = self.ledger.reserve(
            self.attempt,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            price=self.price,
            caps=self.caps,
        )
        self.started = time.perf_counter()

    def settle(self, usage: Usage, *, price: Price | None, status: Ending = "ok") -> None:
        """Book what the latest attempt used."""
        self.ledger.settle(self.row, usage, price=price, seconds=time.perf_counter() - self.started, status=status)

    def fail(self, *, billed: bool, status: Ending = "failed") -> None:
        """Book that the latest attempt brought nothing; `billed` when the server may have worked on it."""
        self.ledger.fail(self.row, seconds=time.perf_counter() - self.started, status=status, billed=billed)


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
        call.reserve()
        try:
            response = await super().send(request, **{**options, "follow_redirects": False})
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.PoolTimeout):
            call.fail(billed=False)
            raise
        except asyncio.CancelledError:
            call.fail(billed=True, status="cancelled")
            raise
        except BaseException:
            call.fail(billed=True)
            raise
        if not response.is_success:
            call.fail(billed=False)
        return response
