"""Opens the models that the settings name, each endpoint once."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..core.hosts import host_of
from ..core.settings import ROLES, Endpoint, Settings
from ..core.system.home import Home
from ..money.caps import Caps
from ..money.ledger import Ledger
from ..money.meters import energy_meter, price_list
from ..money.rate_limit import RateLimit
from ..money.tokens import TokenCounter
from .cache import ReplyCache
from .servers import Servers

if TYPE_CHECKING:
    from .openai import OpenAIModel

_EMBEDDED_AT_ONCE = 4  # calls
_OWN_MEGABYTES = 100  # of answers kept for one piece of work


def open_models(
    home: Home, settings: Settings, ledger: Ledger, *, at_once: int, replies: Path | None = None
) -> "dict[str, OpenAIModel]":
    """Return the model of every role that has one, each for so many calls at once.

    Their answers are kept with those of others, as the settings say, or else in a file of their own: `replies`. Keys
    are read from the environment.
    """
    named = {role: endpoint for role in ROLES if (endpoint := settings.endpoint(role)) is not None}
    opened = _opener(home, settings, ledger, replies or home.replies, at_once, bool(replies)) if named else None
    models = {endpoint: opened(endpoint) for endpoint in dict.fromkeys(named.values())} if opened else {}
    return {role: models[endpoint] for role, endpoint in named.items()}


def open_embedding(home: Home, settings: Settings, endpoint: Endpoint, ledger: Ledger) -> "OpenAIModel":
    """Return the model at the endpoint that embeds texts."""
    return _opener(home, settings, ledger, home.vectors, _EMBEDDED_AT_ONCE)(endpoint)


def _opener(
    home: Home, settings: Settings, ledger: Ledger, cache: Path, at_once: int, is_own: bool = False
) -> "Callable[[Endpoint], OpenAIModel]":
    """Return what opens endpoints, which share all that models of a home share."""
    from .openai import OpenAIModel  # its client takes longer to load than a look-up without any model

    room = _OWN_MEGABYTES if is_own else settings.cache_megabytes
    shared = partial(
        OpenAIModel, ledger=ledger, prices=price_list(settings), tokens=TokenCounter(home.tokens),
        caps=Caps(**settings.caps.model_dump()), trusted=settings.trust.hosts, allowed=settings.allow_remote,
        timeout_seconds=settings.timeout_seconds, max_retries=settings.max_retries, energy=energy_meter(settings),
        max_output_tokens=settings.max_output_tokens,
        cache=ReplyCache(cache, room) if room else None,
        servers=Servers(home.servers), max_concurrency=at_once,
    )  # fmt: skip
    return lambda endpoint: shared(
        model=endpoint.model, base_url=endpoint.base_url, api_key=os.environ.get(endpoint.key_variable or ""),
        limit=_limit(settings, endpoint.base_url),
    )  # fmt: skip


def _limit(settings: Settings, base_url: str) -> RateLimit | None:
    """Return the limit set for a host with its port, else for the host."""
    found = settings.limits.get(urlsplit(base_url).netloc) or settings.limits.get(host_of(base_url))
    return None if found is None else RateLimit(found.requests_per_minute, found.tokens_per_minute)
