"""Whose positions are compared: the regions, organisations or reports of a collection, nested ones below theirs."""

from collections.abc import Sequence
from typing import Literal

from ...core.types import Report
from ...language.places import region_parts
from ...vectorstore.scope import status_of
from .matrix import Roadmap

By = Literal["region", "organisation", "report"]
NO_SPEAKERS = ("draft", "superseded")  # states of a report that does not speak for its roadmap now


def roadmaps_of(reports: Sequence[Report], by: By) -> tuple[Roadmap, ...]:
    """Return the roadmaps, those with the most reports first and what is nested directly behind what it is in.

    A nested region is a roadmap of its own: "Europe/France" has "Europe" as its parent where that has reports, too.
    Reports without a region, or organisation, are nobody's: see `unplaced`.
    """
    held: dict[str, list[Report]] = {}
    for report in reports:
        if name := _name(report, by):
            held.setdefault(name, []).append(report)
    made = [Roadmap(name=name, parent=_parent(name, held, by), reports=tuple(one.id for one in mine))
            for name, mine in held.items()]  # fmt: skip
    outer = sorted((one for one in made if one.parent is None), key=lambda one: (-len(one.reports), one.name))
    return tuple(each for one in outer for each in (one, *_below(one.name, made)))


def unplaced(reports: Sequence[Report], by: By) -> list[str]:
    """Return the files of reports that speak for no roadmap, since nobody says of which region or organisation."""
    return [report.file for report in reports if not _name(report, by)]


def speaks(report: Report) -> bool:
    """Tell whether a report speaks for its roadmap now: no draft, and no edition that was replaced."""
    return status_of(report) not in NO_SPEAKERS


def places_of(report: Report) -> frozenset[str]:
    """Return the folded places that a report speaks for: its region, and what that is nested in."""
    return frozenset(region_parts(report.region))


def _below(name: str, made: Sequence[Roadmap]) -> list[Roadmap]:
    mine = sorted((one for one in made if one.parent == name), key=lambda one: (-len(one.reports), one.name))
    return [each for one in mine for each in (one, *_below(one.name, made))]


def _name(report: Report, by: By) -> str:
    if by == "region" and report.region:
        return "/".join(part.strip() for part in report.region.split("/"))
    if by == "organisation" and report.organisation:
        return report.organisation
    return report.title if by == "report" else ""


def _parent(name: str, held: dict[str, list[Report]], by: By) -> str | None:
    parts = name.split("/") if by == "region" else []
    outer = ("/".join(parts[:depth]) for depth in range(len(parts) - 1, 0, -1))
    return next((one for one in outer if one in held), None)
