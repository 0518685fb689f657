"""Keeps a note within its length: by leaving claims out whole, the least weighty first, never by cutting a sentence."""

from collections.abc import Callable, Collection, Sequence

from ...core.shapes import Claim, LeftOut, NoteSection
from ...prompts.template import BY_REGION, Template

WordCount = Callable[[Sequence[NoteSection]], list[int]]  # the words of each section, as the note would show them
_LEFT_OUT = "Left out for length."


def fitted(
    template: Template, sections: Sequence[NoteSection], count: WordCount, most: int | None = None,
    first: Collection[int] = (),
) -> tuple[list[NoteSection], list[LeftOut]]:  # fmt: skip
    """Return the sections within their own lengths and that of the note, and what was left out for it.

    `most` takes the place of the template's own length. The last claim of the section that is longest goes first; the
    last one of a region or of a section only where nothing else is left, and key messages after all. Sections at the
    places in `first` give what they can spare before all others.
    """
    kept, lost = list(sections), list[LeftOut]()
    limit = most or template.words
    messages = {claim.text for at, section in _messages(template, sections) for claim in section.claims}

    def drop(at: int) -> None:
        section = kept[at]
        out = _lightest(section.claims, messages)
        claims = [claim for claim in section.claims if claim is not out]
        kept[at] = section.model_copy(update={"claims": claims, "text": section.text if claims else _LEFT_OUT})
        lost.append(LeftOut(section=section.heading, text=out.text))

    for at, spec in enumerate(template.sections):
        while spec.words and count(kept)[at] > spec.words and len(kept[at].claims) > 1:
            drop(at)
    while limit and sum(sizes := count(kept)) > limit:
        droppable = [at for at, section in enumerate(kept) if section.claims]
        if not droppable:
            break
        spare = [at for at in droppable if at in first and len(kept[at].claims) > 1]
        drop(max(spare or droppable, key=lambda at: (*_ease(template, kept, at), sizes[at])))
    told = {claim.text for section in kept for claim in section.claims}
    return kept, [one for one in lost if one.text not in told]


def too_long(template: Template, sizes: Sequence[int], most: int | None = None) -> bool:
    """Tell whether sections of these sizes are longer than the note, or one of them, may be."""
    limit = most or template.words
    each = any(spec.words and size > spec.words for spec, size in zip(template.sections, sizes, strict=True))
    return each or bool(limit and sum(sizes) > limit)


def _messages(template: Template, sections: Sequence[NoteSection]) -> list[tuple[int, NoteSection]]:
    return [(at, sections[at]) for at, spec in enumerate(template.sections) if spec.kind == "key_messages"]


def _ease(template: Template, sections: Sequence[NoteSection], at: int) -> tuple[bool, bool, bool]:
    """Return how readily a section is shortened: key messages last, then the only claims of regions and sections."""
    spec, claims = template.sections[at], sections[at].claims
    regions = list(map(_region, claims))
    repeats = len(set(regions)) < len(regions)
    return spec.kind != "key_messages", spec.kind not in BY_REGION or repeats, len(claims) > 1


def _lightest(claims: Sequence[Claim], messages: set[str]) -> Claim:
    """Return the claim to go first: no key message, and the last of the region that has most of them."""
    free = [claim for claim in claims if claim.text not in messages] or list(claims)
    regions = list(map(_region, free))
    most = max(regions[::-1], key=regions.count)
    return next(claim for claim, region in zip(free[::-1], regions[::-1], strict=True) if region == most)


def _region(claim: Claim) -> str | None:
    return claim.citations[0].region if claim.citations else None
