"""Plain functions on text that every layer needs: what counts as verbatim, may reach a screen, may be asked."""

import re
import unicodedata

from .errors import UsageError

_HYPHENS = dict.fromkeys(map(ord, "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\ufffe"))
_UNSHOWN = re.compile(  # control characters but for newline and tab; bidirectional and invisible ones; halves
    "[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)
_HIDDEN = frozenset(
    map(
        chr,
        [0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)],
    )
)
_WITHOUT_HIDDEN = dict.fromkeys(map(ord, _HIDDEN))
_RAISED, _LOWERED, _DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "0123456789"
_ON_THE_LINE = str.maketrans(_RAISED + _LOWERED, 2 * _DIGITS)
_OFF_THE_LINE = frozenset("^＾" + _RAISED + _LOWERED)
_BEHIND_A_DIGIT = re.compile(
    rf"(?<=\d)(?:\s?[\^＾]\s?(?P<minus>[-−–])\s?(?=\d)|(?P<sign>[⁺⁻]?)(?P<raised>[{_RAISED}]+)|(?P<lowered>[{_LOWERED}]+))"
)
MOST_CHARACTERS = 4_000  # longer ones are a file or a cell gone wrong, and would fill a prompt


def squash(text: str) -> str:
    """Return the form in which two texts are compared for "verbatim".

    NFKC, with white space, control characters and hyphens left out; case is kept. Digits raised or lowered behind a
    digit stay apart from it: "10¹⁸" is "10^18", never "1018".
    """
    folded = unicodedata.normalize("NFKC", told_apart(text).translate(_HYPHENS)).translate(_HYPHENS)
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char)[0] != "C")


def told_apart(text: str) -> str:
    """Return text with "^" before digits raised behind a digit, "_" before lowered ones, which NFKC would run together.

    A minus between them, which `squash` would lose, is "~".
    """
    return _BEHIND_A_DIGIT.sub(_on_the_line, text) if not _OFF_THE_LINE.isdisjoint(text) else text


def _on_the_line(match: re.Match[str]) -> str:
    if match["minus"]:
        return "^~"
    sign = "_" if match["lowered"] else "^~" if match["sign"] == "⁻" else "^"
    return sign + (match["raised"] or match["lowered"]).translate(_ON_THE_LINE)


def without_hidden(text: str) -> str:
    """Return text without what nobody sees: soft hyphens, signs of no width, marks of direction."""
    return text if text.isascii() or _HIDDEN.isdisjoint(text) else text.translate(_WITHOUT_HIDDEN)


def says_verbatim(page: str, quote: str) -> bool:
    """Tell whether `quote` stands on `page` in the sense of `squash`; an empty quote never does."""
    wanted = squash(quote)
    return bool(wanted) and wanted in squash(page)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one blank, for prompts and screens; quotes keep their words."""
    return " ".join(text.split())


def unbroken(text: str) -> str:
    """Return `text` in which no line ends at a blank that French has around a mark: in front of : ; ? ! », behind «."""
    for mark in ":;?!»":
        text = text.replace(f" {mark}", f"\N{NO-BREAK SPACE}{mark}")
    return text.replace("« ", "«\N{NO-BREAK SPACE}")


def without_controls(text: str) -> str:
    """Return `text` without control, bidirectional and invisible characters; newlines and tabs stay."""
    return _UNSHOWN.sub("", text)


def escaped(name: str) -> str:
    r"""Return a file's name with what must not reach a screen spelled out: a newline as "\n", an escape as "\x1b"."""
    return name if name.isascii() and name.isprintable() else "".join(map(_spelled_out, name))


def _spelled_out(char: str) -> str:
    if char not in "\n\t\u2028\u2029" and not _UNSHOWN.match(char):
        return char
    byte = ord(char) - 0xDC00 if "\udc80" <= char <= "\udcff" else ord(char)  # of a name that is no UTF-8
    return chr(byte).encode("unicode_escape").decode()


def as_named(name: str) -> str:
    """Return a file's name as names are compared: as `escaped`, accents in one piece with their letters."""
    return unicodedata.normalize("NFC", escaped(name))


def fold(word: str) -> str:
    """Return `word` in lower case and without accents, for comparing names."""
    if word.isascii():  # most of what is folded, and ten times as fast
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", without_hidden(told_apart(word)).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def askable(text: str, what: str = "question") -> str:
    """Return what is asked, without control characters and white space around it; it may be empty.

    `what` is what the message calls it. Raises UsageError for more than 4,000 characters, and for bytes that are no
    UTF-8, which Python passes on as halves of surrogate pairs.
    """
    if not is_unicode(text):
        raise UsageError(f"the {what} is not in UTF-8: write it as text, in UTF-8")
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"the {what} has {len(text):,} characters: {MOST_CHARACTERS:,} are the most")
    return without_controls(text).strip()


def is_unicode(text: str) -> bool:
    """Tell whether a text can be written as UTF-8, which halves of surrogate pairs cannot."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
