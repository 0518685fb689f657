"""Reads the weights out of an ONNX file: of its form only what they need, so that no further package is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[Any]]  # of the kinds below
_GRAPH, _TENSOR = 7, 5  # the graph in a model, a stored tensor in a graph
_DIMENSION, _KIND, _NAME, _DATA = 1, 2, 8, 9  # of a tensor
KINDS: dict[int, np.dtype[Any]] = {  # by ONNX's numbers of them
    1: np.dtype("<f4"), 2: np.dtype("u1"), 3: np.dtype("i1"), 7: np.dtype("<i8"),
}  # fmt: skip


def read_weights(path: Path) -> Weights:
    """Return the stored tensors of an ONNX file by name; those of kinds that no weights have are left out."""
    found: Weights = {}
    for graph in _parts(memoryview(path.read_bytes()), _GRAPH):
        for tensor in _parts(graph, _TENSOR):
            shape, kind, name, data = [], 0, "", memoryview(b"")
            for field, value in _fields(tensor):
                if isinstance(value, int):
                    shape += [value] * (field == _DIMENSION)
                    kind = value if field == _KIND else kind
                elif field == _DIMENSION:
                    shape += _numbers(value)
                elif field == _NAME:
                    name = bytes(value).decode()
                elif field == _DATA:
                    data = value
            if kind in KINDS and data:
                found[name] = np.frombuffer(data, KINDS[kind]).reshape(shape)
    return found


def _parts(message: memoryview, wanted: int) -> Iterator[memoryview]:
    """Yield the messages that stand in a field of a message."""
    for field, value in _fields(message):
        if field == wanted and not isinstance(value, int):
            yield value


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the fields of a message in the wire format of protocol buffers: numbers as such, all else as bytes."""
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        form = key & 7
        if form == 0:
            value, at = _number(message, at)
            yield key >> 3, value
            continue
        if form == 2:
            size, at = _number(message, at)
        else:
            size = {1: 8, 5: 4}[form]
        yield key >> 3, message[at : at + size]
        at += size


def _numbers(packed: memoryview) -> list[int]:
    found, at = [], 0
    while at < len(packed):
        value, at = _number(packed, at)
        found.append(value)
    return found


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """Return the number of seven bits a byte, lowest first, that begins at a place, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at
