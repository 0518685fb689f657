"""How the roadmaps stand to each other on a topic: whether they converge or diverge, in what, and who leaves a gap.

Only roadmaps that speak for themselves have a vote: not a nested region beside the one it is in, and none that rests on
drafts or replaced editions alone.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

from ...core.document import Inline, Mark, plain_text
from ...core.shapes import Citation
from ...language.terms import Terms
from ..answer.sentences import joined
from .divergence import Stated, differences
from .matrix import (
    FOR,
    TAKES_SIDES,
    Divergence,
    DivergenceKind,
    MatrixCell,
    MatrixRow,
    MatrixTopic,
    Roadmap,
    RowReading,
)
from .topics import is_one_thing, meanings_of_topic, words_of_topic

_Side = tuple[MatrixCell, list[tuple[Stated, Citation]]]
_MOST = 12  # divergences of one kind that are told of a row
_CERTAIN = 0.5  # confidence of a cell from which on it opposes another
_ORDER: tuple[DivergenceKind, ...] = ("stance", "year", "figure", "currency", "metric", "scope")
NAMES: Mapping[DivergenceKind, str] = {
    "stance": "one is for it, the other against", "year": "different target years", "figure": "different figures",
    "currency": "amounts in other money or prices", "metric": "figures that are measured in other ways",
    "scope": "one means all, the other some",
}  # fmt: skip
DOES: Mapping[str, str] = {
    "commits": "commits to it", "plans": "plans it", "recommends": "recommends it", "mentions": "mentions it",
    "opposes": "is against it", "mixed": "says both", "silent": "is silent", "not_assessed": "was not assessed",
}  # fmt: skip


def voting(cells: Sequence[MatrixCell], roadmaps: Sequence[Roadmap]) -> list[MatrixCell]:
    """Return the cells of a row that have a vote in its reading."""
    outer = {one.name for one in roadmaps if one.parent is None}
    return [cell for cell in cells if cell.roadmap in outer and cell.counted]


def row_of(topic: MatrixTopic, cells: Sequence[MatrixCell], roadmaps: Sequence[Roadmap], known: Terms) -> MatrixRow:
    """Return the reading of a row: how its cells differ, and one sentence that cites each side."""
    votes = voting(cells, roadmaps)
    sides = [cell for cell in votes if cell.stance in TAKES_SIDES]
    stated = [(cell, _statements(cell, topic, known)) for cell in votes if cell.citations or cell.judged]
    found = [one for pair in combinations(stated, 2) for one in _between(*pair, known)]
    kept = [one for kind in _ORDER for one in [each for each in found if each.type == kind][:_MOST]]
    reading = _reading(votes, sides, kept)
    return MatrixRow(
        topic=topic.name, reading=reading, divergences=tuple(kept), sentence=plain_text(told(reading, votes, kept))
    )


def told(reading: RowReading, votes: Sequence[MatrixCell], divergences: Sequence[Divergence]) -> tuple[Inline, ...]:
    """Return the one sentence of a row, with the marks of what it rests on."""
    by_stance: dict[str, list[MatrixCell]] = {}
    for cell in votes:
        by_stance.setdefault(cell.stance, []).append(cell)
    if not votes:
        return ("No roadmap speaks for itself here.",)
    groups = []
    for stance, mine in by_stance.items():
        who = joined(((_named(cell), _mark(first_cited(cell))) for cell in mine), ", ")
        groups.append((*who, f" {_plural(DOES[stance], len(mine))}"))
    first = {one.type: one for one in reversed(divergences) if one.type != "stance"}
    tail = [f"; {NAMES[kind]}: {first[kind].detail}" for kind in _ORDER if kind in first]
    return (*_listed(groups), *tail, ".")


def first_cited(cell: MatrixCell) -> tuple[Citation, ...]:
    """Return the citation that a row has of a cell; none where people decided that what is quoted says nothing."""
    quotes = tuple(one for one in cell.citations if one.role == "quote")
    return () if cell.stance in ("silent", "not_assessed") else quotes[:1]


def _named(cell: MatrixCell) -> str:
    return f"{cell.roadmap}{' ' if first_cited(cell) else ''}"


def _listed(groups: Sequence[Sequence[Inline]]) -> list[Inline]:
    found: list[Inline] = []
    for at, group in enumerate(groups):
        found += ["; ", *group] if at else list(group)
    return found


def _plural(does: str, number: int) -> str:
    """Return what several do, as it is said of one."""
    if number == 1:
        return does
    verb, _, rest = does.partition(" ")
    plural = {"is": "are", "was": "were", "says": "say"}.get(verb, verb.removesuffix("s"))
    return f"{plural} {rest}"


def _mark(citations: Sequence[Citation]) -> Inline:
    return Mark(numbers=tuple(dict.fromkeys(one.number for one in citations)))


def _reading(votes: Sequence[MatrixCell], sides: Sequence[MatrixCell], found: Sequence[Divergence]) -> RowReading:
    """Return what a row comes to.

    A divergence that some pair of those who take a side does not share makes it mixed; without any, whoever is silent
    or takes no side leaves a gap, unless two or more agree and nobody is silent.
    """
    pairs = {frozenset(one.between) for one in found}
    names = [cell.roadmap for cell in sides]
    if pairs:
        apart = sum(frozenset(pair) in pairs for pair in combinations(names, 2))
        return "diverge" if len(names) < 3 or apart == len(names) * (len(names) - 1) / 2 else "mixed"
    silent = any(cell.stance == "silent" for cell in votes)
    return "converge" if len(sides) > 1 and not silent else "gap"


def _between(first_side: _Side, second_side: _Side, known: Terms) -> list[Divergence]:
    """Return in what two cells differ, each kind once, by their weightiest quotes."""
    found: dict[DivergenceKind, Divergence] = {}
    (one, mine), (other, theirs) = first_side, second_side
    for (first, mark), (second, beside) in product(mine, theirs):
        for difference in differences(first, second, known):
            if difference.kind == "stance":
                continue  # of cells as a whole
            said = f"{one.roadmap}: {difference.one}, {other.roadmap}: {difference.other}"
            made = Divergence(
                type=difference.kind, between=(one.roadmap, other.roadmap), citations=(mark, beside), detail=said
            )
            found.setdefault(difference.kind, made)
    agreed = _agreed(mine, theirs)
    kept = [each for kind, each in found.items() if kind not in agreed]
    return [*_opposed(one, other), *kept]


def _opposed(one: MatrixCell, other: MatrixCell) -> list[Divergence]:
    """Return that one roadmap is for a topic and the other against it, as their cells come to, or as people decided."""
    if not _are_opposed(one, other):
        return []
    said = f"{one.roadmap}: {one.stance}, {other.roadmap}: {other.stance}"
    shown = (*first_cited(one), *first_cited(other))
    return [Divergence(type="stance", between=(one.roadmap, other.roadmap), citations=shown, detail=said)]


def _agreed(mine: Sequence[tuple[Stated, Citation]], theirs: Sequence[tuple[Stated, Citation]]) -> set[DivergenceKind]:
    """Return the kinds in which two roadmaps agree somewhere: a year or a figure that both give."""
    years = [frozenset(year for one, _ in side for year in one.years) for side in (mine, theirs)]
    keys = [frozenset(figure.key for one, _ in side for figure in one.figures) for side in (mine, theirs)]
    found: set[DivergenceKind] = set()
    if years[0] & years[1]:
        found.add("year")
    if keys[0] & keys[1]:
        found |= {"figure"}
    return found


def _are_opposed(one: MatrixCell, other: MatrixCell) -> bool:
    if any(cell.confidence < _CERTAIN and not cell.judged for cell in (one, other)):
        return False
    return (_is_for(one) and other.stance == "opposes") or (_is_for(other) and one.stance == "opposes")


def _is_for(cell: MatrixCell) -> bool:
    return cell.stance in FOR


def _statements(cell: MatrixCell, topic: MatrixTopic, known: Terms) -> list[tuple[Stated, Citation]]:
    """Return what a cell states now, with its citations; nobody is held to what is told of others."""
    quotes = {one.id: one for one in cell.citations if one.role == "quote"}
    words = {language: words_of_topic(topic, language) for language in {one.language or "en" for one in cell.signs}}
    is_one, meant = is_one_thing(topic), meanings_of_topic(topic, known)
    told = {
        Stated(one.text, one.language or "en", one.stance, words[one.language or "en"], is_one, meant): quotes[
            one.quote
        ]
        for one in cell.signs
        if one.counts and one.stance != "reported" and one.quote in quotes
    }
    return [(one, quote) for one, quote in told.items() if not one.is_bare]
