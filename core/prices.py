"""What a model charges: the user's own table first, then the prices bundled with genai-prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class UserPrice:
    """What the user says a model costs, in US dollars per million tokens; without `cached`, caching saves nothing."""

    input: Decimal
    output: Decimal = Decimal(0)
    cached: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """Unit prices in US dollars per million tokens; `source` and `version` say where they were read."""

    input: Decimal
    cached: Decimal
    output: Decimal
    source: str
    version: str

    def usd(self, *, input_tokens: int, cached_tokens: int, output_tokens: int) -> Decimal:
        """Return the exact price of one call; cached tokens are a part of the input tokens, as servers report them."""
        fresh = max(input_tokens - cached_tokens, 0)
        return (fresh * self.input + cached_tokens * self.cached + output_tokens * self.output) / _MILLION


class Prices:
    """Looks up unit prices; offline, from data that came with the installed packages."""

    def __init__(self, user: Mapping[str, UserPrice] = MappingProxyType({})) -> None:
        self._user = user

    def look_up(self, model: str, base_url: str, *, input_tokens: int = 0, tier: str | None = None) -> Price | None:
        """Return the price of `model` at `base_url`, `None` where it is not known.

        Bundled prices are found by the provider's own address. A loopback server, a company proxy or a reseller
        therefore has no price, whatever the model is called, until the user's table names the model. `input_tokens`
        picks the step of prices that rise with the length of the prompt, `tier` the service tier the server used.
        """
        if own := self._user.get(model):
            return Price(own.input, own.input if own.cached is None else own.cached, own.output, "user", "")
        # Imported here alone: it takes 0.35 s, and most commands price nothing.
        import genai_prices

        usage = genai_prices.Usage(input_tokens=input_tokens, output_tokens=0)
        context = {"service_tier": tier} if tier else None
        try:
            found = genai_prices.calc_price(usage, model, provider_api_url=base_url, price_context=context).model_price
        except LookupError:
            return None
        steps = {
            name: _step(getattr(found, field, None), input_tokens)
            for name, field in (("input", "input_mtok"), ("cached", "cache_read_mtok"), ("output", "output_mtok"))
        }
        if steps["input"] is None:
            return None
        return Price(
            input=steps["input"],
            cached=steps["input"] if steps["cached"] is None else steps["cached"],
            output=steps["output"] or Decimal(0),  # an embedding model has no output price
            source="genai-prices",
            version=genai_prices.__version__,
        )


def _step(price: object, input_tokens: int) -> Decimal | None:
    """Return the unit price that holds at this prompt length: past a threshold all tokens pay the higher price."""
    from genai_prices.types import TieredPrices

    if isinstance(price, TieredPrices):
        return next((tier.price for tier in reversed(price.tiers) if input_tokens > tier.start), price.base)
    return price if isinstance(price, Decimal) else None
