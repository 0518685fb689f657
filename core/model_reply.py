"""What a server answered: its JSON, its text, its token counts, and the schema it was asked to keep to."""

from collections.abc import Mapping
from typing import Any

import httpx2
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ValidationError, core_schema

from .errors import EndpointError, MalformedReply
from .ledger import Usage
from .text import one_line, without_controls


class _StrictSchema(GenerateJsonSchema):
    """The subset of JSON schema that strict servers take: all fields required, none besides, no defaults."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        return {**super().model_schema(schema), "additionalProperties": False}


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


def body_of(response: httpx2.Response, where: str) -> dict[str, Any]:
    """Return the JSON object of a successful response; `EndpointError` where it is none, or holds an error."""
    try:
        body = response.json()
    except ValueError as error:
        kind = response.headers.get("content-type", "no content type").partition(";")[0]
        raise EndpointError(
            f"{where} answered with {kind} instead of json: check base_url (it often ends in /v1)"
        ) from error
    if not isinstance(body, dict):
        raise EndpointError(f"{where} answered with a json {type(body).__name__}, not an object: check base_url")
    if failure := body.get("error"):
        reason = failure.get("message", failure) if isinstance(failure, dict) else failure
        raise EndpointError(f"{where} answered with an error: {brief(str(reason))}")
    return body


def usage_of(body: Mapping[str, Any], estimate: Usage) -> Usage:
    """Return the token counts a server reported, or `estimate` where it reported none."""
    usage = body.get("usage") or {}
    if not usage.get("prompt_tokens"):
        return estimate
    return Usage(
        input_tokens=usage["prompt_tokens"],
        output_tokens=usage.get("completion_tokens") or 0,
        cached_tokens=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        reasoning_tokens=(usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
    )


def finish_of(body: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return the text of the first choice and why it ended there (`None`: it was cut short)."""
    choice = (body.get("choices") or [{}])[0]
    message = choice.get("message") or {}
    return message.get("content") or message.get("refusal") or "", choice.get("finish_reason")


def text_of(body: Mapping[str, Any], where: str, limit: int) -> str:
    """Return the text of a finished answer.

    Raises `MalformedReply` where it was cut at `limit` output tokens, `EndpointError` where the stream broke off or
    the model or a filter declined.
    """
    text, reason = finish_of(body)
    if reason is None:
        raise EndpointError(f"{where} broke off in the middle of its answer: try again, or check the server's log")
    if reason == "length":
        raise MalformedReply(f"{where} was cut off at {limit} output tokens: ask for less, or allow more output tokens")
    if reason == "content_filter" or body["choices"][0]["message"].get("refusal"):
        raise EndpointError(f"{where} declined to answer: {brief(text) or 'content filter'}; use another model")
    return text


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


def vectors_in(body: Mapping[str, Any], count: int, where: str) -> list[list[float]]:
    """Return the vectors of an embeddings answer in the order of the texts; `EndpointError` unless `count` came."""
    try:
        rows = sorted(body["data"], key=lambda row: row["index"])
        vectors = [[float(value) for value in row["embedding"]] for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise EndpointError(f"{where} answered without embeddings: name an embedding model") from error
    if len(vectors) != count or len({len(vector) for vector in vectors}) != 1:
        raise EndpointError(
            f"{where} returned {len(vectors)} vectors for {count} texts, or of unlike length: use another"
        )
    return vectors
