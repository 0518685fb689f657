"""Prices: by token, by hour or none, by the service tier that was really used, and kept with the row for good."""

from decimal import Decimal

import pytest
from coscribe.core.errors import BudgetReached, UsageError
from coscribe.core.settings import load
from coscribe.core.system.home import Home
from coscribe.money.caps import Caps
from coscribe.money.prices import Price, Prices, UserPrice
from doubles.books import Said, prompt
from doubles.command_line import run
from doubles.desk import Author, repeat

OPENAI = "https://api.openai.com/v1"
LOOPBACK = "http://127.0.0.1:1/v1"
POWER = "How much power may a post-exascale site draw?"
MILLION = {"input_tokens": 1_000_000, "cached_tokens": 500_000, "output_tokens": 1_000_000}


def test_a_tier_is_priced_as_such_or_not_at_all():
    # In US dollars per million tokens as published: standard, flex and batch (half), priority (dearer).
    paid = {tier: Prices().look_up("gpt-5-mini", OPENAI, tier=tier) for tier in (None, "default", "flex", "batch")}
    assert paid[None] == paid["default"]
    assert 2 * paid["flex"].usd(**MILLION) == 2 * paid["batch"].usd(**MILLION) == paid[None].usd(**MILLION) > 0
    assert Prices().look_up("gpt-5-mini", OPENAI, tier="priority").input > paid[None].input
    assert Prices().look_up("gpt-4o-mini", OPENAI, tier="flex") is None  # it has none
    assert Prices().look_up("gpt-5-mini", OPENAI, tier="unheard-of") is None


def test_cached_and_reasoning_tokens_have_their_own_prices():
    price = Price(Decimal(2), Decimal("0.5"), Decimal(8), "user", "", reasoning=Decimal(12))
    used = {"input_tokens": 1_000_000, "cached_tokens": 400_000, "output_tokens": 1_000_000}
    assert price.usd(**used) == Decimal("1.2") + Decimal("0.2") + 8
    assert price.usd(**used, reasoning_tokens=250_000) == Decimal("1.4") + 6 + 3
    worst = price.worst(input_tokens=1_000_000, output_tokens=1_000_000, seconds=0)
    assert worst == 2 + 12 >= price.usd(**used, reasoning_tokens=1_000_000)


def test_the_user_may_price_by_the_hour_or_as_free_or_as_another_model():
    prices = Prices(
        {
            "rented": UserPrice(per_hour=Decimal("1.8")),
            "own": UserPrice(free=True),
            "deployment": UserPrice(price_as="openai/gpt-5-mini"),
            "warm": UserPrice(watts=Decimal(300)),
        }
    )
    hourly = prices.look_up("rented", LOOPBACK)
    assert hourly.usd(input_tokens=9, cached_tokens=0, output_tokens=9, seconds=20) == Decimal("0.01")
    assert hourly.usd(input_tokens=9, cached_tokens=0, output_tokens=9, seconds=0.1) == Decimal("0.00005")
    assert prices.look_up("own", LOOPBACK).usd(input_tokens=9, cached_tokens=0, output_tokens=9, seconds=9) == 0
    alike, public = prices.look_up("deployment", LOOPBACK), Prices().look_up("gpt-5-mini", OPENAI)
    assert (alike.input, alike.output, alike.source) == (public.input, public.output, "genai-prices")
    assert alike.version.endswith("as openai/gpt-5-mini")
    assert prices.look_up("warm", LOOPBACK) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("free = true\ninput = 1\noutput = 1", "free and input are different ways"),
        ("free = true\nper_hour = 1", "free and per_hour are different ways"),
        ("output = 1", "needs input too"),
        ("input = 0", "prices.m.output"),
        ("price_as = 'gpt-5-mini'", "prices.m.price_as"),
        ("watts = -1", "prices.m.watts"),
    ],
)
def test_a_price_is_given_in_one_way(text, says, tmp_path):
    home = Home.find(tmp_path / "home", None, {})
    home.create()
    home.settings.write_text(f"[prices.m]\n{text}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load({}, {}, tmp_path, home)
    assert says in str(caught.value) and "\n" not in str(caught.value)


async def test_the_row_says_which_tier_and_price_it_was(endpoint, connect, books):
    endpoint.tier = "flex"
    alike = Prices({"m": UserPrice(price_as="openai/gpt-5-mini"), "n": UserPrice(price_as="openai/gpt-4o-mini")})
    await connect(endpoint.url, prices=alike).parse(prompt(), Said)
    await connect(endpoint.url, prices=alike, model="n").parse(prompt(), Said)
    flex, unknown = books.rows()
    assert flex["service_tier"] == "flex"
    assert Decimal(flex["input_price"]) == Prices().look_up("gpt-5-mini", OPENAI, tier="flex").input
    assert (unknown["usd"], unknown["price_source"], unknown["status"]) == (None, None, "ok")


async def test_a_price_by_the_hour_is_reserved_for_as_long_as_a_call_may_take(endpoint, connect, books):
    rented = Prices({"m": UserPrice(per_hour=Decimal(36))})  # a cent a second
    endpoint.delay = 0.2
    model = connect(endpoint.url, prices=rented, timeout_seconds=10, caps=Caps(run=Decimal("0.15")), max_retries=0)
    await model.parse(prompt(), Said)
    (row,) = books.rows()
    assert (row["reserved_usd"], row["hour_price"]) == ("0.1", "36")
    assert Decimal("0.002") <= Decimal(row["usd"]) < Decimal("0.1")
    held = connect(endpoint.url, prices=rented, timeout_seconds=15, caps=Caps(run=Decimal("0.15")))
    with pytest.raises(BudgetReached):
        await held.parse(prompt("Other."), Said)


def test_an_unknown_price_comes_with_a_hint_and_what_is_booked_stays_as_it_was(shelf, endpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    endpoint.reply = Author(repeat("power"))
    asked = ("ask", POWER, "--library", shelf.library.folder, "--model", "m", "--base-url", endpoint.url, "--no-cache")
    first = run(*asked, "--json")
    assert first.json["cost"]["usd"] is None and first.json["cost"]["input_tokens"] > 100
    assert 'add [prices."m"]' in first.err
    (tmp_path / "home" / "state" / "coscribe.toml").write_text("[prices.m]\ninput = 3\noutput = 7\n", encoding="utf-8")
    second = run(*asked, "--json")
    assert Decimal(second.json["cost"]["usd"]) > 0 and "[prices" not in second.err
    rows = run("cost", "--by", "run", "--json").json
    assert [row["usd"] for row in rows["rows"]] == [None, second.json["cost"]["usd"]]
    calls = first.json["cost"]["calls"]
    assert (rows["total"]["usd"], rows["total"]["unpriced_calls"]) == (second.json["cost"]["usd"], calls)
    assert f"≥ ${second.json['cost']['usd']} ({calls} call" in run("cost").out
