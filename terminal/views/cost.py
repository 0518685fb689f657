"""What inference cost: the line below one answer, and the table of everything so far."""

from decimal import Decimal

from rich.text import Text

from ...core.amounts import plain
from ...core.cost import Cost, CostRow
from ...core.setting_sections import Currency
from ...core.shapes import CostTable
from ..amount import count, duration
from ..console import flat
from ..sheet import BLANK, Columns, Line, Sheet

NUMBERS = frozenset({"calls", "input tokens", "cached", "output tokens", "Wh"})
_SHOWN = Decimal("0.0001")  # of another currency: its rate is no more exact


def cost_line(cost: Cost, currency: Currency | None = None) -> str:
    """Return calls, tokens, seconds, dollars and energy of one answer; what is unknown is said to be, never 0.

    In another currency the amount stands beside the dollars, with the day of its rate.
    """
    time = [duration(cost.seconds)] if cost.seconds else []
    kept = [_saved(cost.cache_hits, cost.saved_usd)] if cost.cache_hits else []
    if not cost.calls:
        return " · ".join(["0 calls", *(kept or ["nothing left this machine"]), *time])
    cached = f" ({cost.cached_tokens:,} cached)" if cost.cached_tokens else ""
    price = "price unknown" if cost.usd is None else f"${flat(cost.usd)}"
    if cost.usd is not None and currency is not None:
        price += f" ({in_currency(cost.usd, currency)}, rate of {currency.date})"
    if cost.usd is not None and not cost.priced:
        price = f"≥ {price} (some calls unpriced)"
    tokens = f"{cost.input_tokens:,}{cached} + {cost.output_tokens:,} tokens"
    energy = [f"{_energy(cost)} Wh"] if cost.wh_max is not None else []
    return " · ".join([price, count(cost.calls, "call"), tokens, *energy, *time, *kept])


def in_currency(usd: str, currency: Currency) -> str:
    """Return an amount in the user's currency, such as "0.0115 EUR"."""
    return f"{plain((Decimal(usd) * currency.per_usd).quantize(_SHOWN))} {currency.code}"


def _saved(hits: int, usd: str | None) -> str:
    worth = "" if usd is None else f", ${flat(usd)} saved"
    return f"{count(hits, 'answer')} from the cache{worth}"


def _bounded(row: CostRow, amount: str) -> str:
    """Return an amount of dollars or of another currency as far as it is known."""
    return f"≥ {amount} ({count(row.unpriced_calls, 'call')} unpriced)" if row.unpriced_calls else amount


def _price(row: CostRow) -> str:
    if row.usd is None:
        return f"unpriced ({count(row.calls, 'call')})" if row.calls else "$0"
    return _bounded(row, f"${flat(row.usd)}")


def _energy(row: CostRow | Cost) -> str:
    if row.wh_min is None or row.wh_max is None:
        return "unknown" if row.unmetered_calls else ""
    low, high = f"{row.wh_min:.3g}", f"{row.wh_max:.3g}"
    return ("≥ " if row.unmetered_calls else "") + (low if low == high else f"{low}–{high}")


def _cells(row: CostRow, key: str, currency: Currency | None, style: str = "") -> list[Text]:
    figures = (row.calls, row.input_tokens, row.cached_tokens, row.output_tokens)
    cells = [flat(key), *(f"{figure:,}" for figure in figures), _energy(row), _price(row)]
    if currency is not None:
        cells.append("" if row.usd is None else ("≥ " if row.unpriced_calls else "") + in_currency(row.usd, currency))
    return [Text(cell, style) for cell in cells]


def cost_view(table: CostTable, currency: Currency | None = None) -> Sheet:
    """Return a row per key and the total; below, whose day and what "≥" means where it stands."""
    total = table.total
    # What was only embedded on this machine has no calls to show.
    shown = [row for row in table.rows if row.calls or row.cache_hits]
    if not shown:
        said = [Line(Text("no model has been called yet: $0")), Line(Text("quotes-only answers need none", "meta"))]
        return Sheet([*said, *(Line(Text(note, "meta")) for note in _embedded(total))])
    rows = [*(_cells(row, row.key, currency) for row in shown), _cells(total, "total", currency, "heading")]
    heads = ["", "calls", "input tokens", "cached", "output tokens", "Wh", "cost"]
    notes = [f"{flat(table.currency)}; days are counted in {flat(table.zone)}"]
    if currency is not None:
        heads.append(currency.code)
        notes.append(f"{currency.per_usd} {currency.code} per USD, the rate of {currency.date.isoformat()}")
    if total.unpriced_calls:
        notes.append("≥ is a lower bound: give the missing prices in the settings, and `coscribe doctor` names them")
    notes += _open(total)
    if total.cache_hits:
        notes.append(_saved(total.cache_hits, total.saved_usd))
    notes += [*_measured(table), *_embedded(total)]
    return Sheet([Columns(heads, rows, NUMBERS), BLANK, *(Line(Text(note, "meta")) for note in notes)])


def _open(total: CostRow) -> list[str]:
    """Say what of the sum is no cost that was reported: what calls hold that are under way or never came to an end."""
    notes = []
    if total.pending_calls:
        notes.append(
            f"{_worth(total.pending_usd)} of it is reserved for {count(total.pending_calls, 'call')} under way"
        )
    if total.lost_calls:
        notes.append(
            f"{_worth(total.lost_usd)} of it is an estimate, the worst case of {count(total.lost_calls, 'call')} "
            "whose program was killed"
        )
    return notes


def _worth(usd: str | None) -> str:
    return "an unknown amount" if usd is None else f"${flat(usd)}"


def _measured(table: CostTable) -> list[str]:
    notes = [f"Wh by {flat(method)}" for method in table.energy]
    if table.total.unmetered_calls:
        advice = "`pip install 'coscribe[energy]'` estimates public models, watts under [prices] your own"
        notes.append(f"the energy of {count(table.total.unmetered_calls, 'call')} is unknown: {advice}")
    return notes


def _embedded(total: CostRow) -> list[str]:
    if not total.local_tokens:
        return []
    return [f"embedded on this machine: {total.local_tokens:,} tokens in {duration(total.local_seconds)}"]
