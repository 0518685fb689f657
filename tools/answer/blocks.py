"""Composes claims: the paragraphs, lists, tables and asides that an answer or a section of a note is made of."""

from collections.abc import Sequence

from ...core.document import Aside, Inline, Origin, Paragraph, ParagraphForm, Section, Sentence, TextBlock
from ...core.shapes import Claim, Coverage
from ..document.page import aside, unreadable
from ..evidence.framing import in_short, introduction
from .comparison import comparison
from .conclusion import CONCLUSIONS
from .missing import Missing
from .sentences import mark, proof, proofs, quotation, quote_of, sentence_of

PlacedClaims = Sequence[tuple[int, Claim]]  # claims with their places among all of an answer or section


def sections_of(
    claims: Sequence[Claim], *, rows: Sequence[str] = (), parts: Sequence[str] = (), missing: Sequence[Missing] = (),
    is_list: bool = False, is_table: bool = False, language: str = "en",
) -> tuple[Section, ...]:  # fmt: skip
    """Return the sections of an answer, in the shape asked for.

    `rows` are the legs that a comparison has a row for, `parts` those that get a heading each; `missing` says why a row
    has no claim; the heads of a table are in a `language`.
    """
    told = list(enumerate(claims))
    stated = [(at, claim) for at, claim in told if claim.kind == "stated"]
    if is_table and len({*rows, *(claim.leg or claim.citations[0].report for _, claim in stated)}) > 1:
        others = [(at, claim) for at, claim in told if claim.kind != "stated"]
        return (Section(blocks=(comparison(stated, rows, missing, language), *_blocks(others))),)
    if any(claim.leg in parts for _, claim in stated):
        others = [(at, claim) for at, claim in told if claim.leg not in parts]
        answered = (_under_heading(part, told) for part in parts)
        return (*answered, *([Section(blocks=_blocks(others))] if others else []))
    if stated and told[0][1].kind == "catalogue":  # what is known of the quotes, and below it these themselves
        known = [(at, claim) for at, claim in told if claim.kind == "catalogue"]
        return Section(blocks=_blocks(known)), Section(blocks=_blocks(stated))
    return (Section(blocks=_list(told) if is_list else _blocks(told)),)


def blocks_of(claims: Sequence[Claim], *, is_list: bool = False) -> tuple[TextBlock, ...]:
    """Return claims as blocks: counts, what is stated, conflicts; a list stands under its lead-in."""
    return tuple(block for section in sections_of(claims, is_list=is_list) for block in section.blocks)


def not_found(coverage: Coverage) -> tuple[Aside, ...]:
    """Say that nothing was found, what was searched for it, and what could not be read."""
    searched = coverage.reports_searched
    reports = f"{searched} readable report{'s' if searched != 1 else ''}"
    where = "what was searched" if coverage.languages_uncovered else f"the {reports} searched"
    told = [aside("not_found", f"Nothing that surely answers this was found in {where}.")]
    if coverage.absent_words and not coverage.languages_uncovered:
        words = ", ".join(f"“{word}”" for word in coverage.absent_words)
        told.append(aside("absent_words", f"No readable page in scope holds {words}."))
    if coverage.languages_uncovered:
        languages = ", ".join(coverage.languages_uncovered)
        told.append(aside(
            "languages",
            f"This is no proof of silence: reports in {languages} were not covered by a question in another one.",
        ))  # fmt: skip
    if coverage.withheld:
        told.append(aside("withheld", f"Withheld from the model: {', '.join(coverage.withheld)}."))
    if coverage.unreadable:
        told.append(unreadable(coverage))
    return tuple(told)


def _under_heading(part: str, claims: PlacedClaims) -> Section:
    """Return the answer to one of several questions, under it."""
    mine = _blocks([(at, claim) for at, claim in claims if claim.leg == part])
    return Section(
        heading=f"{part[:1].upper()}{part[1:]}?", level=3, blocks=mine or (aside("not_found", "Nothing found."),)
    )


def _blocks(claims: PlacedClaims) -> tuple[TextBlock, ...]:
    told = [(claim, sentence_of(at, claim)) for at, claim in claims]
    if claims and claims[0][1].kind == "catalogue":
        return tuple(_paragraph(one, "item" if at else "plain") for at, (_, one) in enumerate(told))
    stated = [sentence for claim, sentence in told if claim.kind == "stated"]
    is_list = len(stated) > 1 and all(sentence.kind == "quoted" for sentence in stated)
    body = [_paragraph(one, "item") for one in stated] if is_list else [Paragraph(sentences=tuple(stated))]
    return (
        *(_paragraph(one) for claim, one in told if claim.kind in ("count", "absence")),
        *(body if stated else ()),
        *(_paragraph(one, "notice") for claim, one in told if claim.kind == "inference" and claim.judged_by == "code"),
        *(_paragraph(one) for claim, one in told if claim.judged_by == "model" and claim.kind in CONCLUSIONS),
    )


def _paragraph(sentence: Sentence, form: ParagraphForm = "plain", depth: int = 0) -> Paragraph:
    return Paragraph(sentences=(sentence,), form=form, depth=depth)


def _list(claims: PlacedClaims) -> tuple[TextBlock, ...]:
    """Return a list under its lead-in, which is cited with every item; items below items are indented."""
    _, first = claims[0]
    leads = [list({one.id: one for one in claim.citations if one.role == "lead_in"}.values()) for _, claim in claims]
    head: list[Inline] = []
    if first.framing:
        head = [Origin(origin=introduction(first.framing), short=in_short(first.framing, first.quotes[0].locator))]
    head += [quotation(leads[0][:1], leads[0][:1]), " ", mark(first.citations)] if leads[0] else []
    page = leads[0][0].locator.label if leads[0] else ""
    items = [_item(at, claim, len(led_by) - 1, page) for (at, claim), led_by in zip(claims, leads, strict=True)]
    led = tuple(map(proof, leads[0][:1]))
    return (_paragraph(Sentence(kind="quoted", parts=tuple(head), proofs=led)), *items)


def _item(at: int, claim: Claim, depth: int, page: str) -> Paragraph:
    place = claim.quotes[0].locator
    elsewhere: list[Inline] = [f" ({place.label})"] if place.page is not None and place.label != page else []
    parts = (quote_of(claim), *elsewhere, " ", mark(claim.citations))
    told = Sentence(kind="quoted", parts=parts, claim=at, proofs=proofs(claim.citations))
    return _paragraph(told, "item", max(0, depth))
