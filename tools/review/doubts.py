"""Doubts in words: for whoever writes a sentence anew, and for whoever asks why it is not in the answer."""

from collections.abc import Sequence

from ...core.shapes import Doubt

_MOST = 4  # one wrong citation raises many


def reasons(doubts: Sequence[Doubt]) -> list[str]:
    """Return what is wrong with a claim, each in a few words, and how many more there are."""
    more = len(doubts) - _MOST
    return [*(doubt.detail for doubt in doubts[:_MOST]), *([f"and {more} more"] if more > 0 else [])]


def in_words(doubts: Sequence[Doubt]) -> str:
    """Return what is wrong with a claim on one line."""
    return "; ".join(reasons(doubts))
