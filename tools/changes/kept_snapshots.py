"""The snapshots of a home: one private JSON file each, under the name that somebody gave it."""

from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from ...core.errors import UsageError
from ...core.system.files import write_whole
from .snapshot import Snapshot

NOW = "now"  # what is compared with where no second name is given
_ADVICE = "mend that, or choose another --home"
_SIGNS = "-_."
_LONGEST = 80  # bytes


class KeptSnapshots:
    """The snapshots in a folder; writing is whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self, name: str, *, replaces: bool) -> None:
        """Raise UsageError for a name that is none, or that is taken where it does not replace what is there."""
        if not name:
            raise UsageError("the snapshot has no name: give it one, as in `coscribe snapshot spring-2026`")
        if not name[0].isalnum() or not all(one.isalnum() or one in _SIGNS for one in name) or name[-1] == ".":
            raise UsageError(f"a snapshot cannot be called {name!r}: use letters, digits, '-', '_' and '.' inside")
        if len(name.encode("utf-8", "replace")) > _LONGEST:
            raise UsageError(f"a snapshot cannot be called {name!r}: {_LONGEST} bytes are the most")
        if name.casefold() == NOW:
            raise UsageError(f"a snapshot cannot be called {name!r}: `changes` means the library as it is by that")
        if not replaces and self.holds(name):
            raise UsageError(f"there is a snapshot {name!r} already: choose another name, or say --replace")

    def holds(self, name: str) -> bool:
        """Tell whether there is a snapshot of a name."""
        return self._is_safe(name) and self._path(name).is_file()

    def keep(self, snapshot: Snapshot, *, replaces: bool) -> None:
        """Keep a snapshot; raises UsageError where it cannot be written, or as `check` does."""
        self.check(snapshot.name, replaces=replaces)
        write_whole(
            self._path(snapshot.name), snapshot.model_dump_json(), "the snapshot", advice=_ADVICE, private=True,
            replace=replaces,
        )  # fmt: skip

    def find(self, name: str) -> Snapshot:
        """Return the snapshot of a name; raises UsageError where there is none, or it cannot be read."""
        if not self.holds(name):
            raise UsageError(f"there is no snapshot {name!r}: see `coscribe snapshot --list`")
        return _read(self._path(name))

    def listed(self) -> list[Snapshot]:
        """Return all snapshots, the latest first; raises UsageError for a file that is damaged."""
        return sorted(map(_read, self._folder.glob("*.json")), key=lambda one: (one.made, one.name), reverse=True)

    def purge(self, report: str) -> int:
        """Take the words of a report out of every snapshot, and return out of how many.

        A file that cannot be read any more may hold some as well: if it names the report, it is removed.
        """
        count = 0
        for path in sorted(self._folder.glob("*.json")):
            try:
                snapshot = _read(path)
            except UsageError:
                with suppress(OSError):
                    if report.encode() in path.read_bytes():
                        path.unlink()
                        count += 1
                continue
            if snapshot.quotes(report):
                text = snapshot.without_words_of(report).model_dump_json()
                write_whole(path, text, "the snapshot", advice=_ADVICE, private=True)
                count += 1
        return count

    def _is_safe(self, name: str) -> bool:
        try:
            self.check(name, replaces=True)
        except UsageError:
            return False
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _read(path: Path) -> Snapshot:
    try:
        return Snapshot.model_validate_json(path.read_bytes())
    except (OSError, ValidationError, RecursionError) as error:
        raise UsageError(
            f"the snapshot in {str(path)!r} is damaged, or of a newer coscribe: remove it, or update"
        ) from error
