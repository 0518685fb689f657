"""The graph of all-MiniLM-L6-v2, written for one text at a time.

The file it is installed with has its weights in eight bits, but makes 32-bit numbers of them before it multiplies, and
masks the padding of batches that are never made. Here the bits stay as they are. What they are multiplied by is given
in two parts of eight bits each, of which the second holds what the first one rounds off: the vectors are those of 32
bits to four decimals, for little more than half of the time. One part alone is quicker yet, and wrong in the second
decimal.
"""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .operations import FLOAT, INTEGER, MICROSOFT, Graph
from .weights import Weights, read_weights

_LAYERS, _HEADS = 6, 12
_MATRICES = 6  # a layer: query, key, value, their output, and the two of the feed-forward step
_EPSILON = 1e-12
_ALIKE = 64  # products in a sum that is too much for processors that add them in 16 bits


def minilm_graph(path: Path) -> bytes:
    """Return an ONNX model that makes a unit vector of the token numbers `ids`, from the weights of an ONNX file."""
    return _MiniLMGraph(read_weights(path), sums_of_bytes_are_exact()).written()


def sums_of_bytes_are_exact() -> bool:
    """Tell whether products of bytes are summed up in full here; older processors cut them off, and are no quicker."""
    graph = Graph(ids=INTEGER)
    ones = graph.apply("Cast", graph.apply("Unsqueeze", "ids", graph.constant(np.array([0]))), to=2)
    total = graph.apply("MatMulInteger", ones, graph.constant(np.full((_ALIKE, _ALIKE), 127, np.int8)))
    session = onnxruntime.InferenceSession(graph.written(total), providers=["CPUExecutionProvider"])
    found = np.asarray(session.run(None, {"ids": np.full(_ALIKE, 255)})[0])
    return bool((found == 255 * 127 * _ALIKE).all())


class _MiniLMGraph:
    def __init__(self, weights: Weights, in_bytes: bool) -> None:
        self._weights = weights
        self._in_bytes = in_bytes
        self._graph = Graph(ids=INTEGER)
        self._first = self._graph.constant(np.array([0]))
        numbered = sorted(int(name[4:-2]) for name in weights if name.startswith("val_") and name.endswith("_q"))
        self._matrices = [f"val_{number}" for number in numbered]

    def written(self) -> bytes:
        """Return the whole model, whose result is the mean of the tokens' vectors, normalised."""
        state = self._embedded()
        for layer in range(_LAYERS):
            state = self._layer(state, f"inner.encoder.layer.{layer}", self._matrices[layer * _MATRICES :][:_MATRICES])
        mean = self._graph.apply("ReduceMean", state, self._first, keepdims=0)
        length = self._graph.apply("ReduceL2", mean, keepdims=0)
        return self._graph.written(self._graph.apply("Div", mean, length))

    def _embedded(self) -> str:
        """Add up the vectors of words, of places in the text and of its being one text."""
        graph, place = self._graph, "inner.embeddings"
        words = [
            graph.apply("Gather", graph.constant(self._weights[f"{place}.word_embeddings.weight_{part}"]), "ids")
            for part in ("q", "scale")
        ]
        vectors = graph.apply("Mul", graph.apply("Cast", words[0], to=FLOAT), words[1])
        positions = self._matrix(f"{place}.position_embeddings.weight")
        positions = positions + self._weights[f"{place}.token_type_embeddings.weight"][0]
        along = graph.apply("Slice", graph.constant(positions), self._first, graph.apply("Shape", "ids"), self._first)
        return self._normal(graph.apply("Add", vectors, along), f"{place}.LayerNorm")

    def _layer(self, state: str, place: str, matrices: list[str]) -> str:
        graph = self._graph
        biases = [f"{place}.attention.self.{part}.bias" for part in ("query", "key", "value")]
        asked = graph.apply("Unsqueeze", self._product(state, matrices[:3], biases), self._first)
        parts = graph.split("Split", asked, outputs=3, axis=2, num_outputs=3)
        attended = graph.apply("MultiHeadAttention", *parts, domain=MICROSOFT, num_heads=_HEADS)
        attended = graph.apply("Squeeze", attended, self._first)
        attended = self._product(attended, [matrices[3]], [f"{place}.attention.output.dense.bias"])
        state = self._normal(graph.apply("Add", attended, state), f"{place}.attention.output.LayerNorm")
        fed = graph.apply("Gelu", self._product(state, [matrices[4]], [f"{place}.intermediate.dense.bias"]))
        fed = self._product(fed, [matrices[5]], [f"{place}.output.dense.bias"])
        return self._normal(graph.apply("Add", fed, state), f"{place}.output.LayerNorm")

    def _product(self, state: str, matrices: list[str], biases: list[str]) -> str:
        """Multiply by matrices side by side, and add their biases."""
        graph = self._graph
        bias = graph.constant(np.concatenate([self._weights[name] for name in biases]))
        if not self._in_bytes:
            matrix = graph.constant(np.concatenate([self._matrix(name) for name in matrices], axis=1))
            return graph.apply("Add", graph.apply("MatMul", state, matrix), bias)
        matrix = graph.constant(np.concatenate([self._weights[f"{name}_q"] for name in matrices], axis=1))
        scales = graph.constant(np.concatenate([self._weights[f"{name}_scale"].reshape(-1) for name in matrices]))
        rounded, scale, zero = graph.split("DynamicQuantizeLinear", state, outputs=3)
        lost = graph.apply("Sub", state, graph.apply("DequantizeLinear", rounded, scale, zero))
        sums = graph.apply("MatMulIntegerToFloat", rounded, matrix, scale, scales, zero, "", bias, domain=MICROSOFT)
        rounded, scale, zero = graph.split("DynamicQuantizeLinear", lost, outputs=3)
        rest = graph.apply("MatMulIntegerToFloat", rounded, matrix, scale, scales, zero, domain=MICROSOFT)
        return graph.apply("Add", sums, rest)

    def _normal(self, state: str, place: str) -> str:
        parts = [self._graph.constant(self._weights[f"{place}.{part}"]) for part in ("weight", "bias")]
        return self._graph.apply("LayerNormalization", state, *parts, axis=-1, epsilon=_EPSILON)

    def _matrix(self, name: str) -> NDArray[np.float32]:
        matrix: NDArray[np.float32] = self._weights[f"{name}_q"].astype(np.float32) * self._weights[f"{name}_scale"]
        return matrix
