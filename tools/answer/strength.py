"""How strong the evidence of an answer is and how far its sources agree, in words, by the rule of docs/answers.md."""

from collections.abc import Mapping, Sequence

from ...core.shapes import Claim, Strength
from ...core.types import Report
from ...vectorstore.scope import status_of
from ..document.phrases import phrases
from .disagreement import groups

_ROBUST, _MEDIUM = 3, 2  # issuers
_RECENT = 5  # years
_NO_DECISION = ("talk", "contribution", "minutes")  # kinds that settle nothing, whatever their status


def strength(
    claims: Sequence[Claim], reports: Mapping[str, Report], this_year: int, language: str = "en"
) -> Strength | None:
    """Return the strength of the stated claims, and why it is so, in a language.

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
    words = phrases(language)
    count = ("no_issuer", "issuer", "issuers")[min(len(issuers), 2)]
    why = words.told(f"strength.{count}", number=len(issuers), decided=len(decided))
    left = [
        words.told(f"strength.{what}", number=number, years=_RECENT)
        for number, what in (
            (sum(report.status == "draft" for report in sources), "drafts"),
            (sum(report.kind in _NO_DECISION for report in sources), "talks"),
            (sum(status_of(report) == "superseded" for report in sources), "superseded"),
            (sum(_is_old(report, this_year) for report in sources), "old"),
        )
        if number
    ]
    why += f"; {words.told('strength.not_counted', left=', '.join(left))}" if left else ""
    told = f"{why}; {words.told(f'strength.{about}')}"
    return Strength.model_validate({"evidence": evidence, "agreement": agreement, "why": told})


def _agreement(claims: Sequence[Claim], reports: Mapping[str, Report], heard: int) -> tuple[str | None, str]:
    """Return how far the sources agree, as far as their figures tell, and the name of why."""
    if heard < 2:
        return None, "alone"
    found = groups(claims)
    firm = [{position.value for position in group if _binds(reports[position.report])} for group in found]
    if any(len(values) > 1 for values in firm):
        return "low", "differ"
    if any(len({position.value for position in group}) > 1 for group in found):
        return "medium", "draft_differs"
    if any(len({_issuer(reports[position.report]) for position in group}) > 1 for group in found):
        return "high", "same"
    return "medium", "no_figures"


def _is_firm(report: Report, this_year: int) -> bool:
    return _binds(report) and status_of(report) != "superseded" and not _is_old(report, this_year)


def _binds(report: Report) -> bool:
    return report.status != "draft" and report.kind not in _NO_DECISION


def _is_old(report: Report, this_year: int) -> bool:
    return report.date is not None and this_year - int(report.date[:4]) > _RECENT


def _issuer(report: Report) -> str:
    """Return whose report it is; those of whom nobody knows count as one issuer together."""
    return report.organisation or ""
