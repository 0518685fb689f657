"""Compares the matrix of two collections with what somebody read in the reports by hand, cell by cell.

Usage: `python benchmarks/matrix_judged.py [--wrong]`. The samples, and `domain_open` where it is beside us, on shipped
topics, by words and quotes alone. Right is the very stance; "a step off" is its neighbour among commits, plans,
recommends and mentions. Beside it: what the patterns alone have right, without what was learnt, and what the commonest
stance of the set, said of every cell, would have.
"""

import argparse
import asyncio
import sys
import tempfile
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from unittest.mock import patch

import coscribe

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from coscribe.agents.align.matrix_request import MatrixRequest  # noqa: E402
from coscribe.tools.align.topics import load_topics  # noqa: E402
from measures import PATTERNS_ALONE, wilson  # noqa: E402

SETS = {
    "samples": Path(str(files("coscribe.samples"))),
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
}
JUDGED = Path(__file__).parent / "questions" / "matrix_judged.toml"
STEPS = ("commits", "plans", "recommends", "mentions")


def stances(folder: Path) -> dict[tuple[str, str], str]:
    """Return the stance of each cell of the matrix of a folder."""
    with tempfile.TemporaryDirectory() as home:
        library = coscribe.Library(Path(home) / "library", embedder="none")
        library.ingest([folder])

        async def made() -> dict[tuple[str, str], str]:
            async with coscribe.Assistant(library, home=home) as assistant:
                matrix = await assistant.align(MatrixRequest(load_topics()))
            return {(cell.topic, cell.roadmap): cell.stance for cell in matrix.cells}

        return asyncio.run(made())


def is_near(one: str, other: str) -> bool:
    """Tell whether two stances are a step apart."""
    return {one, other} <= set(STEPS) and abs(STEPS.index(one) - STEPS.index(other)) == 1


def main() -> None:
    """Print how many cells are right, set by set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", action="store_true", help="name each cell that is not right")
    wanted = parser.parse_args()
    judged = tomllib.loads(JUDGED.read_text("utf-8"))["cell"]
    for name, folder in SETS.items():
        if not folder.is_dir():
            print(f"{name}: not here")
            continue
        found = stances(folder)
        with patch(*PATTERNS_ALONE):
            by_patterns = stances(folder)
        truth = {(cell["topic"], cell["roadmap"]): cell["stance"] for cell in judged if cell["set"] == name}
        right, ruled = (
            sum(told.get(cell) == stance for cell, stance in truth.items()) for told in (found, by_patterns)
        )
        near = sum(is_near(found.get(cell, ""), stance) for cell, stance in truth.items())
        silent = [cell for cell, stance in found.items() if stance == "silent" and cell in truth]
        invented = sum(truth[cell] != "silent" for cell in silent)
        commonest, count = Counter(truth.values()).most_common(1)[0]
        low, high = wilson(right, len(truth))
        print(f"{name}: {right} of {len(truth)} right [{low:.2f} {high:.2f}], {near} a step off; "
              f"patterns alone: {ruled}; all {commonest!r}: {count}; "
              f"silent {len(silent)}, of which not so {invented}")  # fmt: skip
        for cell, stance in truth.items() if wanted.wrong else ():
            if found.get(cell) != stance:
                print(f"    {' | '.join(cell)}: {found.get(cell, 'none')}, should be {stance}")


if __name__ == "__main__":
    main()
