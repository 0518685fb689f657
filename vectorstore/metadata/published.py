"""When a report came out: what it says of its own date, never a year that it speaks of, and none of the future."""

import re
from datetime import date, timedelta

from ...language.joint import pattern
from ...language.years import ISO_DATE, LIKELY_YEAR, Day, days, is_yearly, years
from ..reading.layout.imprint import BY_IN, CLAUSE, PRINTER, RIGHTS, TWO_YEARS, WORD
from .found import Found
from .opening import Opening

_LABEL = pattern("front.published", lead=r"(?<!\w)", end=r"(?!\w)")
_IN_YEAR = pattern("front.publisher", "front.published", lead=r"(?<!\w)", end=r"(?!\w)")
_GRACE = timedelta(days=62)  # between the making of a file and the day printed on it
_NEAR = 40  # characters between a label and its date
_LONG = 5  # pages: the properties of a shorter file are those of a note, a form, an excerpt
_AIM = pattern("time.bound", "time.until", end=r"\W{1,3}$")  # by 2030
_BEGUN = 5  # words before the label in a clause that speaks of the report itself
_WRAPPED = 50  # characters: a shorter line does not go on in the next
_DATES = 3  # more of them, each in a line by itself, are a table
_DAY = 10  # characters of the ISO form of a whole date
_BEHIND = 8  # letters behind a date that a line by itself has
_LINES = 120  # in which a date may stand by itself


def date_of(opening: Opening, title: str, today: date) -> Found | None:
    """Return the date: of accounts the year they are of, else a labelled one, else one that stands by itself.

    A year in the title or the name of the file is better than one in a notice of rights, and that than the properties.
    Nothing after `today`, and nothing long after the file was made.
    """
    made = opening.said.get("date", "")
    limit = _limit(made, today)
    yearly = is_yearly(f"{opening.name} {title}")
    named = _named(opening, title, limit, yearly=yearly)
    if named and opening.is_web and not yearly:
        named = None
    if named and (yearly or len(named.value) > 4):
        return named
    labelled = _of_heads(opening, limit) or _labelled(opening, limit)
    alone = _alone(opening, limit)
    found = [one for one in (labelled, alone) if one]
    for one in found:
        if named is None or one.value[:4] == named.value or one is labelled:
            return one
    return named or _rights(opening, limit) or _made(opening, made, today)


def _limit(made: str, today: date) -> str:
    """Return the last day that may be the report's: no later than today, nor much later than the file was made."""
    if len(made) == 10:
        try:
            return min(today, date.fromisoformat(made) + _GRACE).isoformat()
        except ValueError:
            return today.isoformat()
    return today.isoformat()


def _named(opening: Opening, title: str, limit: str, *, yearly: bool) -> Found | None:
    """Return the year of the title or of the file's name, of accounts the one they end in."""
    name = opening.name.replace("_", " ")
    for source, how in ((name, "the name of the file"), (title, "the title")):
        fiscal = next((one for one in years(source, yearly=yearly) if one.fiscal), None)
        if fiscal and str(fiscal.year - 1) <= limit[:4] and (yearly or _is_accounts(source, fiscal.start)):
            return Found(str(fiscal.year), f"the fiscal year in {how}", 0.8)
    for source, how, sure in ((title, "the title", 0.8), (name, "the name of the file", 0.75)):
        if written := next((one for one in _days(source) if one.iso <= limit), None):
            return Found(written.iso, f"the date in {how}", sure)
        if match := ISO_DATE.search(source):
            return Found(match.group(), f"the date in {how}", sure) if match.group() <= limit else None
        found = [match for match in LIKELY_YEAR.finditer(source) if match.group() <= limit[:4]]
        if found and not _AIM.search(source[: found[-1].start()]) and len(LIKELY_YEAR.findall(source)) == 1:
            return Found(found[-1].group(), f"the year in {how}", sure)
    return None


def _days(text: str) -> list[Day]:
    """Return the dates of a text without years that a school or a budget runs over: "2003–04" is no April."""
    found = days(text)
    return [one for one in found if not (over := TWO_YEARS.fullmatch(text[one.start : one.end])) or not _follow(over)]


def _follow(years: re.Match[str]) -> bool:
    return years["dash"] == "–" or (int(years["first"]) + 1) % 100 == int(years["second"])


def _is_accounts(source: str, start: int) -> bool:
    """Tell a year of accounts, as FY19 or 2018/19, from two years with a dash that a programme runs for."""
    return not re.match(r"\d{4}[–-]\d{2,4}", source[start:])


def _labelled(opening: Opening, limit: str) -> Found | None:
    """Return the date behind "published on" and its like, the fullest and latest of them, as that of "published" is."""
    found = []
    text = opening.text
    for one in _days(text):
        before = text[max(0, one.start - 110) : one.start]
        labels = list(_LABEL.finditer(before))
        if not labels or one.iso > limit or not _is_near(before[labels[-1].end() :]):
            continue
        ends = "\n" not in before[labels[-1].start() :] and not WORD.search(text[one.end :].partition("\n")[0])
        if ends or _speaks_of_itself(before[: labels[-1].start()], text[one.end :]):
            found.append((one, labels[-1].group()))
    if not found:
        return _in_year(text, limit)
    one, label = max(found, key=lambda item: (len(item[0].iso), item[0].iso))
    return Found(one.iso, f"“{' '.join(label.split())}” before the date", 0.9)


def _of_heads(opening: Opening, limit: str) -> Found | None:
    """Return the one whole date that the running heads print, as those of a journal do."""
    found = {one.iso for head in opening.heads for one in _days(head) if len(one.iso) == _DAY and one.iso <= limit}
    return Found(found.pop(), "running heads", 0.85) if len(found) == 1 else None


def _is_near(between: str) -> bool:
    return len(between) <= _NEAR and not re.search(r"[.;!?]\s+\w", between) and between.count("\n") < 2


def _speaks_of_itself(before: str, behind: str) -> bool:
    """Tell whether a label speaks of the report: it begins a line or a clause, and no other hangs on it."""
    begun = re.split(r"[.;:|]\s*", before)[-1].split("\n")
    short = max((number for number, line in enumerate(begun[:-1], 1) if len(line) < _WRAPPED), default=0)
    words = len(WORD.findall(" ".join(begun[short:])))
    return words <= _BEGUN and not CLAUSE.match(behind)


def _in_year(text: str, limit: str) -> Found | None:
    """Return the year of "published in 2021 by"."""
    for match in _IN_YEAR.finditer(text):
        begins = match.start() == 0 or text[match.start() - 1] == "\n"
        behind = LIKELY_YEAR.match(text[match.end() :].lstrip(" :")) if begins else None
        year = BY_IN.search(match.group()) or behind
        if year and year.group()[-4:] <= limit[:4]:
            return Found(year.group()[-4:], f"“{' '.join(match.group().split())}”"[:60], 0.85)
    return None


def _alone(opening: Opening, limit: str) -> Found | None:
    """Return a date that fills a line of the first pages, unless so many do that they are a table."""
    found = []
    for line in opening.lines[: min(_LINES, opening.near)]:
        dated = _days(line)
        if len(dated) == 1 and dated[0].iso <= limit and _fills(line, dated[0]):
            found.append(Found(dated[0].iso, f"a line by itself: “{line[:50]}”", 0.8))
    return found[0] if 0 < len({one.value for one in found}) <= _DATES else None


def _fills(line: str, one: Day) -> bool:
    before, behind = line[: one.start], line[one.end :]
    rest = before + behind
    if sum(map(str.isalnum, behind)) > _BEHIND or (":" in before and not _LABEL.search(before)):
        return False  # a row of a table, or "Source: the daily of May 1998"
    if line[-1:] in ".:;,]" or line.count("(") != line.count(")"):  # the end of a sentence, or what a list is about
        return False
    return sum(sign.isalnum() for sign in rest) <= 12 and not re.search(r"\d{3}|/", rest)


def _rights(opening: Opening, limit: str) -> Found | None:
    """Return the last year of a notice of rights, or of the place and the printer."""
    for line in (*opening.lines[: opening.near], *opening.around.splitlines()):
        printed = PRINTER.match(line)
        found = [printed["year"]] if printed else []
        for match in RIGHTS.finditer(line):
            found += LIKELY_YEAR.findall(line[match.start() : match.end() + 60])
        held = [year for year in found if year <= limit[:4]]
        if held:
            return Found(max(held), "notice of rights" if not printed else "place and printer", 0.8)
    return None


def _made(opening: Opening, made: str, today: date) -> Found | None:
    """Return when the file was made, where it is a report of some length and its year is printed on it too."""
    if not made or made > today.isoformat():
        return None
    printed = made[:4] in LIKELY_YEAR.findall("\n".join(opening.lines[:60]))
    sure = 0.65 if printed and opening.pages >= _LONG else 0.55 if opening.pages >= _LONG and opening.front else 0.4
    return Found(made[:7], "the file's properties", sure)
