"""Numbers that are no row of digits: spelled out below a thousand, or as powers, 10^18 and 10¹⁸ and 1e18 alike.

What is raised behind a word or a number and is no power is the mark of a note: "2030³" is the year 2030.
"""

import re
from decimal import Decimal
from functools import lru_cache

from ..core.text import told_apart
from .joint import either, pattern, signs, table

_SPELLED: dict[str, int] = table("numbers.ones", "numbers.teens", "numbers.tens", "numbers.joined")
_TENS = either("numbers.tens")
_ANY = "|".join(sorted(table("numbers.ones", "numbers.teens"), key=len, reverse=True))
_BELOW_HUNDRED = rf"{_TENS}(?:[\s-](?:{either('numbers.link')}\s)?(?:{_ANY}))?|{either('numbers.joined')}|{_ANY}"
NUMBER = (
    rf"{either('numbers.hundreds')}(?:(?:\s{either('numbers.after_hundred')}\s|[\s-])(?:{_BELOW_HUNDRED})\b)?"
    rf"|{_BELOW_HUNDRED}"
)
_HUNDRED = pattern("numbers.hundred", lead="", end="")
_WORD = pattern("numbers.hundred", lead="", end=f"|{'|'.join(sorted(_SPELLED, key=len, reverse=True))}")
_COMPOUND = pattern("numbers.compound", lead="", end=rf"|\b{either('numbers.hundred')}\b")
FIRST_WORDS = frozenset(word.partition("-")[0] for word in _SPELLED)
# the ordinals from the first to the tenth, each a regular expression
ORDINALS = tuple(either(f"numbers.ordinals.{place}") for place in range(10))

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TIMES = r"\s?[×xX·⋅∙•✕*]\s?"
_SIGNED = r"\s?[-−–+]?\s?\d{1,3}(?!\d)"
_BY_SIGN = (
    rf"\s?(?:[\^＾]|\*\*)\s?(?:[({{]{_SIGNED}[)}}]|{_SIGNED})|\([\^＾]\d{{1,3}}\)"
    rf"|\s?{either('figures.raised_to')}{_SIGNED}"
)
_ANY_RAISED = rf"[⁺⁻]?[{_RAISED}]{{1,3}}"
# "10²." and "10³," call a note, as "10¹" does; behind "×", and before what is counted, they are powers.
_SURELY_RAISED = rf"(?:[⁺⁻][{_RAISED}]{{1,3}}|[{_RAISED}]{{2,3}}|[⁰⁴-⁹]|[²³](?=\s?[^\W\d_]|\s?[-–—~〜=€$£¥%/×·]|\s*$))"
_TEN = r"[1１][0０]"
# a power as it is written; nothing of it is a group
POWER = (
    rf"(?:\d{{1,4}}(?:[.,]\d+)?{_TIMES}{_TEN}(?:{_ANY_RAISED}|{_BY_SIGN})|(?<=[×·⋅])\s?{_TEN}{_ANY_RAISED}"
    rf"|{_TEN}{_SURELY_RAISED}|[1-9１-９]\d{{0,2}}(?:{_BY_SIGN})"
    rf"|(?<!\w-)\d{{1,3}}(?:[.,]\d+)?[eE][-−+]?\d{{1,3}}(?!-?\w|[.,]\d))(?![\d{_RAISED}])"
)
# what every power has, and few texts do
_SIGN_OF_POWER = re.compile(
    rf"[0-9０-９](?![0-9.,])(?:[\^＾*⁺⁻{_RAISED}]|\([\^＾]|[eE][-−+\d]|\s?(?:[\^＾]|\*\*|{either('figures.raised_to')}))"
)
_POWER = re.compile(rf"(?<![^\W\u3040-\u9fff])(?<!\d[.,]){POWER}", re.IGNORECASE)
_PARTS = re.compile(r"(?P<head>.*?\d)(?P<sign>\D*)(?P<exponent>\d+)\D*", re.DOTALL)
_MAY_BE_RAISED = re.compile(rf"[{_RAISED}]")
_NOTE = re.compile(
    rf"(?<=[^\s⁺⁻{_RAISED}])(?:[{_RAISED}]+(?![⁺⁻⁄/{_RAISED}]))|(?<![^\s{_RAISED}])[{_RAISED}]+(?![^\s{_RAISED}])"
)
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")
_LONGEST_UNIT = 12  # characters in front of a raised sign that are looked at
_SQUARED: frozenset[str] = frozenset(signs("raised")["units"].split())
_FORMULAS: frozenset[str] = frozenset(signs("raised")["formulas"].split())


@lru_cache(maxsize=1024)
def power(written: str) -> tuple[Decimal, Decimal]:
    """Return the value of a match of `POWER`, and the power that a number in it is multiplied by, else 1."""
    parts = _PARTS.fullmatch(told_apart(written))
    if parts is None:
        raise ValueError(f"{written!r} is no power: ask with a match of POWER")
    exponent = int(parts["exponent"]) * (-1 if set(parts["sign"]) & set("-−–~") else 1)
    if parts["sign"].strip("+-−–").lower() == "e":
        return Decimal(parts["head"].replace(",", ".")).scaleb(exponent), Decimal(1)
    *factor, base = re.split(_TIMES, parts["head"].strip())
    raised = Decimal(1).scaleb(exponent) if int(base or 0) == 10 else Decimal(int(base or 0)) ** min(exponent, 999)
    mantissa = factor[0].replace(",", ".").strip() if factor else ""
    return (Decimal(mantissa) * raised, raised) if mantissa else (raised, Decimal(1))


def powers(text: str) -> list[re.Match[str]]:
    """Return the powers in a text, in order."""
    return list(_POWER.finditer(text)) if _SIGN_OF_POWER.search(text) else []


def unmarked(text: str) -> str:
    """Return a text of the same length with blanks for the marks of notes, those behind powers and units left alone."""
    if text.isascii() or not _MAY_BE_RAISED.search(text):
        return text
    kept = [match.span() for match in powers(text)]

    def blank(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in kept) or _is_of_unit(match):
            return match[0]
        return " " * len(match[0])

    return _NOTE.sub(blank, text)


def _is_of_unit(mark: re.Match[str]) -> bool:
    """Tell whether a raised sign belongs to what stands before it: m², km³, x², and CO² as some write it."""
    before = _WORD_BEFORE.search(mark.string[max(0, mark.start() - _LONGEST_UNIT) : mark.start()])
    if before is None or mark[0] not in ("²", "³"):
        return False
    return (len(before[0]) == 1 and before[0] < "\u3000") or before[0] in _SQUARED or before[0] in _FORMULAS


def joined(text: str) -> bool:
    """Tell whether a text has a number of several words written as one."""
    return bool(_COMPOUND.search(text))


def value(written: str) -> Decimal:
    """Return what a match of `NUMBER` counts."""
    total = 0
    for word in (match[0].lower() for match in _WORD.finditer(written)):
        total = (total or 1) * 100 if _HUNDRED.fullmatch(word) else total + _SPELLED[word]
    return Decimal(total)
