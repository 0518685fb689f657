"""Words cut at the end of a line: joined or kept hyphenated, as the rest of the same report writes them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

CUT = "\ufffe"  # how PDFium gives a hyphen at the end of a line; the line break is gone already
HYPHEN = re.compile("[-‐‑]")
WORD = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
PARTED = re.compile(r"(?<![\w-])[\w-]*\w(?:\ufffe|[-‐‑]\n)\s*\w[\w-]*")
LEFT = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*$")
ADDRESS = re.compile(r"(?:://|www\.|\w\.\w+/)\S*$")  # keeps its hyphens
SUSPENDED = re.compile("and|or|nor|to|und|oder|bis|et|ou|y|o|e")  # "pre-" / "and post-exascale"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a report that stand uncut: free ones, parts of compounds, and compounds; all in small letters."""

    free: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    compounds: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        """Collect from the texts of all pages; words that are cut there count for nothing."""
        words: set[str] = set()
        for text in texts:
            words.update(WORD.findall(PARTED.sub(" ", text).lower()))
        found = cls()
        for word in words:
            parts = HYPHEN.split(word)
            if len(parts) == 1:
                found.free.add(word)
                continue
            found.parts.update(parts)
            found.compounds.add("-".join(parts))
            found.compounds.update(f"{one}-{two}" for one, two in pairwise(parts))
        return found

    def _knows(self, word: str) -> bool:
        return word in self.free or word in self.parts

    def rule(self, left: str, right: str) -> tuple[str, bool]:
        """What stands between two halves of a cut word, and whether that is sure.

        In order: as the report itself writes the word elsewhere; with a hyphen before a capital or next to a figure;
        else with a hyphen, which is not sure.
        """
        one, two = left.lower().replace("‑", "-").replace("‐", "-"), right.lower().replace("‑", "-").replace("‐", "-")
        near, far = one.rsplit("-", 1)[-1], two.split("-", 1)[0]
        if one + two in self.compounds or self._knows(near + far):
            return "", True
        if f"{one}-{two}" in self.compounds or f"{near}-{far}" in self.compounds:
            return "-", True
        if right[0].isupper() or right[0].isdigit() or left[-1].isdigit():
            return "-", True
        return "-", False


@dataclass(frozen=True, slots=True)
class Mended:
    """The lines of a page without cut words; `origins` names, per line, the first and last line it was made of.

    `breaks` are offsets in the lines joined by newlines: of the kept hyphen or the join, where the rule was unsure.
    """

    lines: list[str]
    origins: list[tuple[int, int]]
    breaks: tuple[int, ...]


def mend(lines: Sequence[str], vocabulary: Vocabulary) -> Mended:
    """Resolve every line-end hyphen of a page; the line break that cut the word goes in any case."""
    done: list[str] = []
    origins: list[tuple[int, int]] = []
    breaks: list[int] = []
    offset = 0
    pending = ""
    first = 0
    for number, line in enumerate(lines):
        piece = pending + line
        pending = ""
        stripped = piece.rstrip()
        if number + 1 < len(lines) and _is_cut(stripped, lines[number + 1]):
            pending = stripped[:-1] + CUT
            continue
        text, unsure = _join(piece, vocabulary)
        breaks.extend(offset + place for place in unsure)
        done.append(text)
        origins.append((first, number))
        offset += len(text) + 1
        first = number + 1
    return Mended(done, origins, tuple(breaks))


def _is_cut(line: str, following: str) -> bool:
    return len(line) > 1 and line[-1] in "-‐‑" + CUT and line[-2].isalnum() and following[:1].isalnum()


def _join(line: str, vocabulary: Vocabulary) -> tuple[str, list[int]]:
    text, *rest = line.split(CUT)
    unsure: list[int] = []
    for piece in rest:
        left, right = LEFT.search(text), WORD.match(piece)
        if left is None or right is None:
            text += "-" + piece
        elif SUSPENDED.fullmatch(right.group()):
            text += "- " + piece
        elif ADDRESS.search(text):
            text += "-" + piece
        else:
            between, sure = vocabulary.rule(left.group(), right.group())
            if not sure:
                unsure.append(len(text))
            text += between + piece
    return text, unsure
