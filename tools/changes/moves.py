"""Figures and target years that are others now: in one cell, in sentences that are akin, of which the old one is gone.

A false "it moved" would be carried into a meeting, so what cannot be told from the words is taken for another matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from ...core.shapes import Citation
from ...core.text import one_line, squash
from ...language.figures import Figure, comparable, figures
from ...language.terms import Terms
from ..align.divergence import Stated, are_akin
from ..align.matrix import MatrixTopic, SignedQuote
from ..align.topics import is_one_thing, words_of_topic
from ..answer.sameness import Matter, is_same_provision, matter
from .cell_changes import CellPair
from .changed import MovedFigure
from .snapshot import ReportState
from .voices import heard

_ENGLISH = "en"
_YEAR = "year"
ReportStates = Mapping[str, ReportState]


@dataclass(frozen=True)
class _Words:
    """A quote of a cell, with what it states."""

    citation: Citation
    sign: SignedQuote
    topic: MatrixTopic

    @cached_property
    def stated(self) -> Stated:
        language = self.sign.language or _ENGLISH
        return Stated(
            self.citation.quote, language, self.sign.stance, words_of_topic(self.topic, language),
            is_one_thing(self.topic),
        )  # fmt: skip

    @cached_property
    def matters(self) -> dict[str, list[Matter]]:
        """What its figures are of, by their unit; its years alone tell it where it has no others."""
        told: Sequence[Figure] = self.stated.figures or [
            one for one in figures(self.citation.quote) if one.unit == _YEAR and int(one.value) in self.stated.years
        ]
        found: dict[str, list[Matter]] = {}
        for one in told:
            found.setdefault(one.unit, []).append(matter(self.citation, one))
        return found


def moves(
    compared: Sequence[CellPair], topics: Sequence[MatrixTopic], was: ReportStates, now: ReportStates, known: Terms
) -> list[MovedFigure]:
    """Return the figures and years that moved, in the order of the cells; what several topics share is told once."""
    by_name = {topic.name: topic for topic in topics}
    found: dict[tuple[str, ...], MovedFigure] = {}
    for pair in compared:
        if pair.before is None or pair.after is None or pair.topic not in by_name:
            continue
        topic = by_name[pair.topic]
        old = [_Words(*one, topic) for one in heard(pair.before) if _is_other(one[0], was, now)]
        new = [_Words(*one, topic) for one in heard(pair.after) if _is_other(one[0], now, was)]
        for one in _moved(pair, old, new, known):
            key = one.roadmap, one.old.id, one.new.id, one.before, one.after
            earlier = found.get(key)
            topics_of_both = (*(earlier.topics if earlier else ()), pair.topic)
            found[key] = one.model_copy(update={"topics": topics_of_both})
    return list(found.values())


def _is_other(citation: Citation, here: ReportStates, there: ReportStates) -> bool:
    """Tell whether the report of a quote is not the same at the other time: what stands unchanged has not moved."""
    mine, other = here.get(citation.report), there.get(citation.report)
    return mine is None or other is None or mine.version != other.version or mine.speaks != other.speaks


def _moved(pair: CellPair, old: Sequence[_Words], new: Sequence[_Words], known: Terms) -> Iterator[MovedFigure]:
    kept = {squash(one.citation.quote) for one in old} & {squash(one.citation.quote) for one in new}
    gone = [one for one in old if squash(one.citation.quote) not in kept]
    come = [one for one in new if squash(one.citation.quote) not in kept]
    for mine, theirs in _paired(gone, come, known):
        yield from _figures_moved(pair, mine, theirs)
        left, right = sorted(mine.stated.years - theirs.stated.years), sorted(theirs.stated.years - mine.stated.years)
        for before, after in zip(left, right, strict=False):
            yield _told(pair, _YEAR, str(before), str(after), mine, theirs)


def _paired(gone: Sequence[_Words], come: Sequence[_Words], known: Terms) -> Iterator[tuple[_Words, _Words]]:
    """Yield which old sentence became which new one: those of the same years first, then those of others."""
    left, right = dict(enumerate(gone)), dict(enumerate(come))
    for ignores_years in (False, True):
        scored = [
            (-_likeness(left[i], right[j], known, ignores_years=ignores_years), i, j) for i, j in product(left, right)
        ]
        for score, i, j in sorted(scored):
            if score < 0 and i in left and j in right:
                yield left.pop(i), right.pop(j)


def _likeness(old: _Words, new: _Words, known: Terms, *, ignores_years: bool) -> float:
    """Return how much of the words of a matter two sentences share, from 0 (none, or another matter) to 1."""
    units = old.matters.keys() & new.matters.keys()
    if old.sign.language != new.sign.language:
        return 0.01 if units and ignores_years and are_akin(old.stated, new.stated, known) else 0.0
    found = 0.0
    for mine, theirs in (pair for unit in units for pair in product(old.matters[unit], new.matters[unit])):
        if ignores_years:
            mine, theirs = replace(mine, years=frozenset()), replace(theirs, years=frozenset())
        if is_same_provision(mine, theirs):
            found = max(found, len(mine.all & theirs.all) / len(mine.all | theirs.all))
    return found


def _figures_moved(pair: CellPair, old: _Words, new: _Words) -> Iterator[MovedFigure]:
    for unit in dict.fromkeys(one.unit for one in old.stated.figures):
        had, has = ({one.key: one for one in words.stated.figures if one.unit == unit} for words in (old, new))
        gone, come = [had[key] for key in had if key not in has], [has[key] for key in has if key not in had]
        for before, after in zip(gone, come, strict=False):
            yield _told(pair, unit, _said(before, old, new), _said(after, new, old), old, new)


def _said(figure: Figure, words: _Words, other: _Words) -> str:
    """Return a figure as it is written, with how it is measured where the other is measured otherwise."""
    told = one_line(figure.said or figure.text)
    if comparable(words.stated.measured, other.stated.measured):
        return told
    return f"{told} ({', '.join(sorted(words.stated.measured)) or 'measured otherwise'})"


def _told(pair: CellPair, unit: str, before: str, after: str, old: _Words, new: _Words) -> MovedFigure:
    return MovedFigure(
        topics=(pair.topic,), roadmap=pair.roadmap, unit=unit, before=before, after=after, old=old.citation,
        new=new.citation,
    )  # fmt: skip
