"""How a batch ended, in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ...core.cost import Cost
from ...core.errors import DONE, PASSING, SOME_FAILED, Unverified, code_of, exit_code
from ...core.shapes import Shape
from .inquiry import Inquiry
from .journal import JournalEntry


class Tally(Shape):
    """What `batch --json` prints.

    `asked` questions were put in this run and `kept` were answered before; `missing` have no answer yet, and then
    nothing was written. `failures` counts errors by kind: those of rows that failed, and those that made an answer fall
    back to quotes. `cost` and `seconds` are those of this run.
    """

    output: str
    state: Literal["written", "unchanged", "stopped"]
    questions: int
    answered: int
    partial: int
    abstained: int
    failed: int
    fell_back: int
    missing: int
    asked: int
    kept: int
    failures: dict[str, int]
    run: str | None
    cost: Cost
    seconds: float


def tally(questions: Sequence[Inquiry], answers: Mapping[int, JournalEntry], **told: object) -> Tally:
    """Return the numbers over all questions of a batch; `told` are the fields that these do not say."""
    statuses = Counter(answer.status for answer in answers.values())
    refused = sum(one.problem is not None for one in questions)
    failures = Counter(answer.failure for answer in answers.values() if answer.failure is not None)
    failures["UsageError"] += refused
    fell_back = sum(answer.failure is not None and answer.status != "failed" for answer in answers.values())
    return Tally.model_validate({
        "questions": len(questions), "answered": statuses["answered"], "partial": statuses["partial"],
        "abstained": statuses["abstained"], "failed": statuses["failed"] + refused, "fell_back": fell_back,
        "missing": len(questions) - refused - len(answers), "failures": dict(+failures), **told,
    })  # fmt: skip


def has_dropped(record: Mapping[str, Any]) -> bool:
    """Tell whether a line of a batch has a claim that the reviewer did not let stand."""
    return any(claim["verdict"] == "unsupported" for claim in record["claims"])


def batch_code(result: Tally, kinds: Iterable[str | None], *, dropped: bool = False) -> int:
    """Return the exit code for a finished batch; `kinds` are the errors met in this run, `dropped` is for --strict.

    What is wrong with single rows only makes it one of which some failed.
    """
    passing = PASSING & {*result.failures, *kinds}
    codes = [SOME_FAILED if result.failed else DONE, Unverified.exit_code if dropped else DONE]
    return exit_code([*codes, *map(code_of, passing)])
