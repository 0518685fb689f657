"""Measures the reviewer's free check on the planted errors: about which of each class it has doubts, and false alarms.

Usage: `python benchmarks/planted.py [--wrong {tune,second,third,fourth}] [--work]`. The tune and check halves were
frozen on 2026-11-22 (`tests/planted/FROZEN`): some in our own words, some made by a seeded script from supported claims
of WiCE and BEGIN, where those lie beside the checkout. Work on the check looks at the tune half and at the second,
third and fourth sets, by three further authors; the check half is only counted. The blind set was frozen on 2026-11-29
by an author who had read neither the check nor any case: it is the one that judges. `--work` leaves out what judges.
Beside the check stands the share of common content words alone, with the threshold that separates the tune half best,
and what each takes.
Ranges are 95 % (Wilson 1927).
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import coscribe

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from measures import wilson  # noqa: E402
from perturbation import DEVPACK, mechanical  # noqa: E402
from planted_claims import CLASSES, SPLITS, Planted, Split, content, digest, frozen, own  # noqa: E402

MATERIAL: tuple[Split, ...] = ("second", "third", "fourth")
LOW = 0.5  # share of common content words under which a paraphrase is a hard one
Check = Callable[[str, tuple[str, ...]], bool]


def by_coscribe(claim: str, evidence: tuple[str, ...]) -> bool:
    return {doubt.kind for doubt in coscribe.support(claim, evidence).doubts} <= {"unchecked"}


def by_overlap(cases: Sequence[Planted]) -> Check:
    """Return the check that looks at common words alone, with the threshold that is best on these cases."""

    def share(claim: str, evidence: tuple[str, ...]) -> float:
        words = content(claim)
        return len(words & content(" ".join(evidence))) / max(len(words), 1)

    rated = [(share(case.supported, case.evidence), share(case.unsupported, case.evidence)) for case in cases]
    best = max(
        sorted({right for right, _ in rated}),
        key=lambda least: sum((right >= least) + (wrong < least) for right, wrong in rated),
    )
    return lambda claim, evidence: share(claim, evidence) >= best


def told(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits:>3}/{of:<3} {hits / max(of, 1):>4.0%} [{low:.2f} {high:.2f}]"


def show(name: str, cases: Sequence[Planted], stands: Check, classes: Sequence[str] = ()) -> None:
    """Print the share of errors caught, by these classes and in all, and the false alarms: a column for each split."""
    splits = list(dict.fromkeys(case.split for case in cases))
    parts = [[case for case in cases if case.split == split] for split in splits]
    print(f"\n{name:28}" + "".join(f"{split:>22}" for split in splits))
    for kind in (*classes, "all errors"):
        columns = [[case for case in part if kind in (case.kind, "all errors")] for part in parts]
        caught = [sum(not stands(case.unsupported, case.evidence) for case in column) for column in columns]
        print(f"  caught: {kind:18}" + "".join(f"{told(n, len(c)):>22}" for n, c in zip(caught, columns, strict=True)))
    for label, most in (("false alarms", 1.01), ("  of few common words", LOW)):
        columns = [[case for case in part if case.overlap < most] for part in parts]
        alarms = [sum(not stands(case.supported, case.evidence) for case in column) for column in columns]
        print(f"  {label:26}" + "".join(f"{told(n, len(c)):>22}" for n, c in zip(alarms, columns, strict=True)))


def milliseconds(cases: Sequence[Planted], stands: Check) -> float:
    """Return the CPU time of a claim that was not seen before."""
    started = time.process_time()
    for case in cases:
        stands(case.supported, case.evidence)
        stands(case.unsupported, case.evidence)
    return 1000 * (time.process_time() - started) / (2 * len(cases))


def show_wrong(cases: Sequence[Planted]) -> None:
    """Print the missed errors and the false alarms of these cases."""
    for case in cases:
        missed = by_coscribe(case.unsupported, case.evidence)
        found = coscribe.support(case.supported, case.evidence)
        evidence = " | ".join(case.evidence)[:300]
        if missed:
            print(f"missed {case.id} ({case.kind}): {case.unsupported}\n       {evidence}")
        if found.doubts:
            print(f"alarm  {case.id} ({case.kind}): {case.supported}\n       {evidence}\n       {found.reasons}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", choices=["tune", *MATERIAL], help="print what goes wrong on a set to work on")
    parser.add_argument("--work", action="store_true", help="leave out what judges: the check half and the blind set")
    asked = parser.parse_args()
    sets = {"own words": [case for split in SPLITS for case in own(split)]}
    if DEVPACK.is_dir():
        sets["mechanical"] = mechanical()
        if digest(sets["mechanical"]) != frozen()["mechanical"]:
            sys.exit(
                "the mechanical cases are not those that were frozen: give tests/perturbation.py back its old text"
            )
    else:
        print("the development sets are not beside the checkout: own words alone")
    every = [case for cases in sets.values() for case in cases]
    tune = [case for case in every if case.split == "tune"]
    if digest(own("blind")) != frozen()["own-blind"]:
        sys.exit("the blind cases are not those that were frozen: give tests/planted/blind.toml back its old text")
    material = {name: own(name) for name in MATERIAL}
    sets["own words"] += [*own("blind"), *(case for cases in material.values() for case in cases)]
    if asked.wrong:
        show_wrong(tune if asked.wrong == "tune" else material[asked.wrong])
    overlap = by_overlap(tune)
    unseen = [case for cases in material.values() for case in cases]
    by_coscribe("A first claim loads what the check needs.", ("Any words.",))
    took = milliseconds(unseen, by_coscribe)
    print(f"CPU ms a claim: coscribe {took:.1f}, common words alone {milliseconds(unseen, overlap):.2f}")
    if asked.work:
        sets = {name: [case for case in cases if case.split not in ("check", "blind")] for name, cases in sets.items()}
    for name, cases in (sets if asked.work else {**sets, "together": every}).items():
        show(f"{name}: coscribe", cases, by_coscribe, CLASSES)
        if not asked.work:
            show(f"{name}: common words alone", cases, overlap)


if __name__ == "__main__":
    main()
