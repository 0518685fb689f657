"""Counts, and says what no report mentions: claims that code writes after every report was searched by itself."""

from collections.abc import Iterable, Mapping, Sequence

from ...core.document import Inline
from ...core.shapes import Citation, Claim
from ...core.types import Report
from ..search.form import asks_who_is_silent, counted
from ..search.mentions import Mentions
from .disagreement import speaker
from .sentences import computed, joined, mark

_FEW = 6  # reports without a mention, which are named
_MOST_NAMED = 12  # reports named in one sentence
_UNITS = {"report": "readable report", "region": "region", "organisation": "organisation"}


def tally(question: str, found: Mentions, claims: Sequence[Claim]) -> list[Claim]:
    """Return how many reports mention the words asked for, or that none does; `claims` quote those that do.

    Nothing is claimed where no report could be searched. What was not searched is named in the same sentence.
    """
    if not found.searched:
        return []
    what = counted(question)
    spoken = _names((*found.said, *found.apart, *found.unsearched), found.reports, what)
    silent = _names(found.lacking, found.reports, what, but=spoken)
    if not found.said:
        return [_none(found)]
    cited = [citation for claim in claims for citation in claim.citations]
    if asks_who_is_silent(question):
        of = len(_all(found, what))
        text = f"{len(silent)} of {_count(of, what)} {'does' if len(silent) == 1 else 'do'} not mention “{found.words}”"
        text += f": {_listed(silent)}." if silent else "."
        return [computed("absence", [text + _open(found)]), computed("count", _said(found, what, claims), cited)]
    told = _said(found, what, claims)
    if silent:
        told.append(f" Not: {_listed(silent)}." if len(silent) <= _FEW else f" Not the other {len(silent)}.")
    return [computed("count", [*told, _open(found)], cited)]


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


def _said(found: Mentions, what: str, claims: Sequence[Claim]) -> list[Inline]:
    quotes: dict[str, list[Citation]] = {}
    for citation in (citation for claim in claims for citation in claim.citations):
        if citation.role == "quote" and (name := _name(found.reports[citation.report], what)):
            quotes.setdefault(name, []).append(citation)
    named = joined((name, " ", mark(mine)) for name, mine in list(quotes.items())[:_MOST_NAMED])
    if len(quotes) > _MOST_NAMED:
        named.append(f"; and {len(quotes) - _MOST_NAMED} more")
    verb = "mentions" if len(_all(found, what)) == 1 else "mention"
    head = f"At least {len(quotes)} of {_count(len(_all(found, what)), what)} {verb} “{found.words}”: "
    return [head, *named, "."]


def _none(found: Mentions) -> Claim:
    """Say that no report mentions it."""
    if found.searched == 1:
        text = f"The one report that was searched does not mention “{found.words}”"
    else:
        text = f"None of the {found.searched} reports that were searched mentions “{found.words}”"
    if found.apart:
        text += f" in one sentence; the words stand apart in {_listed(_titles(found.apart, found.reports))}"
    elif not found.absent:
        text += " in one passage, though each of the words is used"
    return computed("absence", [f"{text}.{_open(found, whole=True)}"])


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


def _all(found: Mentions, what: str) -> list[str]:
    return _names((*found.said, *found.apart, *found.lacking), found.reports, what)


def _names(ids: Iterable[str], reports: Mapping[str, Report], what: str, but: Sequence[str] = ()) -> list[str]:
    names = dict.fromkeys(_name(reports[name], what) for name in ids)
    return [name for name in names if name and name not in but]


def _name(report: Report, what: str) -> str:
    if what == "region":
        return (report.region or "").split("/")[0]
    return (report.organisation or "") if what == "organisation" else report.title


def _titles(ids: Iterable[str], reports: Mapping[str, Report]) -> list[str]:
    return [reports[name].title for name in ids]


def _listed(names: Sequence[str]) -> str:
    more = f", and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _count(number: int, what: str) -> str:
    return f"{number} {_UNITS[what]}{'' if number == 1 else 's'}"
