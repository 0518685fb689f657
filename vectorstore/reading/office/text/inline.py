"""A line of text put together run by run: raised, lowered and withdrawn words, fractions, and signs made plain."""

import re
from dataclasses import dataclass
from typing import Literal

from ...encoding import tidy
from ...page import Span
from ...raised import lowered, raised

RunShift = Literal["", "raised", "lowered"]
FRACTION = re.compile(r"\s*(\d+)\s*[/⁄∕]\s*(\d+)\s*")
SLASH = re.compile(r"\s*[/⁄∕]\s*")
LONGEST = 3  # words that stand raised; more are a line set a little higher
# Private signs of the symbol fonts that programs leave in plain text, as bullets mostly; others stay a visible gap.
PRIVATE = {
    0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✔", 0xF076: "❖", 0xF0E0: "→", 0xF02D: "-", 0xF0A8: "☐",
    0xF06F: "□", 0xF0FE: "☑", 0xF0FD: "☒",
}  # fmt: skip
UNKNOWN = "□"
UNCLEAN = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class RunLook:
    """How a run is set: raised or lowered, in which font, and why its words are not read ("" if they are)."""

    shift: RunShift = ""
    gone: str = ""
    font: str = ""


PLAIN = RunLook()


@dataclass(slots=True)
class _Piece:
    text: str
    shift: RunShift
    inserted: bool


class RunText:
    """The runs of one paragraph as they come; `text` is what they say together."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self.left_out: list[str] = []

    def add(self, text: str, look: RunLook = PLAIN, *, inserted: bool = False) -> None:
        """Append the words of a run, or only note that there were some, where they are withdrawn or hidden."""
        if look.gone:
            if text.strip():
                self.left_out.append(look.gone)
            return
        last = self._pieces[-1] if self._pieces else None
        if last is not None and (last.shift, last.inserted) == (look.shift, inserted):
            last.text += text
        elif text:
            self._pieces.append(_Piece(text, look.shift, inserted))

    def joined(self) -> tuple[str, list[Span]]:
        """The text, and the spans of it that were inserted."""
        if len(self._pieces) == 1 and not self._pieces[0].shift:
            text = clean(self._pieces[0].text)
            return text, [(0, len(text))] if self._pieces[0].inserted else []
        text, spans, at = "", [], 0
        while at < len(self._pieces):
            piece = self._pieces[at]
            size = 1
            if fraction := self._fraction(at):
                sign, size = fraction
                sign = f" {sign}" if text[-1:].isdigit() else sign
                sign += " " if self._begins(at + size).isalnum() else ""
            else:
                sign = self._sign(at, text)
            sign = clean(sign)
            if piece.inserted and sign:
                spans.append((len(text), len(text) + len(sign)))
            text += sign
            at += size
        return (text, spans) if spans else (clean(text), spans)

    def _begins(self, at: int) -> str:
        return self._pieces[at].text[:1] if at < len(self._pieces) else ""

    def _sign(self, at: int, before: str) -> str:
        piece, after = self._pieces[at], self._begins(at + 1)
        if not piece.shift or len(piece.text.split()) > LONGEST:
            return piece.text
        if piece.shift == "lowered":  # digits before further digits would make one number with them
            return lowered(piece.text, "0" if after.isdigit() else before)
        if not before.strip() and (not after or after.isspace()):  # the mark that opens a note, or the whole line
            return piece.text
        return raised(piece.text, before)

    def _fraction(self, at: int) -> tuple[str, int] | None:
        """A fraction set as raised and lowered figures, and the number of pieces that it takes."""
        if self._pieces[at].shift != "raised":
            return None
        for size in (2, 3):
            pieces = self._pieces[at : at + size]
            if len(pieces) < size or pieces[-1].shift != "lowered":
                continue
            if size == 3 and not SLASH.fullmatch(pieces[1].text):
                continue
            if found := FRACTION.fullmatch("".join(piece.text for piece in pieces)):
                return f"{found[1]}/{found[2]}", size
        return None


def clean(text: str) -> str:
    """Text as it is searched and quoted: composed letters, no soft hyphens, no ligatures, "□" for unknown signs."""
    if text.isascii():
        return text
    return tidy(UNCLEAN.sub(lambda sign: PRIVATE.get(ord(sign[0]), UNKNOWN), text))
