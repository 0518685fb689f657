"""What a killed process was writing when it ended is removed by a later one; what is being written now stays."""

import os
import time
from pathlib import Path

import pytest
from doubles.command_line import run
from doubles.desk import Shelf

QUESTION = "How much power may a post-exascale site draw?"
NOWHERE = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")


TABLE = "fb374d419588a4632f3f557e76b4b70aebbca790"  # of the tokens of a model that nobody knows


@pytest.mark.parametrize("name", ["runs/.20260101T000000-abcd.json.0a1b2c.part", f"cache/tokens/.{TABLE}.0a1b2c.part"])
def test_what_a_killed_process_left_is_removed(
    name: str, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COSCRIBE_MAX_RETRIES", "0")
    left = tmp_path / "home" / "state" / name
    begun = left.with_name(f"{left.stem}now{left.suffix}")
    left.parent.mkdir(parents=True)
    for path in (left, begun):
        path.write_text("half of it", encoding="utf-8")
    os.utime(left, (time.time() - 600, time.time() - 600))
    where = ("--home", tmp_path / "home", "--library", shelf.library.folder, "--embedder", "none")
    assert run("ask", QUESTION, *where, *NOWHERE).code == 4  # an answer all the same, with quotes
    assert not left.exists()
    assert begun.read_text(encoding="utf-8") == "half of it"
    kept = [path for path in left.parent.iterdir() if path != begun]
    assert kept  # the record, the table
