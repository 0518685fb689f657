"""Small letters that stand above or below their line on a PDF page: exponents, note marks, indices, fractions."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from .pieces import Box, LetterRun, PaintedPage

SMALLER = 0.88  # times the size of the line's letters, at most
SMALLEST = 0.4
RAISED = (0.12, 0.75)  # letter sizes of the line, between the base lines
LOWERED = (-0.45, -0.04)
NEAR = 0.45  # letter sizes from the end of what they stand at
WIDEST = 4.0  # letter sizes of the line
MOST_PIECES = 40  # of a run; a longer one is a line of its own


@dataclass(frozen=True, slots=True)
class OffsetMark:
    """Small letters and the piece they stand at; "opening" ones stand before it, as the mark of a note's body does.

    `follows` tells that they were painted right after (an opening: before) that piece. The base line is its one.
    """

    pieces: range
    kind: Literal["raised", "lowered", "opening", "above", "below"]
    anchor: int
    base: float
    left: float
    right: float
    follows: bool


def marks(page: PaintedPage, bars: Sequence[Box]) -> list[OffsetMark]:
    """All such letters of a page; `bars` are its thin level lines, of which some part a fraction."""
    runs = page.runs
    if not runs:
        return []
    if min(run.size for run in runs) > SMALLER * max(run.size for run in runs):
        return list(_fractions(page, runs, bars)) if bars else []
    found = list(_fractions(page, runs, bars))
    taken = {piece for mark in found for piece in mark.pieces}
    ordered = sorted(runs, key=lambda run: run.base)
    bases = [run.base for run in ordered]
    largest = max(run.size for run in runs)
    for run in runs:
        if run.size > SMALLER * largest or len(run.pieces) > MOST_PIECES:
            continue
        low = bisect_left(bases, run.base - RAISED[1] * largest)
        high = bisect_right(bases, run.base - LOWERED[0] * largest)
        hosts = [one for one in ordered[low:high] if _is_host(one, run)]
        if not hosts:
            continue
        for pieces, left, right in _words(page, run):
            mark = _placed(page, hosts, run, pieces, left, right)
            if mark is not None and taken.isdisjoint(pieces):
                found.append(mark)
    return _in_order(found)


def _is_host(host: LetterRun, run: LetterRun) -> bool:
    if not SMALLEST * host.size <= run.size <= SMALLER * host.size:
        return False
    rise = (run.base - host.base) / host.size
    return RAISED[0] < rise < RAISED[1] or LOWERED[0] < rise < LOWERED[1]


def _words(page: PaintedPage, run: LetterRun) -> Iterator[tuple[range, float, float]]:
    """The pieces of a run parted where they do not touch, each part with its left and right edge."""
    boxes = [page.box(piece) for piece in run.pieces]
    cuts = [
        at
        for at, (one, two) in enumerate(pairwise(boxes), 1)
        if not -0.5 * run.size < two[0] - one[2] < 0.35 * run.size
    ]
    for begin, end in pairwise([0, *cuts, len(boxes)]):
        pieces = run.pieces[begin:end]
        yield pieces, min(page.lefts[pieces[0]], boxes[begin][0]), max(box[2] for box in boxes[begin:end])


def _placed(
    page: PaintedPage, hosts: Sequence[LetterRun], run: LetterRun, pieces: range, left: float, right: float
) -> OffsetMark | None:
    """Where some small letters belong: behind a piece of a larger run, in its middle, or before it."""
    best: tuple[float, OffsetMark] | None = None
    for host in hosts:
        if right - left > WIDEST * host.size:
            continue
        near = NEAR * host.size
        kind: Literal["raised", "lowered"] = "raised" if run.base > host.base else "lowered"
        before = [piece for piece in host.pieces if page.lefts[piece] <= left]
        if before:
            anchor = max(before, key=lambda piece: page.lefts[piece])
            end = page.box(anchor)[2]
            gap = max(left - end, 0.0)
            if left - end > near or (end > left + near and end < right):
                continue
            mark = OffsetMark(pieces, kind, anchor, host.base, left, right, follows=pieces[0] == anchor + 1)
        else:
            anchor = min(host.pieces, key=lambda piece: page.lefts[piece])
            gap = page.box(anchor)[0] - right
            if kind == "lowered" or not -0.2 * host.size < gap < 1.6 * host.size:
                continue
            mark = OffsetMark(pieces, "opening", anchor, host.base, left, right, follows=pieces[-1] == anchor - 1)
            gap += near
        if best is None or gap < best[0]:
            best = gap, mark
    return best[1] if best else None


def _in_order(found: list[OffsetMark]) -> list[OffsetMark]:
    """A mark right behind a mark of the same piece, an index below an exponent, was painted in its place too."""
    found.sort(key=lambda mark: mark.pieces[0])
    for at, (one, two) in enumerate(pairwise(found), 1):
        if one.anchor == two.anchor and found[at - 1].follows and two.pieces[0] == one.pieces[-1] + 1:
            found[at] = replace(two, follows=True)
    return found


def _fractions(page: PaintedPage, runs: Sequence[LetterRun], bars: Sequence[Box]) -> Iterator[OffsetMark]:
    """Pairs of short runs above and below a bar that stands in a line of text."""
    largest = max(run.size for run in runs)
    short = [bar for bar in bars if bar[2] - bar[0] <= WIDEST * largest]
    ordered = sorted(runs, key=lambda run: run.base) if short else []
    bases = [run.base for run in ordered]
    for left, bottom, right, top in short:
        level = (bottom + top) / 2
        near = ordered[bisect_left(bases, level - 1.4 * largest) : bisect_right(bases, level + 0.6 * largest)]
        above = [run for run in near if 0 < run.base - level < 0.6 * run.size and _spans(page, run, left, right)]
        below = [run for run in near if 0.5 < (level - run.base) / run.size < 1.4 and _spans(page, run, left, right)]
        if len(above) != 1 or len(below) != 1 or right - left > WIDEST * above[0].size:
            continue
        upper, lower = above[0], below[0]
        for host in near:
            before = [piece for piece in host.pieces if page.lefts[piece] < left]
            if not (before and lower.base < host.base < upper.base and host.size >= 0.95 * upper.size):
                continue
            anchor = max(before, key=lambda piece: page.lefts[piece])
            if -0.3 * host.size < left - page.box(anchor)[2] < 1.2 * host.size:
                follows = upper.pieces[0] == anchor + 1 and lower.pieces[0] == upper.pieces[-1] + 1
                yield OffsetMark(upper.pieces, "above", anchor, host.base, left, right, follows)
                yield OffsetMark(lower.pieces, "below", anchor, host.base, left, right, follows)
                break


def _spans(page: PaintedPage, run: LetterRun, left: float, right: float) -> bool:
    """Whether a run stands between two edges."""
    if len(run.pieces) > 8 or not left - 2 <= run.left <= right:
        return False
    return page.box(run.pieces[-1])[2] <= right + 2
