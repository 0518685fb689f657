"""How far a claim reaches: some is not all, one of the largest not the largest, more not less."""

import re
from collections.abc import Iterable

from .negation import NONE_MORE
from .wording import Wording

_ALL = re.compile(
    r"(?<!\bnot )\b(?:(?<!\bat )(?<!after )(?<!above )all(?! (?:the )?(?:\d|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve))|every(?! (?:\d|two|three|four|five|six|ten|other|second|third|few))|"
    r"everyone|everywhere|always|any|entire(?:ly)?|whole|full|fully|complete\w*|exclusively|"
    r"exactly|throughout|across|none|both|alle[mnrs]?|jede[mnrs]?|sämtliche\w*|immer|überall|ganz\w*|tous|toutes|"
    r"chaque|toujours|partout|todos|todas|cada|siempre)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:some|several|a few|few|certain|part of|a number of|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:of|out of) (?:the|its|all|\d+)|"
    r"einzelne\w*|einige\w*|manche\w*|certain(?:e)?s|quelques|algun[oa]s|vari[oa]s)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|solely|exclusively|nur|ausschließlich|seulement|uniquement|solo|únicamente)\b", re.I)
_LIMITED = re.compile(
    r"\b(?:only|solely|alone|unless|except|nothing but|exclusively|just|limited|no other|restrict\w*|minority|majority|"
    r"most|half|third|quarter|percent|many|nur|seul\w*|solo)\b|%", re.I,
)  # fmt: skip
_OPPOSITES = (
    ("more", "less"), ("more", "fewer"), ("most", "least"), ("largest", "smallest"), ("biggest", "smallest"),
    ("highest", "lowest"), ("best", "worst"), ("first", "last"), ("first", "second"), ("first", "third"),
    ("second", "third"), ("third", "fourth"), ("oldest", "youngest"), ("oldest", "newest"),
    ("longest", "shortest"), ("fastest", "slowest"), ("higher", "lower"), ("larger", "smaller"), ("longer", "shorter"),
    ("faster", "slower"), ("better", "worse"), ("over", "under"), ("above", "below"), ("before", "after"),
    ("increased", "decreased"), ("increases", "decreases"), ("increase", "decrease"), ("rose", "fell"),
    ("rises", "falls"), ("grew", "shrank"),
    ("grows", "shrinks"), ("gained", "lost"), ("up", "down"), ("majority", "minority"),
    ("improved", "worsened"), ("doubled", "halved"), ("cheaper", "dearer"), ("internal", "external"),
    ("public", "private"), ("mehr", "weniger"), ("gestiegen", "gesunken"), ("steigt", "sinkt"), ("größte", "kleinste"),
    ("plus", "moins"), ("augmenté", "diminué"), ("más", "menos"), ("mayor", "menor"), ("aumentó", "disminuyó"),
)  # fmt: skip
_SUPERLATIVE = re.compile(
    r"\b(?:the|its|their|our|his|her|\w+['’]s?) "
    r"(?:(?P<most>most|least) (?P<quality>[a-z-]+)|(?P<est>[a-z-]*[a-z]{2}est\b)|"
    r"(?P<sole>only|sole|unique|top|chief|best|worst|leading|foremost))(?!-)|"
    r"\b(?P<more>(?:le|la|les) plus \w+|am \w+sten|(?:der|die|das) \w+ste[n]?)\b",
    re.IGNORECASE,
)
_NONE_MORE = re.compile(rf"{NONE_MORE}|\b(?:[a-z]{{2,}}er|more \w+) than (?:every|any|all)(?: the)? others?\b", re.I)
_NO_SUPERLATIVE = re.compile(
    r"(?:inter|for|re|con|pro|har?v|hon|mod|in|mani|sugg|gu|pri|ch|dig|arr|\w*w|qu|t|at?t|n|v|bequ|requ)est|harvest",
    re.I,
)
_BOUND = re.compile(r"\bat (?:most|least)\b", re.IGNORECASE)  # the figures' affair
_AMONG = re.compile(
    r"\b(?:one of|among|amongst|second|third|fourth|fifth|\d(?:nd|rd|th)|parmi|zu den|eine[rs]? der|l[’']un|entre|"
    r"rank\w*|belongs?)\b", re.I,
)  # fmt: skip
_BEFORE = 14  # characters in front of a superlative that may say "one of"
_RELATED = 0.4
_SAME_MATTER = 0.5  # of the claim's terms in the evidence: from here on both are taken to speak of one thing


def scope_widened(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason for each way in which the claim reaches further than its evidence."""
    said = _ALL.search(claim.text)
    if said and not _ALL.search(evidence.text):
        if evidence.share_of(claim) >= _RELATED:
            yield f"the evidence does not say {said[0].lower()!r}"
    elif not said:
        yield from _unrestricted(claim, evidence)


def ranked_higher(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the claim puts something first, or the other way round, where the evidence does not."""
    if evidence.share_of(claim) < _SAME_MATTER:
        return
    said, held = _superlatives(claim.text), _superlatives(evidence.text)
    sole = [best for best in said if "only" in best]
    if (said and not held) or (sole and not any("only" in best for best in held)):
        yield f"the evidence does not say {(sole or said)[0]!r}"
    else:
        yield from _reversed(claim, evidence)


def _superlatives(text: str) -> list[str]:
    """Return what is said to be first of all, leaving out what is one of several or second."""
    best = [
        match[0].lower()
        for match in _SUPERLATIVE.finditer(text)
        if not (match["est"] and _NO_SUPERLATIVE.fullmatch(match["est"]))
        and not _AMONG.search(text[max(0, match.start() - _BEFORE) : match.end()])
    ]
    return [*best, *(match[0].lower() for match in _NONE_MORE.finditer(text))]


def _reversed(claim: Wording, evidence: Wording) -> Iterable[str]:
    said, held = (set(Wording(_BOUND.sub(" ", text), "").words) for text in (claim.text, evidence.text))
    for one, other in (pair for pairs in _OPPOSITES for pair in (pairs, pairs[::-1])):
        if one in said and one not in held and other in held and other not in said:
            yield f"the claim says {one!r} where the evidence says {other!r}"
            return


def _unrestricted(claim: Wording, evidence: Wording) -> Iterable[str]:
    if _PART.search(claim.text) or _LIMITED.search(claim.text):
        return
    for clause in evidence.clauses:
        for sign in (_PART, _ONLY):
            match = sign.search(clause.text)
            about = clause.after(match.end(), 2) if match else ()
            if match and clause.share_of(claim) >= _SAME_MATTER and about and len(claim.held(about)) == len(about):
                yield f"the evidence says this of {match[0].lower()!r} alone"
                return
