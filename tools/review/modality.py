"""How binding a claim is, and whose opinion: advice is no decision, a possibility no fact, an opinion no finding."""

import re
from collections.abc import Iterable, Sequence

from .wording import Wording

_LEVELS = (
    (1, re.compile(
        r"\b(could|might|(?-i:may)(?! not\b)|possibly|potentially|perhaps|consider(s|ing) (if|to|a|the)|whether|"
        r"remains open|explor(es|ing)|under (examination|discussion|consideration|study)|podrían?|"
        r"pourrai\w*|könnten?|möglicherweise|"
        r"peut-être|envisage\w*|erwäg\w*|prüft)\b", re.I)),
    (2, re.compile(
        r"\b(recommend\w*|suggest\w*|propos\w*|should|ought|advis\w*|aims?|aimed|hope[sd]?|strives?|seeks?|"
        r"expect\w*|calls? (for|on)|urges?|draft|recomiend\w*|propon\w*|debería\w*|soll\w*|empf(ie|e)hl\w*|"
        r"vorgeschlagen|schlägt|devrai\w*|recommand\w*|conseill\w*|préconis\w*)\b", re.I)),
    (3, re.compile(r"\b(plans?|planned|intends?|will|going to|planea\w*|prévoi\w*|prévu\w*)\b", re.I)),
    (4, re.compile(
        r"\b(shall|must|may not|requires?|required|obliged|decided|adopted|mandates?|mandated|prohibit\w*|approved|"
        r"guarantees?|muss|müssen|doit|doivent|beschlossen|décidé\w*)\b", re.I)),
)  # fmt: skip
_ADVICE, _INTENT = 2, 3
_DECIDED = re.compile(r"\b(decided|decides|adopted|approved|mandates?|mandated|beschlossen|décidé\w*)\b", re.IGNORECASE)
_ABLE = re.compile(r"\b(can|helps?|kann|können|peut|peuvent|puede[n]?)\b", re.IGNORECASE)  # counts against a duty alone
_CONDITIONAL = re.compile(r"\b(would|provided that|if|\w+rai(?:t|ent)|würden?|sería\w*)\b", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(argu(?:e[sd]?|ing)(?! (?:for|about|with)\b)|"
    r"claim(?:s|ed)? (?:that|to)|believe[sd]?|thinks?|thought|feels?|felt|"
    r"contends?|contended|"
    r"maintain(?:s|ed)? that|assert(?:s|ed)? that|insist(?:s|ed)?|according to|opinion|"
    r"(?:is|are|was|were|often|widely) (?:regarded|considered|seen|viewed|said)|regarded|"
    r"interpretation|in the (?:view|eyes) of|"
    r"auffassung|ansicht|meinung|meint|glaubt|behauptet|zufolge|laut|estime(?:nt)?|selon|affirme(?:nt)?|juge(?:nt)?|"
    r"d[’']après|según|opinan?|sostienen?|consideran?)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(sa(?:y|ys|id)|reports?|states?|stated|account|view|views|eyes|impression|assum\w*|maintain\w*|claim\w*|"
    r"consider\w*|seen|pour [A-Z]\w+,|nach|findet|find(?:s|en)?|écrit|dice)\b",
    re.IGNORECASE,
)
_SAME_MATTER = 0.5  # of the claim's terms in one sentence: from here on both are taken to speak of one thing
_RELATED = 0.25  # where both say how binding they are


def raised(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the claim is more binding than the sentence of the evidence that it comes closest to."""
    if any(_is_raised(claim, sentence) for sentence in _nearest(claim, evidence)):
        yield "the claim is more binding than the evidence"


def unattributed(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the evidence gives as somebody's opinion what the claim gives as a fact."""
    if _OPINION.search(claim.text) or _TOLD.search(claim.text) or _strength(claim.text) == 1:
        return
    for sentence in _nearest(claim, evidence):
        match = _OPINION.search(sentence.text)
        if match and sentence.share_of(claim) >= _SAME_MATTER:
            behind = match[0].lower() in ("according to", "selon", "laut", "según")
            named = Wording(sentence.text[match.end() :].partition(",")[0], claim.language).terms[:3]
            source = named if behind else sentence.before(match.start(), 2)
            if not claim.held(source) or not source:
                yield f"the evidence gives this as an opinion ({match[0]})"
                return


def _nearest(claim: Wording, evidence: Wording) -> Sequence[Wording]:
    """Return the clause, or the clauses, with the most of the claim's terms."""
    shares = [len(clause.held(claim.terms)) for clause in evidence.clauses]
    return [clause for clause, share in zip(evidence.clauses, shares, strict=True) if share == max(shares)]


def _is_raised(claim: Wording, sentence: Wording) -> bool:
    said, held = _strength(claim.text), _strength(sentence.text)
    share = sentence.share_of(claim)
    if said and held and share >= _RELATED:
        as_decision = held == _ADVICE and bool(_DECIDED.search(claim.text)) and not _DECIDED.search(sentence.text)
        return said > held or as_decision
    if share < _SAME_MATTER:
        return False
    if said > _INTENT and not held:
        return bool(_ABLE.search(sentence.text)) and not _ABLE.search(claim.text)
    hedged = _ABLE.search(claim.text) or _CONDITIONAL.search(claim.text) or _OPINION.search(claim.text)
    return 0 < held <= _ADVICE and not said and not hedged and _governs(sentence, claim)


def _governs(sentence: Wording, claim: Wording) -> bool:
    """Tell whether what the hedge of a sentence is about is what the claim is about."""
    for level, sign in _LEVELS:
        for match in sign.finditer(sentence.text) if level <= _ADVICE else ():
            about = sentence.after(match.end(), 4)
            if about and 2 * len(claim.held(about)) >= len(about):
                return True
    return False


def _strength(text: str) -> int:
    """Return how binding a text sounds, 1 (could) to 4 (shall), by its weakest word; 0 without any such word."""
    return next((level for level, sign in _LEVELS if sign.search(text)), 0)
