"""The list of abbreviations below a note: each beside what it stands for, as the report puts it that defines it."""

from collections.abc import Sequence

from ...core.document import Mark, Paragraph, Proof, Quote, Section, Sentence, SourcePlace
from ...core.shapes import Abbreviation
from ...core.text import one_line
from .phrases import phrases


def abbreviation_section(known: Sequence[Abbreviation], language: str) -> Section:
    """Return the list under its heading."""
    items = (Paragraph(sentences=(_sentence(one),), form="item") for one in known)
    return Section(heading=phrases(language).told("abbreviations"), blocks=tuple(items))


def _sentence(one: Abbreviation) -> Sentence:
    cited = one.citation
    quote, place = Quote(words=one_line(cited.quote), ids=(cited.id,)), cited.locator
    proof = Proof(
        source=cited.number, words=cited.quote, place=SourcePlace(label=place.label, paragraph=place.paragraph),
        page=place.page, id=cited.id,
    )  # fmt: skip
    return Sentence(kind="quoted", parts=(quote, " ", Mark(numbers=(cited.number,))), proofs=(proof,))
