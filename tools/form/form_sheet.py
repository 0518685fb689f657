"""The sheet of a round: partners x questions, then every answer, every partner and every file on a row of its own."""

from collections.abc import Mapping, Sequence

from .returned_form import Remark
from .taken_forms import AnswerCell, FormsTaken, PartnerRow, TakenForm

_STATES = {"answered": "answered", "empty": "empty", "deleted": "question deleted", "not_returned": "not returned",
           "partly": "in part", "taken": "taken", "unchanged": "unchanged", "superseded": "superseded",
           "unfilled": "unfilled", "foreign": "no form", "failed": "not readable"}  # fmt: skip
_FOUND_BY = {"field": "in its field", "beside": "beside its field", "question": "below its question", None: ""}
_ROW = Sequence[str]


def state_told(state: str) -> str:
    """Return a state in words."""
    return _STATES[state]


def remarks_told(remarks: Sequence[Remark]) -> str:
    """Return remarks, each on a line."""
    return "\n".join(one.text for one in remarks)


def form_sheets(made: FormsTaken) -> Mapping[str, Sequence[_ROW]]:
    """Return the rows of each sheet, the first of them the header."""
    several = len(made.forms) > 1
    sheets: dict[str, Sequence[_ROW]] = {}
    for number, form in enumerate(made.forms, 1):
        sheets[f"partners x questions {number}" if several else "partners x questions"] = _matrix(form)
    heads = (
        "Round",
        "Partner",
        "Region",
        "No.",
        "Section",
        "Question",
        "State",
        "Words",
        "Found",
        "Last change",
        "File",
    )
    sheets["answers"] = [
        heads,
        *(
            (form.round, row.organisation, row.region or "", _number(cell), cell.heading, cell.text,
             state_told(cell.state), str(cell.words or ""), _FOUND_BY[cell.found_by], _when(row.changed),
             row.file or "")
            for form in made.forms for row in form.partners for cell in row.answers
        ),
    ]  # fmt: skip
    sheets["files"] = [
        ("File", "State", "Partner", "Last change", "Detail"),
        *((one.file, state_told(one.state), one.organisation or "", _when(one.changed), remarks_told(one.remarks))
          for one in made.files),
    ]  # fmt: skip
    return sheets


def _matrix(form: TakenForm) -> Sequence[_ROW]:
    """Return a row a partner and a column a question: how many words it was answered with, or why it was not."""
    questions = form.partners[0].answers if form.partners else []
    return [
        ("Partner", "Region", "State", *(f"{_number(one)} {one.text}" for one in questions), "Words", "Last change",
         "File", "Superseded", "Detail"),
        *(
            (row.organisation, row.region or "", state_told(row.state), *map(_told, row.answers),
             str(sum(one.words for one in row.answers) or ""), _when(row.changed), row.file or "",
             "\n".join(row.superseded), remarks_told(row.remarks))
            for row in form.partners
        ),
    ]  # fmt: skip


def answered(row: PartnerRow) -> str:
    """Return how many questions a partner has answered, of how many."""
    return f"{sum(one.state == 'answered' for one in row.answers)}/{len(row.answers)}"


def _told(cell: AnswerCell) -> str:
    return f"answered ({cell.words} words)" if cell.state == "answered" else state_told(cell.state)


def _number(cell: AnswerCell) -> str:
    return f"{cell.section}.{cell.question}"


def _when(changed: str | None) -> str:
    return (changed or "")[:16].replace("T", " ")
