"""The messages that stand in front of a note: the weightiest of what its sections say, in the very same sentences."""

from collections.abc import Sequence

from ...core.shapes import Claim, NoteSection
from ...language.places import region_parts
from ...prompts.template import MADE_OF_OTHERS, Template

_ENDS = (".", "!", "?", "。", "！", "？")  # of a sentence, and not of an item or a row


def key_messages(template: Template, sections: Sequence[NoteSection], most: int) -> list[Claim]:
    """Return at most so many claims of a note's sections: from each the weightiest, what is to be done before the rest.

    Where sections are few, that of each further region follows. Nothing is said twice, and a draft, what is superseded
    and what is no whole sentence stand there only where nothing else does.
    """
    found = [
        (spec, section.claims)
        for spec, section in zip(template.sections, sections, strict=True)
        if spec.kind not in MADE_OF_OTHERS and section.claims
    ]
    found.sort(key=lambda pair: "recommendation" not in pair[0].allows)
    differing = [
        claim for _, claims in found for claim in claims if claim.kind == "inference" and claim.judged_by == "code"
    ]
    stated = [[claim for claim in claims if claim.kind == "stated" and claim.citations] for _, claims in found]
    firsts = [min(claims, key=_is_slight) for claims in stated if claims]
    regions = sorted((claim for claims in stated for claim in claims), key=_is_slight)
    chosen: list[Claim] = []
    ordered = [*firsts[:1], *differing[:1], *firsts[1:], *regions]
    firm = [claim for claim in ordered if claim in differing or not _is_slight(claim)]
    for claim in firm or ordered:
        is_due = claim in firsts or claim in differing or _region(claim) not in map(_region, chosen)
        if is_due and len(chosen) < most and claim.text not in {one.text for one in chosen}:
            chosen.append(claim)
    return sorted(chosen, key=lambda claim: claim.kind == "inference")  # as a section shows them


def _is_slight(claim: Claim) -> bool:
    """Tell whether a claim rests on a draft or what is superseded, or quotes no whole sentence."""
    is_passing = any(citation.status in ("draft", "superseded") for citation in claim.citations)
    words = claim.quotes[-1].quote if claim.framing and claim.quotes else claim.text
    return is_passing or not words.rstrip("\"'”»)").endswith(_ENDS)


def _region(claim: Claim) -> str:
    return next(iter(region_parts(claim.citations[0].region)), "")
