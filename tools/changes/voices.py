"""How a roadmap is heard on a topic: in force, in a draft alone, silent, unread; and by which of its quotes."""

from typing import Literal

from ...core.shapes import Citation
from ..align.matrix import FOR, MatrixCell, SignedQuote, Stance

Voice = Literal["absent", "unread", "silent", "draft", "speaks"]
_UNSAID: tuple[Stance, ...] = ("silent", "not_assessed")


def voice(cell: MatrixCell | None) -> Voice:
    """Return how it is heard. What stands in editions that were replaced, and nowhere else, is not said any more.

    It is not taken for silence, though, where something of the newer editions could not be read.
    """
    if cell is None:
        return "absent"
    if cell.stance == "not_assessed":
        return "unread"
    if cell.stance == "silent":
        return "silent"
    if cell.counted:
        return "speaks"
    if any(is_draft(one) for one in cell.citations):
        return "draft"
    return "unread" if cell.searched.unreadable or cell.searched.languages_uncovered else "silent"


def heard(cell: MatrixCell) -> list[tuple[Citation, SignedQuote]]:
    """Return the quotes that a cell speaks with now, with what each shows: those in force, or else those of drafts."""
    quotes = {one.id: one for one in cell.citations if one.role == "quote"}
    shown = [(quotes[one.quote], one) for one in cell.signs if one.quote in quotes]
    in_force = [(quote, sign) for quote, sign in shown if sign.counts]
    if cell.counted:
        return in_force
    return [(quote, sign) for quote, sign in shown if is_draft(quote)] or shown


def deciding(cell: MatrixCell | None) -> tuple[Citation, ...]:
    """Return the quote that shows the stance of a cell, one for each side where it is mixed; none for silence."""
    if cell is None or cell.stance in _UNSAID:
        return ()
    said = heard(cell)
    wanted = (("opposes",), FOR) if cell.stance == "mixed" else ((cell.stance,),)
    found = [next((quote for quote, sign in said if sign.stance in stances), None) for stances in wanted]
    told = [one for one in found if one is not None] or [quote for quote, _ in said[:1]]
    return tuple(told)


def is_draft(citation: Citation) -> bool:
    """Tell whether words stand in a draft that nothing has replaced."""
    return citation.status == "draft" and citation.superseded_by is None
