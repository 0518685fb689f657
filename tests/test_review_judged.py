"""What was judged by hand of a model's sentences is well formed, and about questions of the sets."""

import tomllib
from pathlib import Path

import pytest
from question_set import load

FILE = Path(__file__).parents[1] / "benchmarks" / "questions" / "review_judged.toml"

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the benchmarks are not beside the tests")


def test_every_judgement_is_complete_and_made_once() -> None:
    entries = tomllib.loads(FILE.read_text("utf-8"))["sentence"]
    known = {gold.id for name in ("domain_open", "samples") for gold in load(name)}
    for entry in entries:
        assert entry.keys() == {"question", "text", "cited", "supported", "why"}, entry
        assert entry["question"] in known, entry
        assert isinstance(entry["supported"], bool), entry
        assert entry["why"].strip(), entry
        assert entry["cited"] or not entry["supported"], f"nothing supports {entry['text']!r}"
    judged = [(entry["question"], entry["text"], tuple(entry["cited"])) for entry in entries]
    assert len(judged) == len(set(judged))
