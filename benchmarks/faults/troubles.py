"""What servers and networks do to an answer, one function each."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from server import Exchange, Fault, frame

ELSEWHERE = "location: http://127.0.0.1:9/v1"
PAGE = b"<html><body><h1>Welcome to the router</h1></body></html>"
TIMEOUT = 1.5  # seconds that an attempt may take where the server keeps it waiting
DRIPPED = 6.0  # seconds over which an answer drips
NO_SCHEMA = {"error": {"message": "response_format 'json_schema' is not supported", "code": 400}}


def declined(status: int, *headers: str, body: bytes = b'{"error": {"message": "scripted"}}', kind: str = "") -> Fault:
    """Refuse without working."""
    return lambda one: one.decline(frame(status, body, *headers, kind=kind or "application/json"))


def in_turn(*faults: Fault) -> Fault:
    """Do one after another, by the prompt: the same prompt fails in the same way."""
    return lambda one: faults[len(json.dumps(one.request)) % len(faults)](one)


def reset_before_head(one: Exchange) -> None:
    one.withhold()
    one.reset()


def reset_in_head(one: Exchange) -> None:
    one.withhold(one.answer()[:25])
    one.reset()


def reset_in_body(one: Exchange) -> None:
    one.withhold(one.answer()[:-40])
    time.sleep(0.02)
    one.reset()


def hang_up(one: Exchange) -> None:
    one.withhold()
    one.hang_up()


def stall(one: Exchange) -> None:
    one.withhold()
    time.sleep(TIMEOUT + 1)
    one.hang_up()


def late(one: Exchange) -> None:
    time.sleep(TIMEOUT + 0.7)
    one.withhold(one.answer())
    one.hang_up()


def drip(one: Exchange) -> None:
    one.withhold()
    began, data = time.monotonic(), one.answer()
    for at in range(len(data)):
        if time.monotonic() > began + DRIPPED or not one.is_open:
            break
        one.write(data[at : at + 1])
        time.sleep(0.25)
    one.hang_up()


def half_json(one: Exchange) -> None:
    text = json.dumps(one.body())
    one.withhold(frame(200, text[: len(text) // 2].encode()))


def nothing(one: Exchange) -> None:
    one.withhold(frame(200, b""))


def plain_text(one: Exchange) -> None:
    one.tell(frame(200, json.dumps(one.body()).encode(), kind="text/plain"))


def early_hints(one: Exchange) -> None:
    one.tell(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n" + one.answer())


def usage(*told: Any) -> Fault:
    """Answer rightly, with a usage that is none; a word that is no usage leaves it out."""

    def answer(one: Exchange) -> None:
        body, shown = one.body(), told[len(json.dumps(one.request)) % len(told)]
        if shown == "missing":
            del body["usage"]
        else:
            body["usage"] = shown
        one.withhold(frame(200, json.dumps(body).encode()))

    return answer


def said(*contents: str | None, finish: str = "stop", **message: Any) -> Fault:
    """Answer with other words, and a right usage."""

    def answer(one: Exchange) -> None:
        content = contents[len(json.dumps(one.request)) % len(contents)]
        body = one.body(content or "", finish)
        body["choices"][0]["message"] |= {"content": content, **message}
        one.tell(frame(200, json.dumps(body).encode()), content or "")

    return answer


def no_choices(one: Exchange) -> None:
    one.tell(frame(200, json.dumps({**one.body(""), "choices": []}).encode()), "")


def schema_refused(one: Exchange) -> None:
    if "json_schema" in json.dumps(one.request.get("response_format", "")):
        one.decline(frame(400, json.dumps(NO_SCHEMA).encode()))
    else:
        one.tell()


def broken_gzip(one: Exchange) -> None:
    one.withhold(frame(200, b"\x1f\x8b\x08\x00 no gzip at all", "content-encoding: gzip"))


def broken_chunks(one: Exchange) -> None:
    head = b"HTTP/1.1 200 x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    one.withhold(head + b"20\r\n" + one.answer()[-32:] + b"\r\nzz\r\n")
    one.hang_up()


def dropped(one: Exchange) -> None:
    one.tell()
    one.hang_up()


def maybe_heard(one: Exchange) -> None:
    one.leave_open(one.answer())


def embedding_fails(one: Exchange) -> None:
    if one.embeds:
        one.decline(frame(500, b'{"error": {"message": "no more memory"}}'))
    else:
        one.tell()


UNUSABLE: Sequence[Any] = (
    {"prompt_tokens": -7, "completion_tokens": -1},
    {"prompt_tokens": "many", "completion_tokens": "few"},
    "none",
    [1, 2],
    {"prompt_tokens": 1.5, "completion_tokens": {}},
)
HUGE: Sequence[Any] = (
    {"prompt_tokens": 10**12, "completion_tokens": 5},
    {"prompt_tokens": 10**30, "completion_tokens": 10**30},
    {"prompt_tokens": 900, "completion_tokens": 2**63},
)
ZERO: Sequence[Any] = ({"prompt_tokens": 0, "completion_tokens": 0}, {})
Faults = Callable[[], Fault]
