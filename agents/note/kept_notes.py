"""What notes were asked for, kept from before their first search, so that one that was cut off can be gone on with.

What models answered lies in the cache of replies; where that is off, in a file beside the request for as long as the
note is unfinished.
"""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ...core.errors import UsageError
from ...core.system.files import remove_unfinished, write_whole
from ...core.types import Scope
from ...prompts.template import Template, parsed_template

_ADVICE = "mend that, or choose another --home"


class KeptRevision(BaseModel):
    """What is revised: a file with the note of the run `of`, known again by a digest, and the comment on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str | None
    file: str
    digest: str
    comment: str
    section: str | None = None


class KeptNote(BaseModel):
    """A note as it was asked for, under its run's name: nothing in it is of the reports.

    `template` is TOML, or JSON where another note is revised, `settings` are those that decide what models are asked,
    `max_cost` is in US dollars, and `files` are the options that say what is written, their paths absolute. `begun` is
    UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    begun: str
    topic: str
    template: str
    library: str
    scope: Scope
    settings: dict[str, Any]
    max_cost: Decimal | None = None
    files: Mapping[str, Any] = {}
    state: Literal["unfinished", "finished"] = "unfinished"
    revision: KeptRevision | None = None

    @property
    def read_template(self) -> Template:
        """The template, read; raises UsageError when it is not understood."""
        if self.revision is None:
            return parsed_template(self.template, self.id)
        try:
            return Template.model_validate_json(self.template)
        except ValidationError as error:
            raise UsageError(f"what was kept of the note {self.id!r} is damaged: draft it anew") from error


class KeptNotes:
    """The requests in a folder, one JSON file a note; writing is whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, note: KeptNote) -> None:
        """Keep a request, in place of what it was before. Raises UsageError where it cannot be written."""
        text = note.model_dump_json()
        write_whole(self._folder / f"{note.id}.json", text, "what the note needs", advice=_ADVICE, private=True)

    def holds(self, note: KeptNote) -> bool:
        """Tell whether a note was kept before."""
        return (self._folder / f"{note.id}.json").exists()

    def drop(self, note: KeptNote) -> None:
        """Forget a note that was not begun after all."""
        self._forget(f"{note.id}.*")

    def finish(self, note: KeptNote) -> None:
        """Keep a note as finished; answers kept for it alone are removed."""
        self.keep(note.model_copy(update={"state": "finished"}))
        self._forget(f"{note.id}.sqlite*")
        remove_unfinished(self._folder)

    def replies(self, note: KeptNote) -> Path:
        """Return the file for the answers that are kept for this note alone."""
        return self._folder / f"{note.id}.sqlite"

    def template_file(self, note: KeptNote) -> Path:
        """Return where the template of a note may lie while it is edited."""
        return self._folder / f"{note.id}.toml"

    def forget_replies(self) -> None:
        """Remove all answers that are kept for single notes: they may quote any report."""
        self._forget("*.sqlite*")

    def listed(self) -> list[KeptNote]:
        """Return all notes, the latest first; raises UsageError for a file that is damaged."""
        return [_read(path) for path in sorted(self._folder.glob("*.json"), reverse=True)]

    def find(self, name: str) -> KeptNote:
        """Return the note whose id begins so; raises UsageError where there is none, or are several."""
        found = [path for path in sorted(self._folder.glob("*.json")) if name and path.stem.startswith(name)]
        if len(found) != 1:
            why = f"{len(found)} notes begin with {name!r}" if found else f"there is no note {name!r}"
            raise UsageError(f"{why}: see `coscribe note --list`")
        return _read(found[0])

    def _forget(self, pattern: str) -> None:
        for path in self._folder.glob(pattern):
            with suppress(OSError):  # where a file that is open cannot be removed, the next note does it
                path.unlink(missing_ok=True)


def _read(path: Path) -> KeptNote:
    try:
        return KeptNote.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(f"what was kept of a note in {str(path)!r} is damaged: remove it") from error
