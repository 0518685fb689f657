"""The one way to write a whole file.

It is written beside its place, brought to the disk, and then put there: whoever looks finds the file before or the file
after, whatever happens between, and never a part of one. A file that stands there is replaced where the caller says so:
the one a person named with `-o`, or one that coscribe wrote itself. Any other is refused.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..errors import UsageError
from .disk import explained, make_folder

Content = str | bytes | Callable[[IO[bytes]], object]
_PART = ".part"  # ends the name of a file that is being written
_WRITTEN_SECONDS = 60  # within which a file is written, however busy the machine is


def write_whole(
    path: Path, content: Content, noun: str, *, advice: str, private: bool = False, replace: bool = True
) -> None:
    """Write text in UTF-8, bytes, or what a function writes to a stream; a `private` file is its owner's alone.

    Raises UsageError, with the `noun` of what is written and an `advice`, where it cannot be, or where a file is there
    that may not be replaced.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(3)}{_PART}")
    with explained(f"{noun} cannot be written to {str(path)!r}", advice), _dropped(part):
        if private:
            make_folder(path.parent)
        remove_unfinished(path.parent, f".{path.name}.")
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666), "wb") as stream:
            if callable(content):
                content(stream)
            else:
                stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        if not replace and path.exists():
            raise UsageError(f"{str(path)!r} is there already: choose another name")
        part.replace(path)


def named_file(name: str | Path, noun: str, endings: Sequence[str]) -> Path:
    """Return where a file of one of these endings is to be written; nothing is written yet.

    Raises UsageError for another ending, for a folder, and in one that is missing.
    """
    path = Path(name)
    if path.suffix.lower() not in endings:
        ending = path.suffix or "a file without ending"
        raise UsageError(f"{noun} cannot be written as {ending!r}: name a file that ends in {', '.join(endings)}")
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder: name a file in it")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {str(path.absolute().parent)!r} to write {noun} to: make it first")
    return path


@contextmanager
def _dropped(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def remove_unfinished(folder: Path, prefix: str = "") -> None:
    """Remove the files that were being written to a folder when their process was killed, under names that begin so.

    They are told from those being written now by their age.
    """
    before = time.time() - _WRITTEN_SECONDS
    with suppress(OSError):  # read-only, or another process is doing the same
        for name in os.listdir(folder):
            if name.endswith(_PART) and name.startswith(prefix) and (folder / name).stat().st_mtime < before:
                (folder / name).unlink(missing_ok=True)
