"""Every way a server fails: what is retried, how often, what is said, and what is booked for it."""

import asyncio
from decimal import Decimal

import pytest
from coscribe.core.errors import BudgetReached, EndpointError, MalformedReply
from coscribe.models.port import Asking
from coscribe.money.ledger import Caps
from doubles.books import Said, prompt
from doubles.endpoint import Endpoint

LONG = "word " * 3000


async def test_a_cut_answer_is_billed_and_not_used(endpoint, connect, books):
    endpoint.finish = "length"
    with pytest.raises(MalformedReply, match="cut off at 200 output tokens"):
        await connect(endpoint.url).parse(prompt(), Said)
    assert books.statuses() == ["ok"]
    books.assert_match(endpoint)


async def test_an_answer_without_finish_is_billed_and_a_failure(endpoint, connect, books):
    endpoint.finish = None
    with pytest.raises(EndpointError, match="broke off") as caught:
        await connect(endpoint.url).parse(prompt(), Said)
    assert not isinstance(caught.value, MalformedReply)
    assert books.statuses() == ["failed"]
    books.assert_match(endpoint)


async def test_a_filtered_answer_is_told_as_such(endpoint, connect):
    endpoint.finish = "content_filter"
    with pytest.raises(EndpointError, match="declined to answer"):
        await connect(endpoint.url).parse(prompt(), Said)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("application/json", '{"error": {"message": "model is loading"}}', "answered with an error: model is loading"),
        ("application/json", '{"error": "no memory"}', "answered with an error: no memory"),
        ("application/json", "[1]", "answered in an unknown form .*check base_url"),
        ("application/json", '{"choices": {"a": 1}}', "answered in an unknown form"),
        ("application/json", '{"choices": [], "usage": "much"}', "broke off"),
        ("text/html", "<html>Welcome</html>", r"answered with text/html instead of json: check base_url .*/v1"),
        ("application/json", "{}", "broke off"),
        ("application/json", '{"choices": []}', "broke off"),
    ],
)
async def test_a_success_that_is_none_says_why(endpoint, connect, books, kind, body, reason):
    endpoint.whole_body = (kind, body)
    with pytest.raises(EndpointError, match=reason):
        await connect(endpoint.url).parse(prompt(), Said)
    assert books.statuses() == ["failed"]
    assert len(endpoint.meter.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_passing_trouble_is_retried_and_each_attempt_is_a_row(endpoint, connect, books, status):
    endpoint.statuses = [status, status]
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "yes"
    assert books.statuses() == ["failed", "failed", "ok"]
    assert [row["usd"] for row in books.rows()][:2] == ["0", "0"]
    books.assert_match(endpoint)


@pytest.mark.parametrize(
    ("status", "requests", "said"),
    [
        (401, 1, "the key was refused (401): check the key variable"),
        (403, 1, "the key was refused (403): check the key variable"),
        (404, 1, "check the model's name and base_url"),
        (400, 1, "answered 400: scripted failure 400; check the model's features"),
        (429, 3, "wait, lower the number of calls at once"),
        (500, 3, "check the server's log, then try again"),
    ],
)
async def test_lasting_trouble_ends_after_a_bounded_number_of_attempts(
    endpoint, connect, books, status, requests, said
):
    endpoint.statuses = [status] * 10
    with pytest.raises(EndpointError) as caught:
        await connect(endpoint.url).parse(prompt(), Said)
    message = str(caught.value)
    assert said in message
    assert f"{endpoint.url.split('/')[2]} (model 'm')" in message
    assert "secret-key" not in message
    assert "\n" not in message
    assert len(endpoint.meter.requests) == requests == len(books.rows())
    assert set(books.statuses()) == {"failed"}
    assert books.cost("r").usd == "0"


async def test_a_hang_up_is_retried_and_estimated_by_what_such_calls_took(endpoint, connect, books):
    endpoint.hang_ups = 1
    model = connect(endpoint.url)
    assert (await model.parse(prompt(), Said)).text == "yes"
    endpoint.hang_ups = 1
    assert (await model.parse(prompt(), Said)).text == "yes"
    first, fine, second, _ = books.rows()
    assert (first["status"], first["estimated"], first["output_tokens"]) == ("failed", 1, 200)  # all that it may write
    assert 0 < Decimal(first["usd"]) < Decimal(first["reserved_usd"])
    assert (fine["status"], fine["estimated"]) == ("ok", 0)
    assert (second["estimated"], second["output_tokens"]) == (1, fine["output_tokens"])


async def test_lasting_hang_ups_are_told(endpoint, connect):
    endpoint.hang_ups = 9
    with pytest.raises(EndpointError, match="hung up before it answered"):
        await connect(endpoint.url, max_retries=1).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 2


async def test_a_server_that_is_not_there_costs_nothing(connect, books):
    gone = Endpoint()
    gone.close()
    with pytest.raises(EndpointError, match="cannot be reached: check that the server runs"):
        await connect(gone.url, max_retries=1).parse(prompt(), Said)
    assert books.statuses() == ["failed", "failed"]
    assert books.cost("r").usd == "0"


async def test_a_slow_server_is_given_up_and_counted_as_if_it_had_worked(endpoint, connect, books):
    endpoint.delay = 60
    with pytest.raises(EndpointError, match="did not answer within 1 s"):
        await connect(endpoint.url, max_retries=1, timeout_seconds=1).parse(prompt(), Said)
    assert books.statuses() == ["failed", "failed"]
    assert all(row["estimated"] and row["input_tokens"] > 3 and Decimal(row["usd"]) > 0 for row in books.rows())


async def test_a_cancelled_call_is_booked_as_cancelled(endpoint, connect, books):
    endpoint.delay = 60
    call = asyncio.ensure_future(connect(endpoint.url).parse(prompt(), Said))
    while not endpoint.meter.requests:  # noqa: ASYNC110  what is waited for is a thread
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (row,) = books.rows()
    assert (row["status"], row["estimated"]) == ("cancelled", 1) and Decimal(row["usd"]) > 0
    assert len(endpoint.meter.requests) == 1


async def test_null_details_and_missing_usage_are_no_trouble(endpoint, connect, books):
    endpoint.usage = "bare"
    model = connect(endpoint.url)
    await model.parse(prompt(), Said)
    books.assert_match(endpoint)
    endpoint.usage = "none"
    await model.parse(prompt(), Said)
    assert [row["estimated"] for row in books.rows()] == [0, 1]
    assert books.rows()[1]["input_tokens"] > 3


async def test_a_prompt_cut_by_the_server_is_noticed_and_billed(endpoint, connect, books):
    endpoint.shown_input = 512
    with pytest.raises(EndpointError, match=r"read only 512 of about \d+ tokens: raise the server's context length"):
        await connect(endpoint.url).parse(prompt(LONG), Said)
    assert books.rows()[0]["input_tokens"] == 512


async def test_a_retry_that_would_pass_the_cap_is_not_sent(endpoint, connect, books):
    endpoint.hang_ups = 9  # each may have been billed, so each keeps its reservation
    probe = connect(endpoint.url, caps=Caps(run=Decimal(1)), max_retries=0)
    with pytest.raises(EndpointError):
        await probe.parse(prompt(run="probe"), Said)
    worst = Decimal(books.rows()[0]["reserved_usd"])
    with pytest.raises(BudgetReached):
        await connect(endpoint.url, caps=Caps(run=worst * 2), max_retries=5).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 3


@pytest.mark.parametrize("body", ['{"data": []}', '{"data": [{"index": 0}]}', '{"choices": []}', '{"data": null}'])
async def test_an_endpoint_without_vectors_says_so(endpoint, connect, body):
    endpoint.whole_body = ("application/json", body)
    with pytest.raises(EndpointError, match=r"vectors for 1 texts|unknown form"):
        await connect(endpoint.url).embed(["x"], Asking("r"))
