"""The command `mcp`: the library is opened as its clients may see it, and served until they leave."""

import asyncio
import secrets
import socket
from functools import cached_property
from importlib import import_module
from types import ModuleType

from ...core.errors import DONE, UsageError
from ...core.system.files import write_whole
from ...core.system.home import Home
from ...vectorstore.searchable import Searchable
from ...vectorstore.shown import ShownLibrary
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, works_at
from .offers import Offers

_HERE = "127.0.0.1"


class ServingWorkplace(AssistantWorkplace):
    """A workplace whose library is without internal reports, unless the user trusts clients with them."""

    @cached_property
    def library(self) -> Searchable:
        """The library as clients see it."""
        return self.opened(Searchable if self.settings.trust.mcp else ShownLibrary)


@works_at(ServingWorkplace)
def mcp(place: ServingWorkplace, options: Options) -> int:
    """Serve the library over standard streams, or over HTTP on this machine."""
    protocol = _protocol()
    settings = place.agreed(place.settings)
    levels = [report.confidentiality for report in place.library.catalogue.reports()]
    port = options.get("http")
    listening = None if port is None else listening_at(port)

    async def serve() -> None:
        async with place.assistant(settings) as assistant:
            offers = Offers(assistant, place.library, lambda: place.ledger)
            place.screen.say(f"serving {len(levels)} reports ({levels.count('unmarked')} of them unmarked)")
            if hidden := offers.left_out()["internal_left_out"]:
                place.screen.say(
                    f"{hidden} internal left out: `[trust] mcp = true` in {str(place.home.settings)!r} shows them"
                )
            if listening is None:
                await protocol.over_streams(offers)
            else:
                at = f"http://{_HERE}:{listening.getsockname()[1]}{protocol.PATH}"
                place.screen.say(f"at {at}, with the token in {str(place.home.token)!r}")
                await protocol.over_http(offers, listening, token_of(place.home))

    try:
        asyncio.run(serve())
    except* BrokenPipeError:  # the client is gone, and needs no answer
        pass
    return DONE


def _protocol() -> ModuleType:
    """Return what speaks the protocol; raises UsageError where its extra is not installed."""
    try:
        return import_module(".protocol", __package__)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "uvicorn", "starlette"):
            raise
        raise UsageError("`coscribe mcp` needs the extra mcp: run `pip install 'coscribe[mcp]'`") from error


def listening_at(port: int) -> socket.socket:
    """Return a socket of this machine's own; raises UsageError where the port cannot be had."""
    try:
        return socket.create_server((_HERE, port))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"port {port} cannot be served at ({reason}): name another, --http 0 for any") from error


def token_of(home: Home) -> str:
    """Return the token of this home; it is made once, so that what clients are told stays true."""
    path = home.token
    try:
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if found:
        return found
    made = secrets.token_urlsafe(32)
    home.create()
    write_whole(path, made, "the token", advice="choose another --home", private=True)
    return made
