"""A draft never loses what the reports' own words had right: whatever it writes, cites, or leaves out."""

import coscribe
import pytest
from doubles.desk import Author, draft
from independent import one_line

HEAT = "To whom shall European sites offer their heat?"
SAID = "district networks"
BOTH = "How much power may a site draw in Europe and in Japan?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."


def shown(answer):
    return [claim for claim in answer.claims if claim.verdict == "supported" and claim.kind == "stated"]


def quoted(answer):
    return {citation.id for claim in shown(answer) if claim.framing for citation in claim.quotes}


def beside(asked):
    """True sentences beside the point, two copied and one reworded."""
    lines = [line for line in asked.lines if 60 < len(line.text) < 300 and "heat" not in line.text.lower()][:3]
    copies = [([line.number], line.text) for line in lines]
    return draft(*copies[:2], (copies[2][0], f"It is also said: {copies[2][1]}"))


@pytest.mark.parametrize("reader", ["wholly", "partly", "no", None])
async def test_true_sentences_beside_the_point_replace_no_quote(shelf, endpoint, assistant, tmp_path, reader):
    alone = coscribe.Assistant(shelf.library, home=tmp_path / "alone")
    quotes = await alone.ask(HEAT)
    await alone.close()
    assert SAID in quotes.answer and quotes.mode == "evidence"
    endpoint.reply = Author(beside, answers=reader or "no")
    told = {"rounds": 0} | ({} if reader else {"reviewer": "evidence"})
    answer = await assistant(shelf.library, endpoint.url, **told).ask(HEAT)
    assert SAID in answer.answer
    if reader != "wholly":
        assert quoted(quotes) <= quoted(answer)
    else:  # of what a reader held to be answered the surest quote stands beside the sentences
        assert [bool(claim.framing) for claim in shown(answer)] == [False, False, False, True]


async def test_a_sentence_on_the_surest_words_needs_no_quote_beside_it(shelf, endpoint, assistant):
    def write(asked):
        line = next(line for line in asked.lines if SAID in line.text)
        return draft(([line.number], f"Of heat it is said: {line.text}"))

    endpoint.reply = Author(write)
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(HEAT)
    assert len(shown(answer)) == 1 and not quoted(answer)


@pytest.mark.parametrize(
    ("question", "words", "vague"),
    [
        ("How much power may a site draw in Europe?", "20 MW", "European sites may draw only so much power."),
        ("From which year must sites report their energy of inference?", "2028", "The energy must be reported soon."),
        ("¿Qué parte de la energía vendrá de fuentes renovables?", "70 %", "La energía será en parte renovable."),
    ],
)
async def test_a_sentence_without_the_figure_asked_for_gives_way_to_its_words(
    shelf, endpoint, assistant, question, words, vague
):
    def write(asked):
        line = next(line for line in asked.lines if words in line.text)
        told = [([line.number], vague), ([line.number], f"The report says: {line.text}")]
        return draft(*told[: 1 + is_told])

    endpoint.reply, is_told = Author(write), False
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(question)
    assert words in answer.answer and vague not in answer.answer
    is_told = True  # by another sentence
    answer = await assistant(shelf.library, endpoint.url, rounds=0, cache_megabytes=0).ask(question)
    assert words in answer.answer and vague in answer.answer


@pytest.mark.parametrize("lead", ["", "The report says: ", "According to the European Post-Exascale Site Council, "])
async def test_a_right_sentence_under_a_wrong_number_is_cited_anew(shelf, endpoint, assistant, lead):
    def write(asked):
        right = next(line for line in asked.lines if line.text == EUROPE)
        other = next(line for line in asked.lines if line.report == right.report and "power" not in line.text.lower())
        return draft(([other.number], lead + EUROPE))

    endpoint.reply = Author(write, judge=lambda claim, cited: one_line(cited) == EUROPE)
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(BOTH)
    first = shown(answer)[0]
    assert first.text == lead + EUROPE
    assert [one_line(citation.quote) for citation in first.citations] == [EUROPE]
    assert not [part for part in answer.missing if "Europe" in part]
    assert "40 MW" in answer.answer  # of Japan, that the draft says nothing of


async def test_a_part_is_missing_where_both_found_nothing(shelf, endpoint, assistant):
    endpoint.reply = Author(
        lambda asked: draft(missing=("the power in Europe", "the power in Japan")), answers="partly"
    )
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(BOTH)
    assert "20 MW" in answer.answer and "40 MW" in answer.answer and answer.missing == []
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(
        "Which herring quotas does the Zanzibar fleet have?"
    )
    assert answer.status == "abstained"


async def test_what_a_reader_holds_to_answer_nothing_is_quoted_by_nobody(shelf, endpoint, assistant):
    """A rejected sentence gives way to no quote then; its words are shown as the nearest."""

    def write(asked):
        lines = [line for line in asked.lines if 60 < len(line.text) < 300][:2]
        return draft(*(([line.number], f"Of this it is said: {line.text}") for line in lines))

    endpoint.reply = Author(write, judge=lambda *_: False, answers="no")
    question = "Which operating system will the Japanese site run?"
    answer = await assistant(shelf.library, endpoint.url, rounds=0).ask(question)
    assert (answer.status, shown(answer)) == ("abstained", [])
    assert {claim.reason for claim in answer.claims} == {"not what it says"}
    assert answer.nearest[0].id == answer.claims[0].citations[0].id
