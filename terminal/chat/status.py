"""The quiet line below the prompt: who writes, what is asked, what it cost, and what is left."""

from rich.cells import cell_len, set_cell_size

from ...core.amounts import plain
from ...core.conversation import Standing
from ...core.types import EVERYTHING, Scope
from ..amount import SHOWN, count, money
from ..console import flat

_CAPS = {"run": "for this session", "day": "today", "month": "this month"}


def scope_text(scope: Scope, reports: int) -> str:
    """Return a scope in words: "all 12 reports", "Japan, from 2025 (3 reports)"."""
    if scope == EVERYTHING:
        return f"all {count(reports, 'report')}"
    named = [*scope.regions, *scope.organisations, *scope.reports, *scope.kinds, *scope.statuses]
    named += [f"from {scope.published_from}"] if scope.published_from else []
    named += [f"to {scope.published_to}"] if scope.published_to else []
    return f"{', '.join(map(flat, named))} ({count(reports, 'report')})"


def budget_text(standing: Standing) -> str:
    """Return what is left under the tightest cap, "no cap" without any."""
    if standing.left is None:
        return "no cap"
    return f"${plain(standing.left.quantize(SHOWN))} left {_CAPS.get(standing.cap, standing.cap)}"


def status_line(standing: Standing, scope: str, width: int) -> str:
    """Return the line for a width; what has no room is cut off at its end."""
    parts = [flat(standing.model) or "quotes only", scope, money(standing.spent), budget_text(standing)]
    line = " · ".join([*parts, flat(standing.memory)] if standing.memory else parts)
    if cell_len(line) < width:
        return line
    return f"{set_cell_size(line, max(width - 2, 0)).rstrip()}…"
