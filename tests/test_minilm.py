"""The embedder that comes with the installation, beside the same model run from its own file."""

import numpy as np
import onnxruntime
import pytest
from coscribe.core.system.installed import checked_file
from coscribe.models import embedder
from coscribe.models.transformer import minilm
from tokenizers import Tokenizer

TEXTS = [
    "Water use fell by 12 % in 2021, for the first time in a decade; the dry summer of the year before had raised it.",
    "What drove revenue down?", "", "7", "Übergangsplan für die Wärme – 東京",
    "The chair of the committee, who had served since 2009, was succeeded in May. " * 30,
    "A table | of | cells | 1,234.5 | (67) | n/a",
]  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> np.ndarray:
    """Return the mean of the token vectors that the installed file gives by itself, as unit vectors."""
    tokenizer = Tokenizer.from_file(str(checked_file(*embedder._TOKENIZER)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    session = onnxruntime.InferenceSession(str(checked_file(*embedder._MODEL)), providers=["CPUExecutionProvider"])
    found = []
    for text in TEXTS:
        ids = np.array([tokenizer.encode(text).ids])
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = np.asarray(session.run(None, given)[0])[0].mean(axis=0)
        found.append(mean / np.linalg.norm(mean))
    return np.array(found)


@pytest.mark.parametrize(("in_bytes", "apart"), [(None, 1e-3), (False, 1e-5)])
def test_vectors_are_those_of_the_installed_file(reference, monkeypatch, in_bytes, apart):
    """Whether this machine multiplies bytes or not."""
    if in_bytes is not None:
        monkeypatch.setattr(minilm, "sums_of_bytes_are_exact", lambda: in_bytes)
    found = embedder.MiniLM().embed(TEXTS)
    assert (found.shape, found.dtype) == (reference.shape, np.float32)
    assert np.abs(found - reference).max() < apart
    order = np.argsort(-(reference @ reference.T), kind="stable")
    assert (np.argsort(-(found @ found.T), kind="stable") == order).all()


def test_a_text_has_the_same_vector_alone_and_among_others():
    among = embedder.MiniLM(threads=3).embed(TEXTS)
    alone = embedder.MiniLM(threads=1)
    assert all((alone.embed([text])[0] == vector).all() for text, vector in zip(TEXTS, among, strict=True))


def test_a_text_that_comes_again_is_not_embedded_again():
    model = embedder.MiniLM(threads=1)
    first, again = model.embed([TEXTS[0], TEXTS[0]])
    once = model.take_work().tokens
    (later, other) = model.embed([TEXTS[0], TEXTS[3]])
    assert (first == again).all() and (first == later).all() and not (first == other).all()
    assert (once, model.take_work().tokens) == (len(model._tokenizer.encode(TEXTS[0]).ids), 3)


def test_what_is_kept_of_texts_is_bounded(monkeypatch):
    monkeypatch.setattr(embedder, "_MOST_KNOWN", 2)
    model = embedder.MiniLM(threads=1)
    vectors = [model.embed([f"page {at}"])[0] for at in range(9)]
    assert len(model._known) <= 2
    assert all((model.embed([f"page {at}"])[0] == vector).all() for at, vector in enumerate(vectors))
