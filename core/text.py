"""Plain functions on text that every layer needs: what counts as verbatim, and what may reach a screen."""

import re
import unicodedata

_HYPHENS = dict.fromkeys(map(ord, "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\ufffe"))
_UNSHOWN = re.compile(  # control characters but for newline and tab; bidirectional and invisible ones; halves
    "[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)
_WHITE = re.compile(r"\s+")


def squash(text: str) -> str:
    """Return the form in which two texts are compared for "verbatim".

    NFKC, with white space, control characters and hyphens left out; case is kept.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_HYPHENS)).translate(_HYPHENS)
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char)[0] != "C")


def says_verbatim(page: str, quote: str) -> bool:
    """Tell whether `quote` stands on `page` in the sense of `squash`; an empty quote never does."""
    wanted = squash(quote)
    return bool(wanted) and wanted in squash(page)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one blank, for prompts and screens; quotes keep their words."""
    return _WHITE.sub(" ", text).strip()


def without_controls(text: str) -> str:
    """Return `text` without control, bidirectional and invisible characters; newlines and tabs stay."""
    return _UNSHOWN.sub("", text)


def fold(word: str) -> str:
    """Return `word` in lower case and without accents, for comparing names."""
    if word.isascii():  # most of what is folded, and ten times as fast
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
