"""Whether a claim's figures are the evidence's, of the same measure, and of the same thing there."""

import calendar
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from ...core.text import fold
from ..figures import Figure, figures
from .wording import Wording

# measure words behind a bare count -> (measure, factor); physical units and currencies the figures have by themselves
_MEASURES = {
    fold(name): (measure, factor)
    for measure, factor, names in (
        ("second", 1, "second seconds sekunde sekunden seconde secondes segundo segundos"),
        ("second", 60, "minute minutes minuten minuto minutos"),
        ("second", 3_600, "hour hours stunde stunden heure heures hora horas"),
        ("day", 1, "day days tag tage tagen jour jours día días"),
        ("day", 7, "week weeks woche wochen semaine semaines semana semanas"),
        ("month", 1, "month months monat monate monaten mois mes meses"),
        ("month", 12, "year years jahr jahre jahren an ans année années año años"),
        ("month", 120, "decade decades jahrzehnt jahrzehnte décennie décennies década décadas"),
        ("month", 1_200, "century centuries jahrhundert jahrhunderte siècle siècles siglo siglos"),
        ("metre", 1, "metre metres meter meters mètre mètres metro metros"),
        ("metre", 1_000, "kilometre kilometres kilometer kilometers km kilomètre kilomètres kilómetros"),
        ("mile", 1, "mile miles"),
        ("foot", 1, "foot feet"),
        ("yard", 1, "yard yards"),
        ("inch", 1, "inch inches"),
        ("hectare", 1, "hectare hectares hektar"),
        ("acre", 1, "acre acres"),
        ("kilogram", 1, "kilogram kilograms kg kilogramm"),
        ("kilogram", 1_000, "tonne tonnes tonnen toneladas"),
        ("time", 1, "times fold mal fois veces"),
        ("percentage point", 1, "percentage prozentpunkte"),
        ("per thousand", 1, "per"),
    )
    for name in names.split()
}
_NEXT = re.compile(r"[\s-]*(per(?= thousand)|percentage(?= points?)|(?!per\b|percentage\b)[^\W\d_]+)", re.IGNORECASE)
_LED = re.compile(r"\b([A-ZÀ-Þ][^\W\d_]{2,}|[^\W\d_]{5,})[\s\"”]+$")  # a name, or no mere particle
_SHORT_YEAR = re.compile(r"(?:19|20)\d\d[-–/]$")
_JOINT = re.compile(r",\s|;\s|\s(?=(?:and|und|et|y|while|whereas)\s)")
_SMALL_PART = 3  # terms in front of a comma that only say where or when
_ONE_IN = re.compile(
    r"\b(one|two|three|four|[1-4])(?: \w+)? (?:in|out of)(?: every)? "
    r"(two|three|four|five|six|seven|eight|nine|ten|twenty|\d+)\b",
    re.IGNORECASE,
)
_ONES = {"one": 1, "two": 2, "three": 3, "four": 4}
_BOTH = re.compile(r"\b(?:both|beide[nrs]?|ambos|ambas|les deux)\b", re.IGNORECASE)
_PARTS = {"half": 50, "third": 33, "quarter": 25, "fifth": 20, "sixth": 17, "eighth": 12, "tenth": 10, "twentieth": 5}
_MONTHS = "|".join(calendar.month_name[1:])
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})\s$", re.IGNORECASE)
_MONTH_AFTER = re.compile(rf"(?:st|nd|rd|th|\.)?\s(?:of )?(?:{_MONTHS})\b", re.IGNORECASE)
_PAIR = 2
_NAME_WEIGHT = 3  # a name says whose figure it is better than a common word does
_MARGIN = 2  # by how much another clause must come closer to the claim


def figures_beyond(claim: Wording, evidence: Wording, years_told: Sequence[int]) -> Iterable[str]:
    """Yield a reason for each figure of the claim that the evidence lacks, or bounds or measures otherwise."""
    found = evidence.figures
    fractions = {value for value, _ in _fractions(evidence.text)}
    in_fractions = {place for value, place in _fractions(claim.text) if value in fractions}
    for figure in claim.figures:
        same = _same(figure, claim.text, found, evidence.text)
        measured, others = _measured(claim.text, figure), [_measured(evidence.text, other) for other in same]
        if not same:
            told = figure.unit == "year" and int(figure.value) in years_told
            short = _SHORT_YEAR.search(claim.text[: figure.start])  # "2018-19"
            both = figure.value == _PAIR and _BOTH.search(evidence.text)
            if (
                not told
                and not short
                and not both
                and figure.start not in in_fractions
                and figure.text.split()[0].lower() != "one"
            ):
                yield f"figure {figure.text} not in evidence"
        elif all({figure.bound, other.bound} == {"at most", "at least"} for other in same):
            yield f"figure {figure.text} is {same[0].bound or 'not bounded'} in evidence"
        elif measured and all(others) and measured not in others and not _is_day(claim.text, figure):
            yield f"figure {figure.text} is of another measure in evidence"


def figures_misplaced(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason for each figure of the claim that the evidence gives, but of something else."""
    found = evidence.figures
    for figure in claim.figures:
        part = _part(claim, figure)
        known = any(other.key == figure.key for other in found) and not _is_day(claim.text, figure)
        if known and (_is_of_another(figure, part, evidence) or _follows_another(figure, claim, found, evidence)):
            yield f"the evidence says {figure.text} of something else"


def _part(claim: Wording, figure: Figure) -> Wording:
    """Return the part of a sentence that a figure stands in: a sentence may join what several sentences say."""
    ends = [match.end() for match in _JOINT.finditer(claim.text)]
    start = max((end for end in ends if end <= figure.start), default=0)
    end = min((end for end in ends if end >= figure.end), default=len(claim.text))
    if len(Wording(claim.text[:start], claim.language).terms) < _SMALL_PART:
        start = 0
    return Wording(claim.text[start:end], claim.language)


def _same(figure: Figure, claim: str, found: Sequence[Figure], evidence: str) -> list[Figure]:
    """Return the evidence's figures that are the claim's, however they are written: "two decades" is "twenty years"."""
    if same := [other for other in found if other.key == figure.key]:
        return same
    if figure.unit:
        return []
    if measured := _measured(claim, figure):
        return [other for other in found if _measured(evidence, other) == measured]
    # "against 5 before": the unit is said of the other figure
    return [other for other in found if other.value / other.scale == figure.value and other.unit != "year"]


def _fractions(text: str) -> Iterable[tuple[Decimal, int]]:
    """Yield the fractions of a text, in whole percent, with the place of the number they are written with."""
    for match in _ONE_IN.finditer(text):
        part, of = _ONES.get(match[1].lower()) or int(match[1]), figures(match[2])[0].value
        for place in (match.start(1), match.start(2)) if of else ():
            yield from (
                (percent, place) for percent in {Decimal(round(100 * part / of)), Decimal(int(100 * part / of))}
            )
    for word, percent in _PARTS.items():
        for match in re.finditer(rf"\b{word}s?\b", text, re.IGNORECASE):
            yield Decimal(percent), match.start()
    for figure in figures(text):
        if figure.unit == "%":
            yield Decimal(round(figure.value)), figure.start


def _is_day(text: str, figure: Figure) -> bool:
    """Tell whether a bare count is the day of a date: what is true of one day may well be said beside another."""
    return not figure.unit and bool(
        _MONTH_BEFORE.search(text[: figure.start]) or _MONTH_AFTER.match(text[figure.end :])
    )


def _measured(text: str, figure: Figure) -> tuple[str, Decimal] | None:
    """Return measure and amount of a bare count or percentage that a measure word follows."""
    match = _NEXT.match(text, figure.end)
    if not match or figure.unit not in ("", "%"):
        return None
    measure, factor = _MEASURES.get(fold(match[1]), ("", 0))
    return (measure, figure.value * factor) if measure else None


def _is_of_another(figure: Figure, claim: Wording, evidence: Wording) -> bool:
    """Tell whether a clause with another figure of this kind is closer to the claim than those with this one.

    Where one clause gives a figure a part, the parts share what is said of them: what each begins with decides.
    """
    said = {other.key for other in claim.figures}
    mine, others = _by_figure(figure, evidence.clauses, said)
    if mine and all(any(_is_closer(figure, claim, other, clause) for other in others) for clause in mine):
        return True
    mine, others = _by_figure(figure, _parts(figure, evidence), said)
    return bool(mine) and all(any(_leads(claim, other, clause) for other in others) for clause in mine)


def _by_figure(
    figure: Figure, clauses: Iterable[Wording], said: set[tuple[Decimal, str]]
) -> tuple[list[Wording], list[Wording]]:
    """Return the clauses with a figure, and those with others of its unit that the claim does not give."""
    mine, others = [], []
    for clause in clauses:
        keys = {other.key for other in clause.figures}
        if figure.key in keys:
            mine.append(clause)
        elif any(unit == figure.unit for _, unit in keys) and not keys & said:
            others.append(clause)
    return mine, others


def _parts(figure: Figure, evidence: Wording) -> list[Wording]:
    return [part for clause in evidence.clauses for part in _listed(clause, figure.unit)]


def _listed(clause: Wording, unit: str) -> Iterable[Wording]:
    """Yield the parts of a clause that gives one figure a part: "models take 40 % of the hours, learning 15 %"."""
    ends = [match.end() for match in re.finditer(r",\s(?:and\s|und\s|et\s|y\s)?", clause.text)]
    bounds = [0, *ends, len(clause.text)]
    parts = [Wording(clause.text[one:other], clause.language) for one, other in pairwise(bounds)]
    counts = [sum(figure.unit == unit for figure in part.figures) for part in parts]
    if len(parts) > 1 and set(counts) == {1} and all(part.terms for part in parts):
        yield from parts


def _is_closer(figure: Figure, claim: Wording, other: Wording, clause: Wording) -> bool:
    named = claim.language != "de" and _bears(other, clause, claim) and not _bears(clause, other, claim)
    return (
        (named and bool(clause.bearers - claim.held(clause.bearers)))
        or _weight(claim, other, clause) >= _weight(claim, clause, other) + _MARGIN
        or _around(figure, claim, other, clause)
    )


def _leads(claim: Wording, clause: Wording, rival: Wording) -> bool:
    """Tell whether a clause begins with what the claim begins with, and its rival with something the claim lacks."""
    mine, theirs, led = claim.terms[:1], rival.terms[:1], clause.terms[:2]
    return bool(mine and theirs and clause.held(mine) and set(led) & claim.held(led)) and not (
        rival.held(mine) or claim.held(theirs)
    )


def _bears(clause: Wording, rival: Wording, claim: Wording) -> bool:
    """Tell whether a clause, unlike its rival, is about somebody or something that the claim is about."""
    return bool((clause.bearers & claim.held(clause.bearers)) - rival.bearers)


def _follows_another(figure: Figure, claim: Wording, found: Sequence[Figure], evidence: Wording) -> bool:
    """Tell whether the word right before the claim's figure stands in the evidence before another figure alone."""
    led = _LED.search(claim.text[: figure.start])
    own, _ = _by_figure(figure, _parts(figure, evidence), set())
    if figure.unit or not led or any(part.held(claim.terms[:1]) for part in own):
        return False
    word = fold(led[1])
    befores = [(other, _LED.search(evidence.text[: other.start])) for other in found if not other.unit]
    leads = [other.key == figure.key for other, before in befores if before and fold(before[1]) == word]
    return bool(leads) and not any(leads)


def _weight(claim: Wording, clause: Wording, rival: Wording) -> int:
    """Return how much of the claim stands in a clause and not in its rival, names counting more."""
    names = {term for name in claim.names for term in Wording(name, claim.language).terms}
    own = clause.held(claim.terms) - rival.held(claim.terms)
    return sum(_NAME_WEIGHT if term in names else 1 for term in own)


def _around(figure: Figure, claim: Wording, other: Wording, clause: Wording) -> bool:
    """Tell whether the word behind the claim's figure stands behind the other clause's, and not behind its own."""
    said = claim.after(figure.end, 1)
    if not said:
        return False
    own = [clause.after(same.end, 2) for same in clause.figures if same.key == figure.key]
    theirs = [other.after(rival.end, 2) for rival in other.figures if rival.unit == figure.unit]
    return any(said[0] in terms for terms in theirs) and not any(said[0] in terms for terms in own)
