"""The first pages of a PDF line by line with their type sizes, which tell a title from what stands around it."""

from collections.abc import Iterable, Sequence

from ..page import FrontLine
from .hyphens import CUT
from .lines import LineShape

PAGES = 3  # a cover, what stands behind it, and a title page
LINES = 90  # of each page


def front_lines(pages: Iterable[tuple[Sequence[str], Sequence[LineShape]]]) -> tuple[FrontLine, ...]:
    """Return the lines of the given pages that hold something, each with its page, size and weight."""
    return tuple(
        FrontLine(" ".join(text.replace(CUT, "").split()), number, shape.size, shape.bold)
        for number, (lines, shapes) in enumerate(pages, 1)
        for text, shape in list(zip(lines, shapes, strict=True))[:LINES]
        if text.strip()
    )
