"""Answers what the library holds, from its catalogue alone: no search, no model."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...core.shapes import Claim, UnreadablePages
from ...core.text import fold
from ...core.types import Report
from ...language.joint import entries, pattern, vocabulary
from ...language.stems import content_terms
from ...vectorstore.scope import status_of
from ..search.form import asks_holdings, asks_of_one_report
from ..search.question import Plan

_MOST_LISTED = 40  # reports of one answer; the others are counted
_MOST_MEANT = 6  # reports among which one is asked for
_SINCE, _UNTIL = (pattern(f"time.{key}", end=r"\s+(?:19|20)\d\d") for key in ("since", "until"))
_NOT = pattern("denial.plain", "question.excluding")
# What else such a question is made of: it says nothing of a report's content.
_FRAME = " ".join(vocabulary("reports.filters"))


def _values(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words, of all packs, for each value that a report may have in a field."""
    found: dict[str, tuple[str, ...]] = {}
    for own in entries(f"reports.{name}").values():
        for value, ways in own.items():
            found[value] = (*found.get(value, ()), *ways)
    return found


_STATUSES, _KINDS, _LEVELS, _LANGUAGES = map(_values, ("statuses", "kinds", "levels", "languages"))


@dataclass(frozen=True, slots=True)
class Filter:
    """What a question narrows the list to, as one readable word or two."""

    said: str
    fits: Callable[[Report], bool]


def is_about_holdings(plan: Plan) -> bool:
    """Tell whether a question is about the reports as such: no word of it is about what stands in them."""
    when = plan.expects == "date" and asks_of_one_report(plan.question)
    if plan.form != "catalogue" and not when and not asks_holdings(plan.question):
        return False
    ways = (way for table in (_STATUSES, _KINDS, _LEVELS, _LANGUAGES) for each in table.values() for way in each)
    known = " ".join((_FRAME, *ways))
    framing = {*content_terms(known, plan.language), *content_terms(known, "en")}
    spoken = {*framing, *plan.years, *content_terms(" ".join(plan.narrowed_to), plan.language)}
    return all(term in spoken or term.isdigit() or term.lower() in spoken for term in plan.terms)


def holdings(plan: Plan, scope: Sequence[Report], unreadable: Sequence[UnreadablePages]) -> list[Claim]:
    """Return what the library holds in a scope: a sentence that counts, then one line a report, newest first.

    Of a question about one report, which does not say which, no list of them all is made.
    """
    filters = list(_filters(plan))
    found = [report for report in scope if all(one.fits(report) for one in filters)]
    found.sort(key=lambda report: (report.date or "", report.file), reverse=True)
    wanted = [*plan.narrowed_to, *(one.said for one in filters)]
    if asks_of_one_report(plan.question) and found:
        return _of_one(found, wanted)
    head = _counted(found, f" ({', '.join(wanted)})" if wanted else "")
    whole = [item.file for item in unreadable if item.is_whole]
    if whole and not wanted:
        head += f" Not readable, and so not among them: {', '.join(whole)}."
    listed = [_line(report) for report in found[:_MOST_LISTED]]
    if len(found) > _MOST_LISTED:
        listed.append(f"and {len(found) - _MOST_LISTED} more: see `coscribe reports`")
    return [Claim(text=text, kind="catalogue", verdict="supported") for text in (head, *listed)]


def _of_one(found: Sequence[Report], wanted: Sequence[str]) -> list[Claim]:
    """Return the line of the report that is meant, or ask which: with their lines, if the question told them apart."""
    lines = [_line(report) for report in found]
    if len(found) > 1:
        dated = sorted(report.date[:4] for report in found if report.date)
        span = f", of {' to '.join(dict.fromkeys((dated[0], dated[-1])))}" if dated else ""
        what = f" ({', '.join(wanted)})" if wanted else ""
        asked = f"The library holds {len(found)} reports{what}{span}: name the one you mean by its title or file."
        lines = [asked, *(lines if wanted and len(found) <= _MOST_MEANT else ())]
    return [Claim(text=text, kind="catalogue", verdict="supported") for text in lines]


def _filters(plan: Plan) -> Iterable[Filter]:
    words = set(re.findall(r"[^\W\d_]+", plan.question.lower()))
    negated = bool(_NOT.search(plan.question))

    def asked(table: dict[str, tuple[str, ...]]) -> list[str]:
        return [value for value, ways in table.items() if words & set(ways)]

    for table, read in (
        (_STATUSES, status_of), (_LEVELS, lambda report: report.confidentiality), (_KINDS, lambda report: report.kind),
    ):  # fmt: skip
        if values := asked(table):
            wanted = f"{'not ' if negated else ''}{' or '.join(values)}"
            yield Filter(wanted, lambda report, read=read, values=values: (read(report) in values) != negated)  # type: ignore[misc]
    regions = {part for name in plan.narrowed_to for part in fold(name).split()}
    spoken = [value for value in asked(_LANGUAGES) if not (regions and value in ("ja", "fr", "de", "es", "it"))]
    if spoken:
        yield Filter(f"in {' or '.join(spoken)}", lambda report: report.language in spoken)
    if plan.years:
        yield _dated(plan)


def _dated(plan: Plan) -> Filter:
    first, last = min(plan.years), max(plan.years)
    if len(plan.years) == 1 and _SINCE.search(plan.question):
        return Filter(f"since {first}", lambda report: (report.date or "") >= first)
    if len(plan.years) == 1 and _UNTIL.search(plan.question):
        return Filter(f"until {last}", lambda report: "" < (report.date or "")[:4] <= last)
    said = first if first == last else f"{first} to {last}"
    return Filter(f"of {said}", lambda report: first <= (report.date or "")[:4] <= last)


def _counted(found: Sequence[Report], wanted: str) -> str:
    count = f"{len(found)} report{'' if len(found) == 1 else 's'}" if found else "no report"
    regions = Counter(report.region.split("/")[0] for report in found if report.region)
    spread = ", ".join(f"{name} {number}" for name, number in regions.most_common())
    drafts = sum(status_of(report) == "draft" for report in found)
    old = sum(status_of(report) == "superseded" for report in found)
    told = [f"regions: {spread}"] if len(regions) > 1 else []
    told += [f"{number} {what}" for number, what in ((drafts, "draft"), (old, "superseded")) if number and wanted == ""]
    return f"The library holds {count}{wanted}{' (' + '; '.join(told) + ')' if told else ''}."


def _line(report: Report) -> str:
    status = status_of(report)
    told = [report.title, report.organisation, report.region, report.date]
    told += [report.kind] if report.kind not in ("other", "") else []
    told += [status] if status != "unknown" else []
    told += [report.language] if report.language else []
    told += ["internal"] if report.confidentiality == "internal" else []
    return f"{' · '.join(item for item in told if item)} ({report.file})"
