"""The command `snapshot`: how library and matrix stand is kept under a name, or told of what was kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from ...agents.align.matrix_request import MatrixRequest
from ...agents.records import Run, new_run
from ...core.amounts import moment
from ...core.errors import DONE, UsageError
from ...core.types import Report, Scope
from ...terminal.progress import Progress
from ...terminal.views.alignment.change_views import snapshot_view, snapshots_view
from ...tools.align.judging.kept_judgements import KeptJudgements
from ...tools.align.matrix import AlignmentMatrix, MatrixTopic
from ...tools.align.roadmaps import By
from ...tools.align.topics import load_topics
from ...tools.changes.judgement_changes import judgement_states
from ...tools.changes.kept_snapshots import KeptSnapshots
from ...tools.changes.snapshot import Snapshot, SnapshotList, in_short, row_of_snapshot, states
from ...vectorstore.scope import in_scope
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, scope_of, works_at


@works_at(AssistantWorkplace)
def snapshot(place: AssistantWorkplace, options: Options) -> int:
    """Keep the library as it is, with its matrix in quotes alone, or list what was kept."""
    kept = KeptSnapshots(place.home.snapshots)
    if options["list"]:
        if options["name"]:
            raise UsageError(f"--list is of all snapshots: leave {options['name']!r} out")
        listed = SnapshotList(snapshots=list(map(row_of_snapshot, kept.listed())))
        place.show(listed, snapshots_view(listed))
        return DONE
    kept.check(options["name"], replaces=options["replace"])
    file, scope = options["topics"], scope_of(options)
    topics = load_topics(Path(file) if file else None)
    made = taken(place, options["name"], topics, options["by"], scope)
    kept.keep(made, replaces=options["replace"])
    row = row_of_snapshot(made)
    place.show(row, snapshot_view(row))
    return DONE


def taken(
    place: AssistantWorkplace, name: str, topics: Sequence[MatrixTopic], by: By, scope: Scope, *,
    may_be_empty: bool = False,
) -> Snapshot:  # fmt: skip
    """Return how the library stands now; raises UsageError where a filter matches nothing, unless it `may_be_empty`."""
    catalogue = place.library.catalogue
    every = catalogue.reports()
    narrowed = _still_there(every, scope) if may_be_empty else scope
    reports = in_scope(every, narrowed) if narrowed is not None else []
    matrix = AlignmentMatrix(topics=tuple(topics), roadmaps=(), by=by, generation=catalogue.generation)
    if narrowed is not None and reports:
        place.home.create()
        with Progress(place.screen) as progress:
            matrix = place.done_by(
                place.settings,
                lambda assistant: assistant.align(
                    MatrixRequest(topics, by, narrowed), on_event=progress.event, run=Run(new_run())
                ),
            )
    return Snapshot(
        name=name, made=moment(datetime.now(UTC)), program=version("coscribe"), library=str(place.home.library),
        scope=scope, generation=matrix.generation, reports=states(reports), matrix=in_short(matrix),
        judgements=judgement_states(KeptJudgements(place.home).load(), matrix),
    )  # fmt: skip


def _still_there(reports: Sequence[Report], scope: Scope) -> Scope | None:
    """Return a scope without what no report has any more, `None` where nothing of it is left."""
    narrowed = replace(
        scope,
        reports=_matching(reports, scope.reports, lambda value: Scope(reports=(value,))),
        regions=_matching(reports, scope.regions, lambda value: Scope(regions=(value,))),
        organisations=_matching(reports, scope.organisations, lambda value: Scope(organisations=(value,))),
        kinds=_matching(reports, scope.kinds, lambda value: Scope(kinds=(value,))),
        statuses=_matching(reports, scope.statuses, lambda value: Scope(statuses=(value,))),
    )
    was_narrow = (scope.reports, scope.regions, scope.organisations, scope.kinds, scope.statuses)
    is_narrow = (narrowed.reports, narrowed.regions, narrowed.organisations, narrowed.kinds, narrowed.statuses)
    if any(was and not now for was, now in zip(was_narrow, is_narrow, strict=True)):
        return None
    return narrowed if _holds(reports, narrowed) else None  # there may be none of these years


def _matching(reports: Sequence[Report], values: Sequence[str], meant: Callable[[str], Scope]) -> tuple[str, ...]:
    return tuple(value for value in values if _holds(reports, meant(value)))


def _holds(reports: Sequence[Report], scope: Scope) -> bool:
    try:
        in_scope(reports, scope)
    except UsageError:
        return False
    return True
