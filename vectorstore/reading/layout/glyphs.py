"""How the signs of a PDF page are set: where they stand, how large and how bold, as PDFium tells it sign by sign."""

import ctypes
import re
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from . import calls
from .direction import Direction, turn_of

BOLD = re.compile(rb"bold|black|heavy|semibd|demi|-bd|[-,]b$", re.IGNORECASE)
FONT_NAME = 100  # bytes; a longer name is not looked at


class Glyphs:
    """The signs of one page by their index; positions in points, counted from the left and from below.

    A page has thousands of them and each answer is a call into PDFium, so that what the calls share is kept.
    """

    def __init__(self, textpage: pdfium.PdfTextPage, before: Callable[[int], int] | None = None) -> None:
        """`before` tells where the sign at a place of the text stands in the text as PDFium gives it."""
        self._textpage = textpage  # it is closed with the last that holds it
        self._page = textpage.raw
        self._before = before
        self._address = calls.address(self._page)
        self._place = (ctypes.c_double * 3)()
        self._left = ctypes.addressof(self._place)
        self._matrix = (ctypes.c_float * 6)()
        self._turn = ctypes.addressof(self._matrix)
        self._at = repeat(self._address)
        self._answers = (ctypes.c_double * 64)()
        self._name = ctypes.create_string_buffer(FONT_NAME)
        self._named = ctypes.addressof(self._name)

    def index(self, place: int) -> int:
        """The index of the sign at this place of the page's text, -1 where there is none."""
        if self._before is not None:
            place = self._before(place)
        return calls.sign_at(self._address, place)

    def boxes(self, count: int) -> list[tuple[float, float, float, float]]:
        """Left, bottom, right and top of the first `count` signs."""
        answers = (ctypes.c_double * (4 * count))()
        base = ctypes.addressof(answers)
        page, stop = self._address, base + 32 * count
        places = (range(base + 8 * number, stop, 32) for number in (0, 2, 1, 3))
        deque(map(calls.box_of, repeat(page), range(count), *places), maxlen=0)
        return list(zip(*(answers[number::4] for number in range(4)), strict=True))

    def origin(self, index: int) -> tuple[float, float]:
        """Where a sign begins and its base line; zeros where PDFium does not know."""
        if index < 0 or not calls.origin_of(self._address, index, self._left, self._left + 8):
            return 0.0, 0.0
        return self._place[0], self._place[1]

    def edges(self, firsts: Sequence[int], lasts: Sequence[int]) -> tuple[list[float], list[float]]:
        """The left edges of some signs and the right edges of as many others."""
        count = len(firsts)
        if count > len(self._answers):
            self._answers = (ctypes.c_double * (2 * count))()
        start, rest = ctypes.addressof(self._answers), self._left + 16
        # Two calls a word: a loop in Python would cost as much as the calls.
        deque(map(calls.box_of, self._at, firsts, range(start, start + 8 * count, 8), *[repeat(rest)] * 3), maxlen=0)
        lefts = self._answers[:count]
        rights = range(start, start + 8 * count, 8)
        deque(map(calls.box_of, self._at, lasts, repeat(rest), rights, repeat(rest), repeat(rest)), maxlen=0)
        return lefts, self._answers[:count]

    def framed_edges(
        self, firsts: Sequence[int], lasts: Sequence[int], frame: Direction
    ) -> tuple[list[float], list[float]]:
        """Where words begin and end along a line of this frame; `firsts` and `lasts` are their first and last signs."""
        if frame.plain:
            return self.edges(firsts, lasts)
        boxes = [(self._box(first, frame), self._box(last, frame)) for first, last in zip(firsts, lasts, strict=True)]
        return [min(one[0], two[0]) for one, two in boxes], [max(one[1], two[1]) for one, two in boxes]

    def _box(self, index: int, frame: Direction) -> tuple[float, float]:
        left, right, foot, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self._page, index, left, right, foot, top)
        return frame.edges(left.value, right.value, foot.value, top.value)

    def turn(self, index: int) -> int:
        """The quarters by which a sign is turned against the clock; `direction.OTHER` for any other angle."""
        if not calls.turn_of(self._address, index, self._turn):
            return 0
        across, up = self._matrix[0], self._matrix[1]
        return turn_of(across, up) if up or across < 0 else 0

    def size(self, index: int) -> float:
        """The size of a sign's letters in points, as they stand on the page."""
        size = float(calls.letter_size(self._address, index))
        if calls.turn_of(self._address, index, self._turn):
            size *= (self._matrix[1] ** 2 + self._matrix[3] ** 2) ** 0.5
        return size

    def is_bold(self, index: int) -> bool:
        """Whether the name of a sign's font says that it is a bold one."""
        length = calls.font_of(self._address, index, self._named, FONT_NAME, None)
        return 0 < length <= FONT_NAME and BOLD.search(self._name.value) is not None
