"""Every test runs in its own home, without keys or proxies of the machine, and cannot reach past it."""

import ipaddress
import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tests are no package, and may run beside an installed wheel: their doubles are found from here alone.
sys.path.insert(0, str(Path(__file__).parent))
# The endpoint comes before the books that import it, or its assertions would not be explained.
pytest_plugins = ("doubles.endpoint", "doubles.scripted_model", "doubles.books", "doubles.desk", "doubles.batches",
                  "doubles.saved", "doubles.texts")  # fmt: skip

# How long an example takes depends on what else the machine does.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

FOREIGN = ("COSCRIBE_", "OPENAI_")


class NetworkRefused(BaseException):
    """A test tried to leave the machine; no `except Exception` may hide it."""


def refuse_unless_local(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        local = ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        local = False
    if not local:
        raise NetworkRefused(f"the test tried to reach {name!r}")


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def guard(name):
        original = getattr(socket.socket, name)

        def guarded(self, address):
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse_unless_local(address[0])
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)

    guard("connect")
    guard("connect_ex")
    look_up = socket.getaddrinfo

    def guarded_look_up(host, *arguments, **options):
        refuse_unless_local(host)
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(autouse=True)
def own_home(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.upper().startswith(FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COSCRIBE_HOME", str(tmp_path / "home"))
