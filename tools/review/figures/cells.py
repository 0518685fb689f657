"""The cells of a text: the stretches around each figure or name, so that what is said of one is told from the rest.

"Vanterra supplied the processors, Okaru the network": two names, two cells. A claim that puts a figure or a name of the
evidence with words that stand in the cell of another has taken it from there.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ....language.joint import either, pattern
from ....language.wording import Wording

_PIECE_END = pattern(
    "grammar.but", "grammar.whereas", "grammar.though", "grammar.compared",
    lead=r"(?P<strong>[;:]\s|,?\s(?=",
    end=rf"\b))|,\s|\s[–—-]\s|\s\(|\)\s|\s(?={either('grammar.joining', 'grammar.then')}\s)",
)  # fmt: skip
_SUBORDINATE = pattern("grammar.subordinate", lead=r"\s*")
_PARTICLE = 3  # letters
_CLOSE = 1  # words in front of the first anchor that are its own; those before are said of the whole sentence
_MARGIN = 3  # terms by which another cell must come closer where both have some of the claim
# words of time that belong to any figure or name
_WHEN = pattern("time.around", "calendar.months")
Anchors = Callable[[Wording], Mapping[object, int]]  # with the place of each in the text


@dataclass(frozen=True)
class Anchored:
    """A stretch of a sentence with its anchors; `proper` is it without what is said of the sentence's others too."""

    wording: Wording
    proper: Wording
    anchors: frozenset[object]


def cells(text: Wording, anchors: Anchors) -> list[Anchored]:
    """Return the cells of a text, in order: a stretch without an anchor belongs to the one before it."""
    return [cell for sentence in text.sentences for cell in _of_sentence(sentence, anchors)]


def taken_from(claim: Wording, anchor: object, known: Iterable[Anchored], said: Collection[object]) -> Anchored | None:
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
            if more and (not less or len(more) >= len(less) + _MARGIN or _is_meant(cell, own, claim)):
                return cell
    return None


def _is_meant(cell: Anchored, own: Iterable[Anchored], claim: Wording) -> bool:
    """Tell whether a claim has all the words of a cell, and not all of its own.

    Such a claim speaks of the fast one in "from 2045 in the baseline, from 2038 in the fast scenario".
    """

    def is_whole(wording: Wording) -> bool:
        return len(claim.held(wording.terms)) == len(wording.terms)

    return len(cell.proper.terms) > 1 and is_whole(cell.proper) and not any(is_whole(one.wording) for one in own)


def _of_sentence(sentence: Wording, anchors: Anchors) -> Iterable[Anchored]:
    """Yield the cells of a sentence; what stands between two anchored pieces may be said of either."""
    pieces = [(Wording(text, sentence.language), begins) for text, begins in _pieces(sentence.text)]
    held = [place for place, (piece, _) in enumerate(pieces) if anchors(piece)]
    starts = [_start(place, before, pieces) for before, place in zip([-1, *held], held, strict=False)]
    owned: set[int] = set()
    spans = []
    for at, (start, place) in enumerate(zip(starts, held, strict=True)):
        end = starts[at + 1] if at + 1 < len(held) else len(pieces)
        alone = _SUBORDINATE.match(pieces[place][0].text) or at + 1 < len(held)
        begins = any(begins for _, begins in pieces[place + 1 : end])
        spans.append(range(start, end if begins or not alone else place + 1))
        owned |= set(spans[-1])
    neutral = [piece for place, piece in enumerate(pieces) if place not in owned]
    for at, span in enumerate(spans):
        proper = _join(sentence, pieces[span.start : span.stop])
        leads = not at and len(held) > 1 and not any(begins for _, begins in pieces[1 : held[1] + 1])
        found = anchors(proper)
        near = _without_lead(proper, min(found.values(), default=0)) if leads else proper
        yield Anchored(_join(sentence, [(proper, True), *neutral]), near, frozenset(found))


def _start(place: int, before: int, pieces: Sequence[tuple[Wording, bool]]) -> int:
    """Return where the cell of an anchored piece starts: earlier, if the piece says nothing itself."""
    for start in range(place, before, -1):
        if pieces[start][1] or (start == place and pieces[start][0].terms):
            return start
    return before + 1


def _join(sentence: Wording, pieces: Iterable[tuple[Wording, bool]]) -> Wording:
    return Wording(", ".join(piece.text for piece, _ in pieces), sentence.language)


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
