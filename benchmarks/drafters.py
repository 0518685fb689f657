"""Pairs answers in the reports' own words with drafted ones: a draft should never lose what the quotes had right.

Usage: `python benchmarks/drafters.py [--base-url URL --model NAME] [--home DIR] [--split tune|check] [--wrong]`. The 25
questions of the samples and those of domain_open (check half: 42) that a report answers, and those that none does, by
words alone. Each is asked twice, without a model and with a drafter. Two of these are scripts, with the rightest line
of the prompt and the wrong number ("astray"), and with true sentences beside the point, each second one in talk, so
that no copy stands ("beside"). Three sorts of readers judge their sentences: one who is always right, one who agrees to
everything, and none. With an endpoint the drafter is a model, with itself as its reader and with none.

Right is an answer with a shown claim that cites the gold words at a gold place, and a drafted sentence has to say them
itself: all of their figures, and half of their words. `--home` keeps a model's answers, so that a run goes on where it
was broken off. Ranges are 95 % (Wilson 1927).
"""

import argparse
import asyncio
import json
import os
import random
import re
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import coscribe
from coscribe.core.shapes import Claim

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.accounts import TALK, rows  # noqa: E402
from doubles.desk import CLAIM, Asked, Line, draft  # noqa: E402
from doubles.endpoint import Endpoint, Json  # noqa: E402
from independent import bare  # noqa: E402
from measures import wilson  # noqa: E402
from planted_claims import content  # noqa: E402
from question_set import Gold, load  # noqa: E402

SETS = {
    "samples": Path(str(files("coscribe.samples"))),
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
}
SENTENCES = 3  # that a script writes beside the point
HALF = 0.5  # of the gold words, that a sentence has to say beside all their figures
SETTINGS = {"rounds": 0, "timeout_seconds": 3000, "max_retries": 1}
MANNERS = ("astray", "beside")
Reader = Literal["right", "agrees", "none"]


def flat(text: str) -> str:
    return bare(text).lower()


def says(claim: Claim, gold: Gold) -> bool:
    """Tell whether the text of a claim gives the gold words: a quote does by itself, a sentence by its own words."""
    wanted = " ".join(gold.words)
    digits = set(re.findall(r"\d+", wanted))
    words = content(wanted)
    told = len(words & content(claim.text)) >= HALF * len(words)
    whole = all(flat(word) in flat(claim.text) for word in gold.words)
    return bool(claim.framing) or whole or (told and digits <= set(re.findall(r"\d+", claim.text)))


def is_right(gold: Gold, answer: coscribe.Answer) -> bool:
    """Tell whether a claim that is shown has what the set calls the right answer; with none, whether it abstains."""
    shown = [claim for claim in answer.claims if claim.verdict == "supported"]
    if not gold.answerable:
        return not shown
    return any(
        says(claim, gold) and gold.is_quoted_by(answer.model_copy(update={"claims": [claim]})) for claim in shown
    )


class Script:
    """Drafts in one bad manner and judges in one sort of it, knowing the gold words of every question."""

    def __init__(self, golds: Sequence[Gold], manner: str, reader: Reader) -> None:
        self._golds = {gold.question: gold for gold in golds}
        self._manner = manner
        self._reader = reader

    def __call__(self, request: Json) -> Json:
        """Answer one request."""
        prompt = request["messages"][1]["content"]
        if "ModelVerdicts" in json.dumps(request.get("response_format")):
            return self._judged(prompt)
        asked = Asked.of(prompt)
        gold = self._golds[asked.question]
        made = self._astray(asked, gold) if self._manner == "astray" else self._beside(asked, gold)
        return draft(*made, missing=() if made else ("what was asked",))

    @staticmethod
    def _astray(asked: Asked, gold: Gold) -> list[tuple[list[int], str]]:
        """Return the line with most of the gold words under the number of another, every second time in talk."""
        best = max(asked.lines, key=lambda line: _held(line, gold), default=None)
        others = [line.number for line in asked.lines if best and line.number != best.number]
        if best is None or not _held(best, gold) or not others:
            return []
        chance = random.Random(asked.question)
        text = best.text if chance.random() < HALF else f"The report says: {best.text}"
        return [([chance.choice(others)], text)]

    @staticmethod
    def _beside(asked: Asked, gold: Gold) -> list[tuple[list[int], str]]:
        """Return lines without the gold words, those nearest to the question first, every second one in talk."""
        wanted = content(asked.question)
        fit = [line for line in asked.lines if re.fullmatch(r"[A-Z][^\[\\]{50,290}\.", line.text)]
        fit = [line for line in fit if not gold.words or _held(line, gold) < HALF]
        best = sorted(fit, key=lambda line: (-len(wanted & content(line.text)), line.number))[:SENTENCES]
        turn = zlib.crc32(asked.question.encode())
        return [
            ([line.number], TALK[:60] + line.text if (turn + at) % 2 else line.text) for at, line in enumerate(best)
        ]

    def _judged(self, prompt: str) -> Json:
        question = re.search(r"^Question: (.*)$", prompt, re.MULTILINE)
        gold = self._golds[question[1] if question else ""]
        verdicts, answered = [], False
        for number, claim, cited in CLAIM.findall(prompt):
            true = self._reader == "agrees" or any(flat(part) in flat(claim) for part in cited.split(" / "))
            ruling = "supported" if true else "not_said"
            answered |= true and bool(gold.words) and all(flat(word) in flat(claim) for word in gold.words)
            verdicts.append({"claim": int(number), "reason": "as it is", "verdict": ruling})
        answers = "wholly" if answered or self._reader == "agrees" else "no"
        return {"verdicts": verdicts, "answers": answers, "missing": []}


def _held(line: Line, gold: Gold) -> float:
    """Return the share of the gold words that a line holds."""
    return sum(flat(word) in flat(line.text) for word in gold.words) / max(len(gold.words), 1)


@dataclass(frozen=True)
class Pair:
    """A question with both of its answers."""

    gold: Gold
    quotes: coscribe.Answer
    drafted: coscribe.Answer

    @property
    def rights(self) -> tuple[bool, bool]:
        """Whether the quotes are right, and whether the draft is."""
        return is_right(self.gold, self.quotes), is_right(self.gold, self.drafted)

    @property
    def beside(self) -> int:
        """How many quotes stand beside the sentences of a draft."""
        shown = [claim for claim in self.drafted.claims if claim.verdict == "supported"]
        return sum(bool(claim.framing) for claim in shown) if self.drafted.mode == "drafted" else 0


async def answers(golds: dict[str, list[Gold]], home: Path, **settings: Any) -> dict[str, coscribe.Answer]:
    """Ask all questions one after the other, and return the answers by the questions' ids."""
    found: dict[str, coscribe.Answer] = {}
    for name, asked in golds.items():
        library = coscribe.Library(home / name, embedder="none")
        library.ingest([SETS[name]])
        assistant = coscribe.Assistant(library, home=home, **{**SETTINGS, **settings})
        for at, gold in enumerate(asked, start=1):
            found[gold.id] = await assistant.ask(gold.question, scope=gold.scope)
            print(f"\r{name}: {at} of {len(asked)}", end="", file=sys.stderr, flush=True)
            if found[gold.id].error is not None:
                print(f" {gold.id}: {found[gold.id].error}", file=sys.stderr)
        print(file=sys.stderr)
        await assistant.close()
    return found


def table(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the rows of one drafter and reader."""
    for sort, answerable in (("answerable", True), ("unanswerable", False)):
        rights = [pair.rights for pair in pairs if pair.gold.answerable is answerable]
        both, only_drafted, only_quotes = (rights.count(one) for one in ((True, True), (False, True), (True, False)))
        told = " ".join(_share(side, len(rights)) for side in (both + only_drafted, both + only_quotes))
        yield (
            f"{sort} {len(rights)}: right drafted and by quotes {told}; both {both}, only drafted {only_drafted}, "
            f"only by quotes {only_quotes}"
        )
    answered = [pair for pair in pairs if pair.gold.answerable]
    beside = sum(pair.beside for pair in answered)
    yield f"quotes beside the sentences of a draft: {beside / max(len(answered), 1):.2f} an answerable question"


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits} [{low:.2f} {high:.2f}]"


def booked(home: Path) -> list[dict[str, Any]]:
    """Return the ledger's rows of calls that were answered, by the model or from the cache."""
    if not (home / "state" / "ledger.sqlite").is_file():
        return []
    return [row for row in rows(home) if row["status"] in ("ok", "cached")]


def costs(every: Sequence[dict[str, Any]], before: int, asked: int) -> str:
    """Return what a question took; an answer from the cache counts as what such a call takes on average."""
    calls, tokens = 0, 0.0
    for agent in ("drafter", "reviewer"):
        paid = [
            row["input_tokens"] + row["output_tokens"]
            for row in every
            if (row["agent"], row["status"]) == (agent, "ok")
        ]
        mine = sum(row["agent"] == agent for row in every[before:])
        calls += mine
        tokens += mine * sum(paid) / max(len(paid), 1)
    return f"{calls / max(asked, 1):.2f} calls, {tokens / max(asked, 1):.0f} tokens a question"


def show_wrong(pairs: Sequence[Pair]) -> None:
    """Print what the draft lost, and what it won."""
    for pair in pairs:
        quotes, drafted = pair.rights
        if quotes != drafted:
            told = pair.drafted
            print(f"- {'only by quotes' if quotes else 'only drafted'} {pair.gold.id}: {pair.gold.question}")
            print(f"  gold {pair.gold.words}, confidence {told.confidence}, {told.mode}, {told.degraded}")
            for claim in told.claims:
                print(f"  {claim.verdict} {claim.reason or ''}: {claim.text[:240]!r}")


def compare(
    name: str, golds: dict[str, list[Gold]], quotes: dict[str, coscribe.Answer], home: Path, **settings: Any
) -> list[Pair]:
    """Have all questions drafted, and print the table."""
    before = len(booked(home))
    drafted = asyncio.run(answers(golds, home, **settings))
    pairs = [Pair(gold, quotes[gold.id], drafted[gold.id]) for asked in golds.values() for gold in asked]
    lines = [*table(pairs), costs(booked(home), before, len(pairs))]
    print("\n".join([name, *(f"  {line}" for line in lines)]), flush=True)
    return pairs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", help="an endpoint that drafts; without it the scripts do")
    parser.add_argument("--model", default="small", help="the model's name there")
    parser.add_argument("--home", type=Path, help="a folder that keeps libraries and answers for the next run")
    parser.add_argument("--split", choices=("tune", "check", "all"), default="check", help="part of domain_open")
    parser.add_argument("--only", choices=SETS, help="one set alone")
    parser.add_argument("--every", type=int, default=1, help="of each set only each question so many places on")
    parser.add_argument("--manner", choices=MANNERS, action="append", help="one script alone")
    parser.add_argument("--wrong", action="store_true", help="list what drafts lose and win")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    golds = {
        name: load(name, options.split)[:: options.every]
        for name in SETS
        if options.only in (None, name) and SETS[name].is_dir()
    }
    every = [gold for asked in golds.values() for gold in asked]
    with tempfile.TemporaryDirectory() as temporary:
        home = options.home or Path(temporary)
        quotes = asyncio.run(answers(golds, home))
        if options.base_url:
            reached = {"base_url": options.base_url, "model": options.model}
            compared = [
                compare(f"{options.model}, reader {reader}", golds, quotes, home, **reached, **told)
                for reader, told in (("itself", {}), ("none", {"reviewer": "evidence"}))
            ]
        else:
            compared = []
            for manner in options.manner or MANNERS:
                for reader in get_args(Reader):
                    endpoint = Endpoint(Script(every, manner, reader))
                    told = {"base_url": endpoint.url, "model": "script", "cache_megabytes": 0}
                    told |= {"reviewer": "evidence"} if reader == "none" else {}
                    compared.append(compare(f"{manner}, reader {reader}", golds, quotes, home, **told))
                    endpoint.close()
        if options.wrong:
            for pairs in compared:
                print()
                show_wrong(pairs)


if __name__ == "__main__":
    main()
