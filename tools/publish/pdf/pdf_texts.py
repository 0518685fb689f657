"""Reads a PDF that `pdf_file` wrote: its texts by the tags that say what each is, and the JSON inside."""

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ....core.errors import ReadFailure
from ....core.text import one_line, without_hidden
from ..colophon import Published

CARRIED = "coscribe.json"
_LARGEST, _LARGEST_CARRIED = 200_000_000, 64_000_000  # bytes
_MOST_PAGES = 1_000
_DEEPEST = 40  # tags within tags
_BODY = (68.0, 765.0)  # points from the lower edge, between footer and header
_UNSAID = ("Lbl", "TOC")  # numbers, bullets, and what only repeats the headings
_NAME = 64  # bytes of the name of a tag

_UNTAGGED = -1

Pieces = dict[int, list[str]]


def read_pdf(content: bytes) -> Published:
    """Return the texts of a PDF in the order of reading, and the JSON that it carries.

    A text is a paragraph, a heading, an item, a cell or a footnote, which follows what it belongs to; one that goes
    over two pages is two. Headers, footers, numbers of notes and the table of contents are left out. What somebody has
    put on a page since, which no tag knows, comes last on it, as do the heads of a table that goes on; a file without
    tags gives its lines. Raises ReadFailure for what is no PDF, is locked, or is too large.
    """
    with _opened(content) as document:
        texts = [text for page in document for text in _page_texts(page)]
        return Published(tuple(texts), _carried(document))


def pages(content: bytes) -> int:
    """Return how many pages a PDF has; raises ReadFailure as `read_pdf` does."""
    with _opened(content) as document:
        return len(document)


@contextmanager
def _opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    if len(content) > _LARGEST:
        raise ReadFailure(f"the PDF is larger than {_LARGEST // 1_000_000} MB: it is none that coscribe wrote")
    try:
        with pdfium.PdfDocument(content) as document:
            if len(document) > _MOST_PAGES:
                raise ReadFailure(f"the PDF has {len(document):,} pages: {_MOST_PAGES:,} are the most")
            yield document
    except pdfium.PdfiumError as error:
        raise ReadFailure(f"the PDF cannot be read ({one_line(str(error))}): write it again") from error


def _carried(document: pdfium.PdfDocument) -> str | None:
    for at in range(document.count_attachments()):
        attachment = document.get_attachment(at)
        if attachment.get_name() == CARRIED:
            data = bytes(attachment.get_data())
            if len(data) > _LARGEST_CARRIED:
                raise ReadFailure(f"what the PDF carries is larger than {_LARGEST_CARRIED // 1_000_000} MB")
            return data.decode("utf-8", "replace")
    return None


def _page_texts(page: pdfium.PdfPage) -> list[str]:
    tree = raw.FPDF_StructTree_GetForPage(page)
    try:
        count = raw.FPDF_StructTree_CountChildren(tree) if tree else 0
        if count <= 0:
            text = page.get_textpage().get_text_range()
            return [line for part in text.splitlines() if (line := one_line(part))]
        pieces = _pieces(page)
        stray = "".join(pieces.pop(_UNTAGGED, ()))
        tops = (raw.FPDF_StructTree_GetChildAtIndex(tree, at) for at in range(count))
        blocks = [block for top in tops if top for block in _blocks(top, pieces, 0)]
        untold = "".join(piece for held in pieces.values() for piece in held)
        return [line for block in [*blocks, stray, untold, *_notes(page)] if (line := one_line(without_hidden(block)))]
    finally:
        if tree:
            raw.FPDF_StructTree_Close(tree)


def _pieces(page: pdfium.PdfPage) -> Pieces:
    """Return the pieces of text on a page by the number that its tags know them by."""
    found: dict[int, list[str]] = defaultdict(list)
    textpage = page.get_textpage()
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        size = raw.FPDFTextObj_GetText(item, textpage, None, 0)
        held = (ctypes.c_ushort * (size // 2 + 1))()
        raw.FPDFTextObj_GetText(item, textpage, held, size)
        number = raw.FPDFPageObj_GetMarkedContentID(item)
        _, low, _, high = item.get_bounds()
        if number != _UNTAGGED or _BODY[0] < (low + high) / 2 < _BODY[1]:
            found[number].append(_text(held) or " ")  # a blank alone is given as nothing
    return found


def _notes(page: pdfium.PdfPage) -> Iterator[str]:
    """Yield what was typed onto the page, which viewers keep apart from it."""
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, at)
        if note and raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_FREETEXT:
            size = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
            held = (ctypes.c_ushort * (size // 2 + 1))()
            raw.FPDFAnnot_GetStringValue(note, b"Contents", held, size)
            yield _text(held)
        if note:
            raw.FPDFPage_CloseAnnot(note)


def _text(held: "ctypes.Array[ctypes.c_ushort]") -> str:
    return bytes(held).decode("utf-16-le", "replace").split("\0", 1)[0]


def _blocks(tag: Any, pieces: Pieces, depth: int) -> Iterator[str]:
    """Yield the text that stands in a tag itself, then those of the blocks within it; spans and links are its own."""
    own: list[str] = []
    inner: list[str] = []
    _gather(tag, pieces, depth, own, inner)
    yield "".join(own)
    yield from inner


def _gather(tag: Any, pieces: Pieces, depth: int, own: list[str], inner: list[str]) -> None:
    for at in range(raw.FPDF_StructElement_CountChildren(tag)):
        number = raw.FPDF_StructElement_GetChildMarkedContentID(tag, at)
        own += pieces.pop(number, ()) if number >= 0 else ()
        child = raw.FPDF_StructElement_GetChildAtIndex(tag, at)
        if not child or depth > _DEEPEST:
            continue
        name = _name(child)
        if name in ("Span", "Link"):
            _gather(child, pieces, depth + 1, own, inner)
        else:
            blocks = list(_blocks(child, pieces, depth + 1))
            inner += blocks if name not in _UNSAID else ()


def _name(tag: Any) -> str:
    held = ctypes.create_string_buffer(_NAME)
    size = raw.FPDF_StructElement_GetType(tag, held, _NAME)
    return held.raw[: min(size, _NAME)].decode("utf-16-le", "replace").rstrip("\0")
