"""Libraries of small texts that a test writes down, by words alone, and what is answered about them with quotes."""

from collections.abc import AsyncIterator
from pathlib import Path

import coscribe
import pytest

# A paragraph about nothing that is asked, so that a report is more than its one sentence.
FILLER = "The board met in spring and thanked everybody who had taken part in its work over the last year."


def shelve(folder: Path, texts: dict[str, str], manifest: str = "") -> coscribe.Library:
    """Return a library in a folder, of texts by the names of their files."""
    reports = folder / "reports"
    reports.mkdir(parents=True)
    for name, text in texts.items():
        (reports / name).write_text(text, encoding="utf-8")
    if manifest:
        (reports / "reports.toml").write_text(manifest, encoding="utf-8")
    library = coscribe.Library(folder / "library", embedder="none")
    library.ingest([reports])
    return library


class QuotesDesk:
    """A small collection, and what is answered about it with quotes alone; every text has the `filler` below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assistant: coscribe.Assistant | None = None
        self.filler = ""

    def holds(self, texts: dict[str, str], told: dict[str, dict[str, str]] | None = None) -> None:
        """Take in texts, with what a manifest tells of some."""
        entries = (
            f'["{name}"]\n' + "".join(f'{key} = "{value}"\n' for key, value in each.items())
            for name, each in (told or {}).items()
        )
        filled = {name: f"{text}\n\n{self.filler}\n" if self.filler else text for name, text in texts.items()}
        library = shelve(self._folder, filled, "\n".join(entries))
        self._assistant = coscribe.Assistant(library, home=self._folder)

    async def ask(self, question: str) -> coscribe.Answer:
        assert self._assistant is not None
        return await self._assistant.ask(question)

    async def close(self) -> None:
        if self._assistant is not None:
            await self._assistant.close()


@pytest.fixture
async def quotes_desk(tmp_path: Path) -> AsyncIterator[QuotesDesk]:
    made = QuotesDesk(tmp_path)
    yield made
    await made.close()
