"""Run records: what was asked and answered, one JSON file a run, in the personal state folder."""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from ..core.errors import UsageError
from ..core.system.files import remove_unfinished, write_whole


def new_run(now: datetime | None = None) -> str:
    """Return a run's name: its start in UTC to the second, and four characters that make it unique."""
    return f"{(now or datetime.now(UTC)):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


class RunRecords:
    """The records in a folder; writing is whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, run: str, kind: str, result: dict[str, object], **about: str) -> Path:
        """Store a result (an answer or a note, as JSON data) under its run's name and return the file.

        Raises UsageError where it cannot be written.
        """
        remove_unfinished(self._folder)
        path = self._folder / f"{run}.json"
        text = json.dumps({"run": run, "kind": kind, **about, "result": result}, ensure_ascii=False)
        write_whole(path, text, "the run record", advice="mend that, or choose another --home", private=True)
        return path

    def quoting(self, report: str) -> list[Path]:
        """Return the records whose citations or evidence name a report id."""
        mark = json.dumps(report)
        listed = sorted(self._folder.glob("*.json"))
        return [path for path in listed if mark in path.read_text(encoding="utf-8", errors="replace")]

    def load(self, run: str) -> dict[str, object]:
        """Return a record by its run's name; raises UsageError when there is none that can be read."""
        path = self._folder / f"{run}.json"
        if not path.is_file():
            raise UsageError(f"there is no run {run!r}: see `coscribe cost --by run`")
        try:
            record = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, RecursionError) as error:
            raise UsageError(f"the run record {str(path)!r} is damaged: remove it") from error
        return record
