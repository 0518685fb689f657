"""Compares what `align --json` printed with what was planted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from doubles.roadmaps import FOR, Pair, Planted

SPOKEN = (*FOR, "mentions", "opposes", "mixed")
SIDES = (*FOR, "opposes", "mixed")
Matrix = Mapping[str, Any]


@dataclass
class Score:
    """What was right and wrong in one matrix, or in several added up."""

    stances: list[tuple[str, str]] = field(default_factory=list)  # of counted cells: the truth, and what was told
    told_apart: dict[str, Counter[str]] = field(default_factory=dict)  # by type: "right", "false", "missed"
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Take in another matrix."""
        self.stances += other.stances
        self.counts += other.counts
        self.wrong += other.wrong
        for kind, counted in other.told_apart.items():
            self.told_apart.setdefault(kind, Counter()).update(counted)

    def stance_f1(self, names: Sequence[str] = SPOKEN) -> float:
        """Return the mean F1 of the stances that reports can take."""
        return sum(self.f1_of(name) for name in names) / len(names)

    def f1_of(self, name: str) -> float:
        right = sum(truth == told == name for truth, told in self.stances)
        return _f1(
            right, sum(told == name for _, told in self.stances), sum(truth == name for truth, _ in self.stances)
        )

    def apart(self, kinds: Iterable[str] = ()) -> tuple[float, float, float]:
        """Return precision, recall and F1 of divergences, of some types or all."""
        total: Counter[str] = Counter()
        for kind in kinds or self.told_apart:
            total.update(self.told_apart.get(kind, Counter()))
        told, true = total["right"] + total["false"], total["right"] + total["missed"]
        return total["right"] / max(told, 1), total["right"] / max(true, 1), _f1(total["right"], told, true)


def _f1(right: int, told: int, true: int) -> float:
    return 2 * right / (told + true) if told + true else 1.0


def score(matrix: Matrix, planted: Planted) -> Score:
    """Return what is right in a matrix."""
    found = Score()
    for told in matrix["cells"]:
        _cell(told, planted, found)
    told = _rows(matrix["rows"], planted, found)
    stances = {(one["topic"], one["roadmap"]): one["stance"] for one in matrix["cells"]}
    return scored(stances, told, planted, found)


def scored(
    stances: Mapping[tuple[str, str], str], divergences: Iterable[Pair], planted: Planted, found: Score | None = None
) -> Score:
    """Return what is right in bare stances by topic and region, and in divergences."""
    found = found or Score()
    found.stances += [(cell.stance, stances[key]) for key, cell in planted.cells.items() if cell.counted]
    told = set(divergences) - planted.unclear
    for name, pairs in (("right", told & planted.divergences), ("false", told - planted.divergences),
                        ("missed", planted.divergences - told)):  # fmt: skip
        for _, kind, _ in pairs:
            found.told_apart.setdefault(kind, Counter())[name] += 1
    return found


def _cell(told: Matrix, planted: Planted, found: Score) -> None:
    topic, region = told["topic"], told["roadmap"]
    truth, stance = planted.cells[topic, region], told["stance"]
    cited = {planted.regions[one["file"]] for one in told["citations"]}
    found.counts["cells"] += 1
    for name in ("silent", "not_assessed"):
        found.counts[f"{name} planted"] += truth.stance == name
        found.counts[f"{name} found"] += truth.stance == stance == name
        found.counts[f"{name} invented"] += stance == name != truth.stance
    found.counts["reported planted"] += truth.only_reported
    found.counts["reported taken for a position"] += truth.only_reported and stance in SIDES
    found.counts["citations of another region"] += bool(cited - {region})
    if truth.unheard:
        files = {one["file"] for one in told["citations"]}
        found.counts["drafts and old editions planted"] += 1
        found.counts["drafts and old editions shown"] += any("draft" in one or "2022" in one for one in files)
        found.counts["drafts and old editions that voted"] += (
            told["counted"] if not truth.counted else stance != truth.stance and stance in ("mixed", "opposes")
        )
    if truth.counted and told["counted"] and stance != truth.stance:
        said = " / ".join(f"[{sign}] {text}" for text, sign in truth.said) or "(nothing)"
        read = " / ".join(f"{one['stance']} by {one['words']!r}" for one in told["signs"])
        found.wrong.append(f"{truth.stance} taken for {stance} ({region}): {said}\n      read: {read}")


def _rows(rows: Sequence[Matrix], planted: Planted, found: Score) -> set[Pair]:
    nested = {region for region in planted.regions.values() if "/" in region}
    told: set[Pair] = set()
    for row in rows:
        for one in row["divergences"]:
            found.counts["divergences of nested regions"] += bool(nested & set(one["between"]))
            files = [each["file"] for each in one["citations"]]
            found.counts["divergences by drafts or old editions"] += any("draft" in f or "2022" in f for f in files)
            pair = (row["topic"], one["type"], frozenset(one["between"]))
            told.add(pair)
            if pair not in planted.divergences | planted.unclear:
                texts = " | ".join(each["quote"] for each in one["citations"])
                found.wrong.append(f"false divergence ({one['type']}, {one['detail']}): {texts}")
    apart = {"diverge": "apart", "mixed": "apart"}
    readings = planted.readings()
    found.counts["rows"] += len(rows)
    found.counts["rows read right"] += sum(
        apart.get(row["reading"], row["reading"]) == readings[row["topic"]] for row in rows
    )
    for topic, kind, pair in sorted(planted.divergences - told, key=str):
        texts = [text for region in sorted(pair) for text, _ in planted.cells[topic, region].said]
        found.wrong.append(f"missed divergence ({kind}, {planted.kinds[topic]}): {' | '.join(texts)}")
    return told
