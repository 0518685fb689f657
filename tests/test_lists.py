"""Lists are answered whole: with their lead-in, over headings and page turns, in rows, and with what stands between."""

from pathlib import Path

import pytest
from coscribe import Answer, Assistant, Library
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

DUTIES = """# Charter of the Harbour Laboratories

## Duties of operators

Every operator of a laboratory has the following five duties:

- to publish the hours of its machines;
- to train the people who run them;
- to repair within a week:
  - pumps;
  - valves;
- to report leaks to the council;
- to keep a record for ten years.

## Money

The council pays for the repair of the quays.
"""

STAGES = """# Handbook of Licences

## How a licence is granted

A licence is granted in four stages, and each of them is recorded by the registrar.

## Stage 1: Application

The applicant sends a plan to the registrar, who confirms that it has come.

## Stage 2: Inspection

Two inspectors visit the place within a month. They write down what they see.

## Stage 3: Hearing

Neighbours are heard in public, on an evening that is announced.

## Stage 4: Decision

The board decides by a simple majority.

## Fees

Nobody pays a fee before the decision.
"""

SENSORS = """<html><head><title>Sensors of the Tide Station</title></head><body><h1>Sensors of the Tide Station</h1>
<p>The station is watched day and night by its keepers, who live beside it.</p>
<table><tr><th>Sensor</th><th>Where the sensor hangs</th></tr>
<tr><td>K1</td><td>at the northern gate</td></tr><tr><td>K2</td><td>below the bridge</td></tr>
<tr><td>K3</td><td>in the pump house</td></tr></table></body></html>"""


def _lines(page: Canvas, *lines: str, top: float = 780) -> None:
    page.setFont("Helvetica", 11)
    for at, line in enumerate(lines):
        page.drawString(72, top - 16 * at, line)
    page.showPage()


def _aims(path: Path) -> None:
    """Write a list over a page turn, one item of which only announces the sentence below it."""
    page = Canvas(str(path), pagesize=A4)
    filling = [f"The ferries of line {number} sail on every working day of the year." for number in range(20)]
    _lines(
        page, *filling, "", "The ferry plan names these six aims of the ferry company:", "",
        "\u2022 shorter waits at the piers of the islands;", "\u2022 fewer engines that burn oil;",
        "\u2022 quiet crossings:", "", "Noise on deck stays below what the law allows at night.", "",
        "\u2022 cheaper tickets for pupils and",
    )  # fmt: skip
    _lines(
        page, "apprentices of the islands;", "\u2022 a ferry every hour until midnight;", "\u2022 piers without steps.",
        "",
        "The plan is looked at again after three years by the ferry company.",
    )  # fmt: skip
    page.save()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("reports")
    (folder / "charter.md").write_text(DUTIES, "utf-8")
    (folder / "handbook.md").write_text(STAGES, "utf-8")
    (folder / "sensors.html").write_text(SENSORS, "utf-8")
    _aims(folder / "ferries.pdf")
    made = Library(tmp_path_factory.mktemp("home") / "library", embedder="none")
    made.ingest([folder])
    return made


@pytest.fixture
async def ask(library: Library, tmp_path: Path):
    assistant = Assistant(library, home=tmp_path)
    yield assistant.ask
    await assistant.close()


def said(answer: Answer) -> list[str]:
    return [" … ".join(" ".join(one.quote.split()) for one in claim.quotes) for claim in answer.claims]


def lead_of(answer: Answer) -> set[str]:
    cited = (one for claim in answer.claims for one in claim.citations if one.role == "lead_in")
    return {" ".join(one.quote.split()) for one in cited}


async def test_every_item_is_given_under_its_lead_in_with_those_below_items(ask) -> None:
    answer = await ask("What are the five duties of an operator of a laboratory?")
    items = [item.lstrip("- ") for item in said(answer)]
    assert [item.split()[:2] for item in items] == [
        ["to", "publish"], ["to", "train"], ["to", "repair"], ["pumps;"], ["valves;"], ["to", "report"], ["to", "keep"],
    ]  # fmt: skip
    assert "Every operator of a laboratory has the following five duties:" in lead_of(answer)
    assert answer.answer.index("following five duties") < answer.answer.index("to publish")
    assert "\n  - “pumps;” [" in answer.answer.replace("“- ", "“")


async def test_a_list_spread_over_headings_is_one_list_with_what_announces_it(ask) -> None:
    answer = await ask("List all stages of the grant of a licence.")
    assert said(answer) == ["Stage 1: Application", "Stage 2: Inspection", "Stage 3: Hearing", "Stage 4: Decision"]
    assert lead_of(answer) == {"A licence is granted in four stages, and each of them is recorded by the registrar."}
    assert [len(claim.quotes) for claim in answer.claims] == [1] * 4


async def test_a_question_for_one_part_is_no_question_for_the_list(ask) -> None:
    answer = await ask("Who is heard in public?")
    assert any("Neighbours are heard in public" in words for words in said(answer))
    assert not any(words.startswith("Stage 1") for words in said(answer))


async def test_a_list_goes_on_behind_text_and_over_a_page_turn(ask) -> None:
    answer = await ask("What are the six aims of the ferry company?")
    items = [item.lstrip("\u2022 ") for item in said(answer)]
    assert [item.split()[0] for item in items] == ["shorter", "fewer", "quiet", "cheaper", "a", "piers"]
    assert "Noise on deck stays below what the law allows at night." in items[2]
    assert "cheaper tickets for pupils and" in items[3] and "apprentices of the islands;" in items[3]
    assert "The ferry plan names these six aims of the ferry company:" in lead_of(answer)
    assert not any("looked at again" in item for item in items)


async def test_the_rows_of_a_table_are_a_list(ask) -> None:
    answer = await ask("Which sensors does the tide station have?")
    assert [words.split(" | ")[0] for words in said(answer)] == ["K1", "K2", "K3"]


async def test_nothing_is_quoted_twice(ask) -> None:
    for question in (
        "How does a laboratory operator repair pumps and valves?",
        "What are the aims of the ferry company?",
    ):
        quotes = [quote for words in said(await ask(question)) for quote in words.split(" … ")]
        assert len(quotes) == len(set(quotes))


async def test_a_sentence_that_a_page_turn_cuts_is_quoted_whole(tmp_path: Path) -> None:
    page = Canvas(str(tmp_path / "tolls.pdf"), pagesize=A4)
    _lines(
        page, "The bridge is watched by its keeper.", "The keeper of the bridge collects the toll in silver and hands"
    )
    _lines(page, "it to the treasurer of the town on Fridays.", "Nothing is collected on feast days.")
    page.save()
    made = Library(tmp_path / "library", embedder="none")
    made.ingest([tmp_path / "tolls.pdf"])
    assistant = Assistant(made, home=tmp_path / "home")
    answer = await assistant.ask("Who collects the toll of the bridge in silver?")
    await assistant.close()
    (words,) = said(answer)[:1]
    assert words == (
        "The keeper of the bridge collects the toll in silver and hands … it to the treasurer of the town on Fridays."
    )
    assert [one.role for one in answer.claims[0].citations] == ["quote", "quote"]  # and not once more as its rest
    assert words in answer.answer
