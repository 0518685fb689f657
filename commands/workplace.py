"""Where a command works: its home, settings and screen, and the library and assistant built from them."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.errors import UsageError, code_of
from ..core.hosts import host_of
from ..core.settings import NAMES, Endpoint, Settings, load
from ..core.shapes import Failure, Shape
from ..core.system.files import write_whole
from ..core.system.home import Home
from ..core.types import Scope
from ..models.gate import Gate
from ..terminal.console import Screen, screen
from ..terminal.sheet import Sheet

Options = Mapping[str, object]
_NOT_ASCII = re.compile(r"[^\n -~]")
_COLOURS = {"always": True, "never": False, "auto": None}


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the options of one command line amount to."""

    home: Home
    settings: Settings
    screen: Screen
    as_json: bool

    @classmethod
    def of(cls, options: Options) -> "Workplace":
        """Read settings and open the screen; raises UsageError for a setting that is wrong."""
        home = Home.find(_path(options, "home"), _path(options, "library"), os.environ)
        flags = {name: options[name] for name in (*NAMES, "quotes_only") if name in options}
        settings = load(flags, os.environ, Path.cwd(), home)
        return cls(home, settings, screen(_COLOURS[settings.colour]), bool(options.get("json")))

    def show(self, shape: Shape, view: Sheet) -> None:
        """Print a result: its JSON alone on stdout, or its view."""
        if self.as_json:
            print(_NOT_ASCII.sub(_shown, shape.model_dump_json(indent=2)))
        else:
            self.screen.show(view)

    def with_settings(self, settings: Settings) -> "Workplace":
        """Return the same place with other settings."""
        return replace(self, settings=settings)

    def needs_consent(self) -> bool:
        """Tell whether `consent` to the endpoints that the settings name would ask."""
        gate = Gate(self.settings.trust.hosts, self.allowing().allow_remote)
        return not all(gate.admits(one.base_url, one.model, "unmarked") for one in endpoints_of(self.settings))

    def allowing(self) -> Settings:
        """Return the settings with every remote host allowed that the user has agreed to before."""
        hosts = (*self.settings.allow_remote, *_remembered(self.home))
        return self.settings.model_copy(update={"allow_remote": hosts})

    def consent(self, endpoints: Iterable[Endpoint], unmarked: int) -> Settings:
        """Return the settings with the host of every endpoint allowed that the user agrees to, asking once a host.

        Raises UsageError where nobody can be asked.
        """
        remembered = _remembered(self.home)
        hosts = [*self.settings.allow_remote, *remembered]
        gate = Gate(self.settings.trust.hosts, hosts)
        for endpoint in endpoints:
            if not gate.admits(endpoint.base_url, endpoint.model, "unmarked"):
                host = host_of(endpoint.base_url)
                _ask(self.screen, host, endpoint, unmarked)
                remembered.append(host)
                _remember(self.home, remembered)
                hosts.append(host)
                gate = Gate(self.settings.trust.hosts, hosts)
        return self.settings.model_copy(update={"allow_remote": tuple(hosts)})


def scope_of(options: Options) -> Scope:
    """Return the scope that the filter options mean."""
    return Scope(
        reports=_many(options, "report"), regions=_many(options, "region"),
        organisations=_many(options, "organisation"), kinds=_many(options, "kind"), statuses=_many(options, "status"),
        published_from=_year(options, "published_from"), published_to=_year(options, "published_to"),
    )  # fmt: skip


def endpoints_of(settings: Settings) -> list[Endpoint]:
    """Return the endpoints that the settings name, each once."""
    found = [settings.endpoint("retriever"), settings.endpoint("drafter"), settings.endpoint("reviewer")]
    found.append(settings.embedding)
    return list(dict.fromkeys(endpoint for endpoint in found if endpoint is not None))


def failure_code(failure: Failure | None) -> int:
    """Return the exit code of what went wrong besides, 0 for nothing."""
    return code_of(failure.kind if failure else None)


def _shown(match: re.Match[str]) -> str:
    """Return a character of a JSON text as it is, or escaped where a terminal could obey it; it means the same."""
    character = match.group()
    if character.isprintable():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _ask(terminal: Screen, host: str, endpoint: Endpoint, unmarked: int) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"model {endpoint.model!r} at {host} is remote: say --allow-remote {host} to send report text there, "
            "or --quotes-only"
        )
    terminal.say(
        f"{endpoint.model!r} runs at {host}: passages of your reports would be sent there "
        f"({unmarked} reports carry no confidentiality mark; internal ones are never sent)."
    )
    terminal.err.print("allow it from now on? [y/N] ", end="", markup=False)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError(f"nothing was sent to {host}: use --quotes-only, or name a local model")


def _remembered(home: Home) -> list[str]:
    path = home.state / "allowed-hosts.json"
    try:
        return [str(host) for host in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise UsageError(f"{str(path)!r} is damaged ({error}): delete it and allow the hosts again") from error


def _remember(home: Home, hosts: list[str]) -> None:
    home.create()
    advice = "choose another --home"
    write_whole(home.state / "allowed-hosts.json", json.dumps(hosts), "the allowed hosts", advice=advice, private=True)


def _path(options: Options, name: str) -> Path | None:
    value = options.get(name)
    return Path(str(value)) if value else None


def _many(options: Options, name: str) -> tuple[str, ...]:
    value = options.get(name) or ()
    return tuple(str(item) for item in value) if isinstance(value, tuple) else (str(value),)


def _year(options: Options, name: str) -> int | None:
    value = options.get(name)
    return None if value is None else int(str(value))
