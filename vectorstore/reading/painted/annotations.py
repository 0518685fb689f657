"""What stands on a PDF page beside its own text: the values of form fields, text boxes and strikes of reviewers."""

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ..layout.lines import FILLED
from .edits import Edit
from .embedded import file_name
from .pieces import Box

COMMENTS = "comments"
UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
PASSWORD = 1 << 13
FARTHEST = 260.0  # points from a label to its field
LEVEL = 4.0  # points that the middles of signs of one line differ by
MOST = 2000  # annotations of a page
LINE = re.compile(r"\r\n|[\r\n]")
GOING_ON = re.compile(r"(?:\r\n|[\r\n])[^\W\d_A-ZÀ-Þ]")
FEW = 2  # words behind a field, in a line that is no running text: "20" [MW], "3 million" [euros a year]
BUTTONS = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
LISTS = (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
REMARKS = (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY)


@dataclass(frozen=True, slots=True)
class Shown:
    """Words that an annotation shows in its box; `beside` tells that they belong to a label in the page's text."""

    box: Box
    text: str
    beside: bool
    is_box: bool = False


@dataclass(slots=True)
class Annotated:
    """What the annotations of a page show, strike out and remark, and what of them could not be read."""

    shown: list[Shown] = field(default_factory=list)
    struck: list[Box] = field(default_factory=list)
    remarked: bool = False
    unread: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, sheet: pdfium.PdfPage) -> "Annotated":
        """Ask for all annotations of a loaded page; its document's form must have been opened before it."""
        found = cls()
        for number in range(min(raw.FPDFPage_GetAnnotCount(sheet), MOST)):
            annotation = raw.FPDFPage_GetAnnot(sheet, number)
            if not annotation:
                continue
            try:
                if not raw.FPDFAnnot_GetFlags(annotation) & UNSEEN:
                    found._enter(sheet, annotation)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
        return found

    def _enter(self, sheet: pdfium.PdfPage, annotation: raw.FPDF_ANNOTATION) -> None:
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind == raw.FPDF_ANNOT_LINK:
            return
        if kind == raw.FPDF_ANNOT_WIDGET and sheet.formenv is not None:
            if shown := _field(sheet.formenv, annotation):
                self.shown.append(shown)
        elif kind == raw.FPDF_ANNOT_FREETEXT:
            if words := _string(annotation, b"Contents"):
                self.shown.append(Shown(_box(annotation), words, beside=False))
            else:
                self.unread.append("a text box")
        elif kind == raw.FPDF_ANNOT_FILEATTACHMENT:
            file = raw.FPDFAnnot_GetFileAttachment(annotation)
            self.unread.append(f"an embedded file {file_name(file)!r}" if file else "an embedded file")
        elif kind == raw.FPDF_ANNOT_STAMP:
            self.unread.append("a stamp")
        elif kind == raw.FPDF_ANNOT_STRIKEOUT:
            self.struck += _quads(annotation)
        elif kind in REMARKS:
            self.remarked = self.remarked or bool(_string(annotation, b"Contents"))

    def edits(self, text: str, edges: Sequence[Box], place_of: Callable[[int], int]) -> Iterator[Edit]:
        """Where the words stand in the text: behind the label left of them, before one right of a box to tick.

        Else they are a paragraph of their own, below the line that stands above them. Lines filled in are marked as
        such. `edges` are the boxes of the signs, `place_of` gives the place of a sign in the text.
        """
        places: dict[int, list[tuple[Shown, str]]] = {}
        for shown in sorted(self.shown, key=lambda one: (-one.box[3], one.box[0])):
            place, words = _placed(shown, text, edges, place_of)
            places.setdefault(place, []).append((shown, words))
        for place, entries in places.items():
            entries.sort(key=lambda entry: (entry[1][0] == "\r", -round(entry[0].box[3] / 6), entry[0].box[0]))
            yield Edit(place, place, "".join(words for _, words in entries))


def _placed(shown: Shown, text: str, edges: Sequence[Box], place_of: Callable[[int], int]) -> tuple[int, str]:
    left, bottom, right, top = shown.box
    words = _marked(shown.text)
    if shown.beside:
        level = [
            (sign, edge)
            for sign, edge in enumerate(edges)
            if bottom - 3 <= (edge[1] + edge[3]) / 2 <= top + 3 and edge[2] > edge[0]
        ]
        after = _nearest([one for one in level if right - 2 <= one[1][0] <= right + 40], shown)
        if shown.is_box and after:
            place = place_of(min(after, key=lambda one: one[1][0])[0])
            if place >= 0:
                return place, f"{words} "
        before = _nearest([one for one in level if left - FARTHEST <= one[1][2] <= left + 4], shown)
        if before:
            place = _word_end(text, place_of(max(before, key=lambda one: one[1][2])[0]) + 1)
            if place > 0:
                is_running = len(text[place : _line_end(text, place)].split()) > FEW
                return place, f" {shown.text if is_running else words}"
    above = [
        (edge[1], -sign)
        for sign, edge in enumerate(edges)
        if edge[1] >= (bottom + top) / 2 and edge[0] < right and edge[2] > left and edge[2] > edge[0]
    ] or [(edge[1], -sign) for sign, edge in enumerate(edges) if edge[1] >= (bottom + top) / 2 and edge[2] > edge[0]]
    place = place_of(-min(above)[1]) if above else -1
    if place < 0:
        return 0, words + ("\r\n\r\n" if text else "")
    return _paragraph_end(text, place), f"\r\n\r\n{words}\r\n"


def _nearest(signs: Sequence[tuple[int, Box]], shown: Shown) -> list[tuple[int, Box]]:
    """Those of the signs that stand in the line nearest to the middle of a field."""
    middle = shown.box[1] + shown.box[3]
    away = [abs(edge[1] + edge[3] - middle) / 2 for _, edge in signs]
    return [one for one, far in zip(signs, away, strict=True) if far <= min(away) + LEVEL]


def _marked(words: str) -> str:
    return "\r\n".join(line + FILLED for line in LINE.split(words) if line.strip())


def _word_end(text: str, place: int) -> int:
    """The end of the word that a place is within."""
    while 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum():
        place += 1
    return place


def _paragraph_end(text: str, place: int) -> int:
    """The end of a line with those after it that go on within its sentence, by their small first letters."""
    while (after := GOING_ON.match(text, place := _line_end(text, place))) is not None:
        place = after.end()
    return place


def _line_end(text: str, place: int) -> int:
    ends = [end for end in (text.find("\r", place), text.find("\n", place)) if end >= 0]
    return min(ends, default=len(text))


def _field(form: pdfium.PdfFormEnv, annotation: raw.FPDF_ANNOTATION) -> Shown | None:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    box = _box(annotation)
    if kind in BUTTONS:
        return Shown(box, "☒" if raw.FPDFAnnot_IsChecked(form, annotation) else "☐", beside=True, is_box=True)
    if kind in LISTS:
        count = min(max(raw.FPDFAnnot_GetOptionCount(form, annotation), 0), MOST)
        chosen = [
            _answer(partial(raw.FPDFAnnot_GetOptionLabel, form, annotation, at))
            for at in range(count)
            if raw.FPDFAnnot_IsOptionSelected(form, annotation, at)
        ]
        if words := ", ".join(chosen):
            return Shown(box, words, beside=True)
    elif kind != raw.FPDF_FORMFIELD_TEXTFIELD or raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & PASSWORD:
        return None
    words = _answer(partial(raw.FPDFAnnot_GetFormFieldValue, form, annotation))
    return Shown(box, words, beside=True) if words else None


def _box(annotation: raw.FPDF_ANNOTATION) -> Box:
    frame = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, frame)
    return frame.left, min(frame.bottom, frame.top), frame.right, max(frame.bottom, frame.top)


def _quads(annotation: raw.FPDF_ANNOTATION) -> Iterator[Box]:
    quad = raw.FS_QUADPOINTSF()
    for number in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), MOST)):
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, number, quad):
            across, up = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield min(across), min(up), max(across), max(up)


def _string(annotation: raw.FPDF_ANNOTATION, key: bytes) -> str:
    return _answer(partial(raw.FPDFAnnot_GetStringValue, annotation, key))


def _answer(ask: Callable[[object, int], int]) -> str:
    """A text that PDFium writes in two-byte signs, without the white space around it."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    room = (ctypes.c_ushort * (size // 2 + 1))()
    ask(room, size)
    return bytes(room)[: size - 2].decode("utf-16-le", "replace").replace("\0", "").strip()
