"""One door to all formats: the kind of a file is told by what is in it, then by its name."""

import errno
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError as WordPackageError
from pptx.exc import PythonPptxError
from pypdfium2 import PdfiumError

from ...core.errors import ReadFailure, Unsupported
from . import html, markdown, pdf, plain
from .encoding import wide
from .layout.apart import told_apart
from .layout.lines import PdfPage
from .office import archive, docx, pptx, xlsx
from .page import FileText

READERS: dict[str, Callable[[Path], FileText]] = {
    ".pdf": pdf.read,
    ".docx": docx.read,
    ".pptx": pptx.read,
    ".xlsx": xlsx.read,
    ".xlsm": xlsx.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".txt": plain.read,
    ".text": plain.read,
}
DEEPEST = 2  # files within files within a file
SUFFIXES = frozenset(READERS)
WORDS = frozenset({".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".text"})
BINARY = frozenset({".pdf", ".docx", ".pptx", ".xlsx", ".xlsm"})
ADVICE = {
    ".doc": "an old Word file: save it as .docx",
    ".docm": "a Word file with macros: save it as .docx",
    ".dotx": "a Word template: save it as .docx",
    ".rtf": "a rich text file: save it as .docx",
    ".ppt": "an old PowerPoint file: save it as .pptx",
    ".ppsx": "a PowerPoint show: save it as .pptx",
    ".xlsb": "a binary spreadsheet: save it as .xlsx",
    ".xls": "an old spreadsheet: save it as .xlsx",
    ".csv": "a table: save it as .xlsx",
    ".odt": "an OpenDocument text: save it as .docx",
    ".odp": "an OpenDocument presentation: save it as .pptx",
    ".ods": "an OpenDocument spreadsheet: save it as .xlsx",
    ".epub": "an e-book: convert it to .html or PDF",
    ".eml": "a mail: save its text as .txt and its attachments by themselves",
    ".ris": "a list of references: name it by itself, or with --manifest",
    ".bib": "a list of references: name it by itself, or with --manifest",
    ".msg": "a mail: save its text as .txt and its attachments by themselves",
}
IMAGE = "an image: save it as PDF and ingest that with --ocr"
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")
# Signatures of plain letters may begin a text as well: these say that the rest is as the letters promise.
PDF_BODY = re.compile(rb"%PDF-\d\.\d\s.{0,3000}?\b\d+ \d+ obj\b", re.DOTALL)
RTF_BODY = re.compile(rb"\{\\rtf\d?\s*\\[a-z]")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# What the format libraries raise on files damaged in a way they do not check for; lxml's is a SyntaxError.
DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError,
    PdfiumError, PythonDocxError, PythonPptxError, SyntaxError, TypeError, ValueError, WordPackageError, zlib.error,
)  # fmt: skip


def read(path: Path, given: Mapping[int, PdfPage] | None = None) -> FileText:
    """Read one report, or raise `ReadFailure` with the reason, whatever the file holds.

    Pages of a PDF that are `given` by their number take the place of those in the file.
    """
    return _read(path, DEEPEST, given)


def _read(path: Path, depth: int, given: Mapping[int, PdfPage] | None = None) -> FileText:
    """Read a file, and files within a PDF as deep as told."""
    with failures_told(path):
        reader = _reader(path)
        if reader is pdf.read:
            return told_apart(pdf.read(path, given, (lambda inner: _read(inner, depth - 1)) if depth else None))
        return told_apart(reader(path))


@contextmanager
def failures_told(path: Path) -> Iterator[None]:
    """Raise `ReadFailure` with the reason for whatever reading a file raises."""
    try:
        yield
    except DAMAGE as error:
        raise ReadFailure(f"{path.name!r} is damaged ({type(error).__name__}): open it and save it again") from error
    except RecursionError as error:
        raise ReadFailure(f"{path.name!r} is nested too deeply: save it again as PDF") from error
    except MemoryError as error:
        raise ReadFailure(f"{path.name!r} needs more memory than allowed: split it into smaller files") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before its own beginning, which a broken archive names
            raise ReadFailure(f"{path.name!r} is damaged: open it and save it again") from error
        raise ReadFailure(f"{path.name!r} cannot be opened: {error.strerror or type(error).__name__}") from error


def _reader(path: Path) -> Callable[[Path], FileText]:
    with path.open("rb") as file:
        head = file.read(4096)
    suffix = path.suffix.lower()
    if not head.strip(b"\0 \r\n\t"):
        raise ReadFailure(f"{path.name!r} is empty: fetch or save the file again")
    wordy = suffix in WORDS and _is_text(head) and not CONTROL.search(head.replace(b"\0", b""))
    if b"%PDF-" in head[:1024] and suffix not in (".eml", ".msg") and (not wordy or PDF_BODY.search(head)):
        return pdf.read
    if head.startswith(b"PK\x03\x04"):
        return _packed(path, suffix)
    if head.startswith(archive.COMPOUND):
        if suffix in BINARY and archive.is_encrypted(path):
            raise ReadFailure(f"{path.name!r} is encrypted: save a copy without a password")
        old = {".docx": ".doc", ".pptx": ".ppt", ".xlsx": ".xls", ".xlsm": ".xls"}.get(suffix, suffix)
        raise Unsupported(f"{path.name!r} is {ADVICE.get(old, 'an old office file: save it as .docx or PDF')}")
    if (head.startswith(IMAGES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")) and not wordy:
        raise Unsupported(f"{path.name!r} is {IMAGE}")
    if suffix in ADVICE or RTF_BODY.match(head):
        raise Unsupported(f"{path.name!r} is {ADVICE.get(suffix, ADVICE['.rtf'])}")
    if suffix in BINARY:
        raise ReadFailure(f"{path.name!r} holds no {suffix[1:]} document: fetch it again or correct its extension")
    if suffix not in READERS:
        raise Unsupported(f"{path.name!r} is of no kind that is read: save it as .docx, .html, .md, .txt or PDF")
    if not _is_text(head):
        raise ReadFailure(f"{path.name!r} holds no text: fetch it again or correct its extension")
    return READERS[suffix]


def _packed(path: Path, suffix: str) -> Callable[[Path], FileText]:
    kind = archive.kind_of(path)
    if kind in ("docx", "pptx", "xlsx"):
        if suffix in ADVICE:
            raise Unsupported(f"{path.name!r} is {ADVICE[suffix]}")
        return READERS[f".{kind}"]
    if suffix in READERS:
        raise ReadFailure(f"{path.name!r} holds no {suffix[1:]} document: fetch it again or correct its extension")
    advice = ADVICE.get(suffix) or (ADVICE[".epub"] if kind == "epub" else None)
    raise Unsupported(f"{path.name!r} is {advice or 'an archive: unpack it and add the files in it'}")


def _is_text(head: bytes) -> bool:
    """A file with zeros is text where they are the half of two-byte characters, or a few strays between words."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    fewer, more = sorted((head[::2].count(0), head[1::2].count(0)))
    strays = more < 0.1 * len(head) and not CONTROL.search(head.replace(b"\0", b""))
    return not fewer or strays or bool(wide(head))
