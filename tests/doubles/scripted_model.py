"""A model that says what the test wrote down, and remembers what it was asked."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from coscribe.models.port import Asking, Prompt
from pydantic import BaseModel

Answer = BaseModel | dict[str, Any] | Exception
Script = Sequence[tuple[str, Answer]] | Callable[[Prompt, type[BaseModel]], Answer]


class ScriptedModel:
    """Implements `Model` from a list of (schema name, answer), used up in order, or from a function.

    An answer is an object of the schema, its fields as a dict, or an exception to raise. `prompts` and `embedded` are
    what was asked; `left` are the replies not yet used.
    """

    name = "scripted"

    def __init__(self, script: Script) -> None:
        self._answer = script if callable(script) else None
        self.left = [] if callable(script) else list(script)
        self.prompts: list[Prompt] = []
        self.embedded: list[str] = []
        self.closed = False

    async def parse(self, prompt: Prompt, schema: type[BaseModel]) -> Any:
        self.prompts.append(prompt)
        if self._answer is not None:
            answer = self._answer(prompt, schema)
        else:
            assert self.left, f"unscripted call: {prompt.agent}/{prompt.step} wants a {schema.__name__}"
            name, answer = self.left.pop(0)
            assert name == schema.__name__, f"scripted a {name}, asked for a {schema.__name__}"
        if isinstance(answer, Exception):
            raise answer
        return schema.model_validate(answer if isinstance(answer, dict) else answer.model_dump())

    async def embed(self, texts: Sequence[str], asking: Asking) -> list[list[float]]:
        self.embedded += texts
        return [[byte / 255 for byte in hashlib.sha256(text.encode()).digest()[:8]] for text in texts]

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def scripted_model() -> Iterator[Callable[[Script], ScriptedModel]]:
    """Makes scripted models; replies that were left over fail the test."""
    made: list[ScriptedModel] = []

    def make(script: Script) -> ScriptedModel:
        made.append(ScriptedModel(script))
        return made[-1]

    yield make
    left = [name for model in made for name, _ in model.left]
    assert not left, f"scripted replies were left over: {left}"
