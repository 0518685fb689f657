"""What is sent to ask for an answer: the messages of a prompt, the form it is asked in, and what mends an answer."""

import json
from typing import Any

from .port import Prompt

SentMessage = dict[str, str]

# Ways to ask for JSON, the strictest first; the last asks in words alone.
FORMS = ("json_schema", "json_object", "words")
# What the limit of output tokens is called: the newer name first.
LIMIT_NAMES = ("max_completion_tokens", "max_tokens")


def question(prompt: Prompt, name: str, wanted: str, form: str) -> dict[str, Any]:
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


def correction(said: str, problem: str) -> list[SentMessage]:
    """Return what is said to a model whose answer does not fit."""
    repair = f"That does not fit: {problem}. Answer with the mended JSON alone."
    return [{"role": "assistant", "content": said}, {"role": "user", "content": repair}]


def reminder(lack: str) -> list[SentMessage]:
    """Return what is said to a model that wrote no answer; `lack` is what it did instead."""
    repair = f"You {lack}. Call no tool: write the JSON object itself, and nothing else."
    return [{"role": "assistant", "content": "(no answer)"}, {"role": "user", "content": repair}]
