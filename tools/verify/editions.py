"""Whether the reports that are cited are still those of the library."""

from collections.abc import Iterator, Sequence

from ...core.shapes import Citation, Source
from ...core.types import Report
from ...vectorstore.scope import status_of
from .finding import Findings
from .held import Held, report_of, version_of
from .item import Cited, Item

_TOLD = ("title", "organisation", "region", "date", "file")  # of a citation, as the report has it


def check_reports(item: Item, places: Held, findings: Findings) -> None:
    """Compare each report that is cited with the library, once an item; then a note's list with its citations."""
    groups: dict[tuple[str, str], list[Cited]] = {}
    for cited in (one for one in item.cited if not one.is_past):
        groups.setdefault((cited.report, cited.file), []).append(cited)
    for (_, file), group in groups.items():
        problems = list(dict.fromkeys(_problems(group, places)))
        findings.judge("report", group[0].where, f"{file} {'; '.join(problems)}" if problems else None)
    for source in item.sources:
        wrong = _listed_wrongly(source, item.cited) or _newer_wrongly(source, places)
        findings.judge("report", f"{item.where}source {source.number}", wrong)


def _problems(group: Sequence[Cited], places: Held) -> Iterator[str]:
    for cited in group:
        report = places.report(cited)
        if report is None:
            yield "is no longer in the library"
        elif cited.citation is not None:
            yield from changed_since(cited.citation, report, places)


def changed_since(citation: Citation, report: Report, places: Held) -> Iterator[str]:
    """Yield what of a cited report is other in the library than its citation says, each as what follows its name."""
    of, version = report_of(citation.passage), version_of(citation.passage)
    if of and of != citation.report:
        yield f"is cited for words of {places.file_of(of)}"
    elif not version:
        yield f"is cited by {citation.passage!r}, which is the name of no passage"
    elif not report.version.startswith(version):
        yield f"has changed since it was cited (version {version} then, {report.version[:8]} now)"
    if report.superseded_by and not citation.superseded_by:
        yield f"has since been superseded by {places.file_of(report.superseded_by)}"
    elif citation.superseded_by not in (None, report.superseded_by):
        yield f"was not superseded by {places.file_of(citation.superseded_by)}"
    elif citation.status != status_of(report):
        yield f"is {status_of(report)} in the library, not {citation.status}"
    for name in _TOLD:
        said, held = getattr(citation, name), getattr(report, name)
        if said != held:
            yield f"has the {name} {held!r} in the library, not {said!r}"


def _listed_wrongly(source: Source, cited: Sequence[Cited]) -> str | None:
    """Return what is wrong with an entry of a note's list of sources."""
    mine = [one.citation for one in cited if one.number == source.number and one.citation is not None]
    if not mine:
        return f"{source.file} is listed, but never cited"
    for name in ("report", "title", "organisation", "date", "file", "status", "superseded_by", "edition"):
        said = getattr(source, name)
        if any(getattr(citation, name) != said for citation in mine):
            return f"the list has the {name} {said!r}, its citations {getattr(mine[0], name)!r}"
    return None


def _newer_wrongly(source: Source, places: Held) -> str | None:
    """Return what is wrong with what an entry calls the newer edition; one that was taken out cannot be looked up."""
    held = places.titled(source.superseded_by) if source.superseded_by else ""
    if source.newer is None or held in (None, source.newer.title):
        return None
    return f"the list calls the newer edition {source.newer.title!r}, the library {held!r}"
