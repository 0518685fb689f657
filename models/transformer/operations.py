"""Writes an ONNX graph, operation by operation, with the weights in it."""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .weights import KINDS

MICROSOFT = "com.microsoft"  # operations that onnxruntime adds to the standard
FLOAT, INTEGER = 1, 7
_FORM, _OPSET = 9, 20  # versions that onnxruntime reads since 1.17
_NUMBERS = {kind: number for number, kind in KINDS.items()}


class Graph:
    """A graph that takes tensors of one dimension by name; each operation gives the names of what comes out."""

    def __init__(self, **inputs: int) -> None:
        # Weights are many megabytes: they stay where they are until all is put together, once.
        self._parts: list[bytes | memoryview] = [
            _part(11, _text(1, name) + _part(2, _kind(kind))) for name, kind in inputs.items()
        ]
        self._made = 0

    def constant(self, values: NDArray[np.generic]) -> str:
        """Put numbers into the graph."""
        name = self._name()
        kind = values.dtype.newbyteorder("<") if values.dtype.itemsize > 1 else values.dtype
        held = np.ascontiguousarray(values, kind).data.cast("B")
        shape = b"".join(_number(1, size) for size in values.shape)
        told = shape + _number(2, _NUMBERS[kind]) + _text(8, name) + _head(9, len(held))
        self._parts += [_head(5, len(told) + len(held)) + told, held]
        return name

    def apply(self, operation: str, *inputs: str, domain: str = "", **settings: float | int) -> str:
        """Add an operation that gives one tensor; an input "" is left out."""
        return self.split(operation, *inputs, outputs=1, domain=domain, **settings)[0]

    def split(
        self, operation: str, *inputs: str, outputs: int, domain: str = "", **settings: float | int
    ) -> Sequence[str]:
        """Add an operation that gives several tensors."""
        names = [self._name() for _ in range(outputs)]
        written = b"".join([
            *(_text(1, name) for name in inputs), *(_text(2, name) for name in names), _text(4, operation),
            *(_part(5, _setting(name, value)) for name, value in settings.items()), _text(7, domain),
        ])  # fmt: skip
        self._parts.append(_part(1, written))
        return names

    def written(self, *results: str) -> bytes:
        """Return the model that gives these tensors, as an ONNX file has it."""
        held = [*self._parts, _text(2, "graph"), *(_part(12, _text(1, name)) for name in results)]
        sets = [_text(1, domain) + _number(2, version) for domain, version in (("", _OPSET), (MICROSOFT, 1))]
        begun = _number(1, _FORM) + _head(7, sum(map(len, held)))
        return b"".join([begun, *held, *(_part(8, one) for one in sets)])

    def _name(self) -> str:
        self._made += 1
        return f"t{self._made}"


def _kind(number: int) -> bytes:
    """Write the type of a tensor of one dimension, of any length."""
    return _part(1, _number(1, number) + _part(2, _part(1, _text(2, "length"))))


def _setting(name: str, value: float | int) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _part(field: int, content: bytes) -> bytes:
    return _head(field, len(content)) + content


def _head(field: int, length: int) -> bytes:
    """Write what stands before a content of so many bytes."""
    return _varint(field << 3 | 2) + _varint(length)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """Write a number of seven bits a byte, lowest first; negative ones as 64 bits."""
    value &= (1 << 64) - 1
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)
