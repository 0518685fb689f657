"""The command `chat`: shows the prompt at once, and loads what works behind it while the first question is typed."""

import asyncio
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ...core.errors import DONE
from ...core.system.home import Home
from ...terminal.chat.input_line import InputLine


def chat(options: Mapping[str, Any]) -> int:
    """Talk in the terminal, or answer the lines of a pipe as plain text."""
    home = Home.find(options["home"], options["library"], os.environ)
    able = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    # Without a library there is nothing to ask, which the other way says.
    if not (able and (home.library / "catalogue.sqlite").is_file()):
        asyncio.run(_talking().through_pipe(options))
        return DONE
    colour = options.get("colour")
    coloured = colour == "always" or (colour != "never" and not os.environ.get("NO_COLOR"))
    prompt = InputLine(home.private_file(home.state / "chat-history"), coloured=coloured)

    async def talk() -> None:
        talking = await asyncio.to_thread(_talking)
        await talking.at_prompt(options, prompt)

    asyncio.run(prompt.run(talk))
    return DONE


def _talking() -> Any:
    """Import all that works behind the prompt, which takes seconds: graphs, vectors, the client of the models."""
    return import_module(".talking", __package__)
