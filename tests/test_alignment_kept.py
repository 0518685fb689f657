"""A matrix whose cells a model places is asked once for each of them: over a kill, and over a report that is added."""

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles.accounts import prepare, rows
from doubles.command_line import PROGRAM, run
from doubles.endpoint import Endpoint, quarter
from doubles.texts import shelve
from doubles.witnessed import PATIENCE, UNHEARD, Witnessed

Json = dict[str, Any]
TOPICS = """
[[topics]]
name = "Liquid cooling"
synonyms = ["liquid cooling"]
[[topics]]
name = "Chiplets"
synonyms = ["chiplets"]
"""
REPORTS = {
    "europe": "All sites shall use liquid cooling by 2030.\n\nChiplets should be preferred.",
    "japan": "The institute plans to have liquid cooling in 2032.\n\nChiplets are designed by 2031.",
    "chile": "The network grows to three sites.",
}
NEW = "The network shall buy chiplets in 2031."
SENTENCE = re.compile(r"^\[\d+\] (.*)$", re.MULTILINE)
OF_THE_RUN = {"run", "cost", "files"}


def place(request: Json) -> Json:
    """Plan whatever the first sentence says, and confirm it."""
    if "ModelVerdicts" in str(request.get("response_format")):
        verdicts = [{"claim": number, "reason": "as cited", "verdict": "supported"} for number in (1, 2)]
        return {"verdicts": verdicts, "answers": "wholly", "missing": []}
    position = SENTENCE.findall(request["messages"][1]["content"])[0]
    return {"cites": [1], "stance": "plans", "position": position}


def written(folder: Path, region: str, text: str) -> None:
    (folder / f"{region}.md").write_text(f"# Roadmap of {region.title()}\n\n{text}\n", encoding="utf-8")


class Bench:
    """A home whose model is priced, three roadmaps, and what is asked of them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.reports, self.home = folder / "reports", prepare(folder / "home")
        (folder / "topics.toml").write_text(TOPICS, encoding="utf-8")
        manifest = "".join(f'["{name}.md"]\nregion = "{name.title()}"\nlanguage = "en"\n' for name in REPORTS)
        texts = {f"{name}.md": f"# Roadmap of {name.title()}\n\n{text}\n" for name, text in REPORTS.items()}
        self.library = shelve(folder, texts, manifest)
        self.where = ["--library", folder / "library", "--home", self.home, "--embedder", "none"]
        model = ["--model", "m", "--base-url", url, "--json"]
        self.plain = ["align", "--topics", folder / "topics.toml", *self.where]
        self.command = [*self.plain, *model]

    def rows_of(self, run_id: str) -> list[Json]:
        return [row for row in rows(self.home) if row["run"] == run_id]


@pytest.fixture
def bench(tmp_path: Path, endpoint: Endpoint) -> Iterator[Bench]:
    made = Bench(tmp_path, endpoint.url)
    endpoint.reply = place
    yield made
    made.library.interrupt()


def matrix_of(told: Json) -> Json:
    """A matrix as it is whatever it took."""
    cells = [{key: value for key, value in cell.items() if key != "cost"} for cell in told["cells"]]
    return {**{key: value for key, value in told.items() if key not in OF_THE_RUN}, "cells": cells}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("fatal", [3, "ModelVerdicts"])
def test_a_killed_matrix_is_made_again_and_nothing_is_paid_twice(
    bench: Bench, endpoint: Endpoint, tmp_path: Path, fatal: int | str
) -> None:
    witness = endpoint.reply = Witnessed(bench.home, place)
    whole = run(*bench.command, "--home", prepare(tmp_path / "other"))
    calls = set(witness.answered)
    assert whole.code == 0 and len(witness.answered) == len(calls) == 8

    endpoint.meter.calls.clear()
    witness.begin_anew(fatal)
    with subprocess.Popen([*PROGRAM, *map(str, bench.command)], stdout=subprocess.DEVNULL) as making:
        witness.stop = making.kill
        assert making.wait(timeout=2 * PATIENCE) == -signal.SIGKILL
    while endpoint.meter.busy:  # with what the program asked before it ended
        time.sleep(0.01)
    assert 0 < len(witness.answered) < 8

    witness.survive()
    again = run(*bench.command)
    assert again.code == 0, again.err
    assert (matrix_of(again.json) == matrix_of(whole.json)) is True  # a failure would show both at length
    assert len(witness.answered) == 8 and set(witness.answered) == calls, "each is answered once, over both"
    heard = Counter((used, made) for _, used, made in endpoint.meter.calls if made != quarter(UNHEARD))
    booked = [row for row in rows(bench.home) if row["status"] == "ok"]
    assert Counter((row["input_tokens"], row["output_tokens"]) for row in booked) == heard
    assert run(*bench.command).json["cost"]["calls"] == 0


def test_a_report_that_is_added_costs_its_own_cell_alone(bench: Bench) -> None:
    before = run(*bench.command).json
    assert before["cost"]["calls"] == 8
    written(bench.reports, "chile", NEW)
    assert run("ingest", bench.reports, *bench.where).code == 0
    after = run(*bench.command).json

    sent = [row for row in bench.rows_of(after["run"]) if row["status"] == "ok"]
    assert [row["question"] for row in sent] == ["align: Chiplets | Chile"] * 2
    kept = {row["question"] for row in bench.rows_of(after["run"]) if row["status"] == "cached"}
    names = [f"{topic} | {name}" for topic in ("Liquid cooling", "Chiplets") for name in ("Europe", "Japan")]
    assert kept == {f"align: {name}" for name in names}
    record = json.loads((bench.home / "state" / "runs" / f"{after['run']}.json").read_text("utf-8"))["result"]
    assert record["cost"]["calls"] == 2
    paid = {(cell["topic"], cell["roadmap"]): cell["cost"]["calls"] for cell in record["cells"]}
    assert {name: calls for name, calls in paid.items() if calls} == {("Chiplets", "Chile"): 2}
    assert _changed(before, after) == []


def test_a_report_that_is_added_changes_its_own_cell_alone(bench: Bench) -> None:
    before = run(*bench.plain, "--json").json
    written(bench.reports, "chile", NEW)
    assert run("ingest", bench.reports, *bench.where).code == 0
    after = run(*bench.plain, "--json").json
    stances = {(cell["topic"], cell["roadmap"]): cell["stance"] for cell in after["cells"]}
    assert stances["Chiplets", "Chile"] == "commits"
    assert _changed(before, after) == []


def _changed(before: Json, after: Json) -> list[str]:
    """The cells of all roadmaps but one that are others, but for the numbers of their sources and what they took."""
    was, now = (
        {
            f"{cell['topic']} | {cell['roadmap']}": json.dumps(
                {**cell, "cost": None, "citations": [{**one, "number": 0} for one in cell["citations"]]}
            )
            for cell in matrix["cells"] if cell["roadmap"] != "Chile"
        }
        for matrix in (before, after)
    )  # fmt: skip
    return [name for name in was.keys() | now.keys() if was.get(name) != now.get(name)]
