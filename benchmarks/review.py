"""Measures what review is worth: the same drafts without a review, under rules as verdicts, and read by a reviewer.

Usage: `python benchmarks/review.py [--base-url URL --model NAME] [--home DIR] [--wrong] [--judge FILE]`. Forty
questions, half over domain_open (check half), half over the samples, by words alone. "Off" takes every drafted sentence
as it is; "rules" lets `support` decide, as it once did: what is unsupported falls, and what is doubtful unless the
reviewer confirms it; "read" is what coscribe does: code refuses what it can prove, and the reviewer decides. All rest
on the very same drafts.

Without an endpoint a script drafts: sentences of the evidence, copied or lightly rephrased, every second one with an
error planted by `tests/perturbation.py`; its reviewer is wrong about one claim in ten. What is true is known by
construction. With one, truth is what a reader judged by hand, the cited words beside the sentence
(`benchmarks/questions/review_judged.toml`); a sentence nobody judged is counted apart, and one that the reviewer found
in other words than it cites is judged beside both. `--judge` writes them for such a reader, without any verdict, a
JSON object a line, question by question as they are done. `--home` keeps the model's answers, so that a run goes on
where it was broken off, and asks nothing again. Ranges are 95 % (Wilson 1927).
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import coscribe
from coscribe.core.events import Event
from coscribe.core.shapes import Citation, Claim

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.accounts import rows  # noqa: E402
from doubles.endpoint import Endpoint  # noqa: E402
from doubles.planter import Planter  # noqa: E402
from measures import wilson  # noqa: E402
from question_set import Gold, load  # noqa: E402

SETS = {
    "domain_open": ROOT.parent / "shared" / "devpack" / "domain_open",
    "samples": Path(str(files("coscribe.samples"))),
}
JUDGED = Path(__file__).parent / "questions" / "review_judged.toml"
ANSWERABLE, UNANSWERABLE = 14, 6  # questions of a set
BESIDE = 240  # characters of the page shown to a judge on each side of the cited words
SETTINGS = {"rounds": 0, "timeout_seconds": 3000, "max_retries": 1}
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

    `drafted` are the words that the draft cites; the reviewer may have found those that it rests on elsewhere. One that
    `is_beside` was not held to be false: the draft as a whole was held to answer nothing.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    dropped: str
    drafted: tuple[Citation, ...]
    is_beside: bool
    is_quoted: bool

    @property
    def key(self) -> Key:
        """What it is known by as it was drafted."""
        return self.question, self.text, where(self.drafted)

    @property
    def shown(self) -> Key:
        """What it is known by as the reviewer left it."""
        return self.question, self.text, where(self.citations)

    @property
    def stands_by_rules(self) -> bool:
        """Whether it stands where checks give verdicts, and the reviewer is asked what they leave open."""
        told = [told for one in self.citations[:1] for told in (one.title, one.organisation, one.region, one.date)]
        found = coscribe.support(self.text, [one.quote for one in self.citations], told=list(filter(None, told)))
        confirmed = self.is_beside or not self.dropped
        return found.verdict == "supported" or (found.verdict == "doubtful" and confirmed)


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
        drafted = [claim for claim in answer.claims if _is_drafted(claim, answer)]
        told = next((event.detail for event in events if event.kind == "drafted"), "")
        missing = re.search(r"(\d+) parts missing", told)
        unreviewed = "no draft" if not drafted else "partial" if missing and int(missing[1]) else "answered"
        before = {text: cited for event in events if event.kind == "cited anew" for text, cited in event.data.items()}
        quotes = {one.id for claim in answer.claims if claim.framing for one in claim.citations}
        quotes |= {one.id for one in answer.nearest}
        sentences = []
        for one in drafted:
            cited = tuple(one.citations)
            beside = any(doubt.kind == "beside" for doubt in one.doubts)
            quoted = not quotes.isdisjoint(citation.id for citation in cited)
            dropped = (one.reason or "dropped") if one.verdict == "unsupported" else ""
            sentences.append(Sentence(gold.id, one.text, cited, dropped, before.get(one.text, cited), beside, quoted))
        return cls(gold, answer, tuple(sentences), unreviewed)


def _is_drafted(claim: Claim, answer: coscribe.Answer) -> bool:
    if claim.kind != "stated" or claim.framing is not None:
        return False
    return claim.verdict == "unsupported" or answer.mode == "drafted"


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


async def ask(name: str, most: int, home: Path, judge: Path | None, **settings: Any) -> list[Reviewed]:
    """Ask a set's questions one after the other, and write each down for a judge."""
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
        if judge is not None:
            with judge.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in to_judge(found[-1], library))
        print(f"\r{name}: {len(found)} questions", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    await assistant.close()
    return found


def to_judge(one: Reviewed, library: coscribe.Library) -> Iterator[dict[str, Any]]:
    """Yield a question with its answer, then each sentence beside the words it cites, and those it was drafted on."""
    yield {"id": one.gold.id, "question": one.gold.question, "answer": one.answer.answer}
    for place, sentence in enumerate(one.sentences, start=1):
        places = {"": sentence.citations, "-drafted": sentence.drafted}
        if where(sentence.citations) == where(sentence.drafted):
            del places["-drafted"]
        for name, citations in places.items():
            yield {
                "id": f"{one.gold.id}-{place}{name}",
                "question": one.gold.question,
                "sentence": sentence.text,
                "cited": [_in_its_place(citation, library) for citation in citations],
            }


def _in_its_place(citation: Citation, library: coscribe.Library) -> dict[str, str]:
    page = library.catalogue.page_text(citation.passage)
    return {
        "title": citation.title,
        "where": where([citation])[0],
        "before": page[max(citation.start - BESIDE, 0) : citation.start],
        "words": citation.quote,
        "after": page[citation.end : citation.end + BESIDE],
    }


def told(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits:>4} of {of:<4}{hits / max(of, 1):>5.0%} [{low:.2f} {high:.2f}]" if of else f"{'-':>4}"


def table(reviewed: Sequence[Reviewed], truth: Truth) -> Iterator[str]:
    """Yield the lines of a table."""
    every = [one for left in reviewed for one in left.sentences]
    rated = [one for one in every if None not in (truth(one.key), truth(one.shown))]
    right = [one for one in rated if truth(one.shown) == ""]
    false = [one for one in rated if truth(one.shown)]
    yield f"sentences drafted {len(every)}, judged {len(rated)}, not judged {len(every) - len(rated)}"
    yield f"true as drafted, review off           {told(sum(truth(one.key) == '' for one in rated), len(rated))}"
    found = [one for one in rated if one.key != one.shown]
    yield f"cited anew                            {told(len(found), len(rated))}"
    yield f"  true only there                     {told(sum(_is_mended(one, truth) for one in found), len(found))}"
    modes: tuple[tuple[str, Callable[[Sentence], bool]], ...] = (
        ("rules", lambda one: one.stands_by_rules), ("read", lambda one: not one.dropped)
    )  # fmt: skip
    for name, stands in modes:
        seen = [one for one in rated if stands(one)]
        lost = [one for one in right if not stands(one)]
        yield f"{name + ': true, of the sentences seen':<38}{told(sum(one in right for one in seen), len(seen))}"
        yield f"  true ones dropped                   {told(len(lost), len(right))}"
        yield f"  false ones let through              {told(sum(map(stands, false)), len(false))}"
    beside = sum(one.is_beside for one in right)
    lost = [one for one in right if one.dropped]
    yield f"  of the true ones dropped: held to answer nothing {beside}, quoted {sum(one.is_quoted for one in lost)}"
    missed = Counter(truth(one.shown) for one in false if not one.dropped)
    yield "false ones let through, by kind: " + ", ".join(f"{kind} {count}" for kind, count in missed.most_common())
    for sort, answerable in (("answerable", True), ("unanswerable", False)):
        moves = Counter(f"{one.unreviewed} -> {one.ending}" for one in reviewed if one.gold.answerable is answerable)
        ends = ", ".join(f"{move} {count}" for move, count in moves.most_common())
        yield f"how {sort} questions end, without and with a review: {ends}"


def _is_mended(one: Sentence, truth: Truth) -> bool:
    return truth(one.shown) == "" and truth(one.key) != ""


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
    yield {"base_url": endpoint.url, "model": "script"}, lambda key: planter.kinds.get(key[1])
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
    parser.add_argument("--judge", type=Path, help="a file for whoever judges the sentences: written anew")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = "none"
    if options.judge:
        options.judge.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as temporary, model(options.base_url, options.model) as (reached, truth):
        home = options.home or Path(temporary)
        reviewed: list[Reviewed] = []
        before = len(booked(home))
        for name in (name for name in SETS if options.only in (None, name)):
            if not SETS[name].is_dir():
                print(f"{name}: skipped, {SETS[name].name!r} is not beside the checkout")
                continue
            reviewed += asyncio.run(ask(name, options.most, home, options.judge, **reached))
        calls = list(costs(home, len(reviewed), before))
        if options.wrong:
            show_wrong(reviewed, truth)
        print(f"{len(reviewed)} questions")
        print("\n".join(f"  {line}" for line in (*table(reviewed, truth), *calls)))


if __name__ == "__main__":
    main()
