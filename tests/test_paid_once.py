"""A program that ends between an answer and its booking: what was paid is not asked again, and stays counted."""

import subprocess
import sys
from pathlib import Path

import pytest
from doubles.accounts import prepare, rows
from doubles.command_line import run
from doubles.desk import Author, Shelf, repeat
from doubles.endpoint import Endpoint

QUESTION = "How much power may a post-exascale site draw?"
# Ends as kill -9 would, at the moment that a random one hardly ever hits.
KILLED = """
import os, sys
from coscribe.money.ledger import Ledger
settle, moment = Ledger.settle, sys.argv.pop(1)
def end(*given, **named):
    if moment == "after":
        settle(*given, **named)
    os._exit(9)
Ledger.settle = end
from coscribe.cli import main
main()
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_answer_is_kept_before_it_is_booked(moment: str, shelf: Shelf, endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.reply = Author(repeat("power"))
    home = prepare(tmp_path / "home")
    asked = ["ask", QUESTION, "--home", home, "--library", shelf.library.folder, "--embedder", "none"]
    asked += ["--model", "m", "--base-url", endpoint.url, "--json"]
    ended = subprocess.run([sys.executable, "-P", "-c", KILLED, moment, *map(str, asked)], check=False)
    assert ended.returncode == 9
    assert len(endpoint.meter.requests) == 1
    assert [row["status"] for row in rows(home)] == ["pending" if moment == "before" else "ok"]

    done = run(*asked)
    assert (done.code, done.json["mode"], done.json["status"]) == (0, "drafted", "answered")
    assert len(endpoint.meter.requests) == 1
    assert rows(home)[0]["input_tokens"] >= endpoint.meter.input_tokens > 0
    assert rows(home)[-1]["status"] == "cached"


@pytest.mark.parametrize("spoilt", [{"finish": "length"}, {"finish": "content_filter"}, {"finish": None}])
def test_what_is_no_whole_answer_is_not_kept(
    spoilt: dict[str, str | None], shelf: Shelf, endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.reply, endpoint.finish = Author(repeat("power")), spoilt["finish"]
    home = prepare(tmp_path / "home")
    asked = ["ask", QUESTION, "--home", home, "--library", shelf.library.folder, "--embedder", "none"]
    asked += ["--model", "m", "--base-url", endpoint.url, "--json"]
    assert run(*asked).json["mode"] == "evidence"
    sent, endpoint.finish = len(endpoint.meter.requests), "stop"
    assert run(*asked).json["mode"] == "drafted"
    assert len(endpoint.meter.requests) == sent + 1
