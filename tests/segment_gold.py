"""The hand-made gold of segments, and how well the beginnings of segments found in its texts agree with it."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from coscribe.vectorstore.ingest.segments import Cut, cut
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import read

FILE = Path(__file__).parent / "gold" / "segments.toml"
SIGN = re.compile(r"‖(?:(heading|text|item|row)‖)?")

Cutter = Callable[[str], Iterable[int]]  # the text of a block -> where in it further segments begin


@dataclass(frozen=True)
class Marked:
    """A text without its signs: where its segments begin, and the kind of the block that begins at an offset."""

    language: str
    about: str
    text: str
    starts: tuple[int, ...]
    kinds: dict[int, str]

    @property
    def boundaries(self) -> frozenset[int]:
        return frozenset(self.starts[1:])

    @property
    def within_blocks(self) -> frozenset[int]:
        """The boundaries that no heading, item, row or blank line gives away."""
        return frozenset(self.starts) - self.kinds.keys()


@dataclass(frozen=True)
class Score:
    """How many boundaries are right, how many were found, and how many there are."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.found + other.found, self.gold + other.gold)

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold)


@dataclass(frozen=True)
class Judged:
    """A gold text as the plain-text reader and the segmenter see it."""

    gold: Marked
    page: Page
    cuts: list[Cut]

    @property
    def kinds(self) -> dict[int, str]:
        return {block.start: block.kind for block in self.page.blocks}

    def starts_by(self, cutter: Cutter) -> list[int]:
        """Where segments begin if `cutter` sees one block after the other, its lines joined."""
        return [
            block.start + start
            for block in self.page.blocks
            for start in {0, *cutter(self.page.text[block.start : block.end].replace("\n", " "))}
        ]

    def scores(self, starts: Iterable[int]) -> tuple[Score, Score]:
        """The scores over all boundaries, and over those within blocks alone."""
        found = frozenset(starts)
        blocks = {block.start for block in self.page.blocks}
        return _score(found - {0}, self.gold.boundaries), _score(found - blocks, self.gold.within_blocks)


def _score(found: frozenset[int], gold: frozenset[int]) -> Score:
    return Score(len(found & gold), len(found), len(gold))


def load() -> list[Marked]:
    """Every text of the gold; raises if one does not open with the sign of a block."""
    entries = tomllib.loads(FILE.read_text("utf-8"))["texts"]
    return [_unmark(entry["language"], entry["about"], entry["text"]) for entry in entries]


def _unmark(language: str, about: str, marked: str) -> Marked:
    text, at = "", 0
    starts: list[int] = []
    kinds: dict[int, str] = {}
    for sign in SIGN.finditer(marked):
        text += marked[at : sign.start()]
        at = sign.end()
        starts.append(len(text))
        if sign[1]:
            kinds[len(text)] = sign[1]
    if 0 not in kinds:
        raise ValueError(f"the text {about!r} must open with the sign of a block")
    return Marked(language, about, text + marked[at:], tuple(starts), kinds)


def judge(gold: Marked, folder: Path) -> Judged:
    """Send a text the whole way, from a file in `folder` over blocks to segments."""
    file = folder / "report.txt"
    file.write_text(gold.text, "utf-8", newline="")
    (page,) = read(file).pages
    return Judged(gold, page, cut([page], gold.language))


def totals(judged: Iterable[Judged], cutter: Cutter | None = None) -> dict[str, tuple[Score, Score]]:
    """The scores per language, of the segmenter or of another way to cut blocks; under "all" those of all texts."""
    sums: dict[str, tuple[Score, Score]] = defaultdict(lambda: (Score(), Score()))
    for one in judged:
        whole, within = one.scores([item.start for item in one.cuts] if cutter is None else one.starts_by(cutter))
        for key in (one.gold.language, "all"):
            sums[key] = (sums[key][0] + whole, sums[key][1] + within)
    return dict(sums)
