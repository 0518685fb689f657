"""Doubts in words, for whoever writes a sentence anew or asks why it is not in the answer, and where they are."""

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


def span_of(words: str, text: str) -> tuple[int, int] | None:
    """Return where words first stand in a text, in whatever case, if they do."""
    start = text.casefold().find(words.casefold()) if len(text.casefold()) == len(text) else text.find(words)
    return (start, start + len(words)) if start >= 0 else None
