"""What the user has agreed to: the hosts that text of the reports may go to."""

import json
import sys
from collections.abc import Iterable

from ..core.errors import UsageError
from ..core.hosts import host_of
from ..core.settings import Endpoint, Settings
from ..core.system.files import write_whole
from ..core.system.home import Home
from ..models.gate import Gate
from ..terminal.console import Screen


class Consent:
    """The hosts that were agreed to at the terminal, which are kept in the home."""

    def __init__(self, home: Home, screen: Screen) -> None:
        self._home = home
        self._path = home.state / "allowed-hosts.json"
        self._screen = screen

    def allowing(self, settings: Settings) -> Settings:
        """Return the settings with every host allowed that was agreed to before."""
        return settings.model_copy(update={"allow_remote": (*settings.allow_remote, *self._remembered())})

    def is_needed(self, settings: Settings, endpoints: Iterable[Endpoint]) -> bool:
        """Tell whether `given` would ask."""
        gate = Gate(settings.trust.hosts, self.allowing(settings).allow_remote)
        return not all(gate.admits(one.base_url, one.model, "unmarked") for one in endpoints)

    def given(self, settings: Settings, endpoints: Iterable[Endpoint], unmarked: int) -> Settings:
        """Return the settings with the host of every endpoint allowed that the user agrees to, asking once a host.

        `unmarked` reports carry no confidentiality mark. Raises UsageError where nobody can be asked, or agrees not.
        """
        remembered = self._remembered()
        hosts = [*settings.allow_remote, *remembered]
        for endpoint in endpoints:
            if not Gate(settings.trust.hosts, hosts).admits(endpoint.base_url, endpoint.model, "unmarked"):
                host = host_of(endpoint.base_url)
                self._ask(host, endpoint, unmarked)
                remembered.append(host)
                hosts.append(host)
                self._remember(remembered)
        return settings.model_copy(update={"allow_remote": tuple(hosts)})

    def _ask(self, host: str, endpoint: Endpoint, unmarked: int) -> None:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(
                f"model {endpoint.model!r} at {host} is remote: say --allow-remote {host} to send report text there, "
                "or --quotes-only"
            )
        self._screen.say(
            f"{endpoint.model!r} runs at {host}: passages of your reports would be sent there "
            f"({unmarked} reports carry no confidentiality mark; internal ones are never sent)."
        )
        self._screen.err.print("allow it from now on? [y/N] ", end="", markup=False)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError(f"nothing was sent to {host}: use --quotes-only, or name a local model")

    def _remembered(self) -> list[str]:
        try:
            return [str(host) for host in json.loads(self._path.read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []
        except ValueError as error:
            raise UsageError(
                f"{str(self._path)!r} is damaged ({error}): delete it and allow the hosts again"
            ) from error

    def _remember(self, hosts: list[str]) -> None:
        self._home.create()
        advice = "choose another --home"
        write_whole(self._path, json.dumps(hosts), "the list of allowed hosts", advice=advice, private=True)
