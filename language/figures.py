"""Finds figures in text and normalises them, so that "EUR 7 billion" equals "7 000 M€" and 20 MW differs from 60 MW.

A figure is a number with its unit. Its qualifiers say what is measured ("peak", "cooling included"); two figures with
contrary qualifiers measure different things and cannot disagree.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from . import numbers as spelled
from .joint import entries, pattern, signs, table

# unit as written -> (unit it is counted in, factor)
_UNITS: dict[str, tuple[str, Decimal]] = {
    name: (unit, Decimal(factor))
    for units in (signs("units"), *entries("figures.units").values())
    for unit, names in units.items()
    for name, factor in names.items()
}
_SCALES: dict[str, int] = {**signs("scales"), **table("figures.scales")}
_ALONE: dict[str, str] = table("figures.alone")
CURRENCIES = {"EUR", "USD", "JPY", "GBP", "CHF", "KRW", "CNY", "AUD", "CAD", "NOK", "SEK", "DKK", "PLN", "INR", "SGD"}
# words of a figure, which say nothing by themselves
UNIT_WORDS = frozenset({*_SCALES, *(name for name, (unit, _) in _UNITS.items() if unit not in ("node", "qubit"))})
_BLANK = " \u00a0\u2009\u202f"  # typesetters part thousands with narrow and unbroken blanks
_FIRST_WORDS = spelled.FIRST_WORDS | {word.partition(" ")[0] for word in _ALONE}
_NUMBER = rf"(?:(?!0)\d{{1,3}}(?:[{_BLANK},.]\d{{3}})+|\d+)(?:[.,]\d+)?"
_WRITTEN = sorted(_UNITS, key=len, reverse=True)
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_UNIT = "|".join(re.escape(name) for name in _WRITTEN)
_BEFORE = r"EUR|USD|US\$|JPY|GBP|CHF|KRW|CNY|(?:AU?|CA?|S)\$|AUD|CAD|NOK|SEK|DKK|PLN|INR|SGD|[€$£¥₩₹]"
_BEHIND = (
    rf"(?:[\s-]?(?P<scale>{_SCALE})(?![^\W_])(?:\sde(?=\s)|\sd(?=['’]))?)?"
    rf"(?:\.?[\s'’-]?(?P<unit>{_UNIT})(?![^\W\d_]))?"
)
_FIGURE = re.compile(rf"(?<![\w.,])(?P<before>{_BEFORE})?\s?(?P<number>{_NUMBER})(?![\d₀-₉]){_BEHIND}", re.IGNORECASE)
_POWER = re.compile(
    rf"(?<![^\W\u3040-\u9fff])(?<!\d[.,])(?P<before>{_BEFORE})?\s?(?P<number>{spelled.POWER})"
    rf"(?:\s?(?:st|nd|rd|th)\spower|乗)?{_BEHIND}",
    re.IGNORECASE,
)
_SPELLED_FIGURE = re.compile(
    rf"\b(?P<number>{spelled.NUMBER})\b(?P<half>\sand\sa\shalf)?(?:[\s-](?P<scale>{_SCALE})\b)?"
    rf"(?:[\s-](?P<unit>{_UNIT})(?![^\W\d_]))?"
    rf"|\b(?P<lone>{'|'.join(sorted(_ALONE, key=len, reverse=True))})[\s-](?P<lone_scale>{_SCALE})\b"
    rf"(?:[\s-](?P<lone_unit>{_UNIT})(?![^\W\d_]))?",
    re.IGNORECASE,
)
_DIGIT, _LONGEST_BEFORE = re.compile(r"(?<!\d)\d"), 4  # "US$ "
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.\d{1,2})?")  # "by 2020.8" ends a sentence, and a note is called
_SECOND_YEAR = re.compile(r"(?<!\d)(19|20)\d\d[/–-]$")  # "2026/27"
_DATE = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)(?!\d)")
_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_JAPANESE_UNITS = {
    "円": "JPY", "ドル": "USD", "ユーロ": "EUR", "ポンド": "GBP", "ウォン": "KRW", "元": "CNY", "フラン": "CHF",
    "割": "%", "年度": "year", "年": "year", "パーセント": "%", "％": "%", "量子ビット": "qubit", "ノード": "node",
}  # fmt: skip
_JAPANESE_PREFIXES = {
    "": 1,
    "キロ": 10**3,
    "メガ": 10**6,
    "ギガ": 10**9,
    "テラ": 10**12,
    "ペタ": 10**15,
    "エクサ": 10**18,
}
_PREFIXED = {"ワット時": "Wh", "ワット": "W", "フロップス": "FLOPS", "バイト": "byte"}
_JAPANESE = re.compile(
    rf"(?<![\d.,])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<scale>[{''.join(_MYRIADS)}])?"
    rf"(?:(?P<unit>{'|'.join(_JAPANESE_UNITS)})(?!間|目)|(?P<prefix>{'|'.join(filter(None, _JAPANESE_PREFIXES))})?"
    rf"(?P<of>{'|'.join(_PREFIXED)})|\s?(?P<latin>{_UNIT})(?![a-z]))?",
    re.IGNORECASE,
)
_TENTHS = 10  # percent
_KANJI = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_RANGE = pattern("figures.joint", lead=r"\s?(?:[-–—]|", end=r")\s?")
_BETWEEN = pattern("figures.between", end=r"\s$")
_BETWEEN_JOINT = pattern("grammar.joining", lead=r"\s", end=r"\s")
_BOUNDS = tuple(
    (pattern(f"figures.{key}", lead=rf"(?<![-–=])[{signs}]\s*$|", end=r"\s*$"), key.replace("_", " "))
    for key, signs in (("at_most", "<≤≦⩽"), ("at_least", ">≥≧⩾"), ("about", "~≈∼"))
)
# Each axis lists contrary ways to measure; the first pattern of an axis that matches decides. On the last one, saying
# nothing is a way of its own: the whole site.
_QUALIFIERS: tuple[tuple[tuple[str, re.Pattern[str]], ...], ...] = tuple(
    tuple((name, pattern(f"figures.{key}", lead="", end="")) for name, key in axis)
    for axis in (
        (("peak", "peak"), ("sustained", "sustained")),
        (("cooling not included", "cooling_out"), ("cooling included", "cooling_in")),
        (("per rack", "per_rack"), ("per chip", "per_chip")),
    )
)
PART_OF_SITE = frozenset(name for name, _ in _QUALIFIERS[-1])


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the base of its unit ("W", "EUR", "%", "year", "" for a bare count), as written at `start:end`.

    `bound` is "at most", "at least", "about" or "", `said` the figure with the text's own words for that, `scale` what
    the written number was multiplied by.
    """

    value: Decimal
    unit: str
    text: str
    start: int
    end: int
    bound: str = ""
    said: str = ""
    scale: Decimal = Decimal(1)

    @property
    def key(self) -> tuple[Decimal, str]:
        """What two equal figures share, however they are written."""
        return self.value.normalize(), self.unit


def figures(text: str) -> list[Figure]:
    """Return the figures of a text in order; a four-digit number from 1900 to 2100 without a unit is a year.

    Both ends of a range have the unit that is written once, behind the second.
    """
    return list(_figures(text))


@lru_cache(maxsize=1024)  # the checks of a claim ask for the same texts again and again
def _figures(text: str) -> tuple[Figure, ...]:
    text = spelled.unmarked(text)
    if not _DIGIT.search(text) and not _may_spell(text):
        return ()
    found = [_raised(text, match) for match in _POWER.finditer(text)] if spelled.powers(text) else []
    japanese = _JAPANESE.finditer(text) if _KANJI.search(text) else ()
    found += [_japanese(match) for match in japanese if _is_japanese(match) and _is_free(match, found)]
    for match in _DATE.finditer(text):
        found += [Figure(Decimal(match[part]), unit, match[part], match.start(part), match.end(part))
                  for part, unit in (("day", ""), ("year", "year"))]  # fmt: skip
    for match in _in_digits(text):
        figure = _figure(text, match, _number(match["number"]))
        if figure and _is_free(figure, found):
            found.append(figure)
    taken = list(found)
    for match in _SPELLED_FIGURE.finditer(text) if _may_spell(text) else ():
        figure = _figure(text, match, _spelled(match)) if _is_free(match, taken) else None
        if figure:
            found.append(figure)
    found.sort(key=lambda figure: figure.start)
    beside = zip([None, *found], found, [*found[1:], None], strict=False)
    return tuple(_in_range(text, before, figure, after) for before, figure, after in beside)


def _in_digits(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_FIGURE` finds in a text, looked for only where a number begins: to try everywhere takes long."""
    end = 0
    for digit in _DIGIT.finditer(text):
        for at in range(max(end, digit.start() - _LONGEST_BEFORE), digit.start() + 1):
            if match := _FIGURE.match(text, at):
                yield match
                end = match.end()
                break


def _is_free(place: re.Match[str] | Figure, taken: Iterable[Figure]) -> bool:
    start, end = (place.start, place.end) if isinstance(place, Figure) else place.span()
    return all(end <= other.start or start >= other.end for other in taken)


def _raised(text: str, match: re.Match[str]) -> Figure:
    """Return the figure of a power; "5 to 10 × 10⁶" multiplies both ends."""
    value, times = spelled.power(match["number"])
    figure = _figure(text, match, value)
    if figure is None:
        raise AssertionError("unreachable: a power is written in digits")
    return replace(figure, scale=figure.scale * times)


def qualifiers(texts: Iterable[str]) -> frozenset[str]:
    """Return what the texts together say of how a figure is measured, at most one word an axis."""
    whole = " ".join(texts)
    return frozenset(
        found for axis in _QUALIFIERS if (found := next((name for name, sign in axis if sign.search(whole)), None))
    )


def comparable(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two sets of qualifiers can belong to the same measure: no axis on which they are contrary."""
    if one & PART_OF_SITE != other & PART_OF_SITE:
        return False
    for axis in _QUALIFIERS:
        names = {name for name, _ in axis}
        mine, theirs = one & names, other & names
        if mine and theirs and mine != theirs:
            return False
    return True


def _figure(text: str, match: re.Match[str], value: Decimal | None) -> Figure | None:
    groups = match.groupdict()
    written = groups.get("unit") or groups.get("before") or groups.get("lone_unit")
    scale = (groups.get("scale") or groups.get("lone_scale") or "").lower()
    number = match["number"] or match["lone"]
    alone = number.lower() == "one" and not written and not scale
    if value is None or alone:
        return None
    unit, factor = _UNITS[written.lower()] if written else ("", Decimal(1))
    if scale == "m" and unit not in CURRENCIES:
        unit = "m"
    elif scale:
        factor *= _SCALES[scale]
    elif not unit and (year := _YEAR.fullmatch(number)):
        unit, value = "year", Decimal(year[1])
    elif not unit and (century := _SECOND_YEAR.search(text[: match.start("number")])) and re.fullmatch(r"\d\d", number):
        unit, value = "year", Decimal(century[1] + number)
    start, words = _begin(match), match.group().strip()
    bound, led = _bound(text, match.start())
    return Figure(value * factor, unit, words, start, match.end(), bound, f"{led} {words}".strip(), factor)


def _in_range(text: str, before: Figure | None, figure: Figure, after: Figure | None) -> Figure:
    """Return an end of a range with the unit and scale that are written at the other one; any other figure as it is."""
    if before is not None and not figure.unit and before.unit in CURRENCIES and _joins(text, before, figure):
        return replace(figure, unit=before.unit)
    if after is None or after.unit == "year" or figure.scale != 1 or not (after.unit or after.scale != 1):
        return figure
    alike = not figure.unit or (figure.unit in CURRENCIES and after.unit in ("", figure.unit))
    if not alike or not _joins(text, figure, after):
        return figure
    return replace(figure, value=figure.value * after.scale, unit=after.unit or figure.unit, scale=after.scale)


def _joins(text: str, figure: Figure, after: Figure) -> bool:
    """Tell whether two figures are the ends of a range."""
    joint = text[figure.end : after.start]
    between = _BETWEEN.search(text[: figure.start]) and _BETWEEN_JOINT.fullmatch(joint)
    return bool(between or _RANGE.fullmatch(joint))


def _begin(match: re.Match[str]) -> int:
    return match.start() + len(match.group()) - len(match.group().lstrip())


def _bound(text: str, start: int) -> tuple[str, str]:
    """Return what bounds the figure at `start`, as one of our words and as the text says it."""
    before = text[max(0, start - 24) : start]
    for sign, word in _BOUNDS:
        if match := sign.search(before):
            return word, " ".join(match.group().split())
    return "", ""


def _number(written: str) -> Decimal | None:
    """Read a number with either decimal mark: groups of three digits are thousands, anything else a fraction."""
    digits = re.sub(rf"[{_BLANK}]", "", written)
    if re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    elif digits.count(",") and digits.count("."):
        last = max(digits.rfind(","), digits.rfind("."))
        digits = re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    try:
        return Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None


def _is_japanese(match: re.Match[str]) -> bool:
    """Tell whether a number is written the Japanese way: with such a unit, or between such letters."""
    beside = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    return bool(match["scale"] or match["unit"] or match["of"] or _KANJI.search(beside))


def _japanese(match: re.Match[str]) -> Figure:
    factor = Decimal(_MYRIADS.get(match["scale"] or "", 1))
    unit = _JAPANESE_UNITS.get(match["unit"] or "", "")
    factor *= _TENTHS if match["unit"] == "割" else 1
    if match["of"]:
        unit, factor = _PREFIXED[match["of"]], factor * _JAPANESE_PREFIXES[match["prefix"] or ""]
    elif match["latin"]:
        unit, times = _UNITS[match["latin"].lower()]
        factor *= times
    elif not unit and factor == 1 and re.fullmatch(r"(19|20)\d\d", match["number"]):
        unit = "" if re.match("[人名基台社校件]", match.string[match.end() :]) else "year"
    value = Decimal(match["number"].replace(",", "")) * factor
    return Figure(value, unit, match[0].rstrip(), match.start(), match.end(), scale=factor)


def _may_spell(text: str) -> bool:
    return not _FIRST_WORDS.isdisjoint(word.lower() for word in re.findall(r"[^\W\d_]+", text)) or spelled.joined(text)


def _spelled(match: re.Match[str]) -> Decimal | None:
    if match["lone"]:
        return Decimal(_ALONE[match["lone"].lower()])
    return spelled.value(match["number"]) + (Decimal("0.5") if match["half"] else 0)


def shared(text: str, others: Iterable[str]) -> Iterator[Figure]:
    """Yield the figures of `text` that carry a unit and stand in one of the other texts too."""
    keys = {figure.key for other in others for figure in figures(other)}
    return (figure for figure in figures(text) if figure.unit and figure.key in keys)
