"""Fits how much words weigh beside meaning, and prints what each leg finds, and what each idea beside them changes.

Fitted on the tune halves of the sets of known_items.py, shown for both. `by turns` is what ships: the share of words
follows how much of the question's idf the best hit by words has (`vectorstore/ranking/fusion.py`). Below it, one
idea at a time: `headings`: the headings above a passage are embedded with it (for `--headings`: that takes minutes);
`neighbours`: a tenth of the similarity of the passages before and after; `page`: a fifth of the best of the page. What
the legs say is kept in the folder of the libraries, so that a rerun takes seconds.

Usage: `python benchmarks/fusion.py [--library DIR] [--set NAME] [--headings]`, the folder as in known_items.py. All
passages are ranked, without the reports that a question names.
"""

import argparse
import itertools
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coscribe
import known_items
import numpy as np
from coscribe.models.embedder import MiniLM
from coscribe.vectorstore.index.vectors import VectorIndex
from coscribe.vectorstore.ranking import fusion

Numbers = np.ndarray[Any, np.dtype[Any]]
Share = Callable[[float], float]
DEPTH = 240  # hits by words


@dataclass(frozen=True)
class Legs:
    """What is said of each passage for one question: by words, of the question's idf, and by meaning; and the gold."""

    words: Numbers
    meaning: Numbers
    gold: Numbers
    split: str


@dataclass(frozen=True)
class Measured:
    """A set's questions with what the legs say, and which passages stand beside each and on its page."""

    legs: list[Legs]
    around: Numbers
    page: Numbers


def measured(name: str, folder: Path, headings: bool) -> Measured:
    """Return what the legs say for a set, from the folder where it is kept."""
    kept = folder / f"legs-{name}{'-headings' if headings else ''}.pickle"
    if not kept.is_file():
        library = known_items.prepared(known_items.COLLECTIONS[name], folder, "minilm")
        kept.write_bytes(pickle.dumps(_asked(name, library, headings)))
    found: Measured = pickle.loads(kept.read_bytes())
    return found


def _asked(name: str, library: coscribe.Library, headings: bool) -> Measured:
    passages = known_items.texts(library)
    makers = {
        "hand": known_items.by_hand, "script": known_items.by_script, "squad2": known_items.squad,
        "pubmedqa": known_items.pubmed,
    }  # fmt: skip
    items = list(makers[name](passages))
    at = {passage.id: number for number, passage in enumerate(passages)}
    words, near, model = library.words(), VectorIndex(library.folder / "vectors", MiniLM.dimension), MiniLM()
    vectors = model.embed([_headed(library, passage) for passage in passages]) if headings else None
    legs = []
    for item in items:
        reach = words.reach(item.question, "en")
        said, meant = np.zeros(len(at), np.float32), np.zeros(len(at), np.float32)
        for hit in words.search(item.question, "en", DEPTH):
            said[at[hit.passage]] = hit.score / reach
        asked = model.embed([item.question])[0]
        if vectors is not None:
            meant[:] = vectors @ asked
        else:
            for close in near.search(asked, len(at)):
                meant[at[close.passage]] = close.similarity
        legs.append(Legs(said, meant, np.array([at[one] for one in item.gold if one in at], int), item.split))
    pages = {key: number for number, key in enumerate(dict.fromkeys((one.file, one.page) for one in passages))}
    around = [
        [beside if 0 <= beside < len(passages) and passages[beside].file == one.file else number
         for beside in (number - 1, number + 1)]
        for number, one in enumerate(passages)
    ]  # fmt: skip
    return Measured(legs, np.array(around), np.array([pages[one.file, one.page] for one in passages]))


def _headed(library: coscribe.Library, passage: known_items.Text) -> str:
    path = library.catalogue.passages([passage.id])[passage.id].locator.path
    return "\n".join([" › ".join(path[-2:]), passage.text])


def scaled(similarities: Numbers) -> Numbers:
    """Return similarities as they are fused."""
    return np.array([fusion.scaled(float(one)) for one in similarities], np.float32)


def ranks(found: Measured, share: Share, near: Callable[[Measured, Legs], Numbers], split: str) -> Numbers:
    """Return the rank, from 1, of each question's best gold passage."""
    places = []
    for one in found.legs:
        if one.split == split:
            part = share(float(one.words.max()))
            scores = part * one.words + (1 - part) * near(found, one)
            places.append(1 + int((scores > scores[one.gold].max()).sum()))
    return np.array(places)


def by_meaning(found: Measured, one: Legs) -> Numbers:
    """Return what meaning says of each passage."""
    return scaled(one.meaning)


def with_neighbours(found: Measured, one: Legs) -> Numbers:
    """Return the same with a tenth of the better of the passages before and after."""
    return scaled((one.meaning + 0.1 * one.meaning[found.around].max(axis=1)) / 1.1)


def with_page(found: Measured, one: Legs) -> Numbers:
    """Return the same with a fifth of the best of its page."""
    best = np.full(found.page.max() + 1, -1.0, np.float32)
    np.maximum.at(best, found.page, one.meaning)
    return scaled((one.meaning + 0.2 * best[found.page]) / 1.2)


def turning(least: float, most: float, at: float, within: float) -> Share:
    """Return a share that turns from the least to the most where the best hit by words has so much of the question."""
    return lambda best: least + (most - least) / (1 + float(np.exp((at - best) / within)))


def fitted(sets: dict[str, Measured]) -> tuple[float, float, float, float]:
    """Return the figures of the share with the best mean reciprocal rank and share in ten on the tune halves."""

    def worth(figures: tuple[float, float, float, float]) -> float:
        total = 0.0
        for found in sets.values():
            reached = ranks(found, turning(*figures), by_meaning, "tune")
            total += float((1 / reached).mean() + (reached <= 10).mean())
        return total

    grid = itertools.product((0.0, 0.1, 0.2), (0.8, 0.93, 1.0), (0.9, 1.0, 1.1), (0.05, 0.1, 0.2))
    return max(grid, key=worth)


def rows(
    sets: dict[str, Measured], label: str, share: Share, near: Callable[[Measured, Legs], Numbers]
) -> Iterator[str]:
    """Yield a line of a table: first, in five and in ten of each set, tune and check half."""
    cells = []
    for name, found in sets.items():
        halves = [ranks(found, share, near, split) for split in known_items.SPLITS]
        told = ["/".join(f"{(half <= depth).mean():.2f}" for half in halves) for depth in known_items.DEPTHS]
        cells.append(f"{name} {' '.join(told)}")
    yield f"{label:<18}{' | '.join(cells)}"


def main() -> None:
    """Measure and print, where the sets are there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path, help="a folder for the libraries, used again by the next run")
    parser.add_argument(
        "--set", choices=tuple(known_items.COLLECTIONS), action="append", help="repeatable; default all"
    )
    parser.add_argument("--headings", action="store_true", help="embed the headings above a passage with it")
    options = parser.parse_args()
    if not known_items.DEVPACK.is_dir():
        print(f"skipped: {known_items.DEVPACK.name!r} is not beside the checkout")
        return
    shipped = turning(fusion.LEAST, fusion.MOST, fusion.TURNS_AT, fusion.WITHIN)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.library or Path(temporary)
        chosen: Sequence[str] = options.set or tuple(known_items.COLLECTIONS)
        sets = {name: measured(name, folder, options.headings) for name in chosen}
    ideas: list[tuple[str, Share, Callable[[Measured, Legs], Numbers]]] = [
        ("words", lambda best: 1.0, by_meaning), ("meaning", lambda best: 0.0, by_meaning),
        ("one share, .6", lambda best: 0.6, by_meaning), ("by turns", shipped, by_meaning),
        ("neighbours", shipped, with_neighbours), ("page", shipped, with_page),
    ]  # fmt: skip
    for label, share, near in ideas:
        print("\n".join(rows(sets, label, share, near)))
    print("fitted: least, most, at, within:", *fitted(sets))


if __name__ == "__main__":
    main()
