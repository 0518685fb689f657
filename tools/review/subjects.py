"""Whether a claim says of one subject what its evidence says of another, without naming that one."""

from collections.abc import Iterable

from ...core.shapes import Doubt
from ...core.text import fold
from ...language.wording import NAME, NOUNS_ARE_CAPITAL, POINTS_BACK, Wording
from .names import CALENDAR, is_known

_MOST_CLAUSES = 4  # a longer text speaks of many, and of each in several sentences
_LEAST = 2  # terms and figures that only clauses about another subject hold


def subjects_joined(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if part of the claim stands only in clauses about a name that the claim leaves out.

    Another clause has to be about a name of the claim; clauses that point back ("its hall") may be about that one too.
    """
    if claim.language in NOUNS_ARE_CAPITAL or not 2 <= len(evidence.clauses) <= _MOST_CLAUSES:
        return
    own: list[Wording] = []
    rival: list[Wording] = []
    for clause in evidence.clauses:
        (rival if _is_foreign(clause, claim) else own).append(clause)
    if not rival or not any(_says_something(clause, claim) for clause in own):
        return
    here = set().union(*(clause.held(claim.terms) for clause in own))
    there = set().union(*(clause.held(claim.terms) for clause in rival)) - here
    keys = {figure.key for clause in own for figure in clause.figures}
    others = {figure.key for clause in rival for figure in clause.figures} - keys
    figures = [figure for figure in claim.figures if figure.key in others]
    if there and len(there) + len(figures) >= _LEAST:
        names = ", ".join(dict.fromkeys(NAME.findall(rival[0].text)))
        yield Doubt(kind="subject", detail=f"the evidence says part of this of another ({names})")


def _is_foreign(clause: Wording, claim: Wording) -> bool:
    """Tell whether a clause is about a name that the claim leaves out; dates that begin it are none."""
    capitals = [name for name in NAME.findall(clause.text) if fold(name) not in CALENDAR]
    subject = [name for name in capitals if Wording(name, claim.language).terms]
    known = [name for name in subject if is_known(name, claim)]  # a synonym of a name is another name
    if not subject or POINTS_BACK.search(clause.text):
        return False
    return not known or (subject[0] not in known and 2 * len(known) <= len(subject))


def _says_something(clause: Wording, claim: Wording) -> bool:
    """Tell whether a clause has a name of the claim and says something of it: the bare item of a list does not."""
    names = clause.bearers & claim.held(clause.bearers)
    keys = {figure.key for figure in claim.figures}
    return bool(names and (clause.held(claim.terms) - names or any(one.key in keys for one in clause.figures)))
