"""Finds figures on which reports disagree, and tells them from figures that measure something else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...core.document import Inline
from ...core.shapes import Citation, Claim
from ...core.text import one_line
from ...core.types import Report
from ...language.figures import PART_OF_SITE, Figure, comparable, figures, qualifiers
from ..document.phrases import Phrases, phrases
from .sameness import Matter, is_same_provision, matter, may_disagree
from .sentences import computed, joined, mark

_FINAL = ("superseded",)  # editions that no longer speak for their issuer


@dataclass(frozen=True, slots=True)
class Position:
    """One report's figure in a unit, with what it says of how that is measured."""

    report: str
    name: str
    value: Decimal
    unit: str
    said: str
    measured: frozenset[str]
    matter: Matter
    status: str
    citations: tuple[Citation, ...]


def disagreements(claims: Sequence[Claim], *, unit: str | None = None, language: str = "en") -> list[Claim]:
    """Return one claim for each unit in which the current editions of several reports give different figures.

    They are of one matter, in all that the words tell; what two speakers counted of their own is none. Figures whose
    qualifiers are contrary ("peak" and "sustained") are named apart, as another measure. `unit` narrows to one base
    unit, such as "W". Years and bare counts are never compared. They are told in a `language`.
    """
    found = (_said_of(mine, phrases(language)) for mine in _by_unit(claims) if unit in (None, mine[0].unit))
    return [claim for claim in found if claim is not None]


def changes(claims: Sequence[Claim]) -> list[Claim]:
    """Return one claim for each unit in which a newer edition gives another figure than the one it replaced.

    Only figures that measure the same in the same provision are compared.
    """
    told = []
    for old in _positions(claims, superseded=True):
        newer = [
            new
            for new in _positions(claims)
            if new.report == old.citations[0].superseded_by and new.unit == old.unit and new.value != old.value
            and comparable(old.measured, new.measured) and is_same_provision(old.matter, new.matter)
        ]  # fmt: skip
        for new in newer[:1]:
            both = joined((f"{_year(one)}{one_line(one.said)} ", mark(one.citations)) for one in (old, new))
            parts = [f"Changed between editions ({new.name}):", " ", *both, "."]
            told.append(computed("inference", parts, (*old.citations, *new.citations)))
    return told


def _year(position: Position) -> str:
    date = position.citations[0].date
    return f"{date[:4]}: " if date else ""


def groups(claims: Sequence[Claim]) -> list[list[Position]]:
    """Return, for each unit, the reports' figures that measure the same, where several reports give one."""
    found = (_largest_comparable(mine) for mine in _by_unit(claims))
    return [group for group in found if len(group) > 1]


def _by_unit(claims: Sequence[Claim]) -> list[list[Position]]:
    """Return the positions on the same subject, unit by unit."""
    positions = _positions(claims)
    units = dict.fromkeys(position.unit for position in positions)
    found = [[position for position in positions if position.unit == unit] for unit in units]
    return [_on_one_matter(mine) for mine in found]


def _on_one_matter(positions: Sequence[Position]) -> list[Position]:
    """Return the most positions that are on the matter of one of them, the first such on a tie."""
    groups = [
        [other for other in positions if other is one or may_disagree(one.matter, other.matter)] for one in positions
    ]
    return max(groups, key=len, default=[])


def _positions(claims: Sequence[Claim], *, superseded: bool = False) -> list[Position]:
    """Take each report's first figure of a unit; further quotes of that figure add to how it is measured.

    The reports are the current ones, or those `superseded`.
    """
    quotes: dict[str, list[Citation]] = {}
    for claim in claims:
        for citation in claim.citations:
            if superseded == (citation.superseded_by is not None or citation.status in _FINAL):
                quotes.setdefault(citation.report, []).append(citation)
    found: list[Position] = []
    for report, citations in quotes.items():
        for unit, first in _first_figures(citations).items():
            mine = [
                citation for citation in citations if any(figure.key == first.key for figure in figures(citation.quote))
            ]
            told = mine[0]
            found.append(Position(
                report, speaker(told), first.value, unit, first.said,
                _measured([citation.quote for citation in mine], unit), matter(told, first), told.status, tuple(mine),
            ))  # fmt: skip
    return found


def _measured(quotes: Sequence[str], unit: str) -> frozenset[str]:
    """Return the qualifiers of a figure; in a quote with further figures of its unit, "per rack" may be another's."""
    alone = [quote for quote in quotes if len({figure.key for figure in figures(quote) if figure.unit == unit}) == 1]
    return qualifiers(quotes) - (PART_OF_SITE - qualifiers(alone))


def _first_figures(citations: Sequence[Citation]) -> dict[str, Figure]:
    first: dict[str, Figure] = {}
    for citation in citations:
        for figure in figures(citation.quote):
            if figure.unit not in ("", "year"):
                first.setdefault(figure.unit, figure)
    return first


def _said_of(positions: Sequence[Position], words: Phrases) -> Claim | None:
    group = _largest_comparable(positions)
    if len({position.value for position in group}) < 2:
        return None
    others = [position for position in positions if position not in group]
    values = dict.fromkeys(position.value for position in group)
    said = (_say([position for position in group if position.value == value], words) for value in values)
    parts = [words.told("conclusion.disagree"), " ", *joined(said), "."]
    if others:
        parts += [words.told("conclusion.otherwise"), *joined(map(_say_measure, others)), "."]
    citations = [citation for position in (*group, *others) for citation in position.citations]
    return computed("inference", parts, citations)


def _largest_comparable(positions: Sequence[Position]) -> list[Position]:
    """Return the largest group whose measures do not contradict one another, the first found on a tie."""
    groups = [
        [other for other in positions if other is one or comparable(one.measured, other.measured)] for one in positions
    ]
    best = max(groups, key=len, default=[])
    return [one for one in best if all(comparable(one.measured, other.measured) for other in best)]


def _say(positions: Sequence[Position], words: Phrases) -> list[Inline]:
    """Say one figure with all who give it."""
    draft = f", {words.state('draft')}"
    who = joined(
        (f"{position.name}{draft if position.status == 'draft' else ''} ", mark(position.citations))
        for position in positions
    )
    return [f"{one_line(positions[0].said)} (", *who, ")"]


def _say_measure(position: Position) -> list[Inline]:
    how = ", ".join(sorted(position.measured, reverse=True))
    said = f"{one_line(position.said)} ({position.name}{': ' + how if how else ''} "
    return [said, mark(position.citations), ")"]


def speaker(source: Citation | Report) -> str:
    """Return for whom a report speaks, in short: its region, else its organisation, else its title."""
    return source.region.split("/")[-1] if source.region else source.organisation or source.title
