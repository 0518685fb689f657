"""The model port over the Chat Completions wire format, which nearly every server speaks."""

import asyncio
import json
import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from pydantic import ValidationError

from .errors import EndpointError, MalformedReply
from .gate import LOOPBACK, Gate, is_loopback
from .ledger import Attempt, Caps, Ledger, Usage
from .model import Prompt, Reply
from .model_failure import explain, refuses
from .model_meter import CURRENT_CALL, Call, MeteredClient
from .model_reply import Body, Completion, Embeddings, complaint, is_no_json, object_in, read, strict_schema
from .prices import Prices
from .tokens import TokenCounter
from .types import Level

Message = dict[str, str]

# Ways to ask for JSON, the strictest first; the last asks in words alone.
_FORMS = ("json_schema", "json_object", "words")
_FRAME_TOKENS = 64  # what a chat template adds around the messages
_TEXTS_PER_CALL = 128
# A prompt shorter than this fits every context, and its token count says little.
_CUT_FROM_TOKENS = 1000


class OpenAIModel:
    """One model at one OpenAI-compatible endpoint.

    What the server refused (strict schemas, the newer name of the output limit) is remembered for the life of the
    object. Retries are those of the client library alone: at most `max_retries` after the first attempt, on timeouts,
    broken connections, 408, 409, 429 and 5xx. Every attempt is booked in `ledger` and bounded by `caps`.
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
    ) -> None:
        self.name = model
        self._base_url = base_url
        self._ledger, self._prices, self._tokens, self._caps = ledger, prices, tokens, caps
        self._gate = Gate(trusted, allowed)
        self._timeout_seconds = timeout_seconds
        self._slots = asyncio.Semaphore(max_concurrency)
        is_near = is_loopback(base_url) or self._gate.is_trusted(base_url, model)
        self._endpoint = urlsplit(base_url).netloc
        self._where = f"{self._endpoint} (model {model!r})"
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",  # local servers want none; the metered client sends the true one or nothing
            max_retries=max_retries,
            timeout=timeout_seconds,
            http_client=MeteredClient(
                key=api_key,
                timeout=timeout_seconds,
                # A proxy from the environment would see what is meant for this machine or a trusted one.
                trust_env=not is_near,
                verify=httpx2.create_ssl_context(),  # honours SSL_CERT_FILE even so
            ),
        )
        self._form = 0
        self._limit_name = "max_completion_tokens"
        self._margin = 1.0

    async def parse(self, prompt: Prompt, schema: type[Reply]) -> Reply:
        """Return the answer as an object of `schema`; see `Model.parse`.

        At most three answers are paid for: one that ignored the schema, one asked for in words, one repair.
        """
        self._gate.check(self._base_url, self.name, prompt.level)
        correction: list[Message] = []
        async with self._slots:
            while True:
                form, text = await self._complete(prompt, schema, correction)
                try:
                    return schema.model_validate_json(object_in(text))
                except ValidationError as error:
                    if form == 0 and is_no_json(error):
                        self._form = max(self._form, 1)
                        continue
                    problem = complaint(error)
                    if correction:
                        raise MalformedReply(
                            f"{self._where} answered twice in a form not asked for ({problem}): try a larger model"
                        ) from error
                    correction = [
                        {"role": "assistant", "content": text},
                        {
                            "role": "user",
                            "content": f"That does not fit: {problem}. Answer with the mended JSON alone.",
                        },
                    ]

    async def embed(self, texts: Sequence[str], *, level: Level, run: str) -> list[list[float]]:
        """Return one vector per text; see `Model.embed`. Texts go out 128 at a time."""
        self._gate.check(self._base_url, self.name, level)
        vectors: list[list[float]] = []
        async with self._slots:
            for start in range(0, len(texts), _TEXTS_PER_CALL):
                vectors += await self._embed(list(texts[start : start + _TEXTS_PER_CALL]), run)
        return vectors

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _complete(self, prompt: Prompt, schema: type[Reply], correction: list[Message]) -> tuple[int, str]:
        """Return the form that was asked for in the end, and the answer's text."""
        while True:
            form, limit_name = self._form, self._limit_name
            body: dict[str, Any] = {"model": self.name, limit_name: prompt.max_output_tokens}
            wanted = json.dumps(strict_schema(schema), ensure_ascii=False)
            body |= _question(prompt, schema.__name__, wanted, _FORMS[form])
            body["messages"] += correction
            try:
                return form, await self._chat(prompt, body, wanted)
            except openai.APIStatusError as error:
                # Compared with what this call asked for: another one may have stepped down meanwhile.
                if limit_name == "max_completion_tokens" and refuses(error, limit_name):
                    self._limit_name = "max_tokens"
                elif form + 1 < len(_FORMS) and refuses(error, "response_format", "json_schema", "json_object"):
                    self._form = max(self._form, form + 1)
                else:
                    raise explain(error, self._where, self._timeout_seconds) from error
            except openai.APIError as error:
                raise explain(error, self._where, self._timeout_seconds) from error

    async def _chat(self, prompt: Prompt, body: dict[str, Any], wanted: str) -> str:
        who = Attempt(prompt.run, prompt.question, prompt.agent, prompt.step, self.name, self._endpoint)
        asked = "\n".join(message["content"] for message in body["messages"])
        count, call = await asyncio.to_thread(self._prepare, who, asked, wanted, prompt.max_output_tokens)
        answer = await self._send(call, "/chat/completions", body, Completion)
        # No pause between answer and booking: a cancelled task would leave its attempt open.
        written = self._tokens.count(answer.choice.message.content or "", self.name)
        usage = answer.usage_or(Usage(count, written.tokens, estimated=True))
        self._settle(call, usage, answer.service_tier, ended=answer.choice.finish_reason is not None)
        self._learn(usage, count)
        return answer.text(self._where, prompt.max_output_tokens)

    async def _embed(self, texts: list[str], run: str) -> list[list[float]]:
        who = Attempt(run, "", "embedder", "embed", self.name, self._endpoint)
        count, call = await asyncio.to_thread(self._prepare, who, "\n".join(texts), "", 0)
        body = {"model": self.name, "input": texts, "encoding_format": "float"}
        try:
            answer = await self._send(call, "/embeddings", body, Embeddings)
        except openai.APIError as error:
            raise explain(error, self._where, self._timeout_seconds) from error
        self._settle(call, answer.usage_or(Usage(count, estimated=True)), answer.service_tier, ended=True)
        return answer.vectors(len(texts), self._where)

    def _prepare(self, who: Attempt, asked: str, schema: str, output_tokens: int) -> tuple[int, Call]:
        """Return the tokens counted in `asked` and the call to make, with its worst case and its price.

        Slow the first time (token tables and prices are loaded), therefore kept off the event loop.
        """
        count = self._tokens.count(asked, self.name)
        around = self._tokens.count(schema, self.name).tokens + _FRAME_TOKENS
        worst = math.ceil((count.tokens + around) * max(count.margin, self._margin))
        price = self._prices.look_up(self.name, self._base_url, input_tokens=worst)
        return count.tokens, Call(self._ledger, who, worst, output_tokens, price, self._caps)

    async def _send(self, call: Call, path: str, body: dict[str, Any], kind: type[Body]) -> Body:
        """Return what the server answered; the call's last attempt is open then, and closed when this raises."""
        token = CURRENT_CALL.set(call)
        try:
            response = await self._client.post(path, body=body, cast_to=httpx2.Response)
        finally:
            CURRENT_CALL.reset(token)
        try:
            return read(response, kind, self._where)
        except EndpointError:
            call.fail(billed=False)
            raise

    def _settle(self, call: Call, usage: Usage, tier: str | None, *, ended: bool) -> None:
        price = call.price
        if tier not in (None, "auto", "default"):
            price = self._prices.look_up(self.name, self._base_url, input_tokens=usage.input_tokens, tier=tier)
        call.settle(usage, price=price, status="ok" if ended else "failed")

    def _learn(self, usage: Usage, counted: int) -> None:
        """Widen the margin when the server counts more than we do, and notice a prompt that it cut."""
        if usage.estimated or counted < _CUT_FROM_TOKENS:
            return
        self._margin = max(self._margin, usage.input_tokens / counted)
        # Some local servers drop the head of a prompt that is longer than their context, and say nothing.
        if 2 * usage.input_tokens < counted:
            raise EndpointError(
                f"{self._where} read only {usage.input_tokens} of about {counted} tokens: "
                "raise the server's context length, or ask with less evidence"
            )


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
