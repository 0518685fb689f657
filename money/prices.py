"""What a model charges: the user's own table first, then the prices bundled with genai-prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from types import MappingProxyType
from typing import Any

_MILLION = Decimal(1_000_000)
_SMALLEST = Decimal("1e-12")  # dollars; what a second costs rarely ends
# Service tiers that are billed as if none was named; the name differs from provider to provider.
_STANDARD = {None, "auto", "default", "standard", "on_demand"}


@dataclass(frozen=True, slots=True)
class UserPrice:
    """What the user says a model costs: in US dollars per million tokens, per hour of its calls, or nothing at all.

    Without `cached`, caching saves nothing. `price_as` is the public name of a model that its endpoint calls by
    another, such as `openai/gpt-5-mini` (provider and model). `watts` is what its machine draws during a call.
    """

    input: Decimal | None = None
    output: Decimal | None = None
    cached: Decimal | None = None
    per_hour: Decimal | None = None
    free: bool = False
    price_as: str | None = None
    watts: Decimal | None = None

    @property
    def price(self) -> "Price | None":
        """The unit prices that were given; `None` where there are none."""
        nothing = Decimal(0)
        if self.free:
            return Price(nothing, nothing, nothing, "user", "free")
        if self.per_hour is not None:
            return Price(nothing, nothing, nothing, "user", "per hour", hour=self.per_hour)
        if self.input is None:
            return None
        cached = self.input if self.cached is None else self.cached
        return Price(self.input, cached, self.output or nothing, "user", "")


@dataclass(frozen=True, slots=True)
class Price:
    """Unit prices in US dollars per million tokens, and per hour; `source` and `version` say where they were read.

    `reasoning` is for the part of the output that is reasoning, `None` where it costs as much as the rest.
    """

    input: Decimal
    cached: Decimal
    output: Decimal
    source: str
    version: str
    reasoning: Decimal | None = None
    hour: Decimal = Decimal(0)

    def usd(
        self, *, input_tokens: int, cached_tokens: int, output_tokens: int, reasoning_tokens: int = 0,
        seconds: float = 0.0,
    ) -> Decimal:  # fmt: skip
        """Return the exact price of one call.

        Cached tokens are a part of the input tokens and reasoning tokens of the output tokens, as servers report them.
        """
        fresh = max(input_tokens - cached_tokens, 0)
        tokens = fresh * self.input + cached_tokens * self.cached + output_tokens * self.output
        if self.reasoning is not None:
            tokens += min(reasoning_tokens, output_tokens) * (self.reasoning - self.output)
        time = self.hour * Decimal(str(seconds)) / 3600
        return tokens / _MILLION + time.quantize(_SMALLEST, ROUND_UP)

    def worst(self, *, input_tokens: int, output_tokens: int, seconds: float) -> Decimal:
        """Return what a call costs at most: nothing cached, and its output of the dearer kind."""
        dearer = self.reasoning is not None and self.reasoning > self.output
        return self.usd(
            input_tokens=input_tokens, cached_tokens=0, output_tokens=output_tokens,
            reasoning_tokens=output_tokens if dearer else 0, seconds=seconds,
        )  # fmt: skip


def price_hint(model: str) -> str:
    """Return what to do where a model has no known price."""
    return (
        f'add [prices."{model}"] to the settings in the home, with input and output in USD per million tokens, '
        "or per_hour, or free = true"
    )


class Prices:
    """Looks up unit prices; offline, from data that came with the installed packages."""

    def __init__(self, user: Mapping[str, UserPrice] = MappingProxyType({})) -> None:
        self._user = user

    def own(self, model: str) -> Price | None:
        """Return what the user's table says a model costs; `None` where it says nothing."""
        return self._user.get(model, UserPrice()).price

    def look_up(self, model: str, base_url: str, *, input_tokens: int = 0, tier: str | None = None) -> Price | None:
        """Return the price of `model` at `base_url`, `None` where it is not known.

        Bundled prices are found by the provider's own address. A loopback server, a company proxy or a reseller
        therefore has no price, whatever the model is called, until the user's table names the model. `input_tokens`
        picks the step of prices that rise with the length of the prompt. `tier` is the service tier the server used,
        or "batch" for what went through a batch interface: one whose price is not bundled makes the price unknown.
        """
        own = self._user.get(model, UserPrice())
        if own.price is not None:
            return own.price
        # Imported here alone: it takes 0.35 s, and most commands price nothing.
        import genai_prices

        provider, _, name = own.price_as.partition("/") if own.price_as else ("", "", model)
        usage = genai_prices.Usage(input_tokens=input_tokens, output_tokens=0)
        try:
            if provider:
                found = genai_prices.calc_price(usage, name, provider_id=provider, price_context=_context(tier))
            else:
                found = genai_prices.calc_price(usage, name, provider_api_url=base_url, price_context=_context(tier))
        except LookupError:
            return None
        if not _is_known(tier, found.model):
            return None
        prices = {kind: _step(getattr(found.model_price, field, None), input_tokens) for kind, field in _FIELDS}
        if prices["input"] is None:
            return None
        return Price(
            input=prices["input"],
            cached=prices["input"] if prices["cached"] is None else prices["cached"],
            output=prices["output"] or Decimal(0),  # an embedding model has no output price
            reasoning=prices["reasoning"],
            source="genai-prices",
            version=genai_prices.__version__ + (f" as {own.price_as}" if own.price_as else ""),
        )


_FIELDS = (
    ("input", "input_mtok"),
    ("cached", "cache_read_mtok"),
    ("output", "output_mtok"),
    ("reasoning", "output_reasoning_mtok"),
)


def _context(tier: str | None) -> dict[str, str] | None:
    if tier in _STANDARD or tier is None:
        return None
    return {"processing": "batch"} if tier == "batch" else {"service_tier": tier}


def _is_known(tier: str | None, model: Any) -> bool:
    """Tell whether the data say what this tier costs: where they do not, they give the standard price instead."""
    context = _context(tier)
    return context is None or any(context == variant.when for variant in model.price_variants or ())


def _step(price: object, input_tokens: int) -> Decimal | None:
    """Return the unit price that holds at this prompt length: past a threshold all tokens pay the higher price."""
    from genai_prices.types import TieredPrices

    if isinstance(price, TieredPrices):
        return next((tier.price for tier in reversed(price.tiers) if input_tokens > tier.start), price.base)
    return price if isinstance(price, Decimal) else None
