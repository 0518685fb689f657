"""The model port over the Chat Completions wire format, which nearly every server speaks."""

import asyncio
import json
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import openai
from pydantic import BaseModel, ValidationError

from ..core.errors import BudgetReached, CoscribeError, EndpointError, MalformedReply
from ..core.hosts import LOOPBACK
from ..money.caps import Caps
from ..money.energy import EnergyMeter
from ..money.estimate import Rate, Weight
from ..money.ledger import Attempt, Ledger, Usage
from ..money.prices import Prices
from ..money.rate_limit import RateLimit
from ..money.tokens import UNKNOWN_MARGIN, TokenCounter
from .cache import KeptReply, ReplyCache, cache_key, vector_of, vector_text
from .connection import ModelConnection
from .gate import Gate
from .meter import Call, CallTerms
from .port import Asking, Prompt, Reply
from .reply.answer import answer_in, complaint, is_no_json
from .reply.body import Completion, Embeddings
from .reply.content import ReplyMessage
from .reply.json_schema import strict_schema
from .reply.refusal import Room, refuses, rejected_in, room_in
from .reply.usage import booked
from .request import FORMS, LIMIT_NAMES, SentMessage, correction, question, reminder
from .server_record import is_cut
from .servers import Servers

_TEXTS_PER_CALL = 128
_LEAST_ROOM = 64  # output tokens that are worth asking for


class _Said(NamedTuple):
    """What a model said, to which form of the question, and what that cost; `None` is unknown."""

    message: ReplyMessage
    form: int
    usd: Decimal | None


class OpenAIModel:
    """One model at one OpenAI-compatible endpoint.

    What the server refused (strict schemas, the newer name of the output limit) and how it counts tokens is remembered,
    in `servers` beyond the life of the object. An answer may have `max_output_tokens`, and thoughts as many again as
    they were seen to need; a server that takes less says so, and is asked for that. Retries are those of the client
    library alone: at most `max_retries` after the first attempt, on timeouts, broken connections, 408, 409, 429 and
    5xx. Every attempt is booked in `ledger`, bounded by `caps` and held back by `limit`. What `cache` holds an answer
    to is not sent at all.
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
        max_output_tokens: int = 1500,
        max_concurrency: int = 4,
        cache: ReplyCache | None = None,
        servers: Servers | None = None,
        limit: RateLimit | None = None,
        energy: EnergyMeter | None = None,
    ) -> None:
        self.name = model
        self._base_url, self._ledger = base_url, ledger
        self._gate = Gate(trusted, allowed)
        self._cache, self._most = cache, max_output_tokens
        self._slots = asyncio.Semaphore(max_concurrency)
        self._endpoint = urlsplit(base_url).netloc
        self._where = f"{self._endpoint} (model {model!r})"
        self._terms = CallTerms(ledger, base_url, self._where, caps, limit, energy or EnergyMeter(), timeout_seconds)
        self._line = ModelConnection(
            model, self._terms, key=api_key or "", gate=self._gate, prices=prices, tokens=tokens, servers=servers,
            max_retries=max_retries,
        )  # fmt: skip
        self._server = self._line.server

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
        asked = question(prompt, schema.__name__, wanted, FORMS[self._server.form])["messages"]
        call = self._line.prepare(self._attempt(prompt), asked, wanted, self._limit(prompt))
        is_kept = self._cache is not None and self._cache.get(self._cache_key(prompt, wanted)) is not None
        rate = Rate(self.name, call.price, self._terms.longest)
        most = self._server.most(call.load, is_capped=False)
        expected = self._server.expected(call.load)
        return Weight(rate, expected, most, call.output_tokens, is_kept, prompt.is_sure)

    @property
    def rate(self) -> Rate:
        """What tokens and seconds cost here, for prompts of common length."""
        return Rate(self.name, self._line.price(), self._terms.longest)

    async def close(self) -> None:
        """Close the connections."""
        await self._line.close()

    def _cache_key(self, prompt: Prompt, wanted: str) -> str:
        """Return where an answer is kept: never under one key for two levels, or for a host before and after trust."""
        trusted = self._gate.is_trusted(self._base_url, self.name)
        parts = [part.text for part in prompt.parts]
        return cache_key(
            self._base_url, self.name, trusted, prompt.level, prompt.round, prompt.system, parts, wanted,
            self._limit(prompt),
        )  # fmt: skip

    def _limit(self, prompt: Prompt) -> int:
        return prompt.max_output_tokens or self._most

    async def _converse(self, prompt: Prompt, schema: type[Reply], wanted: str, key: str) -> tuple[Reply, KeptReply]:
        """Ask until the answer is an object of `schema`, and return it with its text and what all answers cost."""

        def keep(said: ReplyMessage) -> None:
            # Before it is booked: whatever ends the program then, what was paid is not asked again. Its price follows.
            with suppress(ValidationError, CoscribeError):
                if self._cache is not None:
                    self._cache.put(key, KeptReply(answer_in(said.texts, schema)[1], None))

        mending: list[SentMessage] = []
        paid: Decimal | None = Decimal(0)
        least = 0
        while True:
            said = await self._complete(prompt, schema.__name__, wanted, mending, least, keep)
            paid = _sum(paid, said.usd)
            try:
                reply, text = answer_in(said.message.texts, schema)
                return reply, KeptReply(text, paid)
            except ValidationError as error:
                lack, problem = said.message.lack, complaint(error)
                if said.form == 0 and is_no_json(error) and not lack:
                    least = 1
                    self._server.ignore_schema()
                    continue
                if mending and lack:
                    raise MalformedReply(f"{self._where} {lack}, and did so again: use another model") from error
                if mending:
                    raise MalformedReply(
                        f"{self._where} answered twice in a form not asked for ({problem}): try a larger model"
                    ) from error
                # Who wrote nothing may not have been shown the schema: now it is told.
                least = max(least, 1 if lack else 0)
                mending = reminder(lack) if lack else correction(said.message.content or "", problem)

    async def _complete(
        self,
        prompt: Prompt,
        name: str,
        wanted: str,
        mending: list[SentMessage],
        least: int,
        keep: Callable[[ReplyMessage], None],
    ) -> _Said:
        """Return what was said in the end, stepping down where the server refuses how, or for how much, it is asked.

        `least` is the strictest form that this question may still be asked in.
        """
        tried: set[str] = set()
        paid: Decimal | None = Decimal(0)
        room = None
        while True:
            form, limit_name = max(self._server.form, least), self._server.limit_name
            body: dict[str, Any] = {"model": self.name, **question(prompt, name, wanted, FORMS[form])}
            body["messages"] += mending
            call = await asyncio.to_thread(
                self._line.prepare, self._attempt(prompt), body["messages"], wanted, self._limit(prompt), room
            )
            try:
                answer, thought, usd = await self._chat(call, body, limit_name, keep)
            except openai.APIStatusError as error:
                if rejected := rejected_in(error):
                    return _Said(ReplyMessage(content=rejected), form, None)
                found = room_in(error, asked=call.output_tokens, counted=call.load.whole)
                # Compared with what this call asked for: another one may have stepped down meanwhile.
                if found is not None and "room" not in tried:
                    tried.add("room")
                    room = self._fit(call, found)
                elif found is None and limit_name not in tried and refuses(error, limit_name):
                    tried.add(limit_name)
                    self._server.note(limit_name=LIMIT_NAMES[1 - LIMIT_NAMES.index(limit_name)])
                elif form + 1 < len(FORMS) and refuses(error, "response_format", "json_schema", "json_object"):
                    self._server.step_down(form + 1)
                    room = None  # the schema lengthens the prompt now
                    tried.discard("room")
                else:
                    raise self._line.explained(error) from error
                continue
            except openai.APIError as error:
                raise self._line.explained(error) from error
            paid = _sum(paid, usd)
            if not answer.choice.was_cut:
                return _Said(answer.choice.message, form, paid)
            if thought:
                self._server.learn_thinking(thought)
            if not thought or "thinking" in tried or self._allowed(prompt, call, room) <= call.output_tokens:
                raise self._cut(prompt, call, thought)
            tried.add("thinking")

    def _allowed(self, prompt: Prompt, call: Call, room: int | None) -> int:
        return room or self._server.allowed(self._limit(prompt), call.load)

    def _fit(self, call: Call, found: Room) -> int:
        """Take over what the server said that it takes, and return how many output tokens that leaves to this call.

        Raises `EndpointError` where it leaves none.
        """
        self._server.learn_room(output=found.output, context=found.context)
        if found.output:
            return found.output
        prompt = found.prompt or self._server.expected(call.load)
        left = found.context - prompt
        if left < _LEAST_ROOM:
            raise EndpointError(
                f"{self._where} takes {found.context} tokens and the prompt alone has about {prompt}: "
                "raise the server's context length, or use a model that takes more"
            )
        return left if left < call.output_tokens else call.output_tokens // 2  # it counts the prompt as longer than we

    def _cut(self, prompt: Prompt, call: Call, thought: int) -> MalformedReply:
        """Return what to raise for an answer that was cut off, with what can be done about it."""
        if call.output_tokens < self._limit(prompt) + self._server.thinking:
            does_fit = self._server.is_bounded
            advice = "the server takes no more: use a model that does" if does_fit else "a cap left no more: raise it"
        elif prompt.max_output_tokens is None:
            advice = f"set max_output_tokens higher than {self._most}, or use a model that writes less"
        else:
            advice = "use a model that writes less"
        spent = f" ({thought} of them thoughts)" if thought else ""
        return MalformedReply(f"{self._where} was cut off at {call.output_tokens} output tokens{spent}: {advice}")

    async def _chat(
        self, call: Call, body: dict[str, Any], limit_name: str, keep: Callable[[ReplyMessage], None]
    ) -> tuple[Completion, int, Decimal | None]:
        """Return an answer that is whole or cut, the tokens of the thoughts that took most of it, and what it cost."""
        while True:
            try:
                answer = await self._line.send(
                    call, "/chat/completions", {**body, limit_name: call.output_tokens}, Completion
                )
                break
            except BudgetReached as reached:
                if not call.fits(reached):
                    raise
        # No pause between answer and booking: a cancelled task would leave its attempt open.
        said, was_cut = answer.choice.message, answer.choice.was_cut
        written, thoughts = map(self._line.count, (said.everything, said.thoughts))
        output = max(written, call.output_tokens) if was_cut else written
        usage = booked(answer.usage, Usage(call.load.tokens, output, estimated=True), written=written)
        if answer.is_whole and not is_cut(call.load, usage):
            keep(said)
        usd = self._line.settle(call, usage, answer.service_tier, ended=not answer.choice.broke_off)
        self._check_limit(call, usage, was_cut=was_cut)
        if is_cut(call.load, usage):
            raise EndpointError(
                f"{self._where} read only {usage.input_tokens} of about {call.load.tokens} tokens: "
                "raise the server's context length, or use a model that takes more"
            )
        answer.check(self._where)
        return answer, answer.thought(usage, thoughts), usd

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
        call = await asyncio.to_thread(self._line.prepare, who, asked, "", 0)
        body = {"model": self.name, "input": texts, "encoding_format": "float"}
        try:
            answer = await self._line.send(call, "/embeddings", body, Embeddings)
        except openai.APIError as error:
            if isinstance(error, openai.NotFoundError):
                self._server.note(embeds=False)
            raise self._line.explained(error) from error
        usage = answer.usage_or(Usage(call.load.tokens, estimated=True))
        usd = self._line.settle(call, usage, answer.service_tier, ended=True)
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


def _sum(paid: Decimal | None, usd: Decimal | None) -> Decimal | None:
    return None if paid is None or usd is None else paid + usd
