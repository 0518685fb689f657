"""Which year a text means: FY19, fiscal 2019, 2018/19 and the year ended 31 March 2019 are all the year 2019."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .joint import either, pattern, table

_FULL = r"(?:19[5-9]\d|20[0-4]\d)"
_SECOND = rf"(?:\s?[/–-]\s?(?P<second>{_FULL}|\d\d))?"
_WORDED = re.compile(
    rf"(?<![^\W_])f\.?y\.?[\s_'’-]*(?P<first>{_FULL}|\d\d){_SECOND}(?!\d)"
    rf"|(?<![^\W_]){either('time.fiscal')}[\s_-]+(?P<year>{_FULL}){_SECOND.replace('second', 'other')}(?!\d)"
    rf"|\b{either('time.ended')}\s[^.;\n]{{0,20}}?(?P<ended>{_FULL})(?!\d)"
    rf"|(?<!\d)(?P<nendo>{_FULL})年度",
    re.IGNORECASE,
)
_SPAN = re.compile(rf"(?<!\d)(?P<first>{_FULL})\s?(?P<sign>[/–-])\s?(?P<second>{_FULL}|\d\d)(?![\d–-]*\d)")
_PLAIN = re.compile(rf"(?<!\d){_FULL}(?!\d)")
_YEARLY = pattern("reports.yearly", lead=r"(?<![^\W_])", end=r"(?![^\W_])")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")  # of a question or a title: any that may be one
LIKELY_YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20[0-4]\d)(?!\d)")  # of a publication
ISO_DATE = re.compile(r"(?<!\d)(20[0-4]\d|19[89]\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?!\d)")
ANY_YEAR = re.compile(r"(?:fy\s?)?(?:19|20)\d\d(?:\s?[/–-]\s?(?:19|20)?\d\d(?!\d))?|fy\s?\d\d(?!\d)")  # folded
BEFORE_SHORT_YEAR = re.compile(r"(?:19|20)\d\d[-–/]$")  # "2026/27"
DECADE = re.compile(r"(?<!\d)((?:19|20)\d0)(?:s|['’]s|er)\b")


_NAMES: dict[str, int] = table("calendar.months")
_SHORT = {  # 5 Mar 2024; what may be short for two months is for none
    name[:3]: number
    for name, number in _NAMES.items()
    if len(name) > 4 and {other for one, other in _NAMES.items() if one.startswith(name[:3])} == {number}
}
_MONTHS = {**_SHORT, "sept": 9, **_NAMES}
_MONTH = f"(?P<month>{'|'.join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) or '(?!)'})"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|\.)?"
_OF = r"(?:\s+|\s+(?:de|del|of)\s+|,\s*)"
_YEAR = rf"(?P<year>{_FULL})(?!\d)"
_DATES = (
    re.compile(rf"(?<![\d.]){_DAY}{_OF}{_MONTH}\.?{_OF}{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\.?\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"(?<!\d){_YEAR}[-–](?P<month>0[1-9]|1[0-2])(?:[-–](?P<day>[0-3]\d))?(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月(?:\s?(?P<day>\d{{1,2}})\s?日)?"),
    re.compile(rf"(?<!\d)(?P<day>[0-3]?\d)\.\s?(?P<month>[01]?\d)\.\s?{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<day>[0-3]?\d)/(?P<month>[01]?\d)/{_YEAR}"),
    re.compile(rf"\b{_MONTH}\.?{_OF}{_YEAR}", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date at `start:end` of a text, as YYYY-MM-DD or YYYY-MM."""

    iso: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year mentioned at `start:end` of a text; `fiscal` where its form is one of accounts, not of the calendar.

    A fiscal year bears the number of the year it ends in.
    """

    year: int
    fiscal: bool
    start: int
    end: int


def years(text: str, *, yearly: bool = False) -> list[Year]:
    """Return the years a text mentions, in order; `yearly` says that 2011-12 is a year, where it might be a month."""
    found = []
    for match in _WORDED.finditer(text):
        told = match.groupdict()
        first = told["first"] or told["year"] or told["ended"] or told["nendo"]
        year = _last(first, told["second"] or told["other"])
        found.append(Year(_full(first) if year is None else year, True, *match.span()))
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    for match in _SPAN.finditer(text):
        year = _last(match["first"], match["second"])
        month = match["sign"] == "-" and match["second"] <= "12" and not yearly
        if year is not None and not month:
            found.append(Year(year, True, *match.span()))
            text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    found += (Year(int(match.group()), False, *match.span()) for match in _PLAIN.finditer(text))
    return sorted(found, key=lambda item: item.start)


def days(text: str) -> list[Day]:
    """Return the dates a text writes out, in order, in any language; 3/4/2026 may be either of two, and is none."""
    found: list[Day] = []
    if not _PLAIN.search(text):
        return found
    for form in _DATES:
        for match in form.finditer(text):
            told = match.groupdict()
            month = _MONTHS.get(told["month"].lower()) or (int(told["month"]) if told["month"].isdigit() else 0)
            day = int(told.get("day") or 0)
            if "/" in match.group() and month != day:
                month, day = (day, month) if month > 12 else (month if day > 12 else 0, day)
            taken = any(match.start() < other.end and other.start < match.end() for other in found)
            if 1 <= month <= 12 and day <= 31 and not taken:
                iso = f"{told['year']}-{month:02d}" + (f"-{day:02d}" if day else "")
                found.append(Day(iso, *match.span()))
    return sorted(found, key=lambda item: item.start)


def is_yearly(text: str) -> bool:
    """Tell whether a file name, title or opening says that the report comes out once a year, about that year."""
    return _YEARLY.search(text) is not None


def edition(file: str, title: str, opening: str, cover: Iterable[str] = ()) -> int | None:
    """Return the year a report is of: that which a line of its cover says was ended, else the one it bears.

    That stands in its file's name, else its title, else it is a fiscal year in its opening. Folders count where the
    file's own name says nothing. Other years of the opening are no edition.
    """
    yearly = is_yearly(f"{file} {title}")
    if ended := [int(match["ended"]) for line in cover for match in _WORDED.finditer(line) if match["ended"]]:
        return ended[0]
    parts = PurePosixPath(file)
    for source in (parts.stem, title, *(folder.name for folder in parts.parents)):
        if borne := sorted(years(source, yearly=yearly), key=lambda item: not item.fiscal):
            return borne[0].year
    return next((item.year for item in years(opening, yearly=yearly) if item.fiscal), None)


def _full(number: str) -> int:
    return int(number) if len(number) == 4 else int(number) + (1900 if number >= "50" else 2000)


def _last(first: str, second: str | None) -> int | None:
    """Return the second year of a span when it follows the first one, as in 2018/19."""
    if second is None:
        return None
    begun = _full(first)
    ended = _full(second) if len(second) == 4 else begun // 100 * 100 + int(second)
    ended += 100 * (ended < begun - 50)  # 1999/00
    return ended if ended == begun + 1 else None
