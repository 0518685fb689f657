"""However slowly a server answers, an attempt ends when its time is over, and frees its slot and its connection."""

import socket
import time

import pytest
from coscribe.core.errors import EndpointError
from coscribe.models.port import Asking
from doubles.accounts import prepare
from doubles.books import Said, prompt
from doubles.command_line import run


def settle_down(endpoint, left):
    """Wait until the server noticed that nobody listens any more."""
    give_up = time.monotonic() + 100
    while endpoint.meter.left < left and time.monotonic() < give_up:
        time.sleep(0.02)
    return endpoint.meter.left


async def test_a_server_that_drips_is_given_up_and_its_slot_is_free(endpoint, connect, books):
    endpoint.drip = 0.25  # two minutes for the whole answer
    model = connect(endpoint.url, max_retries=1, timeout_seconds=1, max_concurrency=1)
    with pytest.raises(EndpointError, match="did not answer within 1 s"):
        await model.parse(prompt(), Said)
    assert [(row["status"], row["estimated"], row["output_tokens"]) for row in books.rows()] == [("failed", 1, 200)] * 2
    assert all(float(row["usd"]) > 0 and row["seconds"] < 50 for row in books.rows())
    assert len(endpoint.meter.requests) == 2 == settle_down(endpoint, 2)
    endpoint.drip = 0
    assert (await model.parse(prompt(), Said)).text == "yes"


async def test_a_body_that_drips_is_no_different_from_a_head_that_does(endpoint, connect, books):
    endpoint.whole_body, endpoint.drip = ("application/json", " " * 9000), 0.001
    with pytest.raises(EndpointError, match="did not answer within 1 s"):
        await connect(endpoint.url, max_retries=0, timeout_seconds=1).parse(prompt(), Said)
    assert books.statuses() == ["failed"]


async def test_vectors_that_drip_are_given_up_too(endpoint, connect, books):
    endpoint.drip = 0.25
    with pytest.raises(EndpointError, match="did not answer within 1 s"):
        await connect(endpoint.url, max_retries=0, timeout_seconds=1).embed(["one", "two"], Asking("r"))
    (row,) = books.rows()
    assert (row["status"], row["estimated"]) == ("failed", 1) and row["input_tokens"] > 1


async def test_what_was_never_sent_costs_nothing_however_long_the_connection_took(connect, books):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]  # more than the system keeps for a server that accepts nobody
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        model = connect(f"http://127.0.0.1:{full.getsockname()[1]}/v1", max_retries=0, timeout_seconds=1)
        with pytest.raises(EndpointError, match="did not answer within 1 s"):
            await model.parse(prompt(), Said)
        for one in waiting:
            one.close()
    assert [(row["status"], row["usd"], row["estimated"]) for row in books.rows()] == [("failed", "0", 0)]


@pytest.mark.parametrize("wait", ["retry-after: 7200", "retry-after: Fri, 31 Dec 2399 23:59:59 GMT"])
async def test_a_server_that_asks_for_hours_is_not_waited_for(endpoint, connect, wait):
    endpoint.statuses, endpoint.retry_after = [429] * 9, wait
    with pytest.raises(EndpointError, match="answered 429"):
        await connect(endpoint.url).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 1


@pytest.mark.parametrize("wait", ["retry-after: -5", "retry-after: nan", "retry-after: 0", "retry-after: soon"])
async def test_nonsense_is_no_time_to_wait(endpoint, connect, wait):
    endpoint.statuses, endpoint.retry_after = [503], wait
    assert (await connect(endpoint.url, max_retries=1).parse(prompt(), Said)).text == "yes"


def test_a_question_to_a_server_that_drips_ends_with_the_quotes(shelf, endpoint, tmp_path):
    home = prepare(tmp_path / "home", "timeout_seconds = 0.5\nmax_retries = 0\n")
    endpoint.drip = 0.25
    place = ("--model", "m", "--base-url", endpoint.url, "--library", shelf.library.folder, "--home", home)
    done = run("ask", "How much power may a post-exascale site draw?", *place, "--json")
    assert done.code == 4 and "did not answer within 0.5 s" in done.json["degraded"]
    assert "20 MW of peak electrical power by 2030" in done.json["answer"]
