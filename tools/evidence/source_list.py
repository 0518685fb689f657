"""One numbered list of sources for a whole document: citations of the same report share its number."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...core.document import Mark, plain_text
from ...core.shapes import Citation, Claim, NoteSection, Source


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Sections whose citations carry source numbers, and the sources in that order."""

    sections: list[NoteSection]
    sources: list[Source]


class SourceList:
    """Collects the reports that claims cite."""

    def __init__(self) -> None:
        self._first: dict[str, Citation] = {}

    def take(self, claims: Iterable[Claim]) -> list[Claim]:
        """Return the claims with citations numbered by report, in order of first use."""
        return [self._renumber(claim, self._number) for claim in claims]

    def renumbered(self, sections: Sequence[NoteSection]) -> Renumbered:
        """Number the sources anew, in the order in which a reader of the sections meets them."""
        order: dict[str, int] = {}
        for section in sections:
            for claim in section.claims:
                for citation in claim.citations:
                    order.setdefault(citation.report, len(order) + 1)
        done = [
            section.model_copy(update={
                "claims": [self._renumber(claim, lambda citation: order[citation.report]) for claim in section.claims]
            })
            for section in sections
        ]  # fmt: skip
        sources = [_source(number, self._first[report]) for report, number in order.items()]
        return Renumbered(done, sources)

    def _number(self, citation: Citation) -> int:
        self._first.setdefault(citation.report, citation)
        return list(self._first).index(citation.report) + 1

    @staticmethod
    def _renumber(claim: Claim, number: Callable[[Citation], int]) -> Claim:
        """Give a claim's citations new numbers; marks inside its text follow."""
        new = {citation.number: number(citation) for citation in claim.citations}
        citations = [citation.model_copy(update={"number": new[citation.number]}) for citation in claim.citations]
        if not claim.parts:
            return claim.model_copy(update={"citations": citations})
        parts = [
            Mark(numbers=tuple(dict.fromkeys(new.get(one, one) for one in part.numbers)))
            if isinstance(part, Mark) else part
            for part in claim.parts
        ]  # fmt: skip
        return claim.model_copy(update={"citations": citations, "parts": tuple(parts), "text": plain_text(parts)})


def _source(number: int, citation: Citation) -> Source:
    return Source(
        number=number, report=citation.report, title=citation.title, organisation=citation.organisation,
        date=citation.date, file=citation.file, status=citation.status, superseded_by=citation.superseded_by,
    )  # fmt: skip
