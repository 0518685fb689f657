"""Views as plain text, as they go into a pipe."""

from collections.abc import Sequence

from coscribe.core.shapes import Answer, CostTable, DoctorCheck, IngestResult, Note, ReportRow, SearchResult
from coscribe.terminal.views.answer import answer_view
from coscribe.terminal.views.cost import cost_view
from coscribe.terminal.views.doctor import doctor_view
from coscribe.terminal.views.ingest import ingest_view
from coscribe.terminal.views.note import note_view
from coscribe.terminal.views.passages import passages_view
from coscribe.terminal.views.reports import report_view, reports_view


def answer_text(answer: Answer, question: bool = True) -> str:
    return str(answer_view(answer, question))


def note_text(note: Note) -> str:
    return str(note_view(note))


def cost_text(table: CostTable) -> str:
    return str(cost_view(table))


def doctor_text(checks: Sequence[DoctorCheck]) -> str:
    return str(doctor_view(checks))


def ingest_text(result: IngestResult) -> str:
    return str(ingest_view(result))


def passages_text(result: SearchResult) -> str:
    return str(passages_view(result))


def reports_text(rows: Sequence[ReportRow]) -> str:
    return str(reports_view(rows))


def report_text(row: ReportRow) -> str:
    return str(report_view(row))
