"""An OpenAI-compatible server on a real loopback socket, with its own meter and a repertoire of bad behaviour."""

import hashlib
import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

Json = dict[str, Any]
# A status; or what the server worked for and nobody learns of: it never answers, breaks off, or sends half its JSON.
Fault = int | Literal["stall", "cut", "garble"]


def quarter(text: str) -> int:
    return len(text) // 4 + 1


@dataclass
class Tokens:
    """What was counted for one agent."""

    calls: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0


@dataclass
class Meter:
    """What really arrived and what was really reported, counted without a line of the product."""

    requests: list[Json] = field(default_factory=list)
    received: bytes = b""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    answered: int = 0
    busy: int = 0
    busiest: int = 0
    left: int = 0  # answers that the client did not wait for
    told: dict[str, Tokens] = field(default_factory=dict)  # by agent: in answers that arrived whole
    untold: dict[str, Tokens] = field(default_factory=dict)  # by agent: worked for, and lost on the way
    calls: list[tuple[str, int, int]] = field(default_factory=list)  # agent and tokens of each that was told


class Endpoint:
    """Serves `/chat/completions` and `/embeddings` at `url`; the switches below may be set at any time.

    `reply` gets the request and returns the content of the answer: an object to encode, or a text as it is.
    """

    def __init__(self, reply: Callable[[Json], Json | str] = lambda request: {"text": "yes"}) -> None:
        self.reply = reply
        self.meter = Meter()
        self.refuse: dict[str, int] = {}  # word in the request -> status that names it
        self.refusal = ""  # what is said then instead
        self.statuses: list[int] = []  # answered first, one a request
        self.hang_ups = 0
        self.whole_body: tuple[str, str] | None = None  # content type and text, instead of an answer
        self.odd: Callable[[Json], tuple[int, str, bytes] | None] = lambda request: None  # status, type, body instead
        self.redirect: str | None = None
        self.delay = 0.0
        self.finish: str | None = "stop"
        self.usage = "full"  # "full", "bare" (details are null), "none"
        self.shown_input: int | None = None
        self.tier: str | None = None
        self.disturb: Callable[[int], Fault | None] = lambda number: None  # what happens to which request, from 0
        self.stall = 0.0  # seconds without an answer
        self.drip = 0.0  # seconds after each byte of an answer
        self.retry_after = "retry-after-ms: 1"  # keeps the retries of the client, which are its own, from waiting
        self.said_usage: Any = ...  # reported instead of what was counted
        self.count = quarter
        self.vector: Callable[[str], list[float]] = vector
        self.agent: Callable[[Json], str] = lambda request: "drafter"  # whose request it is, as the meter has it
        self._lock = threading.Lock()
        endpoint = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                endpoint._serve(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that left is no error of the server."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: socketserver.StreamRequestHandler) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = handler.rfile.readline()
            if not line:
                return
            head += line
        headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if ": " in line)
        body = handler.rfile.read(int(headers.get("content-length", 0)))
        with self._lock:
            self.meter.received += head + body
            number = len(self.meter.requests)
            self.meter.requests.append(json.loads(body) if body else {})
            self.meter.busy += 1
            self.meter.busiest = max(self.meter.busiest, self.meter.busy)
        try:
            answer = self._disturbed(number, head.decode().split(" ")[1], body.decode())
        finally:
            with self._lock:
                self.meter.busy -= 1
        if answer is not None:
            self._write(handler, answer.replace(b"retry-after-ms: 1", self.retry_after.encode()))

    def _write(self, handler: socketserver.StreamRequestHandler, answer: bytes) -> None:
        if not self.drip:
            handler.wfile.write(answer)
            return
        try:
            for at in range(len(answer)):
                handler.wfile.write(answer[at : at + 1])
                time.sleep(self.drip)
        except OSError:
            with self._lock:
                self.meter.left += 1

    def _disturbed(self, number: int, path: str, body: str) -> bytes | None:
        fault = self.disturb(number)
        if isinstance(fault, int):
            return respond(fault, {"error": {"message": f"scripted failure {fault}"}})
        answer = self._answer(path, body, lost=fault is not None)
        if fault is None or answer is None:
            return answer
        head, _, content = answer.partition(b"\r\n\r\n")
        if fault == "garble":
            return frame(200, content[: len(content) // 2], "content-type: application/json\r\n")
        time.sleep(self.stall if fault == "stall" else 0)
        return None if fault == "stall" else head + b"\r\n\r\n" + content[: len(content) // 2]

    def _answer(self, path: str, body: str, lost: bool) -> bytes | None:
        time.sleep(self.delay)
        with self._lock:
            if self.hang_ups:
                self.hang_ups -= 1
                return None
            status = self.statuses.pop(0) if self.statuses else 200
        if status != 200:
            return respond(status, {"error": {"message": f"scripted failure {status}"}})
        for word, refusal in self.refuse.items():
            if f'"{word}"' in body:
                return respond(
                    refusal, {"error": {"message": self.refusal or f"unsupported: '{word}' is not known here"}}
                )
        if self.redirect:
            return respond(307, {}, f"location: {self.redirect}\r\n")
        if self.whole_body:
            return frame(200, self.whole_body[1].encode(), f"content-type: {self.whole_body[0]}\r\n")
        request = json.loads(body)
        if odd := self.odd(request):
            return frame(odd[0], odd[2], f"content-type: {odd[1]}\r\n")
        made = self._vectors if path.endswith("/embeddings") else self._completion
        return respond(200, made(request, lost))

    def _completion(self, request: Json, lost: bool) -> Json:
        content = self.reply(request)
        text = content if isinstance(content, str) else json.dumps(content)
        asked = "".join(message["content"] for message in request["messages"])
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": self.finish}
        made = {"id": "c", "object": "chat.completion", "created": 1, "model": request["model"], "choices": [choice]}
        usage = self._meter(request, self.count(asked), self.count(text), lost)
        return {**made, "service_tier": self.tier, "usage": usage if self.said_usage is ... else self.said_usage}

    def _vectors(self, request: Json, lost: bool) -> Json:
        rows = [
            {"object": "embedding", "index": at, "embedding": self.vector(text)}
            for at, text in enumerate(request["input"])
        ]
        usage = self._meter(request, self.count("".join(request["input"])), 0, lost)
        # Out of order on purpose: the index says where a vector belongs.
        return {"object": "list", "model": request["model"], "data": rows[::-1], "usage": usage}

    def _meter(self, request: Json, input_tokens: int, output_tokens: int, lost: bool) -> Json | None:
        if self.usage == "none":
            return None
        input_tokens = self.shown_input or input_tokens
        cached = input_tokens // 2 if self.usage == "full" else 0
        with self._lock:
            self.meter.answered += 1
            self.meter.input_tokens += input_tokens
            self.meter.cached_tokens += cached
            self.meter.output_tokens += output_tokens
            tokens = (self.meter.untold if lost else self.meter.told).setdefault(self.agent(request), Tokens())
            tokens.calls += 1
            tokens.input += input_tokens
            tokens.cached += cached
            tokens.output += output_tokens
            if not lost:
                self.meter.calls.append((self.agent(request), input_tokens, output_tokens))
        details: Json = {"prompt_tokens_details": None, "completion_tokens_details": None}
        if self.usage == "full":
            details = {
                "prompt_tokens_details": {"cached_tokens": cached},
                "completion_tokens_details": {"reasoning_tokens": 1},
            }
        total = input_tokens + output_tokens
        return {"prompt_tokens": input_tokens, "completion_tokens": output_tokens, "total_tokens": total, **details}


def vector(text: str) -> list[float]:
    return [byte / 255 for byte in hashlib.sha256(text.encode()).digest()[:8]]


def respond(status: int, body: Json, extra: str = "") -> bytes:
    return frame(status, json.dumps(body).encode(), f"content-type: application/json\r\n{extra}")


def frame(status: int, body: bytes, headers: str) -> bytes:
    always = f"content-length: {len(body)}\r\nretry-after-ms: 1\r\nconnection: close\r\n"
    return f"HTTP/1.1 {status} scripted\r\n{headers}{always}\r\n".encode() + body


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()
    yield served
    served.close()


@pytest.fixture
def other_endpoint() -> Iterator[Endpoint]:
    """A second server: a proxy, or the target of a redirect."""
    served = Endpoint()
    yield served
    served.close()
