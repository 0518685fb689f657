"""Finds words by their letters and digits alone, however a page sets them: hyphens, ligatures, raised signs apart."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

LEAST = 8  # letters of a part of the words that is looked for by itself
WHOLE = 0.8  # share of the letters that have to be found


@dataclass(frozen=True, slots=True)
class FoldedText:
    """The letters and digits of some signs, folded, each with the place of its sign among them."""

    letters: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, signs: Iterable[str]) -> "FoldedText":
        """Take signs, or the characters of a text, as they come."""
        found = [(letter, place) for place, sign in enumerate(signs) for letter in _folded(sign)]
        return cls("".join(letter for letter, _ in found), tuple(place for _, place in found))

    def occurrences(self, words: str) -> list[tuple[int, int]]:
        """Return the first and last places of each occurrence of words, in order."""
        wanted = FoldedText.of(words).letters
        found, at = [], self.letters.find(wanted) if wanted else -1
        while at >= 0:
            found.append((self.places[at], self.places[at + len(wanted) - 1]))
            at = self.letters.find(wanted, at + 1)
        return found

    def pieces(self, words: str, rank: int) -> list[tuple[int, int]]:
        """Return where words stand: the occurrence of this rank, else the parts of them that are found by themselves.

        Words may be parted on a page by what stands beside or between them. None is found where too much is missing.
        """
        whole = self.occurrences(words)
        if whole:
            return [whole[min(rank, len(whole) - 1)]]
        wanted = FoldedText.of(words).letters
        found: list[tuple[int, int]] = []
        at = start = known = 0
        while at < len(wanted):
            length = self._longest(wanted, at)
            if length < min(LEAST, len(wanted)):
                at += 1
                continue
            part = wanted[at : at + length]
            place = self.letters.find(part, start)
            place = place if place >= 0 else self.letters.find(part)
            found.append((self.places[place], self.places[place + length - 1]))
            at, start, known = at + length, place + length, known + length
        return found if known >= WHOLE * len(wanted) > 0 else []

    def _longest(self, wanted: str, at: int) -> int:
        """How many letters from a place on stand here behind one another."""
        lengths = range(1, len(wanted) - at + 1)
        return bisect_left(lengths, True, key=lambda length: wanted[at : at + length] not in self.letters)


def _folded(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    return "".join(char for char in unicodedata.normalize("NFKC", sign).casefold() if char.isalnum())
