"""Finds the files an ingest is to read, and says which report each path belongs to."""

import glob
import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import UsageError
from ...core.text import escaped
from ..bibliography import exports
from .manifest import is_manifest

_MAGIC = re.compile(r"[*?\[]")
_IGNORED = ("~$", ".")  # lock files of office programs, and hidden files
_TICK = 1.0  # seconds within which a second change may leave the date of a file as it was
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file to ingest: its absolute `path`, and its `file` name relative to the ingested folder, as it is shown.

    `given_path` is the path as it was given, links and all: a manifest may lie beside the link.
    """

    path: Path
    file: str
    given_path: Path


def find_files(paths: Iterable[str | Path], *, may_be_empty: bool = False) -> list[ReportFile]:
    """Return the files under folders, the files named, and those matching globs; by name, each once, no manifests.

    An export of a reference manager stands for the files that it names.

    A link to a folder is not followed, so a loop cannot arise. Raises UsageError for a path that is not there, a
    folder that may not be read, and when nothing is left to read unless there `may_be_empty`.
    """
    found: dict[Path, ReportFile] = {}
    for given in paths:
        for item in _expand(str(given)):
            found.setdefault(item.path, item)
    if not found and not may_be_empty:
        names = ", ".join(repr(str(path)) for path in paths)
        raise UsageError(f"there is no file to read in {names}: give a folder with reports, files or a glob")
    return sorted(found.values(), key=lambda item: (item.file, str(item.path)))


def base_of(given: str) -> Path:
    """Return the folder or file that was given, or the folder in which a glob begins."""
    path = Path(given).expanduser()
    if path.exists() or not _MAGIC.search(given):
        return path
    base = Path(_MAGIC.split(str(path), maxsplit=1)[0])
    return base if base.is_dir() else base.parent


def manifest_folders(paths: Iterable[str | Path]) -> list[Path]:
    """Return the folders below those given that hold a manifest, whether or not any report lies there."""
    given = [Path(path).expanduser() for path in paths]
    walked = (path for folder in given if folder.is_dir() for path in _walk(folder.resolve()))
    return list(dict.fromkeys(path.parent for path in walked if is_manifest(path.name)))


def export_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the exports of reference managers among what is given: they are manifests of what they name."""
    given = [Path(path).expanduser() for path in paths]
    return [path.absolute() for path in given if path.is_file() and exports.is_export(path, surely=True)]


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stamp(path: Path) -> Stamp | None:
    """Return what tells one state of a file from another: size, dates and place on the disk; `None` for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def holds(path: Path, content: str, seen: Stamp | None) -> bool:
    """Tell whether a file still has the content it had when its stamp was `seen`, just before it was hashed."""
    now = stamp(path)
    if now is None or seen is None:
        return False
    is_at_rest = time.time() - now[1] / 1e9 > _TICK
    try:
        return (now == seen and is_at_rest) or content_hash(path) == content
    except OSError:
        return False


def _expand(given: str) -> Iterator[ReportFile]:
    path = Path(given).expanduser()
    named = Path(os.path.abspath(path))
    if path.is_dir():
        folder = path.resolve()
        for found in _walk(folder):
            if not is_manifest(found.name):
                yield ReportFile(found, _relative(found, folder), named / found.relative_to(folder))
    elif path.exists() and not path.is_file():
        raise UsageError(f"{given!r} is neither file nor folder: save what it gives to a file first")
    elif path.exists() and exports.is_export(path, surely=True):
        for found in exports.attachments(path):
            yield ReportFile(found, _relative(found, path.parent.resolve()), found)
    elif path.exists():
        if not is_manifest(path.name):
            yield ReportFile(path.resolve(), escaped(path.name), named)
    elif _MAGIC.search(given):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            raise UsageError(f"nothing matches {given!r}: check the pattern, and quote it for the shell")
        folder = base_of(given).resolve()
        for match in map(Path, matches):
            if match.is_file() and not _ignored(match.name) and not is_manifest(match.name):
                yield ReportFile(match.resolve(), _relative(match.resolve(), folder), Path(os.path.abspath(match)))
    else:
        raise UsageError(f"there is no file or folder {given!r}: check the path")


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files under a folder, its manifests included."""

    def refuse(error: OSError) -> None:
        raise UsageError(f"the folder {str(error.filename)!r} cannot be read: {error.strerror}") from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not _ignored(name) and name != "__pycache__")
        for name in sorted(names):
            path = Path(place) / name
            if not _ignored(name) and (path.is_file() or is_manifest(name)):
                yield path


def _relative(path: Path, folder: Path) -> str:
    return escaped(path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name)


def _ignored(name: str) -> bool:
    return name.startswith(_IGNORED)
