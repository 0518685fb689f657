"""What calls cost."""

from pydantic import BaseModel, ConfigDict


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
