"""What changes assert: the words of both times, the figures taken from them, and the paper made of both."""

from collections.abc import Iterator

from ....core.shapes import Citation
from ....core.text import squash
from ...changes.answer_changes import AnswerChanges
from ...changes.change_files import Compared, paper_of
from ...changes.changed import Changes, MovedFigure
from ..finding import ProblemKind
from ..item import Cited, Item, cited_as

_ANSWERS = "quotes of answers are not looked up here: verify the two files of answers"


def changes_item(made: Compared, where: str) -> Item:
    """Return the item of changes; what was said before need not stand in the library any more."""
    problems: list[tuple[ProblemKind, str]] = []
    if made.document is not None and made.document != paper_of(made):
        problems.append(("report", "its document is not made of its changes"))
    if isinstance(made, AnswerChanges):
        return Item(where, "evidence", problems=tuple(problems), unproven=(_ANSWERS,))
    problems += _beside_quotes((*made.figures, *made.years))
    return Item(where, "evidence", cited=tuple(_cited(made, where)), problems=tuple(problems))


def _cited(made: Changes, where: str) -> Iterator[Cited]:
    is_past = bool(made.after.name)  # another snapshot: the library has gone on since
    for moved in (*made.figures, *made.years):
        place = f"{where}{', '.join(moved.topics)} | {moved.roadmap}"
        yield cited_as(moved.old, f"{place}, before", is_past=True)
        yield cited_as(moved.new, f"{place}, now", is_past=is_past)
    for kind in (made.stances, made.first_spoken, made.gone_silent, made.assessed, made.not_assessed):
        for change in kind:
            place = f"{where}{change.topic} | {change.roadmap}"
            yield from (cited_as(one, f"{place}, before", is_past=True) for one in change.old)
            yield from (cited_as(one, f"{place}, now", is_past=is_past) for one in change.new)


def _beside_quotes(moved: tuple[MovedFigure, ...]) -> Iterator[tuple[ProblemKind, str]]:
    """Yield the figures that do not stand in the words they are said to be from."""
    for one in moved:
        for told, quote in ((one.before, one.old), (one.after, one.new)):
            if not _gives(quote, told):
                yield "figure", f"{', '.join(one.topics)} | {one.roadmap}: {told} is not in the words it is taken from"


def _gives(quote: Citation, told: str) -> bool:
    """Tell whether words give a figure; how it was measured stands in brackets behind it."""
    words = squash(quote.quote)
    return squash(told) in words or squash(told.rpartition(" (")[0] or told) in words
