"""Which host an address leads to, and lists of hosts."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from .errors import UsageError

LOOPBACK = ("127.0.0.0/8", "::1", "localhost")


_FORMS = "write a name, *.name, an address or a range like 10.0.0.0/8"


# A star stands at the front alone: `10.*` would also let 10.evil.example in.
_NAME = re.compile(r"(\*\.)?[\w-]+(\.[\w-]+)*")


def host_of(base_url: str) -> str:
    """Return the lower-case host name or address that `base_url` leads to.

    Raises `UsageError` where it is no http or https address, or carries a user name: `http://localhost@elsewhere/`
    only looks local.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise UsageError(f"base_url {base_url!r} is no http address: write one like http://127.0.0.1:11434/v1")
    return host.lower().rstrip(".")


class Hosts:
    """A list of host names, wildcards (`*.example.eu`: any name below it) and addresses or ranges in CIDR form.

    Names are compared as written and never looked up: a name that resolves into a listed range, or to this machine, is
    not in the list.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._names: set[str] = set()
        self._suffixes: list[str] = []
        self._networks: list[IPv4Network | IPv6Network] = []
        for pattern in patterns:
            entry = pattern.strip().lower().rstrip(".")
            if "/" in entry or _is_address(entry):
                self._networks.append(_network(pattern, entry))
            elif not _NAME.fullmatch(entry):
                raise UsageError(f"host {pattern!r} is not understood: {_FORMS}")
            elif entry.startswith("*"):
                self._suffixes.append(entry[1:])
            else:
                self._names.add(entry)

    def __contains__(self, host: str) -> bool:
        if host in self._names or any(host.endswith(suffix) for suffix in self._suffixes):
            return True
        return _is_address(host) and any(ip_address(host) in network for network in self._networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _network(pattern: str, entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry, strict=False)
    except ValueError as error:
        raise UsageError(f"host {pattern!r} is not understood: {_FORMS}") from error


_LOOPBACK_HOSTS = Hosts(LOOPBACK)


def is_loopback(base_url: str) -> bool:
    """Tell whether `base_url` leads to this machine itself; what a server there forwards is another question.

    That holds for `localhost` because it is connected to as `loopback_addresses` says, wherever a resolver has it.
    """
    return host_of(base_url) in _LOOPBACK_HOSTS
