"""Measures retrieval on a generated shelf of look-alike yearly reports: the right report first, the right page in ten.

Usage: `python benchmarks/shelf.py [--split check|tune|all] [--embedder none|minilm] [--issuers N] [--wrong]`.
Ten invented institutions, twenty years each, no manifest; the generator is `tests/doubles/shelf.py`. Constants were
tuned on the questions about five institutions ("tune") and are judged on those about the other five ("check"), all ten
standing on one shelf. Beside it, over the same passages: coscribe without the report-level leg, and bm25s over each
passage with the header that coscribe indexes. MiniLM embeds about 12 passages a CPU second, so `--embedder minilm`
takes minutes: `--issuers 2` keeps two institutions of each half.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import coscribe
from coscribe.vectorstore.index.catalogue import Catalogue
from coscribe.vectorstore.ranking.routing import Routing

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from doubles.shelf import ISSUERS, Asked, build
from measures import wilson

DEPTH = 10
Z = 1.96  # of a 95 % interval
Ranker = Callable[[str], list[str]]  # a question to passage ids, best first


@dataclass(frozen=True)
class Place:
    """Where a passage stands."""

    file: str
    page: int | None


@dataclass(frozen=True)
class Outcome:
    """The rank, from 1, of the first passage on a right page (0: not among the ten), and whose report came first."""

    asked: Asked
    rank: int
    first: str


def places(catalogue: Catalogue) -> dict[str, Place]:
    """Return where every passage stands."""
    files = {report.id: report.file for report in catalogue.reports()}
    ids = [passage.id for report in files for passage in catalogue.indexable(report)]
    return {
        name: Place(files[passage.report], passage.locator.page) for name, passage in catalogue.passages(ids).items()
    }


def reference(catalogue: Catalogue) -> Ranker:
    """Return BM25 as bm25s computes it, over the text of each passage and its header."""
    held = [passage for report in catalogue.reports() for passage in catalogue.indexable(report.id)]
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize([f"{one.header} {one.text}" for one in held], stopwords="en", show_progress=False),
        show_progress=False,
    )

    def rank(question: str) -> list[str]:
        tokens = bm25s.tokenize([question], stopwords="en", show_progress=False)
        best, _ = index.retrieve(tokens, k=DEPTH, show_progress=False)
        return [held[number].id for number in best[0]]

    return rank


def judge(rank: Ranker, asked: Sequence[Asked], where: dict[str, Place]) -> tuple[list[Outcome], float]:
    """Put the questions and return how they went, with the CPU milliseconds of one."""
    rank(asked[0].question)  # the first one pays for what is loaded late
    began = time.process_time()
    ranked = [rank(one.question) for one in asked]
    seconds = time.process_time() - began
    outcomes = []
    for one, names in zip(asked, ranked, strict=True):
        found = [where[name] for name in names]
        hit = next((at for at, place in enumerate(found, 1) if place.file == one.file and place.page in one.pages), 0)
        outcomes.append(Outcome(one, hit, found[0].file if found else ""))
    return outcomes, 1000 * seconds / len(asked)


def show(name: str, outcomes: Sequence[Outcome], milliseconds: float) -> None:
    """Print a ranker's figures, all together and by kind of question."""
    print(f"{name}: {milliseconds:.1f} CPU ms a question")
    kinds = {"all": outcomes} | {
        kind: [one for one in outcomes if kind_of(one.asked) == kind] for kind in ("year", "latest", "no year")
    }
    for kind, some in kinds.items():
        counts = {
            "right report first": sum(one.first == one.asked.file for one in some),
            **{f"page in {k}": sum(0 < one.rank <= k for one in some) for k in (1, 5, 10)},
        }
        told = []
        for label, count in counts.items():
            low, high = wilson(count, len(some))
            told.append(f"{label} {count / len(some):4.0%} [{low:.0%}, {high:.0%}]")
        print(f"  {kind:<8}{len(some):>4}  " + "  ".join(told))


def kind_of(asked: Asked) -> str:
    """Return what a question says of when: "year", "latest" or "no year"."""
    return asked.kind if asked.kind in ("latest", "no year") else "year"


def verdicts(outcomes: Sequence[Outcome]) -> bool:
    """Print the targets and whether they are met."""
    first = sum(one.first == one.asked.file for one in outcomes) / len(outcomes)
    page = sum(one.rank > 0 for one in outcomes) / len(outcomes)
    print(f"right report first {'met' if first >= 0.95 else 'MISSED'} (>= 95 %), ", end="")
    print(f"right page in ten {'met' if page >= 0.80 else 'MISSED'} (>= 80 %)")
    return first >= 0.95 and page >= 0.80


def routing_cost(catalogue: Catalogue, asked: Sequence[Asked]) -> None:
    """Print what the report-level leg costs: once a generation, and a question."""
    began = time.process_time()
    routing = Routing(catalogue)
    made = time.process_time() - began
    began = time.process_time()
    for one in asked:
        routing.route(one.question)
    each = (time.process_time() - began) / len(asked)
    print(f"report-level leg: {1000 * made:.0f} CPU ms to open, {1000 * each:.2f} CPU ms a question\n")


def measure(folder: Path, embedder: str, split: str, issuers: int, wrong: bool) -> bool:
    """Write the shelf, take it in, ask its questions and print how they went."""
    halves = [[one for one in ISSUERS if one.split == half][:issuers] for half in ("tune", "check")]
    shelf = build(folder / "reports", [*halves[0], *halves[1]])
    library = coscribe.Library(folder / "library", embedder=embedder)
    began = time.process_time()
    taken = library.ingest([folder / "reports"])
    passages = sum(file.passages for file in taken.reports)
    asked = [one for one in shelf.questions if split in ("all", one.split)]
    print(f"{len(shelf.files)} reports, {passages} passages, {len(asked)} questions ({split}), embedder {embedder}; "
          f"taken in with {time.process_time() - began:.0f} CPU s (readers not counted)")  # fmt: skip
    where = places(library.catalogue)
    with library.reading() as ranker:
        routing_cost(library.catalogue, asked)

        def routed(question: str) -> list[str]:
            return [item.passage.id for item in ranker.rank(question, DEPTH)]

        def unrouted(question: str) -> list[str]:
            return [item.passage.id for item in ranker.rank(question, DEPTH, routed=False)]

        show("bm25s", *judge(reference(library.catalogue), asked, where))
        show("coscribe without the report-level leg", *judge(unrouted, asked, where))
        outcomes, milliseconds = judge(routed, asked, where)
        show("coscribe", outcomes, milliseconds)
    for one in outcomes if wrong else ():
        if not one.rank or one.first != one.asked.file:
            print(f"  - {one.asked.question} {one.asked.file} {one.asked.pages}: rank {one.rank}, first {one.first}")
    return verdicts(outcomes)


def main() -> None:
    """Measure and print; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("check", "tune", "all"), default="check")
    parser.add_argument("--embedder", choices=("none", "minilm"), default="none")
    parser.add_argument("--issuers", type=int, default=5, help="institutions of each half, at most 5")
    parser.add_argument("--wrong", action="store_true", help="also list the questions that went wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        met = measure(Path(temporary), options.embedder, options.split, options.issuers, options.wrong)
    sys.exit(not met)


if __name__ == "__main__":
    main()
