"""What roadmaps say of topics otherwise than before: another stance, silence, a first word, or not to be judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..align.matrix import AlignmentMatrix, MatrixCell, MatrixRow, Roadmap, RowReading, Stance
from ..align.row_reading import voting
from .changed import CellChange, ReadingChange
from .snapshot import ReportState
from .voices import Voice, deciding, voice

_SAYS: tuple[Voice, ...] = ("draft", "speaks")
# How far a stance is for something: a change across many steps is the weightier one.
_STANDS: dict[Stance | None, int] = {
    "commits": 4,
    "plans": 3,
    "recommends": 2,
    "mentions": 0,
    "mixed": -1,
    "opposes": -4,
}


@dataclass(frozen=True, slots=True)
class CellPair:
    """A topic and a roadmap with their cells before and after; the roadmap is called as it is after."""

    topic: str
    roadmap: str
    before: MatrixCell | None
    after: MatrixCell | None


@dataclass
class CellChanges:
    """The changes of cells, by kind."""

    stances: list[CellChange] = field(default_factory=list)
    first_spoken: list[CellChange] = field(default_factory=list)
    gone_silent: list[CellChange] = field(default_factory=list)
    assessed: list[CellChange] = field(default_factory=list)
    not_assessed: list[CellChange] = field(default_factory=list)


def pairs(
    before: AlignmentMatrix, after: AlignmentMatrix, was_living: Sequence[Roadmap], living: Sequence[Roadmap]
) -> list[CellPair]:
    """Return the cells of both, topic by topic, for the topics and the `living` roadmaps that the later one has."""
    was, known = {(one.topic, one.roadmap): one for one in before.cells}, {one.name for one in before.topics}
    now = {(one.topic, one.roadmap): one for one in after.cells}
    named = same_roadmaps(was_living, living)
    return [
        CellPair(topic.name, one.name, was.get((topic.name, named.get(one.name, ""))), now.get((topic.name, one.name)))
        for topic in after.topics if topic.name in known for one in living
    ]  # fmt: skip


def living(matrix: AlignmentMatrix, reports: Mapping[str, ReportState]) -> list[Roadmap]:
    """Return the roadmaps with a report that was not replaced: without any, nothing can be told of their silence."""
    return [
        one for one in matrix.roadmaps
        if any(name in reports and not reports[name].is_replaced for name in one.reports)
    ]  # fmt: skip


def same_roadmaps(before: Sequence[Roadmap], after: Sequence[Roadmap]) -> dict[str, str]:
    """Return what the later roadmaps were called: the same, or where that is new, as one that is not there any more.

    The latter must have had reports of it.
    """
    names = {one.name for one in before}
    gone = [one for one in before if one.name not in {each.name for each in after}]
    found = {one.name: one.name for one in after if one.name in names}
    for one in after:
        if one.name not in names:
            was = next((each for each in gone if set(each.reports) & set(one.reports)), None)
            if was is not None:
                found[one.name] = was.name
                gone.remove(was)
    return found


def cell_changes(compared: Sequence[CellPair]) -> CellChanges:
    """Return how cells changed, the weightiest of each kind first."""
    found = CellChanges()
    for pair in compared:
        was, now = voice(pair.before), voice(pair.after)
        kind = _kind(pair, was, now)
        if kind is not None:
            getattr(found, kind).append(_change(pair, was, now))
    for listed in (found.stances, found.first_spoken, found.gone_silent):
        listed.sort(key=_weight)
    return found


def _kind(pair: CellPair, was: Voice, now: Voice) -> str | None:
    if was == now == "unread" or "absent" in (now,):
        return None
    if was in _SAYS and now in _SAYS:
        same = pair.before is not None and pair.after is not None and pair.before.stance == pair.after.stance
        return None if same and was == now else "stances"
    if was == "unread":
        return "assessed"
    if now == "unread":
        return None if was == "absent" else "not_assessed"
    if now in _SAYS:
        return "first_spoken"
    return "gone_silent" if was in _SAYS else None


def _change(pair: CellPair, was: Voice, now: Voice) -> CellChange:
    after = pair.after
    why = ""
    if after is not None and now == "silent":
        where = "only an edition that was replaced speaks of it" if after.citations else "no word of it"
        why = f"{where}; {after.searched.passages} passages were searched"
    return CellChange(
        topic=pair.topic, roadmap=pair.roadmap, before=_stance(pair.before, was), after=_stance(after, now),
        was_in_force=was != "draft", is_in_force=now != "draft",
        old=deciding(pair.before) if was in _SAYS else (), new=deciding(after) if now in _SAYS else (),
        why=why or (after.why if after is not None else ""),
    )  # fmt: skip


def _stance(cell: MatrixCell | None, heard_as: Voice) -> Stance | None:
    if cell is None:
        return None
    return {"unread": "not_assessed", "silent": "silent"}.get(heard_as, cell.stance)  # type: ignore[return-value]


def _weight(change: CellChange) -> tuple[bool, int]:
    """Order by whether something is in force, and by how far the stance went."""
    apart = abs(_STANDS.get(change.before, 0) - _STANDS.get(change.after, 0))
    return not (change.is_in_force and change.was_in_force), -apart


def reading_changes(before: AlignmentMatrix, after: AlignmentMatrix) -> list[ReadingChange]:
    """Return the topics whose rows read otherwise; those that came apart first."""
    was = {one.topic: one for one in before.rows}
    found = [_reading(was[one.topic], one, before, after) for one in after.rows if one.topic in was]
    order: tuple[RowReading, ...] = ("diverge", "mixed", "gap", "converge")
    return sorted((one for one in found if one.before != one.after), key=lambda one: order.index(one.after))


def _reading(old: MatrixRow, new: MatrixRow, before: AlignmentMatrix, after: AlignmentMatrix) -> ReadingChange:
    had, has = (list(dict.fromkeys(_differences(row))) for row in (old, new))
    return ReadingChange(
        topic=new.topic, before=old.reading, after=new.reading, stances_before=_stances(before, new.topic),
        stances_after=_stances(after, new.topic),
        appeared=tuple(one for one in has if one not in had), settled=tuple(one for one in had if one not in has),
    )  # fmt: skip


def _differences(row: MatrixRow) -> Iterator[str]:
    for one in row.divergences:
        yield f"{one.type}, {one.detail}"


def _stances(matrix: AlignmentMatrix, topic: str) -> dict[str, Stance]:
    return {
        cell.roadmap: cell.stance
        for cell in voting([one for one in matrix.cells if one.topic == topic], matrix.roadmaps)
    }
