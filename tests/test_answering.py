"""Does the evidence answer the question, and which segment does? Small texts, quotes alone, no model."""

import coscribe
import pytest
from doubles.texts import FILLER, QuotesDesk


@pytest.fixture
def desk(quotes_desk: QuotesDesk) -> QuotesDesk:
    return quotes_desk


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
async def test_a_word_of_any_question_does_not_refuse(desk: QuotesDesk, question: str) -> None:
    desk.holds({"act.md": ACT, "towers.md": TOWERS})
    answer = await desk.ask(question)
    assert answer.status != "abstained" and "1 500 000" in first(answer)


async def test_a_word_of_the_thing_asked_for_does_refuse(desk: QuotesDesk) -> None:
    desk.holds({"act.md": ACT, "towers.md": TOWERS})
    for question in ("What pension do institutions face?", "What is the maximum speed of the ferry?"):
        answer = await desk.ask(question)
        assert answer.status == "abstained", question


PEOPLE = f"""# Harbour Trust

## Board and management

Jane Moss

Chair of the board

Rolf Adler

Director of dredging

Ines Quint

Head of pilots

## Operations

The dredging of the northern basin went on all year, and the pilots guided every ship. The board was told of it.

{FILLER}
"""
ROLES_FIRST = PEOPLE.replace(
    "Jane Moss\n\nChair of the board\n\nRolf Adler\n\nDirector of dredging\n\nInes Quint\n\nHead of pilots",
    "Chair of the board\n\nJane Moss\n\nDirector of dredging\n\nRolf Adler\n\nHead of pilots\n\nInes Quint",
)


@pytest.mark.parametrize("text", [PEOPLE, ROLES_FIRST])
async def test_a_person_stands_in_the_line_above_the_role_or_below_it(desk: QuotesDesk, text: str) -> None:
    desk.holds({"trust.md": text})
    for question, right, wrong in (
        ("Who is the director of dredging?", "Rolf Adler", ("Jane Moss", "Ines Quint")),
        ("Who is the head of pilots?", "Ines Quint", ("Rolf Adler",)),
    ):
        told = first(await desk.ask(question))
        assert right in told and not any(other in told for other in wrong), question


CONTENTS = f"""# Yearly report

Incident reporting by providers ........................ 12

Fines for late incident reporting by providers . . . . . . . . 31

Cooling of the halls ..... 44

## Duties

A provider tells the office of an incident within 15 days.

{FILLER}
"""


async def test_a_line_of_leader_dots_is_no_answer(desk: QuotesDesk) -> None:
    desk.holds({"report.md": CONTENTS})
    for question in ("When must providers report an incident?", "Fines for late incident reporting by providers?"):
        told = quotes(await desk.ask(question))
        assert "...." not in told and ". . ." not in told, question


MACHINES = f"""# Machines

Aurora draws 60 MW of power and was installed in Lemont.

Borealis cost EUR 144 million, cooling included.

{FILLER}
"""


@pytest.mark.parametrize(
    "question", ["Aurora cost", "aurora cost", "What did Aurora cost?", "How much did Aurora cost?"]
)
async def test_what_is_asked_of_one_is_not_answered_of_another(desk: QuotesDesk, question: str) -> None:
    desk.holds({"machines.md": MACHINES})
    answer = await desk.ask(question)
    assert "144 million" not in quotes(answer)


@pytest.mark.parametrize("question", ["Aurora cost", "What did Aurora cost?", "How much did Aurora cost?"])
async def test_what_is_asked_is_answered_of_the_one_that_is_named(desk: QuotesDesk, question: str) -> None:
    desk.holds({"machines.md": MACHINES.replace("Lemont.", "Lemont. Aurora cost USD 500 million.")})
    assert "500 million" in first(await desk.ask(question))


@pytest.mark.parametrize("question", ["power?", "power", "Power?"])
async def test_a_single_word_is_answered(desk: QuotesDesk, question: str) -> None:
    desk.holds({"machines.md": MACHINES, "towers.md": TOWERS})
    answer = await desk.ask(question)
    assert answer.status != "abstained" and "60 MW" in first(answer)


async def test_a_count_is_no_year_and_no_day_of_a_month(desk: QuotesDesk) -> None:
    desk.holds(
        {
            "office.md": f"# Patent office\n\nPatents were filed on 22 September 2019.\n\n"
            f"The office granted 41 of the patents that were filed.\n\n{FILLER}"
        }
    )
    assert "41" in first(await desk.ask("How many patents were filed?"))


async def test_why_is_answered_with_a_reason(desk: QuotesDesk) -> None:
    desk.holds(
        {
            "line.md": f"# Ferry line\n\nRevenue of the night ferry fell in 2020.\n\n"
            f"Revenue of the night ferry fell by 4 %, because the pier was closed.\n\n"
            f"The night ferry sails daily.\n\n{FILLER}"
        }
    )
    for question in ("Why did revenue of the night ferry fall?", "What drove revenue of the night ferry down?"):
        assert "pier was closed" in first(await desk.ask(question)), question


async def test_what_a_word_means_is_answered_with_its_definition(desk: QuotesDesk) -> None:
    desk.holds(
        {
            "staff.md": f"# Staff\n\nHeadcount rose in every one of the segments of the group.\n\n"
            f"Headcount means all people with a direct contract.\n\nThe headcount target was met.\n\n{FILLER}"
        }
    )
    for question in ("How does the group define headcount?", "What is meant by headcount?"):
        assert "direct contract" in first(await desk.ask(question)), question
