"""What inference cost: the line below one answer, and the table of everything so far."""

from rich.text import Text

from ..core.types import Cost, CostRow, CostTable
from .amount import count, duration
from .console import flat
from .sheet import BLANK, Columns, Line, Sheet

NUMBERS = frozenset({"calls", "input tokens", "cached", "output tokens", "Wh"})


def cost_line(cost: Cost) -> str:
    """Return calls, tokens, seconds and dollars of one answer; an unknown price is said to be unknown, never 0."""
    time = [duration(cost.seconds)] if cost.seconds else []
    if not cost.calls:
        return " · ".join(["0 calls", "nothing left this machine", *time])
    cached = f" ({cost.cached_tokens:,} cached)" if cost.cached_tokens else ""
    price = "price unknown" if cost.usd is None else f"${flat(cost.usd)}"
    if cost.usd is not None and not cost.priced:
        price = f"≥ {price} (some calls unpriced)"
    tokens = f"{cost.input_tokens:,}{cached} + {cost.output_tokens:,} tokens"
    return " · ".join([price, count(cost.calls, "call"), tokens, *time])


def _price(row: CostRow) -> str:
    if row.usd is None:
        return f"unpriced ({count(row.calls, 'call')})" if row.calls else "$0"
    if row.unpriced_calls:
        return f"≥ ${flat(row.usd)} ({count(row.unpriced_calls, 'call')} unpriced)"
    return f"${flat(row.usd)}"


def _energy(row: CostRow) -> str:
    if row.wh_min is None or row.wh_max is None:
        return ""
    low, high = f"{row.wh_min:.3g}", f"{row.wh_max:.3g}"
    return low if low == high else f"{low}–{high}"


def _cells(row: CostRow, key: str, style: str = "") -> list[Text]:
    figures = (row.calls, row.input_tokens, row.cached_tokens, row.output_tokens)
    cells = [flat(key), *(f"{figure:,}" for figure in figures), _energy(row), _price(row)]
    return [Text(cell, style) for cell in cells]


def cost_view(table: CostTable) -> Sheet:
    """Return a row per key and the total; below, whose day and what "≥" means where it stands."""
    if not table.rows:
        return Sheet(
            [Line(Text("no model has been called yet: $0")), Line(Text("quotes-only answers need none", "meta"))]
        )
    rows = [*(_cells(row, row.key) for row in table.rows), _cells(table.total, "total", "heading")]
    notes = [f"{flat(table.currency)}; days are counted in {flat(table.zone)}"]
    if table.total.unpriced_calls:
        notes.append("≥ is a lower bound: give the missing prices in the settings, and `coscribe doctor` names them")
    heads = ("", "calls", "input tokens", "cached", "output tokens", "Wh", "cost")
    return Sheet([Columns(heads, rows, NUMBERS), BLANK, *(Line(Text(note, "meta")) for note in notes)])


def cost_text(table: CostTable) -> str:
    """Return `cost_view` as plain text."""
    return str(cost_view(table))
