"""Batches that are stopped: by kill -9, by Ctrl-C once, and by Ctrl-C twice. The next run finishes them."""

import json
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from doubles.batches import BatchDesk, Start, booked, question_of, questions_asked
from doubles.endpoint import Endpoint, Json, quarter

ASKS = ("How much power may", "How much electrical power may", "What power may", "How many MW of power may")
WHERE = ("", " in Europe", " in Japan", " at most")
QUESTIONS = [f"{asks} a site draw{where}?" for asks in ASKS for where in WHERE]


def tokens_of(requests: list[Json]) -> int:
    return sum(quarter("".join(message["content"] for message in request["messages"])) for request in requests)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_it_is_finished_by_the_next_run(
    start: Start, desk: BatchDesk, endpoint: Endpoint, tmp_path: Path, seed: int
) -> None:
    batch = start(0.02, QUESTIONS)
    batch.wait_for_calls(random.Random(seed).randint(1, 14))
    batch.process.kill()
    batch.end()
    time.sleep(0.1)
    journal = (tmp_path / "out.jsonl.journal").read_bytes().splitlines(keepends=True)
    answered = {json.loads(line)["record"]["question"] for line in journal if line.endswith(b"\n")}
    assert not (tmp_path / "out.jsonl").exists()
    before = Counter(questions_asked(endpoint))

    assert batch.again() == 0
    lines, asked = desk.lines(), Counter(questions_asked(endpoint))
    assert [line["question"] for line in lines] == QUESTIONS
    assert {(line["status"], line["mode"]) for line in lines} == {("answered", "drafted")}
    assert not [question for question in answered if asked[question] > before[question]]
    assert asked.total() <= len(QUESTIONS) + 5  # no more than was under way is asked twice: four calls, one row ahead

    rows = booked(tmp_path / "home")
    unsettled = [row for row in rows if row["status"] != "ok"]
    assert len(unsettled) <= 4 and asked.total() <= len(rows) <= asked.total() + len(unsettled)
    once = [request for request in endpoint.meter.requests if request and asked[question_of(request)] == 1]
    settled = [row for row in rows if asked[row["question"].partition(": ")[2]] == 1 and row["status"] == "ok"]
    if len(settled) == len(once):
        assert sum(row["input_tokens"] for row in settled) == tokens_of(once)
    assert sum(row["input_tokens"] for row in rows) >= endpoint.meter.input_tokens


@pytest.mark.parametrize("processes", [1, 2])
def test_the_first_interrupt_finishes_what_is_under_way(
    start: Start, desk: BatchDesk, endpoint: Endpoint, tmp_path: Path, processes: int
) -> None:
    batch = start(1, QUESTIONS, "--processes", processes)
    batch.wait_for_calls(5)
    batch.process.send_signal(signal.SIGINT)
    code, err = batch.end()
    calls = len(endpoint.meter.requests)
    assert code == 130 and "finishing what is under way" in err and "Traceback" not in err
    assert 5 <= calls <= 12 and len(desk.journal()) == calls  # what was begun was finished, and kept
    assert {row["status"] for row in booked(tmp_path / "home")} == {"ok"}
    assert not (tmp_path / "out.jsonl").exists()
    endpoint.delay = 0
    assert batch.again() == 0
    assert max(Counter(questions_asked(endpoint)).values()) == 1
    assert [line["question"] for line in desk.lines()] == QUESTIONS


@pytest.mark.parametrize("processes", [1, 2])
def test_the_second_interrupt_breaks_it_off(
    start: Start, desk: BatchDesk, endpoint: Endpoint, tmp_path: Path, processes: int
) -> None:
    batch = start(100, QUESTIONS[:6], "--processes", processes)
    batch.wait_for_calls(4)
    began = time.monotonic()
    batch.process.send_signal(signal.SIGINT)
    assert batch.process.stderr is not None
    while "finishing" not in batch.process.stderr.readline():
        pass
    batch.process.send_signal(signal.SIGINT)
    code, err = batch.end()
    assert code == 130 and "breaking off" in err and "Traceback" not in err
    assert time.monotonic() - began < 75
    assert [row["status"] for row in booked(tmp_path / "home")] == ["cancelled"] * 4
    assert desk.journal() == []
