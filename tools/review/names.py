"""Names that a claim brings along: whoever its evidence does not know has no place in it."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from ...core.shapes import Doubt
from ...core.text import fold
from ...language.joint import either, pattern, vocabulary
from ...language.numbers import ORDINALS
from ...language.places import namesakes
from ...language.wording import CAPITALS, NAME_JOINT, NOUNS_ARE_CAPITAL, PERIOD, Wording, alike
from .doubts import span_of
from .figures.measures import is_measure

CALENDAR = frozenset(fold(name) for name in vocabulary("calendar.months", "calendar.days"))
# capitalised where they stand, and no names: parts of the calendar, and what the field calls its things
_COMMON = CALENDAR | {fold(word) for word in vocabulary("names.generic")}
_LONG = 4  # terms from which a sentence can be told to be the same but for its subject
_HIGH_SHARE = 0.6  # of the claim's terms: the evidence says this, so the rest had better be right
# an article at most, then the subject: not "it is usually", nor "actually"
_BEGINS = pattern("grammar.articles", lead=r"\W*(?:", end=r"\s)?(?!\w+ly\b)[^\W\d_][\w-]+(?!\s*,)")
_QUANTITY = pattern("scope.shares")
_ACRONYM = 3  # letters from which one is not there by chance
_SHORT_NAME = 4  # letters up to which a name must be there as it is written


def names_beyond(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt for each name of the claim that the evidence lacks."""
    spelled = _spelled_out(claim, evidence)
    unknown = [name for name in _names(claim) if name not in spelled and not is_known(name, evidence)]
    if claim.language in NOUNS_ARE_CAPITAL:
        unknown = [
            name
            for name in unknown
            if sum(map(str.isupper, name)) > 1
            or (not evidence.held(Wording(name, "de").terms) and _stands_for_another(name, claim, evidence))
        ]
    for name in unknown:
        yield Doubt(kind="name", span=span_of(name, claim.text), detail=f"name {name} not in evidence")


def codes_beyond(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt for each name of letters and digits ("H100") that the evidence lacks: no language translates it."""
    parts = dict.fromkeys(part for name in claim.names for part in NAME_JOINT.split(name))
    for code in parts:
        if any(map(str.isdigit, code)) and any(map(str.isalpha, code)) and not is_known(code, evidence):
            yield Doubt(kind="name", span=span_of(code, claim.text), detail=f"name {code} not in evidence")


def _names(claim: Wording) -> Iterable[str]:
    said = claim.text
    for figure in claim.figures:  # "EUR" and "MW" are no names
        if re.search(r"[A-Za-zÀ-ÿ]-?$", claim.text[: figure.start]):  # but "K-12" and "H100" are
            continue
        said = said[: figure.start] + "0" * (figure.end - figure.start) + said[figure.end :]
    return Wording(said, claim.language).names


def is_known(name: str, evidence: Wording) -> bool:
    """Tell whether a text has a name, inflected, as an acronym of its words, or in a common short form."""
    plain = fold(name)
    if plain in _COMMON or is_measure(plain) or _is_in(plain, evidence) or _is_period(name, evidence.text):
        return True
    if (forms := namesakes().get(plain)) and any(f" {form}" in f" {' '.join(evidence.words)}" for form in forms):
        return True
    return all(part in _COMMON or _is_in(part, evidence) for part in map(fold, NAME_JOINT.split(name)) if len(part) > 1)


def _is_period(name: str, evidence: str) -> bool:
    """Tell whether a name is a part of a year that the evidence writes out, or a fiscal year: Q3, H1, FY2027."""
    match = PERIOD.fullmatch(name)
    if not match:
        return False
    if match["year"]:
        return match["year"] in evidence
    part, number = match["part"].upper(), int(match["number"])
    word = either("time.half" if part == "H" else "time.quarter")
    return bool(re.search(rf"(?:{ORDINALS[number - 1]})\s{word}", evidence, re.IGNORECASE))


def _is_in(name: str, evidence: Wording) -> bool:
    if len(name) <= _SHORT_NAME:
        short = name.rstrip("s")
        named = name in evidence.words or short in evidence.words or name in _initials(evidence)
        return named or (
            len(short) >= _ACRONYM and f" {' '.join(short)} " in f" {' '.join(w[0] for w in evidence.words)} "
        )
    return name in fold(evidence.text) or any(alike(name, word) or _same_root(name, word) for word in evidence.words)


def _same_root(name: str, word: str) -> bool:
    """Tell whether half the name, four letters at least, begins another word: `Norwegian` and `Norway`."""
    ends = max(4, len(name) // 2)
    return name[:ends] == word[:ends]


def _initials(evidence: Wording) -> set[str]:
    """Return the acronyms that runs of capitalised words of the evidence could have."""
    words = (
        re.findall(r"\b[A-Z]", re.sub(r"^(?:The|A|An|In|At|Of|For|By) ", "", run))
        for run in CAPITALS.findall(evidence.text)
    )
    return {fold("".join(word)) for word in words}


def _spelled_out(claim: Wording, evidence: Wording) -> set[str]:
    """Return the words of the claim's names of which the evidence has the acronym."""
    known = set(re.findall(r"\b[A-Z]{3,}s?\b", evidence.text))
    return {
        word
        for run in CAPITALS.findall(claim.text)
        if "".join(re.findall(r"\b[A-Z]", re.sub(r"^(?:The|A|An|In|At|Of|For|By) ", "", run))) in known
        for word in re.findall(r"[\w'’&-]+", run)
    }


def _stands_for_another(name: str, claim: Wording, evidence: Wording) -> bool:
    """Tell whether a word stands next to the same word as a capitalised word of the evidence that the claim lacks."""
    if evidence.share_of(claim) < _HIGH_SHARE:
        return False
    said, held = claim.words, evidence.words
    at = said.index(fold(name)) if fold(name) in said else 0
    lacking = {fold(other) for other in evidence.names} - set(said)
    return any(word in lacking and at and place and held[place - 1] == said[at - 1] for place, word in enumerate(held))


def subject_differs(claim: Wording, evidence: Wording, around: Wording) -> Iterable[Doubt]:
    """Yield a doubt if a sentence that the evidence has almost word for word begins with another subject there.

    `around` is the evidence with what is known of its source: "the group" of a report may go by its name.
    """
    begins = _BEGINS.match(claim.text)
    if not begins or not Wording(begins[0], claim.language).terms or len(claim.terms) < _LONG:
        return
    for sentence in evidence.sentences:
        if len(sentence.held(claim.terms)) >= _HIGH_SHARE * len(claim.terms):
            match = SequenceMatcher(None, claim.terms, sentence.terms, autojunk=False)
            step, start, end, other, until = match.get_opcodes()[0]
            in_order = sum(block.size for block in match.get_matching_blocks()) >= _HIGH_SHARE * len(claim.terms)
            subject = claim.terms[start:end]
            generic = sentence.bearers.isdisjoint(sentence.terms[other:until])  # "the group", not "the Council"
            known = (around if generic else evidence).held(subject) or any(_is_in(term, evidence) for term in subject)
            known = known or bool(_QUANTITY.search(begins[0]))
            if in_order and step == "replace" and start == other == 0 and end <= 2 and not known:
                yield Doubt(
                    kind="subject",
                    span=begins.span(),
                    detail=f"the evidence does not say this of {' '.join(subject)!r}",
                )
                return
