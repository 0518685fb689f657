"""The ledger beside the meter of a server that fails, in one way after another, at 16 and at 32 calls at once.

Usage: `python benchmarks/faults/servers.py [--runs 24] [--seed 1] [--only WORDS]`. A run is a question; at 32 calls at
once twice as many are asked. Of the prompts, a third fails at its first attempt and a twelfth at every one. An attempt
whose report arrived is booked to the token; one whose report did not is booked by an estimate, marked as such.
"""

import contextlib
import itertools
import os
import random
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import coscribe
import troubles
from asking import Outcome, batch_command, put
from author import questions, reply, write_questions
from balance import Balance, sizes
from doubles.accounts import prepare, rows
from program import copy_samples, kill, reaches, run, start
from server import Fault, Server
from table import Table, chosen

LIMITS = "timeout_seconds = {}\ncache_megabytes = 0\n"
PATIENT = 20.0
AT_ONCE = (16, 32)  # calls
DELAY = 0.15  # seconds that an answer takes


@dataclass(frozen=True)
class Stage:
    """What one kind of fault at so many calls at once has to work with."""

    folder: Path
    at_once: int
    count: int
    seed: int
    library: Path

    def home(self, name: str, timeout: float) -> Path:
        return prepare(self.folder / f"{name}-{self.at_once}", LIMITS.format(timeout))


@dataclass(frozen=True)
class Kind:
    """One way to fail, and how the questions are put meanwhile."""

    name: str
    fault: Fault | None
    timeout: float = PATIENT
    always: int = 12
    put: Callable[[Stage, Server, "Kind"], Outcome] = field(
        default=lambda stage, server, kind: ask(stage, server, kind)
    )


def ask(stage: Stage, server: Server, kind: Kind, *, cancel: bool = False) -> Outcome:
    """Put all questions to an assistant in this process."""
    home = stage.home("asked", kind.timeout)
    return put(questions(stage.count), server, home, stage.library, stage.at_once, cancel=cancel)


def cancelled(stage: Stage, server: Server, kind: Kind) -> Outcome:
    """Give up half of the questions while they are asked."""
    return ask(stage, server, kind, cancel=True)


def embedded(stage: Stage, server: Server, kind: Kind) -> Outcome:
    """Ask a library whose questions are embedded at the server."""
    home, server.fault, fault = stage.home("asked", kind.timeout), None, server.fault
    embedder = coscribe.embedder(model="m", base_url=server.url, home=home)
    coscribe.Library(home / "library", embedder=embedder).ingest([stage.library.with_name("reports")])
    embedder.close()
    server.fault = fault
    return put(questions(stage.count), server, home, home / "library", stage.at_once, embed=True)


def unopened(stage: Stage, server: Server, kind: Kind) -> Outcome:
    """Begin before the server listens."""
    home = stage.home("asked", kind.timeout)

    def open_when_refused() -> None:
        while not ((home / "state" / "ledger.sqlite").is_file() and refused_in(home)):
            time.sleep(0.02)
        server.open()

    threading.Thread(target=open_when_refused, daemon=True).start()
    return put(questions(stage.count), server, home, stage.library, stage.at_once)


def refused_in(home: Path) -> bool:
    """Tell whether an attempt has failed."""
    with contextlib.suppress(sqlite3.OperationalError):  # its table is not made yet
        return any(row["status"] == "failed" for row in rows(home))
    return False


def batch(stage: Stage, server: Server, home: Path, name: str, count: int, first: int = 0) -> list[object]:
    """Return the command that answers some of the questions in a process of its own."""
    source = write_questions(stage.folder / f"{name}.in.jsonl", questions(stage.count)[first : first + count])
    return batch_command(source, stage.folder / f"{name}.jsonl", server, home, stage.library, stage.at_once)


def killed(stage: Stage, server: Server, kind: Kind) -> Outcome:
    """Kill a batch in the middle of its work, and run it again."""
    home, name = stage.home("killed", kind.timeout), f"killed-{stage.at_once}"
    command = batch(stage, server, home, name, stage.count)
    process, wanted = start(*command), random.Random(stage.seed).randint(2, stage.count)
    reaches(process, lambda: server.meter.attempts >= wanted)
    kill(process)
    time.sleep(2 * DELAY)  # what the server still had in its hands
    again = run(*command)
    return Outcome([home], wrong=[f"exit {again.code}"] * bool(again.code) + again.faults, killed=True)


def two_processes(stage: Stage, server: Server, kind: Kind) -> Outcome:
    """Have two processes share a ledger."""
    home, half = stage.home("two", kind.timeout), stage.count // 2
    commands = [batch(stage, server, home, f"two-{at}-{stage.at_once}", half, at * half) for at in range(2)]
    both: list[subprocess.Popen[str]] = [start(*command) for command in commands]
    screens = [process.communicate()[1] for process in both]
    wrong = ["a traceback" for screen in screens if "Traceback" in screen]
    return Outcome([home], wrong=wrong + [f"exit {one.returncode}" for one in both if one.returncode not in (0, 4)])


KINDS = (
    Kind("429 with Retry-After", troubles.declined(429, "retry-after: 1")),
    Kind("429 without", troubles.declined(429, "x-none: 1")),
    Kind("500, 502 (a web page), 503", troubles.in_turn(
        troubles.declined(500), troubles.declined(502, body=troubles.PAGE, kind="text/html"), troubles.declined(503)
    )),
    Kind("408", troubles.declined(408)),
    Kind("401 in the middle of a run", troubles.declined(401)),
    Kind("connection refused at first", None, put=unopened),
    Kind("reset before the first byte", troubles.reset_before_head),
    Kind("reset in the headers", troubles.reset_in_head),
    Kind("reset in the body", troubles.reset_in_body),
    Kind("hung up without a byte", troubles.hang_up),
    Kind("stalls past the timeout, then closes", troubles.stall, troubles.TIMEOUT),
    Kind("first byte after the timeout", troubles.late, troubles.TIMEOUT),
    Kind("drips byte by byte past the timeout", troubles.drip, troubles.TIMEOUT),
    Kind("half of its JSON", troubles.half_json),
    Kind("an empty body", troubles.nothing),
    Kind("a web page under 200", troubles.declined(200, body=troubles.PAGE, kind="text/html")),
    Kind("an error under 200", troubles.declined(200)),
    Kind("right JSON as text/plain; early hints", troubles.in_turn(troubles.plain_text, troubles.early_hints)),
    Kind("usage missing, null or zero", troubles.usage("missing", None, *troubles.ZERO), always=1),
    Kind("usage negative, a word, a list, a fraction", troubles.usage(*troubles.UNUSABLE)),
    Kind("usage of 10¹² to 10³⁰ tokens", troubles.usage(*troubles.HUGE)),
    Kind("null content; no choices", troubles.in_turn(troubles.said(None), troubles.no_choices)),
    Kind("cut at the output limit", troubles.said('{"relevant": [1], "sente', finish="length")),
    Kind("a refusal; a content filter", troubles.in_turn(
        troubles.said(None, refusal="I would rather not."), troubles.said("", finish="content_filter")
    )),
    Kind("schemas refused with 400", troubles.schema_refused, always=1),
    Kind("malformed JSON in the content", troubles.said("I would rather chat.", '{"relevant": [1', "[]", "null")),
    Kind("broken gzip", troubles.broken_gzip),
    Kind("broken chunks", troubles.broken_chunks),
    Kind("a redirect", troubles.declined(307, troubles.ELSEWHERE)),
    Kind("kept-alive connections dropped", troubles.dropped, always=1),
    Kind("embeddings failing", troubles.embedding_fails, put=embedded),
    Kind("cancelled by the asker", troubles.maybe_heard, always=1, put=cancelled),
    Kind("the asker killed, then run again", troubles.maybe_heard, always=1, put=killed),
    Kind("two processes on one ledger", troubles.declined(500), put=two_processes),
)  # fmt: skip


def longest(homes: Sequence[Path]) -> float:
    """Return the seconds of the attempt that took longest."""
    return max((row["seconds"] or 0.0 for home in homes for row in rows(home)), default=0.0)


def play(kind: Kind, stage: Stage) -> tuple[list[str], Balance, int]:
    """Run one kind of fault; return what was lost, what agreed, and how many questions were answered with quotes."""
    server = Server(reply, kind.fault, seed=stage.seed)
    server.always, server.delay = kind.always, DELAY
    if kind.put is not unopened:
        server.open()
    stage.folder.mkdir()
    outcome = kind.put(stage, server, kind)
    time.sleep(0.1)  # until its threads have counted what they sent last
    balance = Balance.of(outcome.homes, server.meter, killed=outcome.killed)
    server.close()
    slow, lost = longest(outcome.homes), balance.lost + list(dict.fromkeys(outcome.wrong))
    if outcome.unanswered:
        lost.append(f"{outcome.unanswered} questions without an answer")
    if slow > kind.timeout + 1:
        lost.append(f"an attempt took {slow:.1f} s where {kind.timeout:g} are allowed")
    return [f"{stage.at_once} at once: {one}" for one in lost], balance, outcome.quoted


def main() -> None:
    """Play every kind at 16 and 32 calls at once."""
    options = chosen(__doc__, runs=24, of="questions at 16 calls at once")
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    table = Table(f"ledger against meter, seed {options.seed}: {len(KINDS)} kinds of faults, 16 and 32 calls at once")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reports = copy_samples(folder / "reports")
        coscribe.Library(folder / "library", embedder="none").ingest([reports])
        for kind in KINDS:
            if options.only not in kind.name:
                continue
            stages = [
                Stage(folder / f"{KINDS.index(kind)}-{at_once}", at_once, options.runs * at_once // 16, options.seed,
                      folder / "library")
                for at_once in AT_ONCE
            ]  # fmt: skip
            lost, balances, quoted = zip(*(play(kind, stage) for stage in stages), strict=True)
            note = sizes(balances) + (f"; {' + '.join(map(str, quoted))} answered with quotes" if any(quoted) else "")
            table.row(kind.name, " + ".join(str(stage.count) for stage in stages), [*itertools.chain(*lost)], note)
    table.end()


if __name__ == "__main__":
    main()
