"""What reports are called, and which of them are editions of each other.

A report's names are what its organisation, title, file name, folders and the first lines of its first page say once
years and words such as "annual report" are gone. An institution is also known by the acronym of its name and by the
part of it that no other report opens with.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from ...core.text import fold
from ...core.types import Report
from ...language.joint import vocabulary
from ...language.languages import STOP_WORDS
from ...language.years import edition, is_yearly
from ..index.catalogue import Catalogue

LONGEST = 6  # words of a name
_STORED = "profiles"
_MAKING = 2  # rises when the same reports would be given other profiles
WORD = re.compile(r"[^\W_]+")
JOINING = frozenset(vocabulary("reports.joints"))
_OPENING = 1_500  # characters of the first page that are looked at
_LINES = 6  # of them, those that may name the institution
_LONGEST_LINE = 60  # characters, more are prose
_SCARCE = 40  # characters a page must hold to be the first one
_OWN = 0.7  # share of the reports opening with a name that must be called so, or it is a common word
_ONE_A_YEAR = 0.75  # years a report: fewer, and the reports of a name are no series
_PARTS = re.compile(r"[\n()\[\],:;|·•–—\"“”]|\s-\s|\. ")
_DOTTED = re.compile(r"\b(\w)\.(?=\w\b|\W|$)")  # S.A. is one word
_EMPTY = frozenset[str]().union(*STOP_WORDS.values())
_LEGAL = """ab ag as asa bv co company corp corporation gmbh group holding holdings inc kk limited llc ltd nv oyj plc sa
    se spa"""
LEGAL = frozenset(_LEGAL.split())
# What says that something is a report, but not whose; and what many institutions' names begin with.
_NOT_A_NAME = LEGAL | {fold(word) for word in vocabulary("reports.generic", "calendar.months")}
_NOT_ALONE = frozenset(fold(word) for word in vocabulary("reports.institutional"))


@dataclass(frozen=True, slots=True)
class Profile:
    """What one report is known by: its year, whether it is a yearly one, its names, and all words it opens with."""

    id: str
    year: int | None
    yearly: bool
    title: tuple[str, ...]
    organisation: str
    names: frozenset[str]
    words: frozenset[str]

    @property
    def genre(self) -> str:
        """What editions of one report have in common besides their name."""
        return "yearly" if self.yearly else " ".join(fold(word) for word in self.title if not word.isdigit())


def profiles(catalogue: Catalogue) -> list[Profile]:
    """Return the profile of every report: those a writer stored, where they are of the reports as they are now."""
    try:
        stored = json.loads(catalogue.meta(_STORED) or "{}")
        if stored.get("of") == _state_of(catalogue):
            return [
                Profile(
                    **{
                        **one, "title": tuple(one["title"]), "names": frozenset(one["names"]),
                        "words": frozenset(one["words"]),
                    }
                )
                for one in stored["profiles"]
            ]  # fmt: skip
    except (ValueError, TypeError, LookupError, AttributeError):
        pass  # damaged; all in it can be had again
    return _made(catalogue)


def stored_profiles(catalogue: Catalogue) -> tuple[str, str]:
    """Return the property of the library that spares its readers the making of profiles, as name and value."""
    made = [{**asdict(one), "names": sorted(one.names), "words": sorted(one.words)} for one in _made(catalogue)]
    return _STORED, json.dumps({"of": _state_of(catalogue), "profiles": made}, ensure_ascii=False)


def _state_of(catalogue: Catalogue) -> str:
    """Return a digest of all that profiles are made from."""
    told = [(one.id, one.version, one.file, one.title, one.organisation, one.date) for one in catalogue.reports()]
    return hashlib.sha256(json.dumps([_MAKING, told]).encode()).hexdigest()


def _made(catalogue: Catalogue) -> list[Profile]:
    openings: dict[str, str] = {}
    for row in catalogue.connection.execute(
        "SELECT report, substr(text, 1, ?) AS text FROM pages WHERE number < 3 AND state = 'read' ORDER BY number",
        (_OPENING,),
    ):
        if len(openings.get(row["report"], "")) < _SCARCE:
            openings[row["report"]] = row["text"]
    return [_profile(report, openings.get(report.id, "")) for report in catalogue.reports()]


def known_as(found: Sequence[Profile]) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """Return report ids by folded name, and, by report id, the series it is an edition of."""
    postings: dict[str, set[str]] = defaultdict(set)
    called: dict[str, set[str]] = defaultdict(set)
    for profile in found:
        for word in profile.words:
            postings[word].add(profile.id)
        for name in profile.names:
            called[name].add(profile.id)
    own = {name: reports for name, reports in called.items() if _is_own(name, reports, postings)}
    series = _series(found, own)
    members: dict[str, set[str]] = defaultdict(set)
    for report, name in series.items():
        members[name].add(report)
    for name, reports in list(own.items()):
        its = {series.get(report) for report in reports}
        if len(its) == 1 and None not in its:  # some editions do not print all their names
            own[name] = reports | members[its.pop() or ""]
    institutions = {key.partition("\n")[0] for key in members} | {profile.organisation for profile in found}
    for name in sorted(institutions & own.keys()):
        for alias in _aliases(name):
            reports = own.get(alias, set()) | own[name]
            if _is_own(alias, reports, postings):
                own[alias] = reports
    return {name: frozenset(reports) for name, reports in own.items()}, series


def _profile(report: Report, opening: str) -> Profile:
    file = PurePosixPath(report.file)
    lines = [line for line in opening.splitlines() if line.strip()][:_LINES]
    lines = [line for line in lines if len(line) <= _LONGEST_LINE]
    told = [report.organisation or "", report.title, file.stem, *(folder.name for folder in file.parents)]
    yearly = is_yearly(f"{report.file} {report.title}") or any(map(is_yearly, lines))
    year = edition(report.file, report.title, opening)
    if year is None and not yearly and report.date:
        year = int(report.date[:4])
    words = {_folded(word) for word in set(WORD.findall(" ".join([*told, opening])))}
    names = {name for text in told for name in _named(text)}
    # Of what merely stands in the opening, a single word is a name when it is an acronym.
    acronyms = {_folded(word) for word in WORD.findall(" ".join(lines)) if word.isupper()}
    names |= {name for text in lines for name in _named(text) if " " in name or name in acronyms}
    title, organisation = tuple(WORD.findall(report.title)), " ".join(_named(report.organisation or ""))
    return Profile(report.id, year, yearly, title, organisation, frozenset(names), frozenset(words))


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    """Fold a word; reports open with the same few thousand ones."""
    return fold(word)


def _named(text: str) -> Iterator[str]:
    """Yield what may be names in a line: its runs of words without years and generic ones."""
    for part in _PARTS.split(_DOTTED.sub(r"\1", text)):
        run: list[str] = []
        for word in [*map(_folded, WORD.findall(part)), ""]:
            if word and word not in _NOT_A_NAME and not any(char.isdigit() for char in word):
                run.append(word)
                continue
            while run and run[-1] in JOINING:
                run.pop()
            while run and run[0] in JOINING:
                run.pop(0)
            name = " ".join(run)
            if 0 < len(run) <= LONGEST and len(name) > 1 and name not in _EMPTY:
                yield name
            run = []


def _is_own(name: str, reports: set[str], postings: Mapping[str, set[str]]) -> bool:
    """Tell whether few other reports open with the words of a name."""
    holding = [postings.get(word, set()) for word in name.split()]
    return len(reports) >= _OWN * len(reports | set.intersection(*holding))


def _series(found: Iterable[Profile], own: Mapping[str, set[str]]) -> dict[str, str]:
    """Return the series of each report that has editions of other years: the name that most of them share."""
    held: dict[str, list[Profile]] = defaultdict(list)
    for profile in found:
        for name in profile.names & own.keys() if profile.year is not None else ():
            held[f"{name}\n{profile.genre}"].append(profile)
    best: dict[str, str] = {}
    for key, editions in held.items():
        distinct = len({profile.year for profile in editions})
        if distinct < 2 or distinct < _ONE_A_YEAR * len(editions):
            continue
        for profile in editions:
            known = best.get(profile.id)
            if known is None or (len(held[known]), len(known), known) < (len(editions), len(key), key):
                best[profile.id] = key
    return best


def _aliases(name: str) -> Iterator[str]:
    """Yield the acronym of an institution's name, and the parts of the name that may stand for it."""
    words = name.split()
    initials = "".join(word[0] for word in words if word not in JOINING)
    if len(initials) > 2:
        yield initials
    telling = [word for word in words if word not in _NOT_ALONE | JOINING]
    if len(words) > 1 and telling and (telling[0] == words[0] or len(telling) == 1):
        yield telling[0]
    for start in range(len(words)):
        for end in range(start + 2, len(words) + (start > 0)):
            if words[start] not in JOINING and words[end - 1] not in JOINING:
                yield " ".join(words[start:end])
