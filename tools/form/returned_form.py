"""Reads a returned form: what was answered to each question, what was added, and what became of the form itself."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from ...core.text import one_line, without_controls
from ...language.languages import has_cjk
from ...vectorstore.reading.page import FileText
from .form_pieces import FormPiece, codes, pieces, without_placeholder
from .made_form import FormCode, Key, MadeForm, SentForm

FoundBy = Literal["field", "beside", "question"]
RemarkKind = Literal[
    "renamed", "not_word", "moved", "deleted", "added", "reworded", "field_lost", "outside", "tracked_changes",
    "comments", "pictures", "unread", "other_form", "superseded", "same_file", "unfilled", "foreign", "failed",
    "not_returned",
]  # fmt: skip
_SHOWN = 60  # characters of words in a remark


class Remark(BaseModel, frozen=True):
    """What is to be known of a returned file, on one line."""

    kind: RemarkKind
    text: str


class WrittenBlock(BaseModel, frozen=True):
    """A paragraph, item or row that a partner wrote."""

    kind: str
    text: str


class GivenAnswer(BaseModel, frozen=True):
    """What was written to a question, and how it was known to belong there."""

    section: int
    question: int
    found_by: FoundBy
    blocks: list[WrittenBlock]

    @property
    def words(self) -> int:
        """How many words it has; of Japanese, characters."""
        return sum(count_words(block.text) for block in self.blocks)


class AddedText(BaseModel, frozen=True):
    """What a partner added: a question or section of the partner's own (its heading), or text that is below none.

    `section` is 0 where it stands before the first.
    """

    section: int
    heading: str
    blocks: list[WrittenBlock]


@dataclass(slots=True)
class _Reading:
    """One file being read, piece by piece."""

    answers: dict[Key, list[WrittenBlock]] = field(default_factory=dict)
    found_by: dict[Key, FoundBy] = field(default_factory=dict)
    fields: list[Key] = field(default_factory=list)  # in the order of the file
    asked: list[Key] = field(default_factory=list)  # questions that are still there, in that order
    seen: list[Key] = field(default_factory=list)  # both
    added: list[tuple[int, str, list[WrittenBlock]]] = field(default_factory=list)
    reworded: dict[Key, str] = field(default_factory=dict)
    foreign: Counter[FormCode] = field(default_factory=Counter)
    section: int = 0
    at: Key | int | None = None  # a question, the number of an addition, or nowhere yet

    def take(self, piece: FormPiece, known: set[Key], own: FormCode) -> None:
        if piece.key is not None and piece.key in known:
            if piece.code != own and piece.code is not None:
                self.foreign[piece.code] += 1
            self._take_field(piece, piece.key)
        elif piece.line is not None:
            self._take_printed(piece)
        elif text := _cleaned(piece.text):
            self._take_words(piece, text)

    def _take_field(self, piece: FormPiece, key: Key) -> None:
        if key not in self.fields:
            self.fields.append(key)
            self._note(key)
            if isinstance(self.at, int) and key not in self.asked and not self.added[self.at][2]:
                self.reworded[key] = self.added.pop(self.at)[1]
        self.section, self.at = key[0], key
        if text := _cleaned(piece.text):
            self.answers.setdefault(key, []).append(WrittenBlock(kind=_kind(piece), text=text))
            self.found_by[key] = "field"

    def _take_printed(self, piece: FormPiece) -> None:
        line = piece.line
        if line is None or line.kind == "other":
            return
        self.section = line.key[0]
        self.at = line.key if line.kind == "question" else None
        if line.kind == "question" and line.key not in self.asked:
            self.asked.append(line.key)
            self._note(line.key)

    def _take_words(self, piece: FormPiece, text: str) -> None:
        block = WrittenBlock(kind=_kind(piece), text=text)
        if piece.kind == "heading":
            self.at = len(self.added)
            self.added.append((self.section, text, []))
        elif isinstance(self.at, tuple):
            self.answers.setdefault(self.at, []).append(block)
            self.found_by[self.at] = "beside" if self.at in self.fields else self.found_by.get(self.at, "question")
        else:
            if self.at is None:
                self.at = len(self.added)
                self.added.append((self.section, "", []))
            self.added[self.at][2].append(block)

    def _note(self, key: Key) -> None:
        if key not in self.seen:
            self.seen.append(key)


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """A returned file as it was read: whose it is, the answers in the order of the form, additions and remarks."""

    code: FormCode
    answers: tuple[GivenAnswer, ...]
    added: tuple[AddedText, ...]
    deleted: frozenset[Key]
    remarks: tuple[Remark, ...]


def whose(document: FileText, forms: Mapping[str, MadeForm]) -> FormCode | None:
    """Return whose form a file is: the code that stands in it most often, one that is known before any other."""
    sent = {FormCode(name, partner) for name, form in forms.items() for partner in form.sent}
    found = codes(document, sent)
    return max(sent & found.keys() or found, key=lambda code: found[code], default=None)


def read_form(document: FileText, code: FormCode, form: MadeForm, sent: SentForm) -> ReturnedForm:
    """Return what stands in a returned form."""
    keys = [(number, at) for number, at, _ in form.template.questions()]
    reading = _Reading()
    for piece in pieces(document, form, sent):
        reading.take(piece, set(keys), code)
    answers = tuple(
        GivenAnswer(section=key[0], question=key[1], found_by=reading.found_by[key], blocks=reading.answers[key])
        for key in keys if key in reading.answers
    )  # fmt: skip
    added = tuple(AddedText(section=section, heading=heading, blocks=blocks) for section, heading, blocks in
                  reading.added if heading or blocks)  # fmt: skip
    deleted = frozenset(key for key in keys if key not in reading.seen and key not in reading.answers)
    is_paper = any(page.kind == "page" for page in document.pages)
    remarks = [*_of_structure(reading, keys, deleted, is_paper), *_of_additions(added), *_of_reading(document)]
    return ReturnedForm(code, answers, added, deleted, tuple(remarks))


def count_words(text: str) -> int:
    """Return how many words a text has; where words are not parted, how many characters."""
    dense = sum(map(has_cjk, text))
    spaced = "".join(" " if has_cjk(sign) else sign for sign in text).split() if dense else text.split()
    return dense + sum(any(map(str.isalnum, word)) for word in spaced)


def _of_structure(
    reading: _Reading, keys: Sequence[Key], deleted: frozenset[Key], is_paper: bool
) -> Iterable[Remark]:  # fmt: skip
    """Yield what is not as it was sent: what was deleted, moved, put in other words, or lost its field."""
    if is_paper:
        yield Remark(kind="not_word", text="it is a PDF, not Word: read by its questions, see whether all is in place")
    for what in _together(keys, deleted):
        yield Remark(kind="deleted", text=f"{what} was deleted")
    bare = [key for key in reading.fields if key not in reading.asked and key not in reading.reworded]
    for key in bare:
        yield Remark(kind="deleted", text=f"the words of question {_number(key)} were deleted, its field is there")
    stay = set(_rising(reading.seen))
    for what in _together(reading.seen, [key for key in reading.seen if key not in stay]):
        yield Remark(kind="moved", text=f"{what} was moved")
    for key, words in reading.reworded.items():
        yield Remark(kind="reworded", text=f"question {_number(key)} was put in other words: {_short(words)}")
    lost = [] if is_paper else [key for key in keys if key in reading.seen and key not in reading.fields]
    if lost:
        told = ", ".join(map(_number, lost))
        noun = "the field of question" if len(lost) == 1 else "the fields of questions"
        yield Remark(kind="field_lost", text=f"{noun} {told} got lost: read by the words of the question")
    for other in reading.foreign:
        yield Remark(kind="other_form", text=f"holds fields of another form ({other}): taken where they stand")


def _of_additions(added: Iterable[AddedText]) -> Iterable[Remark]:
    for one in added:
        where = f"in section {one.section}" if one.section else "before the first section"
        if one.heading:
            yield Remark(kind="added", text=f"added {where}: {_short(one.heading)}")
        else:
            yield Remark(kind="outside", text=f"text {where} below no question: {_short(one.blocks[0].text)}")


def _of_reading(document: FileText) -> Iterable[Remark]:
    if any(page.inserted or "deleted text" in page.left_out for page in document.pages):
        yield Remark(kind="tracked_changes", text="changes were tracked: insertions are taken, deletions left out")
    for name in dict.fromkeys(name for page in document.pages for name in page.unread):
        yield Remark(kind="unread", text=f"not read: {_short(name)}")
    for name in dict.fromkeys(n for page in document.pages for n in page.left_out if n != "deleted text"):
        yield Remark(kind="unread", text=f"left out: {_short(name)}")


def _together(keys: Sequence[Key], some: Iterable[Key]) -> Iterable[str]:
    """Yield "section 2" where all questions of a section are among some, "question 2.1" where not all are."""
    chosen = list(some)
    for section in dict.fromkeys(key[0] for key in chosen):
        mine = [key for key in chosen if key[0] == section]
        if len(mine) == sum(key[0] == section for key in keys):
            yield f"section {section}"
        else:
            yield from (f"question {_number(key)}" for key in mine)


def _rising(keys: Sequence[Key]) -> list[Key]:
    """Return the longest run of keys that stand in their order, with others left out between them."""
    best: list[list[Key]] = []
    for key in keys:
        before = max((one for one in best if one[-1] < key), key=len, default=[])
        best.append([*before, key])
    return max(best, key=len, default=[])


def _number(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _kind(piece: FormPiece) -> str:
    return piece.kind if piece.kind in ("item", "row") else "text"


def _cleaned(text: str) -> str:
    return one_line(without_controls(without_placeholder(text)))


def _short(words: str) -> str:
    told = one_line(without_controls(words))
    return f"“{told if len(told) <= _SHOWN else told[: _SHOWN - 1] + '…'}”"
