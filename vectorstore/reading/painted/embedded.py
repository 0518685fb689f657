"""Files within a PDF, a portfolio's or attached ones: what can be read of them becomes pages named after the file."""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ....core.errors import CoscribeError
from ..page import FileText, Page

MOST_FILES = 200
MOST_BYTES = 64 * 2**20  # of one file


def embedded(pdf: pdfium.PdfDocument, read: Callable[[Path], FileText] | None) -> tuple[list[Page], list[str]]:
    """The pages of the files within, and the names of those that hold none that can be read."""
    pages: list[Page] = []
    unread: list[str] = []
    count = raw.FPDFDoc_GetAttachmentCount(pdf)
    for number in range(min(count, MOST_FILES)):
        name, data = _taken(raw.FPDFDoc_GetAttachment(pdf, number))
        found = _read(name, data, read) if data and read else None
        if found is None:
            unread.append(f"an embedded file {name!r}")
            continue
        unread += found.unread
        pages += [_within(name, page) for page in found.pages]
    if count > MOST_FILES:
        unread.append(f"{count - MOST_FILES} more embedded files")
    return pages, unread


def _within(name: str, page: Page) -> Page:
    """A page of an embedded file as a part of the outer one, which numbers its own pages only."""
    return replace(page, kind="section", page=None, label=f"{name}, {page.label}", path=(name, *page.path))


def _read(name: str, data: bytes, read: Callable[[Path], FileText]) -> FileText | None:
    with TemporaryDirectory() as folder:
        plain = "".join(sign if sign.isalnum() or sign in ".-_ " else "_" for sign in Path(name).name)[-80:]
        path = Path(folder) / (plain.strip(". ") or "file")
        path.write_bytes(data)
        try:
            return read(path)
        except CoscribeError:
            return None


def file_name(attachment: raw.FPDF_ATTACHMENT) -> str:
    """The name of a file within a PDF."""
    size = raw.FPDFAttachment_GetName(attachment, None, 0)
    letters = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFAttachment_GetName(attachment, letters, size)
    return bytes(letters)[: max(size - 2, 0)].decode("utf-16-le", "replace") or "without a name"


def _taken(attachment: raw.FPDF_ATTACHMENT) -> tuple[str, bytes]:
    name = file_name(attachment)
    length = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(attachment, None, 0, length) or not 0 < length.value <= MOST_BYTES:
        return name, b""
    room = ctypes.create_string_buffer(length.value)
    raw.FPDFAttachment_GetFile(attachment, room, length.value, length)
    return name, room.raw[: length.value]
