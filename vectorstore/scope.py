"""Which reports a scope means: ids, unique file suffixes, nested regions, organisations, kinds, statuses, years."""

from collections.abc import Iterable, Sequence

from ..core.errors import UsageError
from ..core.text import as_named, fold
from ..core.types import Report, Scope
from ..language.places import region_parts


def _ways_to_say(region: str | None) -> set[str]:
    """Return what may be asked for to get a nested region: each of its parts, and the path down to each."""
    parts = region_parts(region)
    return {*parts, *("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))}


def in_scope(reports: Sequence[Report], scope: Scope) -> list[Report]:
    """Return the reports a scope means; a region includes what is nested in it.

    Raises UsageError for a filter that no report of the library matches, naming what there is.
    """
    kept = list(reports)
    if scope.reports:
        exact: dict[str, list[Report]] = {}
        for report in reports:
            for name in {report.id, as_named(report.file)}:
                exact.setdefault(name, []).append(report)
        asked = map(as_named, scope.reports)
        wanted = {_one(exact.get(name) or _ending(reports, name), name).id for name in asked}
        kept = [report for report in kept if report.id in wanted]
    if scope.regions:
        regions = {"/".join(region_parts(name)): name for name in scope.regions}
        parts = {region: _ways_to_say(region) for region in {report.region for report in reports}}
        _must_know(regions, set[str]().union(*parts.values()), "region", parts)
        kept = [report for report in kept if regions.keys() & parts[report.region]]
    if scope.organisations:
        names = {fold(name): name for name in scope.organisations}
        meant = {
            organisation: {name for name in names if name in fold(organisation or "")}
            for organisation in {report.organisation for report in reports}
        }
        _must_know(names, set[str]().union(*meant.values()), "organisation", meant)
        kept = [report for report in kept if meant[report.organisation]]
    if scope.kinds:
        _must_know(_same(scope.kinds), {report.kind for report in reports}, "kind", (report.kind for report in reports))
        kept = [report for report in kept if report.kind in scope.kinds]
    if scope.statuses:
        statuses = [status_of(report) for report in reports]
        _must_know(_same(scope.statuses), set(statuses), "status", statuses)
        kept = [report for report in kept if status_of(report) in scope.statuses]
    if (scope.published_from or scope.published_to) and not any(_published(report, scope) for report in reports):
        years = sorted(report.date[:4] for report in reports if report.date)
        there = f"{years[0]} to {years[-1]}" if years else "no dates"
        span = " ".join(f"{word} {year}" for word, year in _span(scope) if year is not None)
        raise UsageError(f"no report was published {span}: the library has {there}")
    return [report for report in kept if _published(report, scope)]


def status_of(report: Report) -> str:
    """Return the status to show: "superseded" as soon as a newer edition is held."""
    return "superseded" if report.superseded_by else report.status


def _published(report: Report, scope: Scope) -> bool:
    if scope.published_from is None and scope.published_to is None:
        return True
    year = int(report.date[:4]) if report.date and report.date[:4].isdigit() else None
    return year is not None and (scope.published_from or 0) <= year <= (scope.published_to or 9999)


def _span(scope: Scope) -> tuple[tuple[str, int | None], ...]:
    return ("from", scope.published_from), ("to", scope.published_to)


def _ending(reports: Sequence[Report], name: str) -> list[Report]:
    found = [report for report in reports if f"/{as_named(report.file)}".endswith(f"/{name.lstrip('/')}")]
    return found or [report for report in reports if as_named(report.file).endswith(name)]


def _one(found: Sequence[Report], name: str) -> Report:
    if not found:
        raise UsageError(f"no report is called {name!r}: see `coscribe reports` for ids and files")
    if len(found) > 1:
        raise UsageError(f"{name!r} means several reports: say one of {', '.join(report.file for report in found)}")
    return found[0]


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


def _must_know(wanted: dict[str, str], known: set[str], what: str, held: Iterable[str | None]) -> None:
    missing = [said for name, said in wanted.items() if name not in known]
    if missing:
        there = ", ".join(sorted({value for value in held if value})) or "none"
        raise UsageError(f"no report has the {what} {missing[0]!r}: the library has {there}")
