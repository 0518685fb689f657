"""Counts, and says what no report mentions: claims that code writes after every report was searched by itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ...core.document import Inline
from ...core.shapes import Citation, Claim
from ...core.types import Report
from ..search.form import Counted, asks_who_is_silent, counted
from ..search.mentions import Mentions
from .disagreement import speaker
from .sentences import computed, joined, mark

_FEW = 6  # reports without a mention, which are named
_MOST_NAMED = 12  # reports named in one sentence
_MOST_SILENT = 60  # and where those without a mention are what is asked for
_MOST_WAYS = 8  # expressions searched for, which are told
_UNITS = {"report": "readable report", "region": "region", "organisation": "organisation"}

_Naming = Callable[[str], str]  # what a report, by its id, counts as: "" for nothing


def tally(question: str, found: Mentions, claims: Sequence[Claim]) -> list[Claim]:
    """Return how many reports mention the words asked for, or that none does; `claims` quote those that do.

    Nothing is claimed where no report could be searched. What was not searched is named in the same sentence.
    """
    if not found.searched:
        return []
    if not found.said:
        return _without(question, found) or [_none(found)]
    what = _counted(question, found.reports)
    name = _naming(found.reports, what)
    cited = [citation for claim in claims for citation in claim.citations]
    told = _said(found, what, name, claims)
    if asks_who_is_silent(question):
        return [*_without(question, found), computed("count", told, cited)]
    if silent := _silent(found, name):
        told.append(f" Not: {_listed(silent)}." if len(silent) <= _FEW else f" Not the other {len(silent)}.")
    return [computed("count", [*told, _nameless(found.reports, what), _open(found)], cited)]


def answered_by(claims: Sequence[Claim], searched: int, reports: Mapping[str, Report]) -> Claim | None:
    """Return in how many of the reports searched something was found, as a lower bound; `None` for none."""
    cited = [citation for claim in claims for citation in claim.citations]
    names = dict.fromkeys(citation.report for citation in cited)
    if not names or not searched:
        return None
    quotes = {name: [one for one in cited if one.report == name and one.role == "quote"] for name in names}
    named = joined((speaker(reports[name]), " ", mark(quotes[name])) for name in list(names)[:_MOST_NAMED])
    head = f"Found in at least {len(names)} of {_count(searched, 'report')} searched: "
    return computed("count", [head, *named, "."], cited)


def _without(question: str, found: Mentions) -> list[Claim]:
    """Return the reports, regions or organisations without a mention, where they are asked for, and the search for it.

    Where none has one, that is said already.
    """
    what = _counted(question, found.reports)
    name = _naming(found.reports, what)
    silent = _silent(found, name)
    if not asks_who_is_silent(question) or not (found.said or (found.apart and silent)):
        return []
    of = len(_names((*found.said, *found.apart, *found.lacking), name))
    text = f"{len(silent)} of {_count(of, what)} {'does' if len(silent) == 1 else 'do'} not mention “{found.words}”"
    text += f": {_listed(silent, _MOST_SILENT)}." if silent else "."
    return [computed("absence", [text + _nameless(found.reports, what) + _ways(found) + _open(found)])]


def _said(found: Mentions, what: Counted, name: _Naming, claims: Sequence[Claim]) -> list[Inline]:
    quotes: dict[str, list[Citation]] = {}
    for citation in (citation for claim in claims for citation in claim.citations):
        if citation.role == "quote" and (named := name(citation.report)):
            quotes.setdefault(named, []).append(citation)
    told = joined((one, " ", mark(mine)) for one, mine in list(quotes.items())[:_MOST_NAMED])
    if len(quotes) > _MOST_NAMED:
        told.append(f"; and {len(quotes) - _MOST_NAMED} more")
    of = len(_names((*found.said, *found.apart, *found.lacking), name))
    head = f"At least {len(quotes)} of {_count(of, what)} {'mentions' if of == 1 else 'mention'} “{found.words}”: "
    return [head, *told, "."]


def _none(found: Mentions) -> Claim:
    """Say that no report mentions it: plainly where every page of every report was searched, else that none was found.

    Reports whose words stand apart are named.
    """
    one = found.searched == 1
    searched = "The one report that was searched" if one else f"None of the {found.searched} reports that were searched"
    text = f"{searched} {'does not mention' if one else 'mentions'} “{found.words}”"
    if found.apart:
        text += f" in one sentence; the words stand apart in {_listed(_titles(found.apart, found.reports))}"
    elif not found.absent:
        text += " in one passage, though each of the words is used"
    return computed("absence", [f"{text}.{_ways(found)}{_open(found, whole=True)}"])


def _ways(found: Mentions) -> str:
    """Return what else was searched for than the words themselves."""
    if not found.ways:
        return ""
    more = f" and {len(found.ways) - _MOST_WAYS} more" if len(found.ways) > _MOST_WAYS else ""
    return f" Also searched for: {', '.join(found.ways[:_MOST_WAYS])}{more}."


def _open(found: Mentions, *, whole: bool = False) -> str:
    """Return what stays open: reports that were not searched, pages that could not be read, words that stand apart."""
    told = []
    if found.apart and not whole:
        told.append(f"Unclear, the words stand apart: {_listed(_titles(found.apart, found.reports))}.")
    if found.unsearched:
        names = _listed(_titles(found.unsearched, found.reports))
        told.append(f"Not searched, by language or for want of text: {names}.")
    if found.gaps:
        told.append(f"Not readable, or not every page: {_listed(found.gaps)}.")
    return "".join(f" {sentence}" for sentence in told)


def _counted(question: str, reports: Mapping[str, Report]) -> Counted:
    """Return what is counted: the reports themselves where of most no region or organisation is known."""
    what = counted(question)
    known = sum(map(bool, map(_naming(reports, what), reports)))
    return what if 2 * known >= len(reports) else "report"


def _naming(reports: Mapping[str, Report], what: Counted) -> _Naming:
    """Return how a report is named, as what it counts as; of those with one title the file tells which it is."""
    titles = Counter(report.title for report in reports.values())

    def named(name: str) -> str:
        report = reports[name]
        if what == "region":
            return (report.region or "").split("/")[0]
        if what == "organisation":
            return report.organisation or ""
        return report.title if titles[report.title] == 1 else f"{report.title} ({report.file})"

    return named


def _nameless(reports: Mapping[str, Report], what: Counted) -> str:
    """Return how many reports are not counted for want of a region or organisation."""
    number = sum(not _naming(reports, what)(name) for name in reports)
    return f" Not counted: {number} report{'' if number == 1 else 's'} of no known {what}." if number else ""


def _silent(found: Mentions, name: _Naming) -> list[str]:
    """Return who has no report that mentions it, might do so, or was not searched."""
    spoken = _names((*found.said, *found.apart, *found.unsearched), name)
    return [one for one in _names(found.lacking, name) if one not in spoken]


def _names(ids: Iterable[str], name: _Naming) -> list[str]:
    return [one for one in dict.fromkeys(map(name, ids)) if one]


def _titles(ids: Iterable[str], reports: Mapping[str, Report]) -> list[str]:
    return _names(ids, _naming(reports, "report"))


def _listed(names: Sequence[str], most: int = _MOST_NAMED) -> str:
    more = f", and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _count(number: int, what: str) -> str:
    return f"{number} {_UNITS[what]}{'' if number == 1 else 's'}"
