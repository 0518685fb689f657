"""What is written beside a note on request: its sources as references, and its sentences as a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import UsageError
from ...core.shapes import Note
from ...core.system.files import named_file, write_whole
from .fact_sheet import write_fact_sheet
from .references import FORMS, references
from .sidecar import sidecar

_SHEETS = (".xlsx",)
_ADVICE = "name another file"


@dataclass(frozen=True, slots=True)
class Beside:
    """The files that were asked for."""

    references: Path | None = None
    facts: Path | None = None

    def write(self, note: Note) -> list[str]:
        """Write them, and return their names; raises UsageError where one cannot be."""
        if self.references is not None:
            text = references(note, self.references.suffix.lower())
            write_whole(self.references, text, "the references", advice=_ADVICE)
        if self.facts is not None and note.document is not None:
            write_whole(self.facts, write_fact_sheet(note.document), "the facts", advice=_ADVICE)
        return [str(path) for path in (self.references, self.facts) if path is not None]


def beside(references: str | None, facts: str | None, notes: Iterable[Path]) -> Beside:
    """Return the files named, checked before anything is paid for; `notes` are where the note itself goes.

    Raises UsageError for a wrong ending, a missing folder, and a file that is named twice.
    """
    wanted = Beside(
        named_file(references, "the references", tuple(FORMS)) if references else None,
        named_file(facts, "the facts", _SHEETS) if facts else None,
    )
    taken = {place.absolute() for path in notes for place in (path, sidecar(path))}
    for path in (wanted.references, wanted.facts):
        if path is not None and path.absolute() in taken:
            raise UsageError(f"{str(path)!r} is where the note is written: {_ADVICE}")
    return wanted
