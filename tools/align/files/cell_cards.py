"""The cells of a matrix as cards of a web page: what is quoted, what it shows, or what it was looked for with."""

from collections.abc import Iterator

from ....core.shapes import Citation
from ....core.text import one_line
from ...answer.sentences import proof
from ...publish.html.endnotes import Endnotes
from ...publish.html.markup import element, line
from ..judging.judged_page import judged_line
from ..matrix import AlignmentMatrix, MatrixCell, Roadmap, SignedQuote
from ..matrix_page import SIGNS, STANCES, counted, is_draft, stance_label
from .cell_rows import figure_line, unread_lines, years_of

_MOST_SHOWN = 3  # quotes of a card that are shown in their place


class CellCards:
    """Writes the cards of a matrix; words are shown in their place as the notes of the page do."""

    def __init__(self, matrix: AlignmentMatrix, endnotes: Endnotes) -> None:
        self._matrix = matrix
        self._endnotes = endnotes

    def of_topic(self, at: int, topic: str) -> Iterator[str]:
        """Yield the cards of a topic, which stands at a place among the others."""
        for number, roadmap in enumerate(self._matrix.roadmaps, 1):
            cell = self._matrix.cell(topic, roadmap.name)
            if cell is not None:
                yield self._card(cell, roadmap, f"cell-{at}-{number}", number)

    def _card(self, cell: MatrixCell, roadmap: Roadmap, name: str, number: int) -> str:
        stance = element("span", line(stance_label(cell)), class_=f"stance s-{cell.stance}")
        heading = element("h3", f"{line(roadmap.name)} {stance}")
        parts = [element("p", line(_about(cell)), class_="about-cell")]
        parts += [element("p", line(f"Judged by people: {judged_line(cell.judged)}."))] if cell.judged else []
        parts += self._quotes(cell) if cell.citations else self._sought(cell)
        note = element("div", "\n".join(["", *parts, ""]), class_="note")
        nested = " nested" if roadmap.parent else ""
        return element(
            "article", f"\n{heading}\n{note}\n", class_=f"card{nested}", id=name, tabindex=-1, data_roadmap=number
        )  # fmt: skip

    def _quotes(self, cell: MatrixCell) -> Iterator[str]:
        signs = {one.quote: one for one in cell.signs}
        last = None
        for at, one in enumerate(one for one in cell.citations if one.role == "quote"):
            if one.number != last:
                yield element("p", self._endnotes.origin(one.number), class_="from")
            last = one.number
            if one.id in signs:
                yield element("p", line(_shows(signs[one.id])), class_="shows")
            yield self._endnotes.words(proof(one), in_place=at < _MOST_SHOWN)

    def _sought(self, cell: MatrixCell) -> Iterator[str]:
        looked = cell.searched
        if cell.why:
            yield element("p", line(f"Why: {cell.why}."))
        for unread in unread_lines(looked.unreadable):
            yield element("p", line(f"Not readable: {unread}."), class_="lacks")
        head = element("summary", line(f"Looked for in {counted(len(looked.queries), 'wording')}"))
        yield element("details", f"{head}{element('p', line(', '.join(looked.queries)), class_='sought')}")
        if looked.nearest is not None:
            yield element("p", line(_nearest(looked.nearest)), class_="from")
            yield self._endnotes.words(proof(looked.nearest))


def _about(cell: MatrixCell) -> str:
    looked = cell.searched
    searched = f"{counted(looked.passages, 'passage')} of {counted(looked.reports, 'report')} searched"
    if not cell.citations:
        return f"{searched}."
    told = [f"confidence {cell.confidence:.2f}", searched]
    told += ["drafts or replaced editions alone: no vote"] if is_draft(cell) else []
    told += [f"figures: {'; '.join(dict.fromkeys(map(figure_line, cell.figures)))}"] if cell.figures else []
    told += [f"years ahead: {', '.join(map(str, years))}"] if (years := years_of(cell)) else []
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}."


def _shows(sign: SignedQuote) -> str:
    if sign.stance == "reported":
        whose = f" the position of {sign.reported_of}" if sign.reported_of else " somebody else's position"
        told = f"Reports{whose}: it does not count"
    else:
        by = f" (“{one_line(sign.words)}”)" if sign.words else ""
        told = f"{SIGNS[sign.stance]} {STANCES[sign.stance]}{by}"
    counts = sign.counts or sign.stance == "reported"
    return told if counts else f"{told}; a draft or a replaced edition: it does not count"


def _nearest(citation: Citation) -> str:
    return f"The nearest passage, which does not speak of it: {citation.title}, {citation.file}"
