"""Batches on the socket double: killed at random moments, at full rate, over many rows, and without any model.

Usage: `python benchmarks/batch.py [--kill 20] [--rate 500] [--memory 5000] [--quotes 200]`; 0 leaves a part out. The
command runs in a process of its own; what it did is read from the server's meter, the ledger's file and its output.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coscribe

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.command_line import copy_samples
from doubles.desk import Asked, Author, repeat
from doubles.endpoint import Endpoint, quarter

PROGRAM = [sys.executable, "-P", "-m", "coscribe", "batch"]
TOPICS = ("power of a site", "energy of inference", "cooling of racks", "training of engineers", "open software")
WORDS = ("power", "energy", "cool", "train", "software")
RUN_ITSELF = {"run", "cost"}  # what no two runs have in common
DELAY = 2.0  # seconds a call takes in the rate test
AT_ONCE = 64


@dataclass
class Clock:
    """Answers like an author after `delay` seconds, and notes what was asked and when it was."""

    delay: float = 0.0
    questions: Counter[str] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: dict[str, Any]) -> dict[str, Any] | str:
        """Answer one request with the first fitting lines of its evidence."""
        began = time.monotonic()
        asked = Asked.of(request["messages"][1]["content"])
        with self.lock:
            self.first = self.first or began
            self.questions[asked.question] += 1
        time.sleep(max(0.0, self.delay - (time.monotonic() - began)))
        written = Author(repeat(*WORDS))(request)
        with self.lock:
            self.last = time.monotonic()
        return written


@dataclass(frozen=True)
class Place:
    """Where a batch runs: a folder with a library of the samples."""

    folder: Path

    def questions(self, count: int) -> Path:
        """Write a file of so many different questions."""
        path = self.folder / f"questions-{count}.jsonl"
        asked = (f"How much is said of the {TOPICS[at % len(TOPICS)]} in plan {at}?" for at in range(count))
        path.write_text("".join(json.dumps({"question": one}) + "\n" for one in asked), encoding="utf-8")
        return path

    def command(self, name: str, count: int, *options: str) -> list[str]:
        """Return a command that answers so many questions into `name`.jsonl, with a home of that name."""
        where = ["--home", str(self.folder / name), "--library", str(self.folder / "library")]
        output = str(self.folder / f"{name}.jsonl")
        return [*PROGRAM, str(self.questions(count)), "-o", output, *where, "--json", *options]

    def lines(self, name: str, suffix: str = ".jsonl") -> list[dict[str, Any]]:
        """Return the whole lines of an output or a journal."""
        path = self.folder / f"{name}{suffix}"
        whole = (line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))
        return [json.loads(line) for line in whole]

    def run(self, name: str, count: int, *options: str) -> dict[str, Any]:
        """Answer so many questions to the end and return what `--json` prints, with the seconds of CPU and peak MB."""
        with subprocess.Popen(
            self.command(name, count, *options), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as batch:
            assert batch.stdout is not None
            printed = batch.stdout.read()
            _, _, used = os.wait4(batch.pid, 0)
            batch.returncode = 0
        peak = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        return {**json.loads(printed), "cpu": used.ru_utime + used.ru_stime, "peak": peak}


@contextmanager
def serving(answer: Callable[[dict[str, Any]], Any]) -> Iterator[tuple[Endpoint, tuple[str, ...]]]:
    """Give an endpoint and the options that lead to it."""
    endpoint = Endpoint(answer)
    yield endpoint, ("--model", "m", "--base-url", endpoint.url)
    endpoint.close()


def ledger_rows(home: Path) -> list[dict[str, Any]]:
    """Return the calls in the ledger of a home, none where it has none yet; what came from the cache was no call."""
    path = home / "state" / "ledger.sqlite"
    if not path.is_file():
        return []
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'").fetchone():
            return []
        calls = "SELECT * FROM attempts WHERE status NOT IN ('cached', 'local') ORDER BY id"
        return [dict(row) for row in connection.execute(calls)]


def faults_of(place: Place, name: str, count: int, endpoint: Endpoint, again: set[str]) -> list[str]:
    """Return what is wrong after a batch that was killed and run again to its end; `again` was asked needlessly.

    The answers have to be those of the batch "whole", which nobody killed.
    """
    lines = place.lines(name)
    # A request that was broken off with its client arrives without a body.
    whole = [request for request in endpoint.meter.requests if request]
    asked = Counter(Asked.of(request["messages"][1]["content"]).question for request in whole)
    rows = ledger_rows(place.folder / name)
    ok = [row for row in rows if row["status"] == "ok"]
    pending = len(rows) - len(ok)
    meter, wrong = endpoint.meter, []
    wrong += [f"{len(again)} answered questions were sent again"] if again else []
    wrong += [] if [line["id"] for line in lines] == [str(at) for at in range(1, count + 1)] else ["order"]
    pairs = zip(lines, place.lines("whole"), strict=False)
    others = [line for line, whole in pairs if any(line[key] != whole[key] for key in whole if key not in RUN_ITSELF)]
    wrong += [f"{line['id']} is {line['status']}: {line['degraded'] or line['error']}" for line in others[:1]]
    # A call that was killed stays reserved: the ledger may know of a call that never reached the wire, never of less.
    if not sum(asked.values()) <= len(rows) <= sum(asked.values()) + pending:
        wrong.append(f"{sum(asked.values())} calls on the meter, {len(rows)} in the ledger")
    served = Counter[str]()
    for request in whole:
        text = "".join(message["content"] for message in request["messages"])
        served[Asked.of(request["messages"][1]["content"]).question] += quarter(text)
    for row in ok:
        question = row["question"].partition(": ")[2]
        if asked[question] == 1 and row["input_tokens"] != served[question]:
            wrong.append(f"{row['input_tokens']} tokens booked and {served[question]} served for {question!r}")
    if sum(row["input_tokens"] for row in rows) < meter.input_tokens:
        wrong.append("the ledger holds fewer tokens than the meter")
    return wrong


def kill(place: Place, rounds: int, count: int, chance: random.Random) -> int:
    """Kill a batch at random moments, run it again to the end, and return the number of rounds with a fault."""
    with serving(Clock()) as (_, options):
        place.run("whole", count, *options)
    statuses = Counter(line["status"] for line in place.lines("whole"))
    print(f"kill -9: {count} rows, {rounds} rounds; not killed: {dict(statuses)}")
    bad = 0
    for number in range(1, rounds + 1):
        name, clock = f"killed-{number}", Clock(0.05)
        with serving(clock) as (endpoint, options):
            batch = subprocess.Popen(
                place.command(name, count, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            moment = chance.randint(1, count)
            while len(endpoint.meter.requests) < moment and batch.poll() is None:
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.1))
            batch.send_signal(signal.SIGKILL)
            batch.wait()
            time.sleep(0.2)  # what the server still had in its hands
            answered = {line["record"]["question"] for line in place.lines(name, ".jsonl.journal") if "record" in line}
            before = Counter(clock.questions)
            rerun = place.run(name, count, *options)
            again = {question for question in answered if clock.questions[question] > before[question]}
            wrong = faults_of(place, name, count, endpoint, again)
        bad += bool(wrong)
        print(f"{number:>3}: killed at {len(answered):>3} answers kept, {rerun['asked']:>3} asked by the rerun: "
              f"{'; '.join(wrong) or 'as it should be'}")  # fmt: skip
    print(f"{rounds - bad} of {rounds} as they should be")
    return bad


def rate(place: Place, count: int, processes: int) -> None:
    """Print how close a batch in so many processes comes to the rate that the endpoint allows."""
    clock, name = Clock(DELAY), f"rate-{processes}"
    with serving(clock) as (endpoint, options):
        before = time.process_time()
        at_once = ("--concurrency", str(AT_ONCE), "--processes", str(processes))
        done = place.run(name, count, *options, *at_once)
        serving_cpu = time.process_time() - before
        calls, busiest = len(endpoint.meter.requests), endpoint.meter.busiest
    ideal, span = calls * DELAY / AT_ONCE, clock.last - clock.first
    print(
        f"rate in {processes} processes: {count} rows, {calls} calls of {DELAY:g} s, "
        f"{AT_ONCE} at once (at most {busiest} seen)"
    )
    print(
        f"    {span:.1f} s from first call to last answer, ideal {ideal:.1f} s: {ideal / span:.0%} of the ideal rate; "
        f"{1000 * done['cpu'] / count:.0f} ms of CPU a row, start-up included; the endpoint's own "
        f"{1000 * serving_cpu / calls:.0f} ms a call; load {os.getloadavg()[0]:.1f}"
    )


def memory(place: Place, count: int) -> None:
    """Print how the peak of the largest process grows when ten times as many rows are answered."""
    few, many = (place.run(f"memory-{rows}", rows)["peak"] for rows in (count // 10, count))
    print(
        f"memory of the largest process: {few:.0f} MB for {count // 10} rows, "
        f"{many:.0f} MB for {count}: {many / few:.2f} times"
    )


def quotes(place: Place, count: int) -> None:
    """Print how many questions a second of CPU answers without a model; start-up is measured and left out."""
    start_up = place.run("quotes-1", 1)["cpu"]
    done = place.run(f"quotes-{count}", count, "--processes", "1")
    cpu, clock = done["cpu"] - start_up, done["seconds"]
    print(f"quotes only: {count / cpu:.0f} questions per CPU-second ({count / clock:.0f} per second of clock)")


def main() -> None:
    """Run the parts and print what was found; the exit code is 1 when a kill left a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kill", type=int, default=20, help="rounds")
    parser.add_argument("--rows", type=int, default=200, help="rows of a batch that is killed")
    parser.add_argument("--rate", type=int, default=500, help="rows")
    parser.add_argument("--memory", type=int, default=5000, help="rows of the larger batch")
    parser.add_argument("--quotes", type=int, default=200, help="rows")
    parser.add_argument("--embedder", choices=("none", "minilm"), default="none")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = options.embedder
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        place = Place(Path(temporary))
        reports = copy_samples(place.folder / "reports")
        coscribe.Library(place.folder / "library", embedder=options.embedder).ingest([reports])
        if options.quotes:
            quotes(place, options.quotes)
        if options.rate:
            for processes in range(1, (os.cpu_count() or 1) + 1):
                rate(place, options.rate, processes)
        if options.kill:
            bad = kill(place, options.kill, options.rows, random.Random(options.seed))
        if options.memory:
            memory(place, options.memory)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
