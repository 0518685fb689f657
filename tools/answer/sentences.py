"""A claim as a sentence of a document: quoted, drafted, or put together by code with marks inside it."""

from collections.abc import Iterable, Sequence

from ...core.document import Inline, Mark, Origin, Proof, Quote, Sentence, plain_text
from ...core.shapes import Citation, Claim, ClaimKind
from ..document.page import source_place
from ..evidence.framing import in_short, introduction, quoted


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
    rests_on = proofs(claim.citations)
    if claim.kind != "stated":
        kind = "computed" if claim.kind == "inference" and claim.judged_by == "code" else claim.kind
        return Sentence(kind=kind, parts=claim.parts or (claim.text,), claim=at, proofs=rests_on)
    marks = mark(claim.citations)
    if claim.framing is None:
        parts = (claim.text, " ", marks)
        return Sentence(kind="drafted", parts=parts, claim=at, proofs=rests_on, original=claim.words_language)
    origin = Origin(origin=introduction(claim.framing), short=in_short(claim.framing, claim.quotes[0].locator))
    return Sentence(kind="quoted", parts=(origin, quote_of(claim), " ", marks), claim=at, proofs=rests_on)


def proofs(citations: Iterable[Citation]) -> tuple[Proof, ...]:
    """Return the quoted words among some citations, each place once; what is cited with them proves nothing."""
    quotes = {(one.number, one.id): one for one in citations if one.role == "quote"}
    return tuple(map(proof, quotes.values()))


def proof(citation: Citation) -> Proof:
    """Return the words of a citation as what a sentence rests on."""
    return Proof(
        source=citation.number,
        words=citation.quote,
        place=source_place(citation),
        page=citation.locator.page,
        id=citation.id,
    )


def mark(citations: Iterable[Citation]) -> Mark:
    """Return the mark of some citations: each number once."""
    return Mark(numbers=tuple(dict.fromkeys(citation.number for citation in citations)))


def quote_of(claim: Claim) -> Quote:
    """Return the words that a claim quotes; they are those of all who print them too."""
    return quotation(claim.quotes, [citation for citation in claim.citations if citation.role == "quote"])


def quotation(quotes: Sequence[Citation], places: Sequence[Citation]) -> Quote:
    """Return the words of some quotes as one; they stand in other places, too."""
    return Quote(words=quoted(quotes), ids=tuple(place.id for place in places))
