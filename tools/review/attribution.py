"""Whose opinion a claim is: what somebody says, thinks or boasts is no finding."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.joint import pattern
from ...language.quotation_marks import quotes_at_length
from ...language.wording import Wording

_OPINION = pattern("attribution.opinion")
_SPEECH = pattern("attribution.speech")  # an opinion where the speaker is a party to it
_PARTY = pattern("attribution.party")
_DOCUMENT = pattern("attribution.document")
# a claim with one of these says whose it is, or that it is somebody's
_TOLD = pattern("attribution.opinion", "attribution.speech", "attribution.told")
_OF_SOMEBODY = pattern("attribution.of_somebody", lead="", end="")
_HEDGED = pattern("modality.hedged")
_SAME_MATTER = 0.5  # of the claim's terms in one sentence of several: both are taken to speak of one thing


def unattributed(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the evidence gives as somebody's opinion what the claim gives as a fact."""
    if any(sign.search(claim.text) for sign in (_TOLD, _OF_SOMEBODY, _HEDGED)):
        return
    for clause in evidence.clauses:
        match = _opinion(clause)
        alone = len(evidence.clauses) == 1 or clause.share_of(claim) == max(
            other.share_of(claim) for other in evidence.clauses
        )
        if match and alone and (len(evidence.sentences) == 1 or clause.share_of(claim) >= _SAME_MATTER):
            detail = f"the evidence gives this as an opinion ({match[0]})"
            yield Doubt(kind="attribution", words=clause.text, detail=detail)
            return


def _opinion(clause: Wording) -> re.Match[str] | None:
    """Return what makes a clause somebody's opinion, if anything does."""
    if match := _OPINION.search(clause.text):
        return match
    speech = _SPEECH.search(clause.text)
    if not speech:
        return None
    before = clause.text[: speech.start()].rpartition(",")[2] or clause.text[: speech.start()]
    source = f"{before} {clause.text[speech.end() :].partition(',')[0]}"
    party = _PARTY.search(source) and not _DOCUMENT.search(source)
    return speech if quotes_at_length(clause.text) or party else None
