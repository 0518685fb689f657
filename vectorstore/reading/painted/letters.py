"""How the signs of a PDF page are set, asked of many signs at once: a line for itself would cost several times that."""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat

import pypdfium2 as pdfium

from ..layout.direction import turn_of
from ..layout.glyphs import BOLD, Glyphs
from . import questions
from .questions import Answers


class Letters(Glyphs):
    """The signs of one page by their index, as `Glyphs` tells of them one by one; answers are put in a common room."""

    def __init__(
        self, textpage: pdfium.PdfTextPage, answers: Answers, length: int, before: Callable[[int], int] | None = None
    ) -> None:
        """`length` is that of the text as PDFium gives it, `before` where a sign of the text stood in that text."""
        super().__init__(textpage, before)
        self._answers_room = answers
        self._handle = questions.handle(self._address)
        # Signs are in the order of the text: where the last has its own place as index, all have.
        self.plain = before is None and (not length or super().index(length - 1) == length - 1)

    def index(self, place: int) -> int:
        """The index of the sign at this place of the page's text, -1 where there is none."""
        return place if self.plain else super().index(place)

    def indices(self, places: list[int]) -> list[int]:
        """The indices of the signs at these places."""
        return places if self.plain else list(map(super().index, places))

    def edges(self, firsts: Sequence[int], lasts: Sequence[int]) -> tuple[list[float], list[float]]:
        """The left edges of some signs and the right edges of as many others."""
        count = len(firsts)
        room, places = self._answers_room.doubles(2 * count + 1)
        page, rest = repeat(self._handle), repeat(places[2 * count])
        deque(map(questions.box_of, page, firsts, places, rest, rest, rest), maxlen=0)
        deque(map(questions.box_of, page, lasts, rest, places[count : 2 * count], rest, rest), maxlen=0)
        return room[:count], room[count : 2 * count]

    def origins(self, signs: Sequence[int]) -> list[tuple[float, float]]:
        """Where signs begin and their base lines; zeros where PDFium does not know."""
        count = len(signs)
        room, places = self._answers_room.doubles(2 * count)
        known = list(map(questions.origin_of, repeat(self._handle), signs, places, places[count : 2 * count]))
        found = list(zip(room[:count], room[count : 2 * count], strict=True))
        return (
            found
            if all(known)
            else [one if is_known else (0.0, 0.0) for one, is_known in zip(found, known, strict=True)]
        )

    def stature(self, signs: Sequence[int]) -> list[tuple[float, int]]:
        """The size of each sign's letters in points, as they stand on the page, and the quarters they are turned by."""
        sizes = list(map(questions.letter_size, repeat(self._handle), signs))
        known, flat = self._answers_room.letter_matrices(self._handle, signs)
        return [
            (size * (up * up + d * d) ** 0.5, turn_of(a, up) if up or a < 0 else 0) if is_known else (size, 0)
            for size, is_known, a, up, d in zip(sizes, known, flat[0::6], flat[1::6], flat[3::6], strict=True)
        ]

    def is_bold(self, index: int) -> bool:
        """Whether the name of a sign's font says that it is a bold one."""
        name = self._answers_room.font(self._handle, index)
        known = self._answers_room.bold
        if name not in known:
            known[name] = BOLD.search(name) is not None
        return known[name]
