"""Numbers as people read them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from ..core.amounts import plain
from ..core.cost import Cost
from .console import flat

SHOWN = Decimal("0.0001")  # of a dollar


def count(number: int, noun: str) -> str:
    """Return "1 report", "1,200 reports"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """Return "0.42 s", "12 s", "3 min 05 s"."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def day_and_time(moment: str) -> str:
    """Return a time as it is where the reader is: "2026-03-01 14:05"."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def money(cost: Cost) -> str:
    """Return what was spent: "$0.0123", "$0", or "price unknown" as soon as one call has none."""
    if cost.usd is None:
        return "price unknown"
    return f"${plain(Decimal(cost.usd).quantize(SHOWN)) if len(cost.usd) > len('0.0001') else flat(cost.usd)}"


def number_list(numbers: Sequence[int], one: str, several: str) -> str:
    """Return "p. 3" or "pp. 3, 5–9", with the words given for one and for several: neighbours are drawn together."""
    ordered = sorted(set(numbers))
    starts = ordered[:1] + [number for before, number in pairwise(ordered) if number != before + 1]
    ends = [before for before, number in pairwise(ordered) if number != before + 1] + ordered[-1:]
    runs = [str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=True)]
    return f"{one if len(ordered) == 1 else several} {', '.join(runs)}"
