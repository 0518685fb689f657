"""Where things live on disk, and who may read them.

A home holds `library/` (catalogue, words, vectors: may be shared) and `state/` (ledger, sessions, cache, run records,
settings: personal). What is made here is for its owner alone: folders 0700, files 0600.
"""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from .disk import close_to_others, explained, is_read_only, make_file, make_folder, settle

PARTS = {"library", "state", "demo"}


class _Below:
    """A path of a home that stands in a folder of it."""

    def __init__(self, folder: str, name: str) -> None:
        self._folder, self._name = folder, name

    def __get__(self, home: "Home", kind: type["Home"]) -> Path:
        folder: Path = getattr(home, self._folder)
        return folder / self._name


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

    state = _Below("root", "state")  # the personal folder
    settings = _Below("state", "coscribe.toml")  # the user's own; it need not exist
    terms = _Below("state", "terms.toml")  # the user's own terms and translations; it need not exist
    ledger = _Below("state", "ledger.sqlite")  # one row per attempted model call
    sessions = _Below("state", "sessions.sqlite")  # of the chat
    servers = _Below("state", "servers.sqlite")  # what was learned of them
    runs = _Below("state", "runs")  # the folder of run records
    notes = _Below("state", "notes")  # the folder of what notes were asked for, to go on with
    judgements = _Below("state", "judgements")  # the folder of what people decided on cells of a matrix, by library
    forms = _Below("state", "forms")  # the folder of what forms were sent out, to know them again
    contributions = _Below("library", "contributions")  # the folder of what partners wrote in them
    snapshots = _Below("state", "snapshots")  # the folder of what was kept to compare with later
    token = _Below("state", "mcp-token")  # what clients of `mcp --http` have to show
    cache = _Below("state", "cache")  # the folder of what can be had again
    vectors = _Below("cache", "vectors.sqlite")  # those that endpoints made of texts
    replies = _Below("cache", "replies.sqlite")  # the answers that models gave
    tokens = _Below("cache", "tokens")  # the folder of unpacked token tables

    def create(self) -> None:
        """Make every folder that is missing, and close home and state to other users.

        A root that holds anything but a home keeps its mode: `--home .` must not lock others out of a shared folder.
        A library that stands elsewhere keeps its mode too. The files right in `state/`, which people and editors make
        too, are closed as well.
        Raises `UsageError` naming the folder that cannot be made or written to.
        """
        with _writing(self.root, "--home"):
            for folder in (self.root, self.state, self.runs, self.cache, self.tokens):
                make_folder(folder)
            if is_read_only(self.state):
                raise PermissionError(0, "it is read-only")
            if PARTS.issuperset(entry.name for entry in self.root.iterdir()):
                close_to_others(self.root)
            close_to_others(self.state)
            settle((entry for entry in self.state.iterdir() if entry.is_file()), 0)
        with _writing(self.library, "--library"):
            make_folder(self.library)

    def private_file(self, path: Path) -> Path:
        """Make sure that `path` exists and is its owner's alone, and return it; what it holds stays.

        Raises `UsageError` naming the file that cannot be written to.
        """
        with _writing(path, "--home"):
            make_folder(path.parent)
            close_to_others(make_file(path))
        return path


def _absolute(path: Path | str) -> Path:
    return Path(os.path.expanduser(path)).absolute()


def _writing(path: Path, option: str) -> AbstractContextManager[None]:
    return explained(f"cannot write to {str(path)!r}", f"choose another folder with {option}")
