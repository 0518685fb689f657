"""How deep a question is looked into: what a draft is shown at each depth, and a retriever that searches again."""

from decimal import Decimal

import pytest
from doubles.desk import Asked, Author, assert_books, draft

POWER = "How much power may a post-exascale site draw?"
COMPARE = "Compare Europe, Japan and the US on the electrical power that a site may draw"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
CODING = "Coding assistants will be offered on all machines."
WANTED = "coding assistants trained on open source code"


class Reading(Author):
    """Drafts from what is shown, and as a retriever asks for what it was told to, once each."""

    def __init__(self, *searches: list[str]) -> None:
        super().__init__(lambda asked: draft(([asked.number(EUROPE)], EUROPE)), search=self._next)
        self._searches = list(searches)
        self.seen: list[str] = []

    def _next(self, prompt: str) -> list[str]:
        self.seen.append(prompt)
        return self._searches.pop(0) if self._searches else []


def shown(asked: Asked) -> int:
    return sum(len(line.text) for line in asked.lines)


async def test_more_is_shown_the_deeper_a_question_is_looked_into(shelf, endpoint, assistant):
    lengths = {}
    for depth in ("quick", "standard", "deep", "auto"):
        endpoint.reply = author = Reading()
        await assistant(shelf.library, endpoint.url, depth=depth).ask(POWER)
        lengths[depth] = shown(author.asked[0])
        most = 8 if depth in ("quick", "auto") else 12
        assert f"At most {most} sentences" in endpoint.meter.requests[-1]["messages"][0]["content"]
    assert lengths["quick"] == lengths["auto"] < 5_500 < lengths["standard"] <= lengths["deep"]
    endpoint.reply = author = Reading()
    await assistant(shelf.library, endpoint.url).ask(COMPARE)
    assert shown(author.asked[0]) > 5_500  # what asks several reports takes more of them


async def test_a_draft_that_is_shown_more_may_find_it_in_other_reports_than_those_asked_for(shelf, endpoint, assistant):
    question = "How much power may a site draw in Japan?"
    for depth, elsewhere in (("quick", False), ("standard", True)):
        endpoint.reply = author = Author(lambda asked: draft())
        answer = await assistant(shelf.library, endpoint.url, depth=depth).ask(question)
        assert author.asked[0].holds("40 MW") and author.asked[0].holds(EUROPE) == elsewhere
        assert answer.coverage.narrowed_to == ([] if elsewhere else ["Japan"])
        assert (answer.coverage.reports_searched > 1) == elsewhere
        assert {citation.region for claim in answer.claims for citation in claim.citations} == {"Japan"}


async def test_a_deep_question_is_searched_again_for_what_is_missing(shelf, endpoint, assistant):
    endpoint.reply = author = Reading([WANTED], [])
    events = []
    answer = await assistant(shelf.library, endpoint.url, depth="deep").ask(POWER, on_event=events.append)
    assert [CODING in prompt for prompt in author.seen] == [False, True]
    assert author.asked[0].holds(CODING) and WANTED in answer.coverage.queries
    (deeper,) = [event for event in events if event.kind == "deepened"]
    assert deeper.data == {"queries": [WANTED], "missing": [WANTED]}
    assert answer.cost.calls == len(endpoint.meter.requests) == 3
    assert_books(answer, endpoint)


async def test_a_model_that_never_has_enough_searches_three_times(shelf, endpoint, assistant):
    endpoint.reply = author = Reading(*([f"{WANTED} {number}"] for number in range(9)))
    answer = await assistant(shelf.library, endpoint.url, depth="deep").ask(POWER)
    assert len(author.seen) == 3 and answer.status == "answered"
    endpoint.reply = author = Reading(*([WANTED] for _ in range(9)))
    await assistant(shelf.library, endpoint.url, depth="deep").ask(POWER)
    assert len(author.seen) == 2  # the same again finds nothing new


async def test_only_a_deep_question_is_searched_again(shelf, endpoint, assistant):
    for depth in ("auto", "quick", "standard"):
        endpoint.reply = author = Reading([WANTED])
        await assistant(shelf.library, endpoint.url, depth=depth).ask(POWER)
        assert author.seen == []


@pytest.mark.usefixtures("priced")
async def test_a_cap_holds_for_searching_again(shelf, endpoint, assistant):
    endpoint.reply = author = Reading([WANTED])
    answer = await assistant(shelf.library, endpoint.url, depth="deep", max_cost="0.000001").ask(POWER)
    assert not author.seen and (answer.mode, answer.error.kind) == ("evidence", "BudgetReached")


@pytest.mark.usefixtures("priced")
async def test_the_estimate_names_the_price_of_each_depth(shelf, endpoint, assistant):
    told = await assistant(shelf.library, endpoint.url).estimate(POWER)
    assert not endpoint.meter.received
    quick, standard, deep = (Decimal(told.by_depth[depth].usd) for depth in ("quick", "standard", "deep"))
    assert quick < standard < deep and told.by_depth["quick"] == told.typical
    endpoint.reply = Reading(*([f"{WANTED} {number}"] for number in range(3)))
    made = assistant(shelf.library, endpoint.url, depth="deep")
    most = (await made.estimate(POWER)).at_most
    cost = (await made.ask(POWER)).cost
    assert 1 < cost.calls <= most.calls and cost.input_tokens <= most.input_tokens
    assert cost.output_tokens <= most.output_tokens and Decimal(cost.usd) <= Decimal(most.usd)


@pytest.mark.parametrize(
    ("question", "is_short"),
    [
        (POWER, True),
        ("How many sites may draw power in Europe?", True),
        ("Which regions plan quantum machines?", False),
    ],
)
async def test_by_itself_a_look_up_is_shown_little_and_a_list_more(shelf, endpoint, assistant, question, is_short):
    endpoint.reply = author = Author(lambda asked: draft(missing=("all",)), answers="no")
    for depth in ("auto", "quick"):
        await assistant(shelf.library, endpoint.url, depth=depth, rounds=0).ask(question)
    auto, quick = (len(asked.lines) for asked in author.asked)
    assert (auto == quick) == is_short
