"""Tells when the files below folders have changed and come to rest.

The system's notices (https://watchfiles.helpmanual.io) say when to look; what is seen then decides. So a notice too
many costs nothing, and one that never comes, as from a network drive, only time.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from .manifest import find_manifest
from .report_files import Stamp, base_of, find_files, manifest_folders, stamp

QUIET = 1.0  # seconds without a change: whoever writes a file has finished
PATIENCE = 60.0  # seconds after which files that never rest are taken as they are
LOOK = 60.0  # seconds between looks where nothing was noticed
LOOK_UNTOLD = 5.0  # and where the system cannot give notice
_Seen = dict[str, Stamp | None]


def rounds(paths: Sequence[str | Path], library: Path, manifest: Path | None = None) -> Iterator[tuple[str, ...]]:
    """Yield an empty tuple at once, and again each time the files below `paths` have changed and been left alone.

    What changes between two steps counts for the next. Where a folder or file that was given is gone, or another disk
    lies in its place, its name is yielded, once, and nothing more until it is back: a share that is not mounted is not
    an empty one. Files in the `library` itself do not count. Endless; raises OSError for a path that is not there yet.
    """
    roots = list(dict.fromkeys(base_of(str(path)) for path in paths))
    disks = {root: root.stat().st_dev for root in roots}
    taken: _Seen | None = None
    told: tuple[str, ...] = ()
    for _ in _moments(roots):
        gone = tuple(str(root) for root in roots if _disk(root) != disks[root])
        if gone:
            if gone != told:
                yield gone
        else:
            seen = _seen(paths, library, manifest)
            if seen != taken:
                taken = seen
                yield ()
        told = gone


def _moments(roots: Sequence[Path]) -> Iterator[None]:
    """Yield at once, and then whenever it is time to look: when it is quiet after changes, or from time to time."""
    yield
    while True:
        before = [_identity(root) for root in roots]
        try:
            notices = watch(
                *roots, watch_filter=None, debounce=200, step=50, rust_timeout=int(QUIET * 1000),
                yield_on_timeout=True, ignore_permission_denied=True,
            )  # fmt: skip
            began, looked = None, time.monotonic()
            for notice in notices:
                now = time.monotonic()
                began = began or (now if notice else None)
                is_due = now - began > PATIENCE if began and notice else bool(began) or now - looked > LOOK
                if is_due:
                    began, looked = None, now
                    yield
                if before != [_identity(root) for root in roots]:  # what is watched is no longer what lies there
                    break
        except OSError:
            time.sleep(LOOK_UNTOLD)
        yield


def _seen(paths: Sequence[str | Path], library: Path, manifest: Path | None) -> _Seen:
    """Return what tells one state of the files from another: their names, sizes, dates and places on the disk."""
    home = library.resolve()
    files = [item.path for item in find_files(paths, may_be_empty=True)]
    files += [found for folder in manifest_folders(paths) if (found := find_manifest(folder))]
    files += [manifest] if manifest else []
    return {str(path): stamp(path) for path in files if not path.is_relative_to(home)}


def _disk(path: Path) -> int | None:
    return identity[0] if (identity := _identity(path)) else None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
