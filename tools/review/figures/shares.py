"""Shares of a whole as texts write them: "a fifth", "one in four", "18 of 60", "a quarter of a billion"."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from ....language.figures import Figure, figures
from ....language.joint import either, pattern, table

_ONE_IN = pattern("shares.one_in")
_PARTS: dict[str, int] = table("shares.parts")
_TIMES: dict[str, int] = table("shares.times")
_PART = {
    percent: re.compile(
        rf"\b(?:(?P<of>{'|'.join(_TIMES)}|\d)[\s-])?(?:{'|'.join(w for w, p in _PARTS.items() if p == percent)})s?\b",
        re.IGNORECASE,
    )
    for percent in dict.fromkeys(_PARTS.values())
}
_EXACT = {33: Decimal(100) / 3, 17: Decimal(100) / 6, 12: Decimal("12.5")}
_SCALED = pattern(
    "shares.half",
    lead=rf"\b(?:(?P<quarter>{either('shares.quarter')})|",
    end=rf")[\s-](?:{either('shares.of')}\s?)?(?P<scale>{either('shares.scale')})\b",
)
_COUNTED = pattern("shares.one")
_MOST_COUNTS = 6  # in a text with more, some two will make up any share


def shares(text: str) -> Iterable[tuple[Decimal, int, int]]:
    """Yield the shares of a text in percent, each with the place of the number it is written with, and where it begins.

    "Seven to eight in ten" has three places: it is 70 and 80 percent wherever one of its numbers stands.
    """
    for match in _ONE_IN.finditer(text):
        *parts, whole = (n for n in range(1, _ONE_IN.groups + 1) if match[n])
        of = _number(match[whole])
        for share in (share for part in parts for share in _whole(100 * _number(match[part]) / of) if of):
            yield from ((share, match.start(place), match.start()) for place in (*parts, whole))
    for percent, sign in _PART.items():
        for match in sign.finditer(text):
            written = (match["of"] or "1").lower()
            times = int(written) if written.isdigit() else _TIMES[written]
            whole_percents = _whole(times * _EXACT.get(percent, Decimal(percent)))
            yield from ((one, match.start(), match.start()) for one in whole_percents)
    for figure in figures(text):
        if figure.unit == "%":
            yield (figure.value if figure.value < 1 else Decimal(round(figure.value))), figure.start, figure.start


def counted_shares(found: Iterable[Figure], text: str) -> set[Decimal]:
    """Return the shares, in whole percent, that the bare counts of a text make of one another: 18 of 60 are 30."""
    counts = {figure.value for figure in found if not figure.unit and figure.value > 1}
    if len(counts) > _MOST_COUNTS:
        return set()
    counts |= {Decimal(1)} if counts and _COUNTED.search(text) else set()
    return {percent for one, of in combinations(sorted(counts), 2) for percent in _whole(100 * one / of)}


def part_of_scale(text: str) -> set[Decimal]:
    """Return the numbers that a text gives as a part of a million or a billion."""
    found: set[Decimal] = set()
    for match in _SCALED.finditer(text):
        part = Decimal("0.25") if match["quarter"] else Decimal("0.5")
        found.add(part * figures(f"2 {match['scale']}")[0].value / 2)
    return found


def _number(written: str) -> Decimal:
    found = figures(f"{written} sites")
    return found[0].value if found else Decimal(1)


def _whole(percent: Decimal) -> set[Decimal]:
    """Return a percentage without its fraction, cut off and rounded; one below 1 as it is."""
    return {percent} if percent < 1 else {Decimal(int(percent)), percent.quantize(Decimal(1), ROUND_HALF_UP)}
