"""What a saved file asserts, in the one form that all checks work on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.cost import Cost
from ...core.shapes import Citation, ClaimKind, Mode, Source
from .finding import ProblemKind
from .marked import statements


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


def derived(text: str, mode: Mode, cited: Sequence[Cited], where: str) -> list[Assertion]:
    """Return one claim for each marked statement; a strong paragraph, and a count, is one as a whole."""
    found: dict[str, Assertion] = {}
    for statement in statements(text):
        computed = statement.is_loud or statement.is_by_code
        said = statement.line if computed else statement.text
        if not statement.numbers or said in found:
            continue
        kind: ClaimKind = "inference" if statement.is_loud else "count" if statement.is_by_code else "stated"
        numbers = set(statement.numbers)
        if computed:
            numbers = {one.number for one in cited if f"[{one.number}]" in said}
        mine = tuple(one for one in cited if one.number in numbers)
        found[said] = Assertion(where, said, kind, mode, mine)
    return list(found.values())
