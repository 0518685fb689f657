"""Which files the names in a manifest mean, however they are spelled: in other case, with a folder in front."""

import difflib
import fnmatch
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ...core.text import escaped, one_line

Parts = tuple[str, ...]
BARE = 3  # how loosely a bare name is that of a file further down
PATTERN = 4  # how loosely a pattern means a file at the least; the fewer characters it fixes, the more loosely
_MOST_FIXED = 1_000  # characters of a pattern that are counted
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


def is_pattern(name: str) -> bool:
    """Tell whether an entry has signs that stand for others, as in `2024/*.pdf`."""
    return any(sign in name for sign in "*?[")


class _Parts:
    """The parts of a pattern, tried on the parts of names; the time it takes grows with the product of both."""

    def __init__(self, pattern: Parts) -> None:
        self._parts = [None if part == "**" else re.compile(fnmatch.translate(part)) for part in pattern]

    def fit(self, name: Parts) -> bool:
        """Tell whether the pattern means a name."""
        reached = self._open({0})
        for part in _folded(name):
            passed = set()
            for at, wanted in enumerate(self._parts):
                if at in reached and (wanted is None or wanted.match(part)):
                    passed.add(at if wanted is None else at + 1)
            reached = self._open(passed)
        return len(self._parts) in reached

    def _open(self, reached: set[int]) -> set[int]:
        """Add what is reached besides where `**` stands for no folder."""
        found = set(reached)
        for at in range(len(self._parts)):
            if at in found and self._parts[at] is None:
                found.add(at + 1)
        return found


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

    def matching(self, name: str) -> dict[str, int]:
        """Return the paths that a pattern means, with how loosely.

        `*` and `?` stand for characters of one name, `[ab]` for one of them, `**` for any folders. A pattern of one
        part means files in every folder below; one of several may have more folders in front where it means none else.
        """
        pattern = _folded(parts_of(name))
        rank = PATTERN + max(0, _MOST_FIXED - len(re.sub(r"\[.*?\]|[*?]", "", name)))
        wanted = _Parts(pattern if len(pattern) > 1 else ("**", *pattern))
        places = [place for named in self._named.values() for place in named]
        found = [place.path for place in places if wanted.fit(place.below)]
        if not found and len(pattern) > 1:
            ends = _Parts(("**", *pattern))
            found = [place.path for place in places if ends.fit(place.whole)]
        return dict.fromkeys(found, rank)

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
