"""Pages of a PDF read from their pictures, and the report with them in place of those without a text layer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from .. import pdf
from ..page import RECOGNISED_MARK, FileText, Page
from ..read import read
from .arrange import Scale, arranged
from .engine import Engine
from .lookalikes import told_apart

RESOLUTION = 200  # points an inch that a page is drawn with
LARGEST = 12_000_000  # points of a picture; a larger page is drawn with fewer an inch
UNTOLD = "words that text recognition could not tell"


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """A page as recognised: its lines and how they are set, and how many more there are that could not be read."""

    sheet: pdf.PdfPage
    unclear: int


def recognise(path: Path, number: int, engine: Engine) -> RecognisedPage:
    """Read a page, counted from 1, from its picture; a page that cannot be drawn has no lines."""
    with pdf.opened(path) as document:
        page = document[number - 1]
        wide, high = page.get_size()
        factor = min(RESOLUTION / 72, math.sqrt(LARGEST / max(1.0, wide * high)))
        picture = page.render(scale=factor, grayscale=True).to_pil()
        printed = document.get_page_label(number - 1)
    found = engine.recognise(_grey(picture))
    lines, shapes = arranged(told_apart(found.lines), Scale(1 / factor, found.height))
    return RecognisedPage(pdf.PdfPage(lines, shapes, printed, 0), found.unclear)


def _grey(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "L" else picture.convert("L")


def read_with(path: Path, recognised: Mapping[int, RecognisedPage]) -> FileText:
    """Read a PDF with these pages in place of its own; raises what reading it raises."""
    document = read(path, {number: page.sheet for number, page in recognised.items()})
    pages = [_marked(page, recognised.get(page.page or 0)) for page in document.pages]
    return replace(document, pages=tuple(pages))


def _marked(page: Page, recognised: RecognisedPage | None) -> Page:
    if recognised is None or page.state != "read":
        return page
    unread = (*page.unread, UNTOLD) if recognised.unclear else page.unread
    return replace(page, label=f"{page.label}{RECOGNISED_MARK}", recognised=True, unread=unread)
