"""Fits the coefficients of `coscribe.tools.evidence.confidence` and prints them with what they achieve.

A question is asked twice: with everything there (label 1), and with its source taken away (label 0): the report of
domain_open, or SQuAD2's paragraph. What is taken away is searched no more, and its words count as unknown where no
other report has them. Questions that nothing answers are further cases of label 0. Fitted on the "tune" half of the
natural questions and of SQuAD2's articles, judged on the rest. `known` are known_items.toml, which avoid the passages'
words: they are judged only, as are the off-topic questions of ai4h.

Usage: `python benchmarks/fit_confidence.py [--embedder minilm|none] [--library DIR]`; DIR keeps the libraries.
"""

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from coscribe.language.stems import terms
from coscribe.tools.evidence.confidence import WITH_MEANING, WORDS_ALONE, Features
from coscribe.tools.evidence.scoring import score
from coscribe.tools.evidence.selection import features
from coscribe.tools.search.question import plan_question
from coscribe.tools.search.search import Evidence, look_up
from coscribe.vectorstore.index.words import idf
from coscribe.vectorstore.library import Library

ROOT = Path(__file__).parents[1]
DEVPACK = ROOT.parent / "shared" / "devpack"
sys.path.insert(0, str(ROOT / "tests"))

from measures import logistic, wilson  # noqa: E402

RIDGE = 0.3
WEIGHT = 100.0  # of all cases of one collection and label together
SQUAD_QUESTIONS = 50  # an article
OVER_REFUSAL = 0.15  # of answerable questions; how many of the others are answered then?


@dataclass(frozen=True)
class Case:
    """One question with what could be seen of its evidence; `kind` says where the case comes from."""

    kind: str
    split: str
    answerable: bool
    features: Features


def both(library: Library, kind: str, split: str, question: str, gold: set[str]) -> Iterator[Case]:
    """Yield a question's case with everything there, and with the gold reports taken away."""
    yield Case(kind, split, True, seen(library, search(library, question)))
    yield Case(kind, split, False, seen(library, without(library, question, gold)))


def search(library: Library, question: str) -> Evidence:
    """Return the evidence for a question over the whole library."""
    return look_up(library, plan_question(question, library.catalogue.reports()))


def seen(library: Library, evidence: Evidence) -> Features:
    """Return what the confidence is computed from."""
    return features(evidence, score(evidence, library.catalogue))


def without(library: Library, question: str, gold: set[str]) -> Evidence:
    """Return the evidence for a question as if some reports were not in the library."""
    rest = [report for report in library.catalogue.reports() if report.id not in gold]
    plan = plan_question(question, rest)
    plan = replace(plan, scope=replace(plan.scope, reports=tuple(report.id for report in rest)))
    found = look_up(library, plan)
    gone = [
        set(terms(passage.text, plan.language, plan.acronyms))
        for name in gold
        for passage in library.catalogue.indexable(name)
    ]
    words = library.words()
    counts = words.rarity(plan.terms, plan.language)
    left = {term: count - sum(term in held for held in gone) for term, count in counts.items()}
    raw = {term: idf(words.size - len(gone), max(0, count)) for term, count in left.items()}
    total = sum(raw.values()) or 1.0
    relevance = replace(
        found.relevance,
        weights={term: weight / total for term, weight in raw.items()},
        unknown=found.relevance.unknown | {term for term, count in left.items() if count <= 0},
    )
    return replace(found, relevance=relevance)


def domain_cases(library: Library) -> Iterator[Case]:
    """Yield the questions over domain_open, with and without their report, and those nothing answers."""
    files = {report.id: report.file for report in library.catalogue.reports()}
    asked = tomllib.loads((ROOT / "tests/questions/domain_open.toml").read_text("utf-8"))
    natural = tomllib.loads((ROOT / "benchmarks/questions/natural.toml").read_text("utf-8"))
    known = tomllib.loads((ROOT / "benchmarks/questions/known_items.toml").read_text("utf-8"))
    sets = (("natural", asked["questions"]), ("natural", natural["items"]), ("known", known["items"]))
    for kind, entries in sets:
        for entry in entries:
            gold = {name for name, file in files.items() if f"/{file}".endswith("/" + entry["file"])}
            yield from both(library, kind, entry["split"], entry["question"], gold)
    for entry in (*asked["unanswerable"], *natural["none"]):
        found = seen(library, search(library, entry["question"]))
        yield Case(f"nothing, {entry['kind']}", entry["split"], False, found)
    for line in (DEVPACK / "ai4h_policy_questions/questions.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if not entry["answerable"]:
            yield Case("ai4h off topic", "check", False, seen(library, search(library, entry["question"])))


def squad_cases(library: Library, folder: Path) -> Iterator[Case]:
    """Yield SQuAD2's answerable questions over its paragraphs, with and without the one that answers."""
    paragraphs = [json.loads(line) for line in lines("squad2/corpus.jsonl")]
    files = {paragraph["id"]: f"{number}.md" for number, paragraph in enumerate(paragraphs)}
    if not library.exists:
        folder.mkdir()
        for paragraph in paragraphs:
            body = " ".join(paragraph["text"].split())
            (folder / files[paragraph["id"]]).write_text(f"# {paragraph['title']}\n\n{body}\n", "utf-8")
        library.ingest([folder])
    names = {report.file: report.id for report in library.catalogue.reports()}
    titles = sorted({paragraph["title"] for paragraph in paragraphs})
    split = {title: ("tune", "check")[number % 2] for number, title in enumerate(titles)}
    counts = dict.fromkeys(titles, 0)
    for entry in map(json.loads, lines("squad2/questions.jsonl")):
        if not entry["answerable"]:
            continue
        title = entry["evidence"][0]["doc"]
        counts[title] += 1
        if counts[title] <= SQUAD_QUESTIONS:
            gold = {names[files[entry["evidence"][0]["passage_id"]]]}
            yield from both(library, "squad2", split[title], entry["question"], gold)


def lines(file: str) -> Iterable[str]:
    """Yield the lines of a JSONL file; its strings may hold other signs that end a line."""
    with (DEVPACK / file).open(encoding="utf-8") as opened:
        yield from opened


def fit(cases: Sequence[Case]) -> np.ndarray:
    """Return intercept and coefficients; each collection weighs the same, and in it both labels."""
    groups = [(case.kind == "squad2", case.answerable) for case in cases]
    weight = np.array([WEIGHT / groups.count(group) for group in groups])
    table = np.array([astuple(case.features) for case in cases])
    return logistic(table, np.array([case.answerable for case in cases], dtype=float), weight, RIDGE)


def report(cases: Sequence[Case], coefficients: np.ndarray, threshold: float) -> None:
    """Print, by kind of case, how often the threshold would answer, and how well the kind can be told apart."""
    print(f"answered at {threshold}, with Wilson's 95 % interval")
    for kind, answerable in dict.fromkeys((case.kind, case.answerable) for case in cases):
        for split in ("tune", "check"):
            mine = [case for case in cases if (case.kind, case.answerable, case.split) == (kind, answerable, split)]
            sure = sum(chance(case, coefficients) >= threshold for case in mine)
            if mine:
                low, high = wilson(sure, len(mine))
                what = f"{kind}{'' if answerable or ',' in kind or kind.startswith('ai4h') else ', source removed'}"
                share = sure / len(mine)
                print(f"  {what:<26}{split:<7}{sure:>4} of {len(mine):<4} {share:>5.0%} [{low:.0%} {high:.0%}]")
    for kind in ("natural", "squad2", "known"):
        for split in ("tune", "check"):
            others = ("nothing, near", "nothing, far") if kind == "natural" else ()
            mine = [case for case in cases if case.split == split and (case.kind == kind or case.kind in others)]
            yes = sorted(chance(case, coefficients) for case in mine if case.answerable)
            no = [chance(case, coefficients) for case in mine if not case.answerable]
            level = yes[int(OVER_REFUSAL * len(yes))]
            false = np.mean([sure >= level for sure in no])
            print(f"  {kind:<10}{split:<7}area under the curve {area(yes, no):.3f}; "
                  f"with {OVER_REFUSAL:.0%} refused (at {level:.2f}) false answers {false:.0%}")  # fmt: skip


def chance(case: Case, coefficients: np.ndarray) -> float:
    """Return the probability that the model gives a case."""
    return float(1 / (1 + np.exp(-np.dot(coefficients, (1.0, *astuple(case.features))))))


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the share of pairs, one answerable and one not, that are ranked rightly (ties count half)."""
    above = np.subtract.outer(np.array(right), np.array(wrong))
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--embedder", choices=("minilm", "none"), default="minilm")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    options = parser.parse_args()
    if not DEVPACK.is_dir():
        print("skipped: the development sets are not beside the checkout")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.library or Path(temporary)
        library = Library(folder / "domain", embedder=options.embedder)
        if not library.exists:
            library.ingest([DEVPACK / "domain_open"])
        paragraphs = Library(folder / "paragraphs", embedder=options.embedder)
        cases = [*domain_cases(library), *squad_cases(paragraphs, Path(temporary) / "texts")]
    fitted = fit([case for case in cases if case.split == "tune" and case.kind != "known"])
    names = ("intercept", *(field.name for field in fields(Features)))
    print({name: round(float(value), 2) for name, value in zip(names, fitted, strict=True)})
    report(cases, fitted, options.threshold)
    shipped = WORDS_ALONE if options.embedder == "none" else WITH_MEANING
    print("as shipped:")
    report(cases, np.array([shipped[name] for name in names]), options.threshold)


if __name__ == "__main__":
    main()
