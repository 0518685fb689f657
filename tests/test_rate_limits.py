"""Rate limits: no minute has more requests or tokens than allowed, whoever sends them, and waiting can be cancelled."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from coscribe.money.ledger import Attempt, Ledger
from coscribe.money.rate_limit import RateLimit, TooEarly
from doubles.books import Said, prompt
from doubles.desk import Author, repeat

POWER = "How much power may a post-exascale site draw?"
ATTEMPT = Attempt("r", "q", "drafter", "draft", "m", "127.0.0.1:1")


def test_a_call_waits_until_enough_of_the_last_minute_is_past():
    limit = RateLimit(requests=2, tokens=1000)
    assert limit.pause([], 5000) == 0  # larger than the bound: it goes alone
    assert limit.pause([(10.0, 100)], 900) == 0
    assert limit.pause([(10.0, 100)], 901) == 50
    assert limit.pause([(40.0, 100), (10.0, 100)], 100) == 20
    assert limit.pause([(40.0, 100), (10.0, 900)], 900) == 50
    assert RateLimit().pause([(1.0, 10**9)] * 99, 10**9) == 0


def test_all_that_share_a_ledger_share_the_limit(tmp_path):
    now = [datetime(2026, 5, 1, 12, tzinfo=UTC)]
    ledgers = [Ledger(tmp_path / "ledger.sqlite", clock=lambda: now[-1]) for _ in range(2)]

    def reserve(ledger, attempt=ATTEMPT):
        return ledger.reserve(attempt, input_tokens=10, output_tokens=5, price=None, limit=RateLimit(requests=2))

    reserve(ledgers[0])
    now.append(now[0] + timedelta(seconds=45))
    reserve(ledgers[1])
    with pytest.raises(TooEarly) as early:
        reserve(ledgers[0])
    assert early.value.seconds == 15
    assert ledgers[0].cost("r").calls == 2  # what has to wait is not booked
    reserve(ledgers[0], Attempt("r", "q", "drafter", "draft", "m", "elsewhere"))
    ledgers[0].book_hit(ATTEMPT, None)  # an answer from the cache is no request
    now.append(now[0] + timedelta(seconds=61))
    reserve(ledgers[1])
    for ledger in ledgers:
        ledger.close()


def starts(books):
    return [datetime.fromisoformat(row["started"]).timestamp() for row in books.rows()]


async def test_calls_at_once_are_spread_and_all_are_made(endpoint, connect, books):
    limit = RateLimit(requests=2, seconds=0.5)
    models = [connect(endpoint.url, limit=limit) for _ in range(2)]
    await asyncio.gather(*(models[number % 2].parse(prompt(f"{number}"), Said) for number in range(6)))
    began = starts(books)
    assert len(endpoint.meter.requests) == len(began) == 6
    assert all(later - earlier >= 0.5 for earlier, later in zip(began, began[2:], strict=False))


async def test_retries_keep_the_limit_too(endpoint, connect, books):
    endpoint.statuses = [429, 429]
    await connect(endpoint.url, limit=RateLimit(requests=1, seconds=0.3)).parse(prompt(), Said)
    began = starts(books)
    assert len(began) == 3
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(began))


async def test_the_limit_of_the_settings_holds_and_waiting_can_be_cancelled(shelf, endpoint, assistant, tmp_path):
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[limits."127.0.0.1"]\nrequests_per_minute = 1\n', encoding="utf-8")
    endpoint.reply = Author(repeat("power"))
    made = assistant(shelf.library, endpoint.url)
    await made.ask(POWER)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(made.ask("Which ceiling on peak electrical power is recommended?"), 1.5)
    assert len(endpoint.meter.requests) == 1
