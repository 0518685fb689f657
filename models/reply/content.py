"""What a model said, wherever its server put it: in a text, in parts, in a tool call, or in its thoughts alone."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, WrapValidator, model_validator

from .usage import if_sound

_WRITTEN = ("text", "output_text")  # kinds of parts that are the answer
_THOUGHT = ("thinking", "reasoning")
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")  # names of a message's own field for them


def _whole(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


# JSON can name half of a character, and no screen or store takes one.
UnicodeText = Annotated[str, BeforeValidator(_whole)]
ReportedText = Annotated[UnicodeText | None, WrapValidator(if_sound)]


def _arguments(value: object) -> object:
    return value if isinstance(value, str) or value is None else json.dumps(value)


class Function(BaseModel):
    """The tool that a model called, and what it passed to it."""

    name: ReportedText = None
    arguments: Annotated[ReportedText, BeforeValidator(_arguments)] = None


class ToolCall(BaseModel):
    """A call of a tool; we never offer any."""

    function: Function = Function()


class ReplyMessage(BaseModel):
    """What the model said, what it thought, what it called, or why it would not."""

    content: UnicodeText | None = None
    reasoning: UnicodeText | None = None
    refusal: ReportedText = None
    tool_calls: Annotated[list[ToolCall] | None, WrapValidator(if_sound)] = None

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        parts = told.get("content")
        thoughts = [told.get(name) for name in _THOUGHTS if told.get(name)][:1]
        calls = told.get("tool_calls")
        if not calls and isinstance(called := told.get("function_call"), dict):
            calls = [{"function": called}]
        return {
            "content": _text(parts, _WRITTEN),
            "reasoning": "".join(filter(None, [*map(_all_text, thoughts), _thoughts(parts)])) or None,
            "refusal": told.get("refusal") or _text(parts, ("refusal",), only=True),
            "tool_calls": calls,
        }

    @property
    def texts(self) -> list[str]:
        """The texts that may hold the answer, the likeliest first.

        Thoughts are read only where there is nothing else, and they are a JSON object as a whole.
        """
        said = [self.content or ""] if (self.content or "").strip() else []
        said += [call.function.arguments for call in self.tool_calls or () if call.function.arguments]
        thought = (self.reasoning or "").strip()
        if not said and thought.startswith("{") and thought.endswith("}"):
            said = [thought]
        return said

    @property
    def everything(self) -> str:
        """All that was written, which is what is paid."""
        called = [call.function.arguments for call in self.tool_calls or ()]
        return "".join(filter(None, (self.reasoning, self.content, *called)))

    @property
    def thoughts(self) -> str:
        """What the model thought before it answered, as far as its server shows it."""
        content = self.content or ""
        open_ended = content.partition("<think>")[2] if "</think>" not in content else content.rpartition("</think>")[0]
        return (self.reasoning or "") + open_ended

    @property
    def lack(self) -> str:
        """Why there is no text to read an answer from, as the end of a sentence; empty where there is one."""
        if (self.content or "").strip():
            return ""
        if self.tool_calls:
            name = self.tool_calls[0].function.name
            return (
                f"called the tool {name[:60]!r} instead of answering" if name else "called a tool instead of answering"
            )
        return "thought and wrote no answer" if (self.reasoning or "").strip() else "answered with nothing"


def _text(content: Any, kinds: tuple[str, ...], *, only: bool = False) -> Any:
    """Return the text of the parts of these kinds; what is no list of parts is the text, unless `only` parts count."""
    if isinstance(content, dict) and "type" in content:
        content = [content]
    if not isinstance(content, list):
        told = content if content is None or isinstance(content, str) else json.dumps(content)
        return None if only else told
    return "".join(_part(part, kinds) for part in content) or None


def _part(part: Any, kinds: tuple[str, ...]) -> str:
    if isinstance(part, str):
        return part if "text" in kinds else ""
    if not isinstance(part, dict) or part.get("type", "text") not in kinds:
        return ""
    told = next((part[name] for name in ("text", *kinds) if isinstance(part.get(name), str)), "")
    return str(told)


def _thoughts(content: Any) -> str:
    """Return the parts of a content that are thoughts, which may be lists of parts themselves."""
    if not isinstance(content, list):
        return ""
    parts = [part for part in content if isinstance(part, dict) and part.get("type") in _THOUGHT]
    return "".join(
        _all_text(next((part[name] for name in (*_THOUGHT, "text") if part.get(name)), "")) for part in parts
    )


def _all_text(value: Any) -> str:
    """Return thoughts as text: a text, or a list of parts."""
    if isinstance(value, list):
        return "".join(one if isinstance(one, str) else _part(one, _WRITTEN) for one in value)
    return value if isinstance(value, str) else ""
