"""The lock of a library's one writer, and the messages where it cannot be had."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from filelock import FileLock, Timeout

from ...core.errors import LibraryBusy, LibraryError
from ...core.system.disk import has_no_room, is_read_only, make_folder, settle, shared_by

_CATALOGUE = "catalogue.sqlite"
_UNFINISHED = ("words/.tmp*", "vectors/flat/.*")  # what Tantivy and we write before it gets its name
_META = "meta.json"  # Tantivy's list of the files that count
_TRIES = 5  # to open an index that is being written to
_OURS = (_CATALOGUE, f"{_CATALOGUE}-wal", f"{_CATALOGUE}-shm", "writer.lock", "words", "vectors")

Index = TypeVar("Index")


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the library's one writer's place; raises LibraryBusy at once when another process holds it.

    What goes wrong with the disk meanwhile is raised as LibraryError too.
    """
    if is_read_only(folder) or is_read_only(folder / _CATALOGUE):
        raise LibraryError(
            f"the library {str(folder)!r} is read-only: it can be searched, but to change it, run this where it can be "
            "written, or name another with --library"
        )
    if has_no_room(folder):
        raise unwritable(folder, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    try:
        make_folder(folder)
        with FileLock(folder / "writer.lock", timeout=0, mode=0o600):
            settle_modes(folder)  # a writer that was killed may have left some, and files half-written
            for pattern in _UNFINISHED:
                for file in folder.glob(pattern):
                    file.unlink()
            try:
                yield
            finally:
                settle_modes(folder)
    except Timeout as error:
        raise LibraryBusy(f"the library {str(folder)!r} is being written by another coscribe: wait for it") from error
    except (OSError, sqlite3.Error) as error:
        raise unwritable(folder, error) from error


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give a folder in the library for copies of reports that are soon gone; needs the writer's lock.

    What a writer that was killed left there goes first: it never lies where only the system cleans up.
    """
    place = folder / "scratch"
    shutil.rmtree(place, ignore_errors=True)
    try:
        yield make_folder(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def unwritable(folder: Path, error: BaseException) -> LibraryError:
    """Return what to raise where the disk refused to take something; `error` is what a store or the system said."""
    reason = " ".join(str(getattr(error, "strerror", None) or error).split())
    advice = "the disk is full, free some space" if has_no_room(folder, error) else "mend that"
    return LibraryError(
        f"the library {str(folder)!r} cannot be written ({reason}): {advice} and run the same command again"
    )


def is_to_be_read_alone(folder: Path) -> bool:
    """Tell whether nothing can be written into a library that is there: it is read-only for us, or its disk is full."""
    return is_read_only(folder) or is_read_only(folder / _CATALOGUE) or has_no_room(folder)


def settle_modes(folder: Path, *parts: str | Path) -> None:
    """Give what the stores have made in a library, or in some `parts` of it, the mode that belongs there.

    That is its owner's alone, unless the owner has opened both the folder and the catalogue in it to others: then what
    is new is open to them as well. Other things in the folder are not ours.
    """
    settle((folder / part for part in parts or _OURS), shared_by(folder, folder / _CATALOGUE))


def mirrored(folder: Path, opened: Callable[[Path], Index]) -> Index:
    """Open a word index that may not be written to: Tantivy makes a lock file even to read.

    It is opened through links, in a folder of its own that is gone again as soon as the files are open. A writer whom
    this lock does not reach may remove files meanwhile; then those of its next state are there.
    """
    for left in reversed(range(_TRIES)):
        with TemporaryDirectory(prefix="coscribe-") as name:
            for entry in os.scandir(folder):
                if entry.name == _META:  # as it is now, whatever follows
                    (Path(name) / _META).write_bytes(Path(entry.path).read_bytes())
                elif not entry.name.startswith("."):
                    (Path(name) / entry.name).symlink_to(Path(entry.path).absolute())
            try:
                return opened(Path(name))
            except (OSError, ValueError):
                if not left:
                    raise
    raise AssertionError("unreachable")
