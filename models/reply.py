"""What a server answered: its JSON, its text, its token counts, and the schema it was asked to keep to."""

from functools import cache
from typing import Annotated, Any, TypeVar

import httpx2
import openai
from pydantic import (
    BaseModel,
    BeforeValidator,
    FiniteFloat,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import GenerateJsonSchema

from ..core.errors import EndpointError, MalformedReply
from ..core.text import one_line, without_controls
from ..money.ledger import Usage

_NEXT = {
    400: "check the model's features and its context length",
    404: "check the model's name and base_url",
    413: "ask for less at once",
    429: "wait, lower the number of calls at once, or raise the quota",
}


def _reason(error: openai.APIStatusError) -> str:
    """Return what the server itself said, without the wrapping of the client library."""
    body = error.body
    if isinstance(body, dict):
        return str(body.get("message") or body.get("detail") or body.get("error") or body)
    return "a web page" if "html" in error.response.headers.get("content-type", "") else str(body or "")


def refuses(error: openai.APIStatusError, *names: str) -> bool:
    """Tell whether the server refused a field of the request, as it named it."""
    text = error.response.text.lower()
    return error.status_code in (400, 404, 415, 422, 500, 501) and any(name in text for name in names)


_SHORTEST_KEY = 8
_MOST_TOKENS = 100_000_000  # in or out of a call: ten times what any model takes
_FEWEST = 8  # one token of theirs is never so many of ours
_NO_JSON = (ValueError, RecursionError)  # what a body brings that is none, or is nested without end


class _StrictSchema(GenerateJsonSchema):
    """The subset of JSON schema that strict servers take: all fields required, none besides, no defaults."""

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def model_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().model_schema(schema), "additionalProperties": False}


@cache
def strict_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a pydantic model in the form that servers with strict schemas accept."""
    made: dict[str, Any] = _bare_references(schema.model_json_schema(schema_generator=_StrictSchema))
    return made


def _bare_references(node: Any) -> Any:
    # Strict servers refuse a `$ref` that has a description beside it.
    if isinstance(node, list):
        return [_bare_references(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    return {key: _bare_references(value) for key, value in node.items()}


def brief(text: str, limit: int = 200) -> str:
    """Return what a server said as the part of a one-line message."""
    line = one_line(without_controls(text))
    return line if len(line) <= limit else line[:limit] + "…"


def hide(text: str, secret: str) -> str:
    """Return what a server said without the key that it was sent; a stand-in like "none" is no secret."""
    return text.replace(secret, "[key]") if len(secret) >= _SHORTEST_KEY else text


def _if_sound(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Return what servers should have said, and nothing where it is nonsense: an answer is not lost for its counts."""
    try:
        sound = handler(value)
    except ValidationError:
        return None
    return sound if not isinstance(sound, int) or 0 <= sound <= _MOST_TOKENS else None


ReportedCount = Annotated[int | None, WrapValidator(_if_sound)]


def _whole(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


# JSON can name half of a character, and no screen or store takes one.
UnicodeText = Annotated[str, BeforeValidator(_whole)]


class Tokens(BaseModel):
    """A number of tokens of a kind, as details objects hold it."""

    cached_tokens: ReportedCount = None
    reasoning_tokens: ReportedCount = None


class TokenCounts(BaseModel):
    """The token counts of an answer; servers leave out or null whatever they do not count, or say what cannot be."""

    prompt_tokens: ReportedCount = None
    completion_tokens: ReportedCount = None
    total_tokens: ReportedCount = None
    prompt_tokens_details: Annotated[Tokens | None, WrapValidator(_if_sound)] = None
    completion_tokens_details: Annotated[Tokens | None, WrapValidator(_if_sound)] = None

    @property
    def output_tokens(self) -> int:
        """The output with its reasoning, which some servers count in the total alone."""
        return max(self.completion_tokens or 0, (self.total_tokens or 0) - (self.prompt_tokens or 0))


class ReplyMessage(BaseModel):
    """What the model said, or why it would not."""

    content: UnicodeText | None = None
    refusal: UnicodeText | None = None


class Choice(BaseModel):
    """One answer; without a `finish_reason` it was cut short."""

    message: ReplyMessage = ReplyMessage()
    finish_reason: UnicodeText | None = None


class ReplyBody(BaseModel):
    """What every answer may hold."""

    usage: Annotated[TokenCounts | None, WrapValidator(_if_sound)] = None
    service_tier: UnicodeText | None = None

    def usage_or(self, estimate: Usage) -> Usage:
        """Return the reported token counts, or `estimate` where the server did not count the input.

        Nor is a count believed that is far too small for what was written.
        """
        if (
            self.usage is None
            or not self.usage.prompt_tokens
            or self.usage.output_tokens * _FEWEST < estimate.output_tokens
        ):
            return estimate
        asked, told = self.usage.prompt_tokens_details or Tokens(), self.usage.completion_tokens_details or Tokens()
        return Usage(
            input_tokens=self.usage.prompt_tokens,
            output_tokens=self.usage.output_tokens,
            cached_tokens=min(asked.cached_tokens or 0, self.usage.prompt_tokens),
            reasoning_tokens=min(told.reasoning_tokens or 0, self.usage.output_tokens),
        )


class Completion(ReplyBody):
    """An answer of `/chat/completions`."""

    choices: list[Choice] = []

    @property
    def choice(self) -> Choice:
        """The first choice; we never ask for more."""
        return self.choices[0] if self.choices else Choice()

    @property
    def is_whole(self) -> bool:
        """Whether the answer is finished, and neither cut nor declined."""
        declined = self.choice.message.refusal or self.choice.finish_reason == "content_filter"
        return not declined and self.choice.finish_reason not in (None, "length")

    def text(self, where: str, limit: int) -> str:
        """Return the text of a finished answer.

        Raises `MalformedReply` where it was cut at `limit` output tokens, `EndpointError` where it broke off or the
        model or a filter declined.
        """
        reason, message = self.choice.finish_reason, self.choice.message
        if reason is None:
            raise EndpointError(f"{where} broke off in the middle of its answer: try again, or check the server's log")
        if reason == "length":
            raise MalformedReply(
                f"{where} was cut off at {limit} output tokens: ask for less, or allow more output tokens"
            )
        if reason == "content_filter" or message.refusal:
            why = brief(message.refusal or "content filter")
            raise EndpointError(f"{where} declined to answer ({why}): use another model")
        return message.content or ""


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
        body = response.json()
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
        return kind.model_validate(body)
    except ValidationError as error:
        raise EndpointError(f"{where} answered in an unknown form ({complaint(error)}): check base_url") from error


def is_unread(response: httpx2.Response) -> bool:
    """Tell whether a success that `read` refuses may hold a paid answer: a web page or an error does not."""
    try:
        body = response.json()
    except _NO_JSON:
        return "html" not in response.headers.get("content-type", "")
    return not (isinstance(body, dict) and body.get("error"))


def object_in(text: str) -> str:
    """Return the JSON object in an answer, without the thinking before it and the code fence around it."""
    answer = text.rpartition("</think>")[2]
    return answer[answer.find("{") : answer.rfind("}") + 1] or answer


def is_no_json(error: ValidationError) -> bool:
    """Tell whether an answer failed for not being JSON at all."""
    return any(problem["type"] == "json_invalid" for problem in error.errors())


def complaint(error: ValidationError) -> str:
    """Return in one line what an answer lacks, for the model to mend it."""
    problems = error.errors(include_url=False)[:5]
    return brief("; ".join(f"{'.'.join(map(str, p['loc'])) or 'the answer'}: {p['msg']}" for p in problems), 500)


def explain(error: openai.APIError, where: str, timeout_seconds: float, *, secret: str = "") -> EndpointError:
    """Return the `EndpointError` to raise for `error`; `where` names the host and the model.

    A server may say the key it was sent (`secret`) in its answer: it is not repeated.
    """
    match error:
        case openai.APITimeoutError():
            text = f"{where} did not answer within {timeout_seconds:g} s: check the server, or allow more time"
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.ConnectError):
            text = f"{where} cannot be reached: check that the server runs and base_url is right"
        case openai.APIConnectionError():
            text = f"{where} hung up before it answered: check the server's log, then try again"
        case openai.APIStatusError() if error.response.is_redirect:
            target = brief(hide(error.response.headers.get("location", "nowhere"), secret))
            text = f"{where} redirects to {target!r}, which is not followed: set base_url to the final address"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            text = f"{where}: the key was refused ({error.status_code}): check the key variable and the key's rights"
        case openai.APIStatusError():
            default = "check the server's log, then try again" if error.status_code >= 500 else _NEXT[400]
            reason = brief(hide(_reason(error), secret))
            said = f": {reason}" if reason else ""
            text = f"{where} answered {error.status_code}{said}; {_NEXT.get(error.status_code, default)}"
        case _:
            text = f"{where} failed: {brief(hide(str(error), secret))}; check the server's log"
    return EndpointError(text)
