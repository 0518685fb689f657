"""Measures what of an answer is in the prompt at each depth, and what a writer that uses all of it makes of that.

Usage: `python benchmarks/depths.py [--set gold|nuggets] [--depth DEPTH] [--embedder minilm|none] [--split look|check]
[--library DIR] [--missed]`.
`gold`: is the sentence that answers in the prompt? Over the answerable questions of domain_open (both sets) and of the
samples. `nuggets`: how many of the facts that comparisons and overviews should tell (`questions/nuggets.toml`) are in
the prompt, and how many in the answer of a script that drafts a sentence from every segment with such a fact. Where it
searches again, the script knows no more than the question: it asks for each part of it of which no line shown has most
of the words. DIR keeps the libraries.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import coscribe
from coscribe.language.stems import content_terms
from coscribe.tools.evidence.numbered import announce

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.desk import CLAIM, Asked, Line, draft  # noqa: E402
from doubles.endpoint import Endpoint, Json  # noqa: E402
from independent import bare  # noqa: E402
from measures import wilson  # noqa: E402
from question_set import load  # noqa: E402

SOURCES = {
    "samples": Path(str(files("coscribe.samples"))),
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
}
QUESTIONS = ROOT / "benchmarks" / "questions"
DEPTHS = ("quick", "standard", "deep", "auto")
PART = re.compile(r"[,;:?]\s+|\s+(?:and|or|und|et|y)\s+")
MOST_QUERIES, MOST_CHARACTERS, MOST_SENTENCES, RUN = 4, 400, 12, 3
KNOWN = 0.6  # share of a part's words that a line has to have


@dataclass(frozen=True)
class Nugget:
    """What should be told: words that stand together in a file."""

    file: str
    words: tuple[str, ...]

    def lines(self, shown: Sequence[Line], names: dict[str, str]) -> list[Line]:
        """Return the fewest lines of the file in a row that hold all the words."""
        mine = [line for line in shown if f"/{names[line.report]}".endswith(f"/{self.file}")]
        for length in range(1, RUN + 1):
            for at in range(len(mine) - length + 1):
                if self.is_in(" ".join(line.text for line in mine[at : at + length])):
                    return mine[at : at + length]
        return []

    def is_shown(self, shown: Sequence[Line], names: dict[str, str]) -> bool:
        """Tell whether the file's part of a prompt holds all the words."""
        return self.is_in(" ".join(one.text for one in shown if f"/{names[one.report]}".endswith(f"/{self.file}")))

    def is_in(self, text: str) -> bool:
        held = bare(text).lower()
        return all(bare(word).lower() in held for word in self.words)


@dataclass(frozen=True)
class Case:
    """A question with what should be told."""

    question: str
    kind: str
    split: str
    nuggets: tuple[Nugget, ...]


def gold(name: str) -> Iterator[Case]:
    """Yield the questions with one sentence that answers."""
    for one in load(name):
        if one.answerable:
            yield Case(one.question, "gold", one.split or "check", (Nugget(one.file, one.words),))
    if name == "domain_open":
        for entry in tomllib.loads((QUESTIONS / "natural.toml").read_text("utf-8"))["items"]:
            yield Case(entry["question"], "gold", entry["split"], (Nugget(entry["file"], (entry["words"],)),))


def overviews(name: str) -> Iterator[Case]:
    """Yield the comparisons and overviews."""
    for entry in tomllib.loads((QUESTIONS / "nuggets.toml").read_text("utf-8"))["question"]:
        if entry["set"] == name:
            nuggets = tuple(Nugget(one["file"], (one["words"],)) for one in entry["nugget"])
            yield Case(entry["text"], entry["kind"], entry["split"], nuggets)


class Script:
    """Writes a sentence from all lines with a nugget, confirms everything, and searches for parts without words."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self.case = Case("", "", "", ())
        self.shown: tuple[Line, ...] = ()

    def __call__(self, request: Json) -> Json:
        """Answer one request."""
        prompt, wanted = request["messages"][1]["content"], json.dumps(request.get("response_format"))
        if "ModelVerdicts" in wanted:
            verdicts = [{"claim": int(one), "reason": "", "verdict": "supported"} for one, *_ in CLAIM.findall(prompt)]
            return {"verdicts": verdicts, "answers": "wholly", "missing": []}
        asked = Asked.of(prompt)
        if "ModelSearch" in wanted:
            parts = list(self._without_words(asked.lines))[:MOST_QUERIES]
            return {"missing": parts, "queries": parts}
        self.shown = asked.lines
        if self.case.kind == "gold":
            return draft()
        runs = {tuple(line.number for line in run): run for run in self._runs()}
        sentences = [(list(cited), " ".join(one.text for one in run)[:MOST_CHARACTERS]) for cited, run in runs.items()]
        return draft(*sentences[:MOST_SENTENCES])

    def _runs(self) -> Iterator[list[Line]]:
        for nugget in self.case.nuggets:
            if run := nugget.lines(self.shown, self._names):
                yield run

    def _without_words(self, lines: Sequence[Line]) -> Iterator[str]:
        """Yield the parts of the question, each with what the others share, that no line has most of the words of."""
        held = [set(content_terms(f"{line.report} {line.text}", "en")) for line in lines]
        for part in PART.split(self.case.question):
            words = set(content_terms(part, "en"))
            if len(words) > 1 and not any(len(words & one) >= KNOWN * len(words) for one in held):
                yield part[:200]


async def run(
    cases: Iterable[Case], library: coscribe.Library, home: Path, depth: str, missed: bool
) -> dict[tuple[str, str], Counter[str]]:
    """Ask every question once and count by kind and split."""
    names = {announce(report): report.file for report in library.catalogue.reports()}
    script = Script(names)
    endpoint = Endpoint(script)
    settings = {"model": "script", "base_url": endpoint.url, "home": home, "max_retries": 0, "cache_megabytes": 0}
    counts: dict[tuple[str, str], Counter[str]] = {}
    async with coscribe.Assistant(library, depth=depth, **settings) as assistant:
        for case in cases:
            script.case, script.shown = case, ()
            answer = await assistant.ask(case.question)
            found = counts.setdefault((case.kind, case.split), Counter())
            quotes = [
                Line(0, citation.file, citation.quote)
                for claim in answer.claims
                if claim.verdict == "supported"
                for citation in claim.citations
            ]
            own = {citation.report: citation.report for citation in quotes}
            for nugget in case.nuggets:
                shown = nugget.is_shown(script.shown, names)
                found["nuggets"] += 1
                found["shown"] += shown
                found["told"] += nugget.is_shown(quotes, own)
                if missed and not shown and case.split != "check":
                    print(f"  {depth}: {case.question} | {nugget.file} | {nugget.words}")
            found["questions"] += 1
            found["characters"] += sum(len(line.text) for line in script.shown)
            found["calls"] += answer.cost.calls
            found["tokens"] += answer.cost.input_tokens + answer.cost.output_tokens
    endpoint.close()
    return counts


def told(name: str, found: Counter[str]) -> str:
    """Return one row."""
    of, asked = found["nuggets"], found["questions"]
    low, high = wilson(found["shown"], of)
    row = f"{name:<44} {asked:>3} questions: shown {found['shown']:>3} of {of:>3}, {found['shown'] / of:.3f} "
    row += f"[{low:.2f} {high:.2f}]"
    if "gold" not in name:
        row += f", told {found['told']:>3}, {found['told'] / of:.3f}"
    each = {key: found[key] / asked for key in ("characters", "calls", "tokens")}
    return (
        f"{row}; {each['characters']:>6.0f} characters, {each['calls']:.2f} calls, {each['tokens']:>6.0f} tokens each"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=("gold", "nuggets"), help="one of both alone")
    parser.add_argument("--depth", choices=DEPTHS, help="one alone")
    parser.add_argument("--embedder", choices=("minilm", "none"), default="minilm")
    parser.add_argument("--split", choices=("tune", "look", "check"), help="one part of the questions alone")
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    parser.add_argument("--missed", action="store_true", help="list what is not in the prompt, but of no check half")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for name, source in SOURCES.items():
            if not source.is_dir():
                print(f"{name}: skipped, {source.name!r} is not beside the checkout")
                continue
            library = coscribe.Library((options.library or Path(temporary)) / name, embedder=options.embedder)
            if not library.exists:
                library.ingest([source])
            cases = [
                *(gold(name) if options.set != "nuggets" else ()),
                *(overviews(name) if options.set != "gold" else ()),
            ]
            cases = [case for case in cases if options.split in (None, case.split)]
            for depth in [options.depth] if options.depth else DEPTHS:
                found = asyncio.run(run(cases, library, Path(temporary), depth, options.missed))
                for kind in dict.fromkeys(kind for kind, _ in found):
                    whole: Counter[str] = Counter()
                    for split in sorted(split for one, split in found if one == kind):
                        whole.update(found[kind, split])
                        print(told(f"{name}, {kind}, {depth}, {split}", found[kind, split]), flush=True)
                    print(told(f"{name}, {kind}, {depth}", whole), flush=True)


if __name__ == "__main__":
    main()
