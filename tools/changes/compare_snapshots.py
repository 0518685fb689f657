"""Compares two snapshots: reports by their ids, cells by topic and roadmap, sentences by their words."""

from collections.abc import Callable, Iterator

from ...core.shapes import Citation
from ...language.terms import Terms
from .cell_changes import CellChanges, cell_changes, living, pairs, reading_changes, same_roadmaps
from .changed import CellChange, Changes, MovedFigure, TimeCompared
from .judgement_changes import JudgementChanges, judgement_changes
from .kept_snapshots import NOW
from .library_changes import by_id, library_changes
from .moves import moves
from .snapshot import Snapshot


def compare(before: Snapshot, after: Snapshot, known: Terms) -> Changes:
    """Return what changed from one snapshot to another; `known` are terms that mean the same in several languages.

    Where the two looked at roadmaps of different kinds, their reports alone are compared.
    """
    library = library_changes(before.reports, after.reports)
    earlier, later = before.matrix, after.matrix
    is_comparable = earlier.by == later.by
    was, now = by_id(before.reports), by_id(after.reports)
    compared = pairs(earlier, later, living(earlier, was), living(later, now)) if is_comparable else []
    cells = cell_changes(compared) if is_comparable else CellChanges()
    moved = moves(compared, later.topics, was, now, known)
    told = JudgementChanges()
    if is_comparable and before.judgements is not None and after.judgements is not None:
        told = judgement_changes(before.judgements, after.judgements, earlier, later)
    changes = Changes(
        before=_time(before), after=_time(after), readings=tuple(reading_changes(earlier, later) if compared else ()),
        stances=tuple(cells.stances), first_spoken=tuple(cells.first_spoken), gone_silent=tuple(cells.gone_silent),
        assessed=tuple(cells.assessed), not_assessed=tuple(cells.not_assessed),
        figures=tuple(one for one in moved if one.unit != "year"),
        years=tuple(one for one in moved if one.unit == "year"),
        added=tuple(library.added), removed=tuple(library.removed), superseded=tuple(library.superseded),
        statuses=tuple(library.statuses), revised=tuple(library.revised), metadata=tuple(library.metadata),
        judged=tuple(told.judged), judged_otherwise=tuple(told.judged_otherwise), withdrawn=tuple(told.withdrawn),
        overtaken=tuple(told.overtaken), remarks=tuple(_remarks(before, after)),
    )  # fmt: skip
    return _numbered(changes)


def _time(snapshot: Snapshot) -> TimeCompared:
    return TimeCompared(
        name="" if snapshot.name == NOW else snapshot.name, made=snapshot.made, generation=snapshot.generation,
        reports=len(snapshot.reports), program=snapshot.program,
    )  # fmt: skip


def _remarks(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Yield what makes the two less comparable than they look."""
    earlier, later = before.matrix, after.matrix
    one, other = f"{before.name!r}", "now" if after.name == NOW else f"{after.name!r}"
    if before.made > after.made:
        yield f"{one} is later than {other}: what is told as new was there first"
    if before.library != after.library:
        yield f"{one} is of the library {before.library!r}, {other} of {after.library!r}"
    if before.program != after.program:
        yield f"{one} was made by coscribe {before.program}, {other} by {after.program}: it may read a stance otherwise"
    if earlier.by != later.by:
        yield f"{one} compares by {earlier.by}, {other} by {later.by}: only the reports are compared"
        return
    if (before.judgements is None) != (after.judgements is None) and (before.judgements or after.judgements):
        yield f"{one if before.judgements is None else other} does not hold what people judged: nothing is told of that"
    if before.scope != after.scope:
        yield f"{one} and {other} look at other parts of the library: their filters differ"
    was, now = ({topic.name: topic for topic in matrix.topics} for matrix in (earlier, later))
    for told, names in ((one, was.keys() - now.keys()), (other, now.keys() - was.keys())):
        if names:
            yield f"only {told} has the topics {', '.join(sorted(names))}: they are not compared"
    if reworded := sorted(name for name in was.keys() & now.keys() if was[name] != now[name]):
        yield f"looked for with other words than before: {', '.join(reworded)}"
    had, has = living(earlier, by_id(before.reports)), living(later, by_id(after.reports))
    known = set(same_roadmaps(had, has).values())
    if gone := [roadmap.name for roadmap in had if roadmap.name not in known]:
        yield f"without any report that is not replaced, so that nothing is told of their cells: {', '.join(gone)}"


def _numbered(changes: Changes) -> Changes:
    """Return the changes with their citations numbered by report and content, in the order in which they are met."""
    numbers: dict[tuple[str, str], int] = {}

    def number(one: Citation) -> Citation:
        key = one.report, one.passage.partition("#")[0]
        return one.model_copy(update={"number": numbers.setdefault(key, len(numbers) + 1)})

    kept = {name: _renumbered(getattr(changes, name), number) for name in _CITING}
    return changes.model_copy(update=kept)


_CITING = ("stances", "figures", "years", "first_spoken", "gone_silent", "assessed", "not_assessed")


def _renumbered(
    listed: tuple[CellChange | MovedFigure, ...], number: Callable[[Citation], Citation]
) -> tuple[CellChange | MovedFigure, ...]:
    found: list[CellChange | MovedFigure] = []
    for one in listed:
        if isinstance(one, MovedFigure):
            found.append(one.model_copy(update={"old": number(one.old), "new": number(one.new)}))
        else:
            quotes = {"old": tuple(map(number, one.old)), "new": tuple(map(number, one.new))}
            found.append(one.model_copy(update=quotes))
    return tuple(found)
