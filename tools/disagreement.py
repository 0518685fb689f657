"""Finds figures on which reports disagree, and tells them from figures that measure something else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..core.languages import guess_language
from ..core.types import Citation, Claim
from ..vectorstore.analysis import content_terms
from .figures import PART_OF_SITE, comparable, figures, qualifiers

_SAME_SUBJECT = 0.15  # share of content words that two sentences on one subject have in common, at least
_FINAL = ("superseded",)  # editions that no longer speak for their issuer


@dataclass(frozen=True, slots=True)
class _Position:
    """One report's figure in a unit, with what it says of how that is measured."""

    report: str
    name: str
    value: Decimal
    unit: str
    said: str
    measured: frozenset[str]
    status: str
    citations: tuple[Citation, ...]


def disagreements(claims: Sequence[Claim], *, unit: str | None = None) -> list[Claim]:
    """Return one claim for each unit in which the current editions of several reports give different figures.

    Figures whose qualifiers are contrary ("peak" and "sustained") are named apart, as another measure. `unit` narrows
    to one base unit, such as "W". Years and bare counts are never compared.
    """
    positions = _positions(claims)
    units = dict.fromkeys(position.unit for position in positions if unit in (None, position.unit))
    found = (_of_unit([position for position in positions if position.unit == name]) for name in units)
    return [claim for claim in found if claim is not None]


def _positions(claims: Sequence[Claim]) -> list[_Position]:
    """Take each report's first figure of a unit; further quotes of that figure add to how it is measured."""
    quotes: dict[str, list[Citation]] = {}
    for claim in claims:
        for citation in claim.citations:
            if citation.superseded_by is None and citation.status not in _FINAL:
                quotes.setdefault(citation.report, []).append(citation)
    found: list[_Position] = []
    for report, citations in quotes.items():
        for unit, first in _first_figures(citations).items():
            value, said = first
            mine = [
                citation
                for citation in citations
                if any(figure.key == (value.normalize(), unit) for figure in figures(citation.quote))
            ]
            told = mine[0]
            found.append(_Position(
                report, _name(told), value, unit, said, _measured([citation.quote for citation in mine], unit),
                told.status, tuple(mine),
            ))  # fmt: skip
    return found


def _measured(quotes: Sequence[str], unit: str) -> frozenset[str]:
    """Return the qualifiers of a figure; in a quote with further figures of its unit, "per rack" may be another's."""
    alone = [quote for quote in quotes if len({figure.key for figure in figures(quote) if figure.unit == unit}) == 1]
    return qualifiers(quotes) - (PART_OF_SITE - qualifiers(alone))


def _first_figures(citations: Sequence[Citation]) -> dict[str, tuple[Decimal, str]]:
    first: dict[str, tuple[Decimal, str]] = {}
    for citation in citations:
        for figure in figures(citation.quote):
            if figure.unit not in ("", "year"):
                first.setdefault(figure.unit, (figure.value, figure.said))
    return first


def _of_unit(positions: Sequence[_Position]) -> Claim | None:
    positions = [position for position in positions if _about_the_same(position, positions[0])]
    group = _largest_comparable(positions)
    if len({position.value for position in group}) < 2:
        return None
    others = [position for position in positions if position not in group]
    values = dict.fromkeys(position.value for position in group)
    said = (_say([position for position in group if position.value == value]) for value in values)
    text = f"They disagree: {'; '.join(said)}."
    if others:
        text += " Not the same measure: " + "; ".join(map(_say_measure, others)) + "."
    citations = [citation for position in (*group, *others) for citation in position.citations]
    return Claim(text=text, kind="inference", verdict="supported", citations=citations)


def _about_the_same(one: _Position, other: _Position) -> bool:
    """Tell whether two figures stand in sentences that share their subject: 8 % of energy is not 30 % of a score."""
    mine, theirs = _subject(one), _subject(other)
    return len(mine & theirs) >= _SAME_SUBJECT * max(1, len(mine | theirs))


def _subject(position: _Position) -> set[str]:
    language = guess_language(position.citations[0].quote)
    words = content_terms(" ".join(citation.quote for citation in position.citations), language)
    return {word for word in words if not word[0].isdigit()}


def _largest_comparable(positions: Sequence[_Position]) -> list[_Position]:
    """Return the largest group whose measures do not contradict one another, the first found on a tie."""
    groups = [
        [other for other in positions if other is one or comparable(one.measured, other.measured)] for one in positions
    ]
    best = max(groups, key=len, default=[])
    return [one for one in best if all(comparable(one.measured, other.measured) for other in best)]


def _say(positions: Sequence[_Position]) -> str:
    """Say one figure with all who give it."""
    who = "; ".join(
        f"{position.name}{', draft' if position.status == 'draft' else ''} {_marks(position)}" for position in positions
    )
    return f"{' '.join(positions[0].said.split())} ({who})"


def _say_measure(position: _Position) -> str:
    how = ", ".join(sorted(position.measured, reverse=True))
    return f"{' '.join(position.said.split())} ({position.name}{': ' + how if how else ''} {_marks(position)})"


def _marks(position: _Position) -> str:
    return "".join(dict.fromkeys(f"[{citation.number}]" for citation in position.citations))


def _name(citation: Citation) -> str:
    return citation.region.split("/")[-1] if citation.region else citation.organisation or citation.title
