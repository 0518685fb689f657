"""`--strict`: whoever must not use a text of which something had to be dropped learns it from the exit code."""

from pathlib import Path

import pytest
from doubles.batches import ENERGY, POWER, BatchDesk
from doubles.command_line import run
from doubles.desk import Asked, Author, draft
from doubles.endpoint import Endpoint, Json

OURS = "--quotes-only"
INVENTED = "A post-exascale site may draw 987 MW of electrical power."


def wrong(asked: Asked) -> Json:
    """Repeat a line about power as it is, and one with a figure that is nowhere."""
    found = [line for line in asked.lines if "power" in line.text.lower()][:1]
    return draft(*(pair for line in found for pair in (([line.number], line.text), ([line.number], INVENTED))))


@pytest.fixture
def drafting(endpoint: Endpoint) -> tuple[str, ...]:
    endpoint.reply = Author(wrong)
    return ("--model", "m", "--base-url", endpoint.url)


def test_a_note_that_lost_a_sentence_is_exit_code_6(desk: BatchDesk, drafting: tuple[str, ...]) -> None:
    command = ("note", "peak electrical power", "--library", desk.library)
    assert run(*command, *drafting).code == 0
    done = run(*command, *drafting, "--strict", "--json")
    assert done.code == 6
    assert done.json["dropped"] >= 1 and "987 MW" not in done.out
    kept = run(*command, OURS, "--strict", "--json")
    assert (kept.code, kept.json["dropped"]) == (0, 0)


def test_a_strict_note_is_written_all_the_same(desk: BatchDesk, drafting: tuple[str, ...], tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    where = ("--library", desk.library)
    assert run("note", "peak electrical power", "-o", note, *where, *drafting, "--strict").code == 6
    assert "987 MW" not in note.read_text(encoding="utf-8")
    assert run("verify", note, *where).code == 0  # what stands in it holds


def test_a_batch_that_lost_a_sentence_is_exit_code_6(desk: BatchDesk, drafting: tuple[str, ...]) -> None:
    source = desk.csv("question", POWER, ENERGY)
    assert desk.run(source, "out.csv", *drafting).code == 0
    before = (desk.folder / "out.csv").read_bytes()
    assert desk.run(source, "out.csv", *drafting, "--strict").code == 6  # of answers that were kept, too
    assert (desk.folder / "out.csv").read_bytes() == before
    assert desk.run(source, "quotes.csv", OURS, "--strict").code == 0


def test_what_weighs_more_wins(desk: BatchDesk, endpoint: Endpoint, drafting: tuple[str, ...]) -> None:
    """4 (the endpoint failed) before 6, and 6 before 1 (a row failed)."""
    source = desk.csv("question", POWER, '""')
    assert desk.run(source, "out.csv", *drafting).code == 1
    assert desk.run(source, "out.csv", *drafting, "--strict").code == 6
    endpoint.statuses = [500]
    again = desk.run(desk.csv("question", POWER, ENERGY), "out.csv", *drafting, "--strict", "--json")
    assert (again.code, again.json["asked"], again.json["failures"]) == (4, 1, {"EndpointError": 1})
