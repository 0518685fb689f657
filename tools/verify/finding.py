"""What a verification finds: how much was checked, what did not hold, and what the file cannot prove."""

from collections import Counter
from typing import Literal

from ...core.shapes import Shape

ProblemKind = Literal["quote", "figure", "report", "price"]
KINDS: tuple[ProblemKind, ...] = ("quote", "figure", "report", "price")
_MOST_LISTED = 10_000  # problems; those beyond are counted, so that a file of any size fits into memory


class Problem(Shape):
    """One thing that does not hold; `where` is its place in the file that was verified."""

    where: str
    kind: ProblemKind
    message: str


class Count(Shape):
    """How many checks of one kind were made, and how many held."""

    checked: int
    ok: int


class Verification(Shape):
    """What `verify --json` prints: `checked` things, of which `ok` hold; each other one has a problem.

    "report" counts the reports cited and the marks that lead to them. `unlisted` problems are counted alone, `made`
    says what the file is, and `unproven` what cannot be told from it.
    """

    file: str
    made: str
    checked: int
    ok: int
    problems: list[Problem]
    unlisted: int = 0
    kinds: dict[ProblemKind, Count]
    unproven: list[str]


class Findings:
    """Collects the outcomes of checks."""

    def __init__(self) -> None:
        self._held: Counter[ProblemKind] = Counter()
        self._failed: Counter[ProblemKind] = Counter()
        self._problems: list[Problem] = []
        self._unproven: dict[str, None] = {}

    def held(self, kind: ProblemKind, number: int = 1) -> None:
        """Count checks that held."""
        self._held[kind] += number

    def failed(self, kind: ProblemKind, where: str, message: str) -> None:
        """Count a check that did not hold, and say why."""
        self._failed[kind] += 1
        if len(self._problems) < _MOST_LISTED:
            self._problems.append(Problem(where=where, kind=kind, message=message))

    def judge(self, kind: ProblemKind, where: str, message: str | None) -> None:
        """Count one check, which held if there is nothing to say."""
        if message is None:
            self.held(kind)
        else:
            self.failed(kind, where, message)

    def cannot_prove(self, what: str) -> None:
        """Note, once, what the file leaves open."""
        self._unproven[what] = None

    def verification(self, file: str, made: str) -> Verification:
        """Return all that was found."""
        failed = self._failed.total()
        return Verification(
            file=file, made=made, checked=self._held.total() + failed, ok=self._held.total(),
            problems=self._problems, unlisted=failed - len(self._problems),
            kinds={
                kind: Count(checked=self._held[kind] + self._failed[kind], ok=self._held[kind]) for kind in KINDS
            },
            unproven=list(self._unproven),
        )  # fmt: skip
