"""How binding a claim is: advice is no decision, a possibility no fact, a leave to do something no duty."""

import re
from collections.abc import Iterable, Sequence

from ...core.shapes import Doubt
from ...language.joint import pattern
from ...language.wording import Wording

_LEVELS = tuple(enumerate((pattern(f"modality.{key}") for key in ("possible", "advice", "intent", "duty")), 1))
_ADVICE, _INTENT, _DUTY = 2, 3, 4
_ASKED = pattern("modality.asked")  # what is asked for is not had
_IF = pattern("modality.condition", end=r"\s[^,;]*,")
_DECIDED = pattern("modality.decided")
_ABLE = pattern("modality.able")  # counts against a duty alone
_LEAVE = pattern("modality.leave")
_CONDITIONAL = pattern("modality.conditional")
_SAID = pattern("modality.said")
_SHOWN = pattern("modality.shown")
_DUE = pattern("modality.due")  # planned, or expected
_OUGHT = pattern("modality.ought")
_NOW = pattern("time.now")  # what is planned is not yet so
_SAME_MATTER = 0.5  # of the claim's terms in one sentence: from here on both are taken to speak of one thing
_RELATED = 0.25  # where both say how binding they are


def raised(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the claim is more binding than the sentence of the evidence that it comes closest to."""
    for sentence in _nearest(claim, evidence):
        if _is_raised(claim, sentence, evidence.is_short):
            binding = _binding(claim.text)
            span = binding.span() if binding else None
            detail = "the claim is more binding than the evidence"
            yield Doubt(kind="modality", span=span, words=sentence.text, detail=detail)
            return


def advises(claim: str, cited: Iterable[str]) -> bool:
    """Tell whether a text says what is to be done where nothing that it cites binds, plans, advises or asks."""
    return bool(_OUGHT.search(claim)) and not any(
        sign.search(text) for text in cited for sign in (_OUGHT, _ASKED, *(sign for _, sign in _LEVELS[_ADVICE - 1 :]))
    )


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


def _binding(text: str) -> re.Match[str] | None:
    """Return the words of a text that make it binding, the strongest."""
    signs = (_DECIDED, *(sign for _, sign in reversed(_LEVELS)))
    return next((match for sign in signs if (match := sign.search(text))), None)


def _level(text: str, wanted: int) -> bool:
    return any(level == wanted and sign.search(text) for level, sign in _LEVELS)


def _strongest(text: str) -> int:
    return max((level for level, sign in _LEVELS if sign.search(text)), default=0)
