"""How far people agree with each other and with us, beyond what chance alone would give."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from ..cell_key import key_of
from ..matrix import Agreement, MatrixCell, Stance

_Pairs = list[tuple[Stance, Stance]]


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa of what two raters said of the same things, each pair one of these; nominal categories.

    kappa = (po - pe) / (1 - pe), where po is the share of things on which both said the same, and pe the share on which
    they would if each kept to how often they say what, but at random: the sum over categories of the product of both
    shares. J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20
    (1960), 37-46. From -1 to 1; 0 is what chance gives.

    `None` where it is not defined: for no pairs, and where both said one and the same of everything (pe = 1), which
    chance explains as well as agreement does.
    """
    n = len(pairs)
    if not n:
        return None
    observed = Fraction(sum(one == other for one, other in pairs), n)
    ones, others = (Counter(side) for side in zip(*pairs, strict=True))
    expected = Fraction(sum(ones[category] * others[category] for category in ones), n * n)
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def agreements(topics: Sequence[str], cells: Sequence[MatrixCell]) -> tuple[Agreement, ...]:
    """Return the agreement of each two people and of each with ours, over all cells and then topic by topic.

    Only cells that both judged count, as they are decided now; pairs without one are left out.
    """
    people: dict[str, str] = {}
    for cell in cells:
        for vote in cell.judged.votes if cell.judged else ():
            people.setdefault(key_of(vote.editor), vote.editor)
    return tuple(
        found
        for topic in (None, *topics)
        for found in _among(topic, people, [one for one in cells if topic is None or one.topic == topic])
    )


def _among(topic: str | None, people: dict[str, str], cells: Sequence[MatrixCell]) -> Iterator[Agreement]:
    for one, other in combinations(sorted(people), 2):
        pairs = [(said[one], said[other]) for said in map(_said, cells) if one in said and other in said]
        yield from _agreement(topic, people[one], people[other], pairs)
    for one in sorted(people):
        beside = [(said[one], cell.ours) for cell in cells if one in (said := _said(cell))]
        yield from _agreement(topic, people[one], None, beside)


def _said(cell: MatrixCell) -> dict[str, Stance]:
    votes = cell.judged.votes if cell.judged else ()
    return {key_of(vote.editor): vote.stance for vote in votes if vote.stance}


def _agreement(topic: str | None, one: str, other: str | None, pairs: _Pairs) -> Iterator[Agreement]:
    if pairs:
        agreed = sum(first == second for first, second in pairs)
        yield Agreement(topic=topic, one=one, other=other, n=len(pairs), agreed=agreed, kappa=kappa(pairs))
