"""Measures how many right sentences of a draft reach the reader, and how many false ones, behind models that err.

Usage: `python benchmarks/right_sentences.py [--set NAME] [--split look|check] [--embedder minilm|none] [--lost]`.
`squad2` are questions on who, what or which over the articles of the devpack, turned into statements by putting the
answer in the question's place; `short` are the same as "It is 17."; `hand` are answers in other words, by hand, in five
languages, over domain_open and the samples (`questions/right_answers.toml`). A script on a real endpoint drafts each
from the segment that says it, if that is in the prompt, and judges claims by what is known of them.

Rows: models that never err; models that err in one of twenty, both ways; no reviewer. Beside them, what rules as
verdicts would have let through of the very same sentences: a doubt of `support` refuses, and what is not "supported"
is left to the reader, without whom it falls. A sentence is reached as itself or as a quote of the segment it rests on,
which may be among those shown as the nearest where nothing is held to answer.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import coscribe
from coscribe.core.text import squash
from coscribe.tools.review.proofs import proven_wrong

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.desk import CLAIM, Asked, Line, draft  # noqa: E402
from doubles.endpoint import Endpoint, Json  # noqa: E402
from measures import wilson  # noqa: E402

DEVPACK = ROOT.parent / "shared" / "devpack"
SAMPLES = Path(str(files("coscribe.samples")))
BY_HAND = Path(__file__).parent / "questions" / "right_answers.toml"
SETS = ("squad2", "short", "hand")
MOST = 150  # questions of SQuAD2
SUBJECT = re.compile(
    r"(?i)(?:who|what|which(?: \w+)?)\s(?=(?:was|is|were|are|has|had|can|may|\w+ed|\w+[^s]s)\b)(?!do|did)"
)


@dataclass(frozen=True)
class Case:
    """A question, the library it is asked of, a right statement, a wrong one, and the beginnings of what says it."""

    id: str
    library: str
    question: str
    right: str
    wrong: str
    words: tuple[str, ...]
    file: str = ""

    def lines(self, shown: Sequence[Line]) -> list[Line]:
        """Return the lines that say it, of one report."""
        found = [line for line in shown if any(squash(words) in squash(line.text) for words in self.words)]
        return [line for line in found if line.report == found[0].report][:3]


def by_hand(split: str | None) -> Iterator[Case]:
    """Yield the answers by hand; a wrong twin that nobody wrote is another answer."""
    entries = tomllib.loads(BY_HAND.read_text("utf-8"))["answer"]
    for at, entry in enumerate(entries):
        if split in (None, entry["split"]):
            other = entry.get("wrong") or entries[at - 1]["right"]
            yield Case(entry["id"], entry["set"], entry["question"], entry["right"], other, tuple(entry["words"]))


def squad(*, short: bool) -> Iterator[Case]:
    """Yield questions whose subject is asked for, as statements; the wrong answer is that of the question before."""
    records = [json.loads(line) for line in (DEVPACK / "squad2/questions.jsonl").read_text("utf-8").splitlines()]
    paragraphs = {
        one["id"]: one["text"]
        for one in map(json.loads, (DEVPACK / "squad2/corpus.jsonl").read_text("utf-8").splitlines())
    }
    asked = [one for one in records if one["answerable"] and SUBJECT.match(one["question"])]
    step = len(asked) / MOST
    chosen = [asked[int(at * step)] for at in range(MOST)] if step > 1 else asked
    for before, one in zip([chosen[-1], *chosen], chosen, strict=False):
        sentence = saying(paragraphs[one["evidence"][0]["passage_id"]], one["answer"], one["question"])
        if sentence:
            right, wrong = (
                stated(one["question"], answer, short=short) for answer in (one["answer"], before["answer"])
            )
            yield Case(one["id"], "squad2", one["question"], right, wrong, (sentence,))


def saying(paragraph: str, answer: str, question: str) -> str:
    """Return the beginning of the sentence that holds an answer and most words of the question."""
    wanted = set(re.findall(r"\w{4,}", question.lower()))
    sentences = [one for one in re.split(r"(?<=[.!?])\s+", paragraph) if answer in one]
    best = max(sentences, key=lambda one: len(wanted & set(re.findall(r"\w{4,}", one.lower()))), default="")
    return best[:60]


def stated(question: str, answer: str, *, short: bool) -> str:
    """Return a question as a statement, with the answer where it asks."""
    said = f"It is {answer}" if short else SUBJECT.sub(lambda _: f"{answer} ", question.rstrip(" ?"), count=1)
    return said[:1].upper() + said[1:].rstrip(".") + "."


def errs(text: str, one_in: int) -> bool:
    return bool(one_in) and zlib.crc32(text.encode()) % one_in == 0


class Script:
    """Drafts and judges by what is known of a case, and errs once in so many sentences, verdicts and answers."""

    def __init__(self, cases: Sequence[Case], one_in: int) -> None:
        self._cases = {case.question: case for case in cases}
        self._one_in = one_in
        self.shown: dict[str, str] = {}  # case -> what was drafted
        self.lines: dict[str, list[str]] = {}
        self.seen: dict[str, list[str]] = {}  # case -> all lines of its report in the prompt

    def __call__(self, request: Json) -> Json:
        """Answer one request."""
        prompt = request["messages"][1]["content"]
        if "ModelVerdicts" in json.dumps(request.get("response_format")):
            return self._judged(prompt)
        asked = Asked.of(prompt)
        case = self._cases[asked.question]
        lines = case.lines(asked.lines)
        if not lines:
            return draft(missing=("what was asked",))
        text = case.wrong if errs(f"draft {case.id}", self._one_in) and not asked.problems else case.right
        self.shown[case.id] = text
        self.lines[case.id] = [line.text for line in lines]
        self.seen[case.id] = [line.text for line in asked.lines if line.report == lines[0].report]
        return draft(([line.number for line in lines], text))

    def _judged(self, prompt: str) -> Json:
        question = re.search(r"^Question: (.*)$", prompt, re.MULTILINE)
        case = self._cases[question[1] if question else ""]
        verdicts = []
        for number, claim, cited in CLAIM.findall(prompt):
            true = claim == case.right or claim == cited
            ruling = "supported" if true != errs(f"verdict {claim}", self._one_in) else "not_said"
            verdicts.append({"claim": int(number), "reason": "as it is", "verdict": ruling})
        answers = "wholly" if not errs(f"answers {case.id}", self._one_in) else "no"
        return {"verdicts": verdicts, "answers": answers, "missing": []}


def prepared(home: Path, name: str, embedder: str) -> coscribe.Library:
    """Return a library of a collection."""
    library = coscribe.Library(home / name, embedder=embedder)
    if name == "squad2":
        folder = home / "articles"
        folder.mkdir()
        articles: dict[str, list[str]] = {}
        for line in (DEVPACK / "squad2/corpus.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            articles.setdefault(one["title"], []).append(one["text"])
        for title, texts in articles.items():
            (folder / f"{title}.md").write_text("\n\n".join([f"# {title}", *texts]), encoding="utf-8")
        library.ingest([folder])
    else:
        library.ingest([SAMPLES if name == "samples" else DEVPACK / "domain_open"])
    return library


async def run(
    cases: Sequence[Case], libraries: dict[str, coscribe.Library], home: Path, one_in: int, **settings: Any
) -> Counter[str]:
    """Ask every question once, and count how its sentence ended."""
    script, counts = Script(cases, one_in), Counter[str]()
    endpoint = Endpoint(script)
    told = {
        "model": "script",
        "base_url": endpoint.url,
        "home": home,
        "max_retries": 0,
        "cache_megabytes": 0,
        **settings,
    }
    made = {name: coscribe.Assistant(library, **told) for name, library in libraries.items()}
    for at, case in enumerate(cases):
        print(f"\r{at + 1} of {len(cases)}", end="", file=sys.stderr, flush=True)
        answer = await made[case.library].ask(case.question)
        if case.id not in script.shown:
            counts["not in the prompt"] += 1
            continue
        stand = [claim for claim in answer.claims if claim.verdict == "supported"]
        near = [citation.quote for citation in answer.nearest]
        quoted = {squash(text) for text in (*near, *(one.quote for claim in stand for one in claim.quotes))}
        lines = [squash(line) for line in script.lines[case.id]]
        as_quote = any(line in quote or quote in line for line in lines for quote in quoted)
        drafted = script.shown[case.id] == case.right
        as_itself = any(claim.text == case.right for claim in stand)
        counts["right drafted"] += drafted
        counts["right, as itself"] += as_itself
        counts["right, as a quote"] += not as_itself and as_quote
        counts["right, lost"] += not as_itself and not as_quote
        counts["false shown"] += any(claim.text == case.wrong for claim in stand)
        counts["shown"] += len(stand)
        counts["calls"] += answer.cost.calls
        counts["tokens"] += answer.cost.input_tokens + answer.cost.output_tokens
        if not as_itself and not as_quote:
            LOST.append(f"{case.id}: {case.right!r}: " + "; ".join(str(claim.reason) for claim in answer.claims))
        for kind, sentence in zip(TWINS, (case.right, case.wrong), strict=True):
            counts[f"proofs: {kind} seen"] += 1
            counts[f"proofs: {kind} refused"] += bool(proven_wrong(sentence, script.seen[case.id]))
        by_rules = coscribe.support(script.shown[case.id], script.lines[case.id])
        stands = {doubt.kind for doubt in by_rules.doubts} <= {"unchecked"}
        asked = stands and by_rules.verdict != "supported"
        right = script.shown[case.id] == case.right
        confirmed = "reviewer" not in settings and right != errs(f"verdict {script.shown[case.id]}", one_in)
        counts["rules: right"] += right and stands and (not asked or confirmed)
        counts["rules: false"] += not right and stands and (not asked or confirmed)
    print(file=sys.stderr)
    for one in made.values():
        await one.close()
    endpoint.close()
    return counts


TWINS = ("right", "wrong")
LOST: list[str] = []


def told(name: str, counts: Counter[str]) -> Iterator[str]:
    """Yield the lines of one row."""
    cases = counts["right, as itself"] + counts["right, as a quote"] + counts["right, lost"]
    reached = counts["right, as itself"] + counts["right, as a quote"]
    low, high = wilson(reached, cases)
    yield f"{name}: {cases} cases in the prompt, {counts['not in the prompt']} not"
    yield (
        f"  reached {reached / max(cases, 1):.3f} [{low:.3f} {high:.3f}]: as itself {counts['right, as itself']}, as a "
        f"quote {counts['right, as a quote']}, lost {counts['right, lost']}"
    )
    false, shown = counts["false shown"], counts["shown"]
    yield f"  false sentences shown {false} of {shown} shown ({false / max(shown, 1):.1%})"
    yield (
        f"  rules as verdicts: right let through {counts['rules: right'] / max(counts['right drafted'], 1):.3f}, "
        f"false {counts['rules: false']} of {counts['rules: false'] + counts['rules: right']}"
    )
    refused = {kind: counts[f"proofs: {kind} refused"] / max(counts[f"proofs: {kind} seen"], 1) for kind in TWINS}
    at_one_in_twenty = 0.05 * refused["wrong"] + 0.95 * refused["right"]
    yield (
        f"  refused by code alone: right {counts['proofs: right refused']} of {counts['proofs: right seen']}, wrong "
        f"{counts['proofs: wrong refused']} of {counts['proofs: wrong seen']}; of its alarms, where one in twenty is "
        f"wrong, right {0.05 * refused['wrong'] / at_one_in_twenty if at_one_in_twenty else 0:.2f}"
    )
    yield f"  a question: {counts['calls'] / max(cases, 1):.2f} calls, {counts['tokens'] / max(cases, 1):.0f} tokens"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=SETS, action="append", help="one set alone")
    parser.add_argument("--split", choices=("look", "check"), help="one half of the answers by hand")
    parser.add_argument("--embedder", choices=("none", "minilm"), default="none")
    parser.add_argument("--lost", action="store_true", help="list what was lost")
    options = parser.parse_args()
    os.environ["COSCRIBE_EMBEDDER"] = options.embedder
    if not DEVPACK.is_dir():
        sys.exit("the development sets are not beside the checkout")
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        libraries: dict[str, coscribe.Library] = {}
        for name in options.set or SETS:
            cases = list(by_hand(options.split) if name == "hand" else squad(short=name == "short"))
            for collection in {case.library for case in cases} - libraries.keys():
                libraries[collection] = prepared(home, collection, options.embedder)
            used = {one: libraries[one] for one in {case.library for case in cases}}
            for row, one_in, settings in (
                ("models that never err", 0, {}),
                ("one error in twenty, both ways", 20, {}),
                ("no reviewer", 0, {"reviewer": "evidence"}),
            ):
                print("\n".join(told(f"{name}, {row}", asyncio.run(run(cases, used, home, one_in, **settings)))))
        if options.lost:
            print("\n".join(LOST))


if __name__ == "__main__":
    main()
