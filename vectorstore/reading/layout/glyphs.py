"""How the signs of a PDF page are set: where they stand, how large and how bold, as PDFium tells it sign by sign."""

import ctypes
import re
from collections import deque
from collections.abc import Sequence
from itertools import chain, repeat

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from .frame import Frame, turn_of

BOLD = re.compile(rb"bold|black|heavy|semibd|demi|-bd|[-,]b$", re.IGNORECASE)
FONT_NAME = 100  # bytes; a longer name is not looked at


class Glyphs:
    """The signs of one page by their index; positions in points, counted from the left and from below.

    A page has thousands of them and each answer is a call into PDFium, so that what the calls share is kept.
    """

    def __init__(self, textpage: pdfium.PdfTextPage) -> None:
        self._page = textpage.raw
        self._left, self._base, self._rest = ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
        self._lefts: list[ctypes.c_double] = []
        self._rights: list[ctypes.c_double] = []
        self._matrix = raw.FS_MATRIX()

    def index(self, place: int) -> int:
        """The index of the sign at this place of the page's text, -1 where there is none."""
        return int(raw.FPDFText_GetCharIndexFromTextIndex(self._page, place))

    def origin(self, index: int) -> tuple[float, float]:
        """Where a sign begins and its base line; zeros where PDFium does not know."""
        if index < 0 or not raw.FPDFText_GetCharOrigin(self._page, index, self._left, self._base):
            return 0.0, 0.0
        return self._left.value, self._base.value

    def edges(self, firsts: Sequence[int], lasts: Sequence[int]) -> tuple[list[float], list[float]]:
        """The left edges of some signs and the right edges of as many others."""
        self._make_room(len(firsts))
        page, rest = repeat(self._page), repeat(self._rest)
        answers = chain(
            map(raw.FPDFText_GetCharBox, page, firsts, self._lefts, rest, rest, rest),
            map(raw.FPDFText_GetCharBox, page, lasts, rest, self._rights, rest, rest),
        )
        deque(answers, maxlen=0)  # two calls a word: a loop in Python would cost as much as the calls
        return (
            [left.value for left in self._lefts[: len(firsts)]],
            [right.value for right in self._rights[: len(lasts)]],
        )

    def framed_edges(
        self, firsts: Sequence[int], lasts: Sequence[int], frame: Frame
    ) -> tuple[list[float], list[float]]:
        """Where words begin and end along a line of this frame; `firsts` and `lasts` are their first and last signs."""
        if frame.plain:
            return self.edges(firsts, lasts)
        boxes = [(self._box(first, frame), self._box(last, frame)) for first, last in zip(firsts, lasts, strict=True)]
        return [min(one[0], two[0]) for one, two in boxes], [max(one[1], two[1]) for one, two in boxes]

    def _box(self, index: int, frame: Frame) -> tuple[float, float]:
        left, right, foot, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self._page, index, left, right, foot, top)
        return frame.edges(left.value, right.value, foot.value, top.value)

    def turn(self, index: int) -> int:
        """The quarters by which a sign is turned against the clock; `frame.OTHER` for any other angle."""
        if not raw.FPDFText_GetMatrix(self._page, index, self._matrix):
            return 0
        across, up = self._matrix.a, self._matrix.b
        return turn_of(across, up) if up or across < 0 else 0

    def _make_room(self, count: int) -> None:
        missing = range(len(self._lefts), count)
        self._lefts += [ctypes.c_double() for _ in missing]
        self._rights += [ctypes.c_double() for _ in missing]

    def size(self, index: int) -> float:
        """The size of a sign's letters in points, as they stand on the page."""
        size = float(raw.FPDFText_GetFontSize(self._page, index))
        if raw.FPDFText_GetMatrix(self._page, index, self._matrix):
            size *= (self._matrix.b**2 + self._matrix.d**2) ** 0.5
        return size

    def is_bold(self, index: int) -> bool:
        """Whether the name of a sign's font says that it is a bold one."""
        name = ctypes.create_string_buffer(FONT_NAME)
        length = raw.FPDFText_GetFontInfo(self._page, index, name, FONT_NAME, None)
        return 0 < length <= FONT_NAME and BOLD.search(name.value) is not None
