"""What all manifests together say of a file: the nearest wins field by field, and of the levels the strictest."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...core.errors import UsageError
from ...core.shapes import Unmatched
from ..bibliography.exports import is_export, is_ours
from .corrections import INTERNAL as _INTERNAL
from .corrections import MARKED_BY, apart, still_corrected
from .manifest import ManifestEntries, find_manifest, is_about_files, load_manifest
from .report_files import ReportFile, export_files, manifest_folders
from .spelling import BARE, FilePlace, Places, is_pattern, parts_of

GIVEN = "--manifest"  # who says it, where no folder does


@dataclass(frozen=True, slots=True)
class Declaration:
    """What manifests say of one file: `fields`, `levels` each with who says it, and the `folders` they were read in."""

    fields: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[tuple[str, str], ...] = ()
    folders: frozenset[str] = frozenset()

    def with_levels(self, others: Iterable["Declaration | None"]) -> "Declaration":
        """Return the same with the levels that are declared of other files of the same content."""
        twins = [other for other in others if other is not None]
        levels = dict.fromkeys((*self.levels, *(level for twin in twins for level in twin.levels)))
        return Declaration(self.fields, tuple(levels), self.folders.union(*(twin.folders for twin in twins)))

    def lowers(self, marked_by: str | None) -> bool:
        """Tell whether a report that was marked internal is now declared public by someone who may do so.

        That is `--manifest`, or the manifest of any folder, unless the one that made the mark is still there and was
        not read this time: it might say the same as before.
        """
        speakers = {by for level, by in self.levels if level == "public"}
        if not speakers or any(level == _INTERNAL for level, _ in self.levels):
            return False
        if GIVEN in speakers or not marked_by:
            return True
        return marked_by != GIVEN and (marked_by in self.folders or not Path(marked_by).is_dir())


def declared_fields(
    before: Mapping[str, str], declaration: Declaration | None, *, internal: bool = False, own: bool = True
) -> dict[str, str]:
    """Return what is declared of a report from now on; what a person has corrected stays. See `_manifested`."""
    corrections, said = apart(before)
    now = _manifested(said, declaration, internal=internal, own=own)
    return {**now, **still_corrected(corrections, now)}


def _manifested(
    before: Mapping[str, str], declaration: Declaration | None, *, internal: bool, own: bool
) -> dict[str, str]:
    """Return what is declared of a report from now on, given what was before; silence never lowers its level.

    `internal` tells that the same words were internal elsewhere; `own`, that the report is named after the file that
    is spoken of. Of another file of the same content the level alone counts.
    """
    if declaration is None:
        now = dict(before)
    elif own:
        now = dict(declaration.fields)
    else:
        now = {key: value for key, value in before.items() if key not in ("confidentiality", MARKED_BY)}
    was = before.get("confidentiality")
    if declaration is None:
        now |= {"confidentiality": _INTERNAL} if internal else {}
        return now
    now.pop("confidentiality", None)
    speaker = next((by for level, by in declaration.levels if level == _INTERNAL), None)
    if speaker is not None:
        return {**now, "confidentiality": _INTERNAL, MARKED_BY: speaker}
    if (was == _INTERNAL or internal) and not declaration.lowers(before.get(MARKED_BY)):
        return {**now, "confidentiality": _INTERNAL, MARKED_BY: before.get(MARKED_BY, "")}
    if declaration.levels or (not own and was):
        now["confidentiality"] = declaration.levels[0][0] if declaration.levels else str(was)
    return now


@dataclass(slots=True)
class _Manifest:
    """A manifest with what its entries mean: for each path the entries, and how loosely each is spelled."""

    path: Path
    entries: ManifestEntries
    folder: Path | None = None  # `None`: named by `--manifest`
    means: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    is_unknown: bool = False  # it cannot be understood: then it may mark anything

    @property
    def by(self) -> str:
        return GIVEN if self.folder is None else str(self.folder)

    def fields_of(self, path: str) -> dict[str, str] | None:
        """Return what it declares of a file, `None` where it does not name it.

        A bare name gives way to a whole one; a pattern says what neither does.
        """
        if self.is_unknown:
            return {"confidentiality": _INTERNAL}
        entries = sorted(self.means.get(path, ()))
        if any(rank < BARE for rank, _ in entries):
            entries = [one for one in entries if one[0] != BARE]
        if not entries:
            return None
        fields = {key: value for _, name in reversed(entries) for key, value in self.entries[name].items()}
        if any(self.entries[name].get("confidentiality") == _INTERNAL for _, name in entries):
            fields["confidentiality"] = _INTERNAL
        return fields


class Declarations:
    """The manifests that count for the files of an ingest: that of `--manifest`, and those around the files.

    These are the manifests in the folders given, in all folders below and above them, and of links where they lie and
    where they lead. Raises UsageError for one that is wrong.
    """

    def __init__(self, paths: Sequence[str | Path], found: Sequence[ReportFile], given: Path | None) -> None:
        self._found = found
        self._places: dict[str, tuple[Path, ...]] = {
            str(item.path): tuple(dict.fromkeys((item.path, item.given_path, item.path.resolve()))) for item in found
        }
        below = {item.path.parent for item in found} | set(manifest_folders(paths))
        named = {Path(os.path.abspath(Path(path).expanduser())).resolve() for path in paths}
        self._inside = {path if path.is_dir() else path.parent for path in named}
        self._known: Mapping[str, str] = {}
        self._checked: list[_Manifest] = []
        self._is_checked = False
        self._given = None if given is None else _Manifest(given, load_manifest(given))
        self._exports = [_Manifest(path, load_manifest(path), path.parent.resolve()) for path in export_files(paths)]
        self._held: dict[Path, _Manifest | None] = {}
        self._chains: dict[Path, list[_Manifest]] = {}
        for folder in sorted({*below, *(place.parent for places in self._places.values() for place in places)}):
            self._around(folder)
        self.unmatched: list[Unmatched] = []

    def check(self, known: Mapping[str, str]) -> None:
        """Find out which files the entries mean, given the files of the library: their names by path.

        Raises UsageError for an entry that may mean several files, and for one that means none and says "internal".
        """
        self._known = known
        self._checked = [*(one for one in self._held.values() if one is not None), *self._exports]
        missed = [one for manifest in self._checked for one in self._match(manifest)]
        if self._given is not None:
            also = list(self._match(self._given))  # the manifest of a folder may be named, too
            missed += [] if any(self._given.path.samefile(one.path) for one in self._checked) else also
        self._is_checked = True
        self.unmatched = [one for one, _ in missed]
        if wrong := [one for one, marks in missed if marks]:
            raise UsageError(_refusal(wrong))

    def _match(self, manifest: _Manifest) -> Iterator[tuple[Unmatched, bool]]:
        """Note which files the entries of a manifest mean; yield those that mean none, and if they say "internal"."""
        candidates = _Candidates(manifest, list(self._taken(manifest.folder)), self._known)
        for name, fields in manifest.entries.items():
            try:
                meant = candidates.matches(name)
            except ValueError as error:
                raise UsageError(
                    f"the manifest {str(manifest.path)!r} says {name!r}, which may be {error}: write it as the file is"
                ) from error
            for path, rank in meant.items():
                manifest.means.setdefault(path, []).append((rank, name))
            if not meant and not (is_export(manifest.path) and is_ours(name)):
                missed = Unmatched(manifest=str(manifest.path), entry=name, nearest=candidates.nearest(name))
                yield missed, fields.get("confidentiality") == _INTERNAL

    def _taken(self, folder: Path | None) -> Iterator[FilePlace]:
        """Yield the places of this ingest's files below a folder; for `--manifest`, of all, by their names."""
        for item in self._found:
            for path in self._places[str(item.path)]:
                if folder is None:
                    yield FilePlace(str(item.path), parts_of(item.file), parts_of(str(path)))
                elif path.is_relative_to(folder):
                    yield FilePlace(str(item.path), parts_of(str(path.relative_to(folder))), parts_of(str(path)))

    def declaration_of(self, path: str) -> Declaration | None:
        """Return what is said of the file at a path, `None` where no manifest has to do with it."""
        places = self._places.get(path) or (Path(path),)
        around = {one.path: one for place in places for one in self._around(place.parent)}
        nearest = sorted(around.values(), key=lambda one: -len(one.path.parts))
        near = [*([self._given] if self._given is not None else []), *nearest]
        speakers = [(one, fields) for one in near if (fields := one.fields_of(path)) is not None]
        if not speakers and all(one.folder is None for one in near):
            return None
        fields = {key: value for _, fields in reversed(speakers) for key, value in fields.items()}
        levels = [(fields["confidentiality"], one.by) for one, fields in speakers if "confidentiality" in fields]
        return Declaration(fields, tuple(levels), frozenset(one.by for one in near))

    def about_others(self, known: Iterable[str]) -> Iterator[tuple[str, Declaration, bool]]:
        """Yield what is declared of files of the library that are not of this ingest, and whether that is everything.

        From `--manifest` all is taken over, from a folder's manifest the mark "internal" alone.
        """
        for path in known:
            if path in self._places:
                continue
            if self._given is not None and self._given.fields_of(path) is not None:
                yield path, self.declaration_of(path) or Declaration(), True
                continue
            for manifest in self._checked:
                if (manifest.fields_of(path) or {}).get("confidentiality") == _INTERNAL:
                    yield path, Declaration({}, ((_INTERNAL, manifest.by),), frozenset((manifest.by,))), False

    def _around(self, folder: Path) -> list[_Manifest]:
        """Return the manifests of a folder and of those above it, but for what everybody shares, such as `/tmp`."""
        if folder not in self._chains:
            above = [one for one in folder.parents if one in self._inside or not _is_shared(one)]
            opened = [self._open(one) for one in (folder, *above)]
            beside = [one for one in self._exports if one.folder is not None and folder.is_relative_to(one.folder)]
            self._chains[folder] = [*(one for one in opened if one is not None), *beside]
        return self._chains[folder]

    def _open(self, folder: Path) -> _Manifest | None:
        """Return a folder's manifest, once read; raises UsageError for one that is wrong.

        Unless the folder is not of this ingest, and looked at for a twin of one of its files: then a manifest that is
        not understood may mark anything internal.
        """
        if folder not in self._held:
            try:
                self._held[folder] = self._loaded(folder)
            except UsageError:
                if not self._is_checked:
                    raise
                self._held[folder] = _Manifest(folder, {}, folder, is_unknown=True)
        return self._held[folder]

    def _loaded(self, folder: Path) -> _Manifest | None:
        """Return a folder's manifest; above the folders given, a CSV file without a column of files is no manifest."""
        path = find_manifest(folder)
        is_above = not any(folder.is_relative_to(inside) for inside in self._inside)
        if path is None or (is_above and not is_about_files(path)):
            return None
        manifest = _Manifest(path, load_manifest(path), folder)
        if self._is_checked:
            list(self._match(manifest))
        return manifest


class _Candidates:
    """The files that the entries of one manifest may mean.

    They are looked for in three rounds: among the files of this ingest, to the letter; among those that are there as
    well, taken in or not; and among those that the library knows of, though they may be gone.
    """

    def __init__(self, manifest: _Manifest, taken: Sequence[FilePlace], known: Mapping[str, str]) -> None:
        self._folder, self._beside = manifest.folder, manifest.path.absolute().parent
        self._taken, self._known = taken, known
        self._rounds: list[Places] = [Places(taken)]

    def matches(self, name: str) -> dict[str, int]:
        """Return the paths an entry means with how loosely it is spelled; see `Places.matches`."""
        found = self._round(0).matches(name)
        if 0 in found.values():
            return found
        if is_pattern(name) and not found:  # a file that bears such a name itself is what is meant
            patterned = {**self._round(2).matching(name), **self._round(0).matching(name)}
            if patterned := patterned or self._round(1).matching(name) or self._round(3).matching(name):
                return patterned
        return self._round(1).matches(name) or self._round(2).matches(name) or self._round(3).matches(name)

    def nearest(self, name: str) -> str | None:
        """Return the file whose name is most like one that means none."""
        return self._round(1).nearest(name) or self._round(3).nearest(name)

    def _round(self, number: int) -> Places:
        while len(self._rounds) <= number:
            self._rounds.append(Places(self._places(len(self._rounds))))
        return self._rounds[number]

    def _places(self, number: int) -> list[FilePlace]:
        if number == 3:  # beside a sheet named by `--manifest` there may lie what is not taken in today
            return list(_on_disk(self._beside)) if self._folder is None else []
        if number == 2:
            return list(_of_library(self._known, self._folder))
        held = {place.below for place in self._taken}
        if self._folder is not None:
            others = _on_disk(self._folder)
        else:
            others = _of_library({path: file for path, file in self._known.items() if os.path.exists(path)}, None)
        return [*self._taken, *(place for place in others if place.below not in held)]


def _on_disk(folder: Path) -> Iterator[FilePlace]:
    """Yield the files below a folder; what cannot be looked into is passed over."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place) / name
            yield FilePlace(str(path), parts_of(str(path.relative_to(folder))), parts_of(str(path)))


def _of_library(known: Mapping[str, str], folder: Path | None) -> Iterator[FilePlace]:
    for path, file in known.items():
        if folder is None:
            yield FilePlace(path, parts_of(file), parts_of(path))
        elif Path(path).is_relative_to(folder):
            yield FilePlace(path, parts_of(str(Path(path).relative_to(folder))), parts_of(path))


def _is_shared(folder: Path) -> bool:
    """Tell whether everybody may write to a folder and delete only their own files, as in `/tmp`."""
    try:
        return bool(folder.stat().st_mode & stat.S_ISVTX)
    except OSError:
        return False


def _refusal(wrong: Sequence[Unmatched]) -> str:
    first, more = wrong[0], len(wrong) - 1
    near = f" (the nearest is {first.nearest!r})" if first.nearest else ""
    others = f", and {more} more such entr{'y' if more == 1 else 'ies'}" if more else ""
    return (
        f"the manifest {first.manifest!r} marks {first.entry!r} internal, but there is no such file{near}{others}: "
        "correct the name, or take the entry out; nothing was taken in"
    )
