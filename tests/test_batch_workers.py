"""Batches that several processes share: the same answers, one cap, and nobody left behind when one of them dies."""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from doubles.batches import COOLING, ENERGY, POWER, BatchDesk, Start, Started, booked, questions_asked
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint, Json

WHERE = ("", " in Europe", " in Japan", " in the United States", " in France", " at most")
QUESTIONS = [f"How much power may a site draw{where}?" for where in WHERE]
TWO = ("--processes", 2)
GONE_SECONDS = 25
ps = pytest.mark.skipif(os.name == "nt", reason="processes are looked up by ps")


def living(parent: int) -> set[int]:
    """Return the children of a process, but those that have ended and wait to be asked how."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return {int(pid) for pid, above, state in rows if int(above) == parent and not state.startswith("Z")}


def are_gone(processes: set[int]) -> bool:
    """Tell whether none of the processes lives, after some seconds at the latest."""
    named = ",".join(map(str, processes))
    give_up = time.monotonic() + GONE_SECONDS
    while time.monotonic() < give_up:
        states = subprocess.run(["ps", "-o", "stat=", "-p", named], capture_output=True, text=True, check=False).stdout
        if all(state.startswith("Z") for state in states.split()):
            return True
        time.sleep(0.05)
    return False


def sent(batch: Started, endpoint: Endpoint) -> set[int]:
    """Wait for four calls, two from each worker, and return the workers."""
    batch.wait_for_calls(4)
    workers = living(batch.process.pid)
    assert len(workers) == 2
    return workers


def test_several_processes_answer_as_one_does(desk: BatchDesk, endpoint: Endpoint) -> None:
    endpoint.reply = Author(repeat("power", "energy", "cooling"))
    source = desk.csv("question,own", f"{POWER},a", f'"{ENERGY}",b', ",c", f"{COOLING},d", "Who sells bicycles?,e")
    options = ("--model", "m", "--base-url", endpoint.url)
    outputs = []
    for name, processes in (("one.jsonl", 1), ("two.jsonl", 2)):
        done = desk.run(source, name, *options, "--processes", processes)
        assert done.code == 1  # for the empty question
        lines = desk.lines(name)
        outputs.append([{key: line[key] for key in line if key not in ("run", "cost")} for line in lines])
        assert [line["cost"]["calls"] for line in lines] == [int(bool(line["claims"])) for line in lines]
    assert outputs[0] == outputs[1]
    assert {line["mode"] for line in outputs[0] if line["claims"]} == {"drafted"}


def test_all_processes_spend_from_one_cap(desk: BatchDesk, endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.reply = Author(repeat("power"))
    settings = tmp_path / "home" / "state" / "coscribe.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[prices.m]\ninput = 1\noutput = 1\n", encoding="utf-8")
    source = desk.csv("question", *QUESTIONS)
    drafting = ("--model", "m", "--base-url", endpoint.url, "--concurrency", 4, *TWO)
    assert desk.run(source, "out.jsonl", *drafting, "--max-cost", "0.009").code == 5
    rows = booked(tmp_path / "home")
    assert len({row["run"] for row in rows}) == 1
    meter = endpoint.meter
    assert 0 < meter.input_tokens + meter.output_tokens <= 9000  # at a millionth of a dollar each
    assert sum(float(row["usd"]) for row in rows) <= 0.009
    assert 0 < len([line for line in desk.lines() if line["mode"] == "drafted"]) < len(QUESTIONS)


@ps
def test_no_worker_outlives_the_batch(start: Start, endpoint: Endpoint, tmp_path: Path) -> None:
    batch = start(20, QUESTIONS, *TWO)
    workers = sent(batch, endpoint)
    batch.process.kill()
    assert are_gone(workers)
    assert len(endpoint.meter.requests) == 4
    assert [row["status"] for row in booked(tmp_path / "home")] == ["cancelled"] * 4


@ps
def test_what_a_killed_worker_had_under_way_is_asked_again(
    start: Start, desk: BatchDesk, endpoint: Endpoint, tmp_path: Path
) -> None:
    batch = start(1, QUESTIONS, *TWO)
    os.kill(min(sent(batch, endpoint)), signal.SIGKILL)
    code, err = batch.end()
    assert (code, "Traceback" in err) == (0, False)
    assert [(line["question"], line["status"]) for line in desk.lines()] == [(one, "answered") for one in QUESTIONS]
    asked = Counter(questions_asked(endpoint))
    assert asked.keys() == set(QUESTIONS) and asked.total() <= len(QUESTIONS) + 3
    lost = [row for row in booked(tmp_path / "home") if row["status"] == "pending"]
    assert len(lost) == asked.total() - len(QUESTIONS)  # they may have been worked on: their worst case stays


@ps
def test_a_question_that_brings_workers_down_fails_alone(start: Start, desk: BatchDesk, endpoint: Endpoint) -> None:
    batch = start(0, [*QUESTIONS[:3], COOLING], *TWO)
    answer = Author(repeat("power"))

    def reply(request: Json) -> Json | str:
        if COOLING in request["messages"][1]["content"]:
            while len(desk.journal()) < 3:  # then it is alone, and both workers may be killed for it
                time.sleep(0.01)
            for worker in living(batch.process.pid):
                os.kill(worker, signal.SIGKILL)
        return answer(request)

    endpoint.reply = reply
    code, err = batch.end()
    lines = desk.lines()
    assert (code, "Traceback" in err) == (1, False)
    assert [line["status"] for line in lines] == ["answered"] * 3 + ["failed"]
    assert lines[-1]["error"]["kind"] == "WorkerDied" and "died twice" in lines[-1]["error"]["message"]
    assert Counter(questions_asked(endpoint))[COOLING] == 2


def test_what_holds_for_all_stops_all_workers(desk: BatchDesk, endpoint: Endpoint) -> None:
    drafting = ("--model", "m", "--base-url", endpoint.url, "--max-cost", "1", *TWO)
    done = desk.run(desk.csv("question", POWER, ENERGY, COOLING), "out.jsonl", *drafting)
    assert done.code == 2 and "no price is known for model 'm'" in done.message
    assert desk.journal() == [] and endpoint.meter.requests == []
