"""A model that looks at the level of a prompt once more, just before it is sent."""

from collections.abc import Sequence
from dataclasses import replace

from ..core.shapes import Level, highest
from ..models.port import Asking, Model, Prompt, PromptPart, Reply
from ..vectorstore.index.levels import level_of_passages
from ..vectorstore.searchable import Searchable


class Guarded:
    """A model of the same name; whatever a caller took the level for, it is at least that of the passages as of now.

    Between search and call minutes may pass, in which another process marks a report.
    """

    def __init__(self, model: Model, library: Searchable) -> None:
        self.name = model.name
        self._model, self._library = model, library

    async def parse(self, prompt: Prompt, schema: type[Reply]) -> Reply:
        """See `Model.parse`."""
        parts = tuple(
            part if not part.passages else PromptPart(part.text, self._level(part), part.passages)
            for part in prompt.parts
        )
        return await self._model.parse(replace(prompt, parts=parts), schema)

    async def embed(self, texts: Sequence[str], asking: Asking) -> list[list[float]]:
        """See `Model.embed`."""
        level = highest((asking.level, level_of_passages(self._library.catalogue, asking.passages)))
        return await self._model.embed(texts, replace(asking, level=level))

    async def close(self) -> None:
        """See `Model.close`."""
        await self._model.close()

    def _level(self, part: PromptPart) -> Level:
        return highest((part.level, level_of_passages(self._library.catalogue, part.passages)))
