"""Measures what review is worth: the same drafts with the reviewer off and on, and what the reviewer takes.

Usage: `python benchmarks/review.py [--base-url URL --model NAME] [--home DIR] [--wrong]`. Forty questions, half over
domain_open (check half), half over the samples, by words alone. "Off" takes every drafted sentence as it is, "free"
keeps what the free checks settle, "on" is what coscribe does: free checks, then one model call for what these leave
open. All three rest on the very same drafts.

Without an endpoint a script drafts: sentences of the evidence, copied or lightly rephrased, every second one with an
error planted by `tests/perturbation.py`; its reviewer is wrong about one claim in ten. What is true is known by
construction. With one, truth is what a reader judged by hand, the cited words beside the sentence
(`benchmarks/questions/review_judged.toml`); a sentence nobody judged is counted apart, and one that the reviewer found
in other words than it cites is judged beside both. `--home` keeps the model's answers, so that a run goes on where it
was broken off, and asks nothing again. Ranges are 95 % (Wilson 1927).
"""

import argparse
import asyncio
import json
import os
import random
import re
import sys
import tempfile
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import coscribe
from coscribe.core.events import Event
from coscribe.core.shapes import Citation, Claim

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.accounts import TALK, rows  # noqa: E402
from doubles.desk import Asked, Author, Line, draft  # noqa: E402
from doubles.endpoint import Endpoint, Json  # noqa: E402
from measures import wilson  # noqa: E402
from perturbation import (  # noqa: E402
    NAME,
    Error,
    attribution,
    currency,
    merged,
    modality,
    negation,
    number,
    scope,
    superlative,
    swap,
    unit,
    year,
)
from planted_claims import content  # noqa: E402
from question_set import Gold, load  # noqa: E402

SETS = {
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
    "samples": Path(str(files("coscribe.samples"))),
}
JUDGED = Path(__file__).parent / "questions" / "review_judged.toml"
ANSWERABLE, UNANSWERABLE = 14, 6  # questions of a set
SENTENCES = 4  # that the script drafts
ERRS_IN = 10  # claims, of which the script's reviewer is wrong about one
UNCONFIRMED = "no reviewer could confirm it"
SETTINGS = {"rounds": 0, "timeout_seconds": 3000, "max_retries": 1}
# Words that may stand for others without a change of meaning.
PLAIN = {
    "in order to": "to", "such as": "for example", "approximately": "about", "However,": "Yet", "due to": "because of",
    "In addition,": "Also,", "as well as": "and also", "utilise": "use", "numerous": "many", "regarding": "about",
    "additional": "further", "In particular,": "Above all,", "for instance": "for example", "roughly": "about",
}  # fmt: skip
Truth = Callable[["Key"], str | None]


Key = tuple[str, str, tuple[str, ...]]


def where(citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return where cited words stand."""
    return tuple(
        f"{one.file} {one.locator.label} {'/'.join(one.locator.path[-1:])} {one.start}-{one.end}" for one in citations
    )


@dataclass(frozen=True)
class Sentence:
    """A drafted sentence of a question, the words it cites, and why it was dropped ("" = it stands).

    `drafted` are the words that the draft cites; the reviewer may have found those that it rests on elsewhere.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    dropped: str
    drafted: tuple[Citation, ...]

    @property
    def key(self) -> Key:
        """What it is known by as it was drafted."""
        return self.question, self.text, where(self.drafted)

    @property
    def shown(self) -> Key:
        """What it is known by as the reviewer left it."""
        return self.question, self.text, where(self.citations)


@dataclass(frozen=True)
class Reviewed:
    """A question, its answer, the sentences drafted for it, and how it would have ended without a review."""

    gold: Gold
    answer: coscribe.Answer
    sentences: tuple[Sentence, ...]
    unreviewed: str

    @property
    def ending(self) -> str:
        """How it ended; a draft of which nothing stood is replaced by quotes, where there are any."""
        return "quotes" if self.answer.mode == "evidence" and self.answer.claims else self.answer.status

    @classmethod
    def of(cls, gold: Gold, answer: coscribe.Answer, events: Sequence[Event]) -> "Reviewed":
        """Tell drafted sentences from quotes, and count the parts that the draft itself called missing."""
        drafted = [claim for claim in answer.claims if claim.kind == "stated" and _is_drafted(claim, answer)]
        told = next((event.detail for event in events if event.kind == "drafted"), "")
        missing = re.search(r"(\d+) parts missing", told)
        unreviewed = "no draft" if not drafted else "partial" if missing and int(missing[1]) else "answered"
        before = {text: cited for event in events if event.kind == "cited anew" for text, cited in event.data.items()}
        sentences = []
        for one in drafted:
            cited = tuple(one.citations)
            sentences.append(Sentence(gold.id, one.text, cited, one.reason or "", before.get(one.text, cited)))
        return cls(gold, answer, tuple(sentences), unreviewed)


def _is_drafted(claim: Claim, answer: coscribe.Answer) -> bool:
    return claim.verdict == "unsupported" or answer.mode == "drafted"


class Planter:
    """Drafts from the lines nearest to the question, and plants an error in every second sentence; see `kinds`."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}  # text of a sentence -> class of its error, "" for none
        self.author = Author(self.write, judge=self.judge)

    def write(self, asked: Asked) -> Json:
        """Draft up to four sentences, each from one line."""
        wanted = content(asked.question)
        fit = [line for line in asked.lines if re.fullmatch(r"[A-Z][^\[\\]{50,290}\.", line.text)]
        best = sorted(fit, key=lambda line: (-len(wanted & content(line.text)), line.number))[:SENTENCES]
        names = sorted({name for line in asked.lines for name in NAME.findall(line.text)})
        start = zlib.crc32(asked.question.encode())
        return draft(*(self._sentence(line, names, start + at) for at, line in enumerate(best)))

    def judge(self, claim: str, cited: str) -> bool:
        """Return the truth about a claim, and for one in ten the opposite."""
        return (self.kinds[claim] == "") != (zlib.crc32(claim.encode()) % ERRS_IN == 0)

    def truth(self, key: Key) -> str | None:
        """Return the class of the error in a sentence, "" for none."""
        return self.kinds.get(key[1])

    def _sentence(self, line: Line, names: list[str], turn: int) -> tuple[list[int], str]:
        text, kind = line.text, ""
        if turn % 2:
            errors = [
                number, year, unit, currency, swap(names), negation, modality, attribution, scope, merged, superlative
            ]  # fmt: skip
            first = turn // 2 % len(errors)
            text, kind = self._spoilt(line.text, [*errors[first:], *errors[:first]], random.Random(turn))
        text = _rephrased(text, turn // 2 % 4)
        self.kinds[text] = kind
        return [line.number], text

    @staticmethod
    def _spoilt(text: str, errors: Sequence[Error], chance: random.Random) -> tuple[str, str]:
        """Return the text with the first error that can be planted in it; some texts take none."""
        in_any_order = re.search(r", (?:and|or) ", text)  # names of a list in each other's place are no error
        for error in errors:
            wrong = None if error is merged and in_any_order else error(text, text, chance)
            if wrong and wrong != text:
                return wrong, error.__name__
        return text, ""


def _rephrased(text: str, manner: int) -> str:
    """Copy a text, say whose it is, put plain words for others, or wrap it in talk."""
    if manner == 1:
        return f"The report says: {text}"
    if manner == 2:
        return TALK + text
    if manner == 3:
        for old, new in PLAIN.items():
            text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text)
    return text


def judged() -> Truth:
    """Return what a reader judged: what is wrong with a sentence, "" for nothing, `None` where it was not judged."""
    entries = tomllib.loads(JUDGED.read_text("utf-8")).get("sentence", []) if JUDGED.is_file() else []
    found = {
        (entry["question"], entry["text"], tuple(entry["cited"])): "" if entry["supported"] else entry["why"]
        for entry in entries
    }
    return found.get


def spread(golds: Sequence[Gold], count: int) -> list[Gold]:
    return [golds[at * len(golds) // count] for at in range(count)]


def questions(name: str, most: int) -> list[Gold]:
    """Return the first of a set's questions: of every part of the file, both sorts mixed, nobody's choice."""
    golds = load(name, "check")
    placed = [
        ((at + 0.5) / count, gold)
        for count, answerable in ((ANSWERABLE, True), (UNANSWERABLE, False))
        for at, gold in enumerate(spread([gold for gold in golds if gold.answerable is answerable], count))
    ]
    return [gold for _, gold in sorted(placed, key=lambda pair: pair[0])][:most]


async def ask(name: str, most: int, home: Path, **settings: Any) -> list[Reviewed]:
    """Ask a set's questions one after the other."""
    library = coscribe.Library(home / name, embedder="none")
    library.ingest([SETS[name]])
    assistant = coscribe.Assistant(library, home=home, **{**SETTINGS, **settings})
    found: list[Reviewed] = []
    for gold in questions(name, most):
        events: list[Event] = []
        answer = await assistant.ask(gold.question, scope=gold.scope, on_event=events.append)
        if answer.error is not None:
            sys.exit(f"{gold.id}: {answer.error.message}; what was answered is kept in {str(home)!r}")
        found.append(Reviewed.of(gold, answer, events))
        print(f"\r{name}: {len(found)} questions", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    await assistant.close()
    return found


def told(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits:>4} of {of:<4}{hits / max(of, 1):>5.0%} [{low:.2f} {high:.2f}]" if of else f"{'-':>4}"


def table(on: Sequence[Reviewed], free: Sequence[Reviewed], truth: Truth) -> Iterator[str]:
    """Yield the lines of a table."""
    alone = {sentence.key: sentence for reviewed in free for sentence in reviewed.sentences}
    # In another language than its source, what nobody can settle is replaced by the quote it rests on.
    pairs = [(one, alone.get(one.key, replace(one, dropped=UNCONFIRMED))) for left in on for one in left.sentences]
    rated = [pair for pair in pairs if None not in (truth(pair[0].key), truth(pair[0].shown), truth(pair[1].shown))]
    right = [pair for pair in rated if truth(pair[0].key) == ""]
    false = [pair for pair in rated if truth(pair[0].key)]
    yield f"sentences drafted {len(pairs)}, judged {len(rated)}, not judged {len(pairs) - len(rated)}"
    yield f"truly supported, reviewer off       {told(len(right), len(rated))}"
    for name, side in (("free checks alone", 1), ("reviewer on", 0)):
        stand = [pair[side] for pair in rated if not pair[side].dropped]
        good = [one for one in stand if truth(one.shown) == ""]
        yield f"truly supported, {name:<18} {told(len(good), len(stand))}"
        yield f"  true ones wrongly dropped         {told(sum(bool(pair[side].dropped) for pair in right), len(right))}"
        mended = sum(not pair[side].dropped and truth(pair[side].shown) == "" for pair in false)
        through = sum(not pair[side].dropped and truth(pair[side].shown) != "" for pair in false)
        yield f"  false ones let through            {told(through, len(false))}"
        yield f"  ... found in words not cited      {told(mended, len(false))}"
    asked = [pair for pair in pairs if pair[1].dropped == UNCONFIRMED]
    yield f"left open by the free checks        {told(len(asked), len(pairs))}"
    missed = Counter(truth(one.shown) for one, _ in rated if not one.dropped and truth(one.shown))
    yield "false ones let through, by kind: " + ", ".join(f"{kind} {count}" for kind, count in missed.most_common())
    for sort, answerable in (("answerable", True), ("unanswerable", False)):
        moves = Counter(f"{one.unreviewed} -> {one.ending}" for one in on if one.gold.answerable is answerable)
        ends = ", ".join(f"{move} {count}" for move, count in moves.most_common())
        yield f"how {sort} questions end, without and with a review: {ends}"


def booked(home: Path) -> list[dict[str, Any]]:
    """Return the ledger's rows of calls that were answered, by the model or from the cache."""
    if not (home / "state" / "ledger.sqlite").is_file():
        return []
    return [row for row in rows(home) if row["status"] in ("ok", "cached")]


def costs(home: Path, asked: int, before: int) -> Iterator[str]:
    """Yield what each agent took a question; an answer from the cache counts as what such a call takes on average."""
    every = booked(home)
    for agent in ("drafter", "reviewer"):
        paid = [row for row in every if row["agent"] == agent and row["status"] == "ok"]
        calls = sum(row["agent"] == agent for row in every[before:])
        count = max(len(paid), 1)
        into, out, seconds = (
            sum(row[name] for row in paid) / count for name in ("input_tokens", "output_tokens", "seconds")
        )
        yield (
            f"{agent}: {calls} calls for {asked} questions, each {into:.0f} tokens in, {out:.0f} out, {seconds:.1f} s; "
            f"{calls / max(asked, 1) * (into + out):.0f} tokens a question"
        )


def show_wrong(on: Sequence[Reviewed], truth: Truth) -> None:
    """Print every sentence that was judged otherwise than it ended, and those not judged, as they go into the file."""
    unjudged: dict[Key, Sequence[Citation]] = {}
    for one in (sentence for reviewed in on for sentence in reviewed.sentences):
        unjudged |= {
            key: cited for key, cited in ((one.key, one.drafted), (one.shown, one.citations)) if truth(key) is None
        }
        wrong = truth(one.shown)
        if wrong is not None and bool(wrong) != bool(one.dropped):
            print(f"{one.question}: {wrong or 'true'}, {one.dropped or 'let through'}\n   {one.text}")
            print("\n".join(f"   | {citation.quote!r}" for citation in one.citations))
    for (question, text, cited), citations in unjudged.items():
        places = ", ".join(json.dumps(place, ensure_ascii=False) for place in cited)
        print(f"\n[[sentence]]\nquestion = {question!r}\ntext = {json.dumps(text, ensure_ascii=False)}")
        print(f"cited = [{places}]\n" + "\n".join(f"# {citation.quote!r}" for citation in citations))


@contextmanager
def model(base_url: str | None, name: str) -> Iterator[tuple[dict[str, str], Truth]]:
    """Give the settings that reach the model, and the truth about its sentences."""
    if base_url:
        yield {"base_url": base_url, "model": name}, judged()
        return
    planter = Planter()
    endpoint = Endpoint(planter.author)
    yield {"base_url": endpoint.url, "model": "script"}, planter.truth
    endpoint.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", help="an endpoint whose sentences are judged by hand; without it a script drafts")
    parser.add_argument("--model", default="small", help="the model's name there")
    parser.add_argument("--home", type=Path, help="a folder that keeps libraries and answers for the next run")
    parser.add_argument("--most", type=int, default=ANSWERABLE + UNANSWERABLE, help="questions of a set")
    parser.add_argument("--only", choices=SETS, help="one set alone")
    parser.add_argument("--wrong", action="store_true", help="list wrong verdicts, and sentences not judged yet")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    with tempfile.TemporaryDirectory() as temporary, model(options.base_url, options.model) as (reached, truth):
        home = options.home or Path(temporary)
        all_on: list[Reviewed] = []
        all_free: list[Reviewed] = []
        before = len(booked(home))
        names = [name for name in SETS if options.only in (None, name)]
        for name in names:
            if not SETS[name].is_dir():
                print(f"{name}: skipped, {SETS[name].name!r} is not beside the checkout")
                continue
            all_on += asyncio.run(ask(name, options.most, home, **reached))
        calls = list(costs(home, len(all_on), before))
        for name in names:
            if SETS[name].is_dir():
                all_free += asyncio.run(ask(name, options.most, home, **reached, reviewer="evidence"))
        if options.wrong:
            show_wrong(all_on, truth)
        print(f"{len(all_on)} questions")
        print("\n".join(f"  {line}" for line in (*table(all_on, all_free, truth), *calls)))


if __name__ == "__main__":
    main()
