"""What people decided on cells otherwise than before: judgements made, changed and taken back, or overtaken."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..align.cell_key import cell_key, evidence_digest, key_of, name_of
from ..align.matrix import AlignmentMatrix, Judgement, MatrixCell
from .changed import JudgementChange, JudgementPart
from .snapshot import JudgementState

_DIGITS = 12
_Key = tuple[str, str]


@dataclass
class JudgementChanges:
    """The changes of judgements, by kind, in the order of cells and people."""

    judged: list[JudgementChange] = field(default_factory=list)
    judged_otherwise: list[JudgementChange] = field(default_factory=list)
    withdrawn: list[JudgementChange] = field(default_factory=list)
    overtaken: list[JudgementChange] = field(default_factory=list)


def judgement_states(judgements: Iterable[Judgement], matrix: AlignmentMatrix) -> tuple[JudgementState, ...]:
    """Return what is kept of the judgements on the topics of a matrix; comments by digits that tell them apart."""
    begins = tuple(key_of(name_of(one.name, "x"))[:-1] for one in matrix.topics)
    return tuple(
        JudgementState(
            cell=one.cell, editor=one.editor, stance=one.stance, date=one.date, evidence=one.evidence,
            comment=hashlib.sha256(one.comment.encode("utf-8", "replace")).hexdigest()[:_DIGITS] if one.comment else "",
        )
        for one in judgements if one.by in (None, matrix.by) and key_of(one.cell).startswith(begins)
    )  # fmt: skip


def judgement_changes(
    was: Sequence[JudgementState], now: Sequence[JudgementState], before: AlignmentMatrix, after: AlignmentMatrix
) -> JudgementChanges:
    """Return how judgements changed on the topics that both matrices have."""
    both = {key_of(one.name) for one in before.topics} & {key_of(one.name) for one in after.topics}
    begins = tuple(key_of(name_of(one.name, "x"))[:-1] for one in after.topics if key_of(one.name) in both)
    had, has = ({_key(one): one for one in each if key_of(one.cell).startswith(begins)} for each in (was, now))
    earlier, later = ({key_of(cell_key(cell)): cell for cell in matrix.cells} for matrix in (before, after))
    found = JudgementChanges()
    for key, one in has.items():
        if key not in had:
            found.judged.append(_change(None, one, ()))
        elif parts := tuple(_parts(had[key], one)):
            found.judged_otherwise.append(_change(had[key], one, parts))
        if one.stance and _is_overtaken(one, had.get(key), earlier, later):
            found.overtaken.append(_change(one, one, (), earlier.get(key[0]), later.get(key[0])))
    found.withdrawn += [_change(one, None, ()) for key, one in had.items() if key not in has]
    return found


def _key(one: JudgementState) -> _Key:
    return key_of(one.cell), key_of(one.editor)


def _parts(old: JudgementState, new: JudgementState) -> Iterator[JudgementPart]:
    if old.stance != new.stance:
        yield "stance"
    if old.comment != new.comment:
        yield "comment"
    if old.evidence != new.evidence:
        yield "evidence"


def _is_overtaken(
    one: JudgementState, old: JudgementState | None, earlier: Mapping[str, MatrixCell], later: Mapping[str, MatrixCell]
) -> bool:  # fmt: skip
    """Tell whether the evidence of a cell has changed since it was judged, and between the two times.

    A matrix that a model helped with may have been judged, whose digits are not those of quotes alone: what they say
    of a cell is compared only where the earlier matrix has it too.
    """
    was, now = earlier.get(key_of(one.cell)), later.get(key_of(one.cell))
    if was is None or now is None or evidence_digest(was) == evidence_digest(now):
        return False
    stood = old is not None and old.evidence == one.evidence
    return one.evidence != evidence_digest(now) and (stood or one.evidence == evidence_digest(was))


def _change(
    old: JudgementState | None, new: JudgementState | None, parts: tuple[JudgementPart, ...],
    was: MatrixCell | None = None, now: MatrixCell | None = None,
) -> JudgementChange:  # fmt: skip
    (one, *_) = (each for each in (new, old) if each is not None)
    return JudgementChange(
        cell=one.cell, editor=one.editor, before=old.stance if old else None, after=new.stance if new else None,
        parts=parts, date=one.date, ours_before=was.ours if was else None, ours_after=now.ours if now else None,
    )  # fmt: skip
