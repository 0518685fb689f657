"""Measures how often the gold sentence is in the prompt of a draft, by how much of the evidence is shown.

Usage: `python benchmarks/compaction.py [--library DIR]`. Compared are whole passages, best first, and the best segments
with their neighbourhood, as shipped, at several sizes, on the answerable questions of domain_open (both sets) and of
the samples. DIR keeps the libraries.
"""

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from coscribe.core.types import Segment
from coscribe.tools.evidence import numbered
from coscribe.tools.evidence.scoring import score
from coscribe.tools.search.question import plan_question
from coscribe.tools.search.search import Evidence, look_up
from coscribe.vectorstore.library import Library

ROOT = Path(__file__).parents[1]
DEVPACK = ROOT.parent / "shared" / "devpack"
sys.path.insert(0, str(ROOT / "tests"))

from independent import bare  # noqa: E402
from measures import wilson  # noqa: E402
from question_set import load  # noqa: E402

SIZES = (2_000, 3_000, 4_000, 5_000, 7_500)
CHARACTERS_A_TOKEN = 4


def asked(name: str) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Yield question, end of the gold file, gold words and split."""
    for gold in load(name):
        if gold.answerable:
            yield gold.question, gold.file, gold.words, gold.split or "check"
    if name == "domain_open":
        for entry in tomllib.loads((ROOT / "benchmarks/questions/natural.toml").read_text("utf-8"))["items"]:
            yield entry["question"], entry["file"], (entry["words"],), entry["split"]


def whole_passages(evidence: Evidence, size: int) -> list[Segment]:
    """Return the segments of the best passages, as many as fit: the reference."""
    kept: set[str] = set()
    for item in evidence.ranked:
        size -= len(item.passage.text)
        if size < 0 and kept:
            break
        kept.add(item.passage.id)
    return [segment for segment in evidence.segments if segment.passage in kept]


def holds(shown: Sequence[Segment], reports: dict[str, str], file: str, words: Sequence[str]) -> bool:
    """Tell whether the gold file's part of a prompt holds every gold word."""
    text = bare(" ".join(one.text for one in shown if f"/{reports[one.report]}".endswith(f"/{file}"))).lower()
    return all(bare(word).lower() in text for word in words)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    options = parser.parse_args()
    sources = {"samples": Path(str(files("coscribe.samples"))), "domain_open": DEVPACK / "domain_open"}
    shipped = numbered._MOST_CHARACTERS
    with tempfile.TemporaryDirectory() as temporary:
        for name, source in sources.items():
            if not source.is_dir():
                print(f"{name}: skipped, {source.name!r} is not beside the checkout")
                continue
            library = Library((options.library or Path(temporary)) / name.removesuffix("_open"))
            if not library.exists:
                library.ingest([source])
            table(name, library, shipped)


def table(name: str, library: Library, shipped: int) -> None:
    """Print, for each way and size, how often the gold words are shown, and how long a prompt's evidence is."""
    reports = {report.id: report.file for report in library.catalogue.reports()}
    found = []
    for question, file, words, split in asked(name):
        evidence = look_up(library, plan_question(question, library.catalogue.reports()))
        found.append((evidence, score(evidence, library.catalogue), file, words, split))
    for split in ("tune", "check"):
        mine = [one for one in found if one[-1] == split]
        if not mine:
            continue
        print(f"{name}, {split}: {len(mine)} questions")
        for size in SIZES:
            numbered._MOST_CHARACTERS = size
            for way in ("whole passages", "compacted"):
                shown = [
                    whole_passages(evidence, size) if way == "whole passages"
                    else list(numbered.number_evidence(evidence, scored, library.catalogue, lambda _: True)
                              .segments.values())
                    for evidence, scored, *_ in mine
                ]  # fmt: skip
                hits = sum(
                    holds(one, reports, file, words) for one, (*_, file, words, _) in zip(shown, mine, strict=True)
                )
                low, high = wilson(hits, len(mine))
                mean = sum(len(segment.text) for one in shown for segment in one) / len(mine)
                mark = " <- shipped" if (size, way) == (shipped, "compacted") else ""
                print(f"  {way:<15}{size:>6}: gold shown {hits / len(mine):>4.0%} [{low:.0%} {high:.0%}], "
                      f"{mean:>5.0f} characters{mark}")  # fmt: skip
    numbered._MOST_CHARACTERS = shipped


if __name__ == "__main__":
    main()
