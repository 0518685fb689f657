"""The figures, dates and months of a sentence beside those of a stretch: which are the same, and which are others.

Another one is a figure of the same unit, measure or thing in the same words, where the sentence's own stands nowhere in
them: never a figure that merely stands in the neighbourhood.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from ...core.text import fold
from ...language.figures import Figure
from ...language.joint import pattern, table
from ...language.wording import Wording
from ...language.years import DECADE
from ..review.figures.binding import figures_beyond
from ..review.figures.measures import amounts, measured
from ..review.figures.shares import shares
from .labels import FigureStanding

_ROUNDED = Decimal("0.03")  # of a figure, by which one with fewer digits may differ from it
_MONTH_DAYS = Decimal(30)
_NEARLY = Decimal("0.05")  # of a time in months, by which it may differ from one in days
_TIMES_A_YEAR = {2: Decimal(6), 4: Decimal(3), 12: Decimal(1)}  # months from one time to the next
_DISTINCT = 12  # a bare count above it seldom stands somewhere by chance
_BEHIND = 3  # content words behind a count, one of which is what it counts
_MONTHS = {fold(name): number for name, number in table("calendar.months").items()}
_MONTH = pattern("calendar.months")
_MAYBE_YEAR = ("", "year")
_ROUGH = pattern("figures.above", "figures.below", "figures.roughly", end=r"(?:[’'eé]l?)?\s*$")
_POINT = Decimal(1)  # percentage points by which a share may be rounded
_MEASURED = 3  # words of a figure with its measure
_IN_WORDS = 2  # words of a share that is written in words
_SHORT = 5  # letters of a month that may be another word: may, mars


@dataclass(frozen=True, slots=True)
class MatchedFigure:
    """A figure of a sentence at `start:end` of it, and how it stands in some words; `other` is the one there instead.

    One that is `telling` does not stand in other words by chance: it has a unit, or many digits. One that `is_renamed`
    has the same number there in another unit. `shared` are the content words that stand beside both it and the other.
    """

    text: str
    start: int
    end: int
    standing: FigureStanding
    other: str = ""
    telling: bool = True
    is_year: bool = False
    is_count: bool = False
    is_renamed: bool = False
    shared: int = 0


def match_figures(said: Wording, held: Wording, years_told: Sequence[int] = ()) -> list[MatchedFigure]:
    """Return how each figure and each month of a sentence stands in the words of a report, in order."""
    doubted = {doubt.span for doubt in figures_beyond(said, held, years_told) if doubt.kind == "figure"}
    figures = [one for one in said.figures if not _is_number_of(one, said.text)]
    same = {one: _is_same(one, said, held, (one.start, one.end) in doubted) for one in figures}
    taken = {figure.key for figure in figures}
    matched = []
    for one in figures:
        renamed = _measured_otherwise(one, said, held)
        instead_of = renamed or _counted_otherwise(one, said, held)
        others = [instead_of] if instead_of else [] if same[one] else list(_others(one, said, held, taken))
        standing: FigureStanding = "other" if others else "same" if same[one] else "missing"
        other = _nearest(one, said, others, held) if others else None
        telling = one.unit != "" or one.value > _DISTINCT or measured(said.text, one) is not None
        instead, is_year = other.text if other else "", one.unit == "year"
        is_count = not one.unit and measured(said.text, one) is None
        is_renamed = renamed is not None and one.unit not in _MAYBE_YEAR
        kind = (telling, is_year, is_count, is_renamed, _shared(one, said, other, held) if other else 0)
        matched.append(MatchedFigure(one.text, one.start, one.end, standing, instead, *kind))
    return sorted([*matched, *_months(said, held)], key=lambda one: one.start)


def _is_same(one: Figure, said: Wording, held: Wording, is_doubted: bool) -> bool:
    """Tell whether a figure is in the words, rounded as people do, or as the same time in another measure."""
    if not is_doubted:
        return one.unit != "year" or not _is_dated_otherwise(one, said, held)
    amount = measured(said.text, one)
    for other in held.figures:
        if _rounds(one, other):
            theirs = measured(held.text, other)
            if not (amount and theirs and one.value == other.value and amount != theirs):  # ten weeks are not ten days
                return True
    if _follows(one, held):
        return True
    return amount is not None and any(_is_same_time(amount, other) for other in amounts(held.text))


def _is_dated_otherwise(one: Figure, said: Wording, held: Wording) -> bool:
    """Tell whether a year that only the report bears stands where the words have another: "in 2024" for "in 2023"."""
    if any(other.value == one.value for other in held.figures) or not (led := _led_by(one, said.text)):
        return False
    mine = {figure.value for figure in said.figures}
    years = [other for other in held.figures if other.unit == "year" and not DECADE.match(held.text, other.start)]
    return any(other.value not in mine and _led_by(other, held.text) == led for other in years)


def _led_by(figure: Figure, text: str) -> str:
    """Return the word right in front of a figure, folded, "" for none."""
    word = text[: figure.start].split()[-1:]
    return fold(word[0]) if word and word[0].isalpha() and text[: figure.start].endswith(" ") else ""


def _rounds(one: Figure, other: Figure) -> bool:
    """Tell whether a figure is another of its unit with fewer digits: 20 MW for 19.6, two thousand for 2,013."""
    if one.unit != other.unit or one.unit == "year" or not (one.value and other.value):
        return False
    digits = len((one.value / one.scale).normalize().as_tuple().digits)
    exact = other.value.normalize()
    rounded = Decimal(f"{exact:.{max(digits - 1, 0)}E}")
    return rounded == one.value and abs(one.value - other.value) <= _ROUNDED * other.value


def _follows(one: Figure, held: Wording) -> bool:
    """Tell whether an amount is the sum of two of the words, or the difference."""
    alike = [other.value for other in held.figures if other.unit == one.unit and one.unit not in _MAYBE_YEAR]
    return any(one.value in (first + second, abs(first - second)) for first, second in combinations(alike, 2))


def _measured_otherwise(one: Figure, said: Wording, held: Wording) -> Figure | None:
    """Return the figure of the words that has the same number in another unit or measure, where none has its own.

    EUR 145 million is not 145 million dollars, 14 GW are not 14 GWh, 22 hectares not 22 square kilometres.
    """
    number, amount = one.value / one.scale, measured(said.text, one)
    for other in held.figures:
        is_number = other.value / other.scale == number and not _is_number_of(other, held.text)
        theirs = measured(held.text, other)
        if is_number and one.unit != other.unit and not {one.unit, other.unit} & {*_MAYBE_YEAR, "%"}:
            if not any(figure.unit == one.unit and figure.value == one.value for figure in held.figures):
                return other
        elif is_number and amount and theirs and amount != theirs and amount not in amounts(held.text):
            words = held.text[other.start :].split()[:_MEASURED]
            return replace(other, text=" ".join(words).rstrip(",.;:"))
    return None


def _is_same_time(one: tuple[str, Decimal], other: tuple[str, Decimal]) -> bool:
    """Tell whether two amounts are one time: 18 months and 540 days, four times a year and each quarter."""
    (measure, value), (theirs, amount) = one, other
    if {measure, theirs} == {"month", "day"}:
        days, months = (value, amount) if measure == "day" else (amount, value)
        return abs(days - _MONTH_DAYS * months) <= _NEARLY * days
    return measure == "time" and theirs == "month" and _TIMES_A_YEAR.get(int(value)) == amount


def _others(one: Figure, said: Wording, held: Wording, taken: Iterable[tuple[Decimal, str]]) -> Iterator[Figure]:
    """Yield the figures of the words that are of the same kind as one that is not among them, and not said either."""
    amount, thing = measured(said.text, one), _behind(one, said)
    if one.unit == "%" or (not one.unit and any(place == one.start for _, place, _ in shares(said.text))):
        yield from _other_shares(one, said, held)
        return
    for other in held.figures:
        if other.key in taken or _is_number_of(other, held.text) or any(_rounds(mine, other) for mine in said.figures):
            continue
        if one.unit not in _MAYBE_YEAR or other.unit not in _MAYBE_YEAR:
            if one.unit == other.unit:
                yield other
        elif one.unit == other.unit == "year":
            if not DECADE.match(held.text, other.start):
                yield other
        elif amount is not None:
            theirs = measured(held.text, other)
            if theirs is not None and theirs[0] == amount[0] and theirs != amount:
                yield other
        elif thing and measured(held.text, other) is None and _counts(thing, other, held):
            yield from [] if one.unit != other.unit and _is_dated(one, other, said, held) else [other]


def _is_dated(one: Figure, other: Figure, said: Wording, held: Wording) -> bool:
    """Tell whether the one of two bare numbers that looks like a year stands where a year does: "in 2000"."""
    year, text = (one, said) if one.unit == "year" else (other, held)
    led = _word_before(year, text)
    return not led and bool(_led_by(year, text.text))


def _other_shares(one: Figure, said: Wording, held: Wording) -> Iterator[Figure]:
    """Yield the shares of the words, in digits or not, where a share of a sentence is none of them."""
    mine = {share for share, place, _ in shares(said.text) if place == one.start} or {one.value}
    theirs = [figure for figure in held.figures if figure.unit == "%"]
    for share, place, start in shares(held.text):
        if not any(figure.start <= place < figure.end for figure in theirs):
            words = " ".join(held.text[start:].split()[:_IN_WORDS]).rstrip(",.;:")
            theirs.append(Figure(share, "%", words, start, start + len(words)))
    if not any(abs(share - figure.value) <= _POINT for share in mine for figure in theirs):
        yield from theirs


def _counted_otherwise(one: Figure, said: Wording, held: Wording) -> Figure | None:
    """Return the figure that the words give of what a count counts, where they give this count of nothing like it."""
    thing = _behind(one, said)
    if (
        one.unit
        or not thing
        or measured(said.text, one) is not None
        or one.bound
        or _ROUGH.search(said.text[: one.start])
    ):
        return None
    counts = [other for other in held.figures if not other.unit and not _is_number_of(other, held.text)]
    mine = [other for other in counts if other.value == one.value]
    theirs = [other for other in counts if measured(held.text, other) is None and _counts(thing[:1], other, held)]
    if not theirs or any(other.value == one.value or _rounds(one, other) for other in theirs):
        return None
    for other in mine:
        behind = Wording(" ".join(_behind(other, held)), held.language)
        led = _word_before(one, said)
        if not behind.terms or behind.held(thing) or (led and led == _word_before(other, held)):
            return None  # "two of the five sites", "four of whom returned", "edition 2"
    return theirs[0]


def _word_before(figure: Figure, text: Wording) -> str:
    """Return the word in front of a figure, folded, "" for one that joins."""
    before = Wording(text.text[: figure.start], text.language)
    word = before.words[-1] if before.words else ""
    return word if Wording(word, text.language).terms else ""


def _counts(thing: Sequence[str], figure: Figure, held: Wording) -> bool:
    """Tell whether words count with a figure what is counted elsewhere."""
    counted = Wording(" ".join(_behind(figure, held)), held.language)
    return bool(counted.held(thing))


def _behind(figure: Figure, text: Wording) -> tuple[str, ...]:
    """Return the content words behind a figure, up to the next: what it counts is among them."""
    until = next((other.start for other in text.figures if other.start >= figure.end), len(text.text))
    return Wording(text.text[:until], text.language).after(figure.end, _BEHIND)


def _nearest(one: Figure, said: Wording, others: Sequence[Figure], held: Wording) -> Figure:
    """Return the other figure that has the same digits, or stands in the most similar words; of several the first."""
    number = one.value / one.scale
    return max(others, key=lambda other: (other.value / other.scale == number, _shared(one, said, other, held)))


def _shared(one: Figure, said: Wording, other: Figure, held: Wording) -> int:
    """Return how many content words beside a figure stand beside another one, too."""
    return len(Wording(" ".join(_beside(other, held)), held.language).held(_beside(one, said)))


def _beside(figure: Figure, text: Wording) -> tuple[str, ...]:
    """Return the content words around a figure, as far as the next ones."""
    since = max((other.end for other in text.figures if other.end <= figure.start), default=0)
    return (*Wording(text.text[since : figure.start], text.language).terms[-_BEHIND:], *_behind(figure, text))


def _is_number_of(figure: Figure, text: str) -> bool:
    """Tell whether a bare number only numbers something: "ALCF-4", "Table 1", "(3)", "Article 5"."""
    if figure.unit:
        return False
    before, after = text[: figure.start].rstrip(" "), text[figure.end : figure.end + 1]
    is_attached = before[-1:] in ("-", "–", "/", "_", "#", "№", ".") and len(before) == figure.start
    begins = not before.strip("|• \n") and after in (".", ")")
    is_name = after.isalpha() and after == text[figure.start + len(figure.text) : figure.end + 1]  # "3D"
    return is_attached or begins or is_name or (before[-1:] == "(" and after == ")") or after == "/"


def _months(said: Wording, held: Wording) -> Iterator[MatchedFigure]:
    """Yield the months of a sentence; another one is there where the words name a month that the sentence does not."""
    mine, theirs = list(_named_months(said.text)), {number: name for name, number, _ in _named_months(held.text)}
    own = {number for _, number, _ in mine}
    for name, number, start in mine:
        left = [other for one, other in theirs.items() if one not in own]
        standing: FigureStanding = "same" if number in theirs else "other" if left else "missing"
        yield MatchedFigure(
            name, start, start + len(name), standing, left[0] if standing == "other" else "", is_year=True
        )


def _named_months(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the months of a text, their numbers and places; a short word in small letters needs a figure beside it."""
    for match in _MONTH.finditer(text):
        name, beside = match[0], text[max(0, match.start() - 3) : match.start()] + text[match.end() : match.end() + 2]
        if fold(name) in _MONTHS and (name[0].isupper() or len(name) > _SHORT or any(map(str.isdigit, beside))):
            yield name, _MONTHS[fold(name)], match.start()
