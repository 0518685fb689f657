"""The JSON shapes the outside may rely on, as pydantic models: keys are only ever added."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .cost import BatchEstimate as BatchEstimate
from .cost import Bound as Bound
from .cost import Cost as Cost
from .cost import CostRow as CostRow
from .cost import CostTable as CostTable
from .cost import Estimate as Estimate
from .document import Document, NewerEdition
from .types import LEVELS as LEVELS
from .types import Abbreviation as Abbreviation
from .types import Citation as Citation
from .types import Claim as Claim
from .types import ClaimKind as ClaimKind
from .types import Doubt as Doubt
from .types import Framing as Framing
from .types import How as How
from .types import Level as Level
from .types import Locator as Locator
from .types import NoteRequest as NoteRequest
from .types import Revision as Revision
from .types import highest as highest


class Shape(BaseModel):
    """A frozen outer shape; unknown keys are refused when one is read back."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DoctorCheck(Shape):
    """One line of `doctor`."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    next: str | None = None


class Strength(Shape):
    """How strong the evidence for an answer is, and how far its sources agree, in words; `why` gives the counts.

    The rule is printed in docs/answers.md. `agreement` is `None` where a single issuer speaks.
    """

    evidence: Literal["limited", "medium", "robust"]
    agreement: Literal["low", "medium", "high"] | None
    why: str


Mode = Literal["drafted", "evidence"]
AnswerStatus = Literal["answered", "partial", "abstained", "failed"]


class Removed(Shape):
    """What `reports remove --json` prints; the numbers count what was removed, or in `snapshots` lost its words."""

    report: str
    file: str
    records: int
    sessions: int = 0
    snapshots: int = 0


class Rebuilt(Shape):
    """What `reports rebuild --json` prints."""

    passages: int


class Checks(Shape):
    """What `doctor --json` prints."""

    checks: list[DoctorCheck]


class EvidenceItem(Shape):
    """A passage that was looked at for an answer; `score` is comparable within one answer only."""

    passage: str
    report: str
    file: str
    locator: Locator
    score: float


class UnreadablePages(Shape):
    """Pages of a file in scope that hold no readable text, or more than it; `what` names what else they hold.

    `places` are the same as citations name them, none where all are pages of a PDF. Without pages it is the whole file,
    or what belongs to none of its pages where `what` says so.
    """

    file: str
    pages: list[int] = []
    what: list[str] = []
    places: list[Locator] = []

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the file is readable."""
        return not self.pages and not self.what


class Coverage(Shape):
    """What was searched, so that "not found" means something.

    `absent_words` are the question's words that stand in no readable page of the scope, by an exhaustive search.
    `narrowed_to` is what the question itself named: regions, organisations, report files. "unknown" is a language, too.
    `unknown_names` lead to no report and stand in none. `corrected`: misspelled words, each with what was searched for.
    """

    reports_searched: int = 0
    reports_with_hits: int = 0
    queries: list[str] = []
    unreadable: list[UnreadablePages] = []
    withheld: list[str] = []
    languages_uncovered: list[str] = []
    absent_words: list[str] = []
    narrowed_to: list[str] = []
    unknown_names: list[str] = []
    corrected: dict[str, str] = {}


class Failure(Shape):
    """Why an answer failed or fell back; `kind` is the error's class name."""

    kind: str
    message: str


class Composed(Shape):
    """An answer or a note; its text is the Markdown of the `document`, which `--json` leaves out."""

    document: Document | None = Field(default=None, exclude=True)

    def stored(self) -> dict[str, Any]:
        """Return what is kept of it: what `--json` prints, and the document."""
        told = {"document": self.document.stored()} if self.document else {}
        return {**self.model_dump(mode="json"), **told}


class Answer(Composed):
    """One answered question, as `ask --json` prints it; `nearest` are quotes that come closest when it abstains.

    `missing` names the parts of the question that nothing was found for. `degraded` says why it fell back to quotes
    alone, or to searching by words alone, whichever `fallback` tells.
    """

    question: str
    status: AnswerStatus
    mode: Mode
    degraded: str | None = None
    fallback: Literal["quotes", "words"] | None = None
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


class LeftOut(Shape):
    """A claim that a note has no room for: the heading of its section, and its text."""

    section: str
    text: str


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
    edition: str | None = None
    newer: NewerEdition | None = None


class Making(Shape):
    """How a note was made: the `language` of our own sentences, and which models drafted and reviewed, "" for none.

    `digital_source_type` is the term of the IPTC for it, "" for quotes alone.
    """

    language: str = "en"
    drafted_by: str = ""
    reviewed_by: str = ""
    digital_source_type: str = ""


class Note(Composed):
    """A drafted policy note, as `note --json` prints it; `markdown` goes into a file, `dropped` claims nowhere.

    `silent` are the regions none of whose readable pages hold a word of the topic, `unclear` those that use some of its
    words without a position that could be quoted, `not_assessed` those that could not be read or searched. `asked` is
    what it was asked for, `revision` how it came from another note, if it did. Those `abbreviations` are
    told that no sentence explains.
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
    left_out: list[LeftOut] = []
    abbreviations: list[Abbreviation] = []
    making: Making | None = None
    asked: NoteRequest | None = None
    revision: Revision | None = None


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


class NotInText(Shape):
    """What of a page is not in its text; `page` and `place` are `None` for what belongs to no page.

    Where a format has no pages, `page` counts its sections; `place` is named as in citations.
    """

    page: int | None
    what: list[str]
    place: Locator | None = None


class Gaps(Shape):
    """What is not in the text of a file: pages without any, what it shows besides, and what was left out on purpose.

    `places_without_text` are the same pages as citations name them, none where all are pages of a PDF. `pages` is
    `None` where the format has no pages.
    """

    pages: int | None = None
    pages_without_text: list[int] = []
    places_without_text: list[Locator] = []
    unread: list[NotInText] = []
    left_out: list[NotInText] = []


class IngestedFile(Gaps):
    """How one file ended; `undescribed` are fields that a model had told of pages that have changed since."""

    report: str | None
    file: str
    state: Literal["indexed", "unchanged", "updated", "removed", "skipped", "failed"]
    reason: str | None = None
    passages: int = 0
    undescribed: list[str] = []


class Unmatched(Shape):
    """An entry of a manifest that means no file, and the file that is `nearest` to it by name, if one is near."""

    manifest: str
    entry: str
    nearest: str | None = None


class Correction(Shape):
    """A field of a report as it was and as it is now; `refused` says why it was left as it was."""

    report: str
    file: str
    field: str
    before: str | None
    after: str | None
    refused: str | None = None


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
    described: list[Correction] = []


class ReportRow(Shape):
    """One report of the library, as `reports list --json` prints it; `found` says how each field was found."""

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
    edition: str | None = None
    family: str | None = None
    found: dict[str, How] = {}


class ReportDetails(ReportRow, Gaps):
    """What `reports show --json` prints: a report with what is not in its text, as `ingest` told it."""


class ReportList(Shape):
    """What `reports list --json` prints."""

    reports: list[ReportRow]
    generation: int


class Reviewed(Shape):
    """One report as `reports review` shows it: its manifest fields, how each was found, and which are `unsure`."""

    report: str
    file: str
    fields: dict[str, str]
    found: dict[str, How]
    unsure: list[str]


class Review(Shape):
    """What `reports review` prints: reports, those with the least sure facts first, and what was corrected."""

    reports: list[Reviewed]
    corrections: list[Correction] = []
    unmatched: list[Unmatched] = []
