"""The graph that `langgraph.json` names: what a development server sends of each step is plain data."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from doubles.desk import Shelf

CONFIGURATION = Path(__file__).parents[1] / "langgraph.json"


@pytest.mark.skipif(not CONFIGURATION.is_file(), reason="the tests stand apart from the checkout")
async def test_the_steps_of_a_question_are_seen(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSCRIBE_LIBRARY", str(shelf.library.folder))
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    (named,) = json.loads(CONFIGURATION.read_text("utf-8"))["graphs"].values()
    module, _, name = named.partition(":")
    graph = getattr(import_module(module), name)({})
    sent = [
        update
        async for update in graph.astream(
            {"question": "How much power may a European site draw?"}, stream_mode="updates"
        )
    ]
    json.dumps([sent, graph.get_input_jsonschema(), graph.get_output_jsonschema()])
    assert [step for update in sent for step in update] == ["retriever", "drafter", "reviewer", "answer"]
    assert "20 MW" in sent[2]["reviewer"]["claims"][0] and sent[0]["retriever"]["passages"]
    assert sent[3]["answer"]["answer"]["status"] == "answered"
