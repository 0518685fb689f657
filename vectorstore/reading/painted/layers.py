"""Layers of a PDF that are switched off: told by whether anything is gone from the picture of a page without them."""

import ctypes
import mmap
import re
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from . import questions
from .pieces import PaintedPage
from .questions import Handle

LAYERS = b"/OCProperties"
PACKED = re.compile(rb"/ObjStm\b")
MOST_PACKED = 4000  # streams of objects that are looked into
MOST_BYTES = 2**20  # of each
MOST_GROUPS = 30  # of a page


def has_layers(path: Path) -> bool:
    """Whether a file declares layers, in the open or in a packed stream of objects."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(LAYERS) >= 0:
            return True
        for number, found in enumerate(PACKED.finditer(data)):
            begin = data.find(b"stream", found.end(), found.end() + 1000)
            if number == MOST_PACKED or begin < 0:
                continue
            try:
                packed = data[begin + 6 : begin + 6 + MOST_BYTES].lstrip(b"\r\n")
                if LAYERS in zlib.decompressobj().decompress(packed, MOST_BYTES):
                    return True
            except zlib.error:
                continue
    return False


def drop_unshown(page: PaintedPage, sheet: pdfium.PdfPage) -> bool:
    """Take the text of layers that are not shown from a page; whether there was any."""
    groups: dict[str, list[int]] = {}
    for number, piece in enumerate(page.pieces):
        count = questions.mark_count(piece)
        if count > 0 and (name := _layer(piece, count)) is not None:
            groups.setdefault(name, []).append(number)
    groups = {name: pieces for name, pieces in groups.items() if any(page.sizes[piece] for piece in pieces)}
    if not groups:
        return False
    whole = _picture(sheet)
    dropped = False
    for _, pieces in sorted(groups.items())[:MOST_GROUPS]:
        for piece in pieces:
            page.drop(piece)
        if _picture(sheet) == whole:
            dropped = True
        else:
            for piece in pieces:
                page.restore(piece)
    return dropped


def _picture(sheet: pdfium.PdfPage) -> bytes:
    scale = min(1.0, 1000 / max(*sheet.get_size(), 1.0))
    bitmap = sheet.render(scale=scale, grayscale=True)
    try:
        return bytes(bitmap.buffer)
    finally:
        bitmap.close()


def _layer(piece: Handle, marks: int) -> str | None:
    """The name of the layer that a piece is marked with; `None` for any other mark."""
    handle = ctypes.cast(piece, raw.FPDF_PAGEOBJECT)  # type: ignore[arg-type]
    for number in range(marks):
        mark = raw.FPDFPageObj_GetMark(handle, number)
        room = (ctypes.c_ushort * 8)()
        size = ctypes.c_ulong()
        if raw.FPDFPageObjMark_GetName(mark, room, 16, size) and bytes(room)[:5] == b"O\0C\0\0":
            name = (ctypes.c_ushort * 128)()
            raw.FPDFPageObjMark_GetParamStringValue(mark, b"Name", name, 256, size)
            return bytes(name).decode("utf-16-le", "replace")
    return None
