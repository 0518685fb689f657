"""Measures `coscribe.support` on claims that people judged, and fits the coefficients of its `grounds`.

WiCE (Kamoi et al. 2023, development claims): sentences of Wikipedia with the whole articles they cite; only "supported"
counts as such. BEGIN (Dziri et al. 2022, Wizard of Wikipedia): replies of dialogue systems with the sentence they were
given. Figures are balanced accuracies, mean and deviation over repeated ten-fold cross-validation: coefficients are
fitted on nine tenths of both sets, weighing the same, and each set's threshold is chosen on its nine tenths. Beside it
stands the share of common content words alone, with its threshold chosen in the same way.
Usage: `python benchmarks/support.py`.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from coscribe.language.languages import guess_language
from coscribe.language.stems import content_terms
from coscribe.tools.review.checks import Comparison, compare
from coscribe.tools.review.grounds import WEIGHTS, Grounds, carried

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from measures import logistic  # noqa: E402

DEVPACK = ROOT.parent / "shared" / "devpack"
SETS = {"WiCE": DEVPACK / "wice/claim_dev.jsonl", "BEGIN wow": DEVPACK / "begin/wow_dev.jsonl"}
FOLDS = 10
REPEATS = 5
RIDGE = 1.0


@dataclass(frozen=True)
class Verdict:
    """A claim as people judged it, with what our check sees of it and the share of its content words alone."""

    supported: bool
    seen: Comparison
    overlap: float


def read(path: Path) -> list[Verdict]:
    """Return the judged claims of a development set."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        seen = compare(row["claim"], row["evidence"])
        language = guess_language(row["claim"]) or "en"
        wanted, held = content_terms(row["claim"], language), set(content_terms(" ".join(row["evidence"]), language))
        overlap = sum(term in held for term in wanted) / max(len(wanted), 1)
        found.append(Verdict(row["supported"], seen, overlap))
    return found


def fit(sets: list[list[Verdict]]) -> dict[str, float]:
    """Return the coefficients; sets and verdicts weigh the same."""
    table = np.array([astuple(one.seen.grounds) for judged in sets for one in judged])
    label = np.array([one.supported for judged in sets for one in judged], dtype=float)
    found = logistic(table, label, np.concatenate([weights(judged) for judged in sets]), RIDGE)
    return dict(zip(("intercept", *(field.name for field in fields(Grounds))), map(float, found), strict=True))


def weights(judged: list[Verdict]) -> np.ndarray:
    label = np.array([one.supported for one in judged])
    return np.where(label, 100 / max(label.sum(), 1), 100 / max((~label).sum(), 1))


def balanced(said: np.ndarray, label: np.ndarray) -> float:
    return float((said[label].mean() + (~said)[~label].mean()) / 2)


def best_threshold(scores: np.ndarray, label: np.ndarray) -> float:
    return max(map(float, np.unique(scores)), key=lambda least: balanced(scores >= least, label))


def by_folds(
    sets: list[list[Verdict]], rate: Callable[[list[list[Verdict]]], Callable[[Verdict], float]]
) -> np.ndarray:
    """Return repeats x sets of balanced accuracies; `rate` makes from the nine tenths what scores the tenth."""
    rows = []
    for seed in range(REPEATS):
        chance = np.random.default_rng(seed)
        folds = [chance.permutation(len(judged)) % FOLDS for judged in sets]
        said = [np.zeros(len(judged), bool) for judged in sets]
        labels = [np.array([one.supported for one in judged]) for judged in sets]
        for fold in range(FOLDS):
            rest = [
                [one for one, at in zip(*pair, strict=True) if at != fold] for pair in zip(sets, folds, strict=True)
            ]
            scoring = rate(rest)
            for which, judged in enumerate(sets):
                scores = np.array([scoring(one) for one in judged])
                seen = folds[which] != fold
                said[which][~seen] = scores[~seen] >= best_threshold(scores[seen], labels[which][seen])
        rows.append([balanced(*pair) for pair in zip(said, labels, strict=True)])
    return np.array(rows)


def by_coscribe(sets: list[list[Verdict]]) -> Callable[[Verdict], float]:
    found = fit(sets)
    return lambda one: one.seen.score(carried(one.seen.grounds, found))


def by_grounds(sets: list[list[Verdict]]) -> Callable[[Verdict], float]:
    found = fit(sets)
    return lambda one: carried(one.seen.grounds, found)


def main() -> None:
    """Measure, fit and print."""
    if not all(path.is_file() for path in SETS.values()):
        sys.exit("the development sets are not beside the checkout")
    sets = [read(path) for path in SETS.values()]
    print(f"{'balanced accuracy':44}" + "".join(f"{name:>16}" for name in SETS))
    print(f"{'claims (supported)':44}" + "".join(f"{f'{len(j)} ({sum(o.supported for o in j)})':>16}" for j in sets))
    rates = {
        "share of content words alone": lambda _: lambda one: one.overlap,
        "grounds, without the checks' reasons": by_grounds,
        "coscribe.support, score": by_coscribe,
    }
    for name, rate in rates.items():
        found = by_folds(sets, rate)
        cells = zip(found.mean(axis=0), found.std(axis=0), strict=True)
        print(f"{name:44}" + "".join(f"{f'{mean:.3f} ±{spread:.3f}':>16}" for mean, spread in cells))
    verdicts = [
        balanced(np.array([not one.seen.doubts for one in judged]), np.array([one.supported for one in judged]))
        for judged in sets
    ]
    print(f"{'coscribe.support, verdict as it is':44}" + "".join(f"{value:>16.3f}" for value in verdicts))
    print("fitted on all:", {name: round(value, 2) for name, value in fit(sets).items()})
    print("in use:       ", WEIGHTS)


if __name__ == "__main__":
    main()
