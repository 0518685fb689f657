"""What calls cost, or would."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from .amounts import plain


class Cost(BaseModel):
    """What the calls cost. `usd` is `None` as soon as one call has no known price; no call at all is "0", priced.

    `cache_hits` are no calls, `saved_usd` is what they once cost; `unmetered_calls` took an unknown energy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    usd: str | None = "0"
    priced: bool = True
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cache_hits: int = 0
    saved_usd: str | None = "0"
    wh_min: float | None = None
    wh_max: float | None = None
    unmetered_calls: int = 0


class CostRow(BaseModel):
    """Calls grouped under one `key`; `usd` is the sum of the priced calls, `None` when none has a price.

    Of these, `pending_…` are under way and hold their worst case; `lost_…` were, when their process was killed, and
    keep it as an estimate.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    usd: str | None
    unpriced_calls: int
    wh_min: float | None = None
    wh_max: float | None = None
    unmetered_calls: int = 0
    cache_hits: int = 0
    saved_usd: str | None = "0"
    local_tokens: int = 0
    local_seconds: float = 0.0
    pending_calls: int = 0
    pending_usd: str | None = "0"
    lost_calls: int = 0
    lost_usd: str | None = "0"


class CostTable(BaseModel):
    """What inference cost so far; `zone` is that of the days, `energy` how it was estimated, `local_…` embedding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: list[CostRow]
    total: CostRow
    currency: str = "USD"
    zone: str
    energy: list[str] = []


class Bound(BaseModel):
    """Calls, tokens and dollars; `usd` is `None` where a model has no known price."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: str | None = "0"

    def __add__(self, other: "Bound") -> "Bound":
        """Return both together."""
        known = self.usd is not None and other.usd is not None
        return Bound(
            calls=self.calls + other.calls, input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            usd=plain(Decimal(self.usd or 0) + Decimal(other.usd or 0)) if known else None,
        )  # fmt: skip


class Estimate(BaseModel):
    """What a question or note would cost; `unpriced` are models without a known price, `by_depth` is of questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    typical: Bound
    at_most: Bound
    unpriced: list[str]
    currency: str = "USD"
    by_depth: dict[str, Bound] = {}


class BatchEstimate(BaseModel):
    """What the open questions of a batch would cost, judged by as many of them as were `weighed`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: int
    weighed: int
    typical: Bound
    at_most: Bound
    unpriced: list[str]
    currency: str = "USD"
