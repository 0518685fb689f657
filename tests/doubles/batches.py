"""A desk for batches: writes question files, runs the command on the samples, and reads what comes out of it."""

import csv
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest
from coscribe.core.shapes import Answer
from doubles.accounts import rows
from doubles.command_line import PROGRAM, Done, run
from doubles.desk import Asked, Author, Shelf, repeat
from doubles.endpoint import Endpoint, Json

POWER = "How much power may a post-exascale site draw?"
ENERGY = "Which sites must report the energy of inference?"
COOLING = "What is said of cooling?"
WAIT_SECONDS = 600  # a loaded machine takes its time to start a program

Line = dict[str, Any]


@dataclass(frozen=True)
class BatchDesk:
    """A folder to work in, and the library that is asked."""

    folder: Path
    library: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def csv(self, *rows: str, name: str = "in.csv") -> Path:
        return self.write(name, "".join(f"{row}\n" for row in rows))

    def jsonl(self, *rows: object, name: str = "in.jsonl") -> Path:
        return self.write(name, "".join(json.dumps(row) + "\n" for row in rows))

    def arguments(self, source: Path, output: str = "out.jsonl", *options: object) -> list[object]:
        return ["batch", source, "-o", self.folder / output, "--library", self.library, *options]

    def run(self, source: Path, output: str = "out.jsonl", *options: object) -> Done:
        return run(*self.arguments(source, output, *options))

    def lines(self, name: str = "out.jsonl") -> list[Line]:
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]

    def journal(self, name: str = "out.jsonl") -> list[Line]:
        return self.lines(f"{name}.journal")

    def cells(self, name: str = "out.csv") -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def sheet(self, name: str = "out.xlsx") -> Any:
        return openpyxl.load_workbook(self.folder / name)["answers"]


def answer_of(line: Line) -> Answer:
    """The answer in a line of a batch, which has the very form of `ask --json`."""
    return Answer.model_validate({key: value for key, value in line.items() if key not in ("id", "row", "each")})


def questions_asked(endpoint: Endpoint) -> list[str]:
    """What arrived whole: a client that is killed may break off in the middle of its request."""
    return [question_of(request) for request in endpoint.meter.requests if request]


def question_of(request: Json) -> str:
    return Asked.of(request["messages"][1]["content"]).question


@pytest.fixture
def desk(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BatchDesk:
    """Searches by words alone; every call is sent, and sent once."""
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    monkeypatch.setenv("COSCRIBE_MAX_RETRIES", "0")
    monkeypatch.setenv("COSCRIBE_CACHE_MEGABYTES", "0")
    return BatchDesk(tmp_path, shelf.library.folder)


class Started:
    """A batch in a process of its own, at an endpoint that answers after a while."""

    def __init__(self, desk: BatchDesk, endpoint: Endpoint, questions: list[str], *more: object) -> None:
        self.desk, self.endpoint = desk, endpoint
        source = desk.csv("question", *questions)
        options = ("--model", "m", "--base-url", endpoint.url, "--concurrency", 4, "--json", *more)
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


class Start(Protocol):
    def __call__(self, delay: float, questions: list[str], *options: object) -> Started: ...


@pytest.fixture
def start(desk: BatchDesk, endpoint: Endpoint) -> Iterator[Start]:
    """Starts batches of given questions at an endpoint that takes so many seconds; none outlives its test."""
    started: list[Started] = []

    def begin(delay: float, questions: list[str], *options: object) -> Started:
        endpoint.reply, endpoint.delay = Author(repeat("power")), delay
        started.append(Started(desk, endpoint, questions, *options))
        return started[-1]

    yield begin
    for batch in started:
        with batch.process:
            batch.process.kill()


def booked(home: Path) -> list[dict[str, Any]]:
    """Return the calls in the ledger of a home; what came from the cache was no call."""
    return [row for row in rows(home) if row["status"] not in ("cached", "local")]
