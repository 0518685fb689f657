"""The words of a question: acronyms, slips of the pen, other words for a thing, adjectives of places."""

import coscribe
import pytest
from doubles.texts import FILLER, QuotesDesk


@pytest.fixture
def desk(quotes_desk: QuotesDesk) -> QuotesDesk:
    quotes_desk.filler = FILLER
    return quotes_desk


def quotes(answer: coscribe.Answer) -> str:
    return " ".join(cite.quote for claim in answer.claims for cite in claim.citations)


# Acronyms.


async def test_an_acronym_is_no_form_of_a_word(desk):
    desk.holds(
        {"a.md": "# Code of conduct\n\nWhoever uses a machine to incite others, by any incitement, has to leave."}
    )
    answer = await desk.ask("Which machine does INCITE use?")
    assert answer.status == "abstained"
    assert answer.coverage.absent_words == ["INCITE"]


async def test_an_acronym_is_found_as_it_is_written(desk):
    desk.holds(
        {
            "a.md": "# Code of conduct\n\nWhoever uses a machine to incite others has to leave.",
            "b.md": "# Programmes\n\nThe INCITE programme uses the machine Aster.",
            "c.md": "# Space\n\nThe Nasa office runs nine GPUs in Bremen.",
        }
    )
    assert "Aster" in quotes(await desk.ask("Which machine does INCITE use?"))
    assert "nine" in quotes(await desk.ask("How many GPUs does the NASA office run?"))


# Slips of the pen.

INDEX = {"index.md": "# Index\n\nThe index has three pillars: government, technology and data."}


async def test_a_slip_is_corrected_as_the_collection_writes_the_word_and_said(desk):
    desk.holds(INDEX)
    answer = await desk.ask("How many pilars does the index have?")
    assert "three pillars" in quotes(answer)
    assert answer.coverage.corrected == {"pilars": "pillars"}
    assert not answer.coverage.absent_words


@pytest.mark.parametrize("written", ["“pilars”", '"pilars"', "'pilars'", "«pilars»", "„pilars“"])
async def test_a_word_in_quotes_is_searched_for_as_it_is_written(desk, written):
    desk.holds(INDEX)
    answer = await desk.ask(f"How many {written} does the index have?")
    assert not answer.coverage.corrected
    assert answer.coverage.absent_words == ["pilars"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What salary does a guard get?", "A guard gets a bunch of celery at noon."),
        ("How many pillars does the bridge have?", "The bridge has three pillows on its benches."),
        ("What is the marital status of guards?", "The martial status of guards is that of a sergeant."),
        ("Who treats causal relations?", "Casual relations are treated by the club."),
        ("What did Norvik pay?", "Norvig paid four million euros."),
        ("What does AUROR cost?", "Aurora costs four million euros."),
    ],
)
async def test_another_word_or_name_is_no_slip(desk, question, text):
    desk.holds({"a.md": f"# Guards\n\n{text}"})
    answer = await desk.ask(question)
    assert answer.status == "abstained" and not answer.coverage.corrected


async def test_a_slip_between_two_words_as_near_is_left_alone(desk):
    desk.holds({"a.md": "# Terms\n\nThe rider lost the bridle.\n\nThe mason built the bridge."})
    assert (await desk.ask("Who has the bridxe?")).coverage.corrected == {}
    assert (await desk.ask("Who has the birdge?")).coverage.corrected == {"birdge": "bridge"}


async def test_a_word_that_is_looked_for_as_such_is_not_corrected(desk):
    desk.holds(INDEX)
    answer = await desk.ask("Do any reports mention pilars?")
    assert not answer.coverage.corrected and not quotes(answer)


# Acronyms and what they stand for, as the collection says.

TIDES = {
    "a.md": "# Terms\n\nThe Tidal Basin Observatory (TBO) was founded by fishermen.",
    "b.md": "# Money\n\nThe TBO spends nine million crowns a year.",
    "c.md": "# Rivers\n\nThe river office spends two million crowns a year.",
    "d.md": "# Gauges\n\nA coastal water gauge network is run by the MWGN (mean water gauge network).",
    "e.md": "# Poles\n\nThe mean water gauge network has forty poles.",
}


async def test_an_acronym_is_expanded_as_the_collection_defines_it(desk):
    desk.holds(TIDES)
    assert "forty" in quotes(await desk.ask("How many poles does the MWGN have?"))
    answer = await desk.ask("How much does the tidal basin observatory spend?")
    assert "nine million" in answer.claims[0].citations[0].quote
    assert "TBO" in " ".join(answer.coverage.queries)


# Written differently.


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many log-books are kept?", "Nine logbooks are kept in the vault."),
        ("How many logbooks are kept?", "Nine log-books are kept in the vault."),
        ("How many log books are kept?", "Nine logbooks are kept in the vault."),
        ("How many emails were sent?", "Nine e-mails were sent in the summer."),
        ("How many e-mails were sent?", "Nine emails were sent in the summer."),
        ("What is the colour of the harbour?", "The color of the harbor is nine shades of blue."),
        ("What was modernized?", "Nine cranes were modernised."),
        ("What does the organisation own?", "Nine cranes are owned by the organization."),
    ],
)
async def test_a_word_is_found_however_it_is_written(desk, question, text):
    desk.holds({"a.md": f"# House\n\n{text}"})
    answer = await desk.ask(question)
    assert "nine" in quotes(answer).lower() and not answer.coverage.absent_words and not answer.coverage.corrected


# Words that ask, and adjectives of places.


@pytest.mark.parametrize(
    "question",
    [
        "What does the report say about heat pumps?",
        "Is there anything on heat pumps?",
        "Does the report mention anything about heat pumps?",
        "What is mentioned about heat pumps?",
        "Does anybody say something about heat pumps?",
    ],
)
async def test_words_that_ask_need_not_stand_in_the_answer(desk, question):
    desk.holds({"a.md": "# Harbour\n\nHeat pumps draw their warmth from the sea."})
    answer = await desk.ask(question)
    assert "from the sea" in quotes(answer)
    assert not answer.coverage.absent_words


async def test_demonyms_and_adjectives_name_regions(desk):
    desk.holds(
        {
            "br.md": "# Plano\n\nThe strategy invests 23 billion reais in supercomputing.",
            "cl.md": "# Política\n\nThe strategy invests 26 million dollars in supercomputing.",
            "jp.md": "# Plan\n\nThe strategy invests 9 billion yen in supercomputing.",
        },
        {"br.md": {"region": "Brazil"}, "cl.md": {"region": "Chile"}, "jp.md": {"region": "Japan"}},
    )
    for question in (
        "How much do the Brazilian and Chilean strategies invest in supercomputing?",
        "How much do Brazilians and Chileans invest in supercomputing?",
        "Compare what Brazil and Chile invest in supercomputing",
    ):
        answer = await desk.ask(question)
        assert "23 billion" in quotes(answer) and "26 million" in quotes(answer), question
        assert "yen" not in quotes(answer), question


async def test_a_region_and_an_organisation_named_together_widen_the_scope(desk):
    desk.holds(
        {
            "oecd.md": "# AI Principles\n\nAI systems should be robust, secure and safe.",
            "eu.md": "# AI Strategy\n\nAI systems must be safe and respect rights.",
            "other.md": "# Fisheries\n\nVessels should be safe.",
        },
        {
            "oecd.md": {"organisation": "OECD", "region": "International"},
            "eu.md": {"organisation": "European Commission", "region": "European Union"},
            "other.md": {"organisation": "Port Office", "region": "Japan"},
        },
    )
    answer = await desk.ask("What do the OECD and the EU say about safe AI systems?")
    assert answer.coverage.reports_searched == 2
    assert "robust" in quotes(answer) and "rights" in quotes(answer)


# Other words of the law, of money and of people.


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What fines do guilds pay for late records?", "Guilds pay a penalty of nine euros for late records."),
        ("What is the maximum fee for a berth?", "A berth has a fee of up to nine euros."),
        ("How many FLOPs does training need?", "Training needs nine trillion floating-point operations."),
        ("How many employees does the dock have?", "The dock has a staff of ninety-nine."),
        ("What was the turnover of the dock?", "The dock had revenues of nine million euros."),
    ],
)  # fmt: skip
async def test_other_words_for_the_same_answer(desk, question, text):
    desk.holds({"a.md": f"# House\n\n{text}"})
    answer = await desk.ask(question)
    assert "nine" in quotes(answer) and not answer.coverage.absent_words
