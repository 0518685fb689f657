"""Money and time as the ledger writes them down, so that they add up exactly and sort as text."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def plain(amount: Decimal) -> str:
    """Return an amount as a plain decimal, without exponent or closing zeros."""
    return format(amount.normalize(), "f")


def moment(when: datetime) -> str:
    """Return a time in UTC, of fixed width: text order is time order."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local_day(started: str) -> str:
    """Return the day, in the system's zone, of a time written by `moment`."""
    return datetime.fromisoformat(started).astimezone().date().isoformat()


def zone(when: datetime) -> str:
    """Return the zone's name with its present offset, such as `CET (UTC+01:00)`."""
    now = when.astimezone()
    offset = now.strftime("%z")
    return f"{now.tzname()} (UTC{offset[:3]}:{offset[3:5]})"


class UsdSum:
    """SQL aggregate: the exact sum of the amounts (text) that are known, NULL where none is."""

    def __init__(self) -> None:
        self._total: Decimal | None = None

    def step(self, amount: Any) -> None:
        """Add one amount, or NULL."""
        if amount is not None:
            self._total = (self._total or Decimal(0)) + Decimal(amount)

    def finalize(self) -> Any:
        """Return the sum as a plain decimal."""
        return None if self._total is None else plain(self._total)
