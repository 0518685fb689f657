"""Whether the words stand where a draft says they do."""

from collections.abc import Mapping, Sequence

from ...core.shapes import Citation
from ...core.types import Report
from .checked_draft import FollowedReference, ReferenceStanding
from .cited_work import CitedWork, pages_told
from .labels import CheckLabel


def followed(
    work: CitedWork, label: CheckLabel, cited: Sequence[Citation], reports: Mapping[str, Report]
) -> FollowedReference:
    """Return a reference with what became of it, the sentence's label and citations being what they are."""
    report = reports.get(work.report) if work.report else None
    standing, where, detail = _standing(work, report, label, [one for one in cited if one.role == "quote"])
    return FollowedReference(
        text=work.said, report=report.id if report else None, file=report.file if report else None,
        title=report.title if report else None, page=work.first, standing=standing, stands_on=where, detail=detail,
    )  # fmt: skip


def _standing(
    work: CitedWork, report: Report | None, label: CheckLabel, quotes: Sequence[Citation]
) -> tuple[ReferenceStanding, str | None, str]:
    if report is None:
        return "not_held", None, f"{work.said}: not in the library"
    if label == "not_checkable":
        return "not_checked", None, f"cites {report.title}: not looked up"
    own = [one for one in quotes if one.report == report.id]
    if own and (work.first is None or any(work.holds(one.locator.page, one.locator.label) for one in own)):
        return "holds", own[0].locator.label, f"cites {report.title}, {pages_told(work)}: the words stand there"
    if own:
        where = own[0].locator.label
        if own[0].locator.page is None:
            return "holds", where, f"cites {report.title}, which has no pages: the words stand in {where}"
        return "elsewhere", where, f"cites {pages_told(work)}; the words stand on {where}"
    if quotes:
        other = quotes[0]
        told = f"cites {report.title}; the words stand in {other.title}, {other.locator.label}"
        return "another_report", other.locator.label, told
    return "not_there", None, f"cites {report.title}: nothing was found there that says this"
