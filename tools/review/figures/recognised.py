"""Figures that text recognition has read from a picture: a digit taken for another is no longer seen in the text."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ....core.shapes import Citation, Doubt
from ....language.figures import figures


def figures_recognised(text: str, citations: Sequence[Citation]) -> Iterator[Doubt]:
    """Yield a doubt for each figure in digits that a claim takes from recognised words, and from no others it cites."""
    sure = {key for one in citations if not one.locator.recognised for key in _keys(one.quote)}
    read = [(one.locator.label, _keys(one.quote)) for one in citations if one.locator.recognised]
    said = {(figure.value, figure.unit): figure for figure in figures(text)} if read else {}  # the words come last
    for key, figure in said.items():
        label = next((label for label, keys in read if key in keys), None)
        if label is None or key in sure or not any(map(str.isdigit, figure.text)):
            continue
        detail = f"the figure {figure.text} was read from a picture by text recognition: compare it with {label}"
        yield Doubt(kind="recognised", span=(figure.start, figure.end), detail=detail)


def _keys(quote: str) -> set[tuple[Decimal, str]]:
    return {(figure.value, figure.unit) for figure in figures(quote)}
