"""What flows through a graph (State) and what stays while it flows (Deps)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict

from pydantic import BaseModel, Field, model_validator

from ..core.events import Event, OnEvent
from ..core.shapes import Claim, Failure, Level, Mode
from ..core.types import EVERYTHING, Depth, JudgedBy, Scope, Segment
from ..language.terms import Terms
from ..models.port import Model
from ..tools.answer.missing import Missing
from ..tools.search.kind import Expected
from ..tools.search.legs import Leg
from ..tools.search.memory import Memory
from ..tools.search.mentions import Mentions
from ..tools.search.question import Plan
from ..tools.search.reaction import Reaction
from ..tools.search.search import Evidence
from ..tools.search.subject import Subject
from ..vectorstore.searchable import Searchable

Step = Literal["retriever", "drafter", "end"]


class ModelDraft(BaseModel):
    """What a model is asked for: relevant evidence first, prose after it."""

    class Sentence(BaseModel):
        """A sentence as a model drafts it: the numbers of the evidence it rests on, then its words."""

        cites: list[int] = Field(max_length=3)
        text: str = Field(max_length=400)

    relevant: list[int] = Field(max_length=40)
    sentences: list[Sentence] = Field(max_length=12)
    missing: list[str] = Field(max_length=5)


Ruling = Literal["not_said", "contradicted", "supported"]
Extent = Literal["no", "partly", "wholly"]


class ModelSearch(BaseModel):
    """What a model would search for besides: what is still open of a question, and a query for each part of it."""

    missing: list[str] = Field(max_length=4)
    queries: list[str] = Field(max_length=4)


class ModelVerdict(BaseModel):
    """A model's verdict on one numbered claim.

    A reply that only says whether the claim is `supported`, as older prompts asked for, is understood too.
    """

    claim: int
    reason: str = Field(max_length=160)
    verdict: Ruling

    @model_validator(mode="before")
    @classmethod
    def _in_one_word(cls, data: object) -> object:
        if not isinstance(data, dict) or "supported" not in data:
            return data
        rest = {name: value for name, value in data.items() if name != "supported"}
        return {"verdict": "supported" if data["supported"] is True else "not_said", **rest}


class ModelVerdicts(BaseModel):
    """A model's verdicts, one for each claim it was shown; what of the question these answer, and what stays open."""

    verdicts: list[ModelVerdict] = Field(max_length=24)
    answers: Extent = "wholly"
    missing: list[str] = Field(default=[], max_length=3)


@dataclass(frozen=True, slots=True)
class Statement:
    """A drafted statement: its text ("" where the quote speaks for itself) and the segments it rests on.

    `echoes` are segments of other reports with the same words, `leg` is the part of the question it was found for.
    `judged_by` tells who let it stand, or refused it.
    """

    text: str
    segments: tuple[Segment, ...]
    unknown: tuple[int, ...] = ()
    echoes: tuple[Segment, ...] = ()
    leg: str | None = None
    judged_by: JudgedBy = "code"


@dataclass(frozen=True, slots=True)
class Guidance:
    """How to search for a guiding question: by its topic, with `cues` that are welcome in a quote.

    `comment` is what a person said of an earlier draft, for the drafter alone.
    """

    topic: str
    cues: str = ""
    expects: Expected = "anything"
    per_report: int = 3
    comment: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One question on its way. Nodes return the fields they change; `next` is where the reviewer sends it.

    Its cost is booked under `booked_as` where that is set, else under the question itself. `legs` are the parts of the
    question that were searched apart, `mentions` who uses its words, where that is asked, `written` what code says by
    itself, `spares` what the reports would be quoted with, for the parts that a draft may leave unanswered, `bearing`
    the segments that come close to those, by their ids, `shown` the segments that a draft was written from, `stood` the
    statements that stood an earlier round. `words_alone` says why no search went by meaning, where one should have.
    `history` is what was asked before in the same conversation; `drawn` are the reports whose words a question may have
    taken from it, and `level` is theirs. `said` is what was typed, `reaction` what that says of the last answer, if it
    does, and `reply` what answers it alone: nothing is looked up then. `language` is the one to draft in, where one was
    asked for; it is that of the question otherwise.
    """

    question: str
    scope: Scope = EVERYTHING
    run: str = ""
    booked_as: str = ""
    history: Memory = field(default_factory=Memory)
    level: Level = "public"
    drawn: tuple[str, ...] = ()
    subject: Subject | None = None
    reaction: Reaction | None = None
    said: str = ""
    reply: str = ""
    language: str | None = None
    guidance: Guidance | None = None
    most_quotes: int = 6
    plan: Plan | None = None
    evidence: Evidence | None = None
    legs: tuple[Leg, ...] = ()
    mentions: Mentions | None = None
    written: tuple[Claim, ...] = ()
    spares: tuple[Statement, ...] = ()
    bearing: frozenset[int] = frozenset()
    stood: tuple[Statement, ...] = ()
    shown: tuple[Segment, ...] = ()
    statements: tuple[Statement, ...] = ()
    mode: Mode = "evidence"
    is_list: bool = False
    missing: tuple[Missing, ...] = ()
    problems: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    dropped: tuple[Claim, ...] = ()
    withheld: tuple[str, ...] = ()
    confidence: float = 0.0
    round: int = 0
    degraded: str | None = None
    words_alone: str | None = None
    error: Failure | None = None
    next: Step = "end"


class Update(TypedDict, total=False):
    """The fields of a `State` that a node changes."""

    question: str
    level: Level
    drawn: tuple[str, ...]
    subject: Subject | None
    reaction: Reaction | None
    said: str
    plan: Plan | None
    evidence: Evidence | None
    legs: tuple[Leg, ...]
    mentions: Mentions | None
    written: tuple[Claim, ...]
    spares: tuple[Statement, ...]
    bearing: frozenset[int]
    stood: tuple[Statement, ...]
    shown: tuple[Segment, ...]
    statements: tuple[Statement, ...]
    mode: Mode
    is_list: bool
    missing: tuple[Missing, ...]
    problems: tuple[str, ...]
    claims: tuple[Claim, ...]
    dropped: tuple[Claim, ...]
    withheld: tuple[str, ...]
    confidence: float
    round: int
    degraded: str | None
    words_alone: str | None
    error: Failure | None
    next: Step


def _nobody(event: Event) -> None:
    """Watch without doing anything."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What the agents work with: the library, a model for each role (none: quotes only), terms, and who is watching.

    `admits` tells whether text of a level may go to the drafter and the reviewer. `rounds` bounds how often the
    reviewer may send a question back, `depth` how much a draft is shown. Without `sends` nothing may leave the machine,
    a query to be embedded neither.
    """

    library: Searchable
    models: Mapping[str, Model] = field(default_factory=dict)
    terms: Callable[[], Terms] = Terms.load
    admits: Callable[[Level], bool] = lambda level: False
    threshold: float = 0.5
    rounds: int = 1
    depth: Depth = "auto"
    sends: bool = True
    emit: OnEvent = _nobody

    def alone(self) -> "Deps":
        """Return what works with no model, sends nothing, and is watched by nobody."""
        return replace(self, models={}, sends=False, emit=_nobody)


Ask = Callable[[State, Deps], Awaitable[State]]  # answers a question from start to end
