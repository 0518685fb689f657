"""Writes a document as PDF: accessible, made to be kept, and with the JSON it was made of inside.

The compiler reads no file but our template, reaches no network, and uses no font but those that come with the
installation: the same document gives the same bytes on every machine.
"""

import json
import unicodedata
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from noto_cjk_sans_otc import FONT_PATH

from ....core.document import Document
from ....core.errors import CoscribeError
from ....core.text import one_line
from ...document.phrases import phrases
from ..colophon import Colophon
from .plan import Data, plan

_STANDARDS: list[Any] = ["a-3a", "ua-1"]  # PDF/A-3 for its attachment; both are checked by the compiler
_MOST_ROUNDS = 30
_SPELLED = 4  # characters without a glyph that are named one by one
_RIGHT_TO_LEFT = ("R", "AL")
_PANIC = "PanicException"  # of the compiler; no module has it, and it is no Exception
_INSTEAD = "write another format"


def pdf_file(document: Document, colophon: Colophon) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1.

    Characters that no font has are named by their code points, and the file says so. Raises CoscribeError where it
    cannot be laid out at all.
    """
    given = plan(document, colophon)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[Path(str(FONT_PATH)).parent])
    template = files(__package__).joinpath("page.typ").read_bytes()
    year, month, day = given["day"]
    written = datetime(year, month, day, tzinfo=UTC)
    lost: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        data: Data = _spelled(given, lost)
        if lost:
            data["legend"] = [*data["legend"], phrases(given["language"]).told("paper.unshown")]
        text = json.dumps(data, ensure_ascii=False)
        compiler = typst.Compiler(font_paths=fonts, sys_inputs={"document": text, "carried": colophon.carried})
        try:
            made = compiler.compile(template, format="pdf", pdf_standards=_STANDARDS, timestamp=written)
            assert isinstance(made, bytes)
            return made
        except BaseException as error:
            if not isinstance(error, typst.TypstError) and type(error).__name__ != _PANIC:
                raise
            unshown = _undrawn(error, text)
            if not unshown:
                raise CoscribeError(f"the PDF could not be laid out ({one_line(str(error))}): {_INSTEAD}") from error
            lost |= unshown
    raise CoscribeError(f"the PDF could not be laid out (too many characters that no font has): {_INSTEAD}")


def _undrawn(error: BaseException, text: str) -> set[str]:
    """Return the characters of a text that an error is about.

    A diagnostic names them; the template, whose lines it shows, has none beyond ASCII. A panic says nothing: it was
    over lines from right to left that hold characters without a glyph.
    """
    chars = {char for char in text if not char.isascii()}
    if isinstance(error, typst.TypstError):
        return {char for char in chars if char in error.diagnostic or f"\\u{{{ord(char):x}}}" in error.diagnostic}
    return {char for char in chars if unicodedata.bidirectional(char) in _RIGHT_TO_LEFT}


def _spelled(value: Any, lost: set[str]) -> Any:
    """Return data whose texts name the characters that were lost."""
    match value:
        case str():
            runs = ((gone, "".join(run)) for gone, run in groupby(value, lost.__contains__))
            return "".join(_codes(run) if gone else run for gone, run in runs) if lost else value
        case dict():
            return {key: _spelled(one, lost) for key, one in value.items()}
        case list() | tuple():
            return [_spelled(one, lost) for one in value]
    return value


def _codes(run: str) -> str:
    codes = [f"U+{ord(char):04X}" for char in run]
    return f"[{' '.join(codes)}]" if len(codes) <= _SPELLED else f"[{codes[0]} … {codes[-1]}]"
