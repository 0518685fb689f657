"""What a cap holds against: servers that count more than we do, write more than they may, or report nonsense."""

import asyncio
import threading
import time
from decimal import Decimal

import pytest
from coscribe.core.errors import BudgetReached
from coscribe.models.port import Asking
from coscribe.models.servers import Servers
from coscribe.money.caps import Caps
from doubles.accounts import INPUT, OUTPUT, prepare, price
from doubles.books import Said, prompt
from doubles.command_line import run
from doubles.endpoint import quarter

LONG = "A site may draw some power. " * 240
SHORT = "A site may draw some power."
POWER = "How much power may a post-exascale site draw?"


@pytest.fixture
def memory(tmp_path):
    opened = Servers(tmp_path / "servers.sqlite")
    yield opened
    opened.close()


def metered(endpoint):
    """What the server charges, at the prices of the model `m` of the books."""
    meter = endpoint.meter
    return (meter.input_tokens - meter.cached_tokens * Decimal("0.5") + meter.output_tokens * 2) / 1_000_000


async def ask_all(models, text, count):
    asked = (models[number % len(models)].parse(prompt(f"{number} {text}"), Said) for number in range(count))
    return await asyncio.gather(*asked, return_exceptions=True)


@pytest.mark.parametrize("factor", [0.5, 1, 2, 3])
@pytest.mark.parametrize(("usage", "least"), [("bare", Decimal("0.02")), ("none", Decimal("0.0005"))])
async def test_the_cap_holds_at_first_contact_however_a_server_counts(endpoint, connect, memory, factor, usage, least):
    endpoint.count, endpoint.usage, endpoint.delay = lambda words: round(quarter(words) * factor), usage, 0.02
    true = []

    def reply(request):
        counted = [endpoint.count(message["content"]) for message in request["messages"]]
        true.append(Decimal(sum(counted) + 2 * endpoint.count('{"text": "yes"}')) / 1_000_000)
        return {"text": "yes"}

    endpoint.reply = reply
    model = connect(endpoint.url, caps=Caps(day=Decimal("0.03")), max_concurrency=32, servers=memory)
    made = await ask_all([model], LONG, 64)
    assert {type(answer) for answer in made} == {Said, BudgetReached}
    assert least < sum(true) <= Decimal("0.03")
    assert endpoint.meter.busiest > 1  # once it is known how it counts


async def test_a_short_prompt_does_not_vouch_for_long_ones(endpoint, connect, memory):
    endpoint.count, endpoint.usage, endpoint.delay = lambda words: 3 * quarter(words), "bare", 0.02
    model = connect(endpoint.url, caps=Caps(day=Decimal("0.03")), max_concurrency=32, servers=memory)
    await model.parse(prompt(SHORT), Said)
    await ask_all([model], LONG, 64)
    assert Decimal("0.02") < metered(endpoint) <= Decimal("0.03")


async def test_what_a_short_prompt_shows_is_reserved_for_the_next(endpoint, connect, books, memory):
    endpoint.shown_input = 4000  # most of it around the prompt
    for text in (SHORT, LONG):
        await connect(endpoint.url, caps=Caps(day=Decimal(1)), servers=memory).parse(prompt(text), Said)
    first, second = (row["reserved_tokens"] for row in books.rows())
    assert first < 4000 + 200 < second


async def test_the_first_call_to_a_server_goes_alone_whichever_process_makes_it(endpoint, connect, memory):
    seen = []

    def reply(request):
        if not seen:
            time.sleep(0.4)
        seen.append(len(endpoint.meter.requests))
        return {"text": "yes"}

    endpoint.reply, endpoint.delay = reply, 0.05
    # Each of the two has a queue and a knowledge of its own; what they share is on disk.
    models = [connect(endpoint.url, caps=Caps(day=Decimal(1)), servers=memory, max_concurrency=8) for _ in range(2)]
    made = await ask_all(models, LONG, 12)
    assert [type(answer) for answer in made] == [Said] * 12
    assert seen[0] == 1 and endpoint.meter.busiest > 1


async def test_without_a_cap_nobody_waits_for_the_first_call(endpoint, connect, memory):
    together = threading.Barrier(6)  # nobody is answered before all are there

    def reply(request):
        together.wait(100)
        return {"text": "yes"}

    endpoint.reply = reply
    await ask_all([connect(endpoint.url, servers=memory, max_concurrency=6)], LONG, 6)
    assert endpoint.meter.busiest == 6


async def test_the_first_call_waits_for_no_server_but_its_own(endpoint, other_endpoint, connect, memory):
    came, go, busy = threading.Event(), threading.Event(), []

    def reply(request):
        came.set()
        go.wait(100)
        return {"text": "yes"}

    endpoint.reply = reply
    other_endpoint.reply = lambda request: busy.append(endpoint.meter.busy) or {"text": "yes"}
    slow, fast = (connect(one.url, caps=Caps(day=Decimal(1)), servers=memory) for one in (endpoint, other_endpoint))
    waiting = asyncio.ensure_future(slow.parse(prompt(LONG), Said))
    await asyncio.to_thread(came.wait, 100)
    await fast.parse(prompt(LONG), Said)
    go.set()
    await waiting
    assert busy == [1]


async def test_a_first_call_that_fails_leaves_the_next_one_alone_too(endpoint, connect, memory):
    endpoint.statuses, endpoint.delay = [500, 500, 401], 0.05
    model = connect(endpoint.url, caps=Caps(day=Decimal(1)), servers=memory, max_concurrency=4, max_retries=0)
    made = await ask_all([model], LONG, 4)
    assert [type(answer) for answer in made].count(Said) == 1
    assert endpoint.meter.busiest == 1


async def test_vectors_are_held_to_the_cap_as_answers_are(endpoint, connect, memory):
    endpoint.count = lambda words: 3 * quarter(words)
    model = connect(endpoint.url, caps=Caps(day=Decimal("0.06")), servers=memory, max_concurrency=16)
    texts = [[f"{number} {LONG}"] for number in range(32)]
    made = await asyncio.gather(*(model.embed(one, Asking("r")) for one in texts), return_exceptions=True)
    assert {type(answer) for answer in made} == {list, BudgetReached}
    assert Decimal("0.03") < metered(endpoint) <= Decimal("0.06")


async def test_a_server_that_ignores_its_limit_gets_one_call_under_a_cap_and_no_more(endpoint, connect, books, memory):
    endpoint.reply = lambda request: {"text": "yes " * 2000}
    capped = {"caps": Caps(day=Decimal(1)), "servers": memory, "max_concurrency": 32}
    made = await ask_all([connect(endpoint.url, **capped)], LONG, 64)
    assert {type(answer) for answer in made} == {BudgetReached} and len(endpoint.meter.requests) == 1
    said = {str(answer) for answer in made}
    assert any("wrote 2004 tokens where 200 were allowed, so no cap can hold there" in line for line in said)
    assert any("wrote 1804 tokens more than it was allowed" in line for line in said)
    books.assert_match(endpoint)  # what it did write is booked in full
    with pytest.raises(BudgetReached, match="more than it was allowed"):  # another process
        await connect(endpoint.url, **capped).parse(prompt(LONG), Said)
    assert len(endpoint.meter.requests) == 1


async def test_without_a_cap_it_is_asked_by_the_other_name_of_the_limit_and_trusted_once_it_keeps_to_it(
    endpoint, connect, memory
):
    endpoint.reply = lambda request: {"text": "yes " * (2000 if "max_completion_tokens" in request else 100)}
    free, capped = connect(endpoint.url, servers=memory), {"caps": Caps(day=Decimal(1)), "servers": memory}
    assert len((await free.parse(prompt(LONG), Said)).text) == 8000
    await free.parse(prompt(LONG), Said)
    assert ["max_tokens" in request for request in endpoint.meter.requests] == [False, True]
    with pytest.raises(BudgetReached, match="more than it was allowed"):  # it need not have wished to write more
        await connect(endpoint.url, **capped).parse(prompt(LONG), Said)
    endpoint.finish = "length"
    with pytest.raises(Exception, match="cut off at 200"):
        await free.parse(prompt("2 " + LONG), Said)
    endpoint.finish = "stop"
    await connect(endpoint.url, **capped).parse(prompt(LONG), Said)
    assert len(endpoint.meter.requests) == 4


async def test_a_name_of_the_limit_that_is_refused_is_left_again(endpoint, connect, memory):
    memory.note(endpoint.url.split("/")[2], "m", limit_name="max_tokens")
    endpoint.refuse = {"max_tokens": 400}
    await connect(endpoint.url, servers=memory).parse(prompt(), Said)
    assert memory.recall(endpoint.url.split("/")[2], "m").limit_name == "max_completion_tokens"
    endpoint.refuse = {"max_tokens": 400, "max_completion_tokens": 400}
    with pytest.raises(Exception, match="answered 400"):
        await connect(endpoint.url, servers=memory).parse(prompt(), Said)


async def test_a_last_token_that_is_counted_too_is_reserved_and_no_crime(endpoint, connect, books, memory):
    endpoint.said_usage = {"prompt_tokens": 1700, "completion_tokens": 203}
    capped = {"caps": Caps(day=Decimal(1)), "servers": memory}
    for _ in range(2):
        assert (await connect(endpoint.url, **capped).parse(prompt(LONG), Said)).text == "yes"
    first, second = books.rows()
    assert (first["output_tokens"], second["output_tokens"]) == (203, 203)
    assert Decimal(second["usd"]) <= Decimal(second["reserved_usd"])


NONSENSE = [
    None, "much", [], 7, {},
    {"prompt_tokens": -5, "completion_tokens": -5}, {"prompt_tokens": 0, "completion_tokens": 0},
    {"prompt_tokens": None, "completion_tokens": None}, {"prompt_tokens": "many", "completion_tokens": 1.5},
    {"prompt_tokens": 10**30, "completion_tokens": 10**30}, {"prompt_tokens": 1e308, "completion_tokens": 4},
    {"prompt_tokens": 1700, "completion_tokens": 0}, {"prompt_tokens": 1700, "completion_tokens": 1},
    {"prompt_tokens": 1700}, {"prompt_tokens": 1700, "completion_tokens": -200},
]  # fmt: skip


@pytest.mark.parametrize("usage", NONSENSE, ids=str)
async def test_a_count_that_cannot_be_is_no_count_and_the_answer_is_used(endpoint, connect, books, usage):
    endpoint.reply, endpoint.said_usage = lambda request: {"text": "yes " * 100}, usage
    assert (await connect(endpoint.url).parse(prompt(LONG), Said)).text.startswith("yes")
    (row,) = books.rows()
    assert (row["status"], row["estimated"]) == ("ok", 1)
    assert row["input_tokens"] > 1000 and row["output_tokens"] > 90
    assert Decimal(row["reserved_usd"]) >= Decimal(row["usd"]) > Decimal("0.001")


@pytest.mark.parametrize(
    ("said", "booked"),
    [
        ({"total_tokens": 1780}, (80, 0)),  # reasoning that only the total shows
        ({"total_tokens": -1, "completion_tokens_details": "none"}, (60, 0)),
        ({"completion_tokens_details": {"reasoning_tokens": 999}}, (60, 60)),
        ({"prompt_tokens_details": {"cached_tokens": 99999}}, (60, 0)),
        ({"prompt_tokens_details": {"cached_tokens": -7}}, (60, 0)),
    ],
    ids=str,
)
async def test_parts_are_never_more_than_the_whole(endpoint, connect, books, said, booked):
    endpoint.said_usage = {"prompt_tokens": 1700, "completion_tokens": 60, **said}
    await connect(endpoint.url).parse(prompt(LONG), Said)
    (row,) = books.rows()
    assert (row["output_tokens"], row["reasoning_tokens"]) == booked
    assert row["cached_tokens"] <= row["input_tokens"] == 1700 and row["estimated"] == 0


@pytest.mark.parametrize("body", ["[" * 200_000, '{"usage": ' * 100_000])
async def test_an_answer_too_deep_to_read_is_told_and_booked(endpoint, connect, books, body):
    endpoint.whole_body = ("application/json", body)
    with pytest.raises(Exception, match="instead of json"):
        await connect(endpoint.url).parse(prompt(), Said)
    assert [(row["status"], row["estimated"]) for row in books.rows()] == [("failed", 1)]


def test_a_question_and_the_doctor_say_which_server_no_cap_holds_for(shelf, endpoint, tmp_path):
    endpoint.reply = lambda request: {"text": "yes " * 20_000}
    home = prepare(tmp_path / "home")
    named = ("--model", "m", "--base-url", endpoint.url)
    asked = ("ask", POWER, *named, "--library", shelf.library.folder, "--home", home, "--json", "--max-cost", "1")
    for says in ("20004 tokens where 1500 were allowed", "18504 tokens more than it was allowed"):
        done = run(*asked)
        assert done.code == 5 and says in done.json["degraded"] and "\n" not in done.json["degraded"]
        assert "20 MW of peak electrical power by 2030" in done.json["answer"]
    assert len(endpoint.meter.requests) == 1
    assert price(endpoint.meter.told) == (endpoint.meter.input_tokens * INPUT + 20004 * OUTPUT) / 1_000_000
    checks = run("doctor", *named, "--home", home, "--json").json["checks"]
    features = next(check for check in checks if check["name"] == "features m")
    assert features["state"] == "warn" and "18504 tokens more than it was allowed" in features["detail"]
