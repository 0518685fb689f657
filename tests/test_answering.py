"""Does the evidence answer the question, and which segment does? Small texts, quotes alone, no model."""

from collections.abc import AsyncIterator
from pathlib import Path

import coscribe
import pytest

FILLER = "The board met in spring and thanked everybody who had taken part in its work over the last year."


class Desk:
    """A small collection, and what is answered about it with quotes alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.assistant: coscribe.Assistant | None = None

    def holds(self, texts: dict[str, str]) -> None:
        reports = self._folder / "reports"
        reports.mkdir(parents=True)
        for name, text in texts.items():
            (reports / name).write_text(text, encoding="utf-8")
        library = coscribe.Library(self._folder / "home" / "library", embedder="none")
        library.ingest([reports])
        self.assistant = coscribe.Assistant(library, home=self._folder / "home")

    async def ask(self, question: str) -> coscribe.Answer:
        assert self.assistant is not None
        return await self.assistant.ask(question)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    if made.assistant is not None:
        await made.assistant.close()


def quotes(answer: coscribe.Answer) -> str:
    return " ".join(cite.quote for claim in answer.claims for cite in claim.citations)


def first(answer: coscribe.Answer) -> str:
    return " ".join(cite.quote for claim in answer.claims[:1] for cite in claim.citations)


ACT = f"""# Data Act

## Chapter 1 Purpose

This act lays down rules on records.

## Article 9 Penalties

Union bodies and institutions that infringe this act are subject to administrative fines of up to EUR 1 500 000.

## Article 10 Entry into force

It applies from March.

{FILLER}
"""
TOWERS = (
    "# Towers\n\nThe face of the tower is brick. Its maximum height is 30 m. The total height of both is 55 m.\n\n"
    f"Operators face a risk of delay. The price of a brush is low, and the alarm triggers at night.\n\n{FILLER}"
)


@pytest.mark.parametrize(
    "question",
    [
        "What fines do institutions face?", "What is the maximum fine for institutions?",
        "What is the total fine that institutions risk?", "What fines does an infringement by institutions trigger?",
    ],
)  # fmt: skip
async def test_a_word_of_any_question_does_not_refuse(desk: Desk, question: str) -> None:
    desk.holds({"act.md": ACT, "towers.md": TOWERS})
    answer = await desk.ask(question)
    assert answer.status != "abstained" and "1 500 000" in first(answer)


async def test_a_word_of_the_thing_asked_for_does_refuse(desk: Desk) -> None:
    desk.holds({"act.md": ACT, "towers.md": TOWERS})
    for question in ("What pension do institutions face?", "What is the maximum speed of the ferry?"):
        answer = await desk.ask(question)
        assert answer.status == "abstained", question
