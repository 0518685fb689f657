"""Sets what people decided on cells: where all agree, theirs is the stance, and ours stays readable beside it."""

from collections.abc import Iterable, Sequence

from ..cell_key import cell_key, evidence_digest, key_of
from ..matrix import Judged, Judgement, MatrixCell


def decided(cells: Sequence[MatrixCell], judgements: Iterable[Judgement]) -> list[MatrixCell]:
    """Return the cells with what was judged of them; a remark alone decides nothing, and is shown with its cell."""
    votes: dict[str, list[Judgement]] = {}
    for one in judgements:
        votes.setdefault(key_of(one.cell), []).append(one)
    return [_decided(cell, votes.get(key_of(cell_key(cell)), [])) for cell in cells]


def gone(judgements: Iterable[Judgement], names: Iterable[str]) -> tuple[Judgement, ...]:
    """Return the judgements of cells that are not among these names."""
    there = set(map(key_of, names))
    return tuple(one for one in judgements if key_of(one.cell) not in there)


def _decided(cell: MatrixCell, votes: Sequence[Judgement]) -> MatrixCell:
    if not votes:
        return cell
    stances = list(dict.fromkeys(one.stance for one in votes if one.stance))
    stance = stances[0] if len(stances) == 1 else None
    digest = evidence_digest(cell)
    judged = Judged(
        stance=stance, by=tuple(one.editor for one in votes if one.stance),
        date=max((one.date for one in votes if one.date), default=None), comment=_comments(votes),
        conflict=len(stances) > 1, evidence_changed=any(one.stance and one.evidence != digest for one in votes),
        ours=cell.ours, votes=tuple(votes),
    )  # fmt: skip
    return cell.model_copy(update={"judged": judged, "stance": stance or cell.ours})


def _comments(votes: Sequence[Judgement]) -> str:
    said = [one for one in votes if one.comment]
    if len(votes) == 1:
        return "".join(one.comment for one in said)
    return "\n".join(f"{one.editor}: {one.comment}" for one in said)
