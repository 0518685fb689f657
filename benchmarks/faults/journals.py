"""Damages the journal of a finished or half finished batch, and finishes it: only what is damaged is asked again.

Each round puts a journal back as it was, damages it in one way, runs the same command again, and compares: how many
questions reached the server, that the output has every question in its order, and that each answer is the one that was
journaled or a new one of the same question.
Usage: `python benchmarks/faults/journals.py [--runs 20] [--seed 1] [--only WORDS]`.
"""

import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import mutations
import shelf
from doubles.command_line import Done, run
from shelf import apart, drafting, environment, unlike_a_message
from table import Table, chosen

QUESTIONS = [f"What is said of {subject} in {place}?" for subject in shelf.SUBJECTS for place in shelf.PLACES[:2]]
Lines = list[bytes]


def torn(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """The last row is cut off, as by a loss of power."""
    rows = lines[:-2]
    return [*rows[:-1], rows[-1][: chance.randrange(1, len(rows[-1]))]], 1


def doubled(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """A row stands there twice."""
    at = chance.randrange(len(lines) - 2)
    return [*lines[: at + 1], *lines[at:]], 0


def foreign(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """Lines of another program stand between the rows."""
    odd = (
        b"{}\n",
        b"[]\n",
        b"null\n",
        b"\n",
        b'{"id": [], "record": {}}\n',
        b"[" * 50_000 + b"\n",
        b"\xff\xfe\0\n",
        b"# notes\n",
    )
    at = chance.randrange(len(lines) - 2)
    return [*lines[:at], chance.choice(odd), *lines[at:]], 0


def replaced(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """A line of another program stands in the place of a row."""
    at = chance.randrange(len(lines) - 2)
    return [*lines[:at], b'{"event": "login"}\n', *lines[at + 1 :]], 1


def zeroed(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """The end of the file is zeros, as some file systems leave it."""
    return [*lines[:-3], bytes(len(lines[-3])) + b"\n"], 1


def joined(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """The break between two rows is lost."""
    at = chance.randrange(len(lines) - 3)
    return [*lines[:at], lines[at].rstrip(b"\n") + lines[at + 1], *lines[at + 2 :]], 2


def shuffled(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """The rows stand in another order."""
    rows = lines[:-2]
    chance.shuffle(rows)
    return [*rows, *lines[-2:]], 0


def flipped(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """One bit of one row is flipped."""
    at = chance.randrange(len(lines) - 2)
    row = bytearray(lines[at])
    row[chance.randrange(len(row) - 1)] ^= 1 << chance.randrange(7)
    return [*lines[:at], bytes(row).replace(b"\n", b" ").rstrip() + b"\n", *lines[at + 1 :]], 1


def anyhow(lines: Lines, chance: random.Random) -> tuple[Lines, int | None]:
    """Anything is changed anywhere."""
    return [mutations.damage(b"".join(lines), chance)], None


KINDS: tuple[Callable[[Lines, random.Random], tuple[Lines, int | None]], ...] = (
    torn, doubled, foreign, replaced, zeroed, joined, shuffled, flipped, anyhow,
)  # fmt: skip


class Bench:
    """A batch that was finished, with its journal."""

    def __init__(self, folder: Path) -> None:
        self.endpoint, self.work, self._kept = shelf.serve(), folder / "work", folder / "kept"
        self.work.mkdir()
        self._environ = environment(self.endpoint, folder / "home")
        reports = shelf.write_reports(folder / "reports")
        self._ask(QUESTIONS)
        if any(done.code for done in apart(lambda: [run("ingest", reports)], self._environ, self.work)):
            raise SystemExit("the reports could not be taken in")
        self.run()
        shutil.copytree(self.work, self._kept)
        self.whole = self.output()

    def _ask(self, questions: list[str], name: str = "in.csv") -> None:
        (self.work / name).write_text(
            "question\n" + "".join(f"{question}\n" for question in questions), encoding="utf-8"
        )

    def run(self, name: str = "in.csv") -> Done:
        command = partial(run, "batch", name, "-o", "out.jsonl", "--json", *drafting(self.endpoint))
        cacheless = {**self._environ, "COSCRIBE_CACHE_MEGABYTES": "0"}
        ended = apart(command, cacheless, self.work)
        return ended if isinstance(ended, Done) else Done(-1, "", str(ended))

    def output(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.work / "out.jsonl").read_text("utf-8").splitlines()]

    def faults(
        self, kind: Callable[[Lines, random.Random], tuple[Lines, int | None]], chance: random.Random
    ) -> list[str]:
        """Damage the journal in one way, run again, and return what was wrong."""
        shutil.rmtree(self.work)
        shutil.copytree(self._kept, self.work)
        journal = self.work / "out.jsonl.journal"
        lines, asked = kind(journal.read_bytes().splitlines(keepends=True), chance)
        journal.write_bytes(b"".join(lines))
        # Without a word of the output in the journal there is none yet; else it may be there, of the journal as it was.
        if b'"output"' not in b"".join(lines) or chance.random() < 0.5:
            (self.work / "out.jsonl").unlink()
        self.endpoint.meter.requests.clear()
        done = self.run()
        found = unlike_a_message(done)
        if done.code == 2 and "would be lost" in done.err and kind is anyhow:
            return found  # nothing in it says that the output is ours, so it is not overwritten
        if done.code not in (0, 1):
            return [*found, f"ended with {done.code}: {done.err.strip().splitlines()[-1:]}"]
        again = len([request for request in self.endpoint.meter.requests if "input" not in request])
        if asked is not None and again != asked:
            found.append(f"{again} questions were asked again instead of {asked}")
        if [line["question"] for line in self.output()] != QUESTIONS:
            found.append("the output has other questions")
        pairs = zip(self.output(), self.whole, strict=False)
        found += [f"row {line['id']} has another answer" for line, one in pairs if line["answer"] != one["answer"]]
        return found

    def of_another_input(self) -> list[str]:
        """Put other questions to the journal of these."""
        shutil.rmtree(self.work)
        shutil.copytree(self._kept, self.work)
        others = [f"And what is said of {subject} in {shelf.PLACES[0]}?" for subject in shelf.SUBJECTS]
        self._ask(others, "other.csv")
        done = self.run("other.csv")
        found = unlike_a_message(done)
        said = "rows have changed" in done.err
        shown = [line["question"] for line in self.output()]
        if not said and shown != others:
            found.append(f"other questions were answered with {shown[:2]}, and nothing was said")
        return found


def main() -> None:
    """Damage journals, and print a row a kind of damage."""
    options = chosen(__doc__, runs=20, of="how often each kind of damage is done")
    table = Table("## Journals of a batch (`benchmarks/faults/journals.py`)")
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary))
        for kind in KINDS:
            what = (kind.__doc__ or "").rstrip(".").lower()
            if options.only not in what:
                continue
            lost: list[str] = []
            for turn in range(options.runs):
                lost += bench.faults(kind, random.Random(f"{options.seed}/{kind.__name__}/{turn}"))
            table.row(what, options.runs, lost)
        if options.only in "the journal of other questions":
            table.row("the journal of other questions", 1, bench.of_another_input())
    table.end()


if __name__ == "__main__":
    main()
