"""Running headers and footers: lines at the edge of a page that come back from page to page."""

import re
from collections.abc import Sequence

EDGE = 2  # lines looked at, at the top and at the bottom
FEWEST = 3  # pages a line must come back on
SHARE = 0.4  # of all pages; headers that alternate between left and right pages reach half
FEWEST_NEAR = 5  # pages, for the running header of one chapter, which must fill the same share of that chapter
DIGITS = re.compile(r"\d+")
ROMAN = re.compile(r"[ivxlc]+")

Span = tuple[int, int]


def furniture(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """Per page the spans of its running headers and footers; numbers in them may change from page to page."""
    edges = [_edges(text) for text in texts]
    pages: dict[str, list[int]] = {}
    for number, lines in enumerate(edges):
        for key in {_fold(text[first:last]) for text in [texts[number]] for first, last in lines}:
            pages.setdefault(key, []).append(number)
    running = {key for key, numbers in pages.items() if _runs(numbers, len(texts))}
    return [
        tuple((first, last) for first, last in lines if _fold(text[first:last]) in running)
        for text, lines in zip(texts, edges, strict=True)
    ]


def _runs(numbers: Sequence[int], total: int) -> bool:
    if len(numbers) >= FEWEST and len(numbers) >= SHARE * total:
        return True
    return len(numbers) >= FEWEST_NEAR and len(numbers) >= SHARE * (numbers[-1] - numbers[0] + 1)


def _edges(text: str) -> list[Span]:
    """The spans of the first and last lines that are not blank, without the white space around them."""
    spans: list[Span] = []
    offset = 0
    for raw in text.split("\n"):
        body = raw.strip()
        if body:
            start = offset + len(raw) - len(raw.lstrip())
            spans.append((start, start + len(body)))
        offset += len(raw) + 1
    return spans if len(spans) <= 2 * EDGE else spans[:EDGE] + spans[-EDGE:]


def _fold(line: str) -> str:
    """Facing pages have the same words in another order, and other numbers."""
    folded = " ".join(sorted(DIGITS.sub("0", line.casefold()).split()))
    return "0" if ROMAN.fullmatch(folded) else folded
