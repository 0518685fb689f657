"""What a batch asks: each row of its file once, or once for each report or region in its scope."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ...core.errors import UsageError
from ...core.shapes import Answer, Failure, Level
from ...core.types import EVERYTHING, Report, Scope
from ...language.places import canonical_region
from ...vectorstore.scope import in_scope
from .question_file import QuestionRow

Each = Literal["report", "region"]
_SHOWN = 200  # characters of a question that is too long to be asked


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question put to one scope; `each` names the report or region that it is put to.

    `asked` stays the same as long as question and scope are written the same.
    """

    id: str
    row: QuestionRow
    scope: Scope
    asked: str
    each: str | None = None
    problem: str | None = None

    def record(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return the line of a batch for an answer as it is stored: with the row's id and own columns."""
        return {"id": self.id, **answer, **self.about()}

    def about(self) -> dict[str, Any]:
        """Return what is known of the row before it is answered."""
        return {"row": self.row.columns, "each": self.each}

    def refused(self) -> dict[str, Any]:
        """Return the line for a row that cannot be asked."""
        question = self.row.question or str(self.row.columns.get("question") or "")
        shown = question if len(question) <= _SHOWN else question[:_SHOWN] + "…"
        error = Failure(kind="UsageError", message=f"row {self.row.number} ({self.row.place}): {self.problem}")
        answer = Answer(question=shown, status="failed", mode="evidence", answer="", error=error)
        return self.record(answer.model_dump(mode="json"))


def inquiries(
    rows: Iterable[QuestionRow], reports: Sequence[Report], within: Scope, each: Each | None
) -> list[Inquiry]:
    """Return what to ask, in order of the rows; those whose scope holds nothing have a problem.

    `within` narrows all rows. With `each`, a row is asked once for each report, or each outermost region, in its scope;
    reports without a region are in none.
    """
    found: list[Inquiry] = []
    for row in rows:
        one = Inquiry(row.id, row, row.scope, _asked(row, within, None), problem=row.problem)
        if row.problem is None:
            try:
                one = replace(one, scope=_joint(reports, within, row.scope))
                held = in_scope(reports, one.scope)
            except UsageError as error:
                one = replace(one, problem=str(error))
            else:
                if held and each:
                    found += _for_each(one, within, _PARTS[each](held))
                    continue
                if not held:
                    one = replace(one, problem="no report fits all of its filters together: loosen one")
        found.append(one)
    return found


def marked(record: dict[str, Any], levels: Mapping[str, Level]) -> dict[str, Any]:
    """Return a line of a batch with its citations as confidential as their reports are now, by their levels.

    What is not among these was removed, and counts as internal.
    """
    claims = record.get("claims", [])
    for citation in [*(one for claim in claims for one in claim.get("citations", [])), *record.get("nearest", [])]:
        citation["confidentiality"] = levels.get(citation.get("report"), "internal")
    return record


def _for_each(one: Inquiry, within: Scope, parts: dict[str, list[Report]]) -> Iterator[Inquiry]:
    for name, reports in parts.items():
        scope = Scope(reports=tuple(report.id for report in reports))
        asked = _asked(one.row, within, name)
        yield replace(one, id=f"{one.id}/{name}", scope=scope, asked=asked, each=name)
    if not parts:
        yield replace(one, problem="none of its reports has a region: name regions in reports.toml")


def _by_report(reports: Iterable[Report]) -> dict[str, list[Report]]:
    return {report.file: [report] for report in reports}


def _by_region(reports: Iterable[Report]) -> dict[str, list[Report]]:
    """Return the reports by outermost region, under the name that comes first where it is written in several ways."""
    names: dict[str, str] = {}
    found: dict[str, list[Report]] = {}
    for report in reports:
        written = (report.region or "").split("/")[0].strip()
        if written:
            found.setdefault(names.setdefault(canonical_region(written), written), []).append(report)
    return found


_PARTS: dict[Each, Callable[[Iterable[Report]], dict[str, list[Report]]]] = {
    "report": _by_report,
    "region": _by_region,
}


def _joint(reports: Sequence[Report], within: Scope, own: Scope) -> Scope:
    """Return the scope that lies in both."""
    if EVERYTHING in (within, own):
        return own if within == EVERYTHING else within
    held = {report.id for report in in_scope(reports, own)}
    both = tuple(report.id for report in in_scope(reports, within) if report.id in held)
    if not both:
        raise UsageError("no report is both in its own scope and in that of the command: loosen one")
    return Scope(reports=both)


def _asked(row: QuestionRow, within: Scope, each: str | None) -> str:
    told = json.dumps([row.question, asdict(row.scope), asdict(within), each], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
