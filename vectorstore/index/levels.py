"""How confidential words are at this moment: as confidential as the reports they are from, as the library has them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...core.shapes import Level, highest
from ...core.types import Report
from .catalogue import Catalogue


def level_of(catalogue: Catalogue, reports: Iterable[str]) -> Level:
    """Return the highest level of some reports by id, "public" for none; what the library does not hold is internal.

    A report that was removed may have been removed for its level: nobody can tell any more what its words were.
    """
    wanted = set(reports)
    if not wanted:
        return "public"
    known: dict[str, Level] = {report.id: report.confidentiality for report in catalogue.reports()}
    return highest(known.get(name, "internal") for name in wanted)


def level_of_passages(catalogue: Catalogue, passages: Iterable[str]) -> Level:
    """Return the highest level of the reports that some passages are from, whether or not their text is the same."""
    return level_of(catalogue, {passage.partition("@")[0] for passage in passages})


def as_now(catalogue: Catalogue, reports: Mapping[str, Report]) -> dict[str, Report]:
    """Return reports that were looked up some time ago with the levels they have now."""
    known: dict[str, Level] = {report.id: report.confidentiality for report in catalogue.reports()}
    return {name: replace(report, confidentiality=known.get(name, "internal")) for name, report in reports.items()}
