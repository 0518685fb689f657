"""What reports are called, and which of them are editions of each other.

A report's names are what its organisation, title, file name, folders and the first lines of its first page say once
years and words such as "annual report" are gone. An institution is also known by the acronym of its name and by the
part of it that no other report opens with.
"""

import hashlib
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from ...core.text import fold
from ...core.types import Report
from ...language.years import edition, is_yearly
from ..index.catalogue import Catalogue
from .naming import RUN_TOGETHER, WORD, acronyms_of, aliases, given_up, names_in, names_in_file, squeezed, written

_STORED = "profiles"
_MAKING = 4  # rises when the same reports would be given other profiles
_OPENING = 1_500  # characters of the first page that are looked at
_FIRST = 6  # pages, in whose beginnings an issuer says what it is called for short, and was called once
_LINES = 6  # of them, those that may name the institution
_LONGEST_LINE = 60  # characters, more are prose
_COVERS = 3  # pages, the first of which that says something is the opening
_SCARCE = 40  # characters a page must hold to be the first one
_ACRONYM = 4  # letters at most; many words begin with so few
_OWN = 0.7  # share of the reports opening with a name that must be called so, or it is a common word
_ONE_A_YEAR = 0.75  # years a report: fewer, and the reports of a name are no series
_SURE = 0.75  # of the issuer that was found in a file, for it to be a name


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
    beginnings: dict[str, str] = {}
    for row in catalogue.connection.execute(
        "SELECT report, number, substr(text, 1, ?) text FROM pages WHERE number < ? AND state = 'read' ORDER BY number",
        (_OPENING, _FIRST),
    ):
        if row["number"] < _COVERS and len(openings.get(row["report"], "")) < _SCARCE:
            openings[row["report"]] = row["text"]
        beginnings[row["report"]] = f"{beginnings.get(row['report'], '')}\n{row['text']}"
    return [
        _profile(report, openings.get(report.id, ""), beginnings.get(report.id, "")) for report in catalogue.reports()
    ]


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
    together = sorted(name for name in called if " " not in name and len(name) >= RUN_TOGETHER)
    for name in sorted(institutions & own.keys()):
        for alias in aliases(name):
            reports = own.get(alias, set()) | own[name]
            if _is_own(alias, reports, postings) and all(called[one] <= reports for one in _from(alias, together)):
                own[alias] = reports
    joined: dict[str, set[str]] = defaultdict(set)
    for name, reports in own.items():
        joined[squeezed(name)] |= reports
    return {name: frozenset(reports) for name, reports in joined.items()}, series


def _profile(report: Report, opening: str, beginning: str) -> Profile:
    file = PurePosixPath(report.file)
    lines = [line for line in opening.splitlines() if line.strip()][:_LINES]
    lines = [written(line) for line in lines if len(line) <= _LONGEST_LINE]
    organisation = report.organisation or ""
    if (how := report.found.get("organisation")) is not None and how.sure < _SURE and organisation not in lines:
        organisation = ""  # a line of some page that looks like a name
    told = [organisation, written(report.title), *(folder.name for folder in file.parents)]
    yearly = is_yearly(f"{report.file} {report.title}") or any(map(is_yearly, lines))
    year = edition(report.file, report.title, opening, lines)
    if year is None and not yearly and report.date:
        year = int(report.date[:4])
    names = {name for text in told for name in names_in(text)} | {*names_in_file(file.stem)}
    # Of what merely stands in the opening, a single word is a name when it is an acronym.
    acronyms = {_folded(word) for word in WORD.findall(" ".join(lines)) if word.isupper()}
    names |= {name for text in lines for name in names_in(text, capital=True) if " " in name or name in acronyms}
    names |= {*given_up(beginning)}
    names |= {*acronyms_of(names, beginning)}
    words = {_folded(word) for word in set(WORD.findall(" ".join([*told, file.stem, opening])))}
    words |= {word for name in names for word in name.split()}
    title, issuer = tuple(WORD.findall(report.title)), " ".join(names_in(organisation))
    return Profile(report.id, year, yearly, title, issuer, frozenset(names), frozenset(words))


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    """Fold a word; reports open with the same few thousand ones."""
    return fold(word)


def _is_own(name: str, reports: set[str], postings: Mapping[str, set[str]]) -> bool:
    """Tell whether few other reports open with the words of a name."""
    holding = [postings.get(word, set()) for word in name.split()]
    return len(reports) >= _OWN * len(reports | set.intersection(*holding))


def _from(alias: str, together: Sequence[str]) -> Iterator[str]:
    """Yield the names run together that begin with one word: "velmarhealth" is an institution of Velmar too."""
    at = bisect_left(together, alias)
    while len(alias) > _ACRONYM and at < len(together) and together[at].startswith(alias):
        yield together[at]
        at += 1


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
