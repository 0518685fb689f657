"""What a checked draft asserts: the words each label rests on, the figures in them, and the paper made of it all."""

from collections.abc import Iterator

from ....core.text import squash
from ...check.check_page import check_page
from ...check.checked_draft import CheckedDraft, summary_of
from ..finding import ProblemKind
from ..item import Cited, Item, cited_as

_LABELS = "labels are not given anew: check the draft again for that"


def check_item(made: CheckedDraft, where: str) -> Item:
    """Return the item of a checked draft, nearest words included."""
    return Item(where, "evidence", cited=tuple(_cited(made, where)), problems=tuple(_wrong(made)), unproven=(_LABELS,))


def _cited(made: CheckedDraft, where: str) -> Iterator[Cited]:
    for one in made.sentences:
        place = f"{where}sentence {one.number}"
        yield from (cited_as(citation, f"{place}, [{citation.number}]") for citation in one.citations)
        yield from (cited_as(citation, f"{place}, nearest {at}") for at, citation in enumerate(one.nearest, 1))


def _wrong(made: CheckedDraft) -> Iterator[tuple[ProblemKind, str]]:
    """Yield what does not follow from its sentences: the summary, the paper, a figure that no quote gives."""
    if made.summary != summary_of(made.sentences):
        yield "report", "its summary is not that of its sentences"
    if made.document is not None and made.document != check_page(made):
        yield "report", "its document is not made of its sentences"
    for one in made.sentences:
        words = squash(" ".join(citation.quote for citation in one.citations))
        for figure in one.figures:
            if figure.other and squash(figure.other) not in words:
                yield "figure", f"sentence {one.number}: {figure.other} is not in the words it is taken from"
            if figure.start is not None and one.text[figure.start : figure.end] != figure.text:
                yield "figure", f"sentence {one.number}: {figure.text} is not in it where it says"
        if not one.citations and one.label in ("supported", "contradicted", "partly"):
            yield "report", f"sentence {one.number}: it is called {one.label} without words of a report"
