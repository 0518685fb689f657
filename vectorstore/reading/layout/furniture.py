"""Running headers and footers: lines at the edge of a page that come back from page to page."""

import re
from collections.abc import Sequence

from ..page import Span

EDGE = 2  # lines looked at, at the top and at the bottom
FEWEST = 3  # pages a line must come back on
SHARE = 0.4  # of all pages; headers that alternate between left and right pages reach half
FEWEST_NEAR = 5  # pages, for the running header of one chapter, which must fill the same share of that chapter
DIGITS = re.compile(r"\d+")
ROMAN = re.compile(r"[ivxlc]+")


def furniture(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """Per page the spans of its running headers and footers; numbers in them may change from page to page.

    What runs at the edge of other pages counts away from the edge too, where it bears a number: a page may give its
    footnotes after its footer. The first page is spared, it bears the title.
    """
    pages = [_lines(text) for text in texts]
    edges = [[(span, _fold(body)) for span, body in _edges(lines)] for lines in pages]
    seen: dict[str, list[int]] = {}
    for number, edge in enumerate(edges):
        for key in {key for _, key in edge}:
            seen.setdefault(key, []).append(number)
    running = {key for key, numbers in seen.items() if _runs(numbers, len(texts))}
    numbered = {key for key in running if "0" in key and any(map(str.isalpha, key))}
    found = []
    for number, (lines, edge) in enumerate(zip(pages, edges, strict=True)):
        spans = {span for span, key in edge if key in running}
        if number and numbered:
            spans.update(span for span, body in lines if DIGITS.search(body) and _fold(body) in numbered)
        found.append(tuple(sorted(spans)))
    return found


def _runs(numbers: Sequence[int], total: int) -> bool:
    if len(numbers) >= FEWEST and len(numbers) >= SHARE * total:
        return True
    return len(numbers) >= FEWEST_NEAR and len(numbers) >= SHARE * (numbers[-1] - numbers[0] + 1)


def _edges(lines: list[tuple[Span, str]]) -> list[tuple[Span, str]]:
    return lines if len(lines) <= 2 * EDGE else lines[:EDGE] + lines[-EDGE:]


def _lines(text: str) -> list[tuple[Span, str]]:
    """The lines that are not blank: their spans and their text without the white space around it."""
    lines: list[tuple[Span, str]] = []
    offset = 0
    for raw in text.split("\n"):
        body = raw.strip()
        if body:
            start = offset + len(raw) - len(raw.lstrip())
            lines.append(((start, start + len(body)), body))
        offset += len(raw) + 1
    return lines


def _fold(line: str) -> str:
    """Facing pages have the same words in another order, and other numbers."""
    folded = " ".join(sorted(DIGITS.sub("0", line.casefold()).split()))
    return "0" if ROMAN.fullmatch(folded) else folded
