"""A model on the double's socket with a ledger of its own, and the comparison of its books with the meter."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from coscribe.core.shapes import Level
from coscribe.models.openai import OpenAIModel
from coscribe.models.port import Prompt, PromptPart
from coscribe.money.ledger import Caps, Ledger
from coscribe.money.prices import Prices, UserPrice
from coscribe.money.tokens import TokenCounter
from doubles.endpoint import Endpoint
from pydantic import BaseModel, Field

PRICES = Prices({"m": UserPrice(Decimal(1), Decimal(2), Decimal("0.5"))})


class Inner(BaseModel):
    cites: list[int] = Field(default=[], description="ids")


class Said(BaseModel):
    """What the double says."""

    text: str
    inner: Inner | None = None


def prompt(text: str = "Report text.", *, level: Level = "internal", run: str = "r") -> Prompt:
    parts = (PromptPart("public words", "public"), PromptPart(text, level), PromptPart("more", "public"))
    return Prompt("Answer.", parts, agent="drafter", step="draft", run=run, question="q", max_output_tokens=200)


class Books(Ledger):
    """A ledger whose rows a test may read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def rows(self) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.path)
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM attempts ORDER BY id")]
        connection.close()
        return found

    def statuses(self) -> list[str]:
        return [row["status"] for row in self.rows()]

    def assert_match(self, endpoint: Endpoint) -> None:
        """The run's books say what the server's own meter says, and price it right."""
        cost, meter = self.cost("r"), endpoint.meter
        assert cost.calls == len(meter.requests)
        booked = (cost.input_tokens, cost.cached_tokens, cost.output_tokens)
        assert booked == (meter.input_tokens, meter.cached_tokens, meter.output_tokens)
        fresh = meter.input_tokens - meter.cached_tokens
        owed = (fresh + meter.cached_tokens * Decimal("0.5") + meter.output_tokens * 2) / 1_000_000
        assert cost.usd is not None and Decimal(cost.usd) == owed
        assert "pending" not in self.statuses()


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(tmp_path / "books" / "ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
async def connect(books: Books, tmp_path: Path) -> AsyncIterator[Callable[..., OpenAIModel]]:
    """Makes models at a given address; any option of `OpenAIModel` may be given."""
    made: list[OpenAIModel] = []

    def make(base_url: str, **options: Any) -> OpenAIModel:
        settings = {"model": "m", "api_key": None, "caps": Caps(), "prices": PRICES, "timeout_seconds": 5, **options}
        made.append(OpenAIModel(base_url=base_url, ledger=books, tokens=TokenCounter(tmp_path / "tokens"), **settings))
        return made[-1]

    yield make
    for model in made:
        await model.close()
