"""Measures `coscribe.support` on sets of different origin, each by what was fitted on the others, and fits it.

Usage: `python benchmarks/support.py [--judge]`. Claims over whole articles (WiCE, Kamoi et al. 2023, development
claims; only "supported" counts), replies of dialogue systems (BEGIN, Dziri et al. 2022, Wizard of Wikipedia),
summaries with planted edits (SummEdits, Laban et al. 2023, 60 of each domain), planted errors by four authors
(`tests/planted/`) and right answers in other words with wrong twins (`questions/right_answers.toml`), the last two in
several languages. Work on the checks looks at these; `--judge` counts the check halves too, and the blind set of a
fifth author, which nothing is fitted on.

A set is judged by what the others give: the shares of wrong and right claims on which a kind of doubt comes up, the
weights, and the threshold, by which no set falls far below common words at their best. So is the share of common
content words beside it, with its threshold. Words are weighed on claims that went wrong by themselves (WiCE, BEGIN): a
planted error stays as near to the words as its twin. What doubts weigh is fitted on all, with an intercept for each
set. All sets weigh the same. By the other sets a check would stay if their mean area is larger with it than without.
"""

import argparse
import json
import math
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from coscribe.core.text import squash
from coscribe.language.languages import guess_language
from coscribe.language.stems import content_terms
from coscribe.tools.review.checks import compare, support
from coscribe.tools.review.grounds import WEIGHTS, Grounds, carried
from coscribe.tools.review.odds import Odds, against, precision

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "benchmarks"))

from measures import logistic  # noqa: E402
from planted_claims import Split  # noqa: E402
from planted_claims import own as cases  # noqa: E402
from right_sentences import BY_HAND, DEVPACK, prepared  # noqa: E402

NATURAL = ("WiCE", "BEGIN")  # whose wrong claims nobody planted
PLANTED: dict[str, tuple[Split, Split | None]] = {
    "first": ("tune", "check"), "second": ("second", None), "third": ("third", None), "fourth": ("fourth", None),
    "fifth": ("blind", "blind"),
}  # fmt: skip
SUMMARIES = 60  # of a domain
RIDGE = 1.0
FEATURES = ("words", "near", "missing", "against")
LIKELY = 0.5
VERDICTS = ("supported", "doubtful", "unsupported")
FEW = 5  # claims on which a doubt has to come up to be measured
RARE = 0.001  # share of right claims that a doubt is taken to come up on at least: in some hundreds none may be seen


@dataclass(frozen=True)
class Judged:
    """A claim as people judged it, with what our check sees of it, its verdict, and the share of its content words."""

    origin: str
    counted: bool  # it judges, and nothing is fitted on it
    right: bool
    language: str
    kinds: frozenset[str]
    grounds: Grounds
    verdict: str
    overlap: float


Scoring = Callable[[Judged], float]


def judged(
    origin: str, right: bool, claim: str, evidence: Sequence[str], told: Sequence[str] = (), *, counted: bool = False
) -> Judged:
    seen, language = compare(claim, evidence, told=told), guess_language(claim) or "en"
    wanted, held = content_terms(claim, language), set(content_terms(" ".join(evidence), language))
    return Judged(
        origin, counted, right, language, frozenset(doubt.kind for doubt in seen.doubts) - {"unchecked"}, seen.grounds,
        support(claim, evidence, told=told).verdict, sum(term in held for term in wanted) / max(len(wanted), 1),
    )  # fmt: skip


def read(counting: bool) -> Iterator[Judged]:
    """Yield the claims of all sets."""
    for origin, path in (("WiCE", "wice/claim_dev.jsonl"), ("BEGIN", "begin/wow_dev.jsonl")):
        for line in (DEVPACK / path).read_text("utf-8").splitlines():
            row = json.loads(line)
            yield judged(origin, row["supported"], row["claim"], row["evidence"])
    chance = random.Random(7)
    for file in sorted((DEVPACK / "summedits").glob("*.json")):
        rows = json.loads(file.read_text("utf-8"))
        for row in chance.sample(rows, min(SUMMARIES, len(rows))):
            yield judged("SummEdits", row["label"] == 1, row["summary"], [row["doc"]])
    for origin, (look, check) in PLANTED.items():
        for split in dict.fromkeys((look, check)) if counting else (look,):
            for case in cases(split) if split and (split != "blind" or counting) else ():
                for right, claim in ((True, case.supported), (False, case.unsupported)):
                    yield judged(origin, right, claim, case.evidence, counted=split == check)
    yield from answers(counting)


def answers(counting: bool) -> Iterator[Judged]:
    """Yield right answers in their own words and their wrong twins, with the segments that they rest on."""
    with tempfile.TemporaryDirectory() as temporary:
        made = {name: prepared(Path(temporary), name, "none") for name in ("samples", "domain_open")}
        known = {name: {report.id: report for report in one.catalogue.reports()} for name, one in made.items()}
        held = {
            name: [segment for report in known[name] for segment in one.catalogue.stretch(report, 0, sys.maxsize)]
            for name, one in made.items()
        }
        for entry in tomllib.loads(BY_HAND.read_text("utf-8"))["answer"]:
            found = [[one for one in held[entry["set"]] if squash(words) in squash(one.text)]
                     for words in entry["words"]]  # fmt: skip
            if not all(found) or (entry["split"] == "check" and not counting):
                continue
            report = known[entry["set"]][found[0][0].report]
            told = [told for told in (report.title, report.organisation, report.region, report.date) if told]
            evidence = [segments[0].text for segments in found]
            for right in (True, False) if "wrong" in entry else (True,):
                claim = entry["right" if right else "wrong"]
                yield judged("right", right, claim, evidence, told, counted=entry["split"] == "check")


def by_origin(claims: Iterable[Judged]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for one in claims:
        found.setdefault(one.origin, []).append(one)
    return found


def shares(claims: Sequence[Judged]) -> Odds:
    """Return on which share of wrong and of right claims each kind of doubt came up, the mean over the sets."""
    sets = by_origin(claims)
    found = {}
    for kind, count in sorted(Counter(kind for one in claims for kind in one.kinds).items()):
        if count < FEW:
            continue
        wrong, right = (
            float(np.mean([np.mean([kind in one.kinds for one in own if one.right == side]) for own in sets.values()]))
            for side in (False, True)
        )
        found[kind] = {"wrong": round(max(wrong, RARE), 4), "right": round(max(right, RARE), 4)}
    return found


def evenly(claims: Sequence[Judged]) -> np.ndarray:
    """Return weights by which sets weigh the same, and right and wrong claims of a set."""
    count = dict.fromkeys(((one.origin, one.right) for one in claims), 0)
    for one in claims:
        count[one.origin, one.right] += 1
    return np.array([100 / count[one.origin, one.right] for one in claims])


def features(one: Judged, known: Odds) -> tuple[float, ...]:
    return astuple(replace(one.grounds, against=against(one.kinds, known)))


def fit(claims: Sequence[Judged], known: Odds) -> dict[str, float]:
    """Return the weights: those of words from claims that went wrong by themselves, that of doubts from all."""
    natural = [one for one in claims if one.origin in NATURAL]
    table = np.array([features(one, known) for one in natural])
    found = logistic(table, np.array([one.right for one in natural], float), evenly(natural), RIDGE)
    whole = np.array([features(one, known) for one in claims])
    carries = whole[:, :-1] @ found[1:-1]
    origins = sorted({one.origin for one in claims})
    mine = np.array([[one.origin == origin for origin in origins] for one in claims], float)
    found[-1] = offset(whole[:, -1], mine, np.array([one.right for one in claims], float), evenly(claims), carries)
    return dict(zip(("intercept", *FEATURES), map(float, found), strict=True))


def offset(doubts: np.ndarray, sets: np.ndarray, label: np.ndarray, weight: np.ndarray, carries: np.ndarray) -> float:
    """Return the coefficient of doubts beside what words are known to carry, with an intercept for each set."""
    table = np.column_stack([doubts, sets])
    penalty = RIDGE * np.diag([1.0, *[0.01] * sets.shape[1]])
    found = np.zeros(table.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(table @ found + carries, -30, 30)))
        gradient = table.T @ (weight * (chance - label)) + penalty @ found
        hessian = (table * (weight * chance * (1 - chance))[:, None]).T @ table + penalty
        found = found - np.clip(np.linalg.solve(hessian, gradient), -1, 1)
    return float(found[0])


def scoring(weights: dict[str, float], known: Odds, without: str = "") -> Scoring:
    return lambda one: carried(replace(one.grounds, against=against(one.kinds - {without}, known)), weights)


def overlap(one: Judged) -> float:
    return one.overlap


def sides(claims: Sequence[Judged], score: Scoring) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores of the right claims, and of the wrong ones."""
    right, wrong = (np.array([score(one) for one in claims if one.right == side]) for side in (True, False))
    return right, wrong


def area(claims: Sequence[Judged], score: Scoring) -> float:
    """Return how often a right claim scores higher than a wrong one; the same counts half."""
    right, wrong = sides(claims, score)
    return float((right[:, None] > wrong[None]).mean() + (right[:, None] == wrong[None]).mean() / 2)


def balanced(claims: Sequence[Judged], score: Scoring, least: float) -> float:
    right, wrong = sides(claims, score)
    return float((right >= least).mean() + (wrong < least).mean()) / 2


def at_its_best(claims: Sequence[Judged], score: Scoring) -> float:
    """Return the balanced accuracy with the threshold that is best on these very claims."""
    return max(balanced(claims, score, least) for least in {score(one) for one in claims})


def best_threshold(claims: Sequence[Judged], score: Scoring) -> float:
    """Return the threshold by which the balanced accuracy is, on any set, least below that of common words at best."""
    rated = [(sides(own, score), at_its_best(own, overlap)) for own in by_origin(claims).values()]
    steps = np.unique(np.quantile(np.concatenate([one for pair, _ in rated for one in pair]), np.linspace(0, 1, 401)))

    def worst(least: float) -> float:
        return min(((a >= least).mean() + (b < least).mean()) / 2 - best for (a, b), best in rated)

    return float(max(steps, key=worst))


def surely_wrong(claims: Sequence[Judged], score: Scoring) -> float:
    """Return the highest score below which a claim is more likely wrong than right if one in twenty is, or 0."""
    rated = [sides(own, score) for own in by_origin(claims).values()]
    most = 0.0
    for least in np.arange(0.01, 0.5, 0.01):
        right, wrong = (float(np.mean([(pair[side] < least).mean() for pair in rated])) for side in (0, 1))
        most = float(least) if (at_five(wrong, right) or 0.0) >= 0.5 else most
    return round(most, 2)


def at_five(wrong: float, right: float) -> float | None:
    """Return the precision of an alarm on such shares of wrong and right claims if one claim in twenty is wrong."""
    return precision("it", {"it": {"wrong": wrong, "right": right}}) if wrong or right else None


@dataclass(frozen=True)
class Fitted:
    """What claims give: shares of doubts, weights by which 0.5 is the threshold, and that of common words."""

    known: Odds
    weights: dict[str, float]
    least_overlap: float

    @property
    def score(self) -> Scoring:
        """The score by these weights."""
        return scoring(self.weights, self.known)


def fitted(claims: Sequence[Judged]) -> Fitted:
    known = shares(claims)
    weights = fit(claims, known)
    least = best_threshold(claims, scoring(weights, known))
    whole = weights["intercept"] + weights["words"] + weights["near"]  # of a copy
    drawn = math.log1p(math.exp(-whole)) - math.log(least)  # log(1 + exp(-z)) of a claim at the threshold
    weights["intercept"] += math.log(math.expm1(drawn) - 2 * math.exp(-whole))
    return Fitted(known, weights, best_threshold(claims, overlap))


def parts(claims: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    """Yield the sets, what only counts apart from what is looked at."""
    for origin, own in by_origin(claims).items():
        for counted in (False, True):
            if part := [one for one in own if one.counted == counted]:
                yield f"{origin}, check" if counted else origin, part


def show_sets(claims: Sequence[Judged], without: dict[str, Fitted]) -> None:
    """Print area and balanced accuracy of each set, by what the others give."""
    heads = ("claims", "right", "area", "balanced", "at its best", "gain")
    print("each set by what the others give: common words, score")
    print(f"{'':16}" + "".join(f"{head:>14}" for head in heads))
    for name, part in parts(claims):
        found = without[part[0].origin]
        areas = [area(part, score) for score in (overlap, found.score)]
        accuracies = [balanced(part, overlap, found.least_overlap), balanced(part, found.score, LIKELY)]
        best = [at_its_best(part, score) for score in (overlap, found.score)]
        cells = [f"{one:.3f} {other:.3f}" for one, other in (areas, accuracies, best)]
        gain = min(areas[1] - areas[0], accuracies[1] - accuracies[0])
        print(f"{name:16}{len(part):14}{sum(one.right for one in part):14}"
              + "".join(f"{cell:>14}" for cell in cells) + f"{gain:+14.3f}")  # fmt: skip


def show_verdicts(claims: Sequence[Judged]) -> None:
    """Print what the verdicts in use say of right and of wrong claims."""
    print("\nverdicts in use, of the right / of the wrong")
    told: dict[str, list[tuple[float, float]]] = {}
    for name, part in [*parts(claims), *languages(claims)]:
        cells = []
        for verdict in VERDICTS:
            right, wrong = (
                float(np.mean([one.verdict == verdict for one in part if one.right == side])) for side in (True, False)
            )
            cells.append(f"{verdict} {right:.3f}/{wrong:.3f}")
            told.setdefault(verdict, []).extend([(right, wrong)] if part[0].origin in name else [])
        print(f"{name:16}", "   ".join(cells))
    right, wrong = np.mean(told["unsupported"], axis=0)
    print(f'"unsupported" is right at 5 % errors: {at_five(float(wrong), float(right))}')


def languages(claims: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    """Yield the planted and the right answers by the language of the claim."""
    for language in ("en", "de", "fr", "es", "ja"):
        part = [one for one in claims if one.language == language and one.origin in (*PLANTED, "right")]
        if {one.right for one in part} == {True, False}:
            yield f"in {language!r}", part


def show_languages(claims: Sequence[Judged], found: Fitted) -> None:
    print("\nplanted errors and right answers by language: area of common words, of the score; any doubt, wrong/right")
    for name, part in languages(claims):
        said = [np.mean([bool(one.kinds) for one in part if one.right == side]) for side in (False, True)]
        print(f"{name:16}{len(part):8}   {area(part, overlap):.3f} {area(part, found.score):.3f}"
              f"   {said[0]:.2f}/{said[1]:.2f}")  # fmt: skip


def show_checks(claims: Sequence[Judged], without: dict[str, Fitted], whole: Fitted) -> None:
    """Print of each kind what it catches and its false alarms, and what it does for the area, set by set."""
    sets = by_origin(one for one in claims if not one.counted)
    gains = {
        (kind, origin): area(own, without[origin].score)
        - area(own, scoring(without[origin].weights, without[origin].known, kind))
        for origin, own in sets.items()
        for kind in whole.known
    }
    print("\ncaught/false alarms in %, and area gained in thousandths (* by the other sets it leaves)")
    print(f"{'':14}{'5 %':>6}" + "".join(f"{origin:>16}" for origin in sets))
    for kind in whole.known:
        cells = []
        for origin, own in sets.items():
            others = {name: gains[kind, name] for name in sets if name != origin}
            kept = np.mean(list(others.values())) > 0
            said = [100 * np.mean([kind in one.kinds for one in own if one.right == side]) for side in (False, True)]
            cells.append(f"{said[0]:.0f}/{said[1]:.0f} {1000 * gains[kind, origin]:+.0f}{'' if kept else '*'}")
        print(f"{kind:14}{precision(kind, whole.known):6}" + "".join(f"{cell:>16}" for cell in cells))


def main() -> None:
    """Measure, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", action="store_true", help="count the check halves and the blind set too")
    options = parser.parse_args()
    if not DEVPACK.is_dir():
        sys.exit("the development sets are not beside the checkout")
    claims = list(read(options.judge))
    looked = [one for one in claims if not one.counted]
    origins = list(by_origin(claims))
    without = {origin: fitted([one for one in looked if one.origin != origin]) for origin in origins}
    whole = fitted(looked)
    show_sets(claims, without)
    show_languages(claims, whole)
    show_checks(claims, without, whole)
    show_verdicts(claims)
    print("\nfitted on all:", {name: round(value, 2) for name, value in whole.weights.items()}, "in use:", WEIGHTS)
    print("below this score more likely wrong than right at 5 % errors:", surely_wrong(looked, whole.score) or "none")
    for kind, own in whole.known.items():
        print(f"{kind} = {{ wrong = {own['wrong']}, right = {own['right']} }}  # {precision(kind, whole.known)}")


if __name__ == "__main__":
    main()
