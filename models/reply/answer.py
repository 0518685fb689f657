"""Finds the JSON object that was asked for in what a model said."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from ...core.text import one_line, without_controls
from ..port import Reply

_MOST_STARTS = 50  # braces from which an object is tried
_BROKEN = (ValueError, RecursionError)


def answer_in(texts: Sequence[str], schema: type[Reply]) -> tuple[Reply, str]:
    """Return the first object of `schema` in the texts that may hold one, and its JSON.

    It may stand among prose or thoughts, in a code fence, in a text or an object of its own, or have a comma too many.
    Raises `ValidationError` for what the first of the texts lacks.
    """
    first, *others = texts or ("",)
    try:
        return _read(first, schema)
    except ValidationError:
        for text in others:
            with suppress(ValidationError):
                return _read(text, schema)
        raise


def _read(text: str, schema: type[Reply]) -> tuple[Reply, str]:
    answer = text.rpartition("</think>")[2]
    whole = answer[answer.find("{") : answer.rfind("}") + 1] or answer
    try:
        return schema.model_validate_json(whole), whole
    except ValidationError as error:
        problem = error
    for version in dict.fromkeys((answer, _unquoted(answer), _without_last_commas(answer), text)):
        found = list(_objects(version))
        fitting: list[tuple[Reply, str]] = []
        for one in (inner for outer in found for inner in (outer, *_wrapped(outer))):
            if one.keys() & schema.model_fields.keys():
                said = json.dumps(one)
                try:
                    fitting.append((schema.model_validate_json(said), said))
                except ValidationError as error:
                    problem = error if is_no_json(problem) else problem
        if fitting:
            return max(fitting, key=lambda pair: len(pair[1]))  # an example in the prose is shorter
    raise problem


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text that are in no other."""
    decoder = json.JSONDecoder(strict=False)  # a line may be broken within a text
    at = text.find("{")
    for _ in range(_MOST_STARTS):
        if at < 0:
            return
        end = at + 1
        with suppress(*_BROKEN):
            found, end = decoder.raw_decode(text, at)
            yield found
        at = text.find("{", end)


def _wrapped(outer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that are values of another, or stand in a text that is one, as arguments of a tool do."""
    values = [_loaded(value) if isinstance(value, str) else value for value in outer.values()]
    return [value for value in values if isinstance(value, dict)]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else None
    except _BROKEN:
        return None


def _unquoted(text: str) -> str:
    """Return a text that is a JSON string as what it stands for."""
    if text.lstrip().startswith('"'):
        with suppress(*_BROKEN):
            return str(json.loads(text))
    return text


def _without_last_commas(text: str) -> str:
    """Return a text from its first brace on, without the commas behind which an object or a list ends."""
    made: list[str] = []
    is_quoted = is_escaped = False
    for char in text[max(text.find("{"), 0) :]:
        if char in "}]" and not is_quoted:
            while made and made[-1].isspace():
                made.pop()
            if made and made[-1] == ",":
                made.pop()
        made.append(char)
        if char == '"' and not is_escaped:
            is_quoted = not is_quoted
        is_escaped = char == "\\" and is_quoted and not is_escaped
    return "".join(made)


def is_no_json(error: ValidationError) -> bool:
    """Tell whether an answer failed for not being JSON at all."""
    return any(problem["type"] == "json_invalid" for problem in error.errors())


def complaint(error: ValidationError) -> str:
    """Return in one line what an answer lacks, for the model to mend it."""
    problems = error.errors(include_url=False)[:5]
    return brief("; ".join(f"{'.'.join(map(str, p['loc'])) or 'the answer'}: {p['msg']}" for p in problems), 500)


def brief(text: str, limit: int = 200) -> str:
    """Return what a server said as the part of a one-line message."""
    line = one_line(without_controls(text))
    return line if len(line) <= limit else line[:limit] + "…"
