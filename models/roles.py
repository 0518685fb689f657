"""Opens the models that the settings name, each endpoint once."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..core.hosts import host_of
from ..core.settings import ROLES, Endpoint, Settings
from ..core.system.home import Home
from ..money.caps import Caps
from ..money.energy import EnergyMeter
from ..money.ledger import Ledger
from ..money.meters import energy_meter, price_list
from ..money.prices import Prices
from ..money.rate_limit import RateLimit
from ..money.tokens import TokenCounter
from .cache import ReplyCache
from .openai import OpenAIModel
from .servers import Servers

_EMBEDDED_AT_ONCE = 4  # calls


def open_models(home: Home, settings: Settings, ledger: Ledger, *, at_once: int) -> dict[str, OpenAIModel]:
    """Return the model of every role that has one, each for so many calls at once.

    Keys are read from the environment.
    """
    named = {role: endpoint for role in ROLES if (endpoint := settings.endpoint(role)) is not None}
    if not named:
        return {}
    common = _Common.of(home, settings, ledger, home.replies)
    opened = {endpoint: common.open(endpoint, at_once) for endpoint in dict.fromkeys(named.values())}
    return {role: opened[endpoint] for role, endpoint in named.items()}


def open_embedding(home: Home, settings: Settings, endpoint: Endpoint, ledger: Ledger) -> OpenAIModel:
    """Return the model at the endpoint that embeds texts."""
    return _Common.of(home, settings, ledger, home.vectors).open(endpoint, _EMBEDDED_AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Common:
    """What all models of a home share."""

    settings: Settings
    ledger: Ledger
    prices: Prices
    tokens: TokenCounter
    caps: Caps
    energy: EnergyMeter
    servers: Servers
    cache: ReplyCache | None

    @classmethod
    def of(cls, home: Home, settings: Settings, ledger: Ledger, cache: Path) -> "_Common":
        return cls(
            settings, ledger, price_list(settings), TokenCounter(home.tokens),
            Caps(**settings.caps.model_dump()), energy_meter(settings), Servers(home.servers),
            ReplyCache(cache, settings.cache_megabytes) if settings.cache_megabytes else None,
        )  # fmt: skip

    def open(self, endpoint: Endpoint, at_once: int) -> OpenAIModel:
        return OpenAIModel(
            model=endpoint.model, base_url=endpoint.base_url,
            api_key=os.environ.get(endpoint.key_variable or ""), ledger=self.ledger, prices=self.prices,
            tokens=self.tokens, caps=self.caps, trusted=self.settings.trust.hosts,
            allowed=self.settings.allow_remote, timeout_seconds=self.settings.timeout_seconds,
            max_retries=self.settings.max_retries, limit=_limit(self.settings, endpoint.base_url),
            energy=self.energy, cache=self.cache, servers=self.servers, max_concurrency=at_once,
        )  # fmt: skip


def _limit(settings: Settings, base_url: str) -> RateLimit | None:
    """Return the limit set for a host with its port, else for the host."""
    found = settings.limits.get(urlsplit(base_url).netloc) or settings.limits.get(host_of(base_url))
    return None if found is None else RateLimit(found.requests_per_minute, found.tokens_per_minute)
