"""Turns segments into citations: verbatim words, where they stand, and all that has to be cited with them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from ...core.shapes import Citation
from ...core.types import Report, Segment
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.scope import status_of

CitationRole = Literal["quote", "lead_in", "header", "continuation"]
_DEEPEST = 3  # lead-ins of lead-ins that are followed


class Citations:
    """Numbers what is cited, in order of first use: one number a quote, shared by its lead-in, header or rest."""

    def __init__(self, catalogue: Catalogue, reports: Mapping[str, Report]) -> None:
        self._catalogue = catalogue
        self._reports = reports
        self._numbers: dict[tuple[int, ...], int] = {}

    def cite(self, segments: Sequence[Segment]) -> list[Citation]:
        """Return the citations for segments that one claim rests on.

        Neighbouring segments of one block become one quote. Lead-ins and table headers come before the quote they
        belong to; the other half of a sentence cut by a page turn is cited with it, where it is not quoted itself.
        """
        found: list[Citation] = []
        own = {segment.id for segment in segments}
        number, continued = 0, None
        for run in _runs(segments):
            if run[0].id != continued:  # the halves of one sentence, on two pages, have one number
                number = self._numbers.setdefault(tuple(segment.id for segment in run), len(self._numbers) + 1)
            continued = run[-1].continues
            for companion, role in self._before(run[0]):
                if role != "continuation" or companion.id not in own:
                    found.append(self._citation(number, companion, companion, role))
            found.append(self._quote(number, run))
            for rest in self._after(run[-1]):
                if rest.id in own:
                    continue
                found.append(self._citation(number, rest, rest, "continuation"))
        return found

    def _before(self, segment: Segment) -> list[tuple[Segment, CitationRole]]:
        chain: list[tuple[Segment, CitationRole]] = []
        at = segment
        while at.lead_in is not None and len(chain) < _DEEPEST:
            found = self._catalogue.segments([at.lead_in])
            if at.lead_in not in found:
                break
            at = found[at.lead_in]
            chain.append((at, "lead_in"))
        if segment.header is not None and segment.header != segment.id:
            chain += [(header, "header") for header in self._catalogue.segments([segment.header]).values()]
        begun = self._catalogue.begun_before(segment)
        return chain[::-1] + ([(begun, "continuation")] if begun else [])

    def _after(self, segment: Segment) -> Iterable[Segment]:
        if segment.continues is not None:
            yield from self._catalogue.segments([segment.continues]).values()

    def _quote(self, number: int, run: Sequence[Segment]) -> Citation:
        whole = self._catalogue.words_between(run[0], run[-1]) if len(run) > 1 else run[0].text
        return self._citation(number, run[0], run[-1], "quote", whole or " ".join(segment.text for segment in run))

    def _citation(self, number: int, first: Segment, last: Segment, role: CitationRole, quote: str = "") -> Citation:
        report = self._reports[first.report]
        return Citation(
            number=number, passage=first.passage, report=report.id, file=report.file, title=report.title,
            organisation=report.organisation, region=report.region, date=report.date, status=status_of(report),
            superseded_by=report.superseded_by, edition=report.edition, confidentiality=report.confidentiality,
            locator=first.locator, quote=quote or first.text, start=first.start, end=last.end, role=role,
        )  # fmt: skip


def _runs(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Group segments that follow one another in the same block of the same report, keeping the given order."""
    runs: list[list[Segment]] = []
    for segment in segments:
        last = runs[-1][-1] if runs else None
        follows = last is not None and (last.report, last.block, last.position + 1) == (
            segment.report, segment.block, segment.position,
        )  # fmt: skip
        if follows and last is not None and last.locator.page == segment.locator.page:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return runs
