"""Batches that are stopped: by kill -9, by Ctrl-C once, and by Ctrl-C twice. The next run finishes them."""

import json
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles.batches import BatchDesk, question_of, questions_asked
from doubles.command_line import PROGRAM
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint, Json, quarter

QUESTIONS = [f"How much power may a site draw in plan {number}?" for number in range(16)]
WAIT_SECONDS = 120  # a loaded machine takes its time to start a program


class Started:
    """A batch in a process of its own, at an endpoint that answers after a while."""

    def __init__(self, desk: BatchDesk, endpoint: Endpoint, delay: float, questions: list[str]) -> None:
        endpoint.reply, endpoint.delay = Author(repeat("power")), delay
        self.desk, self.endpoint = desk, endpoint
        source = desk.csv("question", *questions)
        options = ("--model", "m", "--base-url", endpoint.url, "--concurrency", 4, "--json")
        self.command = [*PROGRAM, *map(str, desk.arguments(source, "out.jsonl", *options))]
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def wait_for_calls(self, count: int) -> None:
        give_up = time.monotonic() + WAIT_SECONDS
        while len(self.endpoint.meter.requests) < count:
            assert self.process.poll() is None and time.monotonic() < give_up
            time.sleep(0.005)

    def end(self) -> tuple[int, str]:
        _, err = self.process.communicate(timeout=WAIT_SECONDS)
        return self.process.returncode, err

    def again(self) -> int:
        done = subprocess.run(self.command, capture_output=True, timeout=WAIT_SECONDS, check=False)
        return done.returncode


Start = Callable[[float, list[str]], Started]


@pytest.fixture
def start(desk: BatchDesk, endpoint: Endpoint) -> Iterator[Start]:
    """Starts batches of given questions at an endpoint that takes so many seconds; none outlives its test."""
    started: list[Started] = []

    def begin(delay: float, questions: list[str]) -> Started:
        started.append(Started(desk, endpoint, delay, questions))
        return started[-1]

    yield begin
    for batch in started:
        with batch.process:
            batch.process.kill()


def ledger(tmp_path: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(tmp_path / "home" / "state" / "ledger.sqlite") as connection:
        connection.row_factory = sqlite3.Row
        calls = "SELECT * FROM attempts WHERE status NOT IN ('cached', 'local')"
        rows = [dict(row) for row in connection.execute(calls)]
    connection.close()
    return rows


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
    assert asked.total() <= len(QUESTIONS) + 4  # no more than was under way is asked twice

    rows = ledger(tmp_path)
    unsettled = [row for row in rows if row["status"] != "ok"]
    assert len(unsettled) <= 4 and asked.total() <= len(rows) <= asked.total() + len(unsettled)
    once = [request for request in endpoint.meter.requests if request and asked[question_of(request)] == 1]
    settled = [row for row in rows if asked[row["question"].partition(": ")[2]] == 1 and row["status"] == "ok"]
    if len(settled) == len(once):
        assert sum(row["input_tokens"] for row in settled) == tokens_of(once)
    assert sum(row["input_tokens"] for row in rows) >= endpoint.meter.input_tokens


def test_the_first_interrupt_finishes_what_is_under_way(
    start: Start, desk: BatchDesk, endpoint: Endpoint, tmp_path: Path
) -> None:
    batch = start(0.5, QUESTIONS)
    batch.wait_for_calls(5)
    batch.process.send_signal(signal.SIGINT)
    code, err = batch.end()
    calls = len(endpoint.meter.requests)
    assert code == 130 and "finishing what is under way" in err and "Traceback" not in err
    assert 5 <= calls <= 12 and len(desk.journal()) == calls  # what was begun was finished, and kept
    assert {row["status"] for row in ledger(tmp_path)} == {"ok"}
    assert not (tmp_path / "out.jsonl").exists()
    endpoint.delay = 0
    assert batch.again() == 0
    assert max(Counter(questions_asked(endpoint)).values()) == 1
    assert [line["question"] for line in desk.lines()] == QUESTIONS


def test_the_second_interrupt_breaks_it_off(start: Start, desk: BatchDesk, endpoint: Endpoint, tmp_path: Path) -> None:
    batch = start(20, QUESTIONS[:6])
    batch.wait_for_calls(4)
    began = time.monotonic()
    batch.process.send_signal(signal.SIGINT)
    assert batch.process.stderr is not None
    while "finishing" not in batch.process.stderr.readline():
        pass
    batch.process.send_signal(signal.SIGINT)
    code, err = batch.end()
    assert code == 130 and "breaking off" in err and "Traceback" not in err
    assert time.monotonic() - began < 15
    assert [row["status"] for row in ledger(tmp_path)] == ["cancelled"] * 4
    assert desk.journal() == []
