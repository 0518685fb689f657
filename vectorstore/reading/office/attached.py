"""Files inside an office file: those that are its text, or may be opened from it, are read as if they stood there."""

from collections.abc import Callable, Mapping
from email import message_from_bytes
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from ....core.errors import ReadFailure
from .. import html, plain
from ..page import FileText
from . import archive

LARGEST = 50_000_000  # bytes of all files inside one
MOST = 100  # files inside one
LONGEST = 300_000  # characters of all of them: a workbook behind a small table may hold any number
SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "message/rfc822": ".mht",
}  # fmt: skip
KINDS = {".html": ".html", ".htm": ".html", ".xhtml": ".html", ".txt": ".txt", ".mht": ".mht", ".mhtml": ".mht"}
FileReaders = Mapping[str, Callable[[Path], FileText]]


class EmbeddedFiles:
    """Reads what is inside one office file, within limits; `readers` are those of archives, by their kind."""

    def __init__(self, readers: FileReaders) -> None:
        self._readers = readers
        self._bytes = self._count = self._characters = 0

    def read(self, part: Any) -> FileText | None:
        """The text of a part of the package, `None` where it is of no kind that is read, damaged or too large."""
        data: bytes = part.blob
        self._bytes += len(data)
        self._count += 1
        if self._bytes > LARGEST or self._count > MOST:
            return None
        suffix = KINDS.get(PurePosixPath(str(part.partname)).suffix.lower()) or SUFFIXES.get(part.content_type, "")
        if suffix == ".mht":
            data, suffix = _web_page(data), ".html"
        try:
            text = self._read(data, suffix)
        except (ReadFailure, ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError):
            return None  # what is wrong with a file inside another is no reason to refuse the whole
        self._characters += sum(len(page.text) for page in text.pages) if text else 0
        return text if self._characters <= LONGEST else None

    def _read(self, data: bytes, suffix: str) -> FileText | None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"part{suffix or '.zip'}"
            path.write_bytes(data)
            if data.startswith(b"PK\x03\x04"):
                reader = self._readers.get(archive.kind_of(path))
                return reader(path) if reader else None
            if not data.strip() or (b"\0" in data[:100] and suffix != ".txt"):
                return None
            return html.read(path) if suffix == ".html" else plain.read(path) if suffix == ".txt" else None


def name_of(part: Any) -> str:
    """How a file that was not read is named for the user."""
    return f"an embedded file {PurePosixPath(str(part.partname)).name!r}"


def _web_page(data: bytes) -> bytes:
    """The page in a web archive."""
    for part in message_from_bytes(data).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            body = part.get_payload(decode=True)
            return body if isinstance(body, bytes) else b""
    return b""
