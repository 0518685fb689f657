"""What a question, or a file of them, would cost before it is asked."""

from rich.text import Text

from ...core.setting_sections import Currency
from ...core.shapes import BatchEstimate, Bound, Estimate
from ...money.prices import price_hint
from ..amount import count
from ..console import flat
from ..sheet import Line, Sheet
from .cost import in_currency


def estimate_view(estimate: Estimate, currency: Currency | None = None) -> Sheet:
    """Return a line for the usual course and one for the worst, one a depth, and what to do about unknown prices."""
    depths = [Line(Text(_told(bound, currency), "meta"), f"{depth:<11}") for depth, bound in estimate.by_depth.items()]
    by_depth = [Line(Text("typically, by --depth:", "meta")), *depths] if depths else []
    return Sheet([*_lines(estimate, currency), *by_depth])


def batch_estimate_view(estimate: BatchEstimate, currency: Currency | None = None) -> Sheet:
    """Return the same for the open questions of a batch, and by how many of them it was judged."""
    open_ = count(estimate.questions, "question")
    if not estimate.questions:
        return Sheet([Line(Text("no question is without its answer: there is nothing to pay", "heading"))])
    judged = f", judged by {estimate.weighed:,} drawn by lot" if estimate.weighed < estimate.questions else ""
    return Sheet([Line(Text(f"{open_} to ask{judged}", "heading")), *_lines(estimate, currency)])


def _lines(estimate: Estimate | BatchEstimate, currency: Currency | None) -> list[Line]:
    lines = [
        Line(Text(_told(estimate.typical, currency)), "typically  "),
        Line(Text(_told(estimate.at_most, currency)), "at most    "),
        Line(Text("nothing was sent; --max-cost holds whatever happens", "meta")),
    ]
    return lines + [Line(Text(f"price unknown: {flat(price_hint(model))}", "warn")) for model in estimate.unpriced]


def _told(bound: Bound, currency: Currency | None) -> str:
    price = "price unknown" if bound.usd is None else f"${flat(bound.usd)}"
    other = [in_currency(bound.usd, currency)] if currency is not None and bound.usd is not None else []
    tokens = f"{bound.input_tokens:,} + {bound.output_tokens:,} tokens"
    return " · ".join([price, *other, count(bound.calls, "call"), tokens])
