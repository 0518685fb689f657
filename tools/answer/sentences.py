"""A claim as a sentence of a document: quoted, drafted, or put together by code with marks inside it."""

from collections.abc import Iterable, Sequence

from ...core.document import Inline, Mark, Origin, Quote, Sentence, plain_text
from ...core.shapes import Citation, Claim, ClaimKind
from ...core.text import one_line


def computed(kind: ClaimKind, parts: Sequence[Inline], citations: Iterable[Citation] = ()) -> Claim:
    """Return a claim that code makes; its text is that of the parts."""
    return Claim(
        text=plain_text(parts), kind=kind, verdict="supported", citations=list(citations), parts=tuple(parts)
    )  # fmt: skip


def joined(items: Iterable[Sequence[Inline]], separator: str = "; ") -> list[Inline]:
    """Return the parts of several items with a separator between them."""
    told: list[Inline] = []
    for item in items:
        told += [*([separator] if told else []), *item]
    return told


def sentence_of(at: int, claim: Claim) -> Sentence:
    """Return the sentence that tells a claim, which stands at a place among the others."""
    if claim.kind != "stated":
        return Sentence(kind=claim.kind, parts=claim.parts or (claim.text,), claim=at)
    origin, quote = origin_of(claim), quote_of(claim)
    if origin is None or quote is None:
        return Sentence(kind="drafted", parts=(claim.text, " ", mark(claim.citations)), claim=at)
    return Sentence(kind="quoted", parts=(Origin(origin=origin), quote, " ", mark(claim.citations)), claim=at)


def mark(citations: Iterable[Citation]) -> Mark:
    """Return the mark of some citations: each number once."""
    return Mark(numbers=tuple(dict.fromkeys(citation.number for citation in citations)))


def quote(citations: Sequence[Citation], same: Iterable[Citation] = ()) -> Quote:
    """Return the words of citations as one quotation; those of `same` say the same words elsewhere."""
    return Quote(
        words=" … ".join(one_line(citation.quote) for citation in citations),
        ids=tuple(f"{one.passage}:{one.start}-{one.end}" for one in (*citations, *same)),
    )


def origin_of(claim: Claim) -> str | None:
    """Return whose words a claim quotes, `None` for one that was drafted."""
    found = quote_of(claim)
    return claim.text.removesuffix(f": “{found.words}”") if found else None


def quote_of(claim: Claim) -> Quote | None:
    """Return the words that a claim quotes, `None` for one that was drafted."""
    quotes = [citation for citation in claim.citations if citation.role == "quote"]
    for size in range(len(quotes), 0, -1):
        found = quote(quotes[:size], quotes[size:])
        if claim.text.endswith(f": “{found.words}”"):
            return found
    return None
