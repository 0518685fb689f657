"""Whether a claim puts something first, or the other way round, where its evidence does not."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.joint import either, pattern, vocabulary
from ...language.wording import Wording
from .doubts import span_of

_OPPOSITES = tuple(tuple(pair.split()) for pair in vocabulary("rank.opposites"))
_SUPERLATIVE = pattern("rank.superlative", end="")
_NONE_MORE = pattern("denial.comparing", "rank.as_much")
_EQUAL = pattern("rank.equal", end=rf"\b|{either('rank.ending')}\b")
_NO_SUPERLATIVE = pattern("rank.no_superlative", lead="", end="")
_BOUND = pattern("rank.bound")  # the figures' affair
_AMONG = pattern("rank.among")
_WEAKER = pattern("rank.weaker")
_RELATED = 0.25
_WEAK = frozenset(vocabulary("rank.weak"))
_THAN = pattern("rank.than", lead=r"\s", end=r"\s")
_BEFORE = 32  # characters in front of a superlative that may say "one of"
_SAME_MATTER = 0.5  # of the claim's terms in the evidence: from here on both are taken to speak of one thing


def ranked_higher(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the claim puts something first, or the other way round, where the evidence does not."""
    said, held = _superlatives(claim.text), _superlatives(evidence.text)
    same = evidence.share_of(claim) >= _SAME_MATTER
    sole = [best for best in said if "only" in best or "sole" in best]
    strong = [best for best in said if best.split()[-1] not in _WEAK or not _EQUAL.search(evidence.text)]
    if not same:  # in other words a text may put something first in ways that no list has
        weaker = _WEAKER.search(evidence.text) if evidence.is_short and evidence.share_of(claim) >= _RELATED else None
        if strong and not held and weaker and not _ranks_otherwise(evidence.text):
            yield _unsaid(claim, strong[0])
        return
    if strong and not held:
        yield _unsaid(claim, (sole or strong)[0])
    elif sole and not any("only" in best or "sole" in best for best in held):
        yield _unsaid(claim, sole[0])
    else:
        yield from reversed_rank(claim, evidence)


def _unsaid(claim: Wording, words: str) -> Doubt:
    return Doubt(kind="rank", span=span_of(words, claim.text), detail=f"the evidence does not say {words!r}")


def _ranks_otherwise(evidence: str) -> bool:
    """Tell whether a text puts something first in words of its own, and not as one among several."""
    return any(not _is_among(evidence, match) for match in _EQUAL.finditer(evidence))


def _superlatives(text: str) -> list[str]:
    """Return what is said to be first of all, leaving out what is one of several or second."""
    best = [
        match[0].lower()
        for match in _SUPERLATIVE.finditer(text)
        if not (match["est"] and _NO_SUPERLATIVE.fullmatch(match["est"])) and not _is_among(text, match)
    ]
    return [*best, *(match[0].lower() for match in _NONE_MORE.finditer(text))]


def _is_among(text: str, match: re.Match[str]) -> bool:
    before = re.split(r"[,;:.|]", text[max(0, match.start() - _BEFORE) : match.start()])[-1]
    return bool(_AMONG.search(before + text[match.start() : match.end() + 2]))


def reversed_rank(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the claim says the opposite of what the evidence says: the largest, the smallest."""
    said, held = (set(Wording(_BOUND.sub(" ", text), "").words) for text in (claim.text, evidence.text))
    for one, other in (pair for pairs in _OPPOSITES for pair in (pairs, pairs[::-1])):
        turned = one in said and one not in held and other in held and other not in said
        if turned and not _sides_swapped(claim, evidence):
            detail = f"the claim says {one!r} where the evidence says {other!r}"
            yield Doubt(kind="rank", span=span_of(one, claim.text), detail=detail)
            return


def _sides_swapped(claim: Wording, evidence: Wording) -> bool:
    """Tell whether both compare the same two things the other way round: "A is faster than B", "B is slower than A"."""
    sides = [_THAN.split(text.text, maxsplit=1) for text in (claim, evidence)]
    if any(len(parts) != len(sides) for parts in sides):
        return False
    (mine, other), (theirs, rest) = [[Wording(part, claim.language) for part in parts] for parts in sides]
    first, second = set(mine.terms[:1]), set(other.terms[:1])
    return bool(first and second and rest.held(first) and theirs.held(second) and not theirs.held(first))
