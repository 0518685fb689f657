"""Measures the matrix that quotes alone give: stances, typed divergences and silences, where the truth is known.

Each seed makes a collection of nine regions in three languages and twelve topics (`tests/doubles/roadmaps.py`). Beside
the matrix stand, in the same run, the one that the patterns alone give, without what was learnt, and, handed the
planted sentences themselves, the commonest stance for every cell and a few keywords. `--wording FILE` takes the
sentences of another author; `--wrong` prints what goes wrong. `--model` lets a scripted model place the cells, which
answers from the planted sentences that it is shown.
Usage: `python benchmarks/alignment.py [--seeds 20] [--wording FILE] [--model] [--wrong]`
"""

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from doubles.cell_author import CellAuthor  # noqa: E402
from doubles.command_line import run  # noqa: E402
from doubles.endpoint import Endpoint  # noqa: E402
from doubles.matrix_truth import SPOKEN, Score, score, scored  # noqa: E402
from doubles.roadmaps import FOR, Pair, Planted, Sentence, plant, sentences_of  # noqa: E402
from measures import PATTERNS_ALONE, wilson  # noqa: E402

QUOTED, DRAFTED = (0.80, 0.85), (0.90, 0.90)  # F1 at least, of stances and of divergences
TYPES = ("stance", "year", "figure", "metric", "scope", "currency")
NEVER = ("silent invented", "reported taken for a position", "citations of another region",
         "divergences of nested regions", "divergences by drafts or old editions",
         "drafts and old editions that voted")  # fmt: skip
# A reader's first guess at words, the first that fits; the roots are of English, German and French.
KEYWORDS = {
    "opposes": r"\bnot\b|\bno\b|reject|against|abandon|nicht|kein|gegen|lehn|aucun|contre|renonc|abandonn",
    "recommends": r"recommend|should|propose|advis|empf[ie]hl|sollte|rat|fordert|recommand|devrait|conseil|propos",
    "commits": r"must|shall|law|contract|decid|budget|muss|müssen|gesetz|vertrag|beschl|haushalt|doi[tv]|loi|contrat",
    "plans": r"plan|will|intend|aim|by 20|geplant|will|soll|ziel|bis 20|prév|objectif|d'ici|compte",
}
_YEAR = re.compile(r"\b20\d\d\b")
_FIGURE = re.compile(r"(\d+)\s(MW|million euros|Millionen Euro|millions d'euros|%|[Ee]xaflops)")


def matrix_of(planted: Planted, home: Path, endpoint: Endpoint | None = None) -> dict[str, object]:
    """Take the reports in and return what `align --json` prints, with a model behind an endpoint or without."""
    os.environ["COSCRIBE_HOME"] = str(home)
    run("ingest", planted.reports, "--embedder", "none")
    model = ("--model", "m") if endpoint else ()
    if endpoint:
        os.environ["COSCRIBE_BASE_URL"] = endpoint.url
        endpoint.reply = CellAuthor(planted)
    done = run("align", "--embedder", "none", "--topics", planted.topics, *model, "--json")
    if done.code:
        sys.exit(f"align ended with {done.code}: {done.err[-500:]}")
    return dict(done.json)


def by_keywords(planted: Planted) -> tuple[dict[tuple[str, str], str], set[Pair]]:
    """Return the stance of each cell by its first keyword, and who gives other years and figures."""
    stances: dict[tuple[str, str], str] = {}
    apart: set[Pair] = set()
    texts = {key: " ".join(text for text, _ in cell.said) for key, cell in planted.cells.items()}
    for key, text in texts.items():
        fits = (stance for stance, words in KEYWORDS.items() if re.search(words, text, re.IGNORECASE))
        stances[key] = next(fits, "mentions") if text else "silent"
    for topic in planted.kinds:
        outer = [region for name, region in texts if name == topic and "/" not in region]
        for one, other in combinations(outer, 2):
            pair, both = frozenset((one, other)), (texts[topic, one], texts[topic, other])
            sides = {stances[topic, one], stances[topic, other]}
            if "opposes" in sides and sides & set(FOR):
                apart.add((topic, "stance", pair))
            for kind, pattern in (("year", _YEAR), ("figure", _FIGURE)):
                found = [set(pattern.findall(text)) for text in both]
                if all(found) and not found[0] & found[1]:
                    apart.add((topic, kind, pair))
    return stances, apart


def by_majority(planted: Planted) -> tuple[dict[tuple[str, str], str], set[Pair]]:
    """Return the commonest stance of the collection for every cell that says anything."""
    common = Counter(cell.stance for cell in planted.cells.values() if cell.said).most_common(1)[0][0]
    return {key: common if cell.said else "silent" for key, cell in planted.cells.items()}, set()


def measure(seeds: Sequence[int], wording: Sequence[Sentence], endpoint: Endpoint | None) -> dict[str, Score]:
    """Return the scores over all seeds, ours and those beside it."""
    found = {name: Score() for name in ("coscribe", "patterns alone", "keywords", "commonest stance")}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            planted = plant(folder / "made", seed, wording)
            found["coscribe"].add(score(matrix_of(planted, folder / "home", endpoint), planted))
            with patch(*PATTERNS_ALONE):
                found["patterns alone"].add(score(matrix_of(planted, folder / "home"), planted))
        found["keywords"].add(scored(*by_keywords(planted), planted))
        found["commonest stance"].add(scored(*by_majority(planted), planted))
    return found


def show(found: Mapping[str, Score], least: tuple[float, float]) -> bool:
    """Print the scores and tell whether the targets are met, of which the F1 of stances and divergences is given."""
    print(f"{'F1':34}" + "".join(f"{name:>20}" for name in found))
    print(f"{'stance, mean of six':34}" + "".join(f"{one.stance_f1():>20.2f}" for one in found.values()))
    for stance in (*SPOKEN, "silent", "not_assessed"):
        print(f"  {stance:32}" + "".join(f"{one.f1_of(stance):>20.2f}" for one in found.values()))
    for name, kinds in (("divergences, all types", ()), *((f"  {kind}", (kind,)) for kind in TYPES)):
        told = ["{:.2f} ({:.2f} {:.2f})".format(*(one.apart(kinds)[at] for at in (2, 0, 1))) for one in found.values()]
        print(f"{name:34}" + "".join(f"{text:>20}" for text in told))
    print("  (in brackets: precision, recall)\n")
    ours = found["coscribe"]
    right = sum(truth == told for truth, told in ours.stances)
    low, high = wilson(right, len(ours.stances))
    print(
        f"cells right: {right} of {len(ours.stances)} ({right / len(ours.stances):.1%}, 95 % {low:.3f} to {high:.3f})"
    )
    for name in sorted(ours.counts.keys() | set(NEVER)):
        print(f"  {name:44}{ours.counts[name]:>7}{'  MISSED' if name in NEVER and ours.counts[name] else ''}")
    met = ours.stance_f1() >= least[0] and ours.apart()[2] >= least[1] and not any(ours.counts[name] for name in NEVER)
    all_found = ours.counts["silent found"] == ours.counts["silent planted"]
    print("targets met" if met and all_found else "targets MISSED")
    return met and all_found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--wording", type=Path, help="sentences of another author, as in tests/roadmaps/wording.toml")
    parser.add_argument("--model", action="store_true", help="let a scripted model place the cells")
    parser.add_argument("--wrong", action="store_true", help="print what goes wrong")
    asked = parser.parse_args()
    wording = sentences_of(asked.wording) if asked.wording else sentences_of()
    found = measure(range(asked.seeds), wording, Endpoint() if asked.model else None)
    if asked.wrong:
        print("\n".join(sorted(found["coscribe"].wrong)) + "\n")
    print(f"{asked.seeds} collections, sentences of {asked.wording.name if asked.wording else 'the generator'}")
    sys.exit(not show(found, DRAFTED if asked.model else QUOTED))


if __name__ == "__main__":
    main()
