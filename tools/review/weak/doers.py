"""Whether a claim has another do what its evidence says somebody did: "run by", "recommends", "only"."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

from ....core.text import fold
from ....language.wording import NAME, NAMES, NOUNS_ARE_CAPITAL, Wording, alike

_ARTICLE = r"(?:the|a|an|la|le|l['’]|el|die|der|das|dem|den)[\s]?"
_AGENT = re.compile(
    rf"\b(?P<verb>(?-i:[a-zà-ÿ]){{4,}})\s(?:jointly |mainly |entirely )?(?:by|par|por|"
    rf"durch)\s(?:{_ARTICLE})?(?P<who>(?-i:{NAMES}))",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    rf"(?P<who>{NAMES})\s(?:(?:has|have|had|is|was|a|ha|est|will|would|also|itself)\s)?(?P<verb>[a-zà-ÿ]{{3,}}(?:ed|s|"
    rf"[ez]a|ó|é|ent))\b"
)
_ONLY = re.compile(
    rf"\b(?:only|nur|seule?|sólo|solo)\s(?:{_ARTICLE})?(?P<who>(?-i:{NAMES}))|(?P<alone>(?-i:{NAMES}))\s(?:alone|allein|"
    rf"seule?)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset(["the", "a", "an", "in", "at", "le", "la", "les", "l", "un", "une", "el", "los", "las"])
_LISTS = re.compile(rf"(?:{NAME.pattern}),? (?:and|or|und|oder|et|ou|y|o) (?:the )?(?:{NAME.pattern})")  # in any order
_NO_VERB = frozenset(["this", "others", "years", "times"])


def done_by_another(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the evidence says a verb of the claim, or "only", of another name and not of the claim's."""
    if claim.language in NOUNS_ARE_CAPITAL or not evidence.is_short:
        return
    for who, verb in _deeds(claim.text):
        others = [other for other, same in _deeds(evidence.text) if same == verb or alike(fold(same), fold(verb))]
        foreign = others and _is_named(who, evidence) and not any(_shares(who, other) for other in others)
        if foreign and not any(_stands_near(who, verb, sentence) for sentence in evidence.sentences):
            yield f"the evidence says this not of {who} but of {others[0]}"
            return


def names_exchanged(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the claim is a sentence of the evidence with two of its names in each other's place."""
    for clause, sentence in product(claim.clauses, evidence.sentences):
        mine, theirs = NAME.findall(clause.text), NAME.findall(sentence.text)
        if mine == theirs or sorted(mine) != sorted(theirs) or _LISTS.search(sentence.text):
            continue
        if _without_names(clause) == _without_names(sentence):
            first = next(place for place, name in enumerate(mine) if name != theirs[place])
            yield f"the evidence has {theirs[first]} where the claim has {mine[first]}"
            return


def _without_names(wording: Wording) -> tuple[str, ...]:
    return Wording(NAME.sub(" ", wording.text), wording.language).terms


def _deeds(text: str) -> Iterator[tuple[str, str]]:
    """Yield each name of a text with the verb that it goes with; `only` counts as one."""
    for match in _AGENT.finditer(text):
        yield match["who"], match["verb"]
    for match in _SUBJECT.finditer(text):
        if match["verb"] not in _NO_VERB:
            yield match["who"], match["verb"]
    for match in _ONLY.finditer(text):
        yield match["who"] or match["alone"], "only"


def _words(name: str) -> set[str]:
    return {fold(word) for word in NAME.findall(name)} - _ARTICLES


def _is_named(who: str, evidence: Wording) -> bool:
    return any(word in evidence.words for word in _words(who))


def _shares(one: str, other: str) -> bool:
    """Tell whether one name is a short form of the other; a bare article is one of any."""
    mine, theirs = _words(one), _words(other)
    return mine <= theirs or theirs <= mine


def _stands_near(who: str, verb: str, sentence: Wording) -> bool:
    """Tell whether a verb follows the name in a sentence with no other name in between."""
    at = [place for place, word in enumerate(sentence.words) if word in _words(who)]
    does = [place for place, word in enumerate(sentence.words) if word == fold(verb) or alike(word, fold(verb))]
    names = {place for place, word in enumerate(sentence.words) if any(word in _words(n) for n in sentence.names)}
    return any(
        not names.intersection(range(one + 1, two)) - set(at)
        for one, two in ((a, d) for a in at for d in does if a < d)
    )
