"""Caps: what may be spent at most, and the comparison that holds a call back before it is sent.

An attempt whose usage was never reported counts with its worst case, whatever it probably took.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..core.amounts import moment, plain
from ..core.errors import BudgetReached
from .rate_limit import TooEarly

_USD = "coalesce(CASE WHEN estimated THEN reserved_usd END, usd)"
_TOKENS = "CASE WHEN estimated THEN reserved_tokens ELSE input_tokens + output_tokens END"
# Its time is not over and its process lives; a start that is yet to come is of a clock that was set back since.
_UNDER_WAY = "status = 'pending' AND ends > ? AND started <= ? AND is_gone(process) IS NOT 1"
_Bounded = tuple[str, Decimal | None, str, tuple[str, ...]]
_PAUSE_SECONDS = 0.05  # until calls under way are looked at again


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper bounds: US dollars per question, run, local day and local month, and tokens (in and out) per run."""

    question: Decimal | None = None
    run: Decimal | None = None
    day: Decimal | None = None
    month: Decimal | None = None
    tokens: int | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any cap."""
        return self.bound_money or self.tokens is not None

    @property
    def bound_money(self) -> bool:
        """Whether any cap is in money, so that an unknown price cannot be held to it."""
        return any(cap is not None for cap in (self.question, self.run, self.day, self.month))

    def check(
        self, connection: sqlite3.Connection, *, run: str, question: str, model: str, usd: Decimal, tokens: int,
        now: datetime,
    ) -> None:  # fmt: skip
        """Raise `BudgetReached` when a call of at most `usd` and `tokens` would pass a cap.

        Where it would fit if the calls under way cost nothing, they are waited for: `TooEarly`. `connection` is the
        ledger's, within the transaction that books the call.
        """
        self._check_money(connection, run, question, model, usd, now)
        self._check_tokens(connection, run, model, tokens, now)

    def _check_money(
        self, connection: sqlite3.Connection, run: str, question: str, model: str, worst: Decimal, now: datetime,
    ) -> None:  # fmt: skip
        of_question = ("question", self.question, "run = ? AND question = ?", (run, question))
        for scope, cap, where, values in (of_question, *self._scopes(run, now)):
            if cap is None:
                continue
            # A rough sum takes a tenth of the time, and is enough wherever the cap is far away.
            rough = connection.execute(f"SELECT total({_USD}) FROM attempts WHERE {where}", values).fetchone()[0]
            if rough + float(worst) < 0.999 * float(cap):
                continue
            exact = f"SELECT usd_sum({_USD}) FROM attempts WHERE {where}"
            spent = Decimal(connection.execute(exact, values).fetchone()[0] or 0)
            if spent + worst > cap:
                under_way = connection.execute(f"{exact} AND {_UNDER_WAY}", (*values, *_at(now))).fetchone()[0]
                left = cap - spent + Decimal(under_way or 0)
                if worst <= left:
                    raise TooEarly(_PAUSE_SECONDS)
                raise BudgetReached(
                    f"the cap of {plain(cap)} usd per {scope} would be passed: {plain(spent)} is spent or reserved "
                    f"and the next call to {model!r} may cost {plain(worst)}; raise the cap or ask for less",
                    usd=left,
                )

    def remaining(self, connection: sqlite3.Connection, run: str, now: datetime) -> tuple[Decimal, str] | None:
        """Return the least that a cap on run, day or month leaves, and which one it is; `None` where none is set."""
        found = []
        for scope, cap, where, values in self._scopes(run, now):
            if cap is not None:
                exact = f"SELECT usd_sum({_USD}) FROM attempts WHERE {where}"
                spent = Decimal(connection.execute(exact, values).fetchone()[0] or 0)
                found.append((max(cap - spent, Decimal(0)), scope))
        return min(found, default=None)

    def _scopes(self, run: str, now: datetime) -> tuple[_Bounded, ...]:
        """Return what the caps beyond a question are on: their names, bounds, conditions and values."""
        # Without its zone first: the offset at midnight may differ from the one now.
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return (
            ("run", self.run, "run = ?", (run,)),
            ("day", self.day, "started >= ?", (moment(midnight),)),
            ("month", self.month, "started >= ?", (moment(midnight.replace(day=1)),)),
        )

    def _check_tokens(self, connection: sqlite3.Connection, run: str, model: str, worst: int, now: datetime) -> None:
        if self.tokens is None:
            return
        sums = f"SELECT coalesce(sum({_TOKENS}), 0) FROM attempts WHERE run = ? AND status <> 'local'"
        spent = connection.execute(sums, (run,)).fetchone()[0]
        if spent + worst > self.tokens:
            under_way = connection.execute(f"{sums} AND {_UNDER_WAY}", (run, *_at(now))).fetchone()[0]
            left = self.tokens - spent + under_way
            if worst <= left:
                raise TooEarly(_PAUSE_SECONDS)
            raise BudgetReached(
                f"the cap of {self.tokens} tokens per run would be passed: {spent} are used or reserved "
                f"and the next call to {model!r} may take {worst}; raise the cap or ask for less",
                tokens=left,
            )


def hold_for_first(connection: sqlite3.Connection, *, endpoint: str, model: str, now: datetime) -> None:
    """Raise `TooEarly` while any call to a model at an endpoint is under way, from whichever process."""
    busy = f"SELECT EXISTS (SELECT 1 FROM attempts WHERE endpoint = ? AND model = ? AND {_UNDER_WAY})"
    if connection.execute(busy, (endpoint, model, *_at(now))).fetchone()[0]:
        raise TooEarly(_PAUSE_SECONDS)


def _at(now: datetime) -> tuple[str, str]:
    """Return the values of `_UNDER_WAY`."""
    return moment(now), moment(now)
