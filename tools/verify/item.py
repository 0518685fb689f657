"""What a saved file asserts, in the one form that all checks work on."""

from dataclasses import dataclass

from ...core.cost import Cost
from ...core.shapes import Citation, Claim, ClaimKind, Mode, Source
from ..document.phrases import beginnings
from .finding import ProblemKind

_DIGITS = 10  # of a number that no list of sources reaches
_BY_CODE = (  # how sentences begin that code writes: about the library, not about what a report says; "#" is a number
    "At least # of ", "Found in at least # of ", "# of # ", "None of the # ", "The one report ", "The library holds ",
    "Nothing found", "Not found in the ", "Nothing that surely answers",
    "The reports in scope do not say", "Every region in the collection takes", "Translating needs a language model",
    "Rewording needs a language model", "Nothing more comes close to this question",
)  # fmt: skip


class NotOurs(Exception):
    """What was read is nothing that coscribe saves; the text says why."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as the file has it: `report` and `citation` are JSON's alone, `quote` is "" in a Markdown note.

    What `is_part` may begin inside a sentence; what `is_past` was said once, and need not stand any more.
    """

    where: str
    number: int
    file: str
    label: str
    quote: str = ""
    report: str = ""
    citation: Citation | None = None
    is_part: bool = False
    is_past: bool = False

    @property
    def is_main(self) -> bool:
        """Whether these are the quoted words themselves, as far as the file tells."""
        return self.citation is None or self.citation.role == "quote"


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """Words and the numbers behind them; `is_loud` in a paragraph that is strong throughout, as inferences are.

    `pieces` are its words apart from those it quotes, `line` is all that stands with them.
    """

    text: str
    numbers: tuple[int, ...]
    line: str
    pieces: tuple[str, ...]
    is_loud: bool = False
    in_table: bool = False

    @property
    def is_by_code(self) -> bool:
        """Whether this is a sentence of our own about the library: a count, a silence, what is held."""
        return " ".join("#" if word.isdigit() else word for word in self.line.split()).startswith(
            (*_BY_CODE, *beginnings())
        )


@dataclass(frozen=True, slots=True)
class Assertion:
    """One sentence and the citations it rests on; `mode` tells whether it quotes or was drafted.

    `claim` is what JSON has of it; `statements` are what one that code made says of its sources.
    """

    where: str
    text: str
    kind: ClaimKind
    mode: Mode
    cited: tuple[Cited, ...]
    claim: Claim | None = None
    statements: tuple[MarkedWords, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A marked text of the file, what it states, and the claims that is made of; `None` for a file without claims."""

    where: str
    statements: tuple[MarkedWords, ...]
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


def cited_as(citation: Citation, where: str, *, is_past: bool = False) -> Cited:
    """Return a citation of JSON, as it stands somewhere."""
    return Cited(
        where=where, number=citation.number, file=citation.file, label=citation.locator.label, quote=citation.quote,
        report=citation.report, citation=citation, is_past=is_past,
    )  # fmt: skip


def has_word(text: str) -> bool:
    """Tell whether a text says anything."""
    return any(map(str.isalnum, text))


def is_number(text: str) -> bool:
    """Tell whether a text is the number of a source."""
    return text.isdecimal() and len(text) < _DIGITS
