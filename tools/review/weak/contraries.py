"""Whether a claim says in one word the contrary of what its evidence says in another: supported, opposed."""

import re
from collections.abc import Iterable

from ....language.wording import Wording
from ..negation import denies

_PAIRS = tuple(
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        (r"accept\w*|approv\w*|adopt\w*|endors\w*|agreed to", r"reject\w*|refus\w*|declin(?:ed|es) to|turned down"),
        (r"support(?:s|ed|ing)?|favou?r(?:s|ed)?|back(?:s|ed)|welcom\w+", r"oppos\w+|objects? to|resist\w*"),
        (r"allow\w*|permit\w*|authori[sz]\w+", r"forbid\w*|forbade|prohibit\w*|bann?(?:s|ed)?|barred"),
        (r"able", r"unable"),
        (r"includ\w+", r"exclud\w+|omit\w*|left out"),
        (r"met|meets|reach(?:es|ed)|achiev\w+|attain\w*", r"miss(?:es|ed)|fell short|falls short"),
        (r"enough|sufficient\w*|adequate\w*|ample", r"insufficient\w*|inadequate\w*|too (?:few|little)|not enough"),
        (r"possible|feasible", r"impossible|infeasible|unfeasible"),
        (r"renew(?:s|ed|al)?|continu(?:e|es|ed)", r"cancel\w*|terminat\w+|discontinu\w+|abandon\w*|withdr[ae]w\w*"),
        (r"(?:applies|apply) to|subject to|bound by", r"exempt\w*"),
        (r"likely", r"unlikely"), (r"necessary|needed", r"unnecessary|needless"), (r"available", r"unavailable"),
        (r"certain", r"uncertain"), (r"clear", r"unclear"), (r"legal|lawful", r"illegal|unlawful"),
        (r"agree[sd]?", r"disagree[sd]?"), (r"succeed\w*|success\w*", r"fail(?:s|ed|ure)?"),
        (r"mandatory|compulsory|obligatory", r"voluntary|optional"), (r"temporar\w+", r"permanent\w*"),
        (r"hir(?:e|es|ed)|recruit\w*", r"dismiss\w*|laid off|lays off"), (r"buys?|bought|purchas\w+", r"sells?|sold"),
        (r"strengthen\w*", r"weaken\w*"), (r"accelerat\w+|sped up|speeds up", r"slow(?:s|ed) down|delay\w*"),
        (r"centrali[sz]\w+", r"decentrali[sz]\w+"), (r"stable", r"unstable"), (r"equal\w*", r"unequal\w*"),
        (r"open(?:s|ed)?", r"clos(?:es|ed)|shut"), (r"begins?|began|starts?|started", r"stops?|stopped|ceas\w+"),
        (r"aprob\w+|acept\w+", r"descart\w+|rechaz\w+"), (r"adopt\w+|approuv\w+|accept\w+", r"rejet\w+|refus\w+"),
        (r"billig\w+|befürwort\w+|zugestimmt|stimmt\w* zu", r"lehn\w+ [^.]*ab|ablehn\w*|abgelehnt|verwirft|verworfen"),
        (r"present", r"absent"), (r"retain\w*|keep|keeps|kept", r"drop(?:s|ped)?|abolish\w*|scrap(?:s|ped)?"),
        (r"many|most", r"few"), (r"always|often|frequently", r"never|rarely|seldom|hardly ever"),
    )
)  # fmt: skip
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "non-")
_SHORTEST = 5  # letters of a word that a prefix turns round: "unit" is not the contrary of "it"
# Words that only look as if they began with one.
_NO_PREFIX = re.compile(
    r"(?:improv|discov|discount|impress|inform|invest|inten[ds]|install|import|impl|impos|dispos|discharg|dissol|"
    r"disclos"
    r"|display|incl|indu|inter|invol|under|uni[fot]|innov|insist|inspir|infer|infra|inst|impact|district|distanc)\w*",
    re.IGNORECASE,
)
_SAME_MATTER = 0.5  # of the claim's terms in a clause: from here on both are taken to speak of one thing


def contrary(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the closest clause of the evidence has the contrary of a word of the claim.

    A denial on one side alone makes the two say the same again: "did not accept" is "rejected".
    """
    shares = [clause.share_of(claim) for clause in evidence.clauses]
    best = max(shares, default=0.0)
    if best < _SAME_MATTER and len(evidence.clauses) > 1:
        return
    said = [(one, other) for pair in _PAIRS for one, other in (pair, pair[::-1]) if one.search(claim.text)]
    for clause in (clause for clause, share in zip(evidence.clauses, shares, strict=True) if share == best):
        if denies(claim) == denies(clause) and (found := _negated_by_prefix(claim, clause)):
            yield f"the claim says {found[0]!r} where the evidence says {found[1]!r}"
            return
        for one, other in said:
            mine, theirs = one.search(claim.text), other.search(clause.text)
            apart = theirs and not other.search(claim.text) and not one.search(evidence.text)
            if mine and theirs and apart and denies(claim) == denies(clause):
                yield f"the claim says {mine[0].lower()!r} where the evidence says {theirs[0].lower()!r}"
                return


def _negated_by_prefix(claim: Wording, clause: Wording) -> tuple[str, str] | None:
    """Return a word of the claim and one of the clause of which one is the other behind a prefix that denies it."""
    mine, theirs = set(claim.words), set(clause.words)
    for word in sorted(mine ^ theirs):
        for prefix in _PREFIXES if len(word) >= _SHORTEST else ():
            other = prefix + word
            if _NO_PREFIX.match(other):
                continue
            if word in mine and other in theirs - mine and word not in theirs:
                return word, other
            if word in theirs and other in mine - theirs and word not in mine:
                return other, word
    return None
