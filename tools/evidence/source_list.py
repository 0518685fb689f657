"""One numbered list of sources for a whole document: citations of the same report share its number."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...core.shapes import Citation, Claim, NoteSection, Source

_MARK = re.compile(r"(?<!\\)\[(\d+)\]")


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
        """Give a claim's citations new numbers; marks that stand inside the text of an inference follow."""
        new = {citation.number: number(citation) for citation in claim.citations}
        citations = [citation.model_copy(update={"number": new[citation.number]}) for citation in claim.citations]
        text = claim.text
        if claim.kind == "inference":
            text = _MARK.sub(lambda match: f"[{new.get(int(match[1]), int(match[1]))}]", text)
            text = re.sub(r"(\[\d+\])\1+", r"\1", text)
        return claim.model_copy(update={"citations": citations, "text": text})


def _source(number: int, citation: Citation) -> Source:
    return Source(
        number=number, report=citation.report, title=citation.title, organisation=citation.organisation,
        date=citation.date, file=citation.file, status=citation.status, superseded_by=citation.superseded_by,
    )  # fmt: skip
