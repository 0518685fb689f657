"""PDFium's questions about the pieces and signs of a page, with as little as possible around each: there are thousands.

Arguments are either small numbers or made ready by `handle` and `ctypes.byref`, once for all questions: then ctypes has
nothing to look up or to convert, which costs more than most of the answers. It checks nothing either.
"""

import ctypes
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat

import pypdfium2.raw as raw

Handle = object  # an address as ctypes passes it on
PdfiumCall = Callable[..., int]
NAME = 100  # bytes of a font's name
Place = object  # where PDFium is to write an answer


def _bare(function: object, result: type | None = None) -> PdfiumCall:
    """The same function without declared arguments; PDFium never waits in these, so that the lock is kept."""
    address = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(result)(address)  # type: ignore[arg-type]


handle: Callable[[int], Handle] = ctypes.c_void_p.from_param
_piece_of_page = _bare(raw.FPDFPage_GetObject, ctypes.c_void_p)
kind_of = _bare(raw.FPDFPageObj_GetType, ctypes.c_int)
mode_of = _bare(raw.FPDFTextObj_GetTextRenderMode, ctypes.c_int)
clip_of = _bare(raw.FPDFPageObj_GetClipPath, ctypes.c_void_p)
clip_count = _bare(raw.FPDFClipPath_CountPaths, ctypes.c_int)
clip_edges = _bare(raw.FPDFClipPath_CountPathSegments, ctypes.c_int)
clip_edge = _bare(raw.FPDFClipPath_GetPathSegment, ctypes.c_void_p)
edge_count = _bare(raw.FPDFPath_CountSegments, ctypes.c_int)
is_transparent = _bare(raw.FPDFPageObj_HasTransparency, ctypes.c_int)
owner_of = _bare(raw.FPDFText_GetTextObject, ctypes.c_void_p)
mark_count = _bare(raw.FPDFPageObj_CountMarks, ctypes.c_int)
_size_of = _bare(raw.FPDFTextObj_GetFontSize)
_matrix_of = _bare(raw.FPDFPageObj_GetMatrix)
_fill_of = _bare(raw.FPDFPageObj_GetFillColor)
_draw_mode_of = _bare(raw.FPDFPath_GetDrawMode, ctypes.c_int)
_stroke_width_of = _bare(raw.FPDFPageObj_GetStrokeWidth, ctypes.c_int)
_point_of = _bare(raw.FPDFPathSegment_GetPoint, ctypes.c_int)
_bounds_of = _bare(raw.FPDFPageObj_GetBounds)
box_of = _bare(raw.FPDFText_GetCharBox)
origin_of = _bare(raw.FPDFText_GetCharOrigin, ctypes.c_int)
letter_size = _bare(raw.FPDFText_GetFontSize, ctypes.c_double)
_letter_matrix_of = _bare(raw.FPDFText_GetMatrix, ctypes.c_int)
_font_of = _bare(raw.FPDFText_GetFontInfo, ctypes.c_ulong)


def address(pointer: object) -> int:
    """The address behind one of pypdfium2's handles."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def pieces_of_form(form: Handle, most: int) -> list[Handle]:
    """The pieces of a form, the first ones where it has more than `most`."""
    pointer = ctypes.cast(form, raw.FPDF_PAGEOBJECT)  # type: ignore[arg-type]
    count = raw.FPDFFormObj_CountObjects(pointer)
    return [handle(address(raw.FPDFFormObj_GetObject(pointer, number))) for number in range(min(count, most))]


def pieces_of(page: object, count: int) -> list[Handle]:
    """The pieces of a loaded page; numbers beside them would fill and empty Python's memory page after page."""
    return list(map(handle, map(_piece_of_page, repeat(handle(address(page))), range(count))))


def owners(textpage: Handle, count: int) -> list[int]:
    """For each sign of a page the piece it belongs to; `None` in it are signs that PDFium made up."""
    return list(map(owner_of, repeat(textpage), range(count)))


class Answers:
    """Room for what PDFium answers about many pieces, with the places in it; used anew page after page."""

    def __init__(self) -> None:
        self._bounds = (ctypes.c_float * 4)()
        self._bound_places = [ctypes.byref(self._bounds, 4 * number) for number in range(4)]
        self._modes = (ctypes.c_int * 2)()
        self._mode_places = [ctypes.byref(self._modes), ctypes.byref(self._modes, 4)]
        self._name = ctypes.create_string_buffer(NAME)
        self._name_place, self._name_length = ctypes.byref(self._name), ctypes.c_ulong(NAME)
        self.bold: dict[bytes, bool] = {}
        self._make_room(512)
        self._make_fill_room(256)
        self._make_doubles(1024)

    def _make_room(self, count: int) -> None:
        self._sizes, self._matrices = (ctypes.c_float * count)(), (ctypes.c_float * (6 * count))()
        self._size_places = [ctypes.byref(self._sizes, 4 * number) for number in range(count)]
        self._matrix_places = [ctypes.byref(self._matrices, 24 * number) for number in range(count)]

    def _make_fill_room(self, count: int) -> None:
        self._fills = (ctypes.c_uint * (4 * count))()
        self._fill_places = [
            [ctypes.byref(self._fills, 16 * number + 4 * part) for number in range(count)] for part in range(4)
        ]

    def _make_doubles(self, count: int) -> None:
        self._doubles = (ctypes.c_double * count)()
        self._double_places: list[Place] = [ctypes.byref(self._doubles, 8 * number) for number in range(count)]

    def sizes(self, pieces: Sequence[Handle]) -> "array[float]":
        """The letter size of each piece before its matrix; 0 for what is no text."""
        count = len(pieces)
        if count > len(self._size_places):
            self._make_room(2 * count)
        ctypes.memset(self._sizes, 0, 4 * count)
        deque(map(_size_of, pieces, self._size_places), maxlen=0)
        return _floats(self._sizes, count)

    def matrices(self, pieces: Sequence[Handle]) -> "array[float]":
        """The six numbers of each piece's matrix, one after the other."""
        count = len(pieces)
        if count > len(self._matrix_places):
            self._make_room(2 * count)
        ctypes.memset(self._matrices, 0, 24 * count)
        deque(map(_matrix_of, pieces, self._matrix_places), maxlen=0)
        return _floats(self._matrices, 6 * count)

    def letter_matrices(self, page: Handle, signs: Sequence[int]) -> tuple[list[int], "array[float]"]:
        """The six numbers of each sign's matrix, one after the other, and whether they are known."""
        count = len(signs)
        if count > len(self._matrix_places):
            self._make_room(2 * count)
        known = list(map(_letter_matrix_of, repeat(page), signs, self._matrix_places))
        return known, _floats(self._matrices, 6 * count)

    def doubles(self, count: int) -> tuple["ctypes.Array[ctypes.c_double]", list[Place]]:
        """Room for `count` numbers or more, and the places in it."""
        if count > len(self._double_places):
            self._make_doubles(2 * count)
        return self._doubles, self._double_places

    def font(self, page: Handle, sign: int) -> bytes:
        """The name of a sign's font; nothing where it is unknown or longer than `NAME`."""
        length = _font_of(page, sign, self._name_place, self._name_length, None)
        return self._name.value if 0 < length <= NAME else b""

    def fills(self, pieces: Sequence[Handle]) -> list[tuple[int, int, int, int]]:
        """Red, green, blue and opacity of each piece's inside, 0 to 255; a pattern has an opacity beyond."""
        count = len(pieces)
        if count > len(self._fill_places[0]):
            self._make_fill_room(2 * count)
        ctypes.memset(self._fills, 255, 16 * count)
        deque(map(_fill_of, pieces, *self._fill_places), maxlen=0)
        numbers = self._fills[: 4 * count]
        return list(zip(numbers[0::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True))

    def draw_mode(self, path: Handle) -> tuple[bool, bool]:
        """Whether the inside of a path is painted, and its line."""
        known = _draw_mode_of(path, self._mode_places[0], self._mode_places[1])
        return known != 0 and self._modes[0] != 0, known != 0 and self._modes[1] != 0

    def stroke_width(self, path: Handle) -> float:
        """How thick a path's line is; 0 where that is unknown."""
        return self._bounds[0] if _stroke_width_of(path, self._bound_places[0]) else 0.0

    def points(self, edges: Sequence[int]) -> list[tuple[float, float]]:
        """Where the edges of a path end, as far as known."""
        across, up, *_ = self._bound_places
        return [(self._bounds[0], self._bounds[1]) for edge in edges if _point_of(handle(edge), across, up)]

    def bounds(self, piece: Handle) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a piece in the space that its matrix leads to."""
        _bounds_of(piece, *self._bound_places)
        left, bottom, right, top = self._bounds
        return left, bottom, right, top


def _floats(answers: ctypes.Array[ctypes.c_float], count: int) -> "array[float]":
    found = array("f")
    found.frombytes(memoryview(answers).cast("B")[: 4 * count])
    return found
