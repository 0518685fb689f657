"""Whether what the file says something cost is what the ledger booked."""

from decimal import Decimal, InvalidOperation

from ...core.cost import Cost
from ...money.ledger import Ledger
from .finding import Findings
from .item import Item

_COUNTED = ("calls", "input_tokens", "cached_tokens", "output_tokens", "cache_hits")


def check_price(item: Item, ledger: Ledger | None, findings: Findings) -> None:
    """Compare the cost with the attempts booked under the run; where the ledger knows nothing of it, say so."""
    spending = item.spending
    if spending is None:
        return
    said, run = spending.cost, spending.run
    if ledger is None or run is None:
        if said.calls:
            findings.cannot_prove("the ledger of this home has no record of the calls: what they cost stays unproven")
        return
    row, question = spending.row, spending.question
    exact = ledger.cost(run, f"{row}: {question}" if question else None)
    # A row may have moved, and so be booked under another id; a turn of a chat is one of its session's.
    others = [] if _differs(said, exact) is None else ledger.booked(run, f": {question}" if question else "")
    booked = [exact, *(ledger.cost(run, name) for name in others)]
    if said.calls and not any(cost.calls or cost.cache_hits for cost in booked):
        findings.cannot_prove("the ledger of this home has no record of the calls: what they cost stays unproven")
        return
    wrong = [_differs(said, cost) for cost in booked]
    findings.judge("price", f"{item.where}cost", None if None in wrong else wrong[-1])


def _differs(said: Cost, booked: Cost) -> str | None:
    """Return the first thing in which a cost differs from the ledger's; an unknown price is equal to itself alone."""
    if _amount(said.usd) != _amount(booked.usd):
        return f"it says {_told(said.usd)}, the ledger {_told(booked.usd)}"
    for name in _COUNTED:
        mine, theirs = getattr(said, name), getattr(booked, name)
        if mine != theirs:
            return f"it says {mine:,} {name.replace('_', ' ')}, the ledger {theirs:,}"
    return None


def _amount(usd: str | None) -> Decimal | str | None:
    try:
        return None if usd is None else Decimal(usd)
    except InvalidOperation:
        return usd


def _told(usd: str | None) -> str:
    return "that the price is unknown" if usd is None else f"${usd}"
