"""What goes over the pipes between a batch and its workers: an order first, then numbered tasks and their outcomes."""

import pickle
from asyncio import StreamReader
from dataclasses import dataclass
from typing import Any

from ...core.settings import Settings
from ...core.system.home import Home

READY = 0  # the number of the first outcome: of the order itself, which is an error or `None`
_SIZE = 4  # bytes that say how many follow


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker needs to know before its first task; keys of endpoints are read from its environment."""

    home: Home
    settings: Settings
    at_once: int


def framed(number: int, outcome: object) -> bytes:
    """Return an outcome with its number and size."""
    data = pickle.dumps((number, outcome), pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_SIZE, "big") + data


async def unframed(stream: StreamReader) -> tuple[int, Any]:
    """Return the next number and outcome; raises `asyncio.IncompleteReadError` where the stream ends."""
    size = int.from_bytes(await stream.readexactly(_SIZE), "big")
    number, outcome = pickle.loads(await stream.readexactly(size))
    return number, outcome
