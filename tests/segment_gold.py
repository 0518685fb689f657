"""The hand-made gold of segments, and how well the beginnings of segments found in its texts agree with it."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coscribe.vectorstore.reading.page import Block, Page
from coscribe.vectorstore.reading.read import read
from coscribe.vectorstore.segments import Cut, cut

FILE = Path(__file__).parent / "gold" / "segments.toml"
SIGN = re.compile(r"‖(?:(heading|text|item|row)‖)?")

Cutter = Callable[[str], Iterable[int]]  # a block's text -> where in it a further segment begins


@dataclass(frozen=True)
class Gold:
    """A text without its signs: where its segments begin, and of what kind the block is that begins at an offset."""

    language: str
    about: str
    text: str
    starts: tuple[int, ...]
    kinds: dict[int, str]

    @property
    def inner(self) -> frozenset[int]:
        """The beginnings that no block gives away."""
        return frozenset(self.starts) - self.kinds.keys()

    @property
    def boundaries(self) -> frozenset[int]:
        """All beginnings but the first."""
        return frozenset(self.starts[1:])


@dataclass(frozen=True)
class Score:
    """How many boundaries are right, how many were found and how many there are."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.found + other.found, self.gold + other.gold)

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


def compare(found: Iterable[int], gold: Iterable[int]) -> Score:
    found, gold = frozenset(found), frozenset(gold)
    return Score(len(found & gold), len(found), len(gold))


def load() -> list[Gold]:
    """Every text of the gold; raises if a text does not open with a block."""
    return [
        _parse(entry["language"], entry["about"], entry["text"])
        for entry in tomllib.loads(FILE.read_text("utf-8"))["texts"]
    ]


def _parse(language: str, about: str, marked: str) -> Gold:
    text, starts, kinds, at = "", [], {}, 0
    for sign in SIGN.finditer(marked):
        text += marked[at : sign.start()]
        at = sign.end()
        starts.append(len(text))
        if sign[1]:
            kinds[len(text)] = sign[1]
    text += marked[at:]
    if not starts or starts[0] != 0 or 0 not in kinds:
        raise ValueError(f"the text {about!r} must open with the sign of a block")
    return Gold(language, about, text, tuple(starts), kinds)


def read_gold(gold: Gold, folder: Path) -> tuple[Page, list[Cut]]:
    """The text as it comes out of the plain-text reader, and its segments."""
    file = folder / "report.txt"
    file.write_text(gold.text, "utf-8", newline="")
    (page,) = read(file).pages
    return page, cut([page], gold.language)


def cut_by(cutter: Cutter, page: Page) -> list[int]:
    """Where segments begin if `cutter` sees block after block, its lines joined; the blocks are given to it."""
    return [start for block in page.blocks for start in (block.start, *_within(cutter, page.text, block))]


def _within(cutter: Cutter, text: str, block: Block) -> Sequence[int]:
    body = text[block.start : block.end].replace("\n", " ")
    return [block.start + start for start in cutter(body) if start]
