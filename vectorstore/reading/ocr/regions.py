"""Where lines of text stand in a picture: from a map of how likely each point is text to one box a line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]

LIKELY = 0.3  # from here on a point is text
SURE = 0.5  # mean over a line, at least
GROWTH = 1.6  # the map marks the cores of lines: times area by perimeter, a line is larger than its core
SMALLEST = 3  # points, in either direction


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line of text in a picture, in points of it from the left and the top; `slope` is how far it falls by point."""

    left: float
    top: float
    right: float
    bottom: float
    slope: float = 0.0

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def boxes(likelihood: Pixels) -> list[TextBox]:
    """Return a box for each stretch of connected points that are text, grown to hold the whole letters."""
    rows, starts, ends = _runs(likelihood >= LIKELY)
    if not len(rows):
        return []
    names = _connected(rows, starts, ends)
    count = int(names.max()) + 1
    lengths = (ends - starts).astype(np.float64)
    area: NDArray[np.float64] = np.bincount(names, lengths, count).astype(np.float64)
    sums = np.concatenate(([0.0], np.cumsum(likelihood, dtype=np.float64)))
    width = likelihood.shape[1]
    score = np.bincount(names, sums[rows * width + ends] - sums[rows * width + starts], count) / area
    left, right = np.full(count, width), np.zeros(count)
    top, bottom = np.full(count, likelihood.shape[0]), np.zeros(count)
    np.minimum.at(left, names, starts)
    np.maximum.at(right, names, ends)
    np.minimum.at(top, names, rows)
    np.maximum.at(bottom, names, rows + 1)
    slope = _slopes(names, rows, starts, ends, area)
    wide, high = right - left, bottom - top
    kept = (score >= SURE) & (wide >= SMALLEST) & (high >= SMALLEST)
    # A line that falls is no higher for that: its own height is what is left of the box's.
    core = np.maximum(high - np.abs(slope) * wide, SMALLEST)
    more = GROWTH * wide * core / (2 * (wide + core))
    return [
        TextBox(left[at] - more[at], top[at] - more[at], right[at] + more[at], bottom[at] + more[at], slope[at])
        for at in np.flatnonzero(kept)
    ]


def _runs(marked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The stretches of marked points of every row: its number, where they begin, and where they end."""
    edged = np.zeros((marked.shape[0], marked.shape[1] + 2), dtype=np.int8)
    edged[:, 1:-1] = marked
    steps = np.diff(edged, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return rows, starts, ends


def _connected(rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the region that each run belongs to: runs that touch from row to row are in one."""
    pairs = _touching(rows, starts, ends)
    names = np.arange(len(rows))
    while len(pairs[0]):
        lower = np.minimum(names[pairs[0]], names[pairs[1]])
        before = names.copy()
        for side in pairs:
            np.minimum.at(names, before[side], lower)
            np.minimum.at(names, side, lower)
        names = names[names]
        if np.array_equal(names, before):
            break
    return np.unique(names, return_inverse=True)[1]


def _touching(
    rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of runs in neighbouring rows that touch, corners included."""
    stride = int(ends.max()) + 2
    first = np.searchsorted(rows * stride + ends, (rows + 1) * stride + starts, side="left")
    after = np.searchsorted(rows * stride + starts, (rows + 1) * stride + ends, side="right")
    counts = np.maximum(after - first, 0)
    above = np.repeat(np.arange(len(rows)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return above, np.repeat(first, counts) + offsets


def _slopes(
    names: NDArray[np.int64], rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64],
    area: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """How far each region falls by point: the straight line that lies closest to its points."""
    lengths, middles = (ends - starts).astype(float), (starts + ends - 1) / 2
    across = np.bincount(names, lengths * middles) / area
    down = np.bincount(names, lengths * rows) / area
    dx, dy = middles - across[names], rows - down[names]
    spread = np.bincount(names, lengths * (dx * dx + (lengths * lengths - 1) / 12))
    joint = np.bincount(names, lengths * dx * dy)
    return np.divide(joint, spread, out=np.zeros_like(joint), where=spread > 0)
