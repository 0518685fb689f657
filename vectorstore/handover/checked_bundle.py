"""A library that was handed over, checked before anything in it is looked at.

The sums tell what was damaged on its way, not who made it: all that is in the file is data of a stranger. It can name
no place (its members are known by name), unpack to no more than it says, and give values of the kinds of our tables.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ...core.errors import LibraryError, UsageError
from ...core.system.disk import is_there
from ..index import schema
from .bundle import FORMAT, LONGEST, MANIFEST, TABLES, VECTORS, BundleManifest, Member, refused, rows_name

_LONGEST_MANIFEST = 64_000_000  # bytes
_LARGE, _RATIO = 10_000_000, 200  # bytes a member may unpack to, and times its packed size beyond that
_PIECE = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error)
_MEMBERS = frozenset((*map(rows_name, TABLES), VECTORS))


class CheckedBundle:
    """The file at `source`, every member of which is as its manifest says; `checked_bundle` gives one."""

    def __init__(self, source: Path, archive: zipfile.ZipFile) -> None:
        self.source = source
        self._archive = archive
        self._members = _members(source, archive)
        self.manifest = _manifest(source, self._read_manifest())
        _compare(source, self._members, self.manifest)
        for member in self.manifest.members:
            self._check(member)

    @property
    def size(self) -> int:
        """How many bytes it unpacks to."""
        return sum(member.bytes for member in self.manifest.members)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table by the names of their columns; raises ValueError where one is none."""
        with self._archive.open(rows_name(table)) as stream:
            names: list[str] | None = None
            while line := stream.readline(LONGEST):
                values = self._values(table, line)
                if names is None:
                    names = values
                elif len(values) != len(names):
                    raise ValueError(f"a row of {table} has {len(values)} values, not {len(names)}")
                else:
                    yield dict(zip(names, values, strict=True))

    def vectors(self, size: int) -> Iterator[bytes]:
        """Yield the rows of vectors, each of `size` bytes, some thousand at a time."""
        with self._archive.open(VECTORS) as stream:
            while piece := stream.read(size * 4096):
                yield piece

    def _values(self, table: str, line: bytes) -> list[Any]:
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"a row of {table} is none") from error
        if not isinstance(values, list):
            raise ValueError(f"a row of {table} is none")
        return values

    def _read_manifest(self) -> bytes:
        with _damage_told(self.source), self._archive.open(MANIFEST) as stream:
            return stream.read(_LONGEST_MANIFEST)

    def _check(self, member: Member) -> None:
        digest, size = hashlib.sha256(), 0
        with _damage_told(self.source), self._archive.open(member.name) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                if size > member.bytes:
                    break
        if size != member.bytes or digest.hexdigest() != member.sha256:
            raise refused(self.source, f"{member.name!r} is not as it was written")


@contextmanager
def checked_bundle(source: Path) -> Iterator[CheckedBundle]:
    """Open and check a file that `export` wrote.

    Raises UsageError where there is none, LibraryError where it is damaged, unsafe, or of a newer format.
    """
    if not is_there(source):
        raise UsageError(f"there is no file {str(source)!r}: name one that `coscribe export` wrote")
    try:
        archive = zipfile.ZipFile(source)
    except OSError as error:
        raise UsageError(f"{str(source)!r} cannot be read ({error.strerror or error}): check the path") from error
    except (*_DAMAGE, ValueError) as error:
        raise refused(source, "it is no zip archive, or is cut short") from error
    with archive:
        yield CheckedBundle(source, archive)


def _members(source: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name; raises LibraryError for one that no library has, or that would unpack to too much."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        if info.filename not in _MEMBERS | {MANIFEST} or info.orig_filename != info.filename:
            raise refused(source, f"{info.orig_filename!r} is no part of a library")
        if info.filename in found:
            raise refused(source, f"{info.filename!r} is in it twice")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused(source, f"{info.filename!r} is encrypted or packed in a way that is not known")
        if info.file_size > max(_LARGE, _RATIO * info.compress_size):
            raise refused(source, f"{info.filename!r} would unpack to {info.file_size // 1_000_000:,} MB")
        found[info.filename] = info
    if MANIFEST not in found:
        raise refused(source, f"it holds no {MANIFEST!r}: `coscribe export` did not write it")
    if found[MANIFEST].file_size > _LONGEST_MANIFEST:
        raise refused(source, f"{MANIFEST!r} is too long")
    return found


def _manifest(source: Path, data: bytes) -> BundleManifest:
    """Read the manifest, its formats before anything else: what a newer coscribe says there is not known here."""
    try:
        told = json.loads(data)
        for noun, found, known in (
            ("", told["format"], FORMAT),
            (" of rows", told["catalogue"], schema.FORMAT),
        ):
            if isinstance(found, int) and found > known:
                raise LibraryError(
                    f"{str(source)!r} has format{noun} {found}, this coscribe reads {known}: upgrade coscribe"
                )
        manifest = BundleManifest.model_validate(told)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        # Of what pydantic finds wrong, the place is told and never the value.
        where = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else "its form"
        raise refused(source, f"the manifest is not understood: {where}") from error
    if manifest.dimension < 0 or manifest.dimension > 65_536 or bool(manifest.dimension) != bool(manifest.embedder):
        raise refused(source, "the manifest is not understood: dimension")
    return manifest


def _compare(source: Path, found: dict[str, zipfile.ZipInfo], manifest: BundleManifest) -> None:
    """Raise LibraryError unless the archive holds all of a library, and each member as long as its manifest says."""
    named = {member.name: member for member in manifest.members}
    wanted = {*map(rows_name, TABLES), *([VECTORS] if manifest.dimension else [])}
    if named.keys() != wanted or len(named) != len(manifest.members):
        raise refused(source, "the manifest names other members than a library has")
    if missing := sorted(named.keys() - found.keys()):
        raise refused(source, f"{missing[0]!r} is missing")
    if surplus := sorted(found.keys() - named.keys() - {MANIFEST}):
        raise refused(source, f"{surplus[0]!r} is not in its manifest")
    for name, member in named.items():
        if found[name].file_size != member.bytes:
            raise refused(source, f"{name!r} is not as long as its manifest says")


@contextmanager
def _damage_told(source: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise refused(source, "it is damaged, or cut short") from error
