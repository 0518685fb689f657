"""What a saved file asserts, in the one form that all checks work on."""

from dataclasses import dataclass

from ...core.types import Citation, ClaimKind, Cost, Mode, Source
from .finding import Kind


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
    """One sentence and the citations it rests on; `mode` tells whether it quotes or was drafted."""

    where: str
    text: str
    kind: ClaimKind
    mode: Mode
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Passage:
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
    passages: tuple[Passage, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    cited: tuple[Cited, ...] = ()
    sources: tuple[Source, ...] = ()
    states_nothing: bool = False
    spending: Spending | None = None
    problems: tuple[tuple[Kind, str], ...] = ()
    unproven: tuple[str, ...] = ()
