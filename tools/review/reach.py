"""How far a claim reaches: some is not all, and here is not everywhere."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.joint import either, pattern
from ...language.wording import Wording
from .negation import denies, may_deny

_ALL = pattern("scope.all", lead=r"(?<!\bnot )\b")
# "every year", "49 qubits for each": a rate, of which the evidence may say "yearly" or "per"
_RATE = pattern("scope.rate")
_PER = pattern("scope.per", end=r"\b|(?<=\w)/(?=[a-z])")
_EACH = pattern("scope.each", lead=rf"{_ALL.pattern}|\b")
_BOUNDED = pattern("scope.bounded")
_PART = pattern("scope.part")
_ONLY = pattern("scope.only")
_LIMITED = pattern("scope.limited", end=r"\b|%")
_ONE = pattern("scope.one")
_ONE_OF = pattern("scope.one_of")
_IN_ALL = pattern("scope.in_all", end=r"\b(?=[,.;)]|$)")
_NOT_ALL = pattern("scope.not_all")
_OPEN = pattern("scope.open", end=rf"\b|{either('denial.attached')}\b")
_LEAD = pattern("scope.leads", lead="(?P<lead>", end=r"\s[^,|]{6,60}),\s", flags=re.NOFLAG)
_PLAIN = pattern("scope.plain_leads", "calendar.months")
_NEARLY = 0.8  # of the rest of a sentence: the claim says it, without the words that begin it
_RELATED = 0.25
_SAME_MATTER = 0.5  # of the claim's terms in the evidence: from here on both are taken to speak of one thing


def scope_widened(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt for each way in which the claim reaches further than its evidence."""
    if _PER.search(evidence.text):
        claim = Wording(re.sub(r"\b(?:for |of )?each\b", " ", claim.text), claim.language)
    claim = Wording(_IN_ALL.sub(" ", _RATE.sub(" ", claim.text)), claim.language)
    said = _EACH.search(claim.text)
    held = _EACH.search(_NOT_ALL.sub(" ", evidence.text))
    if said and said[0].lower() == "none" and (denies(evidence) or may_deny(evidence)):
        return
    if said and not held:
        free = _EACH.sub(" ", claim.text)
        bounded = evidence.is_short and _BOUNDED.search(evidence.text) and not _BOUNDED.search(free)
        if said[0].lower() == "any" and _OPEN.search(free):
            return
        share = evidence.share_of(claim)
        if (share >= _SAME_MATTER and _ALL.search(claim.text)) or (bounded and share >= _RELATED):
            yield _doubt(f"the evidence does not say {said[0].lower()!r}")
    elif lead := _lead_dropped(claim, evidence):
        yield _doubt(f"the evidence says this {lead[0].lower() + lead[1:]!r} alone")
    elif one := _spread(claim, evidence):
        yield _doubt(f"the evidence says this of one {one} alone")
    elif not said:
        yield from _unrestricted(claim, evidence)


def _doubt(detail: str) -> Doubt:
    return Doubt(kind="scope", detail=detail)


def _lead_dropped(claim: Wording, evidence: Wording) -> str | None:
    """Return the words that begin a sentence and say of whom or where it holds, if the claim has the rest alone."""
    for sentence in evidence.sentences:
        match = _LEAD.match(sentence.text)
        lead = Wording(match["lead"], claim.language) if match else None
        if not match or not lead or not lead.terms or lead.figures or _PLAIN.search(match["lead"]):
            continue
        if 2 * len(claim.held(lead.terms)) >= len(lead.terms):
            continue
        rest = Wording(sentence.text[match.end() :], claim.language)
        if rest.terms and len(claim.held(rest.terms)) >= _NEARLY * len(rest.terms):
            return match["lead"]
    return None


def _spread(claim: Wording, evidence: Wording) -> str | None:
    """Return who says alone in the evidence what several say in the claim: "the participants" for "one participant"."""
    for match in _ONE.finditer(evidence.text):
        who = match["who"].lower()
        many = re.search(rf"\b(?<!one of the ){who}s\b", claim.text, re.IGNORECASE)
        if many and not re.search(rf"\b{who}s\b", evidence.text, re.IGNORECASE) and not _ONE_OF.search(claim.text):
            return who
    return None


def _unrestricted(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    if _PART.search(claim.text) or _LIMITED.search(claim.text) or denies(claim):
        return
    for clause in evidence.clauses:
        for sign in (_PART, _ONLY):
            match = sign.search(clause.text)
            about = clause.after(match.end(), 2) if match and not _counted(claim, match[0]) else ()
            if match and clause.share_of(claim) >= _SAME_MATTER and about and len(claim.held(about)) == len(about):
                yield _doubt(f"the evidence says this of {match[0].lower()!r} alone")
                return


def _counted(claim: Wording, part: str) -> bool:
    """Tell whether a claim has the count of a part: "five in eight" for "5 out of 8"."""
    counts = {figure.value for figure in Wording(part, claim.language).figures}
    return bool(counts) and bool(counts & {figure.value for figure in claim.figures})
