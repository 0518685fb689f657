"""Office files are zip archives: checked before any reader unpacks them."""

import re
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Literal

from ....core.errors import ReadFailure

MOST = 500_000_000  # bytes all parts may unpack to
RATIO = 200  # times its packed size a part may unpack to, if it is large
LARGE = 10_000_000  # bytes
PROLOGUE = 65_536  # bytes of a part in which a document type would have to be declared

ArchiveKind = Literal["docx", "pptx", "xlsx", "odf", "epub", "zip"]
MAIN = re.compile(
    rb"document(?=(?:\.macroEnabled)?\.main\+xml)|presentation(?=\.main\+xml)|sheet(?=(?:\.macroEnabled)?\.main\+xml)"
)
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # begins old office files, and encrypted ones
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MACROS = "vbaProject"
KINDS: dict[bytes, ArchiveKind] = {b"document": "docx", b"presentation": "pptx", b"sheet": "xlsx"}


def kind_of(path: Path) -> ArchiveKind:
    """What kind of file an archive is, told by its parts; "zip" when it is no document at all.

    Raises `ReadFailure` when it is damaged, encrypted, would unpack to more than is reasonable, or declares a
    document type (the way to XML entities).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(path, archive)
            kind = _kind(archive)
            if kind in ("docx", "pptx", "xlsx"):
                _check_xml(path, archive)
            return kind
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, KeyError, NotImplementedError, ValueError) as error:
        raise ReadFailure(f"{path.name!r} is damaged or cut short: fetch or save the file again") from error


def opened(path: Path) -> IO[bytes]:
    """The archive as the format libraries know it: they do not know the names that Strict Open XML gives to things."""
    with zipfile.ZipFile(path) as archive:
        if STRICT.search(archive.read("_rels/.rels")) is None:
            return path.open("rb")
        plain = BytesIO()
        with zipfile.ZipFile(plain, "w") as copy:
            for part in archive.infolist():
                data = archive.read(part)
                if part.filename.endswith((".xml", ".rels")):
                    data = STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data)
                copy.writestr(part.filename, data)
    plain.seek(0)
    return plain


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is an office file under a password, which is no archive any more."""
    with path.open("rb") as file:
        return file.read(len(COMPOUND)) == COMPOUND and ENCRYPTED in file.read(MOST)


def has_macros(path: Path) -> bool:
    """Tell whether an office archive declares macros, or holds any; one that is damaged says neither."""
    damage = (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError, zlib.error)
    with suppress(*damage), zipfile.ZipFile(path) as archive:
        if any(MACROS in name for name in archive.namelist()):
            return True
        with archive.open("[Content_Types].xml") as types:
            return b"macroEnabled" in types.read(LARGE)
    return False


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise ReadFailure(f"{path.name!r} is encrypted: save a copy without a password")
    total = sum(part.file_size for part in parts)
    if total > MOST:
        raise ReadFailure(f"{path.name!r} would unpack to {total // 1_000_000} MB: save it with smaller pictures")
    for part in parts:
        if part.file_size > LARGE and part.file_size > RATIO * max(part.compress_size, 1):
            raise ReadFailure(f"{path.name!r} unpacks to far more than it holds, like a zip bomb: save it again as PDF")


def _kind(archive: zipfile.ZipFile) -> ArchiveKind:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        types = archive.read("[Content_Types].xml")
        if main := MAIN.search(types):
            return KINDS[main[0]]
    if "mimetype" in names:
        kind_name = archive.read("mimetype")
        return "epub" if b"epub" in kind_name else "odf" if b"opendocument" in kind_name else "zip"
    return "zip"


def _check_xml(path: Path, archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(PROLOGUE).replace(b"\0", b""):
                    raise ReadFailure(
                        f"{path.name!r} declares XML entities, which office programs never do: save it again"
                    )
