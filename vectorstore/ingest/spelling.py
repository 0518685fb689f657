"""Which files the names in a manifest mean, however they are spelled: in other case, with a folder in front."""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ...core.text import escaped, one_line

Parts = tuple[str, ...]
BARE = 3  # how loosely a bare name is that of a file further down
_LIKELY = 0.5  # share of characters at which another name may have been meant


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a file lies: `path` names it, `below` are the parts of its name below the manifest's folder.

    `whole` are the parts of its whole path, `below` the last of them.
    """

    path: str
    below: Parts
    whole: Parts


def parts_of(name: str) -> Parts:
    """Return the parts of a path, without what makes no difference: `./`, backslashes, letters put together.

    Control characters are as they are shown, so that a name may be copied from there.
    """
    text = unicodedata.normalize("NFC", one_line(escaped(name.strip()))).replace("\\", "/")
    parts: list[str] = []
    for part in text.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)


def _folded(parts: Parts) -> Parts:
    return tuple(unicodedata.normalize("NFC", part.casefold()) for part in parts)


class Places:
    """The files that the entries of one manifest may mean."""

    def __init__(self, places: Iterable[FilePlace]) -> None:
        self._named: dict[str, list[FilePlace]] = defaultdict(list)
        for place in places:
            self._named[_folded(place.below)[-1]].append(place)

    def matches(self, name: str) -> dict[str, int]:
        """Return the paths an entry means with how loosely its name is theirs, 0 to the letter; none for no such file.

        A name that is a path below the folder, to the letter or but for its case (1), means that file; longer ones may
        have more folders in front (2). A bare name means every file of that name below as well (`BARE`). Raises
        ValueError naming two files that may be meant both.
        """
        parts = parts_of(name)
        near = self._named.get(_folded(parts[-1:])[0], []) if parts else []
        exact = [place for place in near if place.below == parts]
        own = exact or _one([place for place in near if _folded(place.below) == _folded(parts)])
        found = {place.path: 0 if exact else 1 for place in own}
        if not found and len(parts) > 1:
            ends = [place for place in near if place.whole[-len(parts) :] == parts]
            ends = ends or [place for place in near if _folded(place.whole[-len(parts) :]) == _folded(parts)]
            return {place.path: 2 for place in _one(ends)}
        if len(parts) == 1:
            word = own[0].below[-1] if own else parts[0]
            alike = [place for place in near if place.below[-1] == word]
            if not alike and len({place.below[-1] for place in near}) > 1:
                _one(near)
            found = {**{place.path: BARE for place in alike or near}, **found}
        return found

    def nearest(self, name: str) -> str | None:
        """Return the file, below the folder, whose name is most like one that means none."""
        parts = _folded(parts_of(name))
        if not parts:
            return None
        names = {"/".join(place.below): _folded(place.below) for places in self._named.values() for place in places}

        def likeness(one: str) -> float:
            whole = difflib.SequenceMatcher(None, "/".join(parts), "/".join(names[one])).ratio()
            return max(whole, difflib.SequenceMatcher(None, parts[-1], names[one][-1]).ratio())

        rated = [(likeness(one), one) for one in sorted(names)]
        best = max(rated, default=(0.0, ""), key=lambda pair: pair[0])
        return best[1] if best[0] >= _LIKELY else None


def _one(found: list[FilePlace]) -> list[FilePlace]:
    """Return what was found, if it is one file or none; it may lie at several places, by a link."""
    if len({place.path for place in found}) > 1:
        one, other, *_ = sorted({place.path for place in found})
        raise ValueError(f"{one!r} or {other!r}")
    return found
