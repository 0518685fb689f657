"""The bodies of successful responses: an answer, or vectors, and what either cost."""

import json
from typing import Annotated, Any, TypeVar

import httpx2
from pydantic import BaseModel, BeforeValidator, FiniteFloat, ValidationError, WrapValidator, model_validator

from ...core.errors import EndpointError
from ...money.ledger import Usage
from .answer import brief, complaint
from .content import ReplyMessage, ReportedText
from .refusal import REJECTED, hide
from .stream import streamed
from .usage import TokenCounts, booked, counts_in, counts_in_ruins, if_sound

_NO_JSON = (ValueError, RecursionError)  # what a body brings that is none, or is nested without end
# What others call a cut at the limit of output tokens, or what no answer is given for.
_CUT = ("length", "max_tokens", "max_output_tokens", "model_length")
_BROKEN = ("", "error")
_FILTERED = ("content_filter", "safety", "recitation", "sensitive", "refusal")


def _nothing_for_null(value: object) -> object:
    return {} if value is None else value


class Choice(BaseModel):
    """One answer; without a `finish_reason` it was cut short."""

    message: Annotated[ReplyMessage, BeforeValidator(_nothing_for_null)] = ReplyMessage()
    finish_reason: ReportedText = None

    @model_validator(mode="before")
    @classmethod
    def _older(cls, told: Any) -> Any:
        # Servers of the time before chats give the text itself.
        if isinstance(told, dict) and "message" not in told and "text" in told:
            return {**told, "message": {"content": told["text"]}}
        return told

    @property
    def ended(self) -> str:
        """How it ended, in small letters; empty where it broke off."""
        return (self.finish_reason or "").lower()

    @property
    def broke_off(self) -> bool:
        """Whether it ended in the middle."""
        return self.ended in _BROKEN

    @property
    def was_cut(self) -> bool:
        """Whether it reached the limit of output tokens."""
        return self.ended in _CUT

    @property
    def was_declined(self) -> bool:
        """Whether the model or a filter would not answer."""
        return bool(self.message.refusal) or self.ended in _FILTERED


class ReplyBody(BaseModel):
    """What every answer may hold."""

    usage: Annotated[TokenCounts | None, WrapValidator(if_sound)] = None
    service_tier: ReportedText = None

    def usage_or(self, estimate: Usage) -> Usage:
        """Return the reported token counts, and those of `estimate` where the server did not count."""
        return booked(self.usage, estimate, written=estimate.output_tokens)


class Completion(ReplyBody):
    """An answer of `/chat/completions`."""

    choices: Annotated[list[Choice], BeforeValidator(lambda value: [] if value is None else value)] = []

    @property
    def choice(self) -> Choice:
        """The first choice; we never ask for more."""
        return self.choices[0] if self.choices else Choice()

    @property
    def is_whole(self) -> bool:
        """Whether the answer is finished, and neither cut nor declined."""
        return not (self.choice.broke_off or self.choice.was_cut or self.choice.was_declined)

    def thought(self, usage: Usage, counted: int) -> int:
        """Return the tokens of reasoning where it took most of what was written, else 0.

        `counted` are those of the thoughts that can be seen, which not every server reports.
        """
        tokens = max(usage.reasoning_tokens, counted)
        return tokens if tokens and 2 * tokens >= usage.output_tokens else 0

    def check(self, where: str) -> None:
        """Raise `EndpointError` where the answer broke off, or the model or a filter declined."""
        if self.choice.broke_off:
            raise EndpointError(f"{where} broke off in the middle of its answer: try again, or check the server's log")
        if self.choice.was_declined and not self.choice.was_cut:
            why = brief(self.choice.message.refusal or "content filter")
            raise EndpointError(f"{where} declined to answer ({why}): use another model")


class Vector(BaseModel):
    """The vector of the text at `index` of the request."""

    index: int
    embedding: list[FiniteFloat]


class Embeddings(ReplyBody):
    """An answer of `/embeddings`."""

    data: list[Vector]

    def vectors(self, count: int, where: str) -> list[list[float]]:
        """Return the vectors in the order of the texts; `EndpointError` unless there are `count` of one length."""
        vectors = [vector.embedding for vector in sorted(self.data, key=lambda vector: vector.index)]
        if len(vectors) != count or len({len(vector) for vector in vectors}) != 1:
            raise EndpointError(
                f"{where} returned {len(vectors)} vectors for {count} texts, or uneven ones: use another"
            )
        return vectors


Body = TypeVar("Body", bound=ReplyBody)


def read(response: httpx2.Response, kind: type[Body], where: str, *, secret: str = "") -> Body:
    """Return the answer in a successful response; `EndpointError` where it is none, or holds an error.

    `secret` is the key that was sent: an error never repeats it.
    """
    try:
        body = _parsed(response)
    except _NO_JSON as error:
        found = response.headers.get("content-type", "no content type").partition(";")[0]
        raise EndpointError(
            f"{where} answered with {found} instead of json: check base_url (it often ends in /v1)"
        ) from error
    if failure := isinstance(body, dict) and body.get("error"):
        reason = failure.get("message", failure) if isinstance(failure, dict) else failure
        raise EndpointError(
            f"{where} answered with an error: {brief(hide(str(reason), secret))}; check the server's log"
        )
    try:
        answer = kind.model_validate(body)
    except ValidationError as error:
        raise EndpointError(f"{where} answered in an unknown form ({complaint(error)}): check base_url") from error
    return answer.model_copy(update={"usage": counts_in(body)})


def reported_in(response: httpx2.Response) -> TokenCounts | None:
    """Return the token counts in a response, whatever else is wrong with it."""
    try:
        return counts_in(_parsed(response))
    except _NO_JSON:
        return counts_in_ruins(response.text)


def was_worked_for(response: httpx2.Response) -> bool:
    """Tell whether a response that is no success shows what the model wrote all the same."""
    return f'"{REJECTED}"' in response.text


def is_unread(response: httpx2.Response) -> bool:
    """Tell whether a success that `read` refuses may hold a paid answer: a web page or an error does not."""
    try:
        body = _parsed(response)
    except _NO_JSON:
        return "html" not in response.headers.get("content-type", "")
    return not (isinstance(body, dict) and body.get("error"))


def _parsed(response: httpx2.Response) -> Any:
    """Return the JSON of a body, or of the pieces it came in; what stands behind the JSON is left out.

    Raises ValueError or RecursionError where there is none.
    """
    try:
        return response.json()
    except _NO_JSON:
        text = response.text.lstrip("\ufeff \r\n\t")
        if (told := streamed(text)) is not None:
            return told
        if text.startswith("{"):
            return json.JSONDecoder().raw_decode(text)[0]
        raise
