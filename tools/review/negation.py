"""Whether a claim denies what its evidence asserts, or asserts what it denies."""

import re
from collections.abc import Iterable
from itertools import product

from ...core.shapes import Doubt
from ...language.wording import Wording

_DENIAL = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|fail(?:s|ed)? to|refus(?:es|ed) to|"
    r"unable to|impossible (?:to|for)|exempt(?:s|ed)? from|exclud(?:es|ed|ing)|rather than|instead of|hardly|scarcely|"
    r"(?:everything|everyone|all|anything) (?:but|except)|"
    r"nicht|kein\w*|niemand|ohne|ne|pas|jamais|aucune?|sans|nunca|sin|ninguna?|ningún)\b|n['’]t\b",
    re.IGNORECASE,
)
# "No centre is larger than": it puts something first.
NONE_MORE = (
    r"\b(?:no(?! (?:more|fewer|less|later|earlier|longer|higher|lower|larger))|nothing|nobody|none)\b[^.;]{0,40}"
    r"\b(?:[a-z]{2,}er|more)\b[^.;]{0,30}\bthan\b"
)
# These bound or select and deny nothing.
_NO_DENIAL = re.compile(
    rf"{NONE_MORE}|"
    r"\b(?:(?:no|not|cannot \w+|nicht) (?:more|fewer|less|later|earlier|exceed\w*|mehr|weniger)(?: than| als)?|"
    r"(?:not|never|nicht|pas|no)\b[^.;,|]{0,60}\b(?:before|until|since|vor|bis|seit|avant|depuis|antes|hasta|desde)"
    r"(?=(?: \w+){0,2} \d)|(?:vor|bis|seit) (?:etwa )?\d{4}\b[^.;|]{0,60}\bnicht|"
    r"not exceeding|not even|not only|not least|not all|but not all|no doubt|nothing but|not really|pas seulement|"
    r"nicht nur|no solo|no one else)\b",
    re.IGNORECASE,
)
# These say no without a word for it.
_IMPLIED = re.compile(
    r"\b(?:lack\w*|miss(?:es|ing)|absen\w*|barred|bans?|banned|prohibit\w*|forbid\w*|forbidden|refus\w*|reject\w*|"
    r"declin\w*|stop\w*|ends?|ended|retire\w*|run out|unless|except\w*|exempt\w*|exclu\w*|only|alone|limit\w*|"
    r"lost|loses?|unable|aside|apart|fail\w*|oppos\w*|against|instead|rarely|hardly|seldom|"
    r"few|little|free|neutral\w*|less|out of|fehl\w*|unnötig|mangel\w*|verbot\w*|"
    r"\w+(?:-free|-neutral|neutral|less|los)|"
    r"un(?:able|necessary|known|clear|changed|available|likely|like)|manque\w*|interdi\w*|falta\w*|prohíb\w*)\b",
    re.IGNORECASE,
)
# These may say no too, if less surely: with one of them no denial is counted.
_TURNED = re.compile(
    r"\b(?:abandon\w*|giv(?:e|es|ing|en) up|gave up|drop\w*|scrap\w*|cancel\w*|ceas\w*|disappear\w*|replac\w*|"
    r"avoid\w*|prevent\w*|deni\w*|deny|short of|too (?:few|little|late|small)|in(?:sufficient|adequate|complete|"
    r"feasible)\w*|doubt\w*|omit\w*|withdr\w*|unchanged|remain\w*|stay\w*|still|empty|zero|verzicht\w*|ablehn\w*|"
    r"lehn\w+|un\w{4,}|orphan\w*|descart\w*|renunci\w*|rechaz\w*|renonc\w*|imp?ossible|imposible|nobody|no one|"
    r"more than any|less|least|worst|from [\w,.]+ to|yet to|rul(?:e|es|ed|ing) out|pending|discontinu\w*|leav(?:e|es|"
    r"ing)|left|object\w*|unanimous\w*|first|any other|expir\w*|terminat\w*|prevent\w*|suspend\w*|postpon\w*|delay\w*|"
    r"await\w*|undecided|open|vacant|dismiss\w*|disput\w*|contra(?:ry|dict\w*)|remov\w*|abolish\w*|waiv\w*|ignor\w*|"
    r"neglect\w*|never before|unlike|until|only|once|possible|gegen|erst|noch|offen|carece\w*|salvo|sólo|solo|seul\w*|"
    r"hors|pendiente|suspend\w*|absen\w*|"
    r"but|though|although)\b",
    re.IGNORECASE,
)
# "cooling not included", "the agency, not the ministry, …"
_ASIDE = re.compile(r",\s[^,;]*\b(?:not|nicht|non|no)\s\w+\.?$|,\s(?:and |but )?(?:not|nicht|non|no)\s[^,;.|]+,", re.I)
_NOR = re.compile(r"(\bneither\b[^.;|]*?\b)nor\b", re.IGNORECASE)  # both deny once
_NEARLY = 0.85  # of the terms of each in the other: one was copied from the other
_OTHER = {True: "evidence does not deny", False: "claim asserts"}
_FEW_CLAUSES = 2  # in more, the denial may be of another matter
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
    elif len(claim.clauses) == 1 and len(evidence.clauses) <= _FEW_CLAUSES and _one_denies(claim, evidence):
        yield _doubt("one of claim and evidence denies what the other asserts")


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


def _one_denies(claim: Wording, evidence: Wording) -> bool:
    """Tell whether, in few common words, one says no once and the other not in any way."""
    if evidence.share_of(claim) >= _SAME_MATTER or not _is_closest(claim, evidence):
        return False
    both = [Wording(_ASIDE.sub("", text.text), text.language) for text in (claim, evidence)]
    plain = [not _denied(text) and not _says_no(text) for text in both]
    once = [len(_denied(text)) == 1 and not _says_no(text) for text in both]
    return (plain[0] and once[1]) or (plain[1] and once[0])


def _is_closest(claim: Wording, evidence: Wording) -> bool:
    """Tell whether no clause without a denial is closer to the claim than those with one."""
    shares = [(len(clause.held(claim.terms)), bool(_denied(clause))) for clause in evidence.clauses]
    plain = max((share for share, denied in shares if not denied), default=-1)
    return plain < max((share for share, denied in shares if denied), default=plain + 1)


def _says_no(wording: Wording) -> bool:
    """Tell whether a text has a word that may say no, besides its denials."""
    return bool(_turns(wording))


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
