"""PDFium's questions about the pieces of a page, declared for plain addresses: a page has thousands of pieces.

The declarations of pypdfium2 wrap every pointer in an object of its own, which costs several times the call itself.
"""

import ctypes
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat

import pypdfium2.raw as raw

_INT, _ADDRESS = ctypes.c_int, ctypes.c_void_p
AddressCall = Callable[..., int]


def _plain(function: object, result: type, *arguments: type) -> AddressCall:
    """The same function for addresses as numbers; PDFium never waits in these, so that the lock is kept."""
    address = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


piece_of_page = _plain(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
piece_of_form = _plain(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
kind_of = _plain(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
matrix_of = _plain(raw.FPDFPageObj_GetMatrix, _INT, _ADDRESS, _ADDRESS)
size_of = _plain(raw.FPDFTextObj_GetFontSize, _INT, _ADDRESS, _ADDRESS)
mode_of = _plain(raw.FPDFTextObj_GetTextRenderMode, _INT, _ADDRESS)
fill_of = _plain(raw.FPDFPageObj_GetFillColor, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
bounds_of = _plain(raw.FPDFPageObj_GetBounds, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
clip_of = _plain(raw.FPDFPageObj_GetClipPath, _ADDRESS, _ADDRESS)
clip_count = _plain(raw.FPDFClipPath_CountPaths, _INT, _ADDRESS)
mark_count = _plain(raw.FPDFPageObj_CountMarks, _INT, _ADDRESS)
owner_of = _plain(raw.FPDFText_GetTextObject, _ADDRESS, _ADDRESS, _INT)
sign_at = _plain(raw.FPDFText_GetCharIndexFromTextIndex, _INT, _ADDRESS, _INT)
origin_of = _plain(raw.FPDFText_GetCharOrigin, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS)
turn_of = _plain(raw.FPDFText_GetMatrix, _INT, _ADDRESS, _INT, _ADDRESS)
letter_size = _plain(raw.FPDFText_GetFontSize, ctypes.c_double, _ADDRESS, _INT)
font_of = _plain(raw.FPDFText_GetFontInfo, ctypes.c_ulong, _ADDRESS, _INT, _ADDRESS, ctypes.c_ulong, _ADDRESS)
box_of = _plain(raw.FPDFText_GetCharBox, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)


def address(handle: object) -> int:
    """The address behind one of pypdfium2's handles."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def sizes(pieces: Sequence[int]) -> list[float]:
    """The letter size of each piece before its matrix; 0 for what is no text."""
    answers = (ctypes.c_float * len(pieces))()
    start = ctypes.addressof(answers)
    deque(map(size_of, pieces, range(start, start + 4 * len(pieces), 4)), maxlen=0)
    return list(answers)


def matrices(pieces: Sequence[int]) -> list[list[float]]:
    """Each of the six numbers of the matrices of all pieces."""
    answers = (ctypes.c_float * (6 * len(pieces)))()
    start = ctypes.addressof(answers)
    deque(map(matrix_of, pieces, range(start, start + 24 * len(pieces), 24)), maxlen=0)
    flat = array("f", bytes(answers))
    return [flat[number::6].tolist() for number in range(6)]


def matrix(piece: int) -> tuple[float, ...]:
    """The six numbers of a piece's matrix."""
    return tuple(number for [number] in matrices([piece]))


def fills(pieces: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Red, green, blue and opacity of each piece's inside, 0 to 255; a pattern has an opacity beyond."""
    answers = (ctypes.c_uint * (4 * len(pieces)))()
    start, stop = ctypes.addressof(answers), ctypes.addressof(answers) + 16 * len(pieces)
    ctypes.memset(start, 255, stop - start)
    deque(map(fill_of, pieces, *(range(start + 4 * number, stop, 16) for number in range(4))), maxlen=0)
    return list(zip(answers[0::4], answers[1::4], answers[2::4], answers[3::4], strict=True))


class Bounds:
    """Asks for the box of one piece after the other, with one room for all answers."""

    def __init__(self) -> None:
        self._answer = (ctypes.c_float * 4)()
        start = ctypes.addressof(self._answer)
        self._places = range(start, start + 16, 4)

    def of(self, piece: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a piece in the space that its matrix leads to."""
        bounds_of(piece, *self._places)
        left, bottom, right, top = self._answer
        return left, bottom, right, top


def owners(textpage: object, count: int) -> list[int]:
    """For each sign of a page the piece it belongs to; `None` in it are signs that PDFium made up."""
    return list(map(owner_of, repeat(address(textpage)), range(count)))
