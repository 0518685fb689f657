"""What a child process may be asked about a file; `child` answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Read:
    """What the file holds, with the pages `recognised` before in place of its own: a `FileText`."""

    path: Path
    recognised: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells the picture of a page from every other: a text."""

    path: Path
    number: int


@dataclass(frozen=True, slots=True)
class Recognise:
    """What the embedded engine reads in the picture of a page: a recognised page as it is kept."""

    path: Path
    number: int


@dataclass(frozen=True, slots=True)
class ReadCopy:
    """Some pages of a copy with a text layer: recognised pages by number; none where the copy has other pages."""

    path: Path
    copy: Path
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """The picture of a page: a `PagePicture`."""

    path: Path
    number: int


@dataclass(frozen=True, slots=True)
class Find:
    """Where words stand on a page, before which so many of their occurrences come: a tuple of `WordBox`."""

    path: Path
    number: int
    words: str
    rank: int


Request = Read | Fingerprint | Recognise | ReadCopy | Draw | Find
