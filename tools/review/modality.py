"""How binding a claim is: advice is no decision, a possibility no fact, a leave to do something no duty."""

import re
from collections.abc import Iterable, Sequence

from ...core.shapes import Doubt
from ...language.wording import Wording

_LEVELS = (
    (1, re.compile(
        r"\b(could|might|(?-i:may)(?! not\b)|possibly|potentially|perhaps|consider(?:s|ing) (?:if|to|a|the)|whether|"
        r"(?:remains?|stays?|left|(?:is|are|was|were) (?:still|as yet)) open\b(?! (?:to|for|from|since))|undecided|"
        r"(?:is|are|was|were) considering|untersuch\w*,? ob|explor(?:es|ing)|(?:think|thinks|thinking) (?:about|of)|"
        r"weigh(?:s|ing)|discuss\w*|(?:nothing|not|no|never|yet to|pas|nicht|keine?)\s(?:\w+\s){0,3}(?:decided|"
        r"decision|settled|agreed|tranché|décidé|beschlossen|entschieden|decidido)|under (?:examination|discussion|"
        r"consideration|study|review)|examin(?:e|es|ing)|possible|conceivable|podrían?|pourrai\w*|könnten?|möglich\w*|"
        r"denkbar|eventuell|vielleicht|peut-être|envisage\w*|envisageables?|possibles?|étudie\w*|erwäg\w*|prüf\w*|"
        r"diskutier\w*|posibles?|quizás?|"
        r"estudian?|considera)\b|検討|可能性|かもしれ", re.I)),
    (2, re.compile(
        r"\b(recommend\w*|suggest\w*|propos(?:ed|es|ing)|propose (?!une?\b|des\b|aux?\b)|proposal (?:to|for|that|"
        r"would)|should|ought|advis\w*|aims?|aimed|hope[sd]?|hoping|strives?|seeks?|sought|wish(?:es|ed)?|would like|"
        r"wants?|wanted|expect\w*|calls? (?:for|on)|called (?:for|on)|urges?|urged|encourag\w*|favou?rs|pending|"
        r"awaits?|awaiting|preferabl\w*|assum(?:e[sd]?|ing)(?! (?:office|power|responsib))|recomiend\w*|recomend\w*|"
        r"propon\w*|propuest\w*|debería\w*|sugier\w*|aconsej\w*|aspira\w*|espera\w*|solicit\w*|soll(?:te|ten)?|"
        r"empf(?:ie|e|oh)hl\w*|empfohlen|rät|raten|regt an|regen an|anregen|angeregt|vorgeschlagen|schlägt|schlagen|"
        r"hofft|hoffen|wünsch\w*|beantragt\w*|devrai\w*|recommand\w*|conseill\w*|préconis\w*|suggèr\w*|souhait\w*|"
        r"espèr\w*|demande\w*)\b"
        r"|提言|提案|勧告|推奨|べき|望ま|要望", re.I)),
    (3, re.compile(
        r"\b(plans? (?:to|for)|(?:is|are|was|were|has|have) planned|planned (?:to|for)|planning to|intends?|"
        r"intended|will|going to|scheduled|planea\w*|prevé\w*|previst\w*|prévoi\w*|"
        r"prévu\w*|geplant\w*|plant|planen|beabsichtig\w*|wird|werden)\b|予定|計画|見込", re.I)),
    (4, re.compile(
        r"\b(shall|must|may not|requires?|required|requirement|obliged|obligat\w*|compulsory|mandatory|binding|duty|"
        r"decided|decides|decision (?:has|was|is) (?:been )?(?:made|taken)|adopted|mandates?|mandated|prohibit\w*|"
        r"approved|guarantees?|guaranteed|(?<!still )have to|(?<!still )has to|had to|needs? to|voted to|ordered|"
        r"committed|commits|certain|certainly|definitely|bound by law|(?:is|are|be) sure to|con toda seguridad|"
        r"con seguridad|inevitabl\w*|undoubtedly|without (?:a )?doubt|proven?|obtained|secured|muss|müssen|pflicht|"
        r"verpflichte\w*|vorgeschrieben|beschlossen|beschließt|beschloss|sicher|gewiss|unvermeidlich|zwingend|doit|"
        r"doivent|obligatoires?|obligés?|tenus? de|décid\w*|adopté\w*|inévitables?|certaine?ment|debe|deben|"
        r"obligatori[oa]s?|obligad[oa]s?|acordado|decid\w*|aprobad[oa]s?|inevitables?)\b"
        r"|決定|義務|必須|なければならない|確実", re.I)),
)  # fmt: skip
_ADVICE, _INTENT, _DUTY = 2, 3, 4
_ASKED = re.compile(
    r"\b(?:tries|trying|attempt\w*|ask(?:s|ed|ing)? for|request\w*|appl(?:y|ies|ied|ying) for|application for|"
    r"bids? for|"
    r"bidding for|solicit\w*|beantragt\w*|bewirbt|beworben|demand(?:e|ent|é)|sollicit\w*)\b",
    re.IGNORECASE,
)  # what is asked for is not had
_IF = re.compile(r"\b(?:if|provided that|should|wenn|falls|sofern|si|s['’]il|s['’]ils)\s[^,;]*,", re.IGNORECASE)
_DECIDED = re.compile(
    r"\b(decided|decides|adopted|approved|mandates?|mandated|beschlossen|beschloss|décidé\w*|acordado|"
    r"decidid[oa])\b|決定",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(decided|adopted|approved|voted|signed|launched|in force|has been|have been|completed|obtained|beschlossen|"
    r"verabschiedet|unterzeichnet|décidé\w*|adopté\w*|signé\w*|aprobad[oa]s?|decidid[oa]s?|firmad[oa]s?)\b|決定した",
    re.IGNORECASE,
)
_PONDERED = re.compile(
    r"\b(thinking (?:about|of)|considering|(?:is|are) weighing|discuss(?:es|ing)|(?:is|are) examining|exploring|"
    r"under (?:discussion|consideration|study)|erwäg\w*|prüft|prüfen|diskutiert|envisagent?|étudient?|estudian?|"
    r"se plantean?)\b|検討して",
    re.IGNORECASE,
)
_ABLE = re.compile(
    r"\b(can|helps?|free|allowed|permitted|goals?|targets?|objectives?|ziele?|objectifs?|objetivos?|kann|können|peut|"
    r"peuvent|puede[n]?)\b",
    re.IGNORECASE,
)  # counts against a duty alone
_LEAVE = re.compile(
    r"\b(can|(?-i:may)|allowed|permit\w*|free to|optional\w*|voluntar\w*|darf|dürfen|freiwillig\w*|kann|können|"
    r"peut|peuvent|"
    r"facultati\w*|volontaire\w*|puede[n]?|voluntari\w*|opcional\w*)\b",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(r"\b(would|provided that|if|\w+rai(?:t|ent)|würden?|sería\w*)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(argu\w+|claim\w*|believ\w+|think\w*|opinion|according to|view|selon|laut|según|sa(?:y|ys|id))\b", re.IGNORECASE
)
_SHOWN = re.compile(
    r"\b(?:ha(?:s|ve) (?:shown|proved|proven|demonstrated|achieved|reached|obtained|cut|reduced|increased)|showed|"
    r"proved|demonstrated|achieved|erreicht|nachgewiesen|gezeigt|bewiesen|ont? (?:montré|prouvé|démontré|atteint)|"
    r"han? (?:demostrado|logrado|probado|alcanzado))\b",
    re.IGNORECASE,
)
_DUE = re.compile(r"\b(?:is|are|was|were|falls?) due (?:in|on|by|to|at)\b", re.IGNORECASE)  # planned, or expected
_NOW = re.compile(
    r"\b(?:now|already|bereits|schon|déjà|desde ya)\b|すでに|既に", re.IGNORECASE
)  # what is planned is not yet so
_SAME_MATTER = 0.5  # of the claim's terms in one sentence: from here on both are taken to speak of one thing
_RELATED = 0.25  # where both say how binding they are


def raised(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the claim is more binding than the sentence of the evidence that it comes closest to."""
    if any(_is_raised(claim, sentence, evidence.is_short) for sentence in _nearest(claim, evidence)):
        yield Doubt(kind="modality", detail="the claim is more binding than the evidence")
    elif (
        evidence.is_short
        and _PONDERED.search(claim.text)
        and _SETTLED.search(evidence.text)
        and _strength(evidence.text) != 1
    ):
        yield Doubt(kind="modality", detail="the claim has open what the evidence has settled")


def _nearest(claim: Wording, evidence: Wording) -> Sequence[Wording]:
    """Return the clause, or the clauses, with the most of the claim's terms."""
    shares = [len(clause.held(claim.terms)) for clause in evidence.clauses]
    return [clause for clause, share in zip(evidence.clauses, shares, strict=True) if share == max(shares)]


def _is_raised(claim: Wording, sentence: Wording, evidence_is_short: bool) -> bool:
    text = _IF.sub(" ", sentence.text)
    said, held = _strength(claim.text), _strength(text)
    if not held and _ASKED.search(text) and not _ASKED.search(claim.text):
        held = _ADVICE
    if not held and _DUE.search(text):
        held = _INTENT
    strongest = _strongest(text)
    decided = bool(_DECIDED.search(claim.text)) and not _DECIDED.search(text)
    if decided and held == _ADVICE and sentence.share_of(claim) >= _RELATED:
        return True
    if (
        said >= _DUTY
        and (sentence.share_of(claim) >= _RELATED or evidence_is_short)
        and (0 < held <= _ADVICE or not held)
    ):
        leave = bool(_LEAVE.search(sentence.text)) and not _LEAVE.search(claim.text)
        return held == _ADVICE or (strongest < _DUTY and (held > 0 or leave))
    if said and held and sentence.share_of(claim) >= _RELATED:
        return said > held and not (said == _ADVICE and _level(text, _ADVICE))  # "hope … might" is a hope
    ahead = held == _INTENT and not said and not _NOW.search(sentence.text)
    if ahead and _NOW.search(claim.text) and sentence.share_of(claim) >= _SAME_MATTER:
        return True
    if _SHOWN.search(claim.text) and 0 < held <= _ADVICE and not _SHOWN.search(sentence.text) and strongest < _DUTY:
        return True
    if sentence.share_of(claim) < _SAME_MATTER:
        return False
    hedged = (
        _ABLE.search(claim.text)
        or _DUE.search(claim.text)
        or _CONDITIONAL.search(claim.text)
        or _SAID.search(claim.text)
    )
    return 0 < held <= _ADVICE and not said and not hedged and _governs(sentence, claim)


def _governs(sentence: Wording, claim: Wording) -> bool:
    """Tell whether what the hedge of a sentence is about is what the claim is about."""
    for level, sign in (*_LEVELS, (_ADVICE, _ASKED)):
        for match in sign.finditer(sentence.text) if level <= _ADVICE else ():
            about = sentence.after(match.end(), 4)
            if about and 2 * len(claim.held(about)) >= len(about):
                return True
    return False


def _strength(text: str) -> int:
    """Return how binding a text sounds, 1 (could) to 4 (shall), by its weakest word; 0 without any such word."""
    return next((level for level, sign in _LEVELS if sign.search(text)), 0)


def _level(text: str, wanted: int) -> bool:
    return any(level == wanted and sign.search(text) for level, sign in _LEVELS)


def _strongest(text: str) -> int:
    return max((level for level, sign in _LEVELS if sign.search(text)), default=0)
