"""Numbers below a thousand spelled out, in the languages of the packs."""

from decimal import Decimal

from .joint import either, pattern, table

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


def joined(text: str) -> bool:
    """Tell whether a text has a number of several words written as one."""
    return bool(_COMPOUND.search(text))


def value(written: str) -> Decimal:
    """Return what a match of `NUMBER` counts."""
    total = 0
    for word in (match[0].lower() for match in _WORD.finditer(written)):
        total = (total or 1) * 100 if _HUNDRED.fullmatch(word) else total + _SPELLED[word]
    return Decimal(total)
