"""What servers and models answer otherwise than most: it is read where it can be, and booked as it was reported."""

import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from coscribe.core.errors import EndpointError, MalformedReply
from coscribe.models.port import Asking, Prompt, PromptPart
from coscribe.models.servers import Servers
from coscribe.money.caps import Caps
from doubles.books import Said, prompt
from doubles.command_line import run
from doubles.endpoint import Endpoint

Json = dict[str, Any]
Kind = tuple[str, str, str | bytes]  # what it shows, content type, body
JSON = '{"text": "yes", "inner": null}'
USAGE = {
    "prompt_tokens": 1700, "completion_tokens": 60, "total_tokens": 1760,
    "prompt_tokens_details": {"cached_tokens": 1000}, "completion_tokens_details": {"reasoning_tokens": 5},
}  # fmt: skip
ROW = (1700, 1000, 60)  # input, cached and output tokens, as `USAGE` has them
PLAIN, EVENTS = "application/json", "text/event-stream"


def body(message: Any, finish: str | None = "stop", usage: Any = USAGE, **more: Any) -> str:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json.dumps({"id": "c", "choices": [choice], "usage": usage, **more})


def said(content: Any, **more: Any) -> str:
    return body({"role": "assistant", "content": content, **more})


def tool(arguments: Any, name: str = "Said") -> Json:
    return {"tool_calls": [{"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}]}


def stream(*pieces: Any, usage: Any = USAGE, finish: str | None = "stop", end: str = "data: [DONE]\n\n") -> str:
    deltas = [{"content": piece} if isinstance(piece, str) else piece for piece in pieces]
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}], "usage": None} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if usage:
        chunks.append({"choices": [], "usage": usage})
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + end


HALVES = (JSON[:9], JSON[9:])
IN_PIECES = [{"tool_calls": [{"index": 0, "function": {"name": "Said", "arguments": HALVES[0]}}]},
             {"tool_calls": [{"index": 0, "function": {"arguments": HALVES[1]}}]}]  # fmt: skip
CHOICE = {"message": {"content": JSON}, "finish_reason": "stop"}
THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "Is {it} so?"}]}

READ: list[Kind] = [
    ("plain", PLAIN, said(JSON)),
    ("a list of parts", PLAIN, said([{"type": "text", "text": HALVES[0]}, {"type": "text", "text": HALVES[1]}])),
    ("a list of texts", PLAIN, said(list(HALVES))),
    ("thoughts as a part", PLAIN, said([THOUGHT, {"type": "output_text", "text": JSON}])),
    ("one part", PLAIN, said({"type": "text", "text": JSON})),
    ("an object for a text", PLAIN, said({"text": "yes", "inner": None})),
    ("a tool call", PLAIN, said(None, **tool(JSON))),
    ("a tool call that ends so", PLAIN, body({"content": "", **tool(JSON)}, "tool_calls")),
    ("a tool call with an object", PLAIN, said(None, **tool({"text": "yes"}))),
    ("a tool call after prose", PLAIN, said("I submit the answer.", **tool(JSON))),
    ("the second tool call", PLAIN, said(None, tool_calls=[*tool("{}")["tool_calls"], *tool(JSON)["tool_calls"]])),
    ("a function call", PLAIN, said(None, function_call={"name": "Said", "arguments": JSON})),
    ("a tool call in words", PLAIN, said(json.dumps({"name": "Said", "arguments": {"text": "yes"}}))),
    ("its arguments as text", PLAIN, said(json.dumps({"name": "Said", "arguments": JSON}))),
    ("prose behind it", PLAIN, said(f"{JSON}\n\nI hope this {{helps}}. Ask me more!")),
    ("prose before it", PLAIN, said(f"The form {{text, inner}} it is: {JSON}")),
    ("an example before it", PLAIN, said(f'As in {{"text": "x"}}:\n{JSON}')),
    ("a comma too many", PLAIN, said('{"text": "yes", "inner": {"cites": [1, 2, ],},}')),
    ("a comma in a fence", PLAIN, said('Sure:\n```json\n{"text": "yes",\n}\n```\nDone {so}.')),
    ("a fence", PLAIN, said(f"```json\n{JSON}\n```")),
    ("a fence with prose around", PLAIN, said(f"Here {{it}} is:\n```\n{JSON}\n```\nBye {{now}}.")),
    ("JSON as a JSON text", PLAIN, said(json.dumps(JSON))),
    ("thoughts in marks", PLAIN, said(f'<think>{{"text": "no"}}?</think>{JSON}')),
    ("thoughts apart", PLAIN, said(JSON, reasoning_content="Is {it} so?")),
    ("thoughts of another name", PLAIN, said(JSON, reasoning="Is {it} so?", reasoning_details=[{"text": "x"}])),
    ("an answer for thoughts", PLAIN, said(None, reasoning_content=f" {JSON}\n")),
    ("fields that are null", PLAIN, said(JSON, tool_calls=[], function_call=None, refusal=None, audio=None)),
    ("nonsense beside it", PLAIN, said(JSON, tool_calls="none", refusal={"a": 1}, reasoning=[{"b": 2}, 7])),
    ("an end in capitals", PLAIN, body({"content": JSON}, "STOP")),
    ("an end of another name", PLAIN, body({"content": JSON}, "end_turn")),
    ("a text, no message", PLAIN, json.dumps({"choices": [{"text": JSON, "finish_reason": "stop"}], "usage": USAGE})),
    ("a mark before it", PLAIN, b"\xef\xbb\xbf" + said(JSON).encode()),
    ("blanks before it", PLAIN, f"\n\n   \n{said(JSON)}"),
    ("rests behind the body", PLAIN, f"{said(JSON)}\n[DONE]"),
    ("a body of another type", "text/plain", said(JSON)),
    ("letters of no UTF-8", PLAIN, said(JSON, note="X").encode().replace(b'"X"', b'"\xe9"')),
    ("a stream", EVENTS, stream(*HALVES)),
    ("a stream of another type", PLAIN, stream(*HALVES)),
    ("a stream with remarks", EVENTS, ": waiting\n\n" + stream(*HALVES).replace("\n\n", "\r\n\r\n: more\r\n\r\n")),
    ("a stream of parts", EVENTS, stream(*({"content": [{"type": "text", "text": half}]} for half in HALVES))),
    ("a stream that thinks", EVENTS, stream({"reasoning_content": "So {it} "}, {"reasoning_content": "is"}, JSON)),
    ("a stream of a tool call", EVENTS, stream(*IN_PIECES, finish="tool_calls")),
    ("a stream without its end", EVENTS, stream(*HALVES, end="")),
    ("a stream with its end alone", EVENTS, stream(*HALVES, finish=None)),
    ("lines of pieces", "application/x-ndjson", stream(*HALVES).replace("data: [DONE]", "").replace("data: ", "")),
    ("counts at the choice", PLAIN, json.dumps({"choices": [{**CHOICE, "usage": USAGE}]})),
    ("counts in a corner", PLAIN, json.dumps({"choices": [CHOICE], "x_groq": {"usage": USAGE}})),
    ("counts at a streamed choice", EVENTS, f"data: {json.dumps({'choices': [{**CHOICE, 'usage': USAGE}]})}\n\n"),
]  # fmt: skip


@pytest.fixture
def odd(endpoint: Endpoint) -> Callable[..., None]:
    """Has the server answer these bodies, one a request and the last one from then on."""

    def answers(*kinds: tuple[int, str, str | bytes]) -> None:
        left = [(status, kind, text if isinstance(text, bytes) else text.encode()) for status, kind, text in kinds]
        endpoint.odd = lambda request: left.pop(0) if len(left) > 1 else left[0]

    return answers


def booked(row: Json) -> tuple[int, int, int]:
    return row["input_tokens"], row["cached_tokens"], row["output_tokens"]


def owed(input_tokens: int, cached: int, output: int) -> Decimal:
    return (input_tokens - cached + cached * Decimal("0.5") + output * 2) / 1_000_000


@pytest.mark.parametrize(("kind", "text"), [one[1:] for one in READ], ids=[one[0] for one in READ])
async def test_it_is_read_at_the_first_call_and_booked_as_reported(endpoint, connect, books, odd, kind, text):
    odd((200, kind, text))
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "yes"
    (row,) = books.rows()
    assert (row["status"], row["estimated"], booked(row)) == ("ok", 0, ROW)
    assert Decimal(row["usd"]) == owed(*ROW)


COUNTS: list[tuple[Json, tuple[int, int, int]]] = [
    ({"prompt_tokens": 1700, "completion_tokens": 60}, (1700, 0, 60)),
    ({"prompt_tokens": "1700", "completion_tokens": 60.0, "total_tokens": "?"}, (1700, 0, 60)),
    ({"input_tokens": 1700, "output_tokens": 60, "input_tokens_details": {"cached_tokens": 1000}}, ROW),
    ({"prompt_tokens": 1700, "completion_tokens": 60, "prompt_cache_hit_tokens": 1000,
      "prompt_cache_miss_tokens": 700}, ROW),
    ({"prompt_cache_hit_tokens": 1000, "prompt_cache_miss_tokens": 700, "completion_tokens": 60}, ROW),
    ({"prompt_tokens": 1700, "completion_tokens": 60, "cached_tokens": 1000}, ROW),
    ({"prompt_tokens": 1700, "completion_tokens": 60, "total_tokens": 1760, "cache_read_input_tokens": 1000}, ROW),
    ({"input_tokens": 600, "output_tokens": 60, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 100},
     ROW),
    ({"prompt_tokens": 700, "completion_tokens": 60, "cache_read_input_tokens": 1000}, ROW),
    ({"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 1760, "cache_read_input_tokens": 800},
     (1700, 800, 60)),
    ({"prompt_tokens": 1700, "completion_tokens": 60, "prompt_tokens_details": {"cached_tokens": None},
      "prompt_cache_hit_tokens": 1000}, ROW),
    ({"prompt_tokens": 1700, "completion_tokens": 20, "total_tokens": 1760}, (1700, 0, 60)),
]  # fmt: skip


@pytest.mark.parametrize(("usage", "row"), COUNTS, ids=lambda value: ",".join(value) if isinstance(value, dict) else "")
@pytest.mark.parametrize("text", ["read", "unread"])
async def test_counts_are_booked_under_whichever_name_and_cached_ones_are_cheaper(
    endpoint, connect, books, odd, usage, row, text
):
    odd((200, PLAIN, body({"content": JSON}, usage=usage) if text == "read" else json.dumps({"usage": usage})))
    if text == "read":
        await connect(endpoint.url).parse(prompt(), Said)
    else:
        with pytest.raises(EndpointError):
            await connect(endpoint.url).parse(prompt(), Said)
    (booking,) = books.rows()
    assert (booked(booking), booking["estimated"]) == (row, 0)
    assert Decimal(booking["usd"]) == owed(*row)


CUT = f'{{"usage": {json.dumps(USAGE)}, "choices": [{{"message": {{"content": "{{\\"usage\\": 1'
USELESS: list[tuple[str, int, str, str, str]] = [
    ("choices that are none", 200, PLAIN, json.dumps({"choices": {"a": 1}, "usage": USAGE}), "unknown form"),
    ("no choices", 200, PLAIN, json.dumps({"choices": [], "usage": USAGE}), "broke off"),
    ("null for choices", 200, PLAIN, json.dumps({"choices": None, "usage": USAGE}), "broke off"),
    ("a message that is none", 200, PLAIN, body("Yes."), "unknown form"),
    ("a message in a list", 200, PLAIN, body([{"content": JSON}]), "unknown form"),
    ("no end", 200, PLAIN, body({"content": JSON}, None), "broke off"),
    ("an error for an end", 200, PLAIN, body({"content": HALVES[0]}, "error"), "broke off"),
    ("an error beside it", 200, PLAIN, body({"content": JSON}, error={"message": "no memory"}), "no memory"),
    ("an error and its counts", 200, PLAIN, json.dumps({"error": "no memory", "usage": USAGE}), "no memory"),
    ("half of its JSON", 200, PLAIN, CUT, "instead of json"),
    ("half of a web page", 200, "text/html", f"<html>{CUT}", "instead of json"),
    ("half of a stream", 200, EVENTS, stream(HALVES[0], finish=None, end="data: {"), "broke off"),
    ("an error in a stream", 200, EVENTS, stream(JSON, end='data: {"error": {"message": "no memory"}}'), "no memory"),
    ("a refusal", 200, PLAIN, said(None, refusal="I would rather not."), "declined to answer .I would rather not"),
    ("a refusal as a part", 200, PLAIN, said([{"type": "refusal", "refusal": "No."}]), r"declined to answer .No\."),
    ("a filter", 200, PLAIN, body({"content": None}, "content_filter"), "declined to answer"),
    ("a filter of another name", 200, PLAIN, body({"content": ""}, "SAFETY"), "declined to answer"),
    ("a cut", 200, PLAIN, body({"content": HALVES[0]}, "length"), "cut off at 200"),
    ("a cut of another name", 200, PLAIN, body({"content": HALVES[0]}, "MAX_TOKENS"), "cut off at 200"),
    ("a failure that was worked for", 400, PLAIN, json.dumps({"error": {"message": "no"}, "usage": USAGE}), "400: no"),
    ("one of the server", 500, PLAIN, json.dumps({"error": {"message": "no"}, "usage": USAGE}), "answered 500: no"),
]


@pytest.mark.parametrize(
    ("status", "kind", "text", "reason"), [one[1:] for one in USELESS], ids=[u[0] for u in USELESS]
)
async def test_what_is_of_no_use_is_booked_as_reported_all_the_same(
    endpoint, connect, books, odd, status, kind, text, reason
):
    odd((status, kind, text))
    with pytest.raises(EndpointError, match=reason):
        await connect(endpoint.url, max_retries=0).parse(prompt(), Said)
    (row,) = books.rows()
    assert (row["estimated"], booked(row), Decimal(row["usd"])) == (0, ROW, owed(*ROW))
    assert row["status"] != "pending"


async def test_an_answer_that_the_server_held_back_is_read_and_mended(endpoint, connect, books, odd):
    held = {"message": "Failed to validate JSON", "code": "json_validate_failed"}
    odd(
        (400, PLAIN, json.dumps({"error": {**held, "failed_generation": '{"txt": "yes"}'}, "usage": USAGE})),
        (400, PLAIN, json.dumps({"error": {**held, "failed_generation": "So: " + JSON}})),
    )
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "yes"
    _, repair = endpoint.meter.requests
    assert repair["messages"][2]["content"] == '{"txt": "yes"}' and "Field required" in repair["messages"][3]["content"]
    first, second = books.rows()
    assert (booked(first), first["estimated"]) == (ROW, 0)
    assert second["estimated"] == 1 and Decimal(second["usd"]) > 0  # it was worked for: unknown is not nothing


async def test_whatever_a_body_holds_it_is_told_in_one_line_and_booked(endpoint, connect, books, odd):
    chance, model, told = random.Random(16), connect(endpoint.url), []
    for number in range(120):
        _, kind, text = chance.choice(READ)
        data = bytearray(text if isinstance(text, bytes) else text.encode())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((1, 1, 30))] = chance.choice((b"", b"null", b"[", b"7", b"\xff", b'"a"'))
        odd((chance.choice((200, 200, 400)), kind, bytes(data)))
        try:
            await model.parse(prompt(str(number)), Said)
        except EndpointError as error:
            told.append(str(error))
    rows = books.rows()
    assert 20 < len(told) < 110 and all(line.isprintable() for line in told)
    assert len(rows) == len(endpoint.meter.requests) >= 120
    assert all(row["status"] != "pending" and row["input_tokens"] >= row["cached_tokens"] for row in rows)


NEGATIVE = {"prompt_tokens": -1700, "completion_tokens": -60}


@pytest.mark.parametrize("usage", [None, {}, NEGATIVE, {"prompt_tokens": 0, "completion_tokens": 0}], ids=str)
@pytest.mark.parametrize(
    ("message", "finish", "least"),
    [
        ({"content": json.dumps({"text": "yes " * 100})}, "stop", 100),
        ({"content": [{"type": "text", "text": json.dumps({"text": "yes " * 100})}]}, "stop", 100),
        ({"content": None, **tool(json.dumps({"text": "yes " * 100}))}, "stop", 100),
        ({"content": '{"text": "yes"}', "reasoning_content": "hmm " * 100}, "stop", 100),
        ({"content": '{"text": "yes'}, "length", 200),
        ([], "stop", 200),
    ],
    ids=["text", "parts", "tool", "thoughts", "cut", "unread"],
)
async def test_counts_that_cannot_be_are_estimated_from_all_that_was_written_and_marked(
    endpoint, connect, books, odd, usage, message, finish, least
):
    odd((200, PLAIN, body(message, finish, usage)))
    try:
        await connect(endpoint.url).parse(prompt(), Said)
    except EndpointError:
        assert finish == "length" or message == []
    (row,) = books.rows()
    assert row["estimated"] == 1 and row["input_tokens"] > 3
    assert least <= row["output_tokens"] <= 2 * least and Decimal(row["usd"]) > 0


async def test_what_was_counted_stands_beside_what_is_estimated(endpoint, connect, books, odd):
    odd(
        (200, PLAIN, body({"content": JSON}, usage={"prompt_tokens": 1700, "completion_tokens": -60})),
        (200, PLAIN, body({"content": JSON}, usage={"prompt_tokens": -1700, "completion_tokens": 60})),
    )
    model = connect(endpoint.url)
    for text in ("one", "two"):
        await model.parse(prompt(text), Said)
    first, second = books.rows()
    assert (first["input_tokens"], first["estimated"], second["output_tokens"], second["estimated"]) == (1700, 1, 60, 1)
    assert 0 < first["output_tokens"] < 60 and 0 < second["input_tokens"] < 1700


async def test_who_says_what_cannot_be_of_one_side_is_not_believed_to_have_taken_little_of_the_other(
    endpoint, connect, books, odd
):
    odd(
        (200, PLAIN, body({"content": JSON}, usage={"prompt_tokens": 10**12, "completion_tokens": 3})),
        (200, PLAIN, body({"content": JSON}, usage={"prompt_tokens": 1600, "completion_tokens": 2**63})),
    )
    model = connect(endpoint.url)
    for text in ("one", "two"):
        await model.parse(long_prompt(text), Said)
    assert all(row["estimated"] and row["input_tokens"] > 2900 and row["output_tokens"] > 5 for row in books.rows())


async def test_vectors_of_no_use_are_booked_as_reported_too(endpoint, connect, books, odd):
    odd((200, PLAIN, json.dumps({"data": None, "usage": {"prompt_tokens": 9, "total_tokens": 9}})))
    with pytest.raises(EndpointError, match="unknown form"):
        await connect(endpoint.url).embed(["x"], Asking("r"))
    assert [(booked(row), row["estimated"]) for row in books.rows()] == [((9, 0, 0), 0)]


NOTHING = [
    ({"content": None}, "answered with nothing"),
    ({"content": "  \n"}, "answered with nothing"),
    ({"content": [], "reasoning_content": "So it is."}, "thought and wrote no answer"),
    ({"content": None, "reasoning": "So {it} is."}, "thought and wrote no answer"),
    ({"content": "", **tool('{"query": "power"}', "search")}, "called the tool 'search' instead of answering"),
    (None, "answered with nothing"),
]


@pytest.mark.parametrize(("message", "reason"), NOTHING, ids=[str(one[0]) for one in NOTHING])
async def test_who_writes_no_answer_is_told_so_once(endpoint, connect, books, odd, message, reason):
    odd((200, PLAIN, body(message)))
    with pytest.raises(MalformedReply, match=f"{reason}, and did so again: use another model"):
        await connect(endpoint.url).parse(prompt(), Said)
    first, second = endpoint.meter.requests
    assert len(second["messages"]) == 4 and f"You {reason}" in second["messages"][-1]["content"]
    assert "JSON schema" in second["messages"][0]["content"] and "JSON schema" not in first["messages"][0]["content"]
    assert [booked(row) for row in books.rows()] == [ROW, ROW]


@pytest.mark.parametrize("message", [one[0] for one in NOTHING], ids=str)
async def test_an_answer_that_comes_after_that_is_used(endpoint, connect, odd, message):
    odd((200, PLAIN, body(message)), (200, PLAIN, said(JSON)))
    assert (await connect(endpoint.url).parse(prompt(), Said)).text == "yes"
    odd((200, PLAIN, said(JSON)))
    await connect(endpoint.url).parse(prompt("another"), Said)
    assert endpoint.meter.requests[-1]["response_format"]["type"] == "json_schema"  # it need not be the schema's fault


THOUGHTS = {**USAGE, "completion_tokens": 200, "completion_tokens_details": {"reasoning_tokens": 200}}
EATEN = [
    ({"content": None}, THOUGHTS),
    ({"content": "", "reasoning_content": "hmm " * 150}, {"prompt_tokens": 1700, "completion_tokens": 200}),
    ({"content": "<think>" + "hmm " * 150}, {"prompt_tokens": 1700, "completion_tokens": 200}),
    ({"content": '{"te', "reasoning": "hmm " * 150}, None),
]


@pytest.mark.parametrize(("message", "usage"), EATEN, ids=["counted", "shown", "in marks", "not counted"])
async def test_thoughts_that_eat_the_answer_get_room_of_their_own_once(
    endpoint, connect, books, odd, tmp_path, message, usage
):
    memory = Servers(tmp_path / "servers.sqlite")
    odd((200, PLAIN, body(message, "length", usage)), (200, PLAIN, said(JSON)))
    assert (await connect(endpoint.url, servers=memory).parse(prompt(), Said)).text == "yes"
    first, second = endpoint.meter.requests
    assert (first["max_completion_tokens"], second["max_completion_tokens"]) == (200, 200 + 4096)
    assert second["messages"] == first["messages"]
    assert [row["estimated"] for row in books.rows()] == [0 if usage else 1, 0]
    assert books.rows()[1]["reserved_tokens"] > 4296
    await connect(endpoint.url, servers=memory).parse(prompt("another"), Said)  # another run
    assert [request["max_completion_tokens"] for request in endpoint.meter.requests][2:] == [4296]
    memory.close()


async def test_thoughts_that_eat_that_too_are_told_with_what_helps(endpoint, connect, books, odd):
    odd((200, PLAIN, body({"content": None}, "length", THOUGHTS)))
    asked = Prompt("Answer.", (PromptPart("text", "public"),), agent="drafter", step="draft", run="r", question="q")
    says = (
        r"cut off at 4396 output tokens \(200 of them thoughts\): set max_output_tokens higher than 300, "
        "or use a model that writes less"
    )
    with pytest.raises(MalformedReply, match=says):
        await connect(endpoint.url, max_output_tokens=300).parse(asked, Said)
    assert [request["max_completion_tokens"] for request in endpoint.meter.requests] == [300, 4396]
    with pytest.raises(MalformedReply, match=r"cut off at 4296 output tokens .*: use a model that writes less"):
        await connect(endpoint.url, servers=None).parse(prompt(), Said)  # its bound is no setting
    assert [booked(row) for row in books.rows()] == [(1700, 1000, 200)] * 4


async def test_a_cut_without_thoughts_is_not_asked_again(endpoint, connect, odd):
    usage = {**THOUGHTS, "completion_tokens_details": {"reasoning_tokens": 20}}
    odd((200, PLAIN, body({"content": "{" * 100}, "length", usage)))
    with pytest.raises(MalformedReply, match="cut off at 200 output tokens: use a model that writes less"):
        await connect(endpoint.url).parse(prompt(), Said)
    assert len(endpoint.meter.requests) == 1


async def test_where_a_cap_left_less_it_is_the_cap_that_is_named(endpoint, connect, books, odd):
    odd((200, PLAIN, body({"content": JSON}, usage={"prompt_tokens": 20, "completion_tokens": 40})))
    await connect(endpoint.url).parse(prompt(run="probe"), Said)  # now it is known what is usual
    most = 3 * int((books.rows()[0]["reserved_tokens"] - 200) / 1.3)  # that it may count at the first contact
    odd((200, PLAIN, body({"content": "{"}, "length", {"prompt_tokens": 20, "completion_tokens": 90})))
    with pytest.raises(MalformedReply, match=r"cut off at \d\d\d output tokens: a cap left no more: raise it"):
        await connect(endpoint.url, caps=Caps(tokens=most + 180)).parse(prompt(), Said)
    assert endpoint.meter.requests[-1]["max_completion_tokens"] == 160


ASKED, COUNTED = 1500, 3098  # output tokens, and what a server counts in a long prompt
LIMITS = [
    ("max_tokens is too large: 1500. This model supports at most 1024 completion tokens, whereas you provided 1500.",
     1024),
    ("max_tokens: 1500 > 1024, which is the maximum allowed number of output tokens for m-3-0613", 1024),
    ("Invalid max_tokens value, the valid range of max_tokens is [1, 1024]", 1024),
    ("`max_tokens` must be less than or equal to `1024`, the maximum value for `max_tokens` is less than the "
     "`context_window` for this model", 1024),
    ("The maximum tokens you requested exceeds the model limit of 1,024. Try a value lower than 1,024.", 1024),
    ("This model's maximum context length is 4096 tokens. However, you requested 4598 tokens (3098 in the messages, "
     "1500 in the completion). Please reduce the length of the messages or completion.", 4096 - 3098),
    ("'max_tokens' or 'max_completion_tokens' is too large: 1500. This model's maximum context length is 4096 tokens "
     "and your request has 3098 input tokens (1500 > 4096 - 3098).", 4096 - 3098),
    ("input length and `max_tokens` exceed context limit: 3098 + 1500 > 4096, decrease input length or `max_tokens`",
     4096 - 3098),
    ("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3098 `inputs` tokens and 1500 `max_new_tokens`",
     4096 - 3098),
    ("the request exceeds the available context size (4096 tokens), try increasing it", None),
]  # fmt: skip


def long_prompt(text: str = "", words: int = 3000) -> Prompt:
    part = PromptPart("word " * words + text, "public")
    return Prompt("Answer.", (part,), agent="drafter", step="draft", run="r", question="q")


@pytest.mark.parametrize(("says", "room"), LIMITS, ids=[one[0][:40] for one in LIMITS])
@pytest.mark.parametrize("status", [400, 422])
async def test_a_limit_below_ours_is_taken_over_from_what_the_server_says(
    endpoint, connect, books, odd, says, room, status
):
    refusal = (status, PLAIN, json.dumps({"error": {"message": says, "code": status}}))
    odd(refusal, (200, PLAIN, body({"content": JSON}, usage={"prompt_tokens": COUNTED, "completion_tokens": 9})))
    model = connect(endpoint.url)
    assert (await model.parse(long_prompt(), Said)).text == "yes"
    first, second = endpoint.meter.requests
    assert first["max_completion_tokens"] == ASKED and first["messages"] == second["messages"]
    asked = second["max_completion_tokens"]
    assert asked == room if room else 700 < asked < 1000
    assert [(row["status"], row["usd"] == "0") for row in books.rows()] == [("failed", True), ("ok", False)]
    await model.parse(long_prompt("another"), Said)  # and it is remembered
    assert len(endpoint.meter.requests) == 3 and endpoint.meter.requests[2]["max_completion_tokens"] <= 1024
    if "context" in says and "context_window" not in says:
        await model.parse(long_prompt("short", 20), Said)
        assert endpoint.meter.requests[3]["max_completion_tokens"] == ASKED


@pytest.mark.parametrize(
    "says",
    [
        "This model's maximum context length is 2048 tokens. However, your request has 3098 input tokens.",
        "Prompt contains 3098 tokens and 0 draft tokens, too large for model with 2048 maximum context length",
        "the request exceeds the available context size (2048 tokens), try increasing it",
        "This model's maximum context length is 3100 tokens. However, you requested 4598 tokens (3098 in the messages, "
        "1500 in the completion).",
    ],
)
async def test_a_prompt_that_is_longer_than_the_context_is_not_sent_again(endpoint, connect, odd, says):
    odd((400, PLAIN, json.dumps({"error": {"message": says}})))
    with pytest.raises(EndpointError, match=r"takes (2048|3100) tokens and the prompt alone has about 3\d\d\d: raise"):
        await connect(endpoint.url).parse(long_prompt(), Said)
    assert len(endpoint.meter.requests) == 1


@pytest.mark.parametrize(
    "says",
    ["Limit 6000 tokens per minute, requested 9500: try again in 30 s", "the maximum of 12 images is exceeded",
     "Unknown field max_completion_tokens at line 1 column 345"],
)  # fmt: skip
async def test_other_numbers_are_no_limits(endpoint, connect, odd, says):
    odd((400, PLAIN, json.dumps({"error": {"message": says}})))
    with pytest.raises(EndpointError, match="answered 400"):
        await connect(endpoint.url).parse(long_prompt(), Said)
    assert {request.get("max_completion_tokens", request.get("max_tokens")) for request in endpoint.meter.requests} == {
        ASKED
    }


async def test_a_server_that_refuses_what_it_said_it_takes_is_asked_once_more_alone(endpoint, connect, odd):
    odd((400, PLAIN, json.dumps({"error": {"message": LIMITS[0][0]}})))
    with pytest.raises(EndpointError, match="answered 400: max_tokens is too large"):
        await connect(endpoint.url).parse(long_prompt(), Said)
    assert [request["max_completion_tokens"] for request in endpoint.meter.requests] == [1500, 1024]


async def test_a_cut_at_the_limit_of_the_server_says_whose_it_is(endpoint, connect, odd):
    odd(
        (400, PLAIN, json.dumps({"error": {"message": LIMITS[0][0]}})),
        (200, PLAIN, body({"content": None}, "length", {"prompt_tokens": 3098, "completion_tokens": 1024})),
    )
    with pytest.raises(MalformedReply, match="cut off at 1024 output tokens: the server takes no more: use a model"):
        await connect(endpoint.url).parse(long_prompt(), Said)


def test_the_setting_reaches_the_server_and_the_doctor_shows_it(shelf, endpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("COSCRIBE_MAX_OUTPUT_TOKENS", "2222")
    named = ("--model", "m", "--base-url", endpoint.url)
    endpoint.said_usage = {
        **THOUGHTS,
        "completion_tokens": 2222,
        "completion_tokens_details": {"reasoning_tokens": 9999},
    }
    endpoint.finish = "length"
    done = run("ask", "How much power may a site draw?", *named, "--library", shelf.library.folder, "--json")
    assert done.code == 4 and "set max_output_tokens higher than 2222" in done.json["degraded"]
    assert [request["max_completion_tokens"] for request in endpoint.meter.requests] == [2222, 2222 + 4444]
    checks = {check["name"]: check["detail"] for check in run("doctor", *named, "--json").json["checks"]}
    assert checks["features m"].startswith("may write 2,222 tokens an answer (max_output_tokens)")
    assert "and 4,444 more for its thoughts" in checks["features m"]


def test_a_settings_file_that_came_with_the_reports_may_not_raise_it(tmp_path, monkeypatch):
    (tmp_path / "coscribe.toml").write_text("max_output_tokens = 90000", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = run("doctor")
    assert done.code == 2 and "max_output_tokens may not be set in" in done.message
