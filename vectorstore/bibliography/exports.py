"""Exports of reference managers as manifests: which files their works are, and what they say of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from ...core.errors import ReadFailure, UsageError
from ...core.text import one_line
from ..reading.encoding import decode
from . import bibtex, csl, ris
from .work import Work

_READERS: Mapping[str, Callable[[str], list[Work]]] = {".ris": ris.read, ".bib": bibtex.read, ".json": csl.read}
WRITERS = {"ris": ris.written, "bibtex": bibtex.written, "csl": csl.written}
_LARGEST = 64_000_000  # bytes
_SNAPSHOTS = (".html", ".htm")
_TITLE = 60  # characters of a title by which a file is known: programs cut longer ones in names
_TELLING = 15  # characters that a title must have to name a file by itself


def is_export(path: Path, *, surely: bool = False) -> bool:
    """Tell by its ending whether a file may be an export; `surely` looks into JSON, which may be anything."""
    ending = path.suffix.lower()
    if surely and ending == ".json":
        try:
            return csl.is_csl(decode(path.read_bytes(), path.name)) if path.stat().st_size <= _LARGEST else False
        except (OSError, ReadFailure):
            return False
    return ending in _READERS


def load(path: Path) -> dict[str, dict[str, str]]:
    """Return what an export says of files: by the paths of attachments, or a pattern where a work names none.

    The pattern is that of a file named by the title, as these programs name them. Raises UsageError with one line for
    an export that is too large, broken, or of another format.
    """
    found: dict[str, dict[str, str]] = {}
    for item in _items(path):
        names = [_local(one) for one in item.attachments if not _is_address(one)] or _by_title(item)
        for name in names:
            found.setdefault(name, {}).update(item.fields)
    return found


def is_ours(name: str) -> bool:
    """Tell whether an entry of an export is a pattern made of a title, which may well fit nothing."""
    return name.startswith("*")


def attachments(path: Path) -> list[Path]:
    """Return the files that an export names and that lie beside it.

    Only files below the export's own folder are taken: what was downloaded must not have other files read. Web pages
    that were saved with a work are left out where it has another file. Raises UsageError where there is none at all.
    """
    folder = path.absolute().parent.resolve()
    taken: dict[Path, None] = {}
    for item in _items(path):
        written = [_local(one) for one in item.attachments if not _is_address(one)]
        places = [place for one in written if (place := _place(folder, one)) is not None]
        reports = [one for one in places if one.suffix.lower() not in _SNAPSHOTS]
        taken.update(dict.fromkeys(reports or places))
    if not taken:
        raise UsageError(
            f"the export {str(path)!r} names no file that lies beside it: give the folder of the files, and the export "
            "with --manifest"
        )
    return list(taken)


def _items(path: Path) -> list[Work]:
    what = f"the export {str(path)!r}"
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{what} is larger than {_LARGEST // 1_000_000} MB: export fewer works")
        return _READERS[path.suffix.lower()](decode(path.read_bytes(), path.name))
    except OSError as error:
        raise UsageError(f"{what} cannot be read: {error.strerror or error}") from error
    except ReadFailure as error:
        raise UsageError(f"{what} is no text: export it again as UTF-8") from error
    except ValueError as error:
        raise UsageError(f"{what} is not understood ({one_line(str(error))}): export it again") from error


def _is_address(written: str) -> bool:
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", written)  # a single letter is a drive
    return scheme is not None and scheme.group().lower() != "file:"


def _local(written: str) -> str:
    """Return the path that an attachment is written as, without the scheme of a local address."""
    if written.lower().startswith("file:"):
        return unquote(re.sub(r"^file:(//[^/]*)?", "", written, flags=re.IGNORECASE))
    return written


def _place(folder: Path, written: str) -> Path | None:
    """Return the file that a path means, if it is there and nowhere but below the folder."""
    name = written.replace("\\", "/")
    try:
        place = (folder / name).resolve()
        return place if place.is_relative_to(folder) and place.is_file() else None
    except (OSError, ValueError):  # no name of a file at all
        return None


def _by_title(item: Work) -> Iterator[str]:
    """Yield the pattern of the names that a file of this title bears, whatever stands before it."""
    title = item.fields.get("title", "")
    if len(title) >= _TELLING:
        cut = title[:_TITLE].rsplit(" ", 1)[0] if len(title) > _TITLE else title
        words = re.findall(r"\w+", cut)
        yield f"*{'*'.join(words)}*.*" if len(words) > 1 else f"*{PurePosixPath(cut).name}*.*"
