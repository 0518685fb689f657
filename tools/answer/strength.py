"""How strong the evidence of an answer is and how far its sources agree, in words, by the rule of docs/answers.md."""

from collections.abc import Mapping, Sequence

from ...core.shapes import Claim, Strength
from ...core.types import Report
from ...vectorstore.scope import status_of
from .disagreement import groups

_ROBUST, _MEDIUM = 3, 2  # issuers
_RECENT = 5  # years
_NO_DECISION = ("talk", "contribution", "minutes")  # kinds that settle nothing, whatever their status


def strength(claims: Sequence[Claim], reports: Mapping[str, Report], this_year: int) -> Strength | None:
    """Return the strength of the stated claims.

    An issuer counts with a current report that is neither draft nor talk and at most five years old.
    """
    stated = [claim for claim in claims if claim.kind == "stated"]
    cited = list(dict.fromkeys(citation.report for claim in stated for citation in claim.citations))
    if not cited:
        return None
    sources = [reports[name] for name in cited]
    firm = [report for report in sources if _is_firm(report, this_year)]
    issuers = {_issuer(report) for report in firm}
    decided = {_issuer(report) for report in firm if report.status == "adopted"}
    heard = {_issuer(report) for report in sources}
    evidence = "limited"
    if len(issuers) >= _ROBUST and decided:
        evidence = "robust"
    elif len(issuers) >= _MEDIUM or decided:
        evidence = "medium"
    agreement, about = _agreement(stated, reports, len(heard))
    why = f"{_count(len(issuers), 'issuer')} with a current report, {len(decided)} of them adopted"
    why = why if issuers else "no issuer with a current report"
    left = [
        f"{number} {what}"
        for number, what in (
            (sum(report.status == "draft" for report in sources), "draft"),
            (sum(report.kind in _NO_DECISION for report in sources), "talk or contribution"),
            (sum(status_of(report) == "superseded" for report in sources), "superseded"),
            (sum(_is_old(report, this_year) for report in sources), f"over {_RECENT} years old"),
        )
        if number
    ]
    why += f"; not counted: {', '.join(left)}" if left else ""
    return Strength.model_validate({"evidence": evidence, "agreement": agreement, "why": f"{why}; {about}"})


def _agreement(claims: Sequence[Claim], reports: Mapping[str, Report], heard: int) -> tuple[str | None, str]:
    """Return how far the sources agree, as far as their figures tell."""
    if heard < 2:
        return None, "one issuer, so nothing to compare"
    found = groups(claims)
    firm = [{position.value for position in group if _binds(reports[position.report])} for group in found]
    if any(len(values) > 1 for values in firm):
        return "low", "their figures differ"
    if any(len({position.value for position in group}) > 1 for group in found):
        return "medium", "only a draft or a talk gives another figure"
    if any(len({_issuer(reports[position.report]) for position in group}) > 1 for group in found):
        return "high", "they give the same figure"
    return "medium", "no figures to compare"


def _is_firm(report: Report, this_year: int) -> bool:
    return _binds(report) and status_of(report) != "superseded" and not _is_old(report, this_year)


def _binds(report: Report) -> bool:
    return report.status != "draft" and report.kind not in _NO_DECISION


def _is_old(report: Report, this_year: int) -> bool:
    return report.date is not None and this_year - int(report.date[:4]) > _RECENT


def _issuer(report: Report) -> str:
    """Return whose report it is; those of whom nobody knows count as one issuer together."""
    return report.organisation or ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
