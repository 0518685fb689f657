"""A conclusion as a claim: worded as ours and marked so, it cites what the statements cite that it is drawn from."""

from collections.abc import Sequence

from ...core.shapes import Citation, Claim, ClaimKind
from ..document.phrases import phrases
from .sentences import computed, mark

CONCLUSIONS: tuple[ClaimKind, ...] = ("inference", "recommendation")


def conclusion(
    kind: ClaimKind, text: str, cited: Sequence[Claim], language: str = "en", written_in: str | None = None
) -> Claim:
    """Return the claim, marked in a language; a report has one number in it, whatever the statements called it.

    It is `written_in` the language that its model was told, if it was.
    """
    numbers: dict[str, int] = {}
    citations: dict[tuple[str, str], Citation] = {}
    for citation in (citation for claim in cited for citation in claim.citations):
        number = numbers.setdefault(citation.report, len(numbers) + 1)
        citations.setdefault((citation.id, citation.role), citation.model_copy(update={"number": number}))
    told = list(citations.values())
    made = computed(kind, (phrases(language).told(f"conclusion.{kind}"), text, " ", mark(told)), told)
    return made.model_copy(update={"judged_by": "model", "language": written_in})
