"""Pages of a PDF as pictures: what text recognition looks at, and what tells one from another."""

import hashlib
import math
from pathlib import Path

import pypdfium2 as pdfium

from .. import pdf

RESOLUTION = 200  # points an inch that a page is drawn with
LARGEST = 12_000_000  # points of a picture; a larger page is drawn with fewer an inch


def drawn(page: pdfium.PdfPage) -> tuple[pdfium.PdfBitmap, float]:
    """Draw a page in shades of grey; return that with how many points of it a point of the page takes."""
    wide, high = page.get_size()
    factor = min(RESOLUTION / 72, math.sqrt(LARGEST / max(1.0, wide * high)))
    return page.render(scale=factor, grayscale=True), factor


def fingerprint(path: Path, number: int) -> str:
    """Return what only pages that look the same have in common; `number` counts from 1."""
    with pdf.opened(path) as document:
        bitmap, _ = drawn(document[number - 1])
        size = f"{bitmap.width}x{bitmap.height}:".encode()
        return hashlib.sha256(size + bytes(bitmap.buffer)).hexdigest()
