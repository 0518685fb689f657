"""Run records: what was asked and answered, one JSON file a run, in the personal state folder."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..core.errors import UsageError
from ..core.system.files import remove_unfinished, write_whole


def new_run(now: datetime | None = None) -> str:
    """Return a run's name: its start in UTC to the second, and four characters that make it unique."""
    return f"{(now or datetime.now(UTC)):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


@dataclass(frozen=True, slots=True)
class Run:
    """Where work is booked and kept: the run's name in the ledger, the name of its record ("" for none).

    Where several questions share a run, `booked_as` is what this one's cost is booked under, unlike that of any other.
    """

    id: str
    booked_as: str = ""
    record: str = ""

    @classmethod
    def new(cls) -> "Run":
        """Return a run of one question, with a record of its name."""
        name = new_run()
        return cls(name, record=name)


class RunRecords:
    """The records in a folder; writing is whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_tidy = False

    def save(self, run: str, kind: str, result: Mapping[str, object], prompts: Mapping[str, str]) -> Path:
        """Store a result (an answer or a note, as JSON data) under its run's name, and return the file.

        `prompts` are the digests of the prompt files in force, where a model had a part in it. Raises UsageError where
        it cannot be written.
        """
        if not self._is_tidy:
            remove_unfinished(self._folder)
            self._is_tidy = True
        path = self._folder / f"{run}.json"
        text = json.dumps({"run": run, "kind": kind, "prompts": prompts, "result": result}, ensure_ascii=False)
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
