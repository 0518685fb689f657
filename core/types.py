"""What flows between the layers: reports, their segments and passages, and the claims that rest on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field

from .document import Inline
from .text import one_line

# A line of a contents list, an entry of a reference list, and a running head or foot are found, but answer nothing.
SegmentKind = Literal["heading", "text", "item", "row", "contents", "reference", "furniture"]
# What is found by a search and is no answer's words unless it is asked for.
APART: tuple[SegmentKind, ...] = ("contents", "reference", "furniture")
PageState = Literal["read", "no_text", "garbled"]
Level = Literal["public", "unmarked", "internal"]
LEVELS: tuple[Level, ...] = ("public", "unmarked", "internal")  # rising order of confidentiality
ClaimKind = Literal["stated", "inference", "recommendation", "count", "absence", "catalogue"]
Depth = Literal["auto", "quick", "standard", "deep"]
JudgedBy = Literal["code", "model", "nobody", "person"]
DoubtKind = Literal[
    "no_sentence", "unknown_id", "no_citation", "several_reports", "language",  # what it is, and what it cites
    "quotation", "figure", "period", "name", "subject", "negation", "modality", "attribution", "scope", "rank", "about",
    "unchecked",  # what code compares
    "figure_of_another", "roles",  # what it compared once: answers that were kept may have it
    "judge", "unconfirmed", "beside",  # what is left to a model
    "recognised",  # what a claim that stands rests on
]  # fmt: skip
Verb = Literal["says", "recommends", "proposes", "expects", "aims", "plans", "requires"]


def highest(levels: Iterable[Level]) -> Level:
    """Return the most confidential of some levels, "public" for none."""
    return LEVELS[max((LEVELS.index(level) for level in levels), default=0)]


class Locator(BaseModel, frozen=True, extra="forbid"):
    """Where in a file something stands.

    `page` is the 1-based position in the file (PDF page, slide) and `null` where the format has none: then `path`
    (headings, outermost first) and `paragraph` (1-based, below that heading) say where. `label` is for people.
    `recognised` tells that the words there come from text recognition.
    """

    kind: Literal["page", "slide", "section", "sheet"]
    page: int | None
    label: str
    path: list[str] = []
    paragraph: int | None = None
    recognised: bool = False


class Citation(BaseModel, frozen=True, extra="forbid"):
    """The very words a claim rests on: `quote` stands at `start:end` of the canonical page (or paragraph) text.

    `role` tells the quoted words themselves from what is cited with them: the lead-in of a list item, the header of
    a table row, the rest of a sentence cut by a page turn. All of these share one `number`.
    """

    number: int
    passage: str
    report: str
    file: str
    title: str
    organisation: str | None
    region: str | None = None
    date: str | None
    status: str
    superseded_by: str | None = None
    edition: str | None = None
    confidentiality: Level = "unmarked"
    locator: Locator
    quote: str
    start: int
    end: int
    role: Literal["quote", "lead_in", "header", "continuation"] = "quote"

    @property
    def id(self) -> str:
        """The quote's name: where it stands."""
        return f"{self.passage}:{self.start}-{self.end}"


class Framing(BaseModel, frozen=True, extra="forbid"):
    """Whose words are quoted, where they stand (the `place` is a label for people), and how they are meant.

    `also` are others who print the same words; `language` is that of the line in front of the words.
    """

    issuer: str
    region: str | None
    date: str | None
    status: str
    place: str
    verb: Verb = "says"
    also: tuple["Framing", ...] = ()
    language: str = "en"


class Doubt(BaseModel, frozen=True, extra="forbid"):
    """What a claim says that its evidence does not: the characters `start, end` of its one line that say it, if known.

    `detail` says it in words, for people. `words` are those of the evidence that the claim was compared with.
    `precision` is the share of such doubts, 0..1, that were right where one claim in twenty is wrong; `None` for what
    is no measured check.
    """

    kind: DoubtKind
    span: tuple[int, int] | None = None
    detail: str
    words: str | None = None
    precision: float | None = None


class Claim(BaseModel, frozen=True, extra="forbid"):
    """One sentence of an answer, what it rests on, and the reviewer's verdict on it.

    Where quotes speak for themselves, `framing` says whose they are, and `text` is written from both. `doubts` are what
    speaks against a claim, `reason` says the same in words. `leg` names the part of the question it answers, e.g. the
    region, where that was split. `rewritten_from` is what it said before it was said more briefly. `parts` are those of
    a text that code put together with marks inside it; what is kept of them is in the document. `language` is that of a
    sentence which a model was told to write in one, or wrote in another than that of the words it rests on; that is
    `words_language`.
    """

    text: str
    kind: ClaimKind
    framing: Framing | None = None
    verdict: Literal["supported", "unsupported"]
    reason: str | None = None
    doubts: tuple[Doubt, ...] = ()
    judged_by: JudgedBy = "code"
    citations: list[Citation] = []
    leg: str | None = None
    rewritten_from: str | None = None
    language: str | None = None
    words_language: str | None = None
    parts: tuple[Inline, ...] = Field(default=(), exclude=True)

    @property
    def quotes(self) -> list[Citation]:
        """The words it quotes, without what is cited with them; none of those who print the same words too."""
        own = [citation for citation in self.citations if citation.role == "quote"]
        return [one for one in own if self.framing is None or one.report == own[0].report]


class Abbreviation(BaseModel, frozen=True, extra="forbid"):
    """What an abbreviation stands for, in the words of a report; the citation quotes both, side by side.

    `sentence` is the whole one that they stand in, which is not kept.
    """

    short: str
    meaning: str
    citation: Citation
    sentence: Citation | None = Field(default=None, exclude=True)

    @property
    def claim(self) -> Claim:
        """The same as a claim, which is the quote."""
        text = f"“{one_line(self.citation.quote)}”"
        return Claim(text=text, kind="stated", verdict="supported", citations=[self.citation])


class How(BaseModel, frozen=True, extra="forbid"):
    """How a fact about a report was found, in words for people, and how sure that is, from 0 to 1."""

    how: str
    sure: float = Field(ge=0, le=1)

    @property
    def is_certain(self) -> bool:
        """Whether people said so: what a file says of itself is never quite sure."""
        return self.sure == 1


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the library at its current version (a content hash).

    `found` says of each field that is known how it was found. `edition` and `family` are in the report's own words:
    "2nd edition", "annex of …".
    """

    id: str
    version: str
    file: str
    title: str
    organisation: str | None
    region: str | None
    date: str | None
    kind: str
    status: str
    superseded_by: str | None
    language: str | None
    confidentiality: Level
    pages: int | None
    edition: str | None = None
    family: str | None = None
    found: Mapping[str, How] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit of evidence: at most about 300 characters at `start:end` of the canonical page or paragraph text.

    `lead_in` and `header` are ids of the segments that are cited with this one; `continues` is the id of the segment
    that carries on the same sentence after a page turn. `position` counts segments through the report, `block` the
    paragraphs, items and rows they are cut from.
    """

    id: int
    report: str
    passage: str
    position: int
    block: int
    kind: SegmentKind
    text: str
    locator: Locator
    start: int
    end: int
    language: str | None
    lead_in: int | None = None
    header: int | None = None
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of segments of about 1,000 characters on one page; `score` is its rank score where it was searched for."""

    id: str
    report: str
    locator: Locator
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reports a question is put to; empty fields do not narrow. Values of one field are alternatives."""

    reports: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    published_from: int | None = None
    published_to: int | None = None


EVERYTHING = Scope()


class NoteRequest(BaseModel, frozen=True, extra="forbid"):
    """What a note was asked for: its topic, its template as data, its filters, and a length, if one was given."""

    topic: str
    template: dict[str, Any]
    scope: Scope = EVERYTHING
    words: int | None = None
    pages: int | None = None


class Fallen(BaseModel, frozen=True, extra="forbid"):
    """A claim that a revision did not keep, for its words do not stand any more: its section, its text, and why."""

    section: str
    text: str
    reason: str


class Revision(BaseModel, frozen=True, extra="forbid"):
    """How a note came from another, `of` whose run it is: the `sections` made anew, after the editor's `comment`.

    `searched_for` are the words of the comment that a search was made for. Of the sections that were kept, `fallen`
    are the claims that stand no more, `changed` says of each cited report what is other by now.
    """

    of: str | None = None
    comment: str
    sections: list[str] = []
    searched_for: str = ""
    fallen: list[Fallen] = []
    changed: list[str] = []
