"""Fits the coefficients of `coscribe.tools.evidence.confidence`, and prints what each feature is worth.

A question is asked with everything there (label 1) and with its source taken away (label 0): domain_open's report,
SQuAD2's paragraph, a shelf's yearly report. What is taken away is searched no more, and its words count as unknown
where no other report has them. Label 0, too, are questions that nothing answers though the right page is there: near
and far ones over domain_open, SQuAD2's own, and those of a shelf. Fitted on tune halves, judged on check halves.
`known` are known_items.toml, which avoid the passages' words: judged only, as are the off-topic questions of ai4h.

Usage: `python benchmarks/fit_confidence.py [--embedder minilm|none] [--library DIR] [--shelf DIR] [--threshold T]`.
`--library` keeps the libraries for the next run; delete it when reading or indexing has changed. `--shelf` is a folder
with `reports/`, `look.jsonl` (question, report) and `look_unanswerable.jsonl` (question); without it the fit does
without yearly reports. Prints the coefficients to paste, then each set with all features and without each of them.
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
from coscribe.tools.evidence.features import features
from coscribe.tools.evidence.scoring import score
from coscribe.tools.search.question import plan_question
from coscribe.tools.search.relevance import weighed
from coscribe.tools.search.search import Evidence, look_up
from coscribe.vectorstore.library import Library

ROOT = Path(__file__).parents[1]
DEVPACK = ROOT.parent / "shared" / "devpack"
sys.path.insert(0, str(ROOT / "tests"))

from measures import logistic, wilson  # noqa: E402

RIDGE = 0.3
# What all cases of a kind weigh together: in each collection both labels weigh the same.
WEIGHTS = {
    "natural": 100, "natural, away": 70, "nothing, near": 20, "nothing, far": 10,
    "squad2": 100, "squad2, away": 50, "squad2, its own": 50,
    "shelf": 100, "shelf, away": 70, "shelf, nothing": 30,
}  # fmt: skip
# What is told from what.
SETS = {
    "domain_open": ("natural", ("natural, away", "nothing, near", "nothing, far", "ai4h off topic")),
    "domain_open, nothing": ("natural", ("nothing, near", "nothing, far")),
    "squad2, away": ("squad2", ("squad2, away",)),
    "squad2, its own": ("squad2", ("squad2, its own",)),
    "shelf, away": ("shelf", ("shelf, away",)),
    "shelf, nothing": ("shelf", ("shelf, nothing",)),
    "known items": ("known", ("known, away",)),
}
SQUAD_QUESTIONS = 50  # an article, and as many of its own that nothing answers
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
    yield asked(library, kind, split, question, True)
    yield Case(f"{kind}, away", split, False, seen(library, without(library, question, gold)))


def asked(library: Library, kind: str, split: str, question: str, answerable: bool = False) -> Case:
    """Return a question's case over the whole library."""
    found = look_up(library, plan_question(question, library.catalogue.reports()))
    return Case(kind, split, answerable, seen(library, found))


def seen(library: Library, evidence: Evidence) -> Features:
    """Return what the confidence is computed from."""
    return features(evidence, score(evidence, library.catalogue))


def without(library: Library, question: str, gold: set[str]) -> Evidence:
    """Return the evidence for a question as if some reports were not in the library."""
    rest = [report for report in library.catalogue.reports() if report.id not in gold]
    plan = plan_question(question, rest)
    plan = replace(plan, scope=replace(plan.scope, reports=tuple(report.id for report in rest)))
    found = look_up(library, plan)
    plan = found.plan
    gone = [
        set(terms(passage.text, plan.language, plan.acronyms))
        for name in gold
        for passage in library.catalogue.indexable(name)
    ]
    words = library.words()
    counts = words.rarity(plan.terms, plan.language)
    left = {term: max(0, count - sum(term in held for held in gone)) for term, count in counts.items()}
    relevance = replace(
        found.relevance,
        weights=weighed(plan, left, max(1, words.size - len(gone))),
        unknown=found.relevance.unknown | {term for term, count in left.items() if not count},
    )
    return replace(found, relevance=relevance)


def domain_cases(library: Library) -> Iterator[Case]:
    """Yield the questions over domain_open, with and without their report, and those nothing answers."""
    files = {report.id: report.file for report in library.catalogue.reports()}
    by_hand = tomllib.loads((ROOT / "tests/questions/domain_open.toml").read_text("utf-8"))
    natural = tomllib.loads((ROOT / "benchmarks/questions/natural.toml").read_text("utf-8"))
    known = tomllib.loads((ROOT / "benchmarks/questions/known_items.toml").read_text("utf-8"))
    sets = (("natural", by_hand["questions"]), ("natural", natural["items"]), ("known", known["items"]))
    for kind, entries in sets:
        for entry in entries:
            gold = {name for name, file in files.items() if f"/{file}".endswith("/" + entry["file"])}
            yield from both(library, kind, entry["split"], entry["question"], gold)
    for entry in (*by_hand["unanswerable"], *natural["none"]):
        yield asked(library, f"nothing, {entry['kind']}", entry["split"], entry["question"])
    for entry in entries_of(DEVPACK / "ai4h_policy_questions/questions.jsonl"):
        if not entry["answerable"]:
            yield asked(library, "ai4h off topic", "check", entry["question"])


def squad_cases(library: Library, folder: Path) -> Iterator[Case]:
    """Yield SQuAD2's questions, with and without the paragraph that answers, and those nothing answers."""
    paragraphs = list(entries_of(DEVPACK / "squad2/corpus.jsonl"))
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
    counts: dict[tuple[str, bool], int] = {}
    for entry in entries_of(DEVPACK / "squad2/questions.jsonl"):
        title = entry["evidence"][0]["doc"]
        counts[title, entry["answerable"]] = count = counts.get((title, entry["answerable"]), 0) + 1
        if count <= SQUAD_QUESTIONS and entry["answerable"]:
            gold = {names[files[entry["evidence"][0]["passage_id"]]]}
            yield from both(library, "squad2", split[title], entry["question"], gold)
        elif count <= SQUAD_QUESTIONS:
            yield asked(library, "squad2, its own", split[title], entry["question"])


def shelf_cases(library: Library, folder: Path) -> Iterator[Case]:
    """Yield the questions over a shelf of yearly reports, every second one in the check half."""
    if not library.exists:
        library.ingest([folder / "reports"])
    names = {report.file: report.id for report in library.catalogue.reports()}
    for number, entry in enumerate([one for one in entries_of(folder / "look.jsonl") if one["report"] in names]):
        yield from both(library, "shelf", ("tune", "check")[number % 2], entry["question"], {names[entry["report"]]})
    for number, entry in enumerate(entries_of(folder / "look_unanswerable.jsonl")):
        yield asked(library, "shelf, nothing", ("tune", "check")[number % 2], entry["question"])


def entries_of(file: Path) -> Iterable[dict]:  # type: ignore[type-arg]
    """Yield the entries of a JSONL file; its strings may hold other signs that end a line."""
    with file.open(encoding="utf-8") as opened:
        yield from map(json.loads, opened)


def fit(cases: Sequence[Case], left_out: str = "") -> np.ndarray:
    """Return intercept and coefficients of the tune halves; that of a feature left out is 0."""
    cases = [case for case in cases if case.split == "tune" and case.kind in WEIGHTS]
    kinds = [case.kind for case in cases]
    weight = np.array([WEIGHTS[kind] / kinds.count(kind) for kind in kinds])
    table = np.array([astuple(case.features) for case in cases])
    names = [field.name for field in fields(Features)]
    if left_out:
        table[:, names.index(left_out)] = 0.0
    return logistic(table, np.array([case.answerable for case in cases], dtype=float), weight, RIDGE)


def chances(cases: Sequence[Case], coefficients: np.ndarray) -> np.ndarray:
    """Return the probability that the model gives each case."""
    table = np.array([(1.0, *astuple(case.features)) for case in cases])
    found: np.ndarray = 1 / (1 + np.exp(-table @ coefficients))
    return found


def report(cases: Sequence[Case], coefficients: np.ndarray, threshold: float) -> None:
    """Print, by kind of case, how often the threshold would answer, and how well the sets can be told apart."""
    sure = chances(cases, coefficients)
    print(f"answered at {threshold}, with Wilson's 95 % interval")
    for kind in dict.fromkeys(case.kind for case in cases):
        told = []
        for split in ("tune", "check"):
            mine = [
                chance for case, chance in zip(cases, sure, strict=True) if (case.kind, case.split) == (kind, split)
            ]
            hits = sum(chance >= threshold for chance in mine)
            low, high = wilson(hits, len(mine))
            told.append(f"{split} {hits:>4} of {len(mine):<4} {hits / max(1, len(mine)):>5.0%} [{low:.0%} {high:.0%}]")
        print(f"  {kind:<22}{'   '.join(told)}")
    print(f"area under the curve, and false answers with {OVER_REFUSAL:.0%} refused")
    for name in SETS:
        told = []
        for split in ("tune", "check"):
            yes, no = apart(cases, sure, name, split)
            if yes and no:
                level = sorted(yes)[int(OVER_REFUSAL * len(yes))]
                false = np.mean([chance >= level for chance in no])
                told.append(f"{split} {area(yes, no):.3f}, {false:>4.0%} at {level:.2f}")
        print(f"  {name:<22}{'   '.join(told)}")


def ablate(cases: Sequence[Case], whole: np.ndarray) -> None:
    """Print the areas of the check halves with all features, and what is lost where each is left out of the fit."""
    names = [name for name in SETS if all(apart(cases, chances(cases, whole), name, "check"))]

    def areas(coefficients: np.ndarray) -> np.ndarray:
        sure = chances(cases, coefficients)
        return np.array([area(*apart(cases, sure, name, "check")) for name in names])

    full = areas(whole)
    print(
        "areas of the check halves; what each feature adds\n  "
        + " " * 18
        + "  ".join(f"{name:>12.12}" for name in names)
    )
    print("  " + f"{'all':<18}" + "  ".join(f"{value:>12.3f}" for value in full))
    for field in fields(Features):
        gained = full - areas(fit(cases, field.name))
        print("  " + f"{field.name:<18}" + "  ".join(f"{value:>+12.3f}" for value in gained))


def apart(cases: Sequence[Case], sure: np.ndarray, name: str, split: str) -> tuple[list[float], list[float]]:
    """Return the chances of a set's answerable cases and of its others, in one half."""
    right, wrong = SETS[name]
    mine = [(case, chance) for case, chance in zip(cases, sure, strict=True) if case.split == split]
    return [chance for case, chance in mine if case.kind == right], [
        chance for case, chance in mine if case.kind in wrong
    ]


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the share of pairs, one answerable and one not, that are ranked rightly (ties count half)."""
    above = np.subtract.outer(np.array(right), np.array(wrong))
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def threshold_of(cases: Sequence[Case], coefficients: np.ndarray) -> float:
    """Return the level at which the tune halves' answerable questions are refused too often by no more than agreed.

    Every collection weighs the same.
    """
    sure = chances(cases, coefficients)
    groups = [
        np.array(
            [chance for case, chance in zip(cases, sure, strict=True) if (case.kind, case.split) == (kind, "tune")]
        )
        for kind in ("natural", "squad2", "shelf")
    ]
    levels = np.arange(0.05, 0.95, 0.01)
    refused = [np.mean([np.mean(group < level) for group in groups if len(group)]) for level in levels]
    return float(
        max((level for level, share in zip(levels, refused, strict=True) if share <= OVER_REFUSAL), default=0.05)
    )


def gathered(options: argparse.Namespace, temporary: Path) -> list[Case]:
    """Return the cases of all sets that are there; libraries that are missing are made."""
    folder = options.library or temporary
    library = Library(folder / "domain", embedder=options.embedder)
    if not library.exists:
        library.ingest([DEVPACK / "domain_open"])
    paragraphs = Library(folder / "paragraphs", embedder=options.embedder)
    cases = [*domain_cases(library), *squad_cases(paragraphs, temporary / "texts")]
    if options.shelf:
        cases += shelf_cases(Library(folder / "shelf", embedder=options.embedder), options.shelf)
    return cases


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--embedder", choices=("minilm", "none"), default="minilm")
    parser.add_argument("--threshold", type=float, help="instead of the one the fit proposes")
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    parser.add_argument("--shelf", type=Path, help="a shelf of yearly reports with questions")
    options = parser.parse_args()
    if not DEVPACK.is_dir():
        print("skipped: the development sets are not beside the checkout")
        return
    with tempfile.TemporaryDirectory() as temporary:
        cases = gathered(options, Path(temporary))
    fitted = fit(cases)
    names = ("intercept", *(field.name for field in fields(Features)))
    print({name: round(float(value), 2) for name, value in zip(names, fitted, strict=True)})
    proposed = threshold_of(cases, fitted)
    print(f"threshold that refuses {OVER_REFUSAL:.0%} of the tune halves: {proposed:.2f}")
    report(cases, fitted, options.threshold or round(proposed, 2))
    ablate(cases, fitted)
    shipped = WORDS_ALONE if options.embedder == "none" else WITH_MEANING
    print("as shipped:")
    report(cases, np.array([shipped.get(name, 0.0) for name in names]), options.threshold or round(proposed, 2))


if __name__ == "__main__":
    main()
