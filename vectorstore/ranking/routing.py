"""The report-level leg: which reports a question means, by their names and years."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...core.text import fold
from ...language.joint import pattern, table
from ...language.wording import POSSESSIVE
from ...language.years import Year, years
from ..index.catalogue import Catalogue
from .naming import JOINING, LEGAL, LONGEST, WORD, one_off
from .titles import known_as, profiles

NAMED_BOOST = 0.5  # share by which scores rise in reports whose institution the question names
YEAR_BOOST = 0.25  # and in those of the year it asks about
OLDER_LOSS = 0.08  # share by which they fall in editions long overtaken, where no year is asked; half in the last one
_LONG_ENOUGH = 9  # letters of a name in which one may be wrong
_SHORTEST_TITLE = 4  # words of a title that can name a report by itself
_REMEMBERED = 32  # questions whose routes are kept
_LATEST = pattern("reports.latest")
_TIED_AFTER = pattern("reports.document", lead=r"\W+(?:(?!(?:the|its|their|a|this)\b)\w+\W+)?")
_BOUND = pattern("time.bound", end=r"\W*$")
_FROM = pattern("time.between", "time.of", end=r"\W*$")
_YEARS_BEFORE = pattern("time.years_before", end=r"\W*$")
_YEARS_AFTER = pattern("time.years_after", end=r"\W*$")
_COUNTS = table("numbers.ones")
_TO = pattern("time.to", lead=r"\s*(?:[–—-]|", end=r")\s*")
_TIED_BEFORE = pattern("reports.document", end=r"(?<!plan)\W+(?:(?:of|for|from|in)\W+)?(?:the\W+)?$")


@dataclass(frozen=True, slots=True)
class Route:
    """Which reports a question means.

    Only the `named` are to be searched; where none are, all reports are. `hinted` says by which share the scores of a
    report rise. `favoured` are sets of reports to be searched by themselves, lest they be crowded out, the first set
    holding the others. What is named or favoured is searched with `query`, which leaves the names out: they would lead
    to covers and forewords. `dated` tells whether a year was asked that some report is of.
    """

    query: str
    named: frozenset[str] = frozenset()
    hinted: Mapping[str, float] = field(default_factory=dict)
    favoured: tuple[frozenset[str], ...] = ()
    dated: bool = False


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name at `start:end` of a question with the reports it leads to."""

    start: int
    end: int
    reports: frozenset[str]
    is_title: bool = False


class Routing:
    """The reports of a library at one generation; a question costs microseconds, however many there are."""

    def __init__(self, catalogue: Catalogue) -> None:
        found = profiles(catalogue)
        self._names, self._series = known_as(found)
        self._years = {profile.id: profile.year for profile in found if profile.year is not None}
        self._yearly = {profile.id for profile in found if profile.yearly}
        self._routes: dict[tuple[str, frozenset[str] | None], Route] = {}
        self._slips: dict[str, set[str]] | None = None
        self._titles: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._of_year: dict[int, set[str]] = defaultdict(set)
        editions: dict[str, set[int]] = defaultdict(set)
        for profile in found:
            if len(profile.title) >= _SHORTEST_TITLE and not self._is_issuer(profile.title):
                self._titles[profile.title].add(profile.id)
            if profile.year is not None and profile.id in self._series:
                editions[self._series[profile.id]].add(profile.year)
                if profile.yearly:
                    self._of_year[profile.year].add(profile.id)
        self._dates = set[int]().union(*editions.values())
        self._everything = self._one_series(self._years.keys())
        self._title_lengths: dict[str, list[int]] = defaultdict(list)
        for title in sorted(self._titles, key=len, reverse=True):
            self._title_lengths[title[0]].append(len(title))
        self._age = {
            report: sum(year > self._years[report] for year in editions[name]) for report, name in self._series.items()
        }

    def _is_issuer(self, title: Sequence[str]) -> bool:
        """Tell whether a title only says whose report it is, as those of others do."""
        words = [fold(word) for word in title]
        while words and (words[-1] in LEGAL or len(words[-1]) == 1):
            words.pop()
        return len(self._names.get("".join(words), ())) > 1

    def route(self, question: str, within: Collection[str] | None = None) -> Route:
        """Return which reports a question means, of those `within`; `None` means all."""
        asked = question, None if within is None else frozenset(within)
        found = self._routes.get(asked)
        if found is None:  # one question asks it several times
            found = self._route(question, within)
            self._routes = {asked: found} if len(self._routes) >= _REMEMBERED else {**self._routes, asked: found}
        return found

    def _route(self, question: str, within: Collection[str] | None) -> Route:
        said = [_shifted(item, question) for item in years(question, yearly=True)]
        asked = _meant(said, question)
        mentions = list(self._mentions(question, within)) or list(self._mentions(question, within, slips=True))
        groups = [mention.reports for mention in mentions]
        groups = groups or (self._everything if within is None else self._one_series(within))
        titles = {mention.reports for mention in mentions if mention.is_title}
        named = [group if group in titles else self._editions(group, question, asked) for group in groups]
        if named and all(named):
            reports = frozenset[str]().union(*named)
            return Route(self._within(question, mentions, said, reports), named=reports, dated=bool(asked))
        hinted = {report: NAMED_BOOST for mention in mentions for report in mention.reports}
        # A year by itself favours nobody: others report on it as well as the issuer who is meant.
        dated = self._dated({item.year for item in asked}, groups, within) if groups else set()
        for report in dated:
            hinted[report] = hinted.get(report, 0.0) + YEAR_BOOST
        favoured = self._favoured(hinted, dated)
        asks = self._within(question, mentions, said, dated) if favoured else question
        since = any(item.year in self._dates for item in said)
        return Route(asks, hinted=hinted, favoured=favoured, dated=bool(dated) or since)

    def leads_to(self, name: str) -> bool:
        """Tell whether a name, however it is written, is one of a report's."""
        return any(self._mentions(name, None)) or any(self._mentions(name, None, slips=True))

    def freshness(self, report: str) -> float:
        """Return 1 for the newest of several editions, or the only one, and less for each older one."""
        return 1 / (1 + self._age.get(report, 0))

    def year(self, report: str) -> int | None:
        """Return the year a report bears, that of its accounts where it is a yearly one."""
        return self._years.get(report)

    def series(self, report: str) -> str | None:
        """Return what the editions of a report have in common, `None` where there is but one."""
        return self._series.get(report)

    def _mentions(self, question: str, within: Collection[str] | None, *, slips: bool = False) -> Iterator[_Mention]:
        """Yield the names in a question from left to right, the longest at each place.

        With `slips`, names of several words and of series, in each word of which one letter may be wrong.
        """
        words = list(WORD.finditer(POSSESSIVE.sub("  ", question)))
        raw = [word.group() for word in words]
        folded = [fold(word) for word in raw]
        cased = any(not word.islower() for word in raw[1:] if word.isalpha())
        at = 0
        while at < len(words):
            size, reports, is_title = self._title_at(raw, at)
            for length in range(min(LONGEST, len(words) - at), 0, -1) if not is_title else ():
                held = self._nearly(folded[at : at + length]) if slips else self._held(folded[at : at + length])
                in_series = held is not None and held <= self._series.keys()
                small = length > 1 if not cased else in_series and length > 1 and raw[at][0].isupper()
                if held and (small or (not cased and in_series) or _is_proper(raw[at : at + length])):
                    size, reports = length, held
                    break
            kept = reports if within is None else reports.intersection(within)
            if kept:
                while at + size < len(words) and folded[at + size] in LEGAL:
                    size += 1
                yield _Mention(words[at].start(), words[at + size - 1].end(), kept, is_title)
            at += size

    def _held(self, words: Sequence[str]) -> frozenset[str] | None:
        """Return the reports that a name leads to, also where it has the s of a possessive without its apostrophe."""
        name = "".join(words)
        return self._names.get(name) or (self._names.get(name[:-1]) if name.endswith("s") else None)

    def _nearly(self, words: Sequence[str]) -> frozenset[str] | None:
        """Return the series' reports to whose name a name of several words comes close, if it is one institution's."""
        if len(words) < 2 or sum(map(len, words)) < _LONG_ENOUGH:
            return None
        if self._slips is None:
            self._slips = defaultdict(set)
            for name, reports in self._names.items():
                if len(name) >= _LONG_ENOUGH and reports <= self._series.keys():
                    for rest in one_off(name):
                        self._slips[rest].add(name)
        asked = "".join(words)
        ways = [rest for way in (asked, asked.removesuffix("s")) for rest in one_off(way)]
        near = {name for rest in ways for name in self._slips.get(rest, ()) if _numbers(name) == _numbers(asked)}
        held = {self._names[name] for name in near}
        return held.pop() if len(held) == 1 else None

    def _title_at(self, raw: Sequence[str], at: int) -> tuple[int, frozenset[str], bool]:
        """Return the length of the title that begins there, as it is printed, with the one report that bears it."""
        for length in self._title_lengths.get(raw[at], ()):
            held = self._titles.get(tuple(raw[at : at + length]), set()) if at + length <= len(raw) else set()
            if len(held) == 1:
                return length, frozenset(held), True
        return 1, frozenset(), False

    def _one_series(self, scope: Collection[str]) -> list[frozenset[str]]:
        """Return the reports of a scope as one group when all are editions of one report: it need not be named."""
        alike = len(scope) > 1 and len({self._series.get(report, report) for report in scope}) == 1
        return [frozenset(scope)] if alike else []

    def _editions(self, reports: Collection[str], question: str, asked: Sequence[Year]) -> frozenset[str]:
        """Return the editions that a year or "latest" names, none where that is not one series'.

        A year names a report that is about it. A roadmap is not about the year it bears: that one names it only where
        the question ties the two ("the 2024 roadmap").
        """
        tied = {item.year for item in asked if _is_tied(item, question)}
        dates = {item.year for item in asked}
        picked = frozenset(
            report
            for report in reports
            if report in self._series and self._years[report] in (dates if report in self._yearly else tied)
        )
        if not asked and _LATEST.search(question):
            picked = self._newest(reports)
        return picked if len({self._series[report] for report in picked}) == 1 else frozenset()

    def _favoured(self, hinted: Mapping[str, float], dated: Collection[str]) -> tuple[frozenset[str], ...]:
        """Return the editions most hinted at, and of them, where no year is asked, the newest."""
        most = max(hinted.values(), default=0.0)
        best = frozenset(report for report, share in hinted.items() if share == most)
        if not best or not best <= self._series.keys():
            return ()
        return (best,) if dated else (best, self._newest(best))

    def _newest(self, reports: Collection[str]) -> frozenset[str]:
        """Return the newest edition of each series among some reports."""
        least: dict[str, int] = {}
        for report in reports:
            if (name := self._series.get(report)) is not None:
                least[name] = min(self._age[report], least.get(name, self._age[report]))
        return frozenset(name for name in reports if name in self._age and self._age[name] == least[self._series[name]])

    def _within(
        self, question: str, mentions: Sequence[_Mention], said: Sequence[Year], reports: Collection[str]
    ) -> str:
        """Return what to look for in the reports meant: the question without their names, their years in figures."""
        kept = list(POSSESSIVE.sub("  ", question))
        spans = [(item.start, item.end) for item in mentions] + [(item.start, item.end) for item in said]
        for start, end in (*spans, *(match.span() for match in _LATEST.finditer(question))):
            kept[start:end] = " " * (end - start)
        dates = sorted({self._years[report] for report in reports if report in self._years})
        return " ".join(["".join(kept), *map(str, dates)])

    def _dated(self, dates: set[int], groups: Sequence[frozenset[str]], within: Collection[str] | None) -> set[str]:
        """Return the yearly reports of the years asked, else of the years after, which look back on them."""
        held = frozenset().union(*groups) if groups else within
        for shift in (0, 1):
            found = set().union(*(self._of_year.get(year + shift, set()) for year in dates))
            if found := found if held is None else found.intersection(held):
                return found
        return set()


def _numbers(name: str) -> list[str]:
    return [char for char in name if char.isdigit()]


def _is_proper(words: Sequence[str]) -> bool:
    return all(not word[0].islower() or fold(word) in JOINING for word in words)


def _is_tied(year: Year, question: str) -> bool:
    return bool(_TIED_AFTER.match(question, year.end) or _TIED_BEFORE.search(question[: year.start]))


def _shifted(year: Year, question: str) -> Year:
    """Return the year that is meant by one so many years before or after another, with the words that say so."""
    before = question[: year.start]
    for form, sign in ((_YEARS_BEFORE, -1), (_YEARS_AFTER, 1)):
        if match := form.search(before):
            words = list(WORD.finditer(before, 0, match.start()))
            said = words[-1].group().lower() if words else ""
            count = int(said) if said.isdecimal() and len(said) == 1 else _COUNTS.get(said, 0)
            start = words[-1].start() if count else match.start()
            return replace(year, year=year.year + sign * (count or 1), start=start)
    return year


def _meant(said: Sequence[Year], question: str) -> list[Year]:
    """Return the years whose reports are meant: not those that only bound a time, but all those of a span."""
    meant: list[Year] = []
    for number, year in enumerate(said):
        before = question[: year.start]
        if number and _TO.fullmatch(question, said[number - 1].end, year.start):
            first = said[number - 1]
            if "\u2010" <= question[first.end] <= "\u2015" or _FROM.search(question[: first.start]):
                meant += (replace(year, year=between) for between in range(first.year, year.year + 1))
                continue
        if not _BOUND.search(before):
            meant.append(year)
    return meant
