"""Pages of a PDF read from their pictures by the embedded engine."""

from pathlib import Path

from PIL import Image

from .. import pdf
from ..layout.lines import PdfPage
from .arrange import Scale, arranged
from .engine import Engine
from .kept_pages import RecognisedPage
from .lookalikes import told_apart
from .pictures import drawn


def recognise(path: Path, number: int, engine: Engine) -> RecognisedPage:
    """Read a page, counted from 1, from its picture; a page that cannot be drawn has no lines."""
    with pdf.opened(path) as document:
        bitmap, factor = drawn(document[number - 1])
        picture = bitmap.to_pil()
    found = engine.recognise(_grey(picture))
    lines, shapes = arranged(told_apart(found.lines), Scale(1 / factor, found.height))
    return RecognisedPage(PdfPage(lines, shapes, "", 0), found.unclear)


def _grey(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "L" else picture.convert("L")
