"""Kills ingest, note, batch, chat and align at random moments, runs them again, looks for what is lost or paid twice.

Usage: `python benchmarks/faults/kill.py [--runs 3] [--seed 1] [--only WORDS]`. A run is a kill of each command. What is
there after the second run, or after the note was gone on with, has to be what an undisturbed run leaves: reports,
indexes, the note in four formats, the matrix, answers, turns and their records, and the names of all files. The ledger
has to explain every call that the server's meter saw, and no prompt whose answer was booked before the kill may be sent
again.
"""

import hashlib
import json
import random
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coscribe
import openpyxl
import program
from author import questions, reply, write_questions
from balance import Balance
from coscribe.vectorstore.library import Library
from doubles.accounts import prepare, rows
from doubles.published import ENDINGS, READERS
from server import Server
from table import Table, chosen

DELAY = 0.12  # seconds that an answer takes
ROWS, TURNS = 24, 5  # questions of a batch, and of a session
AT_ONCE = 4
OF_THE_RUN = {"run", "cost"}  # what no two runs have in common
START_UP = 1.2  # seconds
UNREADABLE = 1  # the code of an ingest of the samples: one of them is a scan
# Everything a library says, without the ids and moments that differ from run to run.
CONTENT = {
    "reports": """SELECT id, file, version, pages, title, region, status, supersedes, superseded_by FROM reports
        ORDER BY id""",
    "files": "SELECT file, hash, state, reason, report FROM files ORDER BY file",
    "versions": "SELECT version, report FROM versions ORDER BY version, report",
    "pages": "SELECT report, number, label, state, text FROM pages ORDER BY report, number",
    "passages": "SELECT * FROM passages ORDER BY id",
    "segments": """SELECT s.report, s.position, s.passage, s.kind, s.start, s."end", l.position, h.position, c.position
        FROM segments s LEFT JOIN segments l ON l.id = s.lead_in LEFT JOIN segments h ON h.id = s.header
        LEFT JOIN segments c ON c.id = s.continues ORDER BY s.report, s.position""",
    "legs": "SELECT leg, report, version FROM legs ORDER BY leg, report",
}


@dataclass
class Round:
    """One home that is disturbed, or not, and the server that is asked from there."""

    folder: Path
    home: Path
    server: Server

    @property
    def where(self) -> list[object]:
        model = ["--model", "m", "--base-url", self.server.url, "--embedder", "none"]
        return ["--home", self.home, "--library", self.folder / "library", *model]

    def run(self, *arguments: object, stdin: str | None = None) -> program.Ended:
        return program.run(*arguments, *self.where, stdin=stdin)


@dataclass
class Undisturbed:
    """What a run left that nobody disturbed."""

    home: Path
    made: Any
    calls: int
    seconds: float


@dataclass
class Tally:
    """What all kills of a command came to."""

    lost: list[str] = field(default_factory=list)
    mid_way: int = 0
    told: int = 0
    open: int = 0
    again: int = 0

    @property
    def note(self) -> str:
        return (
            f"{self.mid_way} hit with work under way, {self.told} answers booked to the token, "
            f"{self.open} unheard stand as reservation or estimate, {self.again} answered calls sent again"
        )


@dataclass(frozen=True)
class Command:
    """A command that calls a model: how it is begun, gone on with, and what it makes."""

    name: str
    begin: Callable[[Round], "subprocess.Popen[str]"]
    finish: Callable[[Round], list[str]]
    made: Callable[[Round], Any]
    held: Callable[[Round], Any] = lambda one: None  # what was acknowledged before the kill


def digest(home: Path) -> dict[str, str]:
    """Return a digest of each kind of content of the library below a home."""
    with closing(sqlite3.connect(home / "library" / "catalogue.sqlite")) as connection:
        return {
            name: hashlib.sha256(repr(connection.execute(query).fetchall()).encode()).hexdigest()[:12]
            for name, query in CONTENT.items()
        }


def acknowledged(home: Path) -> set[tuple[str, str]]:
    """Return the reports, with their versions, that a library had committed when its writer was killed."""
    path = home / "library" / "catalogue.sqlite"
    if not path.is_file():
        return set()
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'reports'").fetchall():
            return set()
        return set(connection.execute("SELECT id, version FROM reports").fetchall())


def ingest(folder: Path, runs: int, chance: random.Random) -> tuple[list[str], str]:
    """Kill an ingest so often; return what was lost, and how many were killed with reports already kept."""
    calm = folder / "ingest-calm"
    whole = program.whole_cpu(program.start("ingest", folder / "reports", "--home", calm))
    wanted, lost, mid_way = digest(calm), [], 0
    for number in range(runs):
        home = folder / f"ingest-{number}"
        process = program.start("ingest", folder / "reports", "--home", home)
        with program.killed(process, chance, within=0.0):
            program.works(process, chance.uniform(0.15, 1.0) * whole)
        kept = acknowledged(home)
        mid_way += bool(kept)
        again = program.run("ingest", folder / "reports", "--home", home)
        # Looked for first: an index that is opened here has files of its own.
        found = [f"left behind: {name}" for name in program.left_behind(home, [calm])]
        found += [name for name, content in digest(home).items() if content != wanted[name]]
        found += Library(home / "library").inconsistencies()
        found += ["something acknowledged was lost"] if kept - acknowledged(home) else []
        found += [f"exit {again.code}"] * (again.code != UNREADABLE) + again.faults
        lost += [f"kill {number + 1}: {one}" for one in found]
    return lost, f"{mid_way} hit with reports already kept; content and both indexes equal those of a calm run"


def begin_note(one: Round) -> "subprocess.Popen[str]":
    files = [part for ending in ENDINGS for part in ("-o", one.home.with_suffix(ending))]
    return program.start("note", "power of a site", *files, *one.where)


def finish_note(one: Round) -> list[str]:
    """Go on with the note, if one was begun, and ask for it once more if none was."""
    where = ["--home", one.home]
    known = json.loads(program.run("note", "--list", "--json", *where).out)["notes"]
    if not known:
        out, err = (process := begin_note(one)).communicate(timeout=program.PATIENCE)
        done = program.Ended(process.returncode, out, err, 0.0)
    elif known[0]["state"] == "finished":
        return []
    else:
        done = program.run("note", "--resume", known[0]["id"], *where)
    return [f"exit {done.code}"] * bool(done.code) + done.faults


def note_made(one: Round) -> dict[str, object]:
    """Return what the files of a note show, Markdown to the letter."""
    shown: dict[str, object] = {".md": one.home.with_suffix(".md").read_text(encoding="utf-8")}
    return shown | {ending: read(one.home.with_suffix(ending).read_bytes()).texts for ending, read in READERS.items()}


def batch_of(one: Round) -> list[object]:
    """Return a batch; of some, two processes share the work."""
    processes = 1 + len(one.home.name) % 2
    source = write_questions(one.home.with_suffix(".in.jsonl"), questions(ROWS))
    many = ["--concurrency", AT_ONCE, "--processes", processes, "--json"]
    return ["batch", source, "-o", one.home.with_suffix(".jsonl"), *many]


def begin_batch(one: Round) -> "subprocess.Popen[str]":
    return program.start(*batch_of(one), *one.where)


def finish_batch(one: Round) -> list[str]:
    done = one.run(*batch_of(one))
    return [f"exit {done.code}"] * bool(done.code) + done.faults


def batch_made(one: Round) -> list[Any]:
    lines = map(json.loads, one.home.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines())
    return [{key: value for key, value in line.items() if key not in OF_THE_RUN} for line in lines]


def turns_in(home: Path) -> list[tuple[str, int, str, str]]:
    """Return the turns of all sessions: session, number, what was asked, state."""
    path = home / "state" / "sessions.sqlite"
    if not path.is_file():
        return []
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'turns'").fetchone():
            return []
        return connection.execute("SELECT session, number, asked, state FROM turns ORDER BY session, number").fetchall()


def begin_chat(one: Round) -> "subprocess.Popen[str]":
    process = program.start("chat", *one.where, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in questions(TURNS)))
    process.stdin.flush()
    return process


def finish_chat(one: Round) -> list[str]:
    """Go on with the session, if there is one, and ask what has no answer yet."""
    before = turns_in(one.home)
    done = {asked for _, _, asked, state in before if state == "done"}
    left = "".join(f"{line}\n" for line in questions(TURNS) if line not in done)
    ended = one.run("chat", *(["--continue"] if before else []), stdin=left)
    after = turns_in(one.home)
    wrong = [f"exit {ended.code}"] * bool(ended.code) + ended.faults
    wrong += ["a turn that was done is lost"] if {turn for turn in before if turn[3] == "done"} - set(after) else []
    wrong += ["a turn is still open"] if any(state == "pending" for *_, state in after) else []
    return wrong + (["another session was begun"] if len({session for session, *_ in after}) != 1 else [])


def chat_made(one: Round) -> list[Any]:
    """Return the answers of the session in order, from their records."""
    made = []
    for session, number, asked, state in turns_in(one.home):
        if state == "done":
            record = one.home / "state" / "runs" / f"{session}-{number:03}.json"
            answer = json.loads(record.read_text(encoding="utf-8"))["result"]
            made.append((asked, {key: value for key, value in answer.items() if key not in OF_THE_RUN}))
    return made


def align_of(one: Round) -> list[object]:
    """Return a matrix that is written as Markdown, with its data beside it, and as a workbook."""
    return ["align", "-o", one.home.with_suffix(".md"), "-o", one.home.with_suffix(".xlsx"), *one.where]


def begin_align(one: Round) -> "subprocess.Popen[str]":
    return program.start(*align_of(one))


def finish_align(one: Round) -> list[str]:
    done = program.run(*align_of(one))
    return [f"exit {done.code}"] * bool(done.code) + done.faults


def align_made(one: Round) -> dict[str, object]:
    """Return the matrix as its data say it, without what its calls cost, and each sheet of its workbook."""
    data = one.home.with_suffix(".md.json")
    if not data.is_file():
        return {}
    matrix = json.loads(data.read_text(encoding="utf-8"))
    cells = [{key: value for key, value in cell.items() if key != "cost"} for cell in matrix["cells"]]
    kept = {key: value for key, value in matrix.items() if key not in {*OF_THE_RUN, "files", "document", "cells"}}
    sheets = openpyxl.load_workbook(one.home.with_suffix(".xlsx"))
    return {**kept, "cells": cells} | {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in sheets}


COMMANDS = (
    Command("note", begin_note, finish_note, note_made),
    Command("batch", begin_batch, finish_batch, batch_made),
    Command("chat", begin_chat, finish_chat, chat_made),
    Command("align", begin_align, finish_align, align_made),
)


def opened(folder: Path, name: str, seed: int) -> Round:
    """Return a new home with a priced model, and a server of its own."""
    server = Server(reply, seed=seed)
    server.delay = DELAY
    return Round(folder, prepare(folder / name, "timeout_seconds = 20"), server.open())


def calm_run(command: Command, folder: Path, seed: int) -> Undisturbed:
    """Run a command that nobody disturbs."""
    one = opened(folder, f"{command.name}-calm", seed)
    began = time.monotonic()
    _, err = command.begin(one).communicate(timeout=program.PATIENCE)
    made = command.made(one)
    one.server.close()
    if not made or "Traceback" in err:
        raise SystemExit(f"{command.name} failed undisturbed: {err}")
    return Undisturbed(one.home, made, one.server.meter.attempts, time.monotonic() - began)


def disturb(command: Command, one: Round, calm: Undisturbed, chance: random.Random, tally: Tally) -> list[str]:
    """Kill a command at a random moment, go on with it, and return what was lost."""
    process, wanted = command.begin(one), chance.randint(0, calm.calls)
    if wanted:
        program.reaches(process, lambda: one.server.meter.attempts + one.server.meter.busy >= wanted)
    most = START_UP if not wanted else calm.seconds / 3 if wanted == calm.calls else 2 * DELAY  # then it writes
    late = chance.uniform(0.0, most)
    time.sleep(late)
    program.kill(process)
    time.sleep(4 * DELAY)  # what the server still had in its hands, and workers that are told to end
    booked = [row for row in rows(one.home) if row["status"] == "ok"] if has_ledger(one.home) else []
    before = Counter(one.server.meter.prompts)
    wrong = command.finish(one)
    again = one.server.meter.prompts - before
    twice = sum((again & before).values()) - (before.total() - len(booked))
    time.sleep(DELAY)
    balance = Balance.of([one.home], one.server.meter, killed=True)
    one.server.close()
    if command.made(one) != calm.made:
        wrong.append("what it made is not what a calm run makes")
    if twice > 0:
        wrong.append(f"{twice} answered calls were sent again")
    wrong += balance.lost
    wrong += [f"left behind: {name}" for name in program.left_behind(one.home, [calm.home])]
    wrong += [f"left behind: {path.name}" for path in one.home.parent.glob(".*.part")]
    tally.mid_way += 0 < len(booked) < calm.calls
    tally.told += balance.told
    tally.open += balance.estimated
    tally.again += max(twice, 0)
    return wrong


def has_ledger(home: Path) -> bool:
    """Tell whether the ledger of a home has its table."""
    path = home / "state" / "ledger.sqlite"
    if not path.is_file():
        return False
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'").fetchone())


def main() -> None:
    """Kill them all."""
    options = chosen(__doc__, runs=3, of="kills of each command")
    table = Table(f"kill -9 at random moments, seed {options.seed}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reports = program.copy_samples(folder / "reports")
        coscribe.Library(folder / "library", embedder="none").ingest([reports])
        if options.only in "ingest":
            table.row("kill -9: ingest", options.runs, *ingest(folder, options.runs, random.Random(options.seed)))
        for command in COMMANDS:
            if options.only not in command.name:
                continue
            calm, tally, chance = calm_run(command, folder, options.seed), Tally(), random.Random(options.seed)
            for number in range(options.runs):
                one = opened(folder, f"{command.name}-{number}", options.seed)
                found = disturb(command, one, calm, chance, tally)
                tally.lost += [f"kill {number + 1}: {what}" for what in found]
            table.row(f"kill -9: {command.name} ({calm.calls} calls)", options.runs, tally.lost, tally.note)
    table.end()


if __name__ == "__main__":
    main()
