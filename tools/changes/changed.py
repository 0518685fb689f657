"""What changed between two states of a library and its matrix, as data: one list for each kind of change."""

from typing import Literal

from pydantic import Field

from ...core.shapes import Citation, Composed, Mode, Shape
from ..align.matrix import RowReading, Stance
from .snapshot import ReportState

JudgementPart = Literal["stance", "comment", "evidence"]


class TimeCompared(Shape):
    """One of the two times: the name of its snapshot, "" for now; when it was (UTC), and how much was held."""

    name: str = ""
    made: str
    generation: int
    reports: int
    program: str = ""

    @property
    def label(self) -> str:
        """How it is called."""
        return self.name or "now"


class ReadingChange(Shape):
    """A topic whose row reads otherwise: by whom which stance was and is taken, and what came to differ or ceased to.

    `appeared` and `settled` are divergences in words: "year, Europe: 2030, Japan: 2032".
    """

    topic: str
    before: RowReading
    after: RowReading
    stances_before: dict[str, Stance] = Field(default_factory=dict)
    stances_after: dict[str, Stance] = Field(default_factory=dict)
    appeared: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


class CellChange(Shape):
    """What a roadmap says of a topic otherwise than before: `None` is no report of it, `old` and `new` are its quotes.

    What is not `in_force` stands in drafts alone, or in editions that were replaced.
    """

    topic: str
    roadmap: str
    before: Stance | None
    after: Stance | None
    was_in_force: bool = True
    is_in_force: bool = True
    old: tuple[Citation, ...] = ()
    new: tuple[Citation, ...] = ()
    why: str = ""


class MovedFigure(Shape):
    """A figure, or the year that is aimed at (`unit` "year"), that is another now in the same matter, as written.

    `topics` are all under which the two quotes stand.
    """

    topics: tuple[str, ...]
    roadmap: str
    unit: str
    before: str
    after: str
    old: Citation
    new: Citation


class ReportChange(Shape):
    """A report that is another now: which `field` of it, and what that was and is; `newer` is its successor's title."""

    report: str
    file: str
    title: str
    field: str
    before: str | None = None
    after: str | None = None
    newer: str | None = None


class JudgementChange(Shape):
    """What a person says of a cell, "TOPIC | ROADMAP", otherwise than before; `None` is no stance.

    `parts` tell in what a judgement is another. Where the evidence has changed since, `ours_before` and `ours_after`
    are what code reads of the cell.
    """

    cell: str
    editor: str
    before: Stance | None = None
    after: Stance | None = None
    parts: tuple[JudgementPart, ...] = ()
    date: str | None = None
    ours_before: Stance | None = None
    ours_after: Stance | None = None


class Changes(Composed):
    """What `changes --json` prints of two snapshots, the weightiest kinds first; within a kind, the weightiest too.

    `first_spoken` and `gone_silent` are of what is said in force or in a draft; `assessed` could not be judged before,
    `not_assessed` cannot be now. `revised` are reports with other content under the same name, `metadata` is what else
    is known of them. `judged`, `judged_otherwise` and `withdrawn` are what people decided; `overtaken` are judgements
    that stand, of cells whose evidence has changed since.
    """

    before: TimeCompared
    after: TimeCompared
    readings: tuple[ReadingChange, ...] = ()
    stances: tuple[CellChange, ...] = ()
    figures: tuple[MovedFigure, ...] = ()
    years: tuple[MovedFigure, ...] = ()
    first_spoken: tuple[CellChange, ...] = ()
    gone_silent: tuple[CellChange, ...] = ()
    added: tuple[ReportState, ...] = ()
    superseded: tuple[ReportChange, ...] = ()
    statuses: tuple[ReportChange, ...] = ()
    revised: tuple[ReportChange, ...] = ()
    removed: tuple[ReportState, ...] = ()
    metadata: tuple[ReportChange, ...] = ()
    assessed: tuple[CellChange, ...] = ()
    not_assessed: tuple[CellChange, ...] = ()
    judged: tuple[JudgementChange, ...] = ()
    judged_otherwise: tuple[JudgementChange, ...] = ()
    withdrawn: tuple[JudgementChange, ...] = ()
    overtaken: tuple[JudgementChange, ...] = ()
    remarks: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def mode(self) -> Mode:
        """That no model drafted it."""
        return "evidence"
