"""The confidentiality gate: which text may go to which endpoint."""

from collections.abc import Sequence

from ..core.errors import UsageError, Withheld
from ..core.hosts import _LOOPBACK_HOSTS, LOOPBACK, Hosts, host_of
from ..core.shapes import Level


def loopback_addresses(host: str) -> tuple[str, ...]:
    """Return the addresses of this machine that `host` stands for, in the order to try; none for any other machine."""
    name = host.lower().rstrip(".")
    if name == "localhost":
        return "127.0.0.1", "::1"
    return (name,) if name in _LOOPBACK_HOSTS else ()


class Gate:
    """Decides by host, model name and level.

    `trusted` hosts may read everything, `allowed` ones everything but internal text. A model whose name ends in
    "cloud" runs elsewhere, whatever its address looks like: its host is never trusted.
    """

    def __init__(self, trusted: Sequence[str] = LOOPBACK, allowed: Sequence[str] = ()) -> None:
        self._trusted = Hosts(trusted)
        self._allowed = Hosts(allowed)

    def is_trusted(self, base_url: str, model: str) -> bool:
        """Tell whether internal text may go to `model` at `base_url`."""
        return host_of(base_url) in self._trusted and not model.strip().casefold().endswith("cloud")

    def admits(self, base_url: str, model: str, level: Level) -> bool:
        """Tell whether `check` would pass, so that a caller can leave parts out beforehand."""
        if self.is_trusted(base_url, model):
            return True
        return level != "internal" and host_of(base_url) in self._allowed

    def check(self, base_url: str, model: str, level: Level) -> None:
        """Raise `Withheld` for internal text to an untrusted host, `UsageError` for a host that was not allowed."""
        if self.admits(base_url, model, level):
            return
        host = host_of(base_url)
        if level == "internal":
            raise Withheld(
                f"internal text may not go to {host} (model {model!r}): "
                "add the host to [trust] hosts, use a local model, or leave the internal reports out"
            )
        raise UsageError(f"model {model!r} at {host} is remote: say --allow-remote {host} to send report text there")
