"""What the disk allows: who may read what is kept there, what may not be written to, and whether it is full.

What coscribe makes is for its owner alone: folders 0700, files 0600. The process's umask is not touched for it: it is
shared by all threads, belongs to the caller of the Python interface, and is right for the files that the user asks for
by `-o`. So folders are closed before anything stands in them, our own files are made with their mode, and what the
stores make beside them is settled after each of their commits. This module alone sets modes; on Windows `chmod` does
not restrict readers, and the profile folder's own access list has to.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import UsageError

_FOLDER, _FILE = 0o700, 0o600
_OTHERS = 0o066  # reading and writing, by the group and by all
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_SAID = ("no space left", "disk is full", "quota exceeded", "file too large")  # by libraries that pass on words alone
_ROOM = 1_000_000  # bytes; SQLite and Chroma say "I/O error" and the like where they find less than they want


@contextmanager
def explained(problem: str, advice: str) -> Iterator[None]:
    """Raise UsageError where the system refuses what is done inside: the problem, the reason it gives, the advice."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{problem} ({(error.strerror or str(error)).lower()}): {advice}") from error


def is_full(error: BaseException) -> bool:
    """Tell whether an error says that the disk is full, or what of it this user may have."""
    return getattr(error, "errno", None) in _FULL or any(words in str(error).lower() for words in _SAID)


def is_read_only(path: Path) -> bool:
    """Tell whether a file or folder is there that this process may not write to: by its mode, or by its mount."""
    return os.path.exists(path) and not os.access(path, os.W_OK)


def has_no_room(folder: Path, error: BaseException | None = None) -> bool:
    """Tell whether the disk of a folder is full: an `error` says so, or too little is left for a store to work."""
    if error is not None and is_full(error):
        return True
    return folder.is_dir() and shutil.disk_usage(folder).free < _ROOM


def is_there(file: Path) -> bool:
    """Tell whether a file is there; one in a folder that may not be entered is taken to be."""
    try:
        return file.is_file()
    except PermissionError:
        return True


def make_folder(folder: Path) -> Path:
    """Make a folder that is missing, with those above it, and return it; what is there keeps its mode."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            make_folder(folder.parent)
        folder.mkdir(mode=_FOLDER, exist_ok=True)
    return folder


def make_file(path: Path) -> Path:
    """Make an empty file that is missing and return it; one that is there keeps content and mode.

    Created with its mode rather than given it later: there is no moment at which others could open it. One that is
    there is never opened: closing it would let go of every lock that SQLite holds on it in this process, and the next
    program to look into it would take itself for the last one and delete the log that is being written.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _FILE))
    except FileExistsError:
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path)) from None
    return path


def close_to_others(path: Path) -> None:
    """Make an existing file or folder its owner's alone."""
    wanted = _FOLDER if path.is_dir() else _FILE
    if stat.S_IMODE(path.stat().st_mode) != wanted:
        path.chmod(wanted)


def shared_by(folder: Path, file: Path) -> int:
    """Return which rights others than the owner have of a file in a folder: those that both of them grant.

    Where the file was made with `make_file`, it is the owner who has granted them since.
    """
    try:
        return folder.stat().st_mode & file.stat().st_mode & _OTHERS
    except FileNotFoundError:
        return 0


def settle(paths: Iterable[Path], shared: int) -> None:
    """Give files and folders, and all that stands below these, the owner's rights and those that are `shared`.

    What belongs to another user, or is on a file system without modes, stays as it is.
    """
    for path in paths:
        with suppress(OSError):
            for found in _below(path):
                _set(found, shared)


def _below(path: Path) -> Iterator[Path]:
    if path.is_symlink():
        return
    yield path
    if path.is_dir():
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _set(path: Path, shared: int) -> None:
    with suppress(OSError):
        before = stat.S_IMODE(path.stat().st_mode)
        # Who may read a folder may enter it. The bits above the nine are for the group of what is made in it.
        wanted = _FOLDER | shared | (shared & 0o044) >> 2 if path.is_dir() else _FILE | shared
        if before & 0o777 != wanted:
            path.chmod(before & ~0o777 | wanted)
