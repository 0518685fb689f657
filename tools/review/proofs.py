"""What code can prove wrong: a quotation or a written figure that stands nowhere in what was shown of a report."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import combinations, product

from ...core.shapes import Doubt
from ...core.text import one_line
from ...language.figures import Figure, figures
from ...language.wording import Wording
from .figures.binding import figures_beyond
from .figures.shares import shares
from .quotation import misquoted

_COUNTS = ("", "year")  # a bare count may be worded otherwise; a year stands for itself
_NEARLY = Decimal("0.01")  # of a figure, by which a rounded one may differ from it
_PERCENT = Decimal(100)
_GROUP, _THOUSAND = 3, Decimal(1000)  # digits between two marks of thousands
_CONVERTED: dict[tuple[str, str], Callable[[Decimal], Decimal]] = {
    ("°C", "°F"): lambda value: value * 9 / 5 + 32,
    ("°F", "°C"): lambda value: (value - 32) * 5 / 9,
}


def proven_wrong(claim: str, shown: Sequence[str], *, told: Sequence[str] = (), language: str = "en") -> list[Doubt]:
    """Return what a claim says that stands nowhere in all that was shown of its report, and needs no reader to see it.

    Of figures those alone that are written in digits with a unit: a share, an amount, a measure, a year. `told` is what
    is known of the report without being quoted.
    """
    new = _new_figures(claim, shown, told, language)
    return [*misquoted(claim, [*shown, *told]), *(doubt for one, doubt in new if one.unit and one.text[:1].isdigit())]


def has_own_figures(text: str, cited: Sequence[str], *, told: Sequence[str] = ()) -> bool:
    """Tell whether a conclusion has a figure, be it in words, that neither stands in what it cites nor follows from it.

    A bare count may be one of what it cites.
    """
    return any(one.unit or one.value > len(cited) for one, _ in _new_figures(text, cited, told, "en"))


def _new_figures(
    claim: str, shown: Sequence[str], told: Sequence[str], language: str
) -> Iterable[tuple[Figure, Doubt]]:  # fmt: skip
    """Yield the figures of a claim that were not shown and do not follow from it, with what is wrong about each."""
    years = [int(figure.value) for text in told for figure in figures(text) if figure.unit in _COUNTS]
    line = one_line(claim)
    said, held = Wording(line, language), Wording(" | ".join(one_line(text) for text in (*shown, *told)), language)
    written = {(one.start, one.end): one for one in figures(line)}
    for doubt in figures_beyond(said, held, years):
        figure = written.get(doubt.span) if doubt.kind == "figure" and doubt.span else None
        if figure and not _may_follow(figure, held):
            yield figure, doubt


def _may_follow(figure: Figure, held: Wording) -> bool:
    """Tell whether a figure is nearly one of those held, or what one step from two of them gives.

    A sum, a difference, a share or a multiple may be right without standing anywhere: that is for a reader.
    """
    same = {value for one in held.figures if one.unit == figure.unit for value in _readings(one)}
    same |= {
        _CONVERTED[one.unit, figure.unit](one.value) for one in held.figures if (one.unit, figure.unit) in _CONVERTED
    }
    bare = {one.value for one in held.figures if not one.unit}
    parts = {share / _PERCENT for share, *_ in shares(held.text)}
    meant = _readings(figure)
    return any(_is_near(one, value, figure.unit) for one in meant for value in (*same, *_made(same, bare, parts)))


def _readings(figure: Figure) -> tuple[Decimal, ...]:
    """Return what a figure may mean: 1.012 is a thousand and twelve, or a little more than one."""
    whole, _, rest = figure.text.split()[0].lstrip("€$£¥₩₹").replace(",", ".").partition(".")
    is_open = len(rest) == _GROUP and rest.isdigit() and whole.isdigit() and not whole.startswith("0")
    return (figure.value, figure.value / _THOUSAND) if is_open else (figure.value,)


def _made(same: set[Decimal], bare: set[Decimal], parts: set[Decimal]) -> Iterable[Decimal]:
    for one, other in combinations(same, 2):
        yield from (one + other, abs(one - other))
    for one, other in product(same, bare):
        yield from (one * other, one + other, one - other, *((one / other,) if other else ()))
    for one, part in product(same, parts):
        yield from (one * part, one * (1 + part), one * (1 - part), one / (1 + part))
        yield from (one / (1 - part),) if part < 1 else ()


def _is_near(meant: Decimal, value: Decimal, unit: str) -> bool:
    """Tell whether a value is what is meant, rounded as it may be; years are never rounded."""
    return abs(meant - value) <= (0 if unit == "year" else _NEARLY * abs(meant))
