"""Damages every file that a home holds, each in several ways, and looks at what every command makes of it.

A command either answers as before, or ends with a documented code and one line that says what to do; no quote is shown
that its file does not say. Then the advice is followed: disposable stores are rebuilt, and answer as before.
Usage: `python benchmarks/faults/stores.py [--runs 3] [--seed 1] [--only WORDS]`; `runs` is how often bits are flipped.
"""

import json
import os
import random
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import shelf
from doubles.command_line import Done, run
from shelf import QUESTION, apart, drafting, environment, misquoted, unlike_a_message
from table import Table, chosen

Damage = Callable[[Path, random.Random], None]


def shorten(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data) // 4, max(1, len(data) * 3 // 4) + 1)])


def empty(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def zero(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    start = chance.randrange(max(1, len(data) // 2))
    data[start : start + max(64, len(data) // 3)] = bytes(len(data[start : start + max(64, len(data) // 3)]))
    path.write_bytes(data)


def behead(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes(min(100, len(data))) + data[100:])


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes() or b" ")
    for _ in range(max(3, len(data) // 2000)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def words(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"This is no store at all, but a page that says: sign in to go on.\n" * 40)


def remove(path: Path, chance: random.Random) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def swap(path: Path, chance: random.Random) -> None:
    """Put a sound file of another kind in its place."""
    with sqlite3.connect(path.with_name("other.sqlite")) as connection:
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO things (name) VALUES ('a thing')")
    connection.close()
    path.with_name("other.sqlite").replace(path)


def newer(path: Path, chance: random.Random) -> None:
    _numbered(path, 99)


def unfinished(path: Path, chance: random.Random) -> None:
    _numbered(path, 0)


def _numbered(path: Path, number: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    connection.close()


COMMANDS = ("search", "reports", "ask", "drafted", "batch", "chat", "cost", "doctor", "verify", "ingest")
FILE: tuple[Damage, ...] = (shorten, zero, flip, words, remove)
SQLITE: tuple[Damage, ...] = (*FILE, swap, newer)
LIBRARY = ("search", "reports", "ask", "doctor", "verify", "ingest")
STATE = ("drafted", "cost", "doctor", "chat")
# What a home holds: the name of a row, where it lies (a glob below the home), how it is damaged, and who looks into it.
STORES: tuple[tuple[str, str, tuple[Damage, ...], tuple[str, ...]], ...] = (
    ("catalogue", "library/catalogue.sqlite", SQLITE, LIBRARY),
    ("catalogue's -wal", "library/catalogue.sqlite-wal", FILE, LIBRARY),
    ("words: meta.json", "library/words/meta.json", FILE, LIBRARY),
    ("words: a segment's terms", "library/words/*.term", FILE, LIBRARY),
    ("words: a segment's texts", "library/words/*.store", FILE, LIBRARY),
    ("words: the folder", "library/words", (remove,), LIBRARY),
    ("vectors: Chroma's SQLite", "library/vectors/chroma.sqlite3", (*FILE, swap), LIBRARY),
    ("vectors: a file of the graph", "library/vectors/*-*/*.bin", FILE, LIBRARY),
    ("vectors: a flat file", "library/vectors/flat/*", FILE, LIBRARY),
    ("vectors: the folder", "library/vectors", (remove,), LIBRARY),
    ("ledger", "state/ledger.sqlite", SQLITE, STATE),
    ("sessions", "state/sessions.sqlite", SQLITE, STATE),
    ("replies kept", "state/cache/replies.sqlite", SQLITE, STATE),
    ("vectors kept", "state/cache/vectors.sqlite", SQLITE, STATE),
    ("token tables", "state/cache/tokens/*", FILE, STATE),
    ("servers", "state/servers.sqlite", SQLITE, ("drafted", "doctor")),
    ("run records", "state/runs/*.json", FILE, ("chat", "ask", "cost")),
    ("settings", "state/coscribe.toml", FILE, STATE),
    ("allowed hosts", "state/allowed-hosts.json", FILE, STATE),
    ("batch: journal", "work/out.jsonl.journal", FILE, ("batch", "verify")),
    ("lock of a dead writer", "library/writer.lock", (words, empty, remove), LIBRARY),
)


class Bench:
    """A home that was used, kept aside, and copies of it to damage."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.endpoint = folder, shelf.serve()
        self.reports = shelf.write_reports(folder / "reports")
        self._copied = folder / "home"  # always the same place, as its paths are in the stores
        (self._copied / "work").mkdir(parents=True)
        shelf.fill(self._copied, self.reports, self._copied / "work", self.endpoint)
        self._pack()
        self.wanted: dict[str, Done] = self._apart(partial(self.use, COMMANDS))

    def _pack(self) -> None:
        for path in self._copied.rglob("*.sqlite"):  # whoever closes a file last writes its log into it
            connection = sqlite3.connect(path)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.close()
        with sqlite3.connect(self._copied / "library" / "catalogue.sqlite") as connection:
            # The log is left beside it, as a program that was killed leaves it.
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("UPDATE meta SET value = value")
            connection.commit()
            shutil.copytree(self._copied, self.folder / "kept")
        connection.close()

    def renew(self) -> Path:
        """Put the home back as it was and return it."""
        shutil.rmtree(self._copied)
        shutil.copytree(self.folder / "kept", self._copied)
        return self._copied

    def _apart(self, work: Callable[[], Any]) -> Any:
        return apart(work, environment(self.endpoint, self._copied), self._copied / "work")

    def use(self, chosen: Sequence[str]) -> dict[str, Done]:
        """Run some commands."""
        model = drafting(self.endpoint)
        commands: dict[str, Callable[[], Done]] = {
            "search": lambda: run("search", "electrical power", "--json"),
            "reports": lambda: run("reports", "list", "--json"),
            "ask": lambda: run("ask", QUESTION, "--json"),
            "drafted": lambda: run("ask", QUESTION, "--json", *model),
            "batch": lambda: run("batch", "in.csv", "-o", "out.jsonl", "--json", *model),
            "chat": lambda: run("chat", "--continue", stdin=f"{QUESTION}\n/quit\n"),
            "cost": lambda: run("cost", "--by", "run", "--json"),
            "doctor": lambda: run("doctor", "--json"),
            "verify": lambda: run("verify", "out.jsonl", "--json"),
            "ingest": lambda: run("ingest", self.reports, "--json"),
        }
        return {name: commands[name]() for name in chosen}

    def faults(self, where: str, damage: Damage, chance: random.Random, looking: Sequence[str]) -> list[str]:
        """Damage a store and return what was wrong with what commands made of it."""
        home = self.renew()
        found = sorted(home.glob(where))
        if not found:
            return [f"there is no {where}"]
        damage(chance.choice(found), chance)
        label = damage.__name__
        used = self._apart(partial(self.use, looking))
        if isinstance(used, str):
            return [f"{label}: {used}"]
        faults = [
            f"{label}: {command}: {fault}" for command, done in used.items() for fault in self._wrong(command, done)
        ]
        again = self._apart(lambda: self._recovered(used))
        return faults + (
            [f"{label}: {again}"] if isinstance(again, str) else [f"{label}: afterwards {line}" for line in again]
        )

    def _wrong(self, command: str, done: Done) -> list[str]:
        found = unlike_a_message(done)
        if found:
            return [f"{fault} ({(done.err or done.out).strip().splitlines()[-1:]})" for fault in found]
        shown = _told(done)
        found = misquoted(shown, self.reports)
        if command in ("search", "ask") and done.code == 0 and _essence(shown) != _essence(_told(self.wanted[command])):
            found.append("another answer than before")
        if command == "reports" and done.code == 0 and _essence(shown) != _essence(_told(self.wanted[command])):
            found.append("another list than before")
        return found

    def _recovered(self, used: dict[str, Done]) -> list[str]:
        """Do what the messages say, and return what is still not as it was."""
        said = " ".join(done.err for done in used.values())
        if "upgrade coscribe" in said:  # which is all that can be done, and was said
            return []
        if "coscribe ingest" in said:
            run("ingest", self.reports)
        elif "reports rebuild" in said:
            done = run("reports", "rebuild")
            if done.code:
                return [f"rebuild ended with {done.code}: {done.err.strip().splitlines()[-1:]}"]
        elif path := re.search(r"'(/[^']+)'[^\n]*(?:move it away|delete it|restore it|remove it)", said):
            for held in Path(path[1]).parent.glob(f"{Path(path[1]).name}*"):
                held.unlink()
            run("ingest", self.reports)
        again, found = self.use(("search", "ask", "reports", *used)), []
        for command in ("search", "ask", "reports"):
            if again[command].code:
                found.append(
                    f"{command} ends with {again[command].code} ({again[command].err.strip().splitlines()[-1:]})"
                )
            elif _essence(_told(again[command])) != _essence(_told(self.wanted[command])):
                found.append(f"{command} is another than before")
        for command, done in again.items():
            if (
                "newer" not in said
                and done.code not in (0, 1, self.wanted[command].code)
                and command not in ("search", "ask", "reports")
            ):
                found.append(f"{command} ends with {done.code} ({done.err.strip().splitlines()[-1:]})")
        return found


def _told(done: Done) -> Any:
    try:
        return json.loads(done.out)
    except ValueError:
        try:
            return [json.loads(line) for line in done.out.splitlines()]
        except ValueError:
            return done.out


def _essence(shown: Any) -> Any:
    """Return what of an answer has to stay: which words of which file at which place."""
    if not isinstance(shown, dict):
        return shown
    if "passages" in shown:
        return sorted((item["file"], item["locator"]["label"], item["text"]) for item in shown["passages"])
    if "claims" in shown:
        return [
            (one["file"], one["locator"]["label"], one["quote"])
            for claim in shown["claims"]
            for one in claim["citations"]
        ]
    if "reports" in shown:
        return [{key: value for key, value in row.items() if key != "report"} for row in shown["reports"]]
    return shown


def main() -> None:
    """Damage them all, and print a row a store."""
    options = chosen(__doc__, runs=3, of="how often bits are flipped in each file")
    options.all = bool(os.environ.get("ALL_FAULTS"))
    table = Table("## Corrupt stores (`benchmarks/faults/stores.py`)")
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary))
        for name, where, damages, looking in STORES:
            if options.only not in name:
                continue
            lost, times = [], 0
            for damage in damages:
                for turn in range(options.runs if damage is flip else 1):
                    times += 1
                    lost += bench.faults(
                        where, damage, random.Random(f"{options.seed}/{name}/{damage.__name__}/{turn}"), looking
                    )
            table.row(name, f"{times} ({', '.join(damage.__name__ for damage in damages)})", lost)
            if options.all:
                print("\n".join(lost))
    table.end()


if __name__ == "__main__":
    main()
