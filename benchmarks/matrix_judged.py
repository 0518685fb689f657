"""Compares the matrix of two collections with what somebody read in the reports by hand, cell by cell.

Usage: `python benchmarks/matrix_judged.py [--wrong] [--sheet FILE.md | --judged FILE.csv]`. The samples, and
`domain_open` where it is beside us, on shipped topics, by words and quotes alone. Right is the very stance; "a step
off" is its neighbour among commits, plans, recommends and mentions. Beside it: what the patterns alone have right,
without what was learnt, and what the commonest stance of the set, said of every cell, would have.
`--sheet` writes the quotes of cells on other topics (`questions/matrix_topics.toml`), without our stance, to be read by
somebody; `--judged` compares with what they found, a CSV with the columns `cell` and `stance`.
"""

import argparse
import asyncio
import csv
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
from coscribe.tools.align.matrix import AlignmentMatrix, MatrixCell, MatrixTopic  # noqa: E402
from coscribe.tools.align.roadmaps import By  # noqa: E402
from coscribe.tools.align.topics import load_topics  # noqa: E402
from measures import PATTERNS_ALONE, wilson  # noqa: E402

SETS = {
    "samples": Path(str(files("coscribe.samples"))),
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
}
BY: dict[str, By] = {"samples": "region", "domain_open": "report"}  # whose positions are read on other topics
TOPICS = Path(__file__).parent / "questions" / "matrix_topics.toml"
LANGUAGE = 2  # letters of its code
MOST = 8  # cells of a topic on a sheet
JUDGED = Path(__file__).parent / "questions" / "matrix_judged.toml"
STEPS = ("commits", "plans", "recommends", "mentions")


def matrix_of(folder: Path, request: MatrixRequest) -> AlignmentMatrix:
    """Return the matrix of a folder."""
    with tempfile.TemporaryDirectory() as home:
        library = coscribe.Library(Path(home) / "library", embedder="none")
        library.ingest([folder])

        async def made() -> AlignmentMatrix:
            async with coscribe.Assistant(library, home=home) as assistant:
                return await assistant.align(request)

        return asyncio.run(made())


def stances(folder: Path) -> dict[tuple[str, str], str]:
    """Return the stance of each cell of the matrix of a folder."""
    cells = matrix_of(folder, MatrixRequest(load_topics())).cells
    return {(cell.topic, cell.roadmap): cell.stance for cell in cells}


def other_cells(name: str) -> dict[str, MatrixCell]:
    """Return the cells of a set on topics that are not shipped, by short names that stay."""
    told = [one for one in tomllib.loads(TOPICS.read_text("utf-8"))["topic"] if one["set"] == name]
    topics = [
        MatrixTopic(name=one["name"], synonyms={key: words for key, words in one.items() if len(key) == LANGUAGE})
        for one in told
    ]
    matrix = matrix_of(SETS[name], MatrixRequest(topics, by=BY[name]))
    places = [one.name for one in matrix.roadmaps]
    order = [one.name for one in topics]
    return {f"{name[0]}{order.index(one.topic) + 1:02}{places.index(one.roadmap) + 1:02}": one for one in matrix.cells}


def sheet() -> str:
    """Return the quotes of cells that are to be read, in the order of their reports: our own begins with our stance."""
    lines = []
    for name in SETS:
        by_topic: dict[str, list[tuple[str, MatrixCell]]] = {}
        for short, cell in other_cells(name).items():
            if cell.citations:
                by_topic.setdefault(cell.topic, []).append((short, cell))
        for listed in by_topic.values():
            step = max(1.0, len(listed) / MOST)
            for short, cell in (listed[int(at * step)] for at in range(min(MOST, len(listed)))):
                quotes = {one.id: one for one in cell.citations if one.role == "quote"}
                told = sorted(cell.signs, key=lambda one: (quotes[one.quote].file, quotes[one.quote].start, one.text))
                lines += [f"## {short}", "", f"Topic: {cell.topic}. Whose position: {cell.roadmap}", ""]
                lines += [
                    f"- ({quotes[one.quote].file}{'' if one.counts else ', not in force'}) {one.text}" for one in told
                ]
                lines.append("")
    return "\n".join(lines)


def compare(file: Path) -> None:
    """Print how many cells are as somebody judged them."""
    with file.open(encoding="utf-8", newline="") as rows:
        truth = {row["cell"].strip(): row["stance"].strip() for row in csv.DictReader(rows)}
    for name, folder in SETS.items():
        mine = {short: stance for short, stance in truth.items() if short.startswith(name[0])}
        if not folder.is_dir() or not mine:
            continue
        told = {short: cell.stance for short, cell in other_cells(name).items()}
        with patch(*PATTERNS_ALONE):
            ruled = {short: cell.stance for short, cell in other_cells(name).items()}
        right, by_patterns = (sum(one[short] == stance for short, stance in mine.items()) for one in (told, ruled))
        near = sum(is_near(told[short], stance) for short, stance in mine.items())
        commonest, most = Counter(mine.values()).most_common(1)[0]
        low, high = wilson(right, len(mine))
        print(f"{name}: {right} of {len(mine)} right [{low:.2f} {high:.2f}], {near} a step off; "
              f"patterns alone: {by_patterns}; all {commonest!r}: {most}")  # fmt: skip
        for (true, ours), number in sorted(Counter((stance, told[short]) for short, stance in mine.items()).items()):
            print(f"    {true} read as {ours}: {number}")


def is_near(one: str, other: str) -> bool:
    """Tell whether two stances are a step apart."""
    return {one, other} <= set(STEPS) and abs(STEPS.index(one) - STEPS.index(other)) == 1


def main() -> None:
    """Print how many cells are right, set by set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", action="store_true", help="name each cell that is not right")
    parser.add_argument("--sheet", type=Path, help="write the quotes of cells on other topics, to be judged")
    parser.add_argument("--judged", type=Path, help="compare with what somebody made of that sheet")
    wanted = parser.parse_args()
    if wanted.sheet:
        wanted.sheet.write_text(sheet(), encoding="utf-8")
        return
    if wanted.judged:
        compare(wanted.judged)
        return
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
