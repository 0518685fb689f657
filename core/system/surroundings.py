"""What the environment would tell the libraries that coscribe stands on, and what it may not tell them.

Some of them send what they are given to a service, or report on themselves to their maker, as soon as a variable says
so, or until one forbids it. `hush` is called when coscribe is imported, before any of them is; `set_aside` by programs
that are coscribe's own. What no variable settles is settled where the library is called: see docs/privacy.md.
"""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

from ..errors import UsageError
from ..text import is_unicode

# Read when the library is loaded: set later, it changes nothing.
_HUSHED = {"ORT_DISABLE_TELEMETRY": "1"}
# A plugin of pydantic sees every object that is checked, and with it the text of reports.
_ALONE = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}
_FOREIGN = ("ANONYMIZED_TELEMETRY", "CHROMA_", "LANGCHAIN_", "LANGGRAPH_", "LANGSMITH_", "OPENAI_LOG", "OTEL_")


def hush(environ: MutableMapping[str, str] = os.environ) -> None:
    """Switch off the telemetry of libraries that are told by a variable, however it is set."""
    environ.update(_HUSHED)


def set_aside(environ: MutableMapping[str, str] = os.environ) -> list[str]:
    """Take away what would have text traced, logged or stored elsewhere, and return the names of what was there.

    For a process that is coscribe's own, and with it its children: in another program they may be meant for others.
    """
    found = sorted(name for name in environ if name.upper().startswith(_FOREIGN))
    for name in found:
        del environ[name]
    environ.update(_ALONE)
    return found


def refuse_bytes() -> None:
    """Raise a usage error for what was given to us in another encoding, before it gets into a database or a file."""
    given = [*(f"the argument {text!r}" for text in sys.argv[1:] if not is_unicode(text)), *(
        f"the variable {name}" for name, text in os.environ.items()
        if name.startswith("COSCRIBE_") and not is_unicode(text)
    )]  # fmt: skip
    if given:
        advice = "write it in UTF-8" if sys.getfilesystemencoding() == "utf-8" else "set PYTHONUTF8=1"
        raise UsageError(f"{given[0]} is not in UTF-8: {advice}")
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError(f"the current folder cannot be told ({error.strerror}): go to another") from error
