"""Whether a claim puts something first, or the other way round, where its evidence does not."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.wording import Wording
from .negation import NONE_MORE

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
    r"\b(?:the|its|their|our|his|her|\w+['’]s?) (?:(?:very |by far the |single )?(?P<most>most|"
    r"least) (?P<quality>[a-z-]+)|(?P<est>[a-z-]*[a-z]{2}est\b)|(?P<sole>only|sole|unique|top|chief|best|worst|"
    r"leading|foremost|main|primary|principal|(?:first|last)(?! (?:half|quarter|third|phase|stage|week|month|year|"
    r"decade|day)s?\b))(?= [a-z])|(?P<joined>best|worst|most|least|highest|lowest|largest)(?=-[a-z]))(?!-(?!\w+ed\b))|"
    r"\b(?P<more>(?:le|la|les) (?:plus|moins|meilleure?s?|seule?|principale?s?) \w+|am \w+sten|(?:der|die|das|den|"
    r"dem) (?:\w{3,}ste[nrms]?|beste[nrms]?|einzige[nrms]?|wichtigste[nrms]?)|(?:el|la|los|las|lo) (?:\w+ )?(?:más|"
    r"menos) \w+|(?:el|la) (?:mejor|peor|mayor|menor|únic[oa]|principal))\b|\b(?P<peerless>(?:comes?|came|ranks?|"
    r"ranked|is|was) first(?! (?:to|in)\b)|first and foremost|(?:most|least) (?:often|frequently)|am häufigsten|"
    r"le plus souvent|con más frecuencia|unmatched|unrivalled|unparalleled|unsurpassed|second to none|number one|"
    r"above all|(?:before|ahead of|than|like|as) (?:any(?:one|body|thing)|every(?:one|body|thing)|all)(?: (?:else|"
    r"others?|its \w+))|than any (?:other|\w+ (?:else|before))|more than any|no other|unlike any|nowhere else|"
    r"nobody else|no one else|tout autre|que tout(?:es)? (?:les|le)|sans égal|sans pareil|kein\w* ander\w*|"
    r"wie kein\w*|unübertroffen|ningún otro|ninguna otra|sin igual|de todos|de todas|de tous|de toutes|von allen|"
    r"aller)\b"
    r"|最大|最高|最も|一番|最多|最小|最速|唯一|随一",
    re.IGNORECASE,
)
_AS_MUCH = (
    r"\b(?:no(?! longer)|nothing|nobody|none|kein\w*|aucune?|ningun[oa]|ningún|nadie|nichts|niemand|rien|"
    r"nada)\b[^.;]{0,60}"
    r"\b(?:as|so|tan|tanto|tanta|tantos|aussi|autant|plus|más|mehr|\w+er)\b[^.;]{0,50}\b(?:as|wie|als|que|como|than)\b"
)
_NONE_MORE = re.compile(
    rf"{NONE_MORE}|{_AS_MUCH}|\b(?:[a-z]{{2,}}er|more \w+) than (?:every|any|all)(?: the)? others?\b", re.I
)
# what a text may say for "first of all" in its own way
_EQUAL = re.compile(
    r"\b(?:record|lead(?:s|ing|er)?|first|top|topp\w+|peak\w*|debut\w*|inaugural|frontier|prime|primar\w+|chief\w*|main\w*|principal\w*|best|worst|most|"
    r"least|only|sole\w*|"
    r"unique\w*|biggest|highest|maxim\w+|minim\w+|ahead of|no other|any other|above all|never before|führend\w*|"
    r"spitzenreiter|rekord|erste\w*|haupt\w*|vor allem|einzig\w*|meisten|premi[eè]re?s?|surtout|seule?s?|champion\w*|"
    r"primer[oa]?|líder\w*|sobre todo|únic[oa]|récord|all others|everyone|anyone|anybody|"
    r"nobody|none|no \w+ (?:has|is|was|does|offers|matches)|exceeds? (?:all|every|any)|dominat\w+|"
    r"predominant\w*)\b|[a-z]{3,}est\b",
    re.IGNORECASE,
)
_NO_SUPERLATIVE = re.compile(
    r"(?:inter|for|re|con|pro|har?v|hon|mod|in|mani|sugg|gu|pri|ch|dig|arr|\w*w|qu|t|at?t|n|v|bequ|requ)est|harvest",
    re.I,
)
_BOUND = re.compile(r"\bat (?:most|least)\b", re.IGNORECASE)  # the figures' affair
_AMONG = re.compile(
    r"\b(?:one of|among|amongst|second|third|fourth|fifth|\d(?:nd|rd|th)|parmi|zu den|eine[rsnm]? (?:der|von)|"
    r"l[’']un|une? des|"
    r"entre|un[oa]? de|rank\w*|belongs?)\b|有数|一つ", re.I,
)  # fmt: skip
# what comes short of being first
_WEAKER = re.compile(
    r"\b(?:one of|among|amongst|a major|an important|important|often|frequent(?:ly)?|well-\w+|competitive|similar|"
    r"comparable|(?:second|third|fourth|fifth)(?:-\w+est)?|top (?:three|five|ten|\d+)|near the top|strong|high|large|"
    r"good|leading \w+s|eine[rsnm]? der|zu den|häufig|wichtig\w*|groß\w*|l[’']un|parmi|souvent|important\w*|un[oa] de|"
    r"entre|"
    r"a menudo|importante\w*)\b|有数",
    re.IGNORECASE,
)
_RELATED = 0.25
_WEAK = frozenset({"main", "primary", "principal", "first", "last", "leading", "top", "chief"})
_THAN = re.compile(r"\sthan\s|\sals\s|\sque\s", re.IGNORECASE)
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
        yield from _reversed(claim, evidence)


def _unsaid(claim: Wording, words: str) -> Doubt:
    start = claim.text.lower().find(words)
    return Doubt(kind="rank", span=(start, start + len(words)), detail=f"the evidence does not say {words!r}")


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


def _reversed(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    said, held = (set(Wording(_BOUND.sub(" ", text), "").words) for text in (claim.text, evidence.text))
    for one, other in (pair for pairs in _OPPOSITES for pair in (pairs, pairs[::-1])):
        turned = one in said and one not in held and other in held and other not in said
        if turned and not _sides_swapped(claim, evidence):
            yield Doubt(kind="rank", detail=f"the claim says {one!r} where the evidence says {other!r}")
            return


def _sides_swapped(claim: Wording, evidence: Wording) -> bool:
    """Tell whether both compare the same two things the other way round: "A is faster than B", "B is slower than A"."""
    sides = [_THAN.split(text.text, maxsplit=1) for text in (claim, evidence)]
    if any(len(parts) != len(sides) for parts in sides):
        return False
    (mine, other), (theirs, rest) = [[Wording(part, claim.language) for part in parts] for parts in sides]
    first, second = set(mine.terms[:1]), set(other.terms[:1])
    return bool(first and second and rest.held(first) and theirs.held(second) and not theirs.held(first))
