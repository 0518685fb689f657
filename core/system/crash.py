"""Errors that nobody foresaw: a line for the user, and a file of details for whoever mends them."""

import os
import platform
import sys
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..errors import CoscribeError
from .files import write_whole
from .home import Home

CRASHED = "unforeseen"  # begins the line of every such end, and of no other


def crash_line(error: BaseException, arguments: Sequence[str]) -> str:
    """Return the line for an error that is a bug of ours, after noting where it happened in `state/crash.txt`.

    `arguments` are those of the command line. The file replaces the one before it; it names places in the program and
    kinds of errors, and holds no text of a report, no question and no name of a file of the user's.
    """
    kind = type(error).__name__
    try:
        home = Home.find(_home(arguments), None, os.environ)
        path = home.state / "crash.txt"
        write_whole(path, "\n".join(_details(error)) + "\n", "the crash file", advice="mend that", private=True)
    except (CoscribeError, OSError, ValueError):
        return f"{CRASHED} {kind}, a bug: report it with what you ran (no details could be written)"
    return f"{CRASHED} {kind}, a bug: report it with what you ran and with {str(path)!r}, which holds no report text"


def _details(error: BaseException) -> Iterator[str]:
    """Yield when and where it happened; messages stay out, for they may quote what was being worked on."""
    try:
        ours = version("coscribe")
    except PackageNotFoundError:
        ours = "not installed"
    yield f"coscribe {ours}, Python {platform.python_version()}, {sys.platform}, {datetime.now(UTC):%Y-%m-%d %H:%M}Z"
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield type(cause).__qualname__
        for frame in traceback.extract_tb(cause.__traceback__)[-40:]:
            yield f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        cause = cause.__cause__ or cause.__context__


def _home(arguments: Sequence[str]) -> str | None:
    """Return the --home of a command line that nobody may have got to parse."""
    for at, argument in reversed(list(enumerate(arguments))):  # the last one counts
        if argument.startswith("--home="):
            return argument.removeprefix("--home=")
        if argument == "--home" and at + 1 < len(arguments):
            return arguments[at + 1]
    return None
