"""One numbered list of sources for a whole document: citations of the same report share its number."""

from collections.abc import Iterable, Mapping, Sequence

from ...core.document import Mark, NewerEdition, plain_text
from ...core.shapes import Citation, Claim, NoteSection, Source
from ...core.types import Report


def numbered_by_source(sections: Sequence[NoteSection]) -> tuple[list[NoteSection], list[Source]]:
    """Return the sections with citations numbered by report, in the order in which they are met, and the list."""
    first: dict[str, Citation] = {}
    for citation in (citation for part in sections for claim in part.claims for citation in _as_met(claim)):
        first.setdefault(citation.report, citation)
    numbers = {report: number for number, report in enumerate(first, 1)}
    done = [
        part.model_copy(update={"claims": [_renumbered(claim, numbers) for claim in part.claims]}) for part in sections
    ]
    return done, [_source(number, first[report]) for report, number in numbers.items()]


def with_newer(sources: Iterable[Source], reports: Iterable[Report]) -> list[Source]:
    """Return a list of sources in which a newer edition that is among the reports goes by its title and date."""
    known = {report.id: NewerEdition(title=report.title, date=report.date) for report in reports}
    return [one.model_copy(update={"newer": known.get(one.superseded_by or "")}) for one in sources]


def _as_met(claim: Claim) -> list[Citation]:
    """Return a claim's citations as its text names them."""
    marks = [number for part in claim.parts if isinstance(part, Mark) for number in part.numbers]
    return sorted(claim.citations, key=lambda one: marks.index(one.number) if one.number in marks else len(marks))


def _renumbered(claim: Claim, numbers: Mapping[str, int]) -> Claim:
    """Give a claim's citations the numbers of their reports; marks inside its text follow."""
    new = {citation.number: numbers[citation.report] for citation in claim.citations}
    citations = [citation.model_copy(update={"number": new[citation.number]}) for citation in claim.citations]
    if not claim.parts:
        return claim.model_copy(update={"citations": citations})
    parts = tuple(
        Mark(numbers=tuple(dict.fromkeys(new.get(one, one) for one in part.numbers)))
        if isinstance(part, Mark) else part
        for part in claim.parts
    )  # fmt: skip
    return claim.model_copy(update={"citations": citations, "parts": parts, "text": plain_text(parts)})


def _source(number: int, citation: Citation) -> Source:
    return Source(
        number=number, report=citation.report, title=citation.title, organisation=citation.organisation,
        date=citation.date, file=citation.file, status=citation.status, superseded_by=citation.superseded_by,
        edition=citation.edition,
    )  # fmt: skip
