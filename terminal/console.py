"""The two streams of a terminal, and the gate that report text passes before it reaches either."""

import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Literal, TextIO

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from .sheet import Sheet

# One accent, three signals; everything that is not content is dim.
THEME = Theme(
    {
        "accent": "cyan",
        "mark": "bold cyan",
        "heading": "bold",
        "meta": "dim",
        "good": "green",
        "warn": "yellow",
        "bad": "bold red",
    }
)

# ECMA-48: control sequences, control strings up to their terminator, and the remaining escapes (7-bit and 8-bit).
# A control string never crosses a line end, so that an unterminated one cannot swallow the rest of a page.
ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")


def clean(text: str) -> str:
    r"""Return text that a terminal can only show, never obey.

    Escape sequences, control and format characters (C0, C1, bidirectional overrides, zero-width characters, soft
    hyphens) are gone; every line end is `\n`, a tab is a space, half a surrogate pair is U+FFFD.
    """
    kept = []
    for character in LINE_ENDS.sub("\n", ESCAPES.sub("", text)).replace("\t", " "):
        category = unicodedata.category(character)
        if category == "Cs":
            kept.append("\ufffd")
        elif character == "\n" or (category not in ("Cc", "Cf") and character not in "\ufffe\uffff"):
            kept.append(character)
    return "".join(kept)


def flat(text: str) -> str:
    """Return `clean` text on one line: runs of white space, line ends included, become one space."""
    return " ".join(clean(text).split())


_KEPT = 3  # rows of a screen that are another's: the line that was typed, and a prompt


@dataclass(frozen=True, slots=True)
class Screen:
    """Where results go (`out`) and where everything else goes (`err`)."""

    out: Console
    err: Console

    def show(self, view: Sheet) -> None:
        """Print a view: laid out where a person looks on, its plain form into a pipe or file."""
        if self.out.is_terminal:
            self.out.print(view.fitted(self.out, self.out.height - _KEPT))
        else:
            self.out.file.write(f"{view}\n")
            self.out.file.flush()

    def line(self, text: str, style: str = "") -> None:
        """Print one line of results as it is, however long: what is to be copied is not broken by us."""
        self.out.print(Text(flat(text), style), soft_wrap=True)

    def say(self, message: str, style: str = "meta") -> None:
        """Print one line beside the results; `style` is a name of the theme."""
        self.err.print(Text(flat(message), style))


def _console(stream: TextIO, colour: bool | None) -> Console:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    wanted = colour if colour is not None else not os.environ.get("NO_COLOR")
    # Without a colour system rich writes no style at all; its own `no_color` would still write bold and dim.
    system: Literal["auto"] | None = "auto" if wanted else None
    console = Console(
        file=stream,
        color_system=system,
        no_color=not wanted,
        force_terminal=colour or None,
        force_interactive=None if stream.isatty() else False,  # forced colour is no reason for moving lines in a file
        theme=THEME,
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.soft_wrap = not console.is_terminal
    return console


def screen(colour: bool | None = None) -> Screen:
    """Open the terminal: `True` forces colour into a pipe too, `False` forbids it, `None` looks at it and NO_COLOR."""
    return Screen(out=_console(sys.stdout, colour), err=_console(sys.stderr, colour))
