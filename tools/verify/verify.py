"""Verifies what coscribe has made: every quote, figure, report and price in a file, against library and ledger."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import UsageError
from ...core.events import OnProgress, silent
from ...core.system.home import Home
from ...money.ledger import Ledger
from ...vectorstore.index.catalogue import Catalogue
from ..publish.publication import FORMATS
from .claims import check_claims
from .compared.commented import read_word
from .compared.workbook_check import read_table, read_workbook
from .editions import check_reports
from .finding import Findings, Verification
from .held import Held
from .item import Item, NotOurs
from .marks import check_marks
from .price import check_price
from .published_file import read_published
from .saved import read_json, read_lines, read_note
from .wording_check import check_quotes

if TYPE_CHECKING:  # a library takes seconds to import, and only its catalogue is needed
    from ...vectorstore.library import Library

_ADVICE = "name what ask, note, align, changes, check or batch wrote"
Reader = Callable[[Path, Held], Iterator[Item]]
_READERS: dict[str, tuple[str, Reader]] = {
    ".json": ("an answer, a note, a matrix, changes or a check", lambda path, _: read_json(path)),
    ".jsonl": ("answers of a batch", lambda path, _: read_lines(path)),
    ".journal": ("the journal of a batch", lambda path, _: read_lines(path)),
    ".csv": ("answers of a batch, or a matrix", read_table),
    ".xlsx": ("answers of a batch, a matrix, changes or a check", read_workbook),
    ".md": ("a note", read_note),
    **{
        ending: ("an answer, a note, a matrix, changes or a check", lambda path, _: read_published(path))
        for ending in FORMATS
    },
    ".docx": ("an answer, a note, a matrix, changes, a check or a draft with its comments", read_word),
}


def verify(made: str | Path, library: "Library", *, home: str | Path | None = None) -> Verification:
    """Verify a file that coscribe has made against a library, and its cost against the ledger of a home.

    No model is asked and nothing is written. Raises UsageError for a file that coscribe did not make, LibraryError
    where there is no library.
    """
    place = Home.find(home, library.folder, os.environ)
    return verify_file(Path(made), library.catalogue, ledger_of(place))


def ledger_of(home: Home) -> Ledger | None:
    """Return the ledger of a home, `None` where it has none yet: verifying makes no file."""
    return Ledger(home.ledger) if home.ledger.is_file() else None


def verify_file(
    path: Path, catalogue: Catalogue, ledger: Ledger | None, progress: OnProgress = silent
) -> Verification:  # fmt: skip
    """Verify a file; `progress` is called with a stage, how much of it is done, and its total (0: unknown)."""
    made, read = _reader(path)
    findings = Findings()
    places = Held(catalogue)
    try:
        for number, item in enumerate(read(path, places), 1):
            check(item, places, ledger, findings)
            progress("checking", number, 0)
    except NotOurs as error:
        raise UsageError(f"{str(path)!r} was not made by coscribe, or is damaged ({error}): {_ADVICE}") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{str(path)!r} cannot be read ({reason}): check the path") from error
    return findings.verification(str(path), made)


def check(item: Item, places: Held, ledger: Ledger | None, findings: Findings) -> None:
    """Make every check on one answer or note."""
    for kind, problem in item.problems:
        findings.failed(kind, item.where.rstrip(", ") or "file", problem)
    for what in item.unproven:
        findings.cannot_prove(what)
    check_quotes(item, places, findings)
    check_claims(item, places, findings)
    check_reports(item, places, findings)
    check_marks(item, findings)
    check_price(item, ledger, findings)


def _reader(path: Path) -> tuple[str, Reader]:
    """Return what a file is, and what reads it; raises UsageError for one that cannot be of coscribe."""
    ending = path.suffix.lower()
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder: name a file in it")
    if not path.exists():
        raise UsageError(f"there is no file {str(path)!r}: check the path")
    if ending not in _READERS:
        raise UsageError(f"{str(path)!r} cannot be verified: name a file that ends in {', '.join(_READERS)}")
    if not path.stat().st_size:
        raise UsageError(f"{str(path)!r} is empty: {_ADVICE}")
    return _READERS[ending]
