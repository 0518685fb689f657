"""How calls to this machine are connected: to a loopback address, and to nothing else.

`localhost` is a name, and a name leads where a resolver says: with a hosts file or a search domain of its own, or with
a dot behind it, that is another machine. What the gate lets through because it stays here is therefore never looked
up; the socket gets the address itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from ..core.errors import UsageError
from .gate import loopback_addresses


class LoopbackTransport(httpx2.AsyncHTTPTransport):
    """Sends to loopback addresses alone; raises `ConnectError`, with nothing sent, where a host is no such address."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the server and its certificate see the host as it was written."""
        refused = httpx2.ConnectError(f"{request.url.host} is not this machine")
        for address in loopback_addresses(request.url.host):
            placed = httpx2.Request(
                request.method, request.url.copy_with(host=address), headers=request.headers, stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host.rstrip(".")},
            )  # fmt: skip
            try:
                return await super().handle_async_request(placed)
            except httpx2.ConnectError as error:
                refused = error
        raise refused


@contextmanager
def usable_proxy() -> Iterator[None]:
    """Explain what the client library has against the proxies that the environment names, as a `UsageError`."""
    try:
        yield
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        reason = str(error).partition(". ")[0]
        raise UsageError(
            f"a proxy of the environment cannot be used ({reason}): "
            "mend HTTPS_PROXY or ALL_PROXY, or except the host with NO_PROXY"
        ) from error
