"""Reads a published Word, PDF or HTML file: by the JSON it carries, and by what that would be published as again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ...core.errors import ReadFailure, UsageError
from ...core.shapes import Note
from ...core.text import one_line
from ..align.files.matrix_files import formats_of
from ..align.matrix import AlignmentMatrix
from ..publish.publication import FORMATS, published_again
from ..publish.sidecar import sidecar
from .earlier import text_of
from .item import Item, NotOurs
from .saved import Finished, made_of, parsed, saved_item
from .wording_check import changed, shown

_LARGEST = 256_000_000  # bytes of a file: a note has fewer than one million without pictures
MARKDOWN = ".md"
_MOST = 40  # changes that are named one by one


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A published file as it is read: what it carries, and each text that a hand changed since."""

    made: Finished
    changes: tuple[str, ...]


def read_published(path: Path) -> Iterator[Item]:
    """Yield the one item of a file, with every text that a hand changed since as a problem; raises NotOurs."""
    found = opened(path)
    item = saved_item(found.made)
    yield replace(item, problems=(*item.problems, *(("report", change) for change in found.changes)))


def opened(path: Path) -> OpenedFile:
    """Return what is in a Word, PDF, HTML or Markdown file; of Markdown, the JSON beside it tells. Raises NotOurs."""
    if path.stat().st_size > _LARGEST:
        raise UsageError(f"{str(path)!r} is too large for one answer or note: verify the .md or the --json of it")
    ending = path.suffix.lower()
    if ending == MARKDOWN:
        return _opened_markdown(path)
    form = FORMATS[ending]
    try:
        found = form.read(path.read_bytes())
    except ReadFailure as error:
        raise NotOurs(one_line(str(error))) from error
    if found.carried is None:
        raise NotOurs("it carries no record of what it was made of")
    data: Any = parsed(found.carried.encode("utf-8", "replace"))
    made, _ = made_of(data)
    form = formats_of(made)[ending] if isinstance(made, AlignmentMatrix) else form
    told: Any = data.get("colophon") if isinstance(data, dict) else None
    try:
        expected = form.read(form.write(published_again(made, told, found.carried))).texts
    except (TypeError, ValueError, LookupError) as error:
        raise NotOurs("what it says of how it was made is damaged") from error
    return OpenedFile(made, tuple(changes(found.texts, expected)))


def _opened_markdown(path: Path) -> OpenedFile:
    beside = sidecar(path)
    if not beside.is_file() or beside.stat().st_size > _LARGEST:
        raise NotOurs(f"the JSON that belongs beside it, {beside.name!r}, is missing")
    made, _ = made_of(parsed(beside.read_bytes()))
    text = text_of(path)
    told = made.markdown if isinstance(made, Note) else text
    there, was = ([line for line in each.splitlines() if line.strip()] for each in (text, told))
    return OpenedFile(made, tuple(changes(there, was)))


def changes(texts: Sequence[str], expected: Sequence[str]) -> Iterator[str]:
    """Yield what is other in some texts than it was published as: changed, added, missing or in another place."""
    there, was = [one_line(text) for text in texts], [one_line(text) for text in expected]
    steps = SequenceMatcher(None, was, there, autojunk=False).get_opcodes()
    told = [change for tag, a, b, c, d in steps if tag != "equal" for change in _told(was[a:b], there[c:d])]
    yield from told[:_MOST]
    if len(told) > _MOST:
        yield f"{len(told) - _MOST} more texts are not as they were published"


def _told(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    pairs = min(len(old), len(new))
    for before, after in zip(old, new, strict=False):
        yield changed(after, before)
    yield from (f"missing since it was published: {shown(text)}" for text in old[pairs:])
    yield from (f"added since it was published: {shown(text)}" for text in new[pairs:])
