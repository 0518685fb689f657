"""What a bare count measures, by the word behind it, and how often: "40 hours a year", "hourly", "two decades"."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from ....core.shapes import Doubt
from ....core.text import fold
from ....language.figures import Figure, figures
from ....language.joint import either, entries, pattern, signs, table
from ....language.numbers import unmarked

# measure words behind a bare count -> (measure, factor); physical units and currencies the figures have by themselves
_MEASURES = {
    fold(name): (measure, Decimal(factor))
    for names in (signs("measures"), *entries("measures.names").values())
    for measure, factors in names.items()
    for factor, words in factors.items()
    for name in (words.split() if isinstance(words, str) else words)
}
_SQUARE = {"metre": "square metre", "mile": "square mile", "foot": "square foot"}
_CUBIC = {"metre": Decimal(1_000)}  # litres in the cube
_NEXT = pattern(
    "measures.parts",
    lead=rf"[\s-]*(?:(?P<power>{either('measures.before')})[\s-])?(?P<word>{either('measures.counters')}|",
    end=rf"|(?!per\b|percentage\b)[^\W\d_]+[²³23]?)"
    rf"(?:\s(?P<after>{either('measures.behind')})|[\s-](?P<second>{either('measures.of_time')})\b)?",
)
# a measure of which there is one without a number
_PERIODS = {
    "hour": ("second", 3_600), "day": ("day", 1), "week": ("day", 7), "month": ("month", 1), "quarter": ("month", 3),
    "year": ("month", 12),
}  # fmt: skip
_PERIOD = {name: pattern(f"measures.periods.{name}") for name in _PERIODS}
_SINGLE = {name: pattern(f"measures.single.{name}") for name in ("year", "week", "month", "day")}
_BIENNIAL = pattern("measures.biennial")
_FACTOR = pattern("measures.factor", end=r"\s$")
_TIMES_X = pattern("measures.fold", lead=r"(?<![\w.])(\d+)", end="")
_ALONE = pattern("measures.alone", lead=r"\b(", end=r")\b")
_AND_HALF = pattern("measures.half_more")
_MULTIPLES = {int(times): pattern(f"measures.multiples.{times}") for times in sorted(table("measures.multiples"))}
Amount = tuple[str, Decimal]


def is_measure(word: str) -> bool:
    """Tell whether a folded word is a unit of measure: "Gbit" is no name."""
    return word in _MEASURES


def measured(text: str, figure: Figure) -> Amount | None:
    """Return measure and amount of a bare count or percentage that a measure word follows."""
    text = unmarked(text)
    if not figure.unit and _FACTOR.search(text[: figure.start]):
        return "time", figure.value
    match = _NEXT.match(text, figure.end)
    if not match or figure.unit not in ("", "%"):
        return None
    measure, factor = _MEASURES.get(fold(match["word"]), ("", Decimal(0)))
    if match["power"] or match["after"]:
        return _raised(measure, factor, figure, (match["power"] or match["after"]).lower())
    if not measure and match["second"]:  # "5.4 million accelerator hours"
        measure, factor = _MEASURES.get(fold(match["second"]), ("", Decimal(0)))
    return (measure, figure.value * factor) if measure else None


@lru_cache(maxsize=512)
def unnumbered(text: str) -> frozenset[Amount]:
    """Return the amounts that a text gives without a number: "hourly", "half a century", "a minute and a half"."""
    found = {(measure, Decimal(amount)) for name, (measure, amount) in _PERIODS.items() if _PERIOD[name].search(text)}
    for match in _ALONE.finditer(text):
        found.add(_MEASURES[fold(match[1]).removesuffix("s") if fold(match[1]) not in _MEASURES else fold(match[1])])
    found |= {_length(name) for name, sign in _SINGLE.items() if sign.search(text)}
    found |= {("month", Decimal(24))} if _BIENNIAL.search(text) else set()
    found |= {("time", Decimal(times)) for times, sign in _MULTIPLES.items() if sign.search(text)}
    found |= {("time", Decimal(match[1])) for match in _TIMES_X.finditer(text)}
    return frozenset(found | {_with_half(match) for match in _AND_HALF.finditer(text)})


def counted(text: str) -> set[Amount]:
    """Return the amounts of a text that have a number."""
    return {amount for figure in figures(text) if (amount := measured(text, figure))}


@lru_cache(maxsize=512)
def amounts(text: str) -> frozenset[Amount]:
    """Return all amounts of a text, with or without a number."""
    return unnumbered(text) | counted(text)


def periods_differ(claim: str, evidence: str) -> Iterable[Doubt]:
    """Yield a doubt if the claim says per what time, and the evidence per what other time alone."""
    said, held = _periods(claim), _periods(evidence)
    more, less = sorted(said - held), sorted(held - said)
    if more and less and not {_length(name) for name in more} & counted(evidence):
        yield Doubt(kind="period", detail=f"the evidence says this per {less[0]}, not per {more[0]}")


def amounts_beyond(claim: str, evidence: str) -> Iterable[Doubt]:
    """Yield a doubt for an amount of the claim without a number, where the evidence has others of this measure."""
    known = amounts(evidence)
    measures = {measure for measure, _ in known}
    for match in _AND_HALF.finditer(claim):
        amount = _with_half(match)
        if amount not in known and amount[0] in measures:
            yield Doubt(kind="figure", span=match.span(), detail=f"amount {match[0]} not in evidence")
    said, held = _multiples(claim), _multiples(evidence)
    if said and held and said.isdisjoint(held):
        detail = f"the evidence says {min(held)} times, not {min(said)}"
        yield Doubt(kind="figure", span=_of_multiple(claim), detail=detail)


def _with_half(match: re.Match[str]) -> Amount:
    measure, factor = _MEASURES[fold(match["unit"] or match["of"])]
    return measure, factor * (Decimal("0.5") if match["half"] else Decimal("1.5"))


@lru_cache(maxsize=512)
def _multiples(text: str) -> frozenset[int]:
    return frozenset(
        {times for times, sign in _MULTIPLES.items() if sign.search(text)}
        | {int(value) for measure, value in amounts(text) if measure == "time" and value == int(value)}
    )


def _of_multiple(text: str) -> tuple[int, int] | None:
    """Return where a text says how many times, if by a word or a figure."""
    words = [match.span() for sign in _MULTIPLES.values() if (match := sign.search(text))]
    written = [(one.start, one.end) for one in figures(text) if (measured(text, one) or ("",))[0] == "time"]
    return next(iter((*words, *written)), None)


@lru_cache(maxsize=512)
def _periods(text: str) -> frozenset[str]:
    return frozenset(name for name, sign in _PERIOD.items() if sign.search(text))


def _length(name: str) -> Amount:
    measure, amount = _PERIODS[name]
    return measure, Decimal(amount)


def _raised(measure: str, factor: Decimal, figure: Figure, power: str) -> Amount | None:
    """Return the amount of a square or cubic measure."""
    if power.startswith(("cub", "cúb")):
        return ("litre", figure.value * factor**3 * _CUBIC[measure]) if measure in _CUBIC else None
    return (_SQUARE[measure], figure.value * factor**2) if measure in _SQUARE else None
