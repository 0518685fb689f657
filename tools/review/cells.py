"""The cells of a text: the stretches around each figure or name, so that what is said of one is told from the rest.

"Vanterra supplied the processors, Okaru the network": two names, two cells. A claim that puts a figure or a name of the
evidence with words that stand in the cell of another has taken it from there.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from .wording import Wording

_PIECE_END = re.compile(
    r"(?P<strong>[;:]\s|,?\s(?=(?:while|whereas|but|although|though|against|compared|während|hingegen|aber|mais|tandis"
    r"|alors|mientras|pero|frente)\b))|,\s|\s[–—-]\s|\s\(|\)\s|\s(?=(?:and|und|et|y|e|after|before|once|since)\s)",
    re.IGNORECASE,
)
_PARTICLE = 3  # letters
_CLOSE = 1  # words in front of the first anchor that are its own; those before are the matter of the whole sentence
_MARGIN = 2  # terms by which another cell must come closer where both have some of the claim
# words of time that belong to any figure or name
_WHEN = re.compile(
    r"\b(?:end|beginning|start|early|late|mid|middle|year|spring|summer|autumn|fall|winter|month|until|ende|anfang|mitte|jahr|"
    r"frühjahr|herbst|fin|début|año|année|finales|principios)\b",
    re.IGNORECASE,
)
Anchors = Callable[[Wording], Mapping[object, int]]  # with the place of each in the text


@dataclass(frozen=True)
class Cell:
    """A stretch of a sentence with its anchors; `proper` is it without what is said of the sentence's others too."""

    wording: Wording
    proper: Wording
    anchors: frozenset[object]


def cells(text: Wording, anchors: Anchors) -> list[Cell]:
    """Return the cells of a text, in order: a stretch without an anchor belongs to the one before it."""
    return [cell for sentence in text.sentences for cell in _of_sentence(sentence, anchors)]


def taken_from(claim: Wording, anchor: object, known: Iterable[Cell], said: Collection[object]) -> Cell | None:
    """Return the cell of another anchor that the claim comes closer to than to those of its own, if there is one.

    `said` are all anchors of the claim: cells with one of them are no rivals.
    """
    known = list(known)
    claim = Wording(_WHEN.sub(" ", claim.text), claim.language)
    own = [cell for cell in known if anchor in cell.anchors]
    mine = set().union(*(cell.proper.held(claim.terms) for cell in own))
    here = set().union(*(cell.wording.held(claim.terms) for cell in own))
    for cell in known if own else ():
        if cell.anchors.isdisjoint(said):
            theirs = cell.proper.held(claim.terms)
            more, less = theirs - here, mine - cell.wording.held(claim.terms)
            if more and (not less or len(more) >= len(less) + _MARGIN):
                return cell
    return None


def _of_sentence(sentence: Wording, anchors: Anchors) -> Iterable[Cell]:
    stretches: list[tuple[str, bool]] = []
    bare: list[str] = []
    for text, begins in _pieces(sentence.text):
        piece = Wording(text, sentence.language)
        if not anchors(piece):
            bare.append(text)
            continue
        if stretches and piece.terms and not begins:
            stretches[-1] = (", ".join((stretches[-1][0], *bare)), stretches[-1][1])
            bare = []
        stretches.append((", ".join((*bare, text)), begins or not stretches))
        bare = []
    if bare and stretches:
        stretches[-1] = (", ".join((stretches[-1][0], *bare)), stretches[-1][1])
    for place, (text, begins) in enumerate(stretches):
        wording = Wording(text, sentence.language)
        found = anchors(wording)
        leads = begins and place + 1 < len(stretches) and not stretches[place + 1][1]
        proper = _without_lead(wording, min(found.values(), default=0)) if leads else wording
        yield Cell(wording, proper, frozenset(found))


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """Yield the pieces of a sentence, and whether each begins a statement of its own."""
    start, begins = 0, True
    for match in _PIECE_END.finditer(text):
        yield text[start : match.start()], begins
        start, begins = match.end(), bool(match["strong"])
    yield text[start:], begins


def _without_lead(wording: Wording, first: int) -> Wording:
    """Return a stretch from a few words before its first anchor on."""
    near = [word for word in wording.text[:first].split() if len(word) > _PARTICLE][-_CLOSE:]
    return Wording(" ".join((*near, wording.text[first:])), wording.language)
