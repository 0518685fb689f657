"""Readers beside a writer: a second writer is refused at once, and readers see old or new words, never neither.

Usage: `python benchmarks/concurrency.py [--rounds 12] [--paragraphs 20] [--embedder none|minilm]`. In each round an
ingest updates reports, adds one or removes it, while one reader stays open and another opens the library anew for each
look. Every single search is judged against what may have been true at its time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import coscribe
from coscribe.vectorstore.index.writer import writer_lock

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from witness import Round, Stage, Verdict, Witness, judge

PROGRAM = [sys.executable, "-P", "-m", "coscribe"]


def ingest(home: Path, reports: Path, embedder: str) -> int:
    """Run `coscribe ingest --prune` in a process of its own and return its exit code."""
    command = [*PROGRAM, "ingest", str(reports), "--prune", "--home", str(home), "--embedder", embedder]
    return subprocess.run(command, capture_output=True, check=False).returncode


def second_writer(home: Path, reports: Path) -> tuple[int, float]:
    """Return the exit code of an ingest while the library is being written, and the seconds it took to say so."""
    with writer_lock(home / "library"):
        began = time.monotonic()
        code = ingest(home, reports, "none")
        return code, time.monotonic() - began


def rounds_of(stage: Stage, home: Path, count: int, embedder: str, witnesses: list[Witness]) -> list[Round]:
    """Change the reports and ingest them, round after round."""
    rounds = []
    for number in range(1, count + 1):
        stage.set(number, guest=number % 2 == 1)
        began = time.monotonic()
        code = ingest(home, stage.folder, embedder)
        ended = time.monotonic()
        if code:
            raise SystemExit(f"an ingest ended with {code}")
        rounds.append(Round(number - 1, number, number % 2 == 0 and number > 1, number % 2 == 1, began, ended))
        for witness in witnesses:
            witness.wait_for(5)
    return rounds


def show(name: str, verdict: Verdict) -> None:
    """Print what one reader saw."""
    print(
        f"{name:<24}{verdict.searches:>9} searches, {verdict.while_writing:>7} while writing, "
        f"{len(verdict.faults):>5} wrong, longest gap {verdict.gap * 1000:.0f} ms"
    )
    for fault in list(dict.fromkeys(verdict.faults))[:5]:
        print(f"    {fault}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--paragraphs", type=int, default=20, help="how long each report is")
    parser.add_argument("--embedder", choices=("none", "minilm"), default="none")
    options = parser.parse_args()
    os.environ.pop("COSCRIBE_LIBRARY", None)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "home"
        stage = Stage(Path(temporary) / "reports", paragraphs=options.paragraphs)
        stage.set(0, guest=False)
        coscribe.Library(home / "library", embedder=options.embedder).ingest([stage.folder])
        code, seconds = second_writer(home, stage.folder)
        print(f"second writer: exit code {code} after {seconds:.2f} s, start-up included (3 at once is wanted)")
        library, record = home / "library", Path(temporary) / "open.jsonl"
        anew_record = Path(temporary) / "anew.jsonl"
        with (
            Witness(library, record, embedder=options.embedder) as stays,
            Witness(library, anew_record, fresh=True, embedder=options.embedder) as anew,
        ):
            for witness in (stays, anew):
                witness.wait_for(5)
            rounds = rounds_of(stage, home, options.rounds, options.embedder, [stays, anew])
            verdicts = {
                "a reader that stays open": judge(stage, rounds, stays.seen()),
                "one that opens anew": judge(stage, rounds, anew.seen()),
            }
        writing = sum(one.ended - one.began for one in rounds)
        print(f"{len(rounds)} ingests in {writing:.1f} s, {stage.changing} reports updated in each")
        for name, verdict in verdicts.items():
            show(name, verdict)
        leftovers = coscribe.Library(library, embedder=options.embedder).inconsistencies()
        print(f"indexes against the catalogue: {'; '.join(leftovers) or 'equal'}")
    sys.exit(bool(leftovers) or code != 3 or any(verdict.faults for verdict in verdicts.values()))


if __name__ == "__main__":
    main()
