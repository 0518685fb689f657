"""Keeps advice out of what a report is said to say: in a note, what should be done is a conclusion."""

from dataclasses import replace

from ...core.shapes import Claim
from ...language.joint import allows
from ...tools.review.modality import advises
from ..state import State


def without_advice(state: State) -> State:
    """Return an answer without drafted sentences that advise what no cited words do: advice is a conclusion.

    Words in a language without a pack are left to the reviewer.
    """
    reports = state.evidence.reports if state.evidence is not None else {}

    def is_advice(claim: Claim) -> bool:
        quotes = [one.quote for one in claim.citations]
        is_legible = all(allows(reports[one.report].language, "modality") for one in claim.citations)
        return claim.kind == "stated" and claim.framing is None and is_legible and advises(claim.text, quotes)

    fallen = tuple(filter(is_advice, state.claims))
    kept = tuple(claim for claim in state.claims if claim not in fallen)
    return replace(state, claims=kept, dropped=(*state.dropped, *fallen)) if fallen else state
