"""Which answers of a batch are others than those of an earlier run: of two files, with the quotes of both."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from ...core.shapes import Composed, Mode, Shape
from ...core.text import one_line, squash
from .change_table import BEFORE, NEW_WORDS, NOW, OLD_WORDS, ChangeTable, counted_kinds

AnswerPart = Literal["status", "answer", "quotes"]


class AnswerState(Shape):
    """An answer as a file has it: `sources` are its quotes with file and place, a line each, without their numbers."""

    id: str
    question: str
    each: str = ""
    status: str
    answer: str
    sources: tuple[str, ...] = ()


class AnswerChange(Shape):
    """An answer that is another, and in what; `old` quotes stand in the earlier one alone, `new` in the later one."""

    id: str
    question: str
    each: str = ""
    parts: tuple[AnswerPart, ...]
    before: AnswerState
    after: AnswerState
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class AnswerChanges(Composed):
    """What `changes --json` prints of two files of answers: those changed, new and gone, and how many are the same."""

    before: str
    after: str
    changed: tuple[AnswerChange, ...] = ()
    added: tuple[AnswerState, ...] = ()
    removed: tuple[AnswerState, ...] = ()
    unchanged: int = 0
    files: tuple[str, ...] = ()

    @property
    def mode(self) -> Mode:
        """That no model drafted it."""
        return "evidence"


def compare_answers(
    before: Sequence[AnswerState], after: Sequence[AnswerState], names: tuple[str, str]
) -> AnswerChanges:  # fmt: skip
    """Return what changed from the answers of one file to those of another; `names` are the files.

    Answers to the same question belong together by their ids, or where these are others by the question alone.
    """
    matched = _matched(before, after)
    changed = [found for old, new in matched if (found := _change(old, new))]
    was, now = {id(old) for old, _ in matched}, {id(new) for _, new in matched}
    return AnswerChanges(
        before=names[0], after=names[1], changed=tuple(changed),
        added=tuple(one for one in after if id(one) not in now),
        removed=tuple(one for one in before if id(one) not in was), unchanged=len(matched) - len(changed),
    )  # fmt: skip


def _matched(before: Sequence[AnswerState], after: Sequence[AnswerState]) -> list[tuple[AnswerState, AnswerState]]:
    by_id = {(one.id, *_asked(one)): one for one in before}
    found = [(by_id.get((one.id, *_asked(one))), one) for one in after]
    taken = {id(old) for old, _ in found if old is not None}
    left = [one for one in before if id(one) not in taken]
    open_ones = [new for old, new in found if old is None]
    was, now = Counter(map(_asked, left)), Counter(map(_asked, open_ones))
    by_question = {_asked(one): one for one in left if was[_asked(one)] == 1}
    return [
        (pair, new)
        for old, new in found
        if (pair := old or (by_question.get(_asked(new)) if now[_asked(new)] == 1 else None)) is not None
    ]


def _asked(one: AnswerState) -> tuple[str, str]:
    return squash(one.question), one.each


def _change(old: AnswerState, new: AnswerState) -> AnswerChange | None:
    had, has = ({squash(one): one for one in state.sources} for state in (old, new))
    parts: list[AnswerPart] = []
    if old.status != new.status:
        parts.append("status")
    if squash(old.answer) != squash(new.answer):
        parts.append("answer")
    if had.keys() != has.keys():
        parts.append("quotes")
    if not parts:
        return None
    return AnswerChange(
        id=new.id, question=new.question, each=new.each, parts=tuple(parts), before=old, after=new,
        old=tuple(told for key, told in had.items() if key not in has),
        new=tuple(told for key, told in has.items() if key not in had),
    )  # fmt: skip


def answer_tables(changes: AnswerChanges) -> list[ChangeTable]:
    """Return a table for each kind of which there is something to tell."""
    changed = tuple(
        (one.id, one.question, one.each, ", ".join(one.parts), _told(one.before), _told(one.after),
         "\n".join(one.old), "\n".join(one.new))
        for one in changes.changed
    )  # fmt: skip
    heads = ("Id", "Question", "Each", "What", BEFORE, NOW, OLD_WORDS, NEW_WORDS)
    short = ("Id", "Question", "Each", "Answer")
    tables = [
        ChangeTable("changed", "Answers that are others", heads, changed),
        ChangeTable("added", "New questions", short, tuple(map(_row, changes.added))),
        ChangeTable("removed", "Questions that are gone", short, tuple(map(_row, changes.removed))),
    ]
    return [table for table in tables if table.rows]


def answers_told(changes: AnswerChanges) -> Iterator[str]:
    """Yield what is compared, and what came out, in sentences."""
    yield f"Before: {changes.before}. Now: {changes.after}."
    told = counted_kinds(answer_tables(changes))
    same = "1 answer is the same" if changes.unchanged == 1 else f"{changes.unchanged} answers are the same"
    yield f"{told[:1].upper()}{told[1:]}; {same}." if told else f"Nothing changed: {same}."


def _row(one: AnswerState) -> tuple[str, ...]:
    return one.id, one.question, one.each, _told(one)


def _told(one: AnswerState) -> str:
    return f"{one.status}: {one_line(one.answer)}" if one.answer else one.status
