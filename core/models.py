"""Opens the models that the settings name, each endpoint once."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from .cache import ReplyCache
from .caps import Caps
from .gate import host_of
from .home import Home
from .ledger import Ledger
from .model_openai import OpenAIModel
from .rate_limit import RateLimit
from .servers import Servers
from .settings import ROLES, Settings
from .tokens import TokenCounter


def open_models(
    home: Home, settings: Settings, environ: Mapping[str, str], ledger: Ledger, *, at_once: int
) -> dict[str, OpenAIModel]:
    """Return the model of every role that has one, each for so many calls at once; keys are read from `environ`."""
    named = {role: endpoint for role in ROLES if (endpoint := settings.endpoint(role)) is not None}
    if not named:
        return {}
    caps, tokens = Caps(**settings.caps.model_dump()), TokenCounter(home.tokens)
    prices, energy, servers = settings.price_list(), settings.energy_meter(), Servers(home.servers)
    cache = ReplyCache(home.replies, settings.cache_megabytes) if settings.cache_megabytes else None
    opened = {
        endpoint: OpenAIModel(
            model=endpoint.model, base_url=endpoint.base_url, api_key=environ.get(endpoint.key_variable or ""),
            ledger=ledger, prices=prices, tokens=tokens, caps=caps, trusted=settings.trust.hosts,
            allowed=settings.allow_remote, timeout_seconds=settings.timeout_seconds,
            max_retries=settings.max_retries, limit=_limit(settings, endpoint.base_url), energy=energy, cache=cache,
            servers=servers, max_concurrency=at_once,
        )
        for endpoint in dict.fromkeys(named.values())
    }  # fmt: skip
    return {role: opened[endpoint] for role, endpoint in named.items()}


def _limit(settings: Settings, base_url: str) -> RateLimit | None:
    """Return the limit set for a host with its port, else for the host."""
    found = settings.limits.get(urlsplit(base_url).netloc) or settings.limits.get(host_of(base_url))
    return None if found is None else RateLimit(found.requests_per_minute, found.tokens_per_minute)
