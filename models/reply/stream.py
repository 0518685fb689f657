"""Answers that come as a stream of pieces although nobody asked for one."""

import json
from collections.abc import Iterator
from typing import Any

_Json = dict[str, Any]
_END = "[DONE]"
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")
_ONCE = ("usage", "service_tier", "error")  # what comes with the last piece that has it


def streamed(text: str) -> _Json | None:
    """Return the answer that the pieces in a body make up; `None` where it is no stream.

    One that ends without saying so has no `finish_reason`: it was cut short.
    """
    pieces = list(_pieces(text))
    if not any(isinstance(piece, dict) and piece.keys() & {"choices", "error"} for piece in pieces):
        return None
    said: dict[str, list[Any]] = {}
    tools: dict[int, _Json] = {}
    made: _Json = {}
    reason = None
    for piece in pieces:
        if not isinstance(piece, dict):
            reason = reason or "stop"
            continue
        choices = piece.get("choices")
        choice = _object(choices[0]) if isinstance(choices, list) and choices else {}
        beside = choice.get("usage") or _object(piece.get("x_groq")).get("usage")
        made |= {name: piece[name] for name in _ONCE if piece.get(name)} | ({"usage": beside} if beside else {})
        reason = choice.get("finish_reason") or reason
        delta = _object(choice.get("delta")) or _object(choice.get("message"))
        for name in _TEXTS:
            if delta.get(name):
                said.setdefault(name, []).append(delta[name])
        _add(tools, delta.get("tool_calls"))
    message = {name: _joined(parts) for name, parts in said.items()}
    called = {"tool_calls": [{"function": tool} for tool in tools.values()]} if tools else {}
    return {"choices": [{"message": {**message, **called}, "finish_reason": reason}], **made}


def _pieces(text: str) -> Iterator[_Json | str]:
    """Yield the JSON of every event, or of every line, and the mark of the end; what is no JSON is left out."""
    lines = text.splitlines()
    are_events = any(line.startswith("data:") for line in lines)
    for line in lines:
        told = line.removeprefix("data:").strip()
        if are_events and not line.startswith("data:"):
            continue
        if told == _END:
            yield _END
            continue
        try:
            piece = json.loads(told)
        except (ValueError, RecursionError):
            continue
        if isinstance(piece, dict):
            yield piece


def _object(value: Any) -> _Json:
    return value if isinstance(value, dict) else {}


def _add(tools: dict[int, _Json], calls: Any) -> None:
    """Add pieces of tool calls: the first names the tool, the others go on with its arguments."""
    for at, call in enumerate(calls if isinstance(calls, list) else []):
        told = _object(call)
        number = told.get("index")
        tool = tools.setdefault(number if isinstance(number, int) else at, {"name": "", "arguments": ""})
        for name, so_far in tool.items():
            if isinstance(more := _object(told.get("function")).get(name), str):
                tool[name] = so_far + more


def _joined(parts: list[Any]) -> Any:
    """Return pieces of text as one text, and lists of parts as one list."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    return [one for part in parts for one in (part if isinstance(part, list) else [part])]
