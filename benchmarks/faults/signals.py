"""Sends SIGINT, SIGTERM and SIGHUP to every command at random moments, and runs the command again.

Usage: `python benchmarks/faults/signals.py [--runs 1] [--seed 1] [--only WORDS]`. A run is each of the three signals
once, to each command. It has to end in time, with the exit code of the signal and without a traceback; what is there
after a second run has to be what an undisturbed run leaves, and the ledger has to explain every call that the server's
meter saw.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coscribe
import program
from author import questions, write_questions
from balance import Balance
from coscribe.vectorstore.library import Library
from kill import COMMANDS, Command, Round, digest, has_ledger, opened
from table import Table, chosen

# Ended by the signal itself, or tidily with the code that shells show for it.
CODES = {signal.SIGINT: (130, -2), signal.SIGTERM: (143, -15), signal.SIGHUP: (129, -1)}
DONE_BEFORE = (0, 1)  # 1 is the code of an ingest of the samples: one of them cannot be read
IN_TIME = 60.0  # seconds, on a loaded machine
LATE = 7.0
# What differs between two runs of the same command.
_VARIES = re.compile(r'("seconds": |"run": "|in )[\d.TZa-f-]+|\d+(\.\d+)? (s|ms)\b|\S*/[\w.-]*-\d+\S*|\$[\d.]+')


@dataclass
class Tally:
    """What all signals to a command came to."""

    lost: list[str] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def note(self) -> str:
        codes = ", ".join(f"{code} ({times})" for code, times in sorted(self.codes.items()))
        return f"exit codes {codes}; the slowest end took {self.slowest:.1f} s"


def ingest_made(one: Round) -> Any:
    found = Library(one.home / "library").inconsistencies()
    return digest(one.home), found


def ingest(one: Round) -> list[object]:
    return ["ingest", one.folder / "reports", "--home", one.home, "--embedder", "none"]


def reading(*arguments: str) -> Command:
    """Return a command that only reads; what it makes is what it says in the end."""

    def begin(one: Round) -> "subprocess.Popen[str]":
        return program.start(*arguments, *where(one))

    def where(one: Round) -> list[object]:
        asks = arguments[0] in ("ask", "doctor")
        plain = ["--home", one.home, "--library", one.folder / "library"]
        return one.where if asks else plain if arguments[0] in ("verify", "cost") else [*plain, "--embedder", "none"]

    said: dict[Path, str] = {}

    def finish(one: Round) -> list[str]:
        done = program.run(*arguments, *where(one))
        said[one.home] = _VARIES.sub("", lasting(done.out))
        return [f"exit {done.code}"] * (done.code not in (0, 1)) + done.faults

    return Command(arguments[0], begin, finish, lambda one: said.get(one.home))


def lasting(out: str) -> str:
    """Return what a command printed, without what it cost: a call that was paid before the signal is not paid again.

    Of the checks of `doctor`, which name places, only how they ended counts.
    """
    if not out.startswith("{"):
        return out
    told = {key: value for key, value in json.loads(out).items() if key not in ("cost", "rows", "total")}
    if "checks" in told:
        told["checks"] = [(check["name"], check["state"]) for check in told["checks"]]
    return json.dumps(told)


def commands(folder: Path) -> list[Command]:
    """Return all commands."""
    return [
        Command(
            "ingest",
            lambda one: program.start(*ingest(one)),
            lambda one: program.run(*ingest(one)).faults,
            ingest_made,
        ),
        *COMMANDS,
        reading("ask", questions(1)[0], "--json"),
        reading("search", "power of a site", "--json"),
        reading("reports", "list", "--json"),
        reading("verify", str(folder / "answers.jsonl")),
        reading("cost", "--json"),
        reading("doctor", "--json"),
    ]


def ready(process: "subprocess.Popen[str]") -> None:
    """Wait until the interpreter takes signals; before that nothing of ours has begun."""
    status = Path(f"/proc/{process.pid}/status")
    for _ in range(2000):
        try:
            caught = next(line for line in status.read_text("ascii").splitlines() if line.startswith("SigCgt"))
        except (OSError, StopIteration):
            return
        if int(caught.split()[1], 16) & 1 << (signal.SIGINT - 1):
            return
        time.sleep(0.005)


def disturb(command: Command, one: Round, sent: signal.Signals, moment: float, tally: Tally) -> list[str]:
    """Send a signal to a command once it has worked for so many CPU seconds, run it again, and return what was lost."""
    process = command.begin(one)
    ready(process)
    program.works(process, moment)
    time.sleep(LATE * moment % 0.7)  # else it would never be hit while it waits for a server or a child
    process.send_signal(sent)
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=IN_TIME)
    except subprocess.TimeoutExpired:
        program.kill(process)
        return [f"{sent.name} at {moment:.1f} s: it did not end"]
    ended = program.Ended(process.returncode, out, err, time.monotonic() - began)
    tally.codes[ended.code] += 1
    tally.slowest = max(tally.slowest, ended.seconds)
    wrong = ended.faults
    if ended.code not in (*CODES[sent], *DONE_BEFORE):
        wrong.append(f"exit {ended.code}")
    time.sleep(0.5)  # what the server still had in its hands
    wrong += command.finish(one)
    if has_ledger(one.home):
        wrong += Balance.of([one.home], one.server.meter, killed=True).lost
    return [f"{sent.name} at {moment:.1f} s: {what}" for what in wrong]


def calm_run(command: Command, folder: Path, seed: int) -> tuple[Round, Any, float]:
    """Run a command to its end; return where, what it made, and its CPU seconds."""
    one = opened(folder, f"calm-{command.name}", seed)
    seconds = program.whole_cpu(command.begin(one))
    command.finish(one)
    return one, command.made(one), seconds


def play(command: Command, folder: Path, runs: int, chance: random.Random, made_of: Callable[[str], Round]) -> Tally:
    """Send all signals to a command so often."""
    tally = Tally()
    calm, made, seconds = calm_run(command, folder, 1)
    for number in range(runs):
        for sent in CODES:
            one = made_of(f"{sent.name}-{number}-{command.name}")
            found = disturb(command, one, sent, chance.uniform(0.3, 1.0) * seconds, tally)
            # Looked for first: an index that is opened here has files of its own.
            found += [f"left behind: {name}" for name in program.left_behind(one.home, [calm.home])]
            if command.made(one) != made:
                found.append(f"{sent.name}: what it made is not what a calm run makes")
            tally.lost += found
            one.server.close()
            shutil.rmtree(one.home)
    calm.server.close()
    return tally


def main() -> None:
    """Send them all."""
    options = chosen(__doc__, runs=1, of="rounds of three signals to each command")
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    # Whoever started this may have it ignore some, and what it starts would do the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    table = Table(f"SIGINT, SIGTERM and SIGHUP at random moments, seed {options.seed}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reports = program.copy_samples(folder / "reports")
        library = coscribe.Library(folder / "library", embedder="none")
        library.ingest([reports])
        asked = write_questions(folder / "in.jsonl", questions(2))
        where = ["--home", folder / "first", "--library", folder / "library", "--embedder", "none"]
        program.run("batch", asked, "-o", folder / "answers.jsonl", *where)
        for command in commands(folder):
            if options.only in command.name:
                chance = random.Random(f"{options.seed} {command.name}")
                tally = play(command, folder, options.runs, chance, lambda name: opened(folder, name, options.seed))
                table.row(f"signals: {command.name}", 3 * options.runs, tally.lost, tally.note)
    table.end()


if __name__ == "__main__":
    main()
