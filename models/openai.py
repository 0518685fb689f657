"""The model port over the Chat Completions wire format, which nearly every server speaks."""

import asyncio
import json
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from ..core.errors import BudgetReached, CoscribeError, EndpointError, MalformedReply
from ..core.hosts import LOOPBACK, Hosts, host_of, is_loopback
from ..money.caps import Caps
from ..money.energy import EnergyMeter
from ..money.estimate import Rate, Weight
from ..money.ledger import Attempt, Ledger, Usage
from ..money.prices import Price, Prices
from ..money.rate_limit import RateLimit
from ..money.tokens import UNKNOWN_MARGIN, TokenCounter
from .cache import KeptReply, ReplyCache, cache_key, vector_of, vector_text
from .gate import Gate
from .meter import CURRENT_CALL, Call, CallTerms, MeteredClient
from .port import Asking, Prompt, Reply
from .reply import (
    Body,
    Completion,
    Embeddings,
    complaint,
    explain,
    is_no_json,
    is_unread,
    object_in,
    read,
    refuses,
    strict_schema,
)
from .server_record import KnownServer, Load, is_cut
from .servers import Servers
from .wire import LoopbackTransport, usable_proxy

SentMessage = dict[str, str]

# Ways to ask for JSON, the strictest first; the last asks in words alone.
FORMS = ("json_schema", "json_object", "words")
_FRAME_TOKENS = 64  # what a chat template adds around the messages
_TEXTS_PER_CALL = 128
# What the limit of output tokens is called: the newer name first.
_LIMITS = ("max_completion_tokens", "max_tokens")
# Elsewhere a model may have a well-known name, and any tokenizer.
_COUNTS_BY_NAME = Hosts(("api.openai.com", "*.api.openai.com", "*.openai.azure.com"))


class _ModelText(NamedTuple):
    """What a model said, to which form of the question, and what that cost; `None` is unknown."""

    text: str
    form: int
    usd: Decimal | None


class OpenAIModel:
    """One model at one OpenAI-compatible endpoint.

    What the server refused (strict schemas, the newer name of the output limit) and how it counts tokens is remembered,
    in `servers` beyond the life of the object. Retries are those of the client library alone: at most `max_retries`
    after the first attempt, on timeouts, broken connections, 408, 409, 429 and 5xx. Every attempt is booked in
    `ledger`, bounded by `caps` and held back by `limit`. What `cache` holds an answer to is not sent at all.
    """

    def __init__(
        self,
        *,
        model: str,
        base_url: str,
        api_key: str | None,
        ledger: Ledger,
        prices: Prices,
        tokens: TokenCounter,
        caps: Caps,
        trusted: Sequence[str] = LOOPBACK,
        allowed: Sequence[str] = (),
        timeout_seconds: float = 120.0,
        max_retries: int = 2,
        max_concurrency: int = 4,
        cache: ReplyCache | None = None,
        servers: Servers | None = None,
        limit: RateLimit | None = None,
        energy: EnergyMeter | None = None,
    ) -> None:
        self.name = model
        self._base_url, self._key = base_url, api_key or ""
        self._ledger, self._prices, self._tokens = ledger, prices, tokens
        self._gate = Gate(trusted, allowed)
        self._cache = cache
        self._slots = asyncio.Semaphore(max_concurrency)
        self._endpoint = urlsplit(base_url).netloc
        self._where = f"{self._endpoint} (model {model!r})"
        self._terms = CallTerms(ledger, base_url, self._where, caps, limit, energy or EnergyMeter(), timeout_seconds)
        self._client = self._open(max_retries)
        least = 1.0 if host_of(base_url) in _COUNTS_BY_NAME else UNKNOWN_MARGIN
        self._server = KnownServer(self._endpoint, model, servers, least=least)

    async def parse(self, prompt: Prompt, schema: type[Reply]) -> Reply:
        """Return the answer as an object of `schema`; see `Model.parse`.

        At most three answers are paid for: one that ignored the schema, one asked for in words, one repair.
        """
        self._gate.check(self._base_url, self.name, prompt.level)
        wanted = json.dumps(strict_schema(schema), ensure_ascii=False)
        key = self._cache_key(prompt, wanted)
        if self._cache is not None and (kept := self._cache.get(key)) is not None:
            self._ledger.book_hit(self._attempt(prompt), kept.usd)
            return schema.model_validate_json(kept.reply)
        async with self._slots:
            reply, kept = await self._converse(prompt, schema, wanted, key)
        if self._cache is not None:
            self._cache.put(key, kept)
        return reply

    async def embed(self, texts: Sequence[str], asking: Asking) -> list[list[float]]:
        """Return one vector per text; see `Model.embed`. Texts go out 128 at a time, each known one never again."""
        self._gate.check(self._base_url, self.name, asking.level)
        known = self._cached_vectors(texts, asking)
        lacking = list(dict.fromkeys(text for text in texts if text not in known))
        async with self._slots:
            for start in range(0, len(lacking), _TEXTS_PER_CALL):
                batch = lacking[start : start + _TEXTS_PER_CALL]
                known |= dict(zip(batch, await self._embed(batch, asking), strict=True))
        return [known[text] for text in texts]

    def weigh(self, prompt: Prompt, schema: type[BaseModel]) -> Weight:
        """Return what a prompt would take, without sending it."""
        wanted = json.dumps(strict_schema(schema), ensure_ascii=False)
        asked = _question(prompt, schema.__name__, wanted, FORMS[self._server.form])["messages"]
        call = self._prepare(self._attempt(prompt), asked, wanted, prompt.max_output_tokens)
        is_kept = self._cache is not None and self._cache.get(self._cache_key(prompt, wanted)) is not None
        rate = Rate(self.name, call.price, self._terms.longest)
        most = self._server.most(call.load, is_capped=False)
        return Weight(rate, self._server.expected(call.load), most, prompt.max_output_tokens, is_kept)

    @property
    def rate(self) -> Rate:
        """What tokens and seconds cost here, for prompts of common length."""
        return Rate(self.name, self._prices.look_up(self.name, self._base_url), self._terms.longest)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _open(self, max_retries: int) -> openai.AsyncOpenAI:
        is_near = is_loopback(self._base_url) or self._gate.is_trusted(self._base_url, self.name)
        secured = httpx2.create_ssl_context()  # honours SSL_CERT_FILE even where the environment is not trusted
        with usable_proxy():
            client = MeteredClient(
                key=self._key,
                timeout=None,  # it bounds whole attempts itself, and not each read
                # A proxy from the environment would see what is meant for this machine or a trusted one.
                trust_env=not is_near,
                verify=secured,
                transport=LoopbackTransport(verify=secured) if is_loopback(self._base_url) else None,
            )
        return openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._key or "none",  # local servers want none; the metered client sends the true one or nothing
            max_retries=max_retries,
            timeout=None,
            http_client=client,
        )

    def _cache_key(self, prompt: Prompt, wanted: str) -> str:
        """Return where an answer is kept: never under one key for two levels, or for a host before and after trust."""
        trusted = self._gate.is_trusted(self._base_url, self.name)
        parts = [part.text for part in prompt.parts]
        return cache_key(
            self._base_url, self.name, trusted, prompt.level, prompt.round, prompt.system, parts, wanted,
            prompt.max_output_tokens,
        )  # fmt: skip

    async def _converse(self, prompt: Prompt, schema: type[Reply], wanted: str, key: str) -> tuple[Reply, KeptReply]:
        """Ask until the answer is an object of `schema`, and return it with its text and what all answers cost."""

        def keep(said: str) -> None:
            # Before it is booked: whatever ends the program then, what was paid is not asked again. Its price follows.
            with suppress(ValidationError, CoscribeError):
                if self._cache is not None and schema.model_validate_json(object_in(said)):
                    self._cache.put(key, KeptReply(object_in(said), None))

        correction: list[SentMessage] = []
        paid: Decimal | None = Decimal(0)
        least = 0
        while True:
            said = await self._complete(prompt, schema.__name__, wanted, correction, least, keep)
            paid = None if paid is None or said.usd is None else paid + said.usd
            text = object_in(said.text)
            try:
                return schema.model_validate_json(text), KeptReply(text, paid)
            except ValidationError as error:
                if said.form == 0 and is_no_json(error):
                    least = 1
                    self._server.ignore_schema()
                    continue
                problem = complaint(error)
                if correction:
                    raise MalformedReply(
                        f"{self._where} answered twice in a form not asked for ({problem}): try a larger model"
                    ) from error
                repair = f"That does not fit: {problem}. Answer with the mended JSON alone."
                correction = [{"role": "assistant", "content": said.text}, {"role": "user", "content": repair}]

    async def _complete(
        self,
        prompt: Prompt,
        name: str,
        wanted: str,
        correction: list[SentMessage],
        least: int,
        keep: Callable[[str], None],
    ) -> _ModelText:
        """Return what was said in the end, stepping down where the server refuses how it is asked.

        `least` is the strictest form that this question may still be asked in.
        """
        refused: set[str] = set()
        while True:
            form, limit_name = max(self._server.form, least), self._server.limit_name
            body: dict[str, Any] = {"model": self.name, limit_name: prompt.max_output_tokens}
            body |= _question(prompt, name, wanted, FORMS[form])
            body["messages"] += correction
            try:
                text, usd = await self._chat(prompt, body, limit_name, wanted, keep)
                return _ModelText(text, form, usd)
            except openai.APIStatusError as error:
                # Compared with what this call asked for: another one may have stepped down meanwhile.
                if limit_name not in refused and refuses(error, limit_name):
                    refused.add(limit_name)
                    self._server.note(limit_name=_LIMITS[1 - _LIMITS.index(limit_name)])
                elif form + 1 < len(FORMS) and refuses(error, "response_format", "json_schema", "json_object"):
                    self._server.step_down(form + 1)
                else:
                    raise self._explained(error) from error
            except openai.APIError as error:
                raise self._explained(error) from error

    async def _chat(
        self, prompt: Prompt, body: dict[str, Any], limit_name: str, wanted: str, keep: Callable[[str], None]
    ) -> tuple[str, Decimal | None]:
        who, asked = self._attempt(prompt), body["messages"]
        call = await asyncio.to_thread(self._prepare, who, asked, wanted, prompt.max_output_tokens)
        while True:
            try:
                answer = await self._send(call, "/chat/completions", body, Completion)
                break
            except BudgetReached as reached:
                if not call.fits(reached):
                    raise
                body = {**body, limit_name: call.output_tokens}
        # No pause between answer and booking: a cancelled task would leave its attempt open.
        written = self._tokens.count(answer.choice.message.content or "", self.name)
        usage = answer.usage_or(Usage(call.load.tokens, written.tokens, estimated=True))
        if answer.is_whole and not is_cut(call.load, usage):
            keep(answer.choice.message.content or "")
        usd = self._settle(call, usage, answer.service_tier, ended=answer.choice.finish_reason is not None)
        self._check_limit(call, usage, was_cut=answer.choice.finish_reason == "length")
        if is_cut(call.load, usage):
            raise EndpointError(
                f"{self._where} read only {usage.input_tokens} of about {call.load.tokens} tokens: "
                "raise the server's context length, or ask with less evidence"
            )
        return answer.text(self._where, call.output_tokens), usd

    def _check_limit(self, call: Call, usage: Usage, *, was_cut: bool) -> None:
        """Raise `BudgetReached` where a cap is set and the server wrote more than it was allowed."""
        # Our own count of what was written may be too high.
        allowed = math.ceil(call.output_tokens * (UNKNOWN_MARGIN if usage.estimated else 1))
        over = self._server.learn_limit(usage.output_tokens, allowed, was_cut=was_cut)
        if over and self._terms.caps.are_set:
            raise BudgetReached(
                f"{self._where} wrote {usage.output_tokens} tokens where {call.output_tokens} were allowed, so no cap "
                "can hold there and nothing more is sent to it under one: use another server, or none of the caps"
            )

    def _cached_vectors(self, texts: Sequence[str], asking: Asking) -> dict[str, list[float]]:
        """Return the vectors that the cache holds, by text; where it holds all, that is booked."""
        kept = {} if self._cache is None else {
            text: found for text in texts if (found := self._cache.get(self._vector_key(text, asking))) is not None
        }  # fmt: skip
        if texts and len(kept) == len(set(texts)):
            costs = [one.usd for one in kept.values()]
            saved = None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))
            self._ledger.book_hit(self._embedding(asking), saved)
        return {text: vector_of(one.reply) for text, one in kept.items()}

    def _vector_key(self, text: str, asking: Asking) -> str:
        trusted = self._gate.is_trusted(self._base_url, self.name)
        return cache_key("vector", self._base_url, self.name, trusted, asking.level, text)

    def _embedding(self, asking: Asking) -> Attempt:
        return Attempt(asking.run, asking.question, "embedder", "embed", self.name, self._endpoint, asking.passages)

    async def _embed(self, texts: list[str], asking: Asking) -> list[list[float]]:
        who = self._embedding(asking)
        asked = [{"role": "", "content": text} for text in texts]
        call = await asyncio.to_thread(self._prepare, who, asked, "", 0)
        body = {"model": self.name, "input": texts, "encoding_format": "float"}
        try:
            answer = await self._send(call, "/embeddings", body, Embeddings)
        except openai.APIError as error:
            if isinstance(error, openai.NotFoundError):
                self._server.note(embeds=False)
            raise self._explained(error) from error
        usage = answer.usage_or(Usage(call.load.tokens, estimated=True))
        usd = self._settle(call, usage, answer.service_tier, ended=True)
        vectors = answer.vectors(len(texts), self._where)
        self._server.note(embeds=True)
        if self._cache is not None:
            each = None if usd is None else usd / len(texts)
            for text, vector in zip(texts, vectors, strict=True):
                self._cache.put(self._vector_key(text, asking), KeptReply(vector_text(vector), each))
        return vectors

    def _attempt(self, prompt: Prompt) -> Attempt:
        return Attempt(
            prompt.run, prompt.question, prompt.agent, prompt.step, self.name, self._endpoint, prompt.passages
        )

    def _prepare(self, who: Attempt, asked: list[SentMessage], schema: str, output_tokens: int) -> Call:
        """Return the call to make, with the tokens that are counted in `asked`.

        Slow the first time (token tables, prices and energy data are loaded), therefore kept off the event loop.
        """
        count = self._tokens.count("\n".join(message["content"] for message in asked), self.name)
        around = self._tokens.count(schema, self.name).tokens + _FRAME_TOKENS  # what the server may add to the messages
        self._terms.energy.measure(self.name, self._base_url, output_tokens=0, seconds=0.0)
        load = Load(count.tokens, count.tokens + around, count.margin)
        call = Call(self._terms, who, self._server, load, output_tokens, self._price)
        call.price  # noqa: B018 - looked up here for the first time
        return call

    def _price(self, input_tokens: int, tier: str | None = None) -> Price | None:
        return self._prices.look_up(self.name, self._base_url, input_tokens=input_tokens, tier=tier)

    async def _send(self, call: Call, path: str, body: dict[str, Any], kind: type[Body]) -> Body:
        """Return what the server answered; the call's last attempt is open then, and closed when this raises."""
        token = CURRENT_CALL.set(call)
        try:
            response = await self._client.post(path, body=body, cast_to=httpx2.Response)
        finally:
            CURRENT_CALL.reset(token)
        try:
            return read(response, kind, self._where, secret=self._key)
        except EndpointError:
            if is_unread(response):
                call.lose()
            else:
                call.fail()
            raise
        except BaseException:
            call.lose()
            raise

    def _settle(self, call: Call, usage: Usage, tier: str | None, *, ended: bool) -> Decimal | None:
        # Learned first: who sees the call closed, in another process too, knows how the server counts.
        self._server.learn_tokens(call.load, usage)
        self._server.note(reports_usage=not usage.estimated)
        price = self._price(usage.input_tokens, tier)
        return call.settle(usage, price=price, tier=tier, status="ok" if ended else "failed")

    def _explained(self, error: openai.APIError) -> EndpointError:
        return explain(error, self._where, self._terms.longest, secret=self._key)


def _question(prompt: Prompt, name: str, wanted: str, form: str) -> dict[str, Any]:
    """Return the messages of a prompt and, where the server takes one, the format that is asked for."""
    system, asked = prompt.system, {}
    if form == "json_schema":
        schema = {"name": name, "schema": json.loads(wanted), "strict": True}
        asked = {"response_format": {"type": form, "json_schema": schema}}
    else:
        system += f"\n\nAnswer with one JSON object that fits this JSON schema, and with nothing else:\n{wanted}"
        if form == "json_object":
            asked = {"response_format": {"type": form}}
    text = "\n\n".join(part.text for part in prompt.parts)
    return {"messages": [{"role": "system", "content": system}, {"role": "user", "content": text}], **asked}
