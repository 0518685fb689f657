"""Reads what is typed behind /scope: filters by name, or just the name of a region, an organisation or a report."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...core.errors import UsageError
from ...core.shapes import ReportRow
from ...core.text import as_named
from ...core.types import EVERYTHING, Scope

_FIELDS = {
    "region": "regions", "organisation": "organisations", "report": "reports", "kind": "kinds", "status": "statuses",
}  # fmt: skip
_YEARS = {"from": "published_from", "to": "published_to"}


def with_filter(scope: Scope, typed: str, rows: Sequence[ReportRow]) -> Scope:
    """Return the scope with one filter more or another value for it; values are parted by semicolons.

    "all" drops every filter, a filter without a value that one. A bare name is a region, organisation or report of
    `rows`, whichever holds it first. Raises UsageError for a year that is none.
    """
    if typed.lower() in ("all", "none"):
        return EVERYTHING
    word, _, rest = typed.partition(" ")
    values = tuple(value for part in rest.split(";") if (value := part.strip()))
    if word.lower() in _FIELDS:
        filters: dict[str, Any] = {_FIELDS[word.lower()]: values}
        return replace(scope, **filters)
    if word.lower() in _YEARS:
        if values and not values[0].isdecimal():
            raise UsageError(f"{values[0]!r} is no year: write /scope {word.lower()} 2025")
        bounds: dict[str, Any] = {_YEARS[word.lower()]: int(values[0]) if values else None}
        return replace(scope, **bounds)
    return _named(scope, tuple(value for part in typed.split(";") if (value := part.strip())), rows)


def _named(scope: Scope, names: tuple[str, ...], rows: Sequence[ReportRow]) -> Scope:
    folded = {as_named(name).casefold() for name in names}
    organisations = {row.organisation.casefold() for row in rows if row.organisation}
    reports = {name for row in rows for name in (row.report.casefold(), as_named(row.file).casefold())}
    if folded <= organisations:
        return replace(scope, organisations=names)
    if all(any(held == name or held.endswith(name) for held in reports) for name in folded):
        return replace(scope, reports=names)
    return replace(scope, regions=names)
