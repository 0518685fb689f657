"""What a conversation is made of, what the chat in the terminal needs of the program around it, and begun notes."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from .cost import Cost
from .events import Event, OnEvent
from .setting_sections import Currency
from .shapes import Answer, Citation, CostTable, Estimate, Note, ReportRow, Shape
from .types import EVERYTHING, Scope

TurnState = Literal["pending", "done", "cancelled", "interrupted", "failed"]
"""Under way; answered; given up with Ctrl-C; cut off with the program; ended by an error that was explained."""


class SessionRow(Shape):
    """One session: `title` is its first question, the times are UTC, `unfinished` counts the turns without an answer.

    `cost` counts calls cut off at their worst.
    """

    session: str
    title: str
    library: str
    started: str
    used: str
    turns: int
    unfinished: int
    cost: Cost = Cost()


class NoteRow(Shape):
    """A note that was begun, at a time in UTC; one that is unfinished can be gone on with. `cost` is so far.

    `revises` is the run of the note that this one is a revision of.
    """

    id: str
    topic: str
    template: str
    state: Literal["unfinished", "finished"]
    begun: str
    cost: Cost = Cost()
    revises: str | None = None


class NoteList(Shape):
    """The notes that were begun, the latest first."""

    notes: list[NoteRow]


class TemplateEntry(Shape):
    """A template of notes: what it is for, how many words a note has at most, and the headings of its sections."""

    name: str
    summary: str
    words: int | None
    sections: list[str]


class TemplateList(Shape):
    """The templates that come with coscribe."""

    templates: list[TemplateEntry]


class OutlinedSection(Shape):
    """A section of a note that is not drafted yet: what guides its searches, and how many these are."""

    heading: str
    kind: str
    questions: list[str]
    searches: int


class NoteOutline(Shape):
    """What a note would be made of, and what it would cost."""

    topic: str
    template: str
    sections: list[OutlinedSection]
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of the user's and what came of it.

    `question` is what was looked up: the line itself, or what it means after those before it. `events` are what the
    agents did, as far as this process saw it. `memory` says in one line what is kept of the conversation.
    """

    number: int
    asked: str
    question: str
    state: TurnState
    cost: Cost = field(default_factory=Cost)
    answer: Answer | None = None
    note: Note | None = None
    events: tuple[Event, ...] = ()
    memory: str = ""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page with the passage a citation comes from: the page's text, and where in it passage and quote stand.

    `quote` is empty where the report has changed since and the words are not there any more.
    """

    citation: Citation
    text: str
    passage: tuple[int, int]
    quote: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the status line tells: who writes ("" for quotes only), what was spent, and what is left under which cap.

    `left` is `None` where no cap in money is set. Amounts below an answer are shown in `currency` too.
    """

    model: str
    spent: Cost
    left: Decimal | None = None
    cap: str = ""
    memory: str = ""
    currency: Currency | None = None


class Desk(Protocol):
    """An open session with its library, and what can be changed about both."""

    @property
    def session(self) -> str:
        """The session's name; "" before its first turn."""

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        """Answer one question in the light of those before it; failures of the endpoint are in the answer."""

    async def note(self, topic: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Turn:
        """Draft a policy note on a topic."""

    @property
    def turns(self) -> list[Turn]:
        """The turns of the session so far, those before it was reopened too."""

    def sessions(self) -> list[SessionRow]:
        """Return all sessions over this library, those used last first."""

    async def clear(self) -> None:
        """Begin a new session; the one so far stays."""

    def reports(self, scope: Scope = EVERYTHING) -> list[ReportRow]:
        """Return the reports in a scope; raises UsageError when a filter matches none."""

    def opened(self, citation: Citation) -> OpenedPage:
        """Return the page a citation comes from; raises UsageError where the library does not hold it any more."""

    def standing(self) -> Standing:
        """Return what the status line tells."""

    def costs(self) -> CostTable:
        """Return what the session cost, by agent."""

    def price_hint(self) -> str:
        """Return how to give a price where one is missing, "" where none is."""

    async def set_model(self, model: str) -> None:
        """Let another model write, "evidence" for none; raises UsageError for a host that may not be used."""

    async def set_cap(self, usd: str) -> None:
        """Cap what the session may cost, "none" for no cap; raises UsageError for what is no amount."""

    def save(self, name: str, turn: Turn) -> Path:
        """Write an answer or a note to a Markdown file, whole or not at all, and return where it is.

        Raises UsageError for another ending, a file that is there already and not from here, or one that cannot be
        written.
        """
