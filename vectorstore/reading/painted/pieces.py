"""The pieces that a PDF page is painted with, in their order, and the runs of letters that stand on one base line."""

import ctypes
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from math import hypot
from operator import mul, ne, not_

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from . import questions
from .questions import Answers, Handle

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points
Matrix = tuple[float, ...]
DEEPEST = 6  # forms within forms
MOST = 60_000  # pieces of a page; a map of more is read as PDFium gives it


@dataclass(slots=True)
class LetterRun:
    """Pieces of text that follow each other in one size on one base line; `left` is where the first of them begins."""

    pieces: range
    size: float
    base: float
    left: float


@dataclass
class PaintedPage:
    """All pieces of a page, those inside of forms among them; text is known by its letter size, others have 0.

    `sizes`, `lefts` and `bases` are in points on the page; a piece that is turned or mirrored is not `upright`.
    """

    pieces: list[Handle]
    answers: Answers
    sizes: list[float]
    lefts: "array[float]"
    bases: list[float]
    upright: list[bool]
    parents: dict[int, Matrix] = field(default_factory=dict)

    @classmethod
    def of(cls, page: pdfium.PdfPage, answers: Answers) -> "PaintedPage":
        """Ask PDFium for the pieces of a loaded page."""
        count = raw.FPDFPage_CountObjects(page)
        if count > MOST:
            count = 0
        pieces = questions.pieces_of(page.raw, count)
        sizes = answers.sizes(pieces)
        parents: dict[int, Matrix] = {}
        others = compress(pieces, map(not_, sizes)) if 0.0 in sizes else ()
        if raw.FPDF_PAGEOBJ_FORM in map(questions.kind_of, others):
            inner = list(_inside(pieces, None, 0, answers))
            pieces = [piece for piece, _ in inner]
            parents = {number: matrix for number, (_, matrix) in enumerate(inner) if matrix is not None}
            sizes = answers.sizes(pieces)
        flat = answers.matrices(pieces)
        heights, upright = _stature(flat)
        lefts = array("d", flat[4::6]) if parents else flat[4::6]
        found = cls(pieces, answers, list(map(mul, sizes, heights)), lefts, flat[5::6].tolist(), upright, parents)
        for number, parent in parents.items():
            found._place(number, _times(tuple(flat[6 * number : 6 * number + 6]), parent))
        return found

    def _place(self, number: int, matrix: Matrix) -> None:
        """Enter a piece of a form where the form puts it."""
        a, b, c, d, self.lefts[number], self.bases[number] = matrix
        own = self.answers.matrices([self.pieces[number]])
        inner = (own[2] ** 2 + own[3] ** 2) ** 0.5
        self.sizes[number] *= (c * c + d * d) ** 0.5 / inner if inner else 0.0
        self.upright[number] = is_upright(a, b, c, d)

    @cached_property
    def texts(self) -> Sequence[int]:
        """The numbers of the pieces that are text."""
        return list(compress(range(len(self.sizes)), self.sizes)) if self.others else range(len(self.sizes))

    @cached_property
    def others(self) -> list[int]:
        """The numbers of the pieces that are no text."""
        return list(compress(range(len(self.sizes)), map(not_, self.sizes))) if 0.0 in self.sizes else []

    @cached_property
    def stretches(self) -> list[range]:
        """Neighbours in the order of painting that have one size and one base line; what is no text among them."""
        sizes, bases = self.sizes, self.bases
        if not sizes:
            return []
        changes = list(compress(range(1, len(bases)), map(ne, bases, bases[1:])))
        if sizes.count(sizes[0]) < len(sizes):
            changes = sorted({*changes, *compress(range(1, len(sizes)), map(ne, sizes, sizes[1:]))})
        return list(map(range, [0, *changes], [*changes, len(sizes)]))

    @cached_property
    def runs(self) -> list[LetterRun]:
        """The upright text in runs, in the order of painting."""
        sizes, bases, lefts, upright = self.sizes, self.bases, self.lefts, self.upright
        return [
            LetterRun(pieces, sizes[first], bases[first], lefts[first])
            for pieces in self.stretches
            if sizes[first := pieces.start] and upright[first]
        ]

    def box(self, number: int) -> Box:
        """Where a piece stands on the page."""
        found = self.answers.bounds(self.pieces[number])
        parent = self.parents.get(number) if self.parents else None
        if parent is None:
            return found
        corners = [_point(parent, x, y) for x in found[::2] for y in found[1::2]]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        return min(across), min(up), max(across), max(up)

    def kind(self, number: int) -> int:
        """PDFium's kind of a piece."""
        return questions.kind_of(self.pieces[number])

    def _pointer(self, number: int) -> object:
        return ctypes.cast(self.pieces[number], raw.FPDF_PAGEOBJECT)  # type: ignore[arg-type]

    def drop(self, number: int) -> None:
        """Take a piece from the page as it is held in memory: its words are not read."""
        raw.FPDFPageObj_SetIsActive(self._pointer(number), False)

    def restore(self, number: int) -> None:
        """Put back a piece that was dropped."""
        raw.FPDFPageObj_SetIsActive(self._pointer(number), True)

    def move(self, number: int, base: float) -> None:
        """Put a piece of text on another base line of the page as it is held in memory."""
        matrix = raw.FS_MATRIX(*self.answers.matrices([self.pieces[number]]))
        parent = self.parents.get(number)
        matrix.f += (base - self.bases[number]) / (parent[3] if parent else 1.0)
        raw.FPDFPageObj_SetMatrix(self._pointer(number), matrix)


def is_upright(a: float, b: float, c: float, d: float) -> bool:
    """Whether a matrix leaves letters standing on a level line, slanted ones included."""
    return a > 0 and d > 0 and abs(b) < 0.01 * a and abs(c) < 0.5 * d


def _stature(flat: "array[float]") -> tuple["array[float]", list[bool]]:
    """How high matrices make letters, and which of them leave letters upright; `flat` holds six numbers of each."""
    a, b, c, heights = (flat[number::6] for number in range(4))
    numbers = range(len(heights))
    upright = [True] * len(heights)
    if any(b) or any(c) or (heights and min(heights) < 0):
        heights = array("d", heights)
        for number in {*compress(numbers, b), *compress(numbers, c), *_falling(a), *_falling(heights)}:
            d = heights[number]
            heights[number] = hypot(c[number], d)
            upright[number] = is_upright(a[number], b[number], c[number], d)
    return heights, upright


def _falling(numbers: "array[float]") -> Iterator[int]:
    """Where numbers are not above 0."""
    return compress(range(len(numbers)), map((0.0).__ge__, numbers))


def _inside(
    pieces: list[Handle], matrix: Matrix | None, depth: int, answers: Answers
) -> Iterator[tuple[Handle, Matrix | None]]:
    """The pieces with those of the forms among them, each with the matrix that leads from its form to the page."""
    for piece in pieces:
        if questions.kind_of(piece) != raw.FPDF_PAGEOBJ_FORM or depth == DEEPEST:
            yield piece, matrix
            continue
        own = tuple(answers.matrices([piece]))
        inner = questions.pieces_of_form(piece, MOST)
        yield from _inside(inner, _times(own, matrix) if matrix else own, depth + 1, answers)


def _times(one: Matrix, two: Matrix) -> Matrix:
    """The matrix that does first `one`, then `two`."""
    a, b, c, d, e, f = one
    return (
        a * two[0] + b * two[2], a * two[1] + b * two[3],
        c * two[0] + d * two[2], c * two[1] + d * two[3],
        e * two[0] + f * two[2] + two[4], e * two[1] + f * two[3] + two[5],
    )  # fmt: skip


def _point(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
