"""Plain text: one section; blank lines and the length of lines tell the paragraphs apart."""

import re
from pathlib import Path

from .encoding import decode, tidy
from .layout.legibility import state_of
from .layout.lines import Flow, split
from .page import FileText, Page

CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")
LINE_END = re.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")


def read(path: Path) -> FileText:
    """Read a text file of any encoding; a form feed is the end of a line, not of a page."""
    text = tidy(CONTROL.sub("", LINE_END.sub("\n", decode(path.read_bytes(), path.name))))
    blocks = Flow().blocks(split(text))
    return FileText((Page("section", None, "whole text", text, blocks, state=state_of(text)),))
