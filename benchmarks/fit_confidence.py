"""Fits the coefficients of `coscribe.tools.confidence` and prints them with what they achieve.

Answerable questions are asked twice: with everything there (label 1), and with their source taken away (label 0: the
report, or in SQuAD2 the paragraph). Questions that nothing answers are further cases of label 0. Fitted on the "tune"
half, judged on the "check" half; SQuAD2 is split by article. Usage: `python benchmarks/fit_confidence.py`.
"""

import argparse
import json
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from coscribe.core.text import squash
from coscribe.tools.confidence import Features
from coscribe.tools.question import plan_question
from coscribe.tools.quotes import features
from coscribe.tools.search import Evidence, look_up
from coscribe.vectorstore.library import Library

ROOT = Path(__file__).parents[1]
DEVPACK = ROOT.parent / "shared" / "devpack"
RIDGE = 1.0  # keeps coefficients of correlated features from running apart
SQUAD_QUESTIONS = 50  # an article


@dataclass(frozen=True)
class Case:
    """One question with what could be seen of its evidence; `kind` says where the case comes from."""

    kind: str
    split: str
    answerable: bool
    features: Features


def domain_cases(library: Library) -> Iterator[Case]:
    """Yield the hand-written questions over domain_open, with and without their report."""
    asked = tomllib.loads((ROOT / "tests/questions/domain_open.toml").read_text("utf-8"))
    reports = {report.id: report.file for report in library.catalogue.reports()}
    for entry in asked["questions"]:
        found = search(library, entry["question"])
        gold = {name for name, file in reports.items() if f"/{file}".endswith("/" + entry["file"])}
        yield Case("domain", entry["split"], True, features(found, library.catalogue))
        bereft = without(found, {item.passage.id for item in found.ranked if item.passage.report in gold})
        yield Case("domain, report removed", entry["split"], False, features(bereft, library.catalogue))
    for entry in asked["unanswerable"]:
        found = search(library, entry["question"])
        yield Case(f"domain, {entry['kind']}", entry["split"], False, features(found, library.catalogue))


def squad_cases(folder: Path, embedder: str) -> Iterator[Case]:
    """Yield SQuAD2's answerable questions over its articles, with and without the paragraph that answers."""
    articles: dict[str, list[dict[str, str]]] = {}
    for line in (DEVPACK / "squad2/corpus.jsonl").read_text("utf-8").splitlines():
        paragraph = json.loads(line)
        articles.setdefault(paragraph["title"], []).append(paragraph)
    (folder / "articles").mkdir()
    texts = {paragraph["id"]: squash(paragraph["text"]) for held in articles.values() for paragraph in held}
    for title, held in articles.items():
        body = "\n\n".join(" ".join(paragraph["text"].split()) for paragraph in held)
        (folder / "articles" / f"{title}.md").write_text(f"# {title}\n\n{body}\n", "utf-8")
    library = Library(folder / "library", embedder=embedder)
    library.ingest([folder / "articles"])
    split = {title: ("tune", "check")[number % 2] for number, title in enumerate(sorted(articles))}
    counts: dict[str, int] = {}
    for line in (DEVPACK / "squad2/questions.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        title = entry["evidence"][0]["doc"] if entry["evidence"] else ""
        counts[title] = counts.get(title, 0) + bool(entry["answerable"])
        if not entry["answerable"] or counts[title] > SQUAD_QUESTIONS:
            continue
        found = search(library, entry["question"])
        gold = texts[entry["evidence"][0]["passage_id"]]
        lost = {
            item.passage.id
            for item in found.ranked
            if any(squash(part)[:60] in gold for part in item.passage.text.split(". ") if len(part) > 60)
        }
        yield Case("squad2", split[title], True, features(found, library.catalogue))
        yield Case("squad2, paragraph removed", split[title], False, features(without(found, lost), library.catalogue))


def search(library: Library, question: str) -> Evidence:
    """Return the evidence for a question over the whole library."""
    return look_up(library, plan_question(question, library.catalogue.reports()))


def without(found: Evidence, passages: set[str]) -> Evidence:
    """Return evidence as if some passages were not there."""
    return replace(
        found,
        ranked=tuple(item for item in found.ranked if item.passage.id not in passages),
        segments=tuple(segment for segment in found.segments if segment.passage not in passages),
    )


def fit(cases: Sequence[Case]) -> np.ndarray:
    """Return intercept and coefficients of a ridge logistic regression, by Newton's method; classes weigh the same."""
    table = np.array([(1.0, *astuple(case.features)) for case in cases])
    label = np.array([case.answerable for case in cases], dtype=float)
    weight = np.where(label == 1, 0.5 / label.mean(), 0.5 / (1 - label.mean()))
    penalty = RIDGE * np.diag([0.0, *[1.0] * (table.shape[1] - 1)])
    found = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ found))
        gradient = table.T @ (weight * (chance - label)) + penalty @ found
        hessian = (table * (weight * chance * (1 - chance))[:, None]).T @ table + penalty
        found = found - np.linalg.solve(hessian, gradient)
    return found


def report(cases: Sequence[Case], coefficients: np.ndarray, threshold: float) -> None:
    """Print, by kind of case, how often the threshold would answer."""
    print(f"{'kind':<28}{'split':<8}{'cases':>6}{'answered':>10}")
    for kind in dict.fromkeys(case.kind for case in cases):
        for split in ("tune", "check"):
            mine = [case for case in cases if (case.kind, case.split) == (kind, split)]
            sure = [chance(case, coefficients) for case in mine]
            if mine:
                print(f"{kind:<28}{split:<8}{len(mine):>6}{np.mean(np.array(sure) >= threshold):>10.2f}")
    judged = [case for case in cases if case.split == "check"]
    for level in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        rates = [
            np.mean([chance(case, coefficients) >= level for case in judged if case.answerable is answerable])
            for answerable in (True, False)
        ]
        print(f"threshold {level:.2f}: {rates[0]:.2f} of answerable, {rates[1]:.2f} of unanswerable answered")
    print(
        f"area under the curve on the check half: {area([(chance(c, coefficients), c.answerable) for c in judged]):.3f}"
    )


def chance(case: Case, coefficients: np.ndarray) -> float:
    """Return the probability that the model gives a case."""
    return float(1 / (1 + np.exp(-np.dot(coefficients, (1.0, *astuple(case.features))))))


def area(judged: Sequence[tuple[float, bool]]) -> float:
    """Return the share of pairs, one answerable and one not, that are ranked rightly (ties count half)."""
    right = np.array([sure for sure, answerable in judged if answerable])
    wrong = np.array([sure for sure, answerable in judged if not answerable])
    return float(np.mean((right[:, None] > wrong) + 0.5 * (right[:, None] == wrong)))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--embedder", choices=("minilm", "none"), default="minilm")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--library", type=Path, help="a library of domain_open to reuse")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        library = Library(options.library or folder / "domain", embedder=options.embedder)
        if options.library is None:
            library.ingest([DEVPACK / "domain_open"])
        cases = [*domain_cases(library), *squad_cases(folder, options.embedder)]
    coefficients = fit([case for case in cases if case.split == "tune"])
    names = ("intercept", *(field.name for field in fields(Features)))
    print({name: round(float(value), 2) for name, value in zip(names, coefficients, strict=True)})
    report(cases, coefficients, options.threshold)


if __name__ == "__main__":
    main()
