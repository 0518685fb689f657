"""Merges the judgements of several people's sheets with those kept before: one of each person on each cell."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..cell_key import key_of
from ..matrix import Judgement
from ..roadmaps import By
from .judgement_sheet import JudgedRow

_Key = tuple[str, str]  # a cell and a person


@dataclass(frozen=True, slots=True)
class Merged:
    """All judgements, ordered by cell and person; what came of the given rows, and a line on each that is refused.

    `replaced` are judgements that another of the same person took the place of, `withdrawn` those taken back, and
    `outdated` rows that are older than what is kept. Where there are problems, nothing is to be kept.
    """

    judgements: tuple[Judgement, ...]
    problems: tuple[str, ...] = ()
    replaced: tuple[Judgement, ...] = ()
    withdrawn: tuple[Judgement, ...] = ()
    outdated: tuple[Judgement, ...] = ()


def merged(kept: Sequence[Judgement], rows: Sequence[JudgedRow], cells: Collection[str], by: By) -> Merged:
    """Return the rows merged into what is kept; `cells` are the names of all that the matrix by `by` has.

    A row whose cell is no more is kept as it is. One whose topic and roadmap name another cell of the matrix than it
    does itself is refused, and so are rows of one person who says different things of a cell on the same day.
    """
    names = {key_of(name): name for name in cells}
    told: dict[_Key, list[JudgedRow]] = {}
    problems = [problem for row in rows for problem in _scrambled(row, names)]
    for row in rows:
        told.setdefault(_key(row.judgement), []).append(row)
    found = {_key(one): one for one in kept}
    replaced, withdrawn, outdated = [], [], []
    for key, mine in told.items():
        problems += _at_odds(mine)
        row = _latest(mine)
        new, before = _placed(row, names, by), found.get(key)
        if row.is_withdrawn:
            withdrawn += [found.pop(key)] if before else []
        elif before and _is_older(new, before):
            outdated += [new]
        elif before and new.stance is None:
            found[key] = before.model_copy(update={"comment": _joined([before.comment, new.comment])})
        else:
            replaced += [before] if before and before.stance not in (None, new.stance) else []
            is_same = before is not None and before.stance == new.stance and not new.comment
            found[key] = new.model_copy(update={"comment": before.comment}) if before and is_same else new
    return Merged(
        tuple(found[key] for key in sorted(found)), tuple(problems), tuple(replaced), tuple(withdrawn), tuple(outdated)
    )


def _is_older(one: Judgement, other: Judgement) -> bool:
    """Tell whether a judgement was given before another for sure; a month is not before a day in it."""
    return bool(one.date and other.date and one.date < other.date and not other.date.startswith(one.date))


def _joined(comments: Iterable[str]) -> str:
    """Return comments below each other, each line once."""
    return "\n".join(dict.fromkeys(line for comment in comments for line in comment.splitlines() if line))


def _key(judgement: Judgement) -> _Key:
    return key_of(judgement.cell), key_of(judgement.editor)


def _placed(row: JudgedRow, names: Mapping[str, str], by: By) -> Judgement:
    """Return a judgement with its cell as the matrix writes it."""
    name = names.get(key_of(row.judgement.cell))
    return row.judgement if name is None else row.judgement.model_copy(update={"cell": name, "by": by})


def _scrambled(row: JudgedRow, names: Mapping[str, str]) -> Iterator[str]:
    if row.beside and key_of(row.beside) in names and key_of(row.beside) != key_of(row.judgement.cell):
        yield (
            f"{row.place}: its cell is {row.judgement.cell!r}, but topic and roadmap say {row.beside!r}: "
            "write into all three what was judged"
        )


def _at_odds(rows: Sequence[JudgedRow]) -> Iterator[str]:
    """Yield why it is not known which of a person's rows on a cell counts."""
    latest = max(row.judgement.date or "" for row in rows)
    is_dated = all(row.judgement.date for row in rows)
    last = [row for row in rows if not is_dated or row.judgement.date == latest]
    said = {(row.judgement.stance, row.is_withdrawn) for row in last if row.judgement.stance or row.is_withdrawn}
    if len(said) > 1:
        one = last[0].judgement
        places = " and ".join(row.place for row in last)
        yield f"{places}: {one.editor!r} says different things of {one.cell!r}: leave one, or date both"


def _latest(rows: Sequence[JudgedRow]) -> JudgedRow:
    """Return the latest row of a person on a cell, with the comments of all that say the same."""
    row = max(rows, key=lambda one: (one.judgement.stance is not None or one.is_withdrawn, one.judgement.date or ""))
    same = (one.judgement.comment for one in rows if one.judgement.stance in (None, row.judgement.stance))
    judgement = row.judgement.model_copy(update={"comment": _joined(same)})
    return JudgedRow(judgement, row.place, row.beside, row.is_unnamed, row.is_withdrawn)
