"""The estimate: what a question would cost, said before anything is sent, and never less than what it then costs."""

from decimal import Decimal

import pytest
from doubles.command_line import run
from doubles.desk import Author, draft, repeat

POWER = "How much power may a post-exascale site draw?"
EUROPE = "A post-exascale site may draw at most 20 MW of peak electrical power by 2030, cooling not included."
SOFT = "Europe caps the consumption of a big future centre at 20 MW of peak electrical power by 2030."


@pytest.fixture
def settings(tmp_path):
    """Writes the user's own settings."""

    def write(text):
        file = tmp_path / "home" / "state" / "coscribe.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return write


def amounts(bound):
    return bound.calls, bound.input_tokens, bound.output_tokens, Decimal(bound.usd)


async def test_nothing_is_sent_and_the_worst_run_stays_within(shelf, endpoint, assistant, settings):
    settings("[prices.m]\ninput = 3\noutput = 7\n")
    made = assistant(shelf.library, endpoint.url)
    told = await made.estimate(POWER)
    assert not endpoint.meter.received
    assert told.typical.calls == 2 and told.unpriced == []
    assert all(low < high for low, high in zip(amounts(told.typical), amounts(told.at_most), strict=True))
    drafts = Author(lambda asked: draft(([asked.number(EUROPE)], SOFT)), judge=lambda *_: False)
    answers = []

    def grudging(request):  # every answer is long and has to be repaired
        if len(request["messages"]) == 2:
            answers.append(drafts(request))
            return {"wrong": "word " * 1400}
        return answers[-1]

    endpoint.reply = grudging
    cost = (await made.ask(POWER)).cost
    assert cost.calls == told.at_most.calls == 8  # two drafts, two reviews, each repaired
    assert all(paid <= most for paid, most in zip(amounts(cost), amounts(told.at_most), strict=True))


async def test_what_calls_took_so_far_is_what_they_typically_take(shelf, endpoint, assistant, settings):
    settings("[prices.m]\nper_hour = 3600\n")  # a dollar a second
    made = assistant(shelf.library, endpoint.url)
    before = await made.estimate(POWER)
    assert before.typical.usd is None  # nobody knows how long a call takes
    assert Decimal(before.at_most.usd) == before.at_most.calls * 120  # as long as one may take
    endpoint.reply, endpoint.delay = Author(repeat("power")), 0.2
    cost = (await made.ask(POWER)).cost
    assert cost.calls == 1
    after = await made.estimate("Which ceiling on peak electrical power is recommended?")
    assert Decimal(after.typical.usd) == pytest.approx(2 * Decimal(cost.usd), abs=Decimal("0.001"))  # and a review
    assert 0.2 <= Decimal(cost.usd) < 5


async def test_what_is_in_the_cache_typically_costs_nothing(shelf, endpoint, assistant, settings):
    settings("[prices.m]\ninput = 3\noutput = 7\n")
    endpoint.reply = Author(repeat("power"))
    made = assistant(shelf.library, endpoint.url, cache_megabytes=9)
    await made.ask(POWER)
    told = await made.estimate(POWER)
    assert (told.typical.calls, told.typical.usd) == (0, "0") and told.at_most.calls > 0


async def test_a_note_costs_what_its_sections_cost(shelf, endpoint, assistant):
    made = assistant(shelf.library, endpoint.url)
    one, note = await made.estimate(POWER), await made.estimate("peak electrical power", template="policy-note")
    assert note.typical.calls >= 3 * one.typical.calls
    assert not endpoint.meter.received


def test_the_command_asks_for_no_consent_and_says_how_to_give_a_price(shelf, endpoint, monkeypatch):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")  # the host is remote, and was never allowed
    place = ("--library", shelf.library.folder, "--model", "m", "--base-url", endpoint.url)
    for command in (("ask", POWER), ("note", "peak electrical power")):
        told = run(*command, "--estimate", *place, "--json").json
        assert told["typical"]["calls"] and told["at_most"]["input_tokens"] > told["typical"]["input_tokens"] > 100
        assert (told["typical"]["usd"], told["at_most"]["usd"], told["unpriced"]) == (None, None, ["m"])
        shown = run(*command, "--estimate", *place)
        assert shown.code == 0 and "price unknown" in shown.out and '[prices."m"]' in shown.out
    assert not endpoint.meter.received
    assert run("ask", POWER, *place).code == 2  # while the question itself does ask


def test_quotes_cost_nothing(shelf, monkeypatch):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    told = run("ask", POWER, "--estimate", "--json", "--library", shelf.library.folder).json
    nothing = {"calls": 0, "input_tokens": 0, "output_tokens": 0, "usd": "0"}
    assert told == {"question": POWER, "typical": nothing, "at_most": nothing, "unpriced": [], "currency": "USD",
                    "by_depth": {}}  # fmt: skip
