"""Thousands of operations in any order on one home, many of them killed: nothing shown is wrong, nothing is lost.

Most run in a child of this process that lives on from one to the next, some as programs of their own; either is killed
with SIGKILL at a random moment now and then. After each: the exit code is a documented one and no refusal, every quote
and passage shown stands in its file, and the ledger has every call that reached the server, with the server's own count
where nothing was killed. Every so often, after an ingest that was let finish: words and vectors hold the passages of
the catalogue and no others, and no file is left that was meant to pass.
Usage: `python benchmarks/faults/soak.py [--operations 2000] [--seed 1] [--every 25] [--kills 0.2]`.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import program
import shelf
from coscribe.core.shapes import Locator
from coscribe.vectorstore.index.catalogue import Catalogue
from coscribe.vectorstore.index.vectors import VectorIndex
from coscribe.vectorstore.index.words import WordIndex
from doubles.command_line import Done, run
from independent import says
from shelf import PLACES, SUBJECTS, drafting, environment, serve, unlike_a_message
from table import Table
from worker import Killed, Worker

MOST_FILES = 12
OWN_PROGRAM = 0.04  # share of operations that are a program of their own


def held(library: Path) -> dict[str, set[str]]:
    """Return the passage ids that each store of a library holds."""
    catalogue = Catalogue(library)
    try:
        ids = {row[0] for row in catalogue.connection.execute("SELECT id FROM passages")}
        dimension = int(catalogue.meta("dimension") or 0)
    finally:
        catalogue.close()
    vectors = VectorIndex(library / "vectors", dimension)
    try:
        return {"catalogue": ids, "words": WordIndex(library / "words").passages(), "vectors": vectors.passages()}
    finally:
        vectors.close()


@dataclass
class Shelf:
    """The files, as they are, and every content that the library may hold of them."""

    folder: Path
    kept: Path
    chance: random.Random
    versions: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    def change(self) -> str:
        """Add a file, change one or take one away, and say which."""
        files = sorted(self.folder.iterdir())
        kind = self.chance.choice(("new", "new", "changed", "removed") if len(files) > 2 else ("new",))
        if kind == "new" and len(files) < MOST_FILES:
            name = f"report-{self.chance.randrange(30)}{self.chance.choice(('.md', '.html', '.txt', '.pdf'))}"
            self._write(self.folder / name)
            return f"new {name}"
        chosen = self.chance.choice(files)
        if kind == "removed":
            chosen.unlink()
            return f"removed {chosen.name}"
        self._write(chosen)
        return f"changed {chosen.name}"

    def _write(self, path: Path) -> None:
        self.count += 1
        shelf.write_report(path, self.chance, self.chance.choice(PLACES))
        (self.kept / str(self.count)).mkdir()
        copy = self.kept / str(self.count) / path.name
        shutil.copy(path, copy)
        self.versions[path.name].append(copy)

    def settle(self) -> None:
        """Forget the contents that an ingest has replaced."""
        for name, copies in self.versions.items():
            self.versions[name] = copies[-1:]

    def says(self, file: str, locator: dict[str, Any], quote: str) -> bool:
        """Whether one of the contents that the library may hold says it there."""
        return any(says(copy, Locator(**locator), quote) for copy in self.versions[file])


class Soak:
    """The home, who uses it, and what was found wrong."""

    def __init__(self, folder: Path, seed: int, kills: float) -> None:
        self.chance, self.kills = random.Random(seed), kills
        self.endpoint = serve()
        self.home, self.work, reports = folder / "home", folder / "work", folder / "reports"
        for made in (self.work, reports, folder / "kept"):
            made.mkdir()
        self.shelf = Shelf(reports, folder / "kept", self.chance)
        self.environ = environment(self.endpoint, self.home)
        (self.home / "state").mkdir(parents=True)
        (self.home / "state" / "coscribe.toml").write_text("[prices.m]\ninput = 1\noutput = 2\n", encoding="utf-8")
        self.worker = Worker(self.environ, self.work)
        self.done, self.killed, self.codes = Counter[str](), Counter[str](), Counter[str]()
        self.seconds: dict[str, float] = defaultdict(lambda: 0.2)
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.quotes, self.checks, self.sure, self.number = 0, 0, False, 0
        self.booked, self.asked = self._rows(), 0

    def step(self) -> None:
        """Carry out one operation and look at what came of it."""
        self.number += 1
        kind, weight = zip(*OPERATIONS.items(), strict=True)
        name = self.chance.choices(kind, weight)[0]
        if self.number <= 3:
            name = "ingest"
        arguments, stdin = self._command(name)
        kill = self.chance.random() < self.kills and self.number > 3
        after = self.chance.uniform(0.0, 0.8 * self.seconds[name]) if kill else None
        is_own = self.chance.random() < OWN_PROGRAM
        if name == "ingest":
            self.sure = False
        began = time.monotonic()
        try:
            ended = (
                self._program(arguments, stdin, after) if is_own else self.worker.do(_run, (arguments, stdin), after)
            )
        except Killed:
            self.killed[name] += 1
            self._balance(name, was_killed=True)
            return
        self.done[name] += 1
        self.seconds[name] = 0.5 * self.seconds[name] + 0.5 * min(time.monotonic() - began, 20)
        self._look(name, arguments, ended)
        self._balance(name, was_killed=False)

    def _command(self, name: str) -> tuple[list[object], str]:
        subject, place = self.chance.choice(sorted(SUBJECTS)), self.chance.choice(PLACES)
        question = f"What is said of {subject} in {place}?"
        model = drafting(self.endpoint)
        if name == "ingest":
            for _ in range(3 if self.number <= 3 else self.chance.randrange(1, 4)):
                self.shelf.change()
            return ["ingest", self.shelf.folder, "--json", "--prune"], ""
        if name == "remove":
            files = sorted(self.shelf.folder.iterdir())
            return ["reports", "remove", self.chance.choice(files).name if files else "none", "--json"], ""
        if name == "batch":
            if not (self.work / "in.csv").exists() or self.chance.random() < 0.3:
                asked = [f"What is said of {one} in {self.chance.choice(PLACES)}?" for one in sorted(SUBJECTS)[:3]]
                (self.work / "in.csv").write_text("question\n" + "\n".join(asked) + "\n", encoding="utf-8")
                for old in self.work.glob("out.jsonl*"):
                    old.unlink()
            return ["batch", "in.csv", "-o", "out.jsonl", "--json", *model], ""
        commands: dict[str, list[object]] = {
            "search": ["search", f"{subject} {place}", "--json"], "ask": ["ask", question, "--json"],
            "drafted": ["ask", question, "--json", *model], "note": ["note", f"{subject} in {place}", "--json"],
            "chat": ["chat", *self.chance.choice(([], model))], "verify": ["verify", "out.jsonl", "--json"],
            "cost": ["cost", "--by", "day", "--json"], "rebuild": ["reports", "rebuild", "--json"],
            "list": ["reports", "list", "--json"],
        }  # fmt: skip
        return commands[name], f"{question}\nAnd in {place}?\n/quit\n" if name == "chat" else ""

    def _program(self, arguments: Sequence[object], stdin: str, after: float | None) -> Done:
        os.environ.update({name: value for name, value in self.environ.items() if name.startswith("COSCRIBE_")})
        before = Path.cwd()
        os.chdir(self.work)
        try:
            began, process = time.monotonic(), program.start(*arguments, stdin=-1)
        finally:
            os.chdir(before)
        if after is not None:
            try:
                process.communicate(stdin, timeout=after + 1.0)  # the start of a program alone takes a second
            except program.subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise Killed from None
            return Done(process.returncode, "", "")
        ended = program.end(process, began, stdin)
        return Done(ended.code, ended.out, ended.err)

    def _look(self, name: str, arguments: Sequence[object], ended: Done | str) -> None:
        if isinstance(ended, str):
            self._fault("exit codes and messages", f"{name}: {ended}")
            return
        self.codes[f"{name} {ended.code}"] += 1
        wrong = unlike_a_message(ended)
        if ended.code not in EXPECTED.get(name, (0, 1)):
            wrong.append(f"ended with {ended.code}: {ended.err.strip().splitlines()[-1:]}")
        for line in wrong:
            self._fault("exit codes and messages", f"{name}: {line}")
        if name == "ingest" and ended.code in (0, 1):
            self.sure = True
            self.shelf.settle()
        try:
            shown = json.loads(ended.out) if ended.out.strip().startswith("{") else None
        except ValueError:
            self._fault("exit codes and messages", f"{name}: its JSON is none: {ended.out[:80]!r}")
            return
        self._quoted(name, shown)
        if name == "batch" and ended.code in (0, 1):
            for line in (self.work / "out.jsonl").read_text("utf-8").splitlines():
                json.loads(line)  # whole; its quotes may be of an earlier library

    def _quoted(self, name: str, shown: Any) -> None:
        """Compare every quote and passage with the files, wherever it stands in what was shown."""
        if isinstance(shown, dict):
            said = shown.get("quote") if "quote" in shown else None
            if said and {"file", "locator"} <= shown.keys():
                self.quotes += 1
                if not self.shelf.says(shown["file"], shown["locator"], said):
                    self._fault(
                        "quotes", f"{name}: {shown['file']} never said {said[:90]!r} at {shown['locator']['label']}"
                    )
            if {"passage", "text", "file"} <= shown.keys():
                self.quotes += 1
                lines = [line for line in shown["text"].splitlines() if line.strip()]
                if not any(all(_stands(copy, line) for line in lines) for copy in self.shelf.versions[shown["file"]]):
                    self._fault("quotes", f"{name}: {shown['file']} never said {shown['text'][:90]!r}")
            for value in shown.values():
                self._quoted(name, value)
        elif isinstance(shown, list):
            for value in shown:
                self._quoted(name, value)

    def _rows(self) -> int:
        path = self.home / "state" / "ledger.sqlite"
        if not path.exists():
            return 0
        with sqlite3.connect(path, timeout=30) as connection:
            found = connection.execute("SELECT coalesce(max(id), 0) FROM attempts").fetchone()[0]
        connection.close()
        return int(found)

    def _balance(self, name: str, *, was_killed: bool) -> None:
        """Compare what was booked since the last look with what reached the server."""
        give_up = time.monotonic() + 10
        while self.endpoint.meter.busy and time.monotonic() < give_up:
            time.sleep(0.002)
        meter = self.endpoint.meter
        reached, before = len(meter.requests), self.asked
        told = tuple(
            sum(getattr(tokens, kind) for tokens in meter.told.values()) for kind in ("input", "cached", "output")
        )
        path, rows = self.home / "state" / "ledger.sqlite", []
        if path.exists():
            connection = sqlite3.connect(path, timeout=30)
            rows = connection.execute(
                "SELECT status, input_tokens, cached_tokens, output_tokens, id FROM attempts"
                " WHERE id > ? AND status NOT IN ('cached', 'local')", (self.booked,)
            ).fetchall()  # fmt: skip
            connection.close()
        self.booked, self.asked = self._rows(), reached
        last, self._told = getattr(self, "_told", (0, 0, 0)), told
        if len(rows) < reached - before:
            self._fault("ledger", f"{name}: {reached - before} calls reached the server, {len(rows)} are booked")
        if was_killed:
            return
        booked = tuple(sum(row[at] or 0 for row in rows) for at in (1, 2, 3))
        counted = tuple(now - then for now, then in zip(told, last, strict=True))
        if len(rows) != reached - before or booked != counted or any(row[0] == "pending" for row in rows):
            self._fault(
                "ledger", f"{name}: booked {len(rows)} {booked}, the server counted {reached - before} {counted}"
            )

    def check(self) -> None:
        """Let an ingest finish, and compare the stores with one another."""
        ended = self.worker.do(_run, (["ingest", str(self.shelf.folder), "--json", "--prune"], ""), None)
        self._look("ingest", (), ended)
        self._balance("ingest", was_killed=False)
        ids = self.worker.do(held, (self.home / "library",), None)
        self.checks += 1
        if isinstance(ids, str):
            self._fault("stores", ids)
            return
        for leg in ("words", "vectors"):
            for verb, lot in (("lacks", ids["catalogue"] - ids[leg]), ("has left over", ids[leg] - ids["catalogue"])):
                if lot:
                    self._fault("stores", f"the {leg} index {verb} {len(lot)} passages")
        files = {path.name for path in self.shelf.folder.iterdir()}
        listed = self.worker.do(_run, (["reports", "list", "--json"], ""), None)
        shown = {row["file"] for row in json.loads(listed.out)["reports"]} if listed.code == 0 else set()
        if shown != files:
            self._fault("stores", f"the library lists {sorted(shown ^ files)} otherwise than the folder")
        for name in program.left_behind(self.home):
            self._fault("left behind", name)

    def _fault(self, kind: str, what: str) -> None:
        self.faults[kind].append(f"operation {self.number}: {what}")
        print(f"  operation {self.number}: {kind}: {what}", file=sys.stderr, flush=True)


OPERATIONS = {
    "ingest": 12, "remove": 3, "rebuild": 2, "search": 26, "ask": 16, "drafted": 15, "note": 3, "batch": 7, "chat": 5,
    "verify": 4, "cost": 4, "list": 3,
}  # fmt: skip
# A report that was removed already cannot be removed again; a check of answers finds those of an earlier library.
EXPECTED = {"remove": (0, 2), "verify": (0, 1, 2, 6)}


def _run(arguments: Sequence[object], stdin: str) -> Done:
    return run(*arguments, stdin=stdin)


def _stands(copy: Path, line: str) -> bool:
    """Whether a file says a line; in a PDF, lines are what was drawn."""
    from independent import bare, page_count, page_text

    if copy.suffix == ".pdf":
        return any(bare(line) in bare(page_text(copy, number)) for number in range(1, page_count(copy) + 1))
    return bare(line) in bare(copy.read_text("utf-8"))


def main() -> None:
    """Run the operations and print a row for each thing that was held to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--operations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=25, help="operations between two looks at all stores")
    parser.add_argument("--kills", type=float, default=0.2, help="share of operations that are killed")
    options = parser.parse_args()
    table = Table("## A soak of mixed operations (`benchmarks/faults/soak.py`)")
    with tempfile.TemporaryDirectory() as temporary:
        soak = Soak(Path(temporary), options.seed, options.kills)
        for number in range(1, options.operations + 1):
            soak.step()
            if number % options.every == 0 or number == options.operations:
                soak.check()
            if number % 100 == 0:
                print(f"  {number} operations, {sum(soak.killed.values())} killed", file=sys.stderr, flush=True)
        soak.worker.end()
        killed = ", ".join(f"{count} {name}" for name, count in soak.killed.most_common())
        table.row(
            "operations, and how many of them were killed",
            f"{options.operations}, {sum(soak.killed.values())} ({killed})",
            [],
        )
        table.row("exit codes and messages", sum(soak.done.values()), soak.faults["exit codes and messages"])
        table.row("quotes and passages shown that stand in their file", f"{soak.quotes:,}", soak.faults["quotes"])
        table.row("calls in the ledger as the server counted them", f"{soak.asked:,}", soak.faults["ledger"])
        table.row("words and vectors against the catalogue, and the folder", soak.checks, soak.faults["stores"])
        table.row("files that were meant to pass", soak.checks, soak.faults["left behind"])
    table.end()


if __name__ == "__main__":
    main()
