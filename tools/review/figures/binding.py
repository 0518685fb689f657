"""Whether a claim's figures are the evidence's, of the same measure, and of the same thing there."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ....core.shapes import Doubt
from ....language.figures import Figure
from ....language.joint import pattern
from ....language.numbers import ORDINALS
from ....language.wording import NAME, Wording
from ....language.years import BEFORE_SHORT_YEAR, DECADE
from ..negation import denies
from .arithmetic import follows
from .measures import amounts, amounts_beyond, measured, periods_differ
from .shares import counted_shares, part_of_scale, shares

_BOTH = pattern("grammar.both")
_MONTH_BEFORE = pattern("calendar.months", end=r"\s$")
_MONTH_AFTER = pattern("calendar.months", lead=r"(?:st|nd|rd|th|\.)?\s(?:of )?")
_PAIR = 2
_COUNTED = ("", "qubit", "node")  # units that are things to count, and may go by another word
_ROUGHLY = Decimal("0.08")  # of a figure, by which a round one may differ from it
_ABOVE, _BELOW = (pattern(f"figures.{key}", lead="", end="") for key in ("above", "below"))
_ROUGH = pattern("figures.above", "figures.below", "figures.roughly", end=r"(?:[’'eé]l?)?\s*$")
_SHARE_ROUGHLY = Decimal("0.15")  # the same for a share in words: under one in four may be 22 %
_SHARE_POINTS = Decimal(3)  # percentage points by which a share in words may differ from an exact one
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_FEW_NAMES = 4
_LISTED_NAME = pattern(
    "grammar.joining",
    lead=rf"(?:{NAME.pattern})(?=\s?(?:,|;|\.|or\b|\(|",
    end=rf"\b))|(?<=and )(?:{NAME.pattern})",
    flags=re.NOFLAG,
)
_MAYBE_YEAR = ("", "year")
_OF_THEM = pattern("grammar.of_them", end=r"\s$")


def figures_beyond(claim: Wording, evidence: Wording, years_told: Sequence[int]) -> Iterable[Doubt]:
    """Yield a doubt for each figure of the claim that the evidence lacks, or bounds or measures otherwise."""
    for figure in claim.figures:
        same = _same(figure, claim.text, evidence)
        measure, others = measured(claim.text, figure), [measured(evidence.text, other) for other in same]
        if not same:
            if not _is_told(figure, years_told) and not _is_written_otherwise(figure, claim.text, evidence):
                yield _doubt(figure, f"figure {figure.text} not in evidence")
        elif all({figure.bound, other.bound} == {"at most", "at least"} for other in same) and not denies(claim):
            yield _doubt(figure, f"figure {figure.text} is {same[0].bound or 'not bounded'} in evidence")
        elif measure and all(others) and measure not in others and not _is_day(claim.text, figure):
            yield _doubt(figure, f"figure {figure.text} is of another measure in evidence")
    yield from periods_differ(claim.text, evidence.text)
    yield from amounts_beyond(claim.text, evidence.text)


def _doubt(figure: Figure, detail: str) -> Doubt:
    return Doubt(kind="figure", span=(figure.start, figure.end), detail=detail)


def _is_told(figure: Figure, years_told: Sequence[int]) -> bool:
    return figure.unit == "year" and int(figure.value) in years_told


def _is_written_otherwise(figure: Figure, claim: str, evidence: Wording) -> bool:
    """Tell whether the evidence has a figure as a share, a measure of its own, or only nearly, as the claim says."""
    if figure.text.split()[0].lower() == "one" or BEFORE_SHORT_YEAR.search(claim[: figure.start]):
        return True
    if not figure.unit and figure.value == int(figure.value) and 0 < figure.value <= len(_ROMAN):
        place = int(figure.value) - 1
        if re.search(rf"\b(?:{_ROMAN[place]}|(?i:{ORDINALS[place]}))\b", evidence.text):
            return True
    if figure.value == _PAIR and not figure.unit and _BOTH.search(evidence.text):
        return True
    if figure.unit == "%" and Decimal(round(figure.value)) in counted_shares(evidence.figures, evidence.text):
        return True
    if figure.value in part_of_scale(evidence.text) or _is_nearly(figure, claim, evidence.figures):
        return True
    if _is_number_of_names(figure, evidence):
        return True
    if _is_share(figure, claim, evidence) or _is_of_both(figure, claim) or _is_in_decade(figure, claim, evidence):
        return True
    amount = measured(claim, figure)
    return bool(amount and (amount in amounts(evidence.text) or follows(amount, figure, claim, evidence.figures)))


def _is_number_of_names(figure: Figure, evidence: Wording) -> bool:
    """Tell whether a small number in words counts names that the evidence lists, and gives no other number for."""
    small = not figure.unit and 1 < figure.value <= _FEW_NAMES and not figure.text[0].isdigit()
    rivals = any(not other.unit and other.value <= _FEW_NAMES + 1 for other in evidence.figures)
    return small and not rivals and len(_LISTED_NAME.findall(evidence.text)) >= figure.value


def _is_share(figure: Figure, claim: str, evidence: Wording) -> bool:
    """Tell whether a figure belongs to a share that the evidence has, in numbers of its own: seven in ten are 71 %."""
    told = {share for share, *_ in shares(evidence.text)}
    for share, place, start in shares(claim):
        if place == figure.start:
            rough = figure.unit != "%" and any(abs(share - other) <= min(_SHARE_POINTS, other / 4) for other in told)
            if share in told or rough or any(_rounds(share, other, claim[:start], _SHARE_ROUGHLY) for other in told):
                return True
    return False


def _is_of_both(figure: Figure, claim: str) -> bool:
    return figure.value == _PAIR and not figure.unit and bool(_OF_THEM.search(claim[: figure.start]))


def _is_in_decade(figure: Figure, claim: str, evidence: Wording) -> bool:
    """Tell whether a year lies in a decade that the evidence names, or the other way round: 2035 in "mid-2030s"."""
    same = {
        other.value
        for other in evidence.figures
        if other.unit == "year" and figure.value <= other.value < figure.value + 10
    }
    told = (Decimal(match[1]) for match in DECADE.finditer(evidence.text))
    decade = DECADE.match(claim, figure.start)
    return figure.unit == "year" and (bool(decade and same) or any(figure.value // 10 == one // 10 for one in told))


def _is_nearly(figure: Figure, claim: str, found: Iterable[Figure]) -> bool:
    """Tell whether a figure that the claim calls rough is a round one for a figure of the evidence."""
    return figure.unit != "year" and any(
        other.unit == figure.unit and _rounds(figure.value, other.value, claim[: figure.start], _ROUGHLY)
        for other in found
    )


def _rounds(value: Decimal, other: Decimal, before: str, most: Decimal) -> bool:
    """Tell whether the words before a number call it rough, and it is a round one for another, from the right side."""
    sign = _ROUGH.search(before)
    if not sign or abs(other - value) > most * other:
        return False
    return not (_ABOVE.match(sign[0]) and other < value) and not (_BELOW.match(sign[0]) and other > value)


def _same(figure: Figure, claim: str, evidence: Wording) -> list[Figure]:
    """Return the evidence's figures that are the claim's, however they are written: "two decades" is "twenty years"."""
    found = evidence.figures
    if same := [other for other in found if other.key == figure.key]:
        return same
    same = [other for other in found if _is_counted_alike(figure, other)]
    if figure.unit in _MAYBE_YEAR:  # "2000 users" reads like a year, "2,000 users" does not
        same += [other for other in found if other.value == figure.value and other.unit in _MAYBE_YEAR]
    if same or figure.unit:
        return same
    if amount := measured(claim, figure):
        return [other for other in found if measured(evidence.text, other) == amount]
    # "against 5 before": the unit is said of the other figure
    bare = [other for other in found if other.value / other.scale == figure.value and other.unit != "year"]
    return bare or [other for other in found if other.value == figure.value and figure.scale > 1]


def _is_counted_alike(figure: Figure, other: Figure) -> bool:
    return figure.unit in _COUNTED and other.unit in _COUNTED and other.value == figure.value


def _is_day(text: str, figure: Figure) -> bool:
    """Tell whether a bare count is the day of a date: what is true of one day may well be said beside another."""
    return not figure.unit and bool(
        _MONTH_BEFORE.search(text[: figure.start]) or _MONTH_AFTER.match(text[figure.end :])
    )
