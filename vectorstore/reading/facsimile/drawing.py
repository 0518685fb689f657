"""Draws pages of a PDF, and finds where words stand on them."""

import ctypes
import io
import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, features

from .. import pdf
from ..layout.glyphs import Glyphs
from .facsimile import PagePicture, WordBox
from .folded import FoldedText

DOTS = 110  # an inch
LARGEST = 2_500_000  # dots of a picture; a larger page is drawn with fewer an inch
QUALITIES = (50, 25)  # of the picture; the lower one where it is `LARGE` otherwise
LARGE = 200_000  # bytes
GAP = 3  # heights of a line that part two boxes on it
_SCALE = 100_000  # to which places on a page are rounded
_MARGIN = 2  # thousandths around words
Rectangle = tuple[float, float, float, float]  # left, top, right and bottom as shares of the page


def draw(path: Path, number: int) -> PagePicture:
    """Return the picture of a page, counted from 1, as a viewer shows it."""
    with pdf.opened(path) as document:
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
        page = document[number - 1]
        wide, high = page.get_size()
        scale = min(DOTS / 72, math.sqrt(LARGEST / max(1.0, wide * high)))
        picture = page.render(scale=scale).to_pil().convert("RGB")
    kind = "WEBP" if features.check("webp") else "JPEG"
    for quality in QUALITIES:
        data = _encoded(picture, kind, quality)
        if len(data) <= LARGE:
            break
    return PagePicture(data, f"image/{kind.lower()}", *picture.size)


def find(path: Path, number: int, words: str, rank: int) -> tuple[WordBox, ...]:
    """Return boxes around words on a page, one a line; `rank` of their occurrences, from 0, come before on it."""
    with pdf.opened(path) as document:
        page = document[number - 1]
        textpage = page.get_textpage()
        count = textpage.count_chars()
        run = FoldedText.of(chr(raw.FPDFText_GetUnicode(textpage, sign)) for sign in range(count))
        signs = [sign for first, last in run.pieces(words, rank) for sign in range(first, last + 1)]
        if not signs:
            return ()
        glyphs = Glyphs(textpage)
        boxes, turns = glyphs.boxes(count), page.get_rotation() // 90
        shown = [
            (_on_page(page, boxes[sign]), (glyphs.turn(sign) + turns) % 2 == 1)
            for sign in signs
            if boxes[sign][0] < boxes[sign][2]
        ]
        return tuple(box for sideways, run in groupby(shown, itemgetter(1)) for box in _boxes(run, sideways))


def _encoded(picture: Image.Image, kind: str, quality: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, quality=quality)
    return stream.getvalue()


def _on_page(page: pdfium.PdfPage, box: tuple[float, float, float, float]) -> Rectangle:
    """Where a box of the text is seen on the page, turned and cut as that is."""
    x, y = ctypes.c_int(), ctypes.c_int()
    xs, ys = [], []
    for across, up in ((box[0], box[1]), (box[2], box[3])):
        raw.FPDF_PageToDevice(page, 0, 0, _SCALE, _SCALE, 0, across, up, x, y)
        xs.append(x.value / _SCALE)
        ys.append(y.value / _SCALE)
    return min(xs), min(ys), max(xs), max(ys)


def _boxes(signs: Iterable[tuple[Rectangle, bool]], sideways: bool) -> Iterator[WordBox]:
    """Join signs that follow each other on a line, which may run up or down the page."""
    lines: list[Rectangle] = []
    for box, _ in signs:
        left, top, right, bottom = _turned(box) if sideways else box
        if lines and _goes_on(lines[-1], (left, top, right, bottom)):
            last = lines[-1]
            lines[-1] = min(last[0], left), min(last[1], top), max(last[2], right), max(last[3], bottom)
        else:
            lines.append((left, top, right, bottom))
    return (_box(_turned(line) if sideways else line) for line in lines)


def _turned(box: Rectangle) -> Rectangle:
    left, top, right, bottom = box
    return top, left, bottom, right


def _goes_on(line: Rectangle, sign: Rectangle) -> bool:
    """Whether a sign stands on the same line, no wider a gap between them than a few letters."""
    height = max(line[3] - line[1], sign[3] - sign[1])
    shared = min(line[3], sign[3]) - max(line[1], sign[1])
    gap = max(line[0], sign[0]) - min(line[2], sign[2])
    return shared > 0.3 * min(line[3] - line[1], sign[3] - sign[1]) and gap <= GAP * height


def _box(line: Rectangle) -> WordBox:
    left, top, right, bottom = line

    def within(share: float, margin: int) -> int:
        return min(1000, max(0, round(share * 1000) + margin))

    return WordBox(within(left, -_MARGIN), within(top, -_MARGIN), within(right, _MARGIN), within(bottom, _MARGIN))
