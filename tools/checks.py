"""The reviewer's free checks: does a sentence say no more than the words it cites? No model call.

Each check looks for one way in which a claim can outrun its evidence: figures, names, negation, and how binding it is.
What remains is support by words: the share of the claim's content terms that stand in the evidence.
"""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..core.languages import guess_language
from ..core.text import fold
from ..vectorstore.analysis import content_terms
from .figures import Figure, figures

SUPPORTED_SHARE = 0.5  # of the claim's content terms; below it the words do not carry the claim
SETTLED_SHARE = 0.75  # from here on no model needs to be asked
_BINDING = (
    (1, re.compile(r"\b(could|might|(?-i:may)|possibly|potentially|podría\w*|pourrait|könnte\w*)\b", re.I)),
    (2, re.compile(
        r"\b(recommend\w*|suggest\w*|propos\w*|should|advis\w*|aims?|aimed|hope[sd]?|expect\w*|recomiend\w*|soll\w*)\b",
        re.I)),
    (3, re.compile(r"\b(plans?|planned|intends?|will|going to|planea\w*|prévoi\w*)\b", re.I)),
    (4, re.compile(
        r"\b(shall|must|requires?|required|obliged|decided|adopted|mandates?|mandated|prohibit\w*|approved|muss|doit)\b",
        re.I)),
)  # fmt: skip
_DECIDED = re.compile(r"\b(decided|decides|adopted|approved|mandates?|mandated)\b", re.IGNORECASE)
_ADVICE = 2  # how binding a recommendation is
_NEGATION = re.compile(
    r"\b(not|no|never|neither|nor|none|without|cannot|nicht|kein\w*|ne|pas|jamais|sans|nunca|sin|ninguna?|ningún)\b|n't\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b(?:[A-Z][\w-]*[A-Z]\w*|[A-Z][a-zà-ÿ]{2,}[\w-]*)\b|\b[A-Z]{2,}\w*\b")
_CALENDAR = {fold(word) for word in (*calendar.month_name, *calendar.day_name) if word}


@dataclass(frozen=True, slots=True)
class Support:
    """How far evidence carries a claim: `score` is 0..1, `reasons` name what it does not say."""

    score: float
    verdict: Literal["supported", "unsupported"]
    reasons: list[str] = field(default_factory=list)


def support(claim: str, evidence: Sequence[str], *, told: Sequence[str] = ()) -> Support:
    """Check a claim against the sentences it cites.

    `told` is what is known of the source without being quoted (title, organisation, region, date): names and years in
    it may appear in the claim.
    """
    whole = " ".join(evidence)
    around = " ".join((whole, *told))
    reasons = [
        *_figures_beyond(claim, whole, told),
        *_names_beyond(claim, around),
        *_negation_differs(claim, whole),
        *_more_binding(claim, whole),
    ]
    share = _share_of_terms(claim, around)
    if share < SUPPORTED_SHARE:
        reasons.append("the cited words do not say this")
    score = share if not reasons else min(share, 0.45) / (1 + len(reasons) / 4)
    return Support(round(score, 3), "unsupported" if reasons else "supported", reasons)


def _figures_beyond(claim: str, evidence: str, told: Sequence[str]) -> Iterable[str]:
    held = {figure.key: figure for figure in figures(evidence)}
    years = {figure.value for text in told for figure in figures(text)}
    for figure in figures(claim):
        if figure.key not in held:
            if not (figure.unit == "year" and figure.value in years):
                yield f"figure {figure.text} not in evidence"
        elif _bounds_differ(figure, held[figure.key]):
            yield f"figure {figure.text} is {held[figure.key].bound or 'not bounded'} in evidence"


def _bounds_differ(claimed: Figure, held: Figure) -> bool:
    return {claimed.bound, held.bound} == {"at most", "at least"}


def _names_beyond(claim: str, evidence: str) -> Iterable[str]:
    held = fold(evidence)
    said = claim
    for figure in figures(claim):  # "EUR" and "MW" are no names
        said = said[: figure.start] + "0" * (figure.end - figure.start) + said[figure.end :]
    for name in dict.fromkeys(_NAME.findall(said)):
        if fold(name) not in held and fold(name) not in _CALENDAR:
            yield f"name {name} not in evidence"


def _negation_differs(claim: str, evidence: str) -> Iterable[str]:
    claimed, held = bool(_NEGATION.search(claim)), bool(_NEGATION.search(evidence))
    if claimed and not held:
        yield "the claim denies what the evidence does not deny"
    elif held and not claimed and len(_NEGATION.findall(evidence)) == 1 and _near_shared_term(claim, evidence):
        yield "the evidence denies what the claim asserts"


def _near_shared_term(claim: str, evidence: str) -> bool:
    """Tell whether the words right after the evidence's negation are what the claim speaks of."""
    match = _NEGATION.search(evidence)
    language = guess_language(evidence)
    after = content_terms(" ".join(evidence[match.end() :].split()[:4]), language) if match else []
    claimed = set(content_terms(claim, language))
    return bool(after) and all(term in claimed for term in after[:2])


def _more_binding(claim: str, evidence: str) -> Iterable[str]:
    claimed, held = _strength(claim), _strength(evidence)
    advice_as_decision = held == _ADVICE and _DECIDED.search(claim) and not _DECIDED.search(evidence)
    if claimed and held and (claimed > held or advice_as_decision):
        yield "the claim is more binding than the evidence"


def _strength(text: str) -> int:
    """Return how binding a text sounds, 1 (could) to 4 (shall), by its weakest word; 0 without any such word."""
    return next((level for level, sign in _BINDING if sign.search(text)), 0)


def _share_of_terms(claim: str, evidence: str) -> float:
    language = guess_language(claim) or "en"
    wanted = content_terms(claim, language)
    held = set(content_terms(evidence, language))
    return sum(term in held for term in wanted) / len(wanted) if wanted else 0.0
