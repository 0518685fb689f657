"""What other programs import: the lines of the contract run as they are written there."""

import ast
import asyncio
import inspect
import json
import subprocess
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import coscribe
import pytest
from doubles.command_line import copy_samples, run

SNIPPET = """
import coscribe
library = coscribe.Library("folder")          # sync
library.ingest(["reports/"])
hits = library.search("energy of cooling", k=5, region="EU")   # list of objects with the fields of a passage
assistant = coscribe.Assistant(library, model="evidence")     # base_url, max_cost, …: the same names as the flags
answer = await assistant.ask("…")             # the same Answer that --json prints: answer.model_dump_json()
note = await assistant.note("…")
support = coscribe.support("claim sentence", ["evidence sentence", "…"])   # the reviewer's own check, no model call
support.score, support.verdict, support.reasons   # 0..1, "supported"|"unsupported", ["figure 2030 not in evidence"]
"""


@pytest.fixture(autouse=True)
def in_a_folder_with_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_samples(tmp_path / "here" / "reports")
    monkeypatch.chdir(tmp_path / "here")


async def executed(text: str) -> dict[str, Any]:
    """Run a snippet that awaits at its top level."""
    code = compile(text, "contract", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(code, CodeType)
    names: dict[str, Any] = {}
    result = eval(code, names)
    if inspect.isawaitable(result):
        await result
    await names["assistant"].close()
    return names


async def test_the_contract_runs_as_written() -> None:
    names = await executed(SNIPPET)
    hits = names["hits"]
    assert len(hits) == 5
    assert {"passage", "report", "file", "title", "locator", "text", "score"} <= set(dir(hits[0]))
    european = {"europe-strategy-2026.pdf", "europe-advisory-draft.docx", "france-roadmap-2026.pdf"}
    assert {hit.file for hit in hits} <= {*european, "france-roadmap-2024.pdf"}
    assert names["answer"].status == "abstained" and names["answer"].answer
    assert names["note"].mode == "evidence"
    assert names["support"] == coscribe.support("claim sentence", ["evidence sentence", "…"])
    assert 0 <= names["support"].score <= 1 and isinstance(names["support"].reasons, list | tuple)


async def test_an_answer_in_python_is_the_answer_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    question = "How much power may a post-exascale site draw?"
    changes = {'ask("…")': f"ask({question!r})", 'note("…")': 'note("cooling")', 'r")  ': 'r", embedder="none")  '}
    snippet = SNIPPET
    for old, new in changes.items():
        assert snippet.count(old) == 1
        snippet = snippet.replace(old, new)
    names = await executed(snippet)
    answer = json.loads(names["answer"].model_dump_json())
    printed = (await asyncio.to_thread(run, "ask", question, "--library", "folder", "--json")).json
    differing = {key for key in answer.keys() | printed.keys() if answer.get(key) != printed.get(key)}
    assert differing <= {"run", "cost"}
    assert answer["status"] == "answered" and answer["cost"]["calls"] == printed["cost"]["calls"] == 0
    note = names["note"]
    again = (await asyncio.to_thread(run, "note", "cooling", "--library", "folder", "--json")).json
    assert [section.text for section in note.sections] == [section["text"] for section in again["sections"]]


def test_support_is_the_check_of_the_reviewer() -> None:
    evidence = ["A post-exascale site may draw at most 20 MW of peak electrical power by 2029."]
    good = coscribe.support("A post-exascale site may draw at most 20 MW of peak electrical power.", evidence)
    assert good.verdict == "supported" and 0.5 < good.score <= 1 and not good.reasons
    bad = coscribe.support("A post-exascale site may draw at most 20 MW of peak power by 2030.", evidence)
    assert bad.verdict == "unsupported" and 0 <= bad.score < good.score
    assert any("2030" in reason for reason in bad.reasons)


def test_public_names_are_there_and_only_they() -> None:
    for name in coscribe.__all__:
        assert getattr(coscribe, name).__name__ == name
    with pytest.raises(AttributeError, match="'Manager'"):
        coscribe.Manager  # noqa: B018


def test_failures_are_one_family() -> None:
    with pytest.raises(coscribe.CoscribeError):
        coscribe.Library("nowhere").search("power")
    with pytest.raises(coscribe.CoscribeError, match=r"'modell'.*'model'"):
        coscribe.Assistant(coscribe.Library("nowhere"), modell="m")


def test_importing_costs_nothing() -> None:
    heavy = "{'chromadb', 'tantivy', 'openai', 'langgraph', 'rich', 'onnxruntime', 'pypdfium2'}"
    script = f"import sys, coscribe, coscribe.cli; print(sorted({heavy} & set(sys.modules)))"
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("cost", {"langgraph", "chromadb", "tantivy", "pypdfium2", "openai"}),
        ("library", {"langgraph", "langchain_core", "langsmith"}),
        ("search", {"langgraph", "coscribe.vectorstore.ingest", "coscribe.vectorstore.reading"}),
        ("ask", {"openai", "coscribe.vectorstore.ingest", "coscribe.vectorstore.reading", "coscribe.agents.align",
                 "coscribe.tools.align"}),
    ],
)  # fmt: skip
def test_a_command_waits_for_nothing_that_it_does_not_use(command, heavy):
    script = f"import sys, coscribe.commands.{command}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
