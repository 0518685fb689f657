"""What flows between the layers, and the JSON shapes the outside may rely on.

Pydantic models are the outer shapes (`Answer`, `Note`, `IngestResult`, …): their JSON is the contract, to which keys
are only ever added. Frozen dataclasses (`Segment`, `Passage`, `Report`, `Scope`) are the inner currency.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .check import Check as Check
from .cost import Cost as Cost
from .cost import CostRow as CostRow
from .strength import Strength as Strength

Level = Literal["public", "unmarked", "internal"]
LEVELS: tuple[Level, ...] = ("public", "unmarked", "internal")  # rising order of confidentiality
Mode = Literal["drafted", "evidence"]
AnswerStatus = Literal["answered", "partial", "abstained", "failed"]
ClaimKind = Literal["stated", "inference", "count", "absence", "catalogue"]
SegmentKind = Literal["heading", "text", "item", "row"]
PageState = Literal["read", "no_text", "garbled"]


def highest(levels: Iterable[Level]) -> Level:
    """Return the most confidential of some levels, "public" for none."""
    return LEVELS[max((LEVELS.index(level) for level in levels), default=0)]


class Shape(BaseModel):
    """A frozen outer shape; unknown keys are refused when one is read back."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Locator(Shape):
    """Where in a file something stands.

    `page` is the 1-based position in the file (PDF page, slide) and `null` where the format has none: then `path`
    (headings, outermost first) and `paragraph` (1-based, below that heading) say where. `label` is for people.
    """

    kind: Literal["page", "slide", "section", "sheet"]
    page: int | None
    label: str
    path: list[str] = []
    paragraph: int | None = None


class Citation(Shape):
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
    confidentiality: Level = "unmarked"
    locator: Locator
    quote: str
    start: int
    end: int
    role: Literal["quote", "lead_in", "header", "continuation"] = "quote"


class Claim(Shape):
    """One sentence of an answer, what it rests on, and the reviewer's verdict on it.

    `leg` names the part of the question it answers, e.g. the region, where that was split.
    """

    text: str
    kind: ClaimKind
    verdict: Literal["supported", "unsupported"]
    reason: str | None = None
    citations: list[Citation] = []
    leg: str | None = None


class EvidenceItem(Shape):
    """A passage that was looked at for an answer; `score` is comparable within one answer only."""

    passage: str
    report: str
    file: str
    locator: Locator
    score: float


class UnreadablePages(Shape):
    """Pages of a file in scope that hold no readable text; an empty list means the whole file."""

    file: str
    pages: list[int] = []


class Coverage(Shape):
    """What was searched, so that "not found" means something.

    `absent_words` are the question's words that stand in no readable page of the scope, by an exhaustive search.
    `narrowed_to` is what the question itself named: regions, organisations, report files. "unknown" is a language, too.
    """

    reports_searched: int = 0
    reports_with_hits: int = 0
    queries: list[str] = []
    unreadable: list[UnreadablePages] = []
    withheld: list[str] = []
    languages_uncovered: list[str] = []
    absent_words: list[str] = []
    narrowed_to: list[str] = []


class Failure(Shape):
    """Why an answer failed or fell back; `kind` is the error's class name."""

    kind: str
    message: str


class Answer(Shape):
    """One answered question, as `ask --json` prints it; `nearest` are quotes that come closest when it abstains.

    `missing` names the parts of the question that nothing was found for.
    """

    question: str
    status: AnswerStatus
    mode: Mode
    degraded: str | None = None
    answer: str
    claims: list[Claim] = []
    evidence: list[EvidenceItem] = []
    coverage: Coverage = Coverage()
    confidence: float = 0.0
    cost: Cost = Cost()
    error: Failure | None = None
    nearest: list[Citation] = []
    run: str | None = None
    missing: list[str] = []
    strength: Strength | None = None


class NoteSection(Shape):
    """One section of a note: Markdown `text` and the claims it is made of."""

    heading: str
    text: str
    claims: list[Claim] = []


class Source(Shape):
    """One entry of a note's numbered source list."""

    number: int
    report: str
    title: str
    organisation: str | None
    date: str | None
    file: str
    status: str
    superseded_by: str | None = None


class Note(Shape):
    """A drafted policy note, as `note --json` prints it; `markdown` goes into a file, `dropped` claims nowhere.

    `silent` are the regions none of whose readable pages hold a word of the topic, `unclear` those that use some of its
    words without a position that could be quoted, `not_assessed` those that could not be read or searched.
    """

    title: str
    template: str
    mode: Mode
    degraded: str | None = None
    sections: list[NoteSection]
    sources: list[Source]
    dropped: int = 0
    silent: list[str]
    unclear: list[str] = []
    not_assessed: list[str] = []
    words: int
    files: list[str] = []
    markdown: str
    coverage: Coverage = Coverage()
    cost: Cost = Cost()
    error: Failure | None = None
    run: str | None = None


class PassageHit(Shape):
    """One ranked passage of `search`; scores are comparable within one result only."""

    passage: str
    report: str
    file: str
    title: str
    locator: Locator
    text: str
    score: float


class SearchResult(Shape):
    """The ranked passages for a query, and the seconds the search took."""

    query: str
    passages: list[PassageHit]
    seconds: float


class IngestedFile(Shape):
    """How one file ended. `pages` is `None` where the format has no pages."""

    report: str | None
    file: str
    state: Literal["indexed", "unchanged", "updated", "removed", "skipped", "failed"]
    reason: str | None = None
    pages: int | None = None
    pages_without_text: list[int] = []
    passages: int = 0


class Unmatched(Shape):
    """An entry of a manifest that means no file, and the file that is `nearest` to it by name, if one is near."""

    manifest: str
    entry: str
    nearest: str | None = None


class IngestResult(Shape):
    """How every file of an ingest ended; `error` is why passages were not all embedded, `cost` what embedding cost.

    `unmatched` are the entries of manifests that mean no file.
    """

    reports: list[IngestedFile]
    generation: int
    seconds: float
    error: Failure | None = None
    cost: Cost | None = None
    unmatched: list[Unmatched] = []


class ReportRow(Shape):
    """One report of the library, as `reports list --json` prints it."""

    report: str
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
    passages: int


class CostTable(Shape):
    """What inference cost so far; `zone` is that of the days, `energy` how it was estimated, `local_…` embedding."""

    rows: list[CostRow]
    total: CostRow
    currency: str = "USD"
    zone: str
    energy: list[str] = []


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the library at its current version (a content hash)."""

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


@dataclass(frozen=True, slots=True)
class Event:
    """Something an agent did, for whoever is watching: `detail` is one readable line without report text.

    `agent` is "retriever", "drafter", "reviewer" or "editor"; `kind` is e.g. "planned", "searched", "drafted",
    "cited anew", "reviewed", "claim", "dropped", "degraded". `claim` is set on verified claims only.
    """

    agent: str
    kind: str
    detail: str
    claim: Claim | None = None
    data: dict[str, object] = field(default_factory=dict)


OnEvent = Callable[[Event], None]
