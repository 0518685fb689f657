"""What `verify` says of a file that carries its document: the text is what that renders to, and it tells the claims."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from coscribe.core.document import Document
from coscribe.core.shapes import Answer
from coscribe.tools.document.page import answer_page
from coscribe.tools.publish.markdown import blocks_markdown, markdown
from coscribe.tools.publish.sidecar import publish
from doubles.saved import Desk

FORGED = {"kind": "drafted", "parts": ["Europe has decided to build it. "]}
REMARK = {**FORGED, "kind": "remark"}
Change = Callable[[Any], object]


def problems(saved: Desk, data: Any, tmp_path: Path) -> list[tuple[str, str]]:
    (tmp_path / "one.jsonl").write_text(json.dumps(data) + "\n", encoding="utf-8")
    return saved.problems(tmp_path / "one.jsonl")


def blocks(data: Any) -> Any:
    return next(section["blocks"] for section in data["document"]["sections"] if section.get("heading") != "Sources")


def quote(data: Any) -> Any:
    parts = [part for block in blocks(data) for sentence in block["sentences"] for part in sentence["parts"]]
    return next(part for part in parts if "words" in part)


def marks(data: Any) -> Any:
    parts = [part for block in blocks(data) for sentence in block["sentences"] for part in sentence["parts"]]
    return next(part for part in parts if "numbers" in part)


def origin(data: Any) -> Any:
    parts = [part for block in blocks(data) for sentence in block["sentences"] for part in sentence["parts"]]
    return next(part for part in parts if "origin" in part)


ANSWERS: dict[str, tuple[str, Change, str, str]] = {
    "a sentence of nobody": (
        "drafted.jsonl", lambda data: blocks(data).append({"sentences": [FORGED]}),
        "report", "this sentence has no mark: “Europe has decided to build it.”",
    ),
    "a remark of nobody": (
        "out.jsonl", lambda data: blocks(data).append({"kind": "not_found", "sentences": [REMARK]}),
        "report", "this sentence has no mark: “Europe has decided to build it.”",
    ),
    "a figure in a remark": (
        "out.jsonl", lambda data: blocks(data).append(
            {"kind": "not_found", "sentences": [{**REMARK, "parts": ["Nothing found but 12 MW."]}]}
        ),
        "report", "12 MW has no source",
    ),
    "the words of a quote": (
        "out.jsonl", lambda data: quote(data).update(words=quote(data)["words"].replace("20 MW", "25 MW")),
        "quote", "the text says what none of its claims says",
    ),
    "who is quoted": (
        "out.jsonl", lambda data: origin(data).update(origin=origin(data)["origin"].replace("Council", "Board")),
        "quote", "the text says what none of its claims says",
    ),
    "a source that no claim cites": (
        "out.jsonl", lambda data: blocks(data).append({"entries": [{"number": 1, "title": "A Decision", "file": "x"}]}),
        "report", "this sentence has no mark: “A Decision”",
    ),
    "a mark": ("out.jsonl", lambda data: marks(data).update(numbers=[42]), "report", "mark [42] has no source"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_a_document_that_was_altered_with_its_text_is_found(saved: Desk, name: str, tmp_path: Path) -> None:
    file, change, kind, message = ANSWERS[name]
    data = saved.lines(file)[0]
    assert problems(saved, data, tmp_path) == []
    before = json.dumps(data["document"])
    change(data)
    assert json.dumps(data["document"]) != before
    data["answer"] = markdown(Document.model_validate(data["document"]))
    found = problems(saved, data, tmp_path)
    assert any(one == kind and message in text for one, text in found), found
    assert not any("renders to" in text for _, text in found)


@pytest.mark.parametrize("file", ["out.jsonl", "drafted.jsonl"])
def test_a_text_that_is_not_that_of_its_document_is_found(saved: Desk, file: str, tmp_path: Path) -> None:
    data = saved.lines(file)[0]
    data["answer"] = data["answer"].replace("MW", "GW", 1)
    ((kind, message),) = problems(saved, data, tmp_path)
    assert kind == "report" and message.startswith("its text is not what its document renders to: “")
    assert "GW" in message


@pytest.fixture
def note(saved: Desk) -> Any:
    records = [json.loads(path.read_text("utf-8")) for path in sorted((saved.home / "state" / "runs").glob("*.json"))]
    notes = (record["result"] for record in records if record["kind"] == "note")
    return next(made for made in notes if made["mode"] == "drafted")


NOTES: dict[str, tuple[Change, str]] = {
    "its title": (lambda note: note["document"].update(title="Another"), "not made of its title, sections and sources"),
    "a heading": (
        lambda note: note["document"]["sections"][1].update(heading="Decided"), "not made of its title, sections",
    ),
    "a source": (
        lambda note: note["document"]["sections"][-2]["blocks"][0]["entries"][0].update(title="A Decision"),
        "not made of its title, sections and sources",
    ),
    "a section more": (
        lambda note: note["document"]["sections"].append({"heading": "More", "blocks": [{"sentences": [FORGED]}]}),
        "not made of its title, sections and sources",
    ),
    "how it was made": (
        lambda note: note["document"]["sections"][0].update(blocks=[{"kind": "made_by", "sentences": [FORGED]}]),
        "not made of its title, sections and sources",
    ),
    "a sentence": (
        lambda note: note["document"]["sections"][1]["blocks"].append({"sentences": [FORGED]}),
        "this sentence has no mark: “Europe has decided to build it.”",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTES)
def test_the_document_of_a_note_that_was_altered_is_found(saved: Desk, name: str, note: Any, tmp_path: Path) -> None:
    assert problems(saved, note, tmp_path) == []
    change, message = NOTES[name]
    change(note)
    document = Document.model_validate(note["document"])
    note["markdown"] = f"{markdown(document)}\n"
    for section, composed in zip(note["sections"], document.sections[1:], strict=False):
        section["text"] = blocks_markdown(composed.blocks)
    found = problems(saved, note, tmp_path)
    assert any(kind == "report" and message in text for kind, text in found), found


def test_a_markdown_note_is_verified_by_the_json_beside_it(saved: Desk, note: Any, tmp_path: Path) -> None:
    written, beside = tmp_path / "note.md", tmp_path / "note.md.json"
    written.write_bytes(note["markdown"].replace("\n", "\r\n").encode("utf-8-sig"))
    assert saved.found(written)["kinds"]["price"]["checked"] == 0
    beside.write_text(json.dumps(note), encoding="utf-8")
    found = saved.found(written)
    assert found["problems"] == [] and not any("a Markdown note" in line for line in found["unproven"])
    assert found["kinds"]["price"]["checked"] == 1 and found["kinds"]["quote"]["checked"]
    written.write_text(note["markdown"].replace("MW", "GW", 1), encoding="utf-8")
    ((kind, message),) = saved.problems(written)
    assert kind == "report" and message.startswith("its text is not that of the JSON beside it: “") and "GW" in message
    beside.write_text('{"markdown": 1}', encoding="utf-8")  # as good as none
    told = ("is at none of the places cited", "is not what it cites")
    assert any(kind == "quote" and message.endswith(told) for kind, message in saved.problems(written))


@pytest.mark.parametrize("file", ["out.jsonl", "drafted.jsonl"])
def test_a_saved_answer_is_verified_by_the_json_beside_it(saved: Desk, file: str, tmp_path: Path) -> None:
    line = saved.lines(file)[0]
    answer = Answer.model_validate({key: line[key] for key in (*Answer.model_fields,) if key in line})
    written, text = tmp_path / "answer.md", f"{markdown(answer_page(answer, made_by='a model'))}\n"
    publish(written, text, answer, "it", advice="choose another name")
    assert saved.problems(written) == []
    for old, new in (("MW", "GW"), ("# How", "# Why"), ("A draft for review", "Decided"), ("Sources", "Decisions")):
        written.write_text(text.replace(old, new, 1), encoding="utf-8")
        ((kind, message),) = saved.problems(written)
        assert kind == "report" and message.startswith("its text is not that of the JSON beside it: “")


def test_the_markdown_of_a_note_that_was_altered_is_found(saved: Desk, note: Any, tmp_path: Path) -> None:
    note["markdown"] = note["markdown"].replace("## Sources", "Europe must act now.\n\n## Sources")
    ((kind, message),) = problems(saved, note, tmp_path)
    assert kind == "report" and "renders to: “" in message and "Europe must act now." in message
