"""What one row of a batch cost: the rows of a run share its name in the ledger, and differ by the question booked."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from ..core.types import Cost

_CALLS = """
    SELECT usd, input_tokens, cached_tokens, output_tokens, seconds FROM attempts
    WHERE run = ? AND question = ? AND status NOT IN ('cached', 'local')
"""


def row_cost(ledger: Path, run: str, question: str) -> Cost:
    """Return what the calls for one question of a run cost; `usd` is `None` where the price of one is not known."""
    with closing(sqlite3.connect(ledger)) as connection:
        calls = connection.execute(_CALLS, (run, question)).fetchall()
    priced = all(usd is not None for usd, *_ in calls)
    _, asked, cached, written, seconds = zip(*calls, strict=True) if calls else ((),) * 5
    return Cost(
        usd=format(sum((Decimal(usd) for usd, *_ in calls), Decimal(0)).normalize(), "f") if priced else None,
        priced=priced, calls=len(calls), input_tokens=sum(asked), cached_tokens=sum(cached),
        output_tokens=sum(written), seconds=sum(seconds),
    )  # fmt: skip
