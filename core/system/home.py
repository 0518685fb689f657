"""Where things live on disk, and who may read them.

A home holds `library/` (catalogue, words, vectors: may be shared) and `state/` (ledger, sessions, cache, run records,
settings: personal). What is made here is for its owner alone: folders 0700, files 0600.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ..errors import UsageError
from .disk import close_to_others, is_read_only, make_file, make_folder, settle

PARTS = {"library", "state", "demo"}


@dataclass(frozen=True, slots=True)
class Home:
    """The two folders everything is kept below; finding them touches no disk, `create` makes them."""

    root: Path
    library: Path

    @classmethod
    def find(cls, home: Path | str | None, library: Path | str | None, environ: Mapping[str, str]) -> "Home":
        """Say where home and library are: the option if given, else `COSCRIBE_HOME` and `COSCRIBE_LIBRARY`.

        Without either, the home is the platform's user-data folder for coscribe and the library stands inside it.
        """
        root = _absolute(home or environ.get("COSCRIBE_HOME") or platformdirs.user_data_path("coscribe", False))
        return cls(root, _absolute(library or environ.get("COSCRIBE_LIBRARY") or root / "library"))

    @property
    def state(self) -> Path:
        """The personal folder."""
        return self.root / "state"

    @property
    def settings(self) -> Path:
        """The user's own settings file; it need not exist."""
        return self.state / "coscribe.toml"

    @property
    def terms(self) -> Path:
        """The user's own terms and translations; it need not exist."""
        return self.state / "terms.toml"

    @property
    def ledger(self) -> Path:
        """The SQLite file that has one row per attempted model call."""
        return self.state / "ledger.sqlite"

    @property
    def sessions(self) -> Path:
        """The SQLite file of chat sessions."""
        return self.state / "sessions.sqlite"

    @property
    def runs(self) -> Path:
        """The folder of run records."""
        return self.state / "runs"

    @property
    def cache(self) -> Path:
        """The folder of what can be had again: model replies, token tables."""
        return self.state / "cache"

    @property
    def vectors(self) -> Path:
        """The SQLite file of the vectors that endpoints made of texts."""
        return self.cache / "vectors.sqlite"

    @property
    def replies(self) -> Path:
        """The SQLite file of the answers that models gave."""
        return self.cache / "replies.sqlite"

    @property
    def servers(self) -> Path:
        """The SQLite file of what was learned of servers."""
        return self.state / "servers.sqlite"

    @property
    def tokens(self) -> Path:
        """The folder of unpacked token tables."""
        return self.cache / "tokens"

    def create(self) -> None:
        """Make every folder that is missing, and close home and state to other users.

        A root that holds anything but a home keeps its mode: `--home .` must not lock others out of a shared folder.
        A library that stands elsewhere keeps its mode too. The files right in `state/`, which people and editors make
        too, are closed as well.
        Raises `UsageError` naming the folder that cannot be made or written to.
        """
        with _explained(self.root, "--home"):
            for folder in (self.root, self.state, self.runs, self.cache, self.tokens):
                make_folder(folder)
            if is_read_only(self.state):
                raise PermissionError(0, "it is read-only")
            if PARTS.issuperset(entry.name for entry in self.root.iterdir()):
                close_to_others(self.root)
            close_to_others(self.state)
            settle((entry for entry in self.state.iterdir() if entry.is_file()), 0)
        with _explained(self.library, "--library"):
            make_folder(self.library)

    def private_file(self, path: Path) -> Path:
        """Make sure that `path` exists and is its owner's alone, and return it; what it holds stays.

        Raises `UsageError` naming the file that cannot be written to.
        """
        with _explained(path, "--home"):
            make_folder(path.parent)
            close_to_others(make_file(path))
        return path


def _absolute(path: Path | str) -> Path:
    return Path(os.path.expanduser(path)).absolute()


@contextmanager
def _explained(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot write to {str(path)!r} ({reason}): choose another folder with {option}") from error
