"""Words on a PDF page that a line is drawn through: withdrawn, not to be quoted."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from .pieces import Box, PaintedPage

STRUCK = "struck text"
THROUGH = (0.14, 0.45)  # letter sizes above the base line


def struck(page: PaintedPage, lines: Sequence[Box]) -> list[Box]:
    """The boxes of struck words: lines that run through the middle of letters and begin and end with some of them."""
    if not lines:
        return []
    runs = sorted(page.runs, key=lambda run: run.base)
    bases = [run.base for run in runs]
    tallest = max((run.size for run in runs), default=0.0)
    found = []
    for left, bottom, right, top in lines:
        level = (bottom + top) / 2
        near = runs[bisect_left(bases, level - THROUGH[1] * tallest) : bisect_right(bases, level)]
        for run in near:
            if not THROUGH[0] * run.size <= level - run.base <= THROUGH[1] * run.size or right - left < run.size:
                continue
            boxes = [page.box(piece) for piece in run.pieces if page.lefts[piece] < right]
            over = [box for box in boxes if box[2] > left + 1 and box[3] > box[1]]
            slack = 0.35 * run.size
            if not over or min(box[0] for box in over) > left + slack or max(box[2] for box in over) < right - slack:
                continue
            filled = sum(min(box[2], right) - max(box[0], left) for box in over)
            if filled > 0.75 * (right - left):
                found.append((left, run.base - 0.3 * run.size, right, run.base + run.size))
                break
    return found
