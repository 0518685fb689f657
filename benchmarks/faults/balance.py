"""Compares a ledger with the meter of a server, attempt by attempt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import program  # noqa: F401  # puts the doubles on the path
from doubles.accounts import INPUT, OUTPUT, rows
from server import Meter, Spent

LEAST = 0.9  # of what was metered, an estimate over all attempts that nobody was told of


@dataclass(frozen=True)
class Balance:
    """What does not agree, and the sizes of what does.

    `told` are attempts booked to the token, `estimated` those that are booked by estimate; `ratio` compares the latter
    with what the server knows it took, where anything was taken.
    """

    lost: list[str]
    told: int
    estimated: int
    refused: int
    unseen: int
    ratio: float | None

    @classmethod
    def of(cls, homes: Sequence[Path], meter: Meter, *, killed: bool = False) -> "Balance":
        """Compare the ledgers of all homes, together, with a meter; of a `killed` run, reservations may be left."""
        booked = [row for home in homes for row in rows(home) if row["status"] not in ("cached", "local")]
        left_open = [row for row in booked if row["status"] == "pending"]
        guessed = [row for row in booked if row["status"] != "pending" and row["estimated"]]
        told = Counter(_spent(row) for row in booked if not row["estimated"] and row["input_tokens"])
        refused = len(booked) - len(left_open) - len(guessed) - told.total()
        unexplained, unbooked = told - meter.told - meter.unsure, meter.told - told
        unheard = meter.untold + (meter.unsure - (told - meter.told))
        if killed:  # what was told to the dead stands as a reservation, or as an estimate
            unheard, unbooked = unheard + unbooked, Counter()
        lost = [
            *_some(unexplained.total(), "rows that no answer explains"),
            *_some(unbooked.total(), "reported answers not booked to the token"),
            *_some(max(0, meter.attempts - len(booked)), "attempts without a row"),
            *_some(max(0, unheard.total() - len(guessed) - len(left_open)), "unreported attempts without an estimate"),
            *_some(0 if killed else len(left_open), "rows left open"),
            *_mispriced(booked),
        ]
        ours = sum(_size(row) for row in (*guessed, *left_open))
        theirs = sum((spent[1] + spent[3]) * times for spent, times in unheard.items())
        ratio = ours / theirs if theirs else None
        if ratio is not None and ratio < LEAST:
            lost.append(f"only {ratio:.0%} of the unreported tokens are booked")
        unseen = max(0, len(booked) - meter.attempts)
        if not killed and unseen > len(guessed) + refused:
            lost.append(f"{unseen} rows more than attempts")
        return cls(lost, told.total(), len(guessed) + len(left_open), refused, unseen, ratio)


def sizes(balances: Sequence[Balance]) -> str:
    """Return in words what agreed in each of some comparisons, their numbers side by side."""
    parts = [f"{_both([one.told for one in balances])} booked as reported"]
    if any(one.refused for one in balances):
        parts.append(f"{_both([one.refused for one in balances])} at nothing")
    if any(one.estimated for one in balances):
        ratios = [f"{one.ratio:.0%}" for one in balances if one.ratio is not None]
        of = f" at {' and '.join(ratios)} of what was metered" if ratios else ""
        parts.append(f"{_both([one.estimated for one in balances])} by estimate{of}")
    return ", ".join(parts)


def _both(numbers: Sequence[int]) -> str:
    return " + ".join(map(str, numbers))


def _some(count: int, what: str) -> list[str]:
    return [f"{count} {what}"] if count else []


def _spent(row: dict[str, Any]) -> Spent:
    return (row["agent"], row["input_tokens"], row["cached_tokens"], row["output_tokens"])


def _size(row: dict[str, Any]) -> int:
    return int(row["input_tokens"] + row["output_tokens"])


def _mispriced(booked: Sequence[dict[str, Any]]) -> list[str]:
    """Return what costs anything but its tokens at the unit prices of the model `m`."""
    wrong = [
        row
        for row in booked
        if row["status"] != "pending"
        and row["model"] == "m"
        and Decimal(row["usd"]) != (row["input_tokens"] * INPUT + row["output_tokens"] * OUTPUT) / 1_000_000
    ]
    return _some(len(wrong), "rows with a wrong price")
