"""Money end to end: the books of a batch beside the meter of a server that fails, caps, and what a question takes."""

import asyncio
import subprocess
from decimal import Decimal
from typing import Any

import pytest
from coscribe.core.errors import BudgetReached, Withheld
from coscribe.models.cache import ReplyCache
from coscribe.models.port import Asking
from coscribe.money.caps import Caps
from coscribe.money.prices import Prices, UserPrice
from doubles.accounts import (
    INPUT,
    OUTPUT,
    Accounts,
    agent_of,
    clerk,
    moody_clerk,
    prepare,
    price,
    questions,
    rows,
    scribe,
    total,
)
from doubles.books import Said, prompt
from doubles.command_line import PROGRAM, run
from doubles.desk import Author, repeat
from doubles.endpoint import Fault, quarter

POWER = "How much power may a post-exascale site draw?"
LONG = "A site may draw some power. " * 240
PRICED = Prices({name: UserPrice(INPUT, OUTPUT) for name in ("m", "gpt-4o-mini")})


@pytest.fixture
def served(endpoint, monkeypatch):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    endpoint.reply, endpoint.agent = clerk, agent_of
    return endpoint


def batch(shelf, endpoint, source, name, *options):
    model = ("--model", "m", "--base-url", endpoint.url, "--library", shelf.library.folder)
    return ["batch", source, "-o", source.with_name(name), *model, "--concurrency", 32, "--json", *options]


def test_the_books_of_a_batch_are_those_of_the_server_whatever_it_does(shelf, served, tmp_path):
    home = prepare(tmp_path / "home", "timeout_seconds = 3")
    served.stall, served.delay = 5.0, 0.2  # long enough for many to be under way, however slow the machine
    faults: dict[int, Fault] = {3: 429, 5: 500, 25: "stall", 27: "cut", 28: "garble", 29: "cut"}

    def disturb(number: int) -> Fault | None:
        # What is lost is estimated by what its agent wrote before: late drafts, as no review may have been read yet.
        agents = [agent_of(request) for request in served.meter.requests[: number + 1]]
        return faults.get(agents.count("drafter") - 1) if agents[-1] == "drafter" else None

    served.disturb, served.reply = disturb, moody_clerk
    done = run(*batch(shelf, served, questions(tmp_path / "in.jsonl", 30), "out.jsonl"))
    books, meter = Accounts.of(home), served.meter
    assert books.faults(served) == []
    assert done.code == 4 and done.json["cost"]["calls"] == len(meter.requests)
    assert {"drafter", "reviewer"} == set(meter.told) and total(meter.untold).calls == 4
    assert books.refused == 2 and meter.busiest > 8


@pytest.mark.parametrize("body", ['{"choices": [{"message": {"content": "', "plain words", "[1]"])
async def test_an_answer_that_arrived_broken_may_be_billed(endpoint, connect, books, body):
    endpoint.whole_body = ("application/json", body)
    with pytest.raises(Exception, match=r"instead of json|unknown form"):
        await connect(endpoint.url).parse(prompt(), Said)
    (row,) = books.rows()
    assert (row["status"], row["estimated"], row["output_tokens"]) == ("failed", 1, 200) and Decimal(row["usd"]) > 0


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", "<html>"), ("application/json", '{"error": {"message": "no memory"}}')]
)
async def test_a_web_page_or_an_error_is_no_answer_and_costs_nothing(endpoint, connect, books, kind, body):
    endpoint.whole_body = (kind, body)
    with pytest.raises(Exception, match=r"instead of json|no memory"):
        await connect(endpoint.url).parse(prompt(), Said)
    assert [(row["usd"], row["estimated"]) for row in books.rows()] == [("0", 0)]
    assert len(endpoint.meter.requests) == 1


@pytest.mark.parametrize("factor", [1.0, 1.2])
@pytest.mark.parametrize("name", ["m", "gpt-4o-mini"])
async def test_32_workers_send_what_a_cap_pays_and_never_more(endpoint, connect, books, factor, name):
    endpoint.delay, endpoint.count = 0.01, lambda text: int(quarter(text) * factor)
    endpoint.reply = lambda request: {"text": "yes " * 20}
    await connect(endpoint.url, model=name, prices=PRICED).parse(prompt(LONG, run="probe"), Said)
    one, (probe,) = price(endpoint.meter.told), books.rows()
    assert probe["input_tokens"] <= probe["reserved_tokens"] - prompt().max_output_tokens
    model = connect(endpoint.url, model=name, prices=PRICED, caps=Caps(run=12 * one), max_concurrency=32)
    asked = (model.parse(prompt(LONG), Said) for _ in range(64))
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in made} == {Said, BudgetReached}
    sent = len(endpoint.meter.requests) - 1
    assert 11 <= sent <= 12 and price(endpoint.meter.told) - one <= 12 * one
    assert Decimal(books.cost("r").usd) == price(endpoint.meter.told) - one


def test_two_processes_share_a_cap_of_the_day(shelf, served, tmp_path):
    served.reply, served.delay = scribe, 0.02
    probe = prepare(tmp_path / "probe")
    assert run(*batch(shelf, served, questions(tmp_path / "probe.jsonl", 6), "p.jsonl"), "--home", probe).code == 0
    drafts = {"drafter": served.meter.told["drafter"]}  # a review takes less
    one, before = price(drafts) / total(drafts).calls, price(served.meter.told)
    calls = len(served.meter.requests)
    home, source = prepare(tmp_path / "both", f"[caps]\nday = {one * 10:f}"), questions(tmp_path / "in.jsonl", 12)
    command = [*PROGRAM, *map(str, batch(shelf, served, source, "a.jsonl", "--no-cache", "--home", home))]
    other = [part.replace("a.jsonl", "b.jsonl") for part in command]
    started = [subprocess.Popen(words, stdout=subprocess.DEVNULL) for words in (command, other)]
    assert [process.wait(timeout=600) for process in started] == [5, 5]
    assert price(served.meter.told) - before <= one * 10
    assert len(served.meter.requests) - calls >= 9
    assert {row["status"] for row in rows(home)} == {"ok"}


async def test_what_a_lost_attempt_may_have_cost_counts_until_the_cap(endpoint, connect, books):
    model = connect(endpoint.url, max_retries=0)
    await model.parse(prompt(LONG), Said)
    endpoint.hang_ups = 1
    with pytest.raises(Exception, match="hung up"):
        await model.parse(prompt(LONG), Said)
    fine, lost = books.rows()
    assert Decimal(lost["usd"]) < Decimal(lost["reserved_usd"])
    least = Decimal(fine["usd"]) + Decimal(lost["usd"]) + Decimal(lost["reserved_usd"])
    with pytest.raises(BudgetReached):
        await connect(endpoint.url, caps=Caps(run=least)).parse(prompt(LONG), Said)


async def test_an_answer_that_is_kept_is_not_given_to_whom_its_words_may_not_go(endpoint, connect, tmp_path):
    """Nor is it sent: a prompt that quotes it is internal like the report it was drawn from."""
    cache = ReplyCache(tmp_path / "replies.sqlite", 1)
    endpoint.reply = lambda request: {"text": "the zephyrine hall"}
    kept = await connect(endpoint.url, cache=cache).parse(prompt("Secret."), Said)
    received = endpoint.meter.received
    for options in (
        {"trusted": ()},
        {"trusted": (), "allowed": ("127.0.0.1",)},
        {"model": "m-cloud", "allowed": ("127.0.0.1",)},
    ):
        model = connect(endpoint.url, cache=cache, **options)
        for text in ("Secret.", kept.text):
            with pytest.raises(Withheld):
                await model.parse(prompt(text), Said)
        with pytest.raises(Withheld):
            await model.embed([kept.text], Asking("r", level="internal"))
    assert endpoint.meter.received == received
    cache.close()


@pytest.mark.parametrize("proxied", [False, True])
async def test_what_a_trusted_run_kept_never_leaves_in_a_remote_one(
    guarded_shelf, endpoint, other_endpoint, assistant, monkeypatch, proxied
):
    hall = "How much peak electrical power may the hall draw?"
    endpoint.reply = other_endpoint.reply = Author(repeat("power"))
    await assistant(guarded_shelf.library, endpoint.url, cache_megabytes=9).ask(hall)
    assert b"zephyrine" in endpoint.meter.received
    before = len(endpoint.meter.received)
    if proxied:
        monkeypatch.setenv("HTTP_PROXY", other_endpoint.url.removesuffix("/v1"))
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    told: dict[str, Any] = {"cache_megabytes": 9, "allow_remote": ["127.0.0.1"]}
    answer = await assistant(guarded_shelf.library, endpoint.url, **told).ask(hall)
    assert answer.cost.calls and b"zephyrine" not in endpoint.meter.received[before:]
    assert other_endpoint.meter.received == b""


async def test_a_plain_question_takes_few_calls_and_a_second_one_none(shelf, served, assistant, tmp_path):
    prepare(tmp_path / "home")
    made = assistant(shelf.library, served.url, cache_megabytes=9)
    first = (await made.ask(POWER)).cost
    assert 2 == first.calls <= 3 and first.input_tokens + first.output_tokens <= 6000
    assert (first.input_tokens, first.output_tokens) == (served.meter.input_tokens, served.meter.output_tokens)
    again = (await made.ask(POWER)).cost
    assert (again.calls, again.input_tokens, again.usd, again.saved_usd) == (0, 0, "0", first.usd)
    assert len(served.meter.requests) == 2


@pytest.mark.parametrize(
    ("statuses", "kind", "body", "requests", "says"),
    [
        ([429] * 99, "", "", 3, "answered 429"),
        ([401] * 99, "", "", 1, "the key was refused"),
        ([404] * 99, "", "", 1, "check the model's name"),
        ([500] * 99, "", "", 3, "answered 500"),
        ([], "text/html", "<html>Welcome</html>", 1, "text/html instead of json"),
        ([], "application/json", '{"error": {"message": "no memory"}}', 1, "no memory"),
    ],
)
def test_a_failing_endpoint_is_asked_a_few_times_and_the_quotes_come_all_the_same(
    shelf, served, statuses, kind, body, requests, says
):
    served.statuses, served.whole_body = statuses, (kind, body) if kind else None
    place = ("--model", "m", "--base-url", served.url, "--library", shelf.library.folder)
    done = run("ask", POWER, *place, "--json")
    answer = done.json
    assert done.code == 4 and len(served.meter.requests) == requests == answer["cost"]["calls"]
    assert says in answer["degraded"] and "\n" not in answer["degraded"]
    assert "20 MW of peak electrical power by 2030" in answer["answer"]
