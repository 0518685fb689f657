"""Whether a claim denies what its evidence asserts, or asserts what it denies."""

from collections.abc import Iterable
from itertools import product

from ...core.shapes import Doubt
from ...language.joint import either, pattern
from ...language.wording import Wording

_DENIAL = pattern("denial.plain", "denial.words", end=rf"\b|{either('denial.attached')}\b")
_NO_DENIAL = pattern("denial.comparing", "denial.not_meant")  # these bound or select, or put something first
_IMPLIED = pattern("denial.implied")
_TURNED = pattern("denial.turned")
_NOR = pattern("denial.neither", lead=r"(\b", end=rf"\b[^.;|]*?\b){either('denial.nor')}\b")  # both deny once
_NEARLY = 0.85  # of the terms of each in the other: one was copied from the other
_OTHER = {True: "evidence does not deny", False: "claim asserts"}
_SAME_MATTER = 0.5  # of the claim's terms in the evidence: from here on its wording is taken literally
_REACH = 4  # content terms behind a denial that it is taken to deny


def negation_differs(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if one of both denies what the other asserts."""
    said, held = _denied(claim), _denied(evidence)
    copied = _nearly_copied(claim, evidence)
    plain = not held and not may_deny(evidence) and not _twice(claim)
    same = evidence.share_of(claim) >= _SAME_MATTER  # a paraphrase may well deny the contrary
    if copied is not None:
        mine, theirs = map(denies, copied)
        if mine != theirs:
            yield _doubt(f"the {'claim' if mine else 'evidence'} denies what the {_OTHER[mine]}")
    elif said and same and ((plain and _is_there(said, evidence)) or (held and _asserted(claim, said, evidence))):
        yield _doubt("the claim denies what the evidence does not deny")
    elif held and not may_deny(claim) and _speaks_of(claim, said, evidence):
        yield _doubt("the evidence denies what the claim asserts")


def _doubt(detail: str) -> Doubt:
    return Doubt(kind="negation", detail=detail)


def _nearly_copied(claim: Wording, evidence: Wording) -> tuple[Wording, Wording] | None:
    """Return a clause of the claim and the sentence it is copied from: nearly the same terms and words that say no."""
    for clause, sentence in product(claim.clauses, evidence.sentences):
        both = min(sentence.share_of(clause), clause.share_of(sentence))
        if both >= _NEARLY and _turns(clause) == _turns(sentence):
            return clause, sentence
    return None


def _turns(wording: Wording) -> set[str]:
    """Return the words of a text that may say no besides its denials."""
    free = _DENIAL.sub(" ", _NO_DENIAL.sub(" ", wording.text))
    return {match[0].lower() for sign in (_IMPLIED, _TURNED) for match in sign.finditer(free)}


def denies(wording: Wording) -> bool:
    """Tell whether a text denies something, once or an odd number of times."""
    return len(_denied(wording)) % 2 == 1


def may_deny(wording: Wording) -> bool:
    """Tell whether a text has a word that says or may say no without a word for it."""
    return bool(_IMPLIED.search(wording.text) or _TURNED.search(wording.text))


def _denied(wording: Wording) -> list[tuple[str, ...]]:
    """Return what each denial of a text is about: the terms behind it, within its clause."""
    free = _NO_DENIAL.sub(lambda match: "~" * len(match[0]), wording.text)
    free = _NOR.sub(r"\1~~~", free)
    return [
        () if free[match.end() : match.end() + 1] in (",", ";", ".") else wording.after(match.end(), _REACH)
        for match in _DENIAL.finditer(free)
    ]


def _is_there(said: list[tuple[str, ...]], evidence: Wording) -> bool:
    """Tell whether the evidence has what the claim denies."""
    return any(evidence.held(terms[:2]) for terms in said)


def _twice(claim: Wording) -> bool:
    """Tell whether a denial in the claim meets a word that says no by itself, as in "lost no accuracy"."""
    return any(_IMPLIED.search(clause.text) and _denied(clause) for clause in claim.clauses)


def _asserted(claim: Wording, said: list[tuple[str, ...]], evidence: Wording) -> bool:
    """Tell whether what the claim denies stands in the evidence, and only in clauses that deny nothing."""
    for terms in (terms[:2] for terms in said if terms):
        clauses = [clause for clause in evidence.clauses if len(clause.held(terms)) == len(terms)]
        if any(() in _denied(clause) for clause in clauses):  # "seven have none": of what is said elsewhere
            return False
        pieces = [Wording(piece, claim.language) for clause in clauses for piece in clause.text.split(", ")]
        own = [piece for piece in pieces if len(piece.held(terms)) == len(terms)]
        if own and not any(denies(piece) or _IMPLIED.search(piece.text) for piece in own):
            return True
    return False


def _speaks_of(claim: Wording, said: list[tuple[str, ...]], evidence: Wording) -> bool:
    """Tell whether the evidence, where it is closest to the claim, denies what the claim does not deny."""
    own = {term for terms in said for term in terms}
    if () in said:
        return False
    best = max((clause.share_of(claim) for clause in evidence.clauses), default=0.0)
    closest = [clause for clause in evidence.clauses if clause.share_of(claim) == best]
    for terms in (terms for clause in closest for terms in _denied(clause) if terms and own.isdisjoint(terms)):
        known = claim.held(terms)
        if known.issuperset(terms[:2]) and 2 * len(known) >= len(terms):
            return True
    return (
        evidence.is_short and not said and any(_is_denied_alone(claim, clause, evidence) for clause in evidence.clauses)
    )


def _is_denied_alone(claim: Wording, clause: Wording, evidence: Wording) -> bool:
    """Tell whether a clause denies what the claim asserts and no other clause asserts."""
    for terms in _denied(clause):
        elsewhere = {term for other in evidence.clauses if other is not clause for term in other.held(terms)}
        apart = [term for term in terms if term not in elsewhere]
        if apart and len(claim.held(apart)) == len(apart) and len(claim.held(terms)) >= min(2, len(terms)):
            return True
    return False
