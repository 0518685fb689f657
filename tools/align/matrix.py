"""The matrix of topics and roadmaps: a stance with its evidence in every cell, a reading of every row."""

from typing import Literal, get_args

from pydantic import Field

from ...core.shapes import Citation, Composed, Cost, Failure, Mode, Shape, UnreadablePages
from ...core.types import JudgedBy

Stance = Literal["commits", "plans", "recommends", "mentions", "opposes", "mixed", "silent", "not_assessed"]
Sign = Literal["commits", "plans", "recommends", "mentions", "opposes", "reported"]
SIGNS: tuple[Sign, ...] = get_args(Sign)
RowReading = Literal["converge", "diverge", "mixed", "gap"]
DivergenceKind = Literal["year", "figure", "metric", "scope", "currency", "stance"]
ActionKind = Literal["missing_here", "only_here", "due"]
TAKES_SIDES: tuple[Stance, ...] = ("commits", "plans", "recommends", "opposes", "mixed")
FOR: tuple[Stance, ...] = ("commits", "plans", "recommends")  # falling in how binding they are


class MatrixTopic(Shape):
    """A topic as it is looked for: `synonyms` are by language (ISO 639-1), or under "any"."""

    name: str
    question: str = ""
    synonyms: dict[str, list[str]] = Field(default_factory=dict)


class Roadmap(Shape):
    """Whose positions a column holds: a region, organisation or report, the one it is nested in, and its report ids."""

    name: str
    parent: str | None = None
    reports: tuple[str, ...] = ()


class CellFigure(Shape):
    """A figure of a cell, in its own words; `value` is in the base of `unit` ("W", "EUR", "year"), as a decimal.

    `measured` says how ("peak", "cooling included"), `year` is the only one that its quote names, `quote` the id of the
    citation it stands in.
    """

    text: str
    value: str
    unit: str
    year: int | None = None
    measured: tuple[str, ...] = ()
    quote: str = ""


class SignedQuote(Shape):
    """What one quote says of the topic: its stance, by which words, and whose position it reports, if another's.

    `counts` tells whether its report speaks for the roadmap now: no draft, and no edition that was replaced. `text` is
    what was read for it: the sentences on the topic, with what leads them in.
    """

    quote: str
    stance: Sign
    words: str = ""
    reported_of: str | None = None
    counts: bool = True
    years: tuple[int, ...] = ()
    text: str = ""
    language: str | None = None


class SearchRecord(Shape):
    """What a cell was looked for with: "silent" rests on it. `nearest` is the closest passage that was no hit."""

    queries: tuple[str, ...] = ()
    reports: int = 0
    passages: int = 0
    nearest: Citation | None = None
    unreadable: tuple[UnreadablePages, ...] = ()
    languages_uncovered: tuple[str, ...] = ()


class Judgement(Shape):
    """What a person says of a cell, "TOPIC | ROADMAP"; without a stance it is a remark.

    `date` is a day, month or year, as in "2026-03-12". `evidence` is the digest of the cell as it was judged, "" where
    nobody knows; `file` is the name of the workbook, `by` what its roadmaps were, where the cell was there.
    """

    cell: str
    editor: str
    stance: Stance | None
    comment: str = ""
    date: str | None = None
    evidence: str = ""
    file: str = ""
    by: Literal["region", "organisation", "report"] | None = None


class Judged(Shape):
    """What people decided on a cell: the `stance` that all of them give, none where they differ (`conflict`).

    `by` are those who gave one, `date` is that of the latest, `ours` is what the cell shows without them.
    `evidence_changed` tells that somebody judged other quotes, or another stance of ours, than the cell has now.
    """

    stance: Stance | None
    by: tuple[str, ...]
    date: str | None = None
    comment: str = ""
    conflict: bool = False
    evidence_changed: bool = False
    ours: Stance
    votes: tuple[Judgement, ...] = ()


class Agreement(Shape):
    """How far two judge alike: in `agreed` of `n` cells that both judged. `kappa` is Cohen's, none where undefined.

    Without a `topic` it is over all; without an `other` it is between a person and our own stances.
    """

    topic: str | None
    one: str
    other: str | None
    n: int
    agreed: int
    kappa: float | None


class MatrixCell(Shape):
    """What a roadmap says of a topic.

    `position` is one line of its own words, `file` that of the first citation. `signs` tell what each citation shows.
    A cell that is not `counted` rests on drafts or replaced editions alone, and has no vote in its row. Where people
    agreed on another stance, that is its `stance`, and `judged` tells ours.
    """

    topic: str
    roadmap: str
    file: str | None = None
    stance: Stance
    position: str = ""
    figures: tuple[CellFigure, ...] = ()
    citations: tuple[Citation, ...] = ()
    signs: tuple[SignedQuote, ...] = ()
    searched: SearchRecord = SearchRecord()
    confidence: float = 0.0
    counted: bool = True
    why: str = ""
    judged_by: JudgedBy = "code"
    judged: Judged | None = None
    cost: Cost = Cost()

    @property
    def ours(self) -> Stance:
        """The stance that its evidence shows, whatever people decided."""
        return self.judged.ours if self.judged else self.stance


class Divergence(Shape):
    """Where roadmaps differ, and in what; `detail` says it in words, the citations are in the order of `between`."""

    type: DivergenceKind
    between: tuple[str, ...]
    citations: tuple[Citation, ...]
    detail: str = ""


class MatrixRow(Shape):
    """How the roadmaps stand to each other on a topic; `sentence` says so in one line, with its sources by number."""

    topic: str
    reading: RowReading
    divergences: tuple[Divergence, ...] = ()
    sentence: str = ""


class Action(Shape):
    """What follows for a roadmap: a topic that others are for, one that it alone takes a side on, or a date."""

    kind: ActionKind
    roadmap: str
    topic: str
    year: int | None = None
    detail: str = ""
    citations: tuple[Citation, ...] = ()


class Sampled(Shape):
    """How many cells of how many were made, and what all would cost at that rate; `usd` is `None` if unpriced."""

    cells: int
    of: int
    usd: str | None = "0"


class AlignmentMatrix(Composed):
    """What `align --json` prints. Cells are topic by topic, in the order of the roadmaps.

    `unplaced` are files that speak for no roadmap, `unreadable` those with pages that could not be read.

    `no_longer_there` are judgements of cells that this matrix has not, `agreement` is between those who judged.
    """

    topics: tuple[MatrixTopic, ...]
    roadmaps: tuple[Roadmap, ...]
    cells: tuple[MatrixCell, ...] = ()
    rows: tuple[MatrixRow, ...] = ()
    actions: tuple[Action, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    no_longer_there: tuple[Judgement, ...] = ()
    by: Literal["region", "organisation", "report"] = "region"
    mode: Mode = "evidence"
    degraded: str | None = None
    generation: int = 0
    files: tuple[str, ...] = ()
    cost: Cost = Cost()
    error: Failure | None = None
    run: str | None = None
    sampled: Sampled | None = None
    unplaced: tuple[str, ...] = ()
    unreadable: tuple[UnreadablePages, ...] = ()

    def cell(self, topic: str, roadmap: str) -> MatrixCell | None:
        """Return the cell of a topic and a roadmap, `None` where it was not looked at."""
        return next((one for one in self.cells if (one.topic, one.roadmap) == (topic, roadmap)), None)
