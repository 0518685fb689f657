"""The text of a PDF page as an eye reads it: without what cannot be seen, raised and lowered letters in their place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ..layout.glyphs import Glyphs
from ..raised import lowered, raised
from . import questions
from .annotations import COMMENTS, Annotated
from .backdrops import Shapes
from .characters import spelled
from .edits import Edit, EditedText
from .layers import drop_unshown
from .letters import Letters
from .offset import OffsetMark, marks
from .pieces import Box, PaintedPage
from .questions import Answers
from .struck import STRUCK, struck
from .unseen import HIDDEN, Unseen

BLANKS = " \t\xa0"
PAUSES = (".", ",", ";", ":", ")", "!", "?")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The text of a page, where its signs stand, and what of the page is in it on purpose or not."""

    text: str
    glyphs: Letters
    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read_page(sheet: pdfium.PdfPage, answers: Answers, *, layered: bool = False) -> ReadPage:
    """Read a loaded page; what was found hidden is taken from it as it is held in memory.

    `answers` is the room for PDFium's answers, one for all pages. `layered` tells that the file has layers, some of
    which may be switched off.
    """
    page = PaintedPage.of(sheet, answers)
    shapes = Shapes.of(page)
    unshown = layered and drop_unshown(page, sheet)
    left_out = [HIDDEN] if Unseen(page, sheet, shapes).drop() or unshown else []
    found = marks(page, shapes.lines)
    for mark in found:
        if mark.follows:
            for piece in mark.pieces:
                page.move(piece, mark.base)
    annotated = Annotated.of(sheet)
    gone = [*struck(page, shapes.lines), *annotated.struck]
    textpage = sheet.get_textpage()
    text = textpage.get_text_range(errors="replace")
    edits = list(spelled(text, textpage))
    if found or gone or annotated.shown:
        signs = _Signs(page, textpage, text)
        out = list(signs.struck(gone))
        left_out += [STRUCK] if out else []
        edits = [*out, *signs.marks(found), *edits]
        if annotated.shown:
            edits += annotated.edits(text, signs.edges(), signs.place)
    left_out += [COMMENTS] if annotated.remarked else []
    edited = EditedText(text, _whole_lines(text, edits)) if edits else None
    glyphs = Letters(textpage, answers, len(text), edited.before if edited else None)
    return ReadPage(edited.text if edited else text, glyphs, tuple(left_out), tuple(dict.fromkeys(annotated.unread)))


@dataclass(frozen=True, slots=True)
class _Signs:
    """The signs of a page and the pieces that they belong to."""

    page: PaintedPage
    textpage: pdfium.PdfTextPage
    text: str

    def place(self, sign: int) -> int:
        """The place of a sign in the text; -1 where it is not part of it."""
        return int(raw.FPDFText_GetTextIndexFromCharIndex(self.textpage, sign))

    def _signs(self, piece: int) -> tuple[int, ...]:
        """The first and the last sign of a piece, if it has any."""
        owner, count = questions.address(self.page.pieces[piece]), self.textpage.count_chars()
        left, bottom, right, top = self.page.box(piece)
        near = raw.FPDFText_GetCharIndexAtPos(self.textpage, (left + right) / 2, (bottom + top) / 2, right - left, 2.0)
        page = questions.handle(questions.address(self.textpage.raw))
        if near < 0 or questions.owner_of(page, near) != owner:
            owners = questions.owners(page, count)
            if owner not in owners:
                return ()
            near = owners.index(owner)
        first = last = near
        while first and questions.owner_of(page, first - 1) == owner:
            first -= 1
        while last + 1 < count and questions.owner_of(page, last + 1) in (owner, None):
            last += 1
        while questions.owner_of(page, last) != owner:
            last -= 1
        return first, last

    def span(self, pieces: Sequence[int]) -> tuple[int, int] | None:
        """Where some pieces stand in the text, without blanks around."""
        signs = [sign for piece in pieces for sign in self._signs(piece)]
        if not signs:
            return None
        start, end = self.place(min(signs)), self.place(max(signs)) + 1
        if not 0 <= start < end:
            return None
        while start < end and self.text[end - 1].isspace():
            end -= 1
        while start < end and self.text[start].isspace():
            start += 1
        return (start, end) if start < end else None

    def struck(self, boxes: Sequence[Box]) -> Iterator[Edit]:
        """Take out the signs that stand in struck boxes."""
        for left, bottom, right, top in boxes:
            inside = [
                sign
                for sign, (x, low, end, high) in enumerate(self.edges())
                if left - 0.5 <= (x + end) / 2 <= right + 0.5 and bottom <= (low + high) / 2 <= top
            ]
            places = [self.place(sign) for sign in inside]
            places = [place for place in places if place >= 0]
            if places and self.text[min(places) : max(places) + 1].strip():
                yield self._cut(min(places), max(places) + 1)

    def edges(self) -> list[Box]:
        """The boxes of all signs."""
        return Glyphs(self.textpage).boxes(self.textpage.count_chars())

    def marks(self, found: Sequence[OffsetMark]) -> Iterator[Edit]:
        """What is written for each mark, and where."""
        above: OffsetMark | None = None
        for mark in found:
            if mark.kind == "above":
                above = mark
            elif mark.kind == "below":
                if above is not None:
                    yield from self._fraction(above, mark)
                above = None
            elif span := self.span(mark.pieces):
                yield from self._opening(mark, span) if mark.kind == "opening" else self._offset(mark, span)

    def _opening(self, mark: OffsetMark, span: tuple[int, int]) -> Iterator[Edit]:
        start, end = span
        if not mark.follows:
            host = self.span([mark.anchor])
            if host is None:
                return
            yield self._cut(start, end)
            yield Edit(host[0], host[0], self.text[start:end] + " ")
        elif self.text[end : end + 1].isalnum():
            yield Edit(end, end, " ")

    def _offset(self, mark: OffsetMark, span: tuple[int, int]) -> Iterator[Edit]:
        start, end = span
        body = self.text[start:end]
        write = lowered if mark.kind == "lowered" else raised
        if mark.follows:
            between = start
            while between and self.text[between - 1] in BLANKS and self._is_made_up(between - 1):
                between -= 1
            before = self.text[:between]
            if self._is_fraction(start, end):
                joint = " " if mark.kind == "raised" and before[-1:].isdigit() else ""
                yield Edit(between, end, joint + body)
            else:
                yield Edit(between, end, write(body, before[-20:]))
            return
        place = self._behind(mark)
        if place is None:
            return
        yield self._cut(start, end)
        gap = (
            self.text[place : place + 1] == " "
            and self._is_made_up(place)
            and self.text[place + 1 : place + 2] in PAUSES
        )
        yield Edit(place, place + gap, write(body, self.text[max(0, place - 20) : place]))

    def _is_fraction(self, start: int, end: int) -> bool:
        """Whether small digits stand next to a bar: the parts of a fraction."""
        near = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
        return self.text[start:end].isdigit() and ("/" in near or "⁄" in near)

    def _is_made_up(self, place: int) -> bool:
        sign = int(raw.FPDFText_GetCharIndexFromTextIndex(self.textpage, place))
        return sign >= 0 and bool(raw.FPDFText_IsGenerated(self.textpage, sign))

    def _behind(self, mark: OffsetMark) -> int | None:
        """The place in the text behind the last sign of a mark's piece that ends before the mark."""
        span = self.span([mark.anchor])
        if span is None:
            return None
        first, last = self._signs(mark.anchor)
        if self.page.box(mark.anchor)[2] > mark.right:
            edges = Glyphs(self.textpage).boxes(last + 1)
            inside = [sign for sign in range(first, last + 1) if (edges[sign][0] + edges[sign][2]) / 2 < mark.left]
            last = inside[-1] if inside else last
        end = self.place(last) + 1
        while end > span[0] + 1 and self.text[end - 1].isspace():
            end -= 1
        return end

    def _fraction(self, above: OffsetMark, below: OffsetMark) -> Iterator[Edit]:
        upper, lower = self.span(above.pieces), self.span(below.pieces)
        place = self._behind(above)
        if upper is None or lower is None or place is None:
            return
        one, two = self.text[slice(*upper)], self.text[slice(*lower)]
        if not (one.isalnum() and two.isalnum()):
            return
        joint = "" if self.text[place - 1 : place].isspace() else " "
        if above.follows and upper[0] < lower[0] and not self.text[upper[1] : lower[0]].strip():
            yield Edit(place, lower[1], f"{joint}{one}/{two}")
            return
        yield self._cut(*upper)
        yield self._cut(*lower)
        yield Edit(place, place, f"{joint}{one}/{two}")

    def _cut(self, start: int, end: int) -> Edit:
        """Take out a stretch and the blanks before it."""
        while start and self.text[start - 1] in BLANKS:
            start -= 1
        return Edit(start, end, "")


def _whole_lines(text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """The edits, with the line ends of lines from which everything is taken."""
    waiting: Edit | None = None
    for edit in sorted(edits):
        if waiting and not edit.text and edit.start <= waiting.end:
            waiting = Edit(waiting.start, max(waiting.end, edit.end), "")
            continue
        if waiting:
            yield _with_line_end(text, waiting)
        waiting = None if edit.text else edit
        if edit.text:
            yield edit
    if waiting:
        yield _with_line_end(text, waiting)


def _with_line_end(text: str, cut: Edit) -> Edit:
    end = cut.end
    while end < len(text) and text[end] in BLANKS:
        end += 1
    if (cut.start == 0 or text[cut.start - 1] in "\r\n") and (end == len(text) or text[end] in "\r\n"):
        if text[end : end + 2] == "\r\n":
            end += 2
        elif end < len(text):
            end += 1
        return Edit(cut.start, end, "")
    return cut
