"""Text on a PDF page that nobody can see: taken from the page before its words are read, and named."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import compress, pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from . import questions
from .backdrops import CLEAR, Backdrop, Colour, Shapes, clip_box
from .pieces import Box, PaintedPage

HIDDEN = "hidden text"
INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
FAINT = 20  # of 255: colours that differ by less in every part cannot be told apart
TINY = 1.0  # points
ALL = 150  # pieces of a page that are each asked for their colour
SOME = 60  # of more, unless one of them makes suspicious
TWICE = 0.12  # letter sizes that text painted twice, to look bold, is shifted by


class Unseen:
    """Looks for the pieces of text that are painted in vain.

    Hidden are: letters in the colour of what stands behind them, clear ones, invisible ones beside visible text and
    not on a picture (those are the words of a scan), letters below one point, and what is outside of the page, cut
    off or covered. Text painted twice is read once.
    """

    def __init__(self, page: PaintedPage, sheet: pdfium.PdfPage, shapes: Shapes) -> None:
        self._page = page
        self._shapes = shapes
        frame = raw.FS_RECTF()
        known = raw.FPDF_GetPageBoundingBox(sheet, frame)
        self._frame = (frame.left, frame.bottom, frame.right, frame.top) if known else None

    def drop(self) -> bool:
        """Take what is hidden from the page; whether there was any."""
        found = self._by_place() | self._by_paint() | self._cut_off() | self._covered()
        if found and len(found) == len(self._page.texts):
            return False  # the whole page: shown by other means than those looked at here
        for number in found | self._twice():
            self._page.drop(number)
        return any(_height(self._page.box(number)) > 0 for number in found)  # blanks are not missed

    def _by_place(self) -> set[int]:
        page, texts = self._page, self._page.texts
        found: set[int] = set()
        if not texts:
            return found
        firsts = [first for stretch in page.stretches if page.sizes[first := stretch.start]]
        if min(page.sizes[first] for first in firsts) < TINY:
            found = {n for n in texts if page.sizes[n] < TINY and _height(page.box(n)) < TINY}
        if self._frame is None:
            return found
        left, bottom, right, top = self._frame
        lefts = list(compress(page.lefts, page.sizes)) if page.others else page.lefts.tolist()
        bases = [page.bases[first] for first in firsts]
        if left <= min(lefts) and max(lefts) <= right and bottom <= min(bases) and max(bases) <= top:
            return found
        for number, x in zip(texts, lefts, strict=True):
            if not (left <= x <= right and bottom <= page.bases[number] <= top):
                box = page.box(number)
                if box[2] <= left or box[0] >= right or box[3] <= bottom or box[1] >= top:
                    found.add(number)
        return found

    @cached_property
    def _asked(self) -> Sequence[int]:
        """The pieces that are asked first: of a page painted word by word the first of each line and some more."""
        texts = self._page.texts
        if len(texts) <= ALL:
            return texts
        return sorted({run.pieces[0] for run in self._page.runs} | set(texts[:: len(texts) // SOME]))

    def _by_paint(self) -> set[int]:
        kinds = set(self._painted(self._asked))
        tones = {colour[:3] for colour, _ in kinds if not _is_pale(colour)}
        alike = [
            one
            for one in self._shapes.backdrops
            if one.is_rectangle and any(one.is_like(tone, FAINT) for tone in tones)
        ]
        if not (alike or any(mode == INVISIBLE or colour[3] < CLEAR or _is_pale(colour) for colour, mode in kinds)):
            return set()
        texts = self._page.texts
        painted = self._painted(texts)
        kinds = set(painted)
        bare = {kind for kind in kinds if kind[1] == INVISIBLE or kind[0][3] < CLEAR}
        pale = {kind for kind in kinds - bare if kind[1] == raw.FPDF_TEXTRENDERMODE_FILL and _is_pale(kind[0])}
        over = {number for one in alike for number in self._standing_in(one) if number > one.order}
        found = {
            number
            for number, kind in zip(texts, painted, strict=True)
            if (kind in pale or (number in over and kind not in bare)) and self._is_faint(number, kind[0][:3])
        }
        clear = [number for number, kind in zip(texts, painted, strict=True) if kind in bare] if bare else []
        if len(texts) == len(clear) + len(found):
            return found
        return found | {number for number in clear if not self._shapes.on_picture(*self._point(number))}

    def _painted(self, pieces: Sequence[int]) -> list[tuple[tuple[int, int, int, int], int]]:
        own = list(map(self._page.pieces.__getitem__, pieces))
        return list(zip(self._page.answers.fills(own), map(questions.mode_of, own), strict=True))

    def _is_faint(self, number: int, colour: Colour) -> bool:
        behind = self._shapes.behind(number, *self._point(number))
        pale = min(colour) > 255 - FAINT
        if behind is None:
            return pale
        return behind.is_like(colour, FAINT) and (pale or behind.is_rectangle)

    def _point(self, number: int) -> tuple[float, float]:
        left, bottom, right, top = self._page.box(number)
        return (left + right) / 2, (bottom + top) / 2

    def _cut_off(self) -> set[int]:
        page = self._page
        if not any(self._clipped(self._asked)):
            return set()
        found: set[int] = set()
        for number in compress(page.texts, self._clipped(page.texts)):
            clip = clip_box(page, number)
            if clip is None:
                continue
            box = page.box(number)
            if min(box[2], clip[2]) <= max(box[0], clip[0]) or min(box[3], clip[3]) <= max(box[1], clip[1]):
                found.add(number)
        return found

    def _clipped(self, pieces: Sequence[int]) -> list[bool]:
        clips = map(questions.clip_of, map(self._page.pieces.__getitem__, pieces))
        return list(map((0).__lt__, map(questions.clip_count, map(questions.handle, clips))))

    @cached_property
    def _by_base(self) -> list[tuple[float, int]]:
        return sorted((self._page.bases[number], number) for number in self._page.texts)

    def _standing_in(self, shape: Backdrop) -> Iterator[int]:
        """The pieces of text that lie wholly within the box of a shape."""
        left, bottom, right, top = shape.box
        low, high = bisect_left(self._by_base, (bottom, 0)), bisect_right(self._by_base, (top, 0))
        for _, number in self._by_base[low:high]:
            if left - 1 <= self._page.lefts[number] <= right:
                box = self._page.box(number)
                if left - 0.5 <= box[0] and box[2] <= right + 0.5 and bottom - 1 <= box[1] and box[3] <= top + 1:
                    yield number

    def _covered(self) -> set[int]:
        """Text that lies wholly below an opaque rectangle painted later."""
        first = self._page.texts[0] if self._page.texts else 0
        covers = [one for one in self._shapes.backdrops if one.is_rectangle and one.order > first]
        return {number for one in covers for number in self._standing_in(one) if number < one.order}

    def _twice(self) -> set[int]:
        """Lines that stand a second time nearly where they stand already; PDFium sees it of what comes close by."""
        runs = sorted(self._page.runs, key=lambda run: (round(run.base), run.left))
        found: set[int] = set()
        for one, two in pairwise(runs):
            near = TWICE * one.size
            if abs(one.base - two.base) <= near and abs(one.left - two.left) <= near and one.size == two.size:
                first, second = sorted((one, two), key=lambda run: run.pieces[0])
                if len(first.pieces) == len(second.pieces) and all(map(self._is_same, first.pieces, second.pieces)):
                    found.update(second.pieces)
        return found

    def _is_same(self, one: int, two: int) -> bool:
        page = self._page
        near = TWICE * page.sizes[one]
        if abs(page.lefts[one] - page.lefts[two]) > near or abs(page.bases[one] - page.bases[two]) > near:
            return False
        boxes = zip(page.box(one), page.box(two), strict=True)
        return all(abs(a - b) <= near for a, b in boxes)


def _height(box: Box) -> float:
    return box[3] - box[1]


def _is_pale(colour: tuple[int, int, int, int]) -> bool:
    """Whether this can hardly be told from bare paper; patterns are not."""
    return min(colour[:3]) > 255 - FAINT and colour[3] <= 255
