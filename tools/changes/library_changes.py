"""Which reports came, went, were replaced, adopted, rewritten or described anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .changed import ReportChange
from .snapshot import ReportState

# What is known of a report besides its content, its status, and what replaced it.
_DESCRIBED = (
    "title", "organisation", "region", "date", "kind", "edition", "family", "language", "confidentiality", "file",
)  # fmt: skip


@dataclass
class LibraryChanges:
    """The changes of a library, by kind."""

    added: list[ReportState] = field(default_factory=list)
    removed: list[ReportState] = field(default_factory=list)
    superseded: list[ReportChange] = field(default_factory=list)
    statuses: list[ReportChange] = field(default_factory=list)
    revised: list[ReportChange] = field(default_factory=list)
    metadata: list[ReportChange] = field(default_factory=list)


def library_changes(before: Sequence[ReportState], after: Sequence[ReportState]) -> LibraryChanges:
    """Return what changed, each kind in the order of the reports, which are told apart by their ids."""
    was, now = by_id(before), by_id(after)
    found = LibraryChanges(
        added=[one for one in after if one.report not in was], removed=[one for one in before if one.report not in now]
    )
    for old in before:
        if new := now.get(old.report):
            _compare(old, new, found)
    found.metadata += [one for old in before if old.report in now for one in _described(old, now[old.report])]
    # A report that comes as one that is replaced already changes nothing else.
    found.superseded += [
        _change(one, "superseded_by", None, one.superseded_by) for one in found.added if one.superseded_by
    ]
    titles = {one.report: one.title for one in after}
    found.superseded = [
        one.model_copy(update={"newer": titles.get(one.after or "", one.after)}) for one in found.superseded
    ]
    return found


def by_id(reports: Sequence[ReportState]) -> Mapping[str, ReportState]:
    """Return reports by their ids."""
    return {one.report: one for one in reports}


def _compare(old: ReportState, new: ReportState, found: LibraryChanges) -> None:
    is_replaced = new.superseded_by is not None and new.superseded_by != old.superseded_by
    if is_replaced:
        found.superseded.append(_change(new, "superseded_by", old.superseded_by, new.superseded_by))
    if old.status != new.status and not (is_replaced and new.status == "superseded"):
        found.statuses.append(_change(new, "status", old.status, new.status))
    if old.version != new.version:
        found.revised.append(_change(new, "version", old.version, new.version))


def _described(old: ReportState, new: ReportState) -> Iterator[ReportChange]:
    if old.superseded_by and not new.superseded_by:
        yield _change(new, "superseded_by", old.superseded_by, None)
    for name in _DESCRIBED:
        if getattr(old, name) != getattr(new, name):
            yield _change(new, name, getattr(old, name), getattr(new, name))


def _change(report: ReportState, what: str, before: str | None, after: str | None) -> ReportChange:
    return ReportChange(
        report=report.report, file=report.file, title=report.title, field=what, before=before, after=after
    )  # fmt: skip
