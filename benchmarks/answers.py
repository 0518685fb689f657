"""Measures quotes-only answers on the question sets, beside BM25 alone, and checks every quote in the files.

Usage: `python benchmarks/answers.py [--embedder minilm|none] [--split tune|check|all] [--keep DIR] [--wrong]`.
A quote is right when it holds all gold words and stands at a gold place; the sample set has no halves.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import coscribe

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from independent import says  # noqa: E402
from question_set import Gold, Split, load  # noqa: E402

SETS = {
    "samples": Path(str(files("coscribe.samples"))),
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
}


@dataclass(frozen=True)
class Asked:
    """A question, its answer, the CPU seconds it took, and whether BM25 alone ranks a gold place first."""

    gold: Gold
    answer: coscribe.Answer
    seconds: float
    words_first: bool


def measure(name: str, home: Path, embedder: str, split: Split) -> list[Asked]:
    """Take a set's folder in and ask its questions one after the other."""
    library = coscribe.Library(home / "library", embedder=embedder)
    library.ingest([SETS[name]])
    words = coscribe.Library(home / "library", embedder="none")
    assistant = coscribe.Assistant(library, home=home)

    async def ask(gold: Gold) -> Asked:
        began = time.process_time()
        answer = await assistant.ask(gold.question, scope=gold.scope)
        seconds = time.process_time() - began
        return Asked(gold, answer, seconds, gold.rank(words.search(gold.question, 1, scope=gold.scope)) == 1)

    async def ask_all() -> list[Asked]:
        await assistant.ask("Is everything loaded?")  # the first question pays for loading the model
        found = [await ask(gold) for gold in load(name, split)]
        await assistant.close()
        return found

    return asyncio.run(ask_all())


def verbatim(folder: Path, asked: Sequence[Asked]) -> tuple[int, int]:
    """Return how many citations there are, of every role and the nearest ones too, and how many hold in the files."""
    cited = [
        citation
        for one in asked
        for citation in (*one.answer.nearest, *(cite for claim in one.answer.claims for cite in claim.citations))
    ]
    return len(cited), sum(says(folder / citation.file, citation.locator, citation.quote) for citation in cited)


def table(name: str, asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """Return the rows of a set's table."""
    answerable = [one for one in asked if one.gold.answerable]
    unanswerable = [one for one in asked if not one.gold.answerable]
    ranks = [one.gold.rank(one.answer.evidence) or sys.maxsize for one in answerable]
    cited, held = verbatim(SETS[name], asked)

    def share(count: int, of: Sequence[object] = answerable) -> str:
        return f"{count:>4}  {count / max(len(of), 1):>5.0%}"

    return [
        ("answerable questions asked", f"{len(answerable):>4}"),
        ("answered", share(sum(one.answer.status != "abstained" for one in answerable))),
        ("answered with a gold quote", share(sum(one.gold.is_quoted_by(one.answer) for one in answerable))),
        ("gold report among the cited", share(sum(cites_report(one) for one in answerable))),
        ("first passage on a gold page", share(sum(rank == 1 for rank in ranks))),
        ("  the same by BM25 alone", share(sum(one.words_first for one in answerable))),
        ("gold page among the first 5", share(sum(rank <= 5 for rank in ranks))),
        ("gold page among the first 10", share(sum(rank <= 10 for rank in ranks))),
        ("unanswerable questions asked", f"{len(unanswerable):>4}"),
        ("abstained", share(sum(one.answer.status == "abstained" for one in unanswerable), unanswerable)),
        ("citations checked in the files", f"{cited:>4}"),
        ("verbatim where they say", f"{held:>4}  {held / max(cited, 1):>5.0%}"),
        ("CPU seconds a question, mean", f"{sum(one.seconds for one in asked) / max(len(asked), 1):>7.3f}"),
    ]


def cites_report(one: Asked) -> bool:
    """Tell whether any quote of the answer comes from the gold report."""
    return any(one.gold.is_in(citation.file) for claim in one.answer.claims for citation in claim.citations)


def wrong(asked: Sequence[Asked]) -> list[str]:
    """Return a line for each question that was not answered as it should be."""
    lines = []
    for one in asked:
        rank = one.gold.rank(one.answer.evidence)
        told = f"{one.gold.id}: {one.answer.status}, confidence {one.answer.confidence:.2f}"
        if one.gold.answerable and not one.gold.is_quoted_by(one.answer):
            lines.append(f"{told}, gold page at rank {rank or '-'}")
        elif not one.gold.answerable and one.answer.status != "abstained":
            lines.append(f"{told}, nothing answers it")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--embedder", choices=("minilm", "none"), default="minilm")
    parser.add_argument("--split", choices=("tune", "check", "all"), default="all")
    parser.add_argument("--keep", type=Path, help="a folder for the libraries, used again by the next run")
    parser.add_argument("--wrong", action="store_true", help="also list the questions that went wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for name, folder in SETS.items():
            if not folder.is_dir():
                print(f"{name}: skipped, {folder.name!r} is not beside the checkout\n")
                continue
            home = (options.keep or Path(temporary)) / f"{name}-{options.embedder}"
            home.mkdir(parents=True, exist_ok=True)
            asked = measure(name, home, options.embedder, options.split)
            halves = "all" if name == "samples" else options.split
            print(f"{name} ({halves}), {'words and meaning' if options.embedder == 'minilm' else 'words alone'}")
            print("\n".join(f"  {label:<34}{value}" for label, value in table(name, asked)))
            if options.wrong:
                print("\n".join(f"  - {line}" for line in wrong(asked)))
            print()


if __name__ == "__main__":
    main()
