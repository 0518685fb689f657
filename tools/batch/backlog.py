"""What is left to ask of a batch, given what its journal holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ...core.errors import PASSING
from .inquiry import Inquiry
from .journal import JournalEntry

Refresh = Literal["changed", "failed", "all"]


@dataclass(slots=True)
class Backlog:
    """Which answers the journal has, by position of their inquiry, which inquiries are open, and what has changed.

    The changes are those since the answers that stay: in the rows themselves, in the library, in the models.
    """

    answers: dict[int, JournalEntry]
    open: list[int] = field(default_factory=list)
    changed_rows: list[int] = field(default_factory=list)
    older_library: list[int] = field(default_factory=list)
    other_models: list[int] = field(default_factory=list)


def backlog(
    asked: Sequence[Inquiry],
    kept: Sequence[JournalEntry],
    *,
    generation: int,
    models: str,
    refresh: Refresh | None = None,
) -> Backlog:
    """Compare what is asked with what was answered.

    An answer belongs to the inquiry of the same id and wording; else to one of the same wording, so that rows may move;
    else to the same id, whose row has changed then. Open is what has no answer or failed by endpoint or budget, and
    what `refresh` names: what has changed, what failed or fell back for any reason, or everything.
    """
    found = Backlog(_owners(asked, kept))
    for position, one in enumerate(asked):
        if one.problem is not None:
            continue
        answer = found.answers.get(position)
        if answer is None or answer.failure in PASSING:
            found.open.append(position)
            continue
        changes = [
            places
            for places, differs in (
                (found.changed_rows, answer.asked != one.asked),
                (found.older_library, answer.generation != generation),
                (found.other_models, answer.models != models),
            )
            if differs
        ]
        if {None: False, "changed": bool(changes), "failed": _went_wrong(answer), "all": True}[refresh]:
            found.open.append(position)
        else:
            for places in changes:
                places.append(position)
    return found


def _went_wrong(answer: JournalEntry) -> bool:
    return answer.status == "failed" or answer.failure is not None


def _owners(asked: Sequence[Inquiry], kept: Sequence[JournalEntry]) -> dict[int, JournalEntry]:
    """Return the answer of each inquiry by position, where there is one."""
    exact: dict[tuple[str, str], JournalEntry] = {}
    for answer in kept:
        before = exact.get((answer.id, answer.asked))
        # A later answer counts, unless it could not be had: then the earlier one is still the best.
        if before is None or answer.failure not in PASSING or before.failure in PASSING:
            exact[answer.id, answer.asked] = answer
    wanted = {at: one for at, one in enumerate(asked) if one.problem is None}
    owners = {at: exact.pop((one.id, one.asked)) for at, one in wanted.items() if (one.id, one.asked) in exact}
    moved: dict[str, list[JournalEntry]] = defaultdict(list)
    for answer in exact.values():
        moved[answer.asked].append(answer)
    for at, one in wanted.items():
        if at not in owners and moved[one.asked]:
            answer = moved[one.asked].pop(0)
            owners[at] = exact.pop((answer.id, answer.asked))
    last = {answer.id: answer for answer in exact.values()}
    for at, one in wanted.items():
        if at not in owners and one.id in last:
            owners[at] = last[one.id]
    return owners
