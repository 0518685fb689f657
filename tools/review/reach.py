"""How far a claim reaches: some is not all, and here is not everywhere."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.joint import either, pattern
from ...language.wording import Wording
from .doubts import span_of
from .negation import denies, may_deny

_ALL = pattern("scope.all", lead=r"(?<!\bnot )\b")
# "every year", "49 qubits for each": a rate, of which the evidence may say "yearly" or "per"
_RATE = pattern("scope.rate")
_PER = pattern("scope.per", end=r"\b|(?<=\w)/(?=[a-z])")
_EACH = pattern("scope.each", lead=rf"{_ALL.pattern}|\b")
_BOUNDED = pattern("scope.bounded")
_IN_ALL = pattern("scope.in_all", end=r"\b(?=[,.;)]|$)")
_NOT_ALL = pattern("scope.not_all")
_OPEN = pattern("scope.open", end=rf"\b|{either('denial.attached')}\b")
_RELATED = 0.25
_SAME_MATTER = 0.5  # of the claim's terms in the evidence: from here on both are taken to speak of one thing


def scope_widened(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the claim says of all what the evidence does not."""
    text = re.sub(r"\b(?:for |of )?each\b", " ", claim.text) if _PER.search(evidence.text) else claim.text
    free = _IN_ALL.sub(" ", _RATE.sub(" ", text))
    said = _EACH.search(free)
    if not said or _EACH.search(_NOT_ALL.sub(" ", evidence.text)):
        return
    word, rest = said[0].lower(), _EACH.sub(" ", free)
    if (word == "none" and (denies(evidence) or may_deny(evidence))) or (word == "any" and _OPEN.search(rest)):
        return
    share = evidence.share_of(Wording(free, claim.language))
    bounded = evidence.is_short and _BOUNDED.search(evidence.text) and not _BOUNDED.search(rest)
    if (share >= _SAME_MATTER and _ALL.search(free)) or (bounded and share >= _RELATED):
        yield Doubt(kind="scope", span=span_of(word, claim.text), detail=f"the evidence does not say {word!r}")
