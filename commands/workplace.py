"""Where a command works: its home, settings, screen and ledger; the library comes with `library_workplace.py`.

That one's imports take a second, which a command that only reads the ledger does not wait for.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel

from ..core.errors import DONE, Unverified, code_of
from ..core.settings import NAMES, ROLES, Endpoint, Settings, load
from ..core.shapes import Failure
from ..core.system.home import Home
from ..core.types import Scope
from ..money.ledger import Ledger, open_ledger
from ..money.meters import price_list
from ..money.prices import price_hint
from ..terminal.console import Screen, screen
from ..terminal.sheet import Sheet

Options = Mapping[str, Any]  # by name, as click has checked them
_At = TypeVar("_At", bound="Workplace")
_NOT_ASCII = re.compile(r"[^\n -~]")
_COLOURS = {"always": True, "never": False, "auto": None}


@dataclass
class Workplace:
    """What the options of one command line amount to; made once a command, and closed behind it."""

    home: Home
    settings: Settings
    screen: Screen
    as_json: bool = False

    @classmethod
    def of(cls, options: Options) -> Self:
        """Read settings and open the screen; raises UsageError for a setting that is wrong."""
        home = Home.find(options.get("home"), options.get("library"), os.environ)
        flags = {name: options[name] for name in (*NAMES, "quotes_only") if name in options}
        settings = load(flags, os.environ, Path.cwd(), home)
        return cls(home, settings, screen(_COLOURS[settings.colour]), bool(options.get("json")))

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of the home, made where it is missing."""
        return open_ledger(self.home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "ledger" in vars(self):
            self.ledger.close()

    def show(self, shape: BaseModel, view: Sheet, *, in_a_line: bool = False) -> None:
        """Print a result: its JSON alone on stdout, `in_a_line` where more results follow, or its view."""
        if self.as_json:
            print(escaped(shape.model_dump_json(indent=None if in_a_line else 2)), flush=in_a_line)
        else:
            self.screen.show(view)


def works_at(kind: type[_At]) -> Callable[[Callable[[_At, Options], int]], Callable[[Options], int]]:
    """Have a command done at a workplace of its own."""

    def decorate(body: Callable[[_At, Options], int]) -> Callable[[Options], int]:
        @wraps(body)
        def command(options: Options) -> int:
            with kind.of(options) as place:
                return body(place, options)

        return command

    return decorate


def scope_of(options: Options) -> Scope:
    """Return the scope that the filter options mean."""
    report, region, organisation, kind, status = (
        tuple(options.get(name) or ()) for name in ("report", "region", "organisation", "kind", "status")
    )
    since, until = options.get("published_from"), options.get("published_to")
    return Scope(report, region, organisation, kind, status, since, until)


def endpoints_of(settings: Settings) -> list[Endpoint]:
    """Return the endpoints that the settings name, each once."""
    named = (*map(settings.endpoint, ROLES), settings.embedding)
    return list(dict.fromkeys(endpoint for endpoint in named if endpoint is not None))


def failure_code(failure: Failure | None) -> int:
    """Return the exit code of what went wrong besides, 0 for nothing."""
    return code_of(failure.kind if failure else None)


def strict_code(options: Options, dropped: bool) -> int:
    """Return the exit code for what was `dropped` where the options are strict about that."""
    return Unverified.exit_code if options.get("strict") and dropped else DONE


def price_hints(settings: Settings) -> list[str]:
    """Return how to give a price, for each model that has none; calls made so far keep what they were booked with."""
    prices = price_list(settings)
    unknown = (one.model for one in endpoints_of(settings) if prices.look_up(one.model, one.base_url) is None)
    return [f"price unknown: {price_hint(model)}" for model in dict.fromkeys(unknown)]


def escaped(text: str) -> str:
    """Return a JSON text that means the same and holds no character that a terminal could obey."""
    return _NOT_ASCII.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    """Return a character of a JSON text as it is, or escaped where a terminal could obey it; it means the same."""
    character = match.group()
    if character.isprintable():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
