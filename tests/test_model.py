"""The model port over real sockets: how an answer is asked for, what is learned of a server, and what is booked."""

import asyncio
import subprocess
import sys
from decimal import Decimal

import pytest
from coscribe.core.errors import BudgetReached, EndpointError, MalformedReply, UsageError
from coscribe.models.port import Asking, Prompt, PromptPart
from coscribe.models.reply.json_schema import strict_schema
from coscribe.money.ledger import Caps
from coscribe.money.prices import Prices, UserPrice
from doubles.books import Inner, Said, prompt
from doubles.endpoint import vector
from pydantic import BaseModel, Field

LONG = "word " * 3000


async def test_an_answer_is_an_object_and_its_cost_is_booked(endpoint, connect, books):
    said = await connect(endpoint.url, api_key="secret-key").parse(prompt(), Said)
    assert said == Said(text="yes")
    (sent,) = endpoint.meter.requests
    assert sent["max_completion_tokens"] == 200
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert b"authorization: bearer secret-key" in endpoint.meter.received.lower()
    (row,) = books.rows()
    assert (row["agent"], row["step"], row["run"], row["question"]) == ("drafter", "draft", "r", "q")
    assert row["endpoint"] == endpoint.url.split("/")[2]
    assert (row["status"], row["estimated"], row["reasoning_tokens"]) == ("ok", 0, 1)
    books.assert_match(endpoint)


def test_the_schema_is_what_strict_servers_take():
    schema = strict_schema(Said)
    assert schema["required"] == ["text", "inner"]
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Inner"]["required"] == ["cites"]
    assert "default" not in str(schema)
    assert schema["properties"]["inner"]["anyOf"] == [{"$ref": "#/$defs/Inner"}, {"type": "null"}]


def test_a_described_reference_stands_alone():
    class Outer(BaseModel):
        inner: Inner = Field(description="what strict servers do not take beside a reference")

    assert strict_schema(Outer)["properties"]["inner"] == {"$ref": "#/$defs/Inner"}


def test_the_level_of_a_prompt_is_the_highest_of_its_parts():
    mixed = (PromptPart("a", "public"), PromptPart("b", "internal"), PromptPart("c", "unmarked"))
    assert Prompt("s", mixed, "a", "s", "r", "q").level == "internal"
    assert Prompt("s", mixed[::2], "a", "s", "r", "q").level == "unmarked"
    assert Prompt("s", (), "a", "s", "r", "q").level == "public"


@pytest.mark.parametrize("status", [400, 404, 422, 501])
async def test_a_refused_schema_goes_into_the_prompt_and_is_remembered(endpoint, connect, books, status):
    endpoint.refuse = {"json_schema": status}
    model = connect(endpoint.url, max_retries=0)
    for _ in range(2):
        assert (await model.parse(prompt(), Said)).text == "yes"
    first, second, third = endpoint.meter.requests
    assert first["response_format"]["type"] == "json_schema"
    assert second["response_format"] == third["response_format"] == {"type": "json_object"}
    assert '"additionalProperties": false' in second["messages"][0]["content"]
    assert books.statuses() == ["failed", "ok", "ok"]
    books.assert_match(endpoint)


async def test_a_server_that_refuses_every_format_is_asked_in_words(endpoint, connect):
    endpoint.refuse = {"response_format": 400, "max_completion_tokens": 422}
    model = connect(endpoint.url)
    assert (await model.parse(prompt(), Said)).text == "yes"
    last = endpoint.meter.requests[-1]
    assert "response_format" not in last
    assert last["max_tokens"] == 200
    assert len(endpoint.meter.requests) == 4
    await model.parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 5


async def test_many_calls_at_once_step_down_once(endpoint, connect):
    endpoint.refuse, endpoint.delay = {"json_schema": 400}, 0.05
    model = connect(endpoint.url, max_concurrency=6)
    await asyncio.gather(*(model.parse(prompt(), Said) for _ in range(6)))
    await model.parse(prompt(), Said)
    assert endpoint.meter.requests[-1]["response_format"] == {"type": "json_object"}
    assert len(endpoint.meter.requests) == 13


async def test_an_ignored_schema_is_asked_for_again_in_the_prompt(endpoint, connect, books):
    endpoint.reply = lambda request: {"text": "now"} if "JSON schema" in request["messages"][0]["content"] else "Sure!"
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "now"
    assert len(endpoint.meter.requests) == 2
    books.assert_match(endpoint)


async def test_one_repair_shows_the_model_what_is_wrong(endpoint, connect, books):
    endpoint.reply = lambda request: {"text": "mended"} if len(request["messages"]) > 2 else {"txt": 1}
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "mended"
    _, repair = endpoint.meter.requests
    assert [message["role"] for message in repair["messages"]] == ["system", "user", "assistant", "user"]
    assert "text: Field required" in repair["messages"][-1]["content"]
    books.assert_match(endpoint)


async def test_a_model_that_never_says_json_costs_three_calls_and_no_more(endpoint, connect, books):
    endpoint.reply = lambda request: "I would rather chat."
    with pytest.raises(MalformedReply, match=r"answered twice in a form not asked for .*try a larger model"):
        await connect(endpoint.url).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 3
    books.assert_match(endpoint)


@pytest.mark.parametrize(
    "text",
    [
        '<think>Is {"text": 1} right?</think>{"text": "yes"}',
        'First I think.\n</think>\n\n```json\n{"text": "yes"}\n```',
        '```\n{"text": "yes"}```',
        'Here it is: {"text": "yes"}',
        '  {"text": "yes", "inner": {"cites": [1]}}\n',
    ],
)
async def test_thinking_and_fences_around_the_answer_are_dropped(endpoint, connect, text):
    endpoint.reply = lambda request: text
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "yes"
    assert len(endpoint.meter.requests) == 1


async def test_the_margin_of_an_unknown_tokenizer_is_learned(endpoint, connect, books):
    endpoint.shown_input = 9000  # three times what we count
    model = connect(endpoint.url)
    for _ in range(2):
        await model.parse(prompt(LONG), Said)
    first, second = (row["reserved_tokens"] for row in books.rows())
    assert first < 9000 < second


async def test_a_service_tier_is_priced_as_such(endpoint, connect, books):
    class TierPrices(Prices):
        def look_up(self, model, base_url, *, input_tokens=0, tier=None):
            table = {"m": UserPrice(Decimal(1 if tier == "flex" else 2))}
            return Prices(table).look_up(model, base_url)

    endpoint.tier = "flex"
    await connect(endpoint.url, prices=TierPrices()).parse(prompt(), Said)
    assert books.rows()[0]["input_price"] == "1"


async def test_an_unknown_price_makes_the_run_unpriced(endpoint, connect, books):
    model = connect(endpoint.url, model="unheard-of")
    await model.parse(prompt(), Said)
    assert books.cost("r").usd is None
    assert books.cost("r").priced is False
    assert [row["usd"] for row in books.rows()] == [None]
    with pytest.raises(UsageError, match="no price is known for model 'unheard-of'"):
        await connect(endpoint.url, model="unheard-of", caps=Caps(run=Decimal(1))).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 1


async def test_sixteen_calls_at_once_never_pass_the_cap(endpoint, connect, books):
    endpoint.delay = 0.02
    await connect(endpoint.url).parse(prompt(run="probe"), Said)
    worst = Decimal(books.rows()[0]["reserved_usd"])
    endpoint.shown_input = 400
    model = connect(endpoint.url, caps=Caps(run=worst * 5), max_concurrency=16)
    made = await asyncio.gather(*(model.parse(prompt(), Said) for _ in range(64)), return_exceptions=True)
    refused = [one for one in made if isinstance(one, BudgetReached)]
    assert len(refused) + sum(isinstance(one, Said) for one in made) == 64
    assert refused  # as it was raised: not wrapped, not retried
    assert Decimal(books.cost("r").usd) <= worst * 5 < Decimal(books.cost("r").usd) + worst  # and no room was wasted
    assert len(endpoint.meter.requests) == 1 + 64 - len(refused)
    assert 2 <= endpoint.meter.busiest <= 5


async def test_calls_at_once_are_bounded(endpoint, connect):
    endpoint.delay = 0.05
    model = connect(endpoint.url, max_concurrency=3)
    await asyncio.gather(*(model.parse(prompt(), Said) for _ in range(9)))
    assert endpoint.meter.busiest == 3


async def test_vectors_come_in_the_order_of_the_texts(endpoint, connect, books):
    texts = [f"text {number}" for number in range(130)]
    vectors = await connect(endpoint.url).embed(texts, Asking("r", level="internal"))
    assert vectors == [vector(text) for text in texts]
    assert [len(request["input"]) for request in endpoint.meter.requests] == [128, 2]
    assert {row["agent"] for row in books.rows()} == {"embedder"}
    books.assert_match(endpoint)
    assert await connect(endpoint.url).embed([], Asking("r")) == []


async def test_a_peer_nobody_here_wrote(llmock, connect, books):
    llmock.reply('{"text": "from the peer"}').rate_limit(times=1, retry_after=0.01)
    model = connect(llmock.base_url("openai"))
    assert (await model.parse(prompt(), Said)).text == "from the peer"
    invented = await model.parse(prompt(), Said)  # it fills the schema itself
    assert invented.text
    assert len(await model.embed(["a", "b"], Asking("r"))) == 2
    llmock.fail(401)
    with pytest.raises(EndpointError, match="the key was refused"):
        await model.parse(prompt(), Said)
    llmock.assert_resilient()
    assert len(llmock.requests) == len(books.rows()) == 5
    assert books.statuses().count("failed") == 2


def test_the_port_itself_loads_no_client_library():
    probe = "import sys, coscribe.models.port; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert not {"openai", "httpx2"} & set(loaded)


async def test_the_scripted_model_keeps_the_port(scripted_model):
    model = scripted_model([("Said", {"text": "one"}), ("Said", EndpointError("down"))])
    assert (await model.parse(prompt(), Said)).text == "one"
    with pytest.raises(EndpointError, match="down"):
        await model.parse(prompt(), Said)
    assert await model.embed(["a"], Asking("r")) == [vector("a")]
    assert [asked.step for asked in model.prompts] == ["draft", "draft"]
    assert (await scripted_model(lambda asked, schema: {"text": asked.agent}).parse(prompt(), Said)).text == "drafter"
    await model.close()
