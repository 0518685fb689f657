"""What a returned file says of itself beside its text: when it was last changed, comments and pictures in it."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ...vectorstore.reading.page import FileText

_MOST = 20_000_000  # bytes of a part that are looked at
_DAMAGE = (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """When a file was last changed (ISO 8601, UTC), and how many comments and pictures the reader leaves out."""

    changed: str
    comments: int = 0
    pictures: int = 0


def file_facts(path: Path, document: FileText) -> FileFacts:
    """Return the facts of a file that was read; one that says none, or a time to come, has that on the disk."""
    on_disk = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    if path.suffix.lower() == ".pdf":
        said = document.properties.get("date", "")
        return FileFacts(on_disk if on_disk.startswith(said) else said)
    with suppress(*_DAMAGE), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        core = _part(archive, "docProps/core.xml") if "docProps/core.xml" in names else b""
        comments = _part(archive, "word/comments.xml") if "word/comments.xml" in names else b""
        pictures = sum(name.startswith("word/media/") for name in names)
        said, now = _modified(core), datetime.now(UTC).isoformat(timespec="seconds")
        return FileFacts(said if said and said <= now else on_disk, comments.count(b"<w:comment "), pictures)
    return FileFacts(on_disk)


def files_below(given: list[Path]) -> Iterator[Path]:
    """Yield the files named and those in the folders named; lock files of office programs and hidden ones are none."""
    for path in given:
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if one.is_file() and not any(part.startswith(("~$", ".")) for part in one.relative_to(path).parts):
                yield one


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(_MOST)


def _modified(core: bytes) -> str:
    """Return the time in `<dcterms:modified …>…<`, "" for none or one that is no time."""
    told = core.partition(b":modified")[2].partition(b">")[2].partition(b"<")[0].decode("ascii", "replace").strip()
    with suppress(ValueError):
        when = datetime.fromisoformat(told)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")
    return ""
