"""A server that fails in a chosen way, byte by byte, with its own meter: what arrived, was worked for, and told."""

import json
import socket
import socketserver
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import program  # noqa: F401  # puts the doubles on the path
from doubles.accounts import agent_of
from doubles.endpoint import quarter, vector

Json = dict[str, Any]
Spent = tuple[str, int, int, int]  # agent, and tokens: input, of these cached, output
_ALWAYS, _SOMETIMES = 12, 3  # every so many prompts fail at each attempt, at the first one


@dataclass
class Meter:
    """What the server knows of its work: `told` reached the client, `untold` did not, of `unsure` nobody can say.

    `free` counts the attempts it did no work for, `broken` those that never arrived whole.
    """

    told: Counter[Spent] = field(default_factory=Counter)
    untold: Counter[Spent] = field(default_factory=Counter)
    unsure: Counter[Spent] = field(default_factory=Counter)
    free: int = 0
    broken: int = 0
    busy: int = 0
    busiest: int = 0
    troubled: int = 0
    prompts: Counter[str] = field(default_factory=Counter)

    @property
    def attempts(self) -> int:
        """All that arrived whole."""
        return self.told.total() + self.untold.total() + self.unsure.total() + self.free


class Exchange:
    """One request that arrived, and all ways to answer it; whatever answers also says what the meter counts."""

    def __init__(self, server: "Server", connection: socket.socket, path: str, request: Json, nth: int) -> None:
        self.server, self.connection, self.request, self.nth = server, connection, request, nth
        self.embeds = path.endswith("/embeddings")
        self.is_open = True

    def answer(self, **changes: Any) -> bytes:
        """Return the bytes of a right answer, parts of whose body are changed."""
        return frame(200, json.dumps({**self.body(), **changes}).encode())

    def body(self, content: str | None = None, finish: str = "stop") -> Json:
        """Return the body of a right answer, or of one with this content."""
        used = self.spent(content)
        usage = {
            "prompt_tokens": used[1], "completion_tokens": used[3], "total_tokens": used[1] + used[3],
            "prompt_tokens_details": {"cached_tokens": used[2]}, "completion_tokens_details": None,
        }  # fmt: skip
        if self.embeds:
            rows = [{"index": at, "embedding": vector(text)} for at, text in enumerate(self.request["input"])]
            return {"object": "list", "model": "m", "data": rows, "usage": usage}
        message = {"role": "assistant", "content": self.content() if content is None else content}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}

    def content(self) -> str:
        """Return what the clerk writes."""
        made = self.server.reply(self.request)
        return made if isinstance(made, str) else json.dumps(made)

    def spent(self, content: str | None = None) -> Spent:
        """Return what a whole answer takes."""
        if self.embeds:
            return (agent_of(self.request), self.server.count("".join(self.request["input"])), 0, 0)
        asked = "".join(message["content"] for message in self.request["messages"])
        used = self.server.count(asked)
        told = self.content() if content is None else content
        return (agent_of(self.request), used, used // 2, self.server.count(told))

    def tell(self, data: bytes | None = None, content: str | None = None) -> None:
        """Answer with a usage that arrives."""
        self._count(self.server.meter.told, content)
        self.write(self.answer() if data is None else data)

    def withhold(self, data: bytes = b"", content: str | None = None) -> None:
        """Work, and send something that does not say what it took."""
        self._count(self.server.meter.untold, content)
        self.write(data)

    def leave_open(self, data: bytes) -> None:
        """Answer someone who may have left."""
        self._count(self.server.meter.unsure, None)
        self.write(data)

    def decline(self, data: bytes) -> None:
        """Answer without having worked."""
        with self.server.lock:
            self.server.meter.free += 1
        self.write(data)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self.connection.sendall(data)
        except OSError:  # the client has left
            self.is_open = False

    def hang_up(self) -> None:
        """Close the connection in good order."""
        self.is_open = False

    def reset(self) -> None:
        """Break the connection off, so that the client is told of it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.is_open = False

    def _count(self, where: Counter[Spent], content: str | None) -> None:
        used = self.spent(content)
        with self.server.lock:
            where[used] += 1


Fault = Callable[[Exchange], None]


class Server:
    """Serves at `url` from `open` on, answering with `reply` after `delay` seconds; `fault` befalls some requests.

    Which ones is drawn from the seed and the prompt alone: a third at their first attempt, a twelfth at every one.
    """

    def __init__(self, reply: Callable[[Json], Json | str], fault: Fault | None = None, *, seed: int = 1) -> None:
        self.reply, self.fault, self.seed = reply, fault, seed
        self.delay = 0.0
        self.always, self.sometimes = _ALWAYS, _SOMETIMES
        self.count = quarter
        self.meter, self.lock = Meter(), threading.Lock()
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                server._serve(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads, request_queue_size = True, 128

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that left is no error of the server."""

            def shutdown_request(self, request: Any) -> None:
                # Not shut down first: a connection that lingers for no time is then reset, not ended.
                self.close_request(request)

        self._listener = Listener(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self._listener.server_bind()
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}/v1"

    def open(self) -> "Server":
        """Begin to listen; until then, connections are refused."""
        self._listener.server_activate()
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown()
        self._listener.server_close()

    def troubles(self, prompt: str, nth: int) -> bool:
        """Tell whether an attempt at a prompt fails."""
        drawn = zlib.crc32(f"{self.seed} {prompt}".encode())
        return drawn % self.always == 0 or (drawn % self.sometimes == 0 and nth == 0)

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection.makefile("rb") as stream:
            while (asked := self._read(stream)) is not None:
                path, body = asked
                exchange = self._arrived(connection, path, body)
                try:
                    time.sleep(self.delay)
                    self._befall(exchange, body)
                finally:
                    with self.lock:
                        self.meter.busy -= 1
                if not exchange.is_open:
                    return

    def _arrived(self, connection: socket.socket, path: str, body: str) -> Exchange:
        request = json.loads(body)
        with self.lock:
            self.meter.busy += 1
            self.meter.busiest = max(self.meter.busiest, self.meter.busy)
            nth = self.meter.prompts[body]
            self.meter.prompts[body] += 1
        return Exchange(self, connection, path, request, nth)

    def _befall(self, exchange: Exchange, body: str) -> None:
        if self.fault is None or not self.troubles(body, exchange.nth):
            exchange.tell()
            return
        with self.lock:
            self.meter.troubled += 1
        self.fault(exchange)

    def _read(self, stream: Any) -> tuple[str, str] | None:
        """Return path and body of the next request; `None` where none comes any more."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                self._break(head)
                return None
            head += line
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        wanted = int(headers.get("content-length", 0))
        body = stream.read(wanted)
        if len(body) < wanted:
            self._break(head)
            return None
        return first.split(" ")[1], body.decode()

    def _break(self, head: bytes) -> None:
        with self.lock:
            self.meter.broken += bool(head)


def frame(status: int, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """Return a whole response; without a header that says otherwise, the client does not wait before it tries again."""
    own = "".join(f"{header}\r\n" for header in (headers or ("retry-after-ms: 1",)))
    return f"HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{own}\r\n".encode() + body
