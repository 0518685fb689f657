"""A model at an endpoint as it is called: what goes out is reserved, what comes back is booked and learned from."""

from decimal import Decimal
from typing import Any

import httpx2
import openai

from ..core.errors import EndpointError
from ..core.hosts import Hosts, host_of, is_loopback
from ..money.ledger import Attempt, Usage
from ..money.prices import Price, Prices
from ..money.tokens import UNKNOWN_MARGIN, TokenCounter
from .gate import Gate
from .meter import CURRENT_CALL, Call, CallTerms, MeteredClient
from .reply.body import Body, is_unread, read, reported_in
from .reply.refusal import explain
from .request import SentMessage
from .server_record import KnownServer, Load
from .servers import Servers
from .wire import LoopbackTransport, usable_proxy

_FRAME_TOKENS = 64  # what a chat template adds around the messages
# Elsewhere a model may have a well-known name, and any tokenizer.
_COUNTS_BY_NAME = Hosts(("api.openai.com", "*.api.openai.com", "*.openai.azure.com"))


class ModelConnection:
    """The way to `model` at the endpoint of `terms`; `server` is what is known of how it differs.

    `key` goes to it and into no message. A proxy of the environment sees nothing that is for a host the `gate` trusts.
    """

    def __init__(
        self, model: str, terms: CallTerms, *, key: str, gate: Gate, prices: Prices, tokens: TokenCounter,
        servers: Servers | None, max_retries: int,
    ) -> None:  # fmt: skip
        self._model, self.terms, self._key = model, terms, key
        self._prices, self._tokens = prices, tokens
        is_near = is_loopback(terms.base_url) or gate.is_trusted(terms.base_url, model)
        self._client = _open(terms.base_url, key, is_near, max_retries)
        least = 1.0 if host_of(terms.base_url) in _COUNTS_BY_NAME else UNKNOWN_MARGIN
        self.server = KnownServer(terms.endpoint, model, servers, least=least)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def count(self, text: str) -> int:
        """Return the tokens of a text, as we count them."""
        return self._tokens.count(text, self._model).tokens

    def price(self, input_tokens: int = 0, tier: str | None = None) -> Price | None:
        """Return what tokens cost here, for prompts of a length."""
        return self._prices.look_up(self._model, self.terms.base_url, input_tokens=input_tokens, tier=tier)

    def prepare(
        self, who: Attempt, asked: list[SentMessage], schema: str, wanted: int, room: int | None = None
    ) -> Call:
        """Return the call to make, with the tokens that are counted in `asked`, for an answer of `wanted` tokens.

        It may have more where the model thinks, fewer where the server takes no more, and as many as it said that there
        is `room` for. Slow the first time (token tables, prices and energy data are loaded), therefore to be kept off
        the event loop.
        """
        count = self._tokens.count("\n".join(message["content"] for message in asked), self._model)
        around = self.count(schema) + _FRAME_TOKENS  # what the server may add to the messages
        self.terms.energy.measure(self._model, self.terms.base_url, output_tokens=0, seconds=0.0)
        load = Load(count.tokens, count.tokens + around, count.margin)
        output_tokens = room or (self.server.allowed(wanted, load) if wanted else 0)
        call = Call(self.terms, who, self.server, load, output_tokens, self.price)
        call.price  # noqa: B018 - looked up here for the first time
        return call

    async def send(self, call: Call, path: str, body: dict[str, Any], kind: type[Body]) -> Body:
        """Return what the server answered; the call's last attempt is open then, and closed when this raises."""
        token = CURRENT_CALL.set(call)
        try:
            response = await self._client.post(path, body=body, cast_to=httpx2.Response)
        finally:
            CURRENT_CALL.reset(token)
        try:
            return read(response, kind, self.terms.where, secret=self._key)
        except EndpointError:
            close = call.lose if is_unread(response) else call.fail
            close(told=reported_in(response))
            raise
        except BaseException:  # broken off, by Ctrl-C too: what was sent may have been worked on, and is booked so
            call.lose()
            raise

    def settle(self, call: Call, usage: Usage, tier: str | None, *, ended: bool) -> Decimal | None:
        """Book what an answered call used, and return what that cost; `None` is unknown."""
        # Learned first: who sees the call closed, in another process too, knows how the server counts.
        self.server.learn_tokens(call.load, usage)
        self.server.note(reports_usage=not usage.estimated)
        price = self.price(usage.input_tokens, tier)
        return call.settle(usage, price=price, tier=tier, status="ok" if ended else "failed")

    def explained(self, error: openai.APIError) -> EndpointError:
        """Return the error to raise for one of the client library."""
        return explain(error, self.terms.where, self.terms.longest, secret=self._key)


def _open(base_url: str, key: str, is_near: bool, max_retries: int) -> openai.AsyncOpenAI:
    secured = httpx2.create_ssl_context()  # honours SSL_CERT_FILE even where the environment is not trusted
    with usable_proxy():
        client = MeteredClient(
            key=key,
            timeout=None,  # it bounds whole attempts itself, and not each read
            # A proxy from the environment would see what is meant for this machine or a trusted one.
            trust_env=not is_near,
            verify=secured,
            transport=LoopbackTransport(verify=secured) if is_loopback(base_url) else None,
        )
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=key or "none",  # local servers want none; the metered client sends the true one or nothing
        max_retries=max_retries,
        timeout=None,
        http_client=client,
    )
