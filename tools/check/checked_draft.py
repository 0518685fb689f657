"""A draft that was checked, as `check --json` prints it: each sentence with its label, its words and its references."""

from collections import Counter
from typing import Literal

from pydantic import Field

from ...core.cost import Cost
from ...core.shapes import Citation, Composed, Failure, Shape
from .labels import CheckLabel, FigureStanding

LABELS: tuple[CheckLabel, ...] = ("supported", "contradicted", "partly", "not_found", "not_checkable")
ReferenceStanding = Literal["holds", "elsewhere", "another_report", "not_there", "not_held", "not_checked"]


class CheckedFigure(Shape):
    """A figure, date or month at `start:end` of a sentence, and how it stands in the words beside it.

    `other` is the one there instead. There is no place where the draft, in another language, writes it otherwise.
    """

    text: str
    start: int | None
    end: int | None
    standing: FigureStanding
    other: str | None = None


class FollowedReference(Shape):
    """A reference as the draft has it, the report it leads to, and whether the words stand where it says.

    "elsewhere" is on another page of the report, "another_report" in another one; "not_there" is nowhere in the report
    as far as was seen; a report that is "not_held" is not in the library. `detail` says it in words.
    """

    text: str
    report: str | None = None
    file: str | None = None
    title: str | None = None
    page: int | None = None
    standing: ReferenceStanding
    stands_on: str | None = None
    detail: str


class SoughtFor(Shape):
    """What a sentence was looked for with, and in how many reports."""

    queries: list[str] = Field(default_factory=list)
    reports: int = 0
    languages_uncovered: list[str] = Field(default_factory=list)


class CheckedSentence(Shape):
    """A sentence of a draft and what the reports say of it.

    `citations` are the words that the label rests on, `nearest` those that come closest where there are none. `unsaid`
    are the words of the sentence that no report says. `page` is its 1-based page, `None` where the draft has none.
    """

    number: int
    text: str
    section: str
    page: int | None = None
    label: CheckLabel
    judged_by: Literal["code", "model"] = "code"
    reason: str = ""
    unsaid: list[str] = Field(default_factory=list)
    figures: list[CheckedFigure] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    nearest: list[Citation] = Field(default_factory=list)
    references: list[FollowedReference] = Field(default_factory=list)
    searched: SoughtFor = SoughtFor()

    @property
    def is_open(self) -> bool:
        """Whether whoever is strict cannot let it pass: it is contradicted, or nothing was found for it."""
        return self.label in ("contradicted", "not_found")


class CheckedDraft(Composed):
    """A checked draft: how many sentences have which label, and each of them in the order of the draft.

    `mode` is "code" where code alone has read it, else "model", whose name is `read_by`; `degraded` says why none has,
    or not to the end, where one was to.
    """

    file: str
    title: str
    language: str | None
    mode: Literal["code", "model"] = "code"
    read_by: str = ""
    degraded: str | None = None
    summary: dict[CheckLabel, int]
    sentences: list[CheckedSentence]
    files: tuple[str, ...] = ()
    cost: Cost = Cost()
    error: Failure | None = None

    def of(self, *labels: CheckLabel) -> list[CheckedSentence]:
        """Return the sentences with one of some labels."""
        return [one for one in self.sentences if one.label in labels]


def summary_of(sentences: list[CheckedSentence]) -> dict[CheckLabel, int]:
    """Return how many sentences have each label, all labels in their order."""
    found = Counter(one.label for one in sentences)
    return {label: found[label] for label in LABELS}
