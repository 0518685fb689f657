"""Learns what position a sentence takes, and measures it on the sentences of authors that were not learnt from.

Usage: `python benchmarks/fit_stance.py [--write] [--counted FILE …]`. The sentences of six authors
(`benchmarks/questions/stance/author_*.toml`), each left out in turn, are read by what is learnt from the others and
from `own.toml` and `prose.toml`, beside the patterns alone. `--counted` reads sentences by what is learnt from all:
`counted.toml` is a seventh author's. `--write` puts the weights where they are shipped. F1 is the mean over the six
stances; "plain" are sentences that are not made to mislead; "as learnt" is without the shares that stances have in
reports.
"""

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from coscribe.language.places import nested_region, places_named
from coscribe.tools.align.matrix import SIGNS, Sign
from coscribe.tools.align.stances.position_features import ReadSentence, read_sentence
from coscribe.tools.align.stances.position_reader import PositionWeights, probabilities

ROOT = Path(__file__).parents[1]
SENTENCES = ROOT / "benchmarks" / "questions" / "stance"
SHIPPED = ROOT / "tools" / "align" / "stances" / "position_weights.json"
ALWAYS = ("own.toml", "prose.toml")  # learnt from in each turn
RIDGE = 5.0
RARE = 4  # sentences, in fewer of which a feature is not learnt
STEPS, TOLERANCE = 600, 1e-5
DIGITS = 3
# Without the shares that stances have in reports, for `unittest.mock.patch`.
AS_LEARNT = ("coscribe.tools.align.stances.position_reader._SHARE", dict.fromkeys(SIGNS, 1.0))


@dataclass(frozen=True)
class Judged:
    """A sentence with what is seen of it, and the stance that its author gave it."""

    stance: Sign
    language: str
    tricky: bool
    seen: ReadSentence


def judged(file: Path) -> Iterator[Judged]:
    """Yield the sentences of a file."""
    for one in tomllib.loads(file.read_text("utf-8"))["sentence"]:
        own = {place for *_, place in places_named(one["speaker"])} or {one["speaker"].lower()}
        own |= {nested_region(place).split("/")[0].lower() for place in own}
        topic = one["topic"].lower()
        seen = read_sentence(one["text"], one["language"], own, lambda text, topic=topic: topic in text.lower())
        yield Judged(one["stance"], one["language"], one["tricky"], seen)


def learnt(cases: Sequence[Judged]) -> PositionWeights:
    """Return the weights of a ridge multinomial regression, by accelerated gradient descent (Nesterov 1983)."""
    counts = Counter(name for case in cases for name in case.seen.features)
    names = sorted(name for name, count in counts.items() if count >= RARE)
    place = {name: index for index, name in enumerate(names)}
    table = np.zeros((len(cases), len(names) + 1))
    table[:, -1] = 1
    for row, case in enumerate(cases):
        for name, value in case.seen.features.items():
            if name in place:
                table[row, place[name]] = value
    label = np.array([[float(case.stance == sign) for sign in SIGNS] for case in cases])
    ridge = np.full((len(names) + 1, 1), RIDGE)
    ridge[-1] = 0
    step = 1 / (0.5 * np.linalg.norm(table, 2) ** 2 + RIDGE)
    found = ahead = np.zeros((len(names) + 1, len(SIGNS)))
    for number in range(STEPS):
        sums = table @ ahead
        chance = np.exp(sums - sums.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        moved = ahead - step * (table.T @ (chance - label) + ridge * ahead)
        ahead = moved + number / (number + 3) * (moved - found)
        small = np.abs(moved - found).max() < TOLERANCE
        found = moved
        if small:
            break
    rows = {name: tuple(round(float(each), DIGITS) for each in found[index]) for name, index in place.items()}
    return PositionWeights(
        tuple(round(float(each), DIGITS) for each in found[-1]), {name: row for name, row in rows.items() if any(row)}
    )


def read(case: Judged, weights: PositionWeights) -> Sign:
    likely = probabilities(case.seen, weights)
    return max(likely, key=likely.__getitem__)


def f1(pairs: Sequence[tuple[Sign, Sign]]) -> dict[Sign, float]:
    """Return the F1 of each stance over pairs of what is true and what was read."""
    found = {}
    for sign in SIGNS:
        both = sum(true == told == sign for true, told in pairs)
        either = sum(true == sign for true, _ in pairs) + sum(told == sign for _, told in pairs)
        found[sign] = 2 * both / either if either else 0.0
    return found


def mean(pairs: Sequence[tuple[Sign, Sign]]) -> float:
    return sum(f1(pairs).values()) / len(SIGNS)


def line(name: str, cases: Sequence[Judged], told: Sequence[Sign]) -> str:
    """Return what was measured on some sentences."""
    pairs = [(case.stance, sign) for case, sign in zip(cases, told, strict=True)]
    rules = [(case.stance, case.seen.ruled.shown.sign) for case in cases]
    apart: dict[bool, list[tuple[Sign, Sign]]] = {False: [], True: []}
    for pair, case in zip(pairs, cases, strict=True):
        apart[case.tricky].append(pair)
    each = " ".join(f"{sign} {score:.2f}" for sign, score in f1(pairs).items())
    spoken = " ".join(
        f"{code} {mean([pair for pair, case in zip(pairs, cases, strict=True) if case.language == code]):.2f}"
        for code in sorted({case.language for case in cases})
    )
    return (
        f"{name:10} {len(cases):4} F1 {mean(pairs):.3f} (patterns alone {mean(rules):.3f}), "
        f"plain {mean(apart[False]):.3f}, tricky {mean(apart[True]):.3f}; {each}; {spoken}"
    )


def main() -> None:
    """Learn, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="ship the weights")
    parser.add_argument("--counted", type=Path, action="append", help="count these sentences, too")
    options = parser.parse_args()
    authors = {file.stem: list(judged(file)) for file in sorted(SENTENCES.glob("author_*.toml"))}
    own = [case for name in ALWAYS for case in judged(SENTENCES / name)]
    everything: list[Judged] = []
    told: list[Sign] = []
    for left_out, cases in authors.items():
        weights = learnt([*own, *(case for name, theirs in authors.items() if name != left_out for case in theirs)])
        signs = [read(case, weights) for case in cases]
        print(line(left_out, cases, signs), flush=True)
        everything += cases
        told += signs
    print(line("left out", everything, told))
    weights = learnt([*own, *everything])
    if options.write:
        lines = ",\n".join(f"{json.dumps(name)}: {list(row)}" for name, row in weights.features.items())
        kept = f'{{"bias": {list(weights.bias)},\n"features": {{\n{lines}}}}}\n'
        SHIPPED.write_text(kept, encoding="utf-8")
        print(f"{len(weights.features)} features, {len(kept) / 1000:.0f} KB")
    for file in options.counted or []:
        cases = list(judged(file))
        print(line(file.stem, cases, [read(case, weights) for case in cases]))
        with patch(*AS_LEARNT):
            print(line("as learnt", cases, [read(case, weights) for case in cases]))


if __name__ == "__main__":
    main()
