"""Compares the CPU seconds of an ingest with those of another checkout of coscribe, in alternating pairs.

Usage: `python benchmarks/paired.py PROGRAM FOLDER [--rounds N] [--embedder none]`. PROGRAM is the other one's
`coscribe`. Both take the folder into a new library in each round; what their readers spend counts.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median


def cpu_seconds(program: list[str], options: list[str]) -> float:
    """Return what an ingest into a new home takes; raises where it ends with more than some files unread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run([*program, "ingest", *options, "--home", home], capture_output=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode(errors="replace")[-300:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run and print each pair and the median of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--embedder", default="minilm")
    chosen = parser.parse_args()
    programs = ([str(chosen.program.absolute())], [sys.executable, "-P", "-m", "coscribe"])
    options = [str(chosen.folder.absolute()), "--embedder", chosen.embedder]
    ratios = []
    for number in range(chosen.rounds):
        order = (0, 1) if number % 2 else (1, 0)
        taken = {which: cpu_seconds(programs[which], options) for which in order}
        ratios.append(taken[0] / taken[1])
        print(f"other {taken[0]:.2f} s, this {taken[1]:.2f} s: {ratios[-1]:.3f} of its rate", flush=True)
    print(f"median of {chosen.rounds}: {median(ratios):.3f}")


if __name__ == "__main__":
    main()
