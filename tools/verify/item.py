"""What a saved file asserts, in the one form that all checks work on."""

from dataclasses import dataclass

from ...core.cost import Cost
from ...core.shapes import Citation, Claim, ClaimKind, Mode, Source
from .finding import ProblemKind


class NotOurs(Exception):
    """What was read is nothing that coscribe saves; the text says why."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as the file has it: `report` and `citation` are JSON's alone, `quote` is "" in a Markdown note."""

    where: str
    number: int
    file: str
    label: str
    quote: str = ""
    report: str = ""
    citation: Citation | None = None

    @property
    def is_main(self) -> bool:
        """Whether these are the quoted words themselves, as far as the file tells."""
        return self.citation is None or self.citation.role == "quote"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One sentence and the citations it rests on; `mode` tells whether it quotes or was drafted.

    `claim` is what JSON has of it.
    """

    where: str
    text: str
    kind: ClaimKind
    mode: Mode
    cited: tuple[Cited, ...]
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """Words and the numbers behind them; `is_loud` in a paragraph that is strong throughout, as inferences are.

    `line` is all that stands with them, `is_by_code` tells a sentence of our own about the library: a count, a silence,
    what is held.
    """

    text: str
    numbers: tuple[int, ...]
    line: str
    is_loud: bool = False
    in_table: bool = False
    is_by_code: bool = False


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A marked text of the file, and the claims it is made of; `None` where the file has no claims beside it."""

    where: str
    text: str
    claims: tuple[Assertion, ...] | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """What the file says something cost, and how the ledger may call it: a run, and a question of it."""

    cost: Cost
    run: str | None
    question: str | None = None
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One answer or note: what it says, and all that it cites, the quotes of dropped claims too.

    `states_nothing` is set where it says that nothing was found. `sources` is a note's own list. `problems` are those
    met in reading it, `unproven` what its format leaves open.
    """

    where: str
    mode: Mode
    passages: tuple[MarkedText, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    cited: tuple[Cited, ...] = ()
    sources: tuple[Source, ...] = ()
    states_nothing: bool = False
    spending: Spending | None = None
    problems: tuple[tuple[ProblemKind, str], ...] = ()
    unproven: tuple[str, ...] = ()
