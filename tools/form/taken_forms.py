"""What came of taking returned forms: each file, each partner, each question."""

from typing import Literal

from pydantic import BaseModel

from ...core.cost import Cost
from .contributions import Contributions, TakenVersion
from .made_form import FormPartner
from .returned_form import FoundBy, Remark

FileState = Literal["taken", "unchanged", "superseded", "unfilled", "foreign", "failed"]
QuestionState = Literal["answered", "empty", "deleted", "not_returned"]


class TakenFile(BaseModel, frozen=True):
    """A file that was handed over: what became of it, whose it is, and what is to be known of it."""

    file: str
    state: FileState
    organisation: str | None = None
    form: str | None = None
    changed: str | None = None
    remarks: list[Remark] = []

    @property
    def is_unread(self) -> bool:
        """Whether nothing of it could be taken."""
        return self.state in ("foreign", "failed")


class AnswerCell(BaseModel, frozen=True):
    """A question put to a partner."""

    section: int
    question: int
    heading: str
    text: str
    state: QuestionState
    words: int = 0
    found_by: FoundBy | None = None


class PartnerRow(BaseModel, frozen=True):
    """A partner: the file that counts, when it was last changed, the older ones, and each question."""

    organisation: str
    region: str | None
    language: str
    file: str | None
    changed: str | None
    superseded: list[str]
    report: str | None
    remarks: list[Remark]
    answers: list[AnswerCell]

    @property
    def state(self) -> Literal["answered", "partly", "empty", "not_returned"]:
        """How far the form was answered."""
        if self.file is None:
            return "not_returned"
        answered = sum(one.state == "answered" for one in self.answers)
        return "answered" if answered == len(self.answers) else "partly" if answered else "empty"


class TakenForm(BaseModel, frozen=True):
    """A form of a round, with all its partners in the order they were asked."""

    form: str
    template: str
    round: str
    title: str
    partners: list[PartnerRow]


class FormsTaken(BaseModel, frozen=True):
    """All that was handed over, and how the forms stand with it; `changed` tells whether the library is another now."""

    files: list[TakenFile]
    forms: list[TakenForm]
    changed: bool
    written: list[str] = []
    cost: Cost | None = None


def form_as_taken(kept: Contributions) -> TakenForm:
    """Return how a form stands with all that was taken of it so far."""
    form = kept.form
    rows = [_row(kept, key, sent.partner) for key, sent in form.sent.items()]
    told = form.template.told_in(form.template.language)
    return TakenForm(form=form.id, template=form.template.name, round=form.round, title=told.title, partners=rows)


def _row(kept: Contributions, key: str, partner: FormPartner) -> PartnerRow:
    versions = kept.of(key)
    counts = versions[0] if versions else None
    told = kept.form.template.told_in(kept.form.template.language, partner.topic)
    cells = [
        _cell(counts, (number, at), told.sections[number - 1].heading, text) for number, at, text in told.questions()
    ]
    is_kept = counts is not None and not counts.is_unfilled
    return PartnerRow(
        organisation=partner.organisation, region=partner.region, language=partner.language,
        file=counts.file if counts else None, changed=counts.changed if counts else None,
        superseded=[one.file for one in versions[1:]],
        report=f"{kept.folder.name}/{kept.file_of(counts)}" if counts and is_kept else None,
        remarks=counts.remarks if counts else [], answers=cells,
    )  # fmt: skip


def _cell(version: TakenVersion | None, key: tuple[int, int], heading: str, text: str) -> AnswerCell:
    given = next((one for one in version.answers if (one.section, one.question) == key), None) if version else None
    state: QuestionState = "empty"
    if version is None:
        state = "not_returned"
    elif given is not None:
        state = "answered"
    elif key in version.deleted:
        state = "deleted"
    return AnswerCell(
        section=key[0], question=key[1], heading=heading, text=text, state=state,
        words=given.words if given else 0, found_by=given.found_by if given else None,
    )  # fmt: skip


class WrittenForm(BaseModel, frozen=True):
    """A form that was written for a partner, with how many quotes it begins with."""

    file: str
    organisation: str
    language: str
    quotes: int
    has_reports: bool
    state: str


class FormsMade(BaseModel, frozen=True):
    """The forms of a round; `withheld` are internal reports that were not quoted, `unread_columns` of the sheet."""

    form: str
    template: str
    round: str
    files: list[WrittenForm]
    withheld: int
    unread_columns: list[str]
