"""Batches on the socket double: at full rate, over many rows, and without any model.

Usage: `python benchmarks/batch.py [--rate 500] [--memory 5000] [--quotes 200]`; 0 leaves a part out. The command runs
in a process of its own; what it did is read from the server's meter. Kills and damage: `benchmarks/faults/`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coscribe

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.command_line import copy_samples
from doubles.desk import Author, repeat
from doubles.endpoint import Endpoint

PROGRAM = [sys.executable, "-P", "-m", "coscribe", "batch"]
TOPICS = ("power of a site", "energy of inference", "cooling of racks", "training of engineers", "open software")
WORDS = ("power", "energy", "cool", "train", "software")
DELAY = 2.0  # seconds a call takes in the rate test
AT_ONCE = 64


@dataclass
class Clock:
    """Answers like an author after `delay` seconds, and notes when it was asked."""

    delay: float = 0.0
    first: float = 0.0
    last: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: dict[str, Any]) -> dict[str, Any] | str:
        """Answer one request with the first fitting lines of its evidence."""
        began = time.monotonic()
        with self.lock:
            self.first = self.first or began
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
    """Run the parts and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=500, help="rows")
    parser.add_argument("--memory", type=int, default=5000, help="rows of the larger batch")
    parser.add_argument("--quotes", type=int, default=200, help="rows")
    parser.add_argument("--embedder", choices=("none", "minilm"), default="none")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = options.embedder
    with tempfile.TemporaryDirectory() as temporary:
        place = Place(Path(temporary))
        reports = copy_samples(place.folder / "reports")
        coscribe.Library(place.folder / "library", embedder=options.embedder).ingest([reports])
        if options.quotes:
            quotes(place, options.quotes)
        if options.rate:
            for processes in range(1, (os.cpu_count() or 1) + 1):
                rate(place, options.rate, processes)
        if options.memory:
            memory(place, options.memory)


if __name__ == "__main__":
    main()
