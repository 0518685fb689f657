"""What a roadmap says of a topic, as a cell: its quotes, the stance they show, figures, and what silence rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ...core.shapes import Citation, UnreadablePages
from ...core.text import one_line
from ...core.types import Report
from ...language.figures import figures, qualifiers
from ...language.terms import Meaning
from ..evidence.citations import Citations
from .divergence import target_years
from .matrix import FOR, CellFigure, MatrixCell, MatrixTopic, Roadmap, SearchRecord, SignedQuote, Stance
from .roadmaps import places_of, speaks
from .stances.position_rules import ShownStance
from .stances.stance import stance_of
from .sweep import Net, Said, Swept

MOST_QUOTES = 8  # of a cell
_RANK = {"opposes": 0, "commits": 1, "plans": 2, "recommends": 3, "reported": 4, "mentions": 5}
_SIDES: tuple[Stance, ...] = (*FOR, "opposes")
_ENOUGH = 0.5  # how sure a stance has to be that binds more than others
_EVERYWHERE = "any"
_UNKNOWN = "unknown"
# How sure a stance is that all quotes share, by how they were found, and how sure silence is.
_SURE: Mapping[Net, float] = {"named": 0.9, "heading": 0.6, "worded": 0.6}
_NETS: tuple[Net, ...] = ("named", "heading", "worded")
_SILENT = 0.9
_HEARD = 1 / 3  # of what all quotes weigh, that those for it have to: of many one is read so by chance
_BOTH = 0.25  # of the quotes that take a side, on each: one of many is more often misread than meant


@dataclass(frozen=True, slots=True)
class Looked:
    """What the cells of a topic are made from: what was swept, what could not be read, and the languages it speaks."""

    swept: Swept
    reports: Mapping[str, Report]
    passage_counts: Mapping[str, int]
    unreadable: Callable[[Sequence[str]], list[UnreadablePages]]
    wider: Callable[[Sequence[str]], Swept]
    closest: Callable[[Sequence[str]], Citation | None]


@dataclass(frozen=True, slots=True)
class _Signed:
    said: Said
    shown: ShownStance
    counts: bool
    years: tuple[int, ...]
    language: str | None

    @property
    def takes_side(self) -> bool:
        """Whether it is for or against the topic."""
        return self.shown.sign in _SIDES

    @property
    def order(self) -> tuple[bool, int, int, bool, int]:
        """The weightiest first: what counts, names the topic itself, and takes a side."""
        has_none = not (self.years or any(one.unit not in ("", "year") for one in figures(self.said.segment.text)))
        return (
            not self.counts, _NETS.index(self.said.net), _RANK[self.shown.sign], has_none, self.said.segment.position
        )  # fmt: skip

    def order_for(self, stance: Stance) -> tuple[int, ...]:
        """The same, but of a net those first that show the stance of the cell."""
        return (*self.order[:2], self.shown.sign != stance, *self.order[2:])


def cell_of(looked: Looked, roadmap: Roadmap, citations: Citations) -> MatrixCell:
    """Return the cell of a topic and a roadmap, from what its reports say alone."""
    topic = looked.swept.topic
    signed = [one for name in roadmap.reports for one in _signed(looked, looked.swept, name)]
    if not any(one.takes_side for one in signed):
        wider = looked.wider(roadmap.reports)
        seen = {one.said.segment.id for one in signed}
        more = [one for name in roadmap.reports for one in _signed(looked, wider, name)]
        signed += [one for one in more if one.said.segment.id not in seen and (one.takes_side or not signed)]
    signed = _of_one_net([one for one in signed if one.counts]) + _of_one_net([one for one in signed if not one.counts])
    signed.sort(key=lambda one: one.order)
    searched = _searched(looked, roadmap)
    if not signed:
        return _unsaid(looked, roadmap, searched)
    counted = [one for one in signed if one.counts]
    stance, sure = _together(counted or signed)
    kept = _distinct(sorted(signed, key=lambda one: one.order_for(stance)))[:MOST_QUOTES]
    cited = [citations.cite([one.said.segment]) for one in kept]
    quotes = [next(one for one in group if one.role == "quote") for group in cited]
    return MatrixCell(
        topic=topic.name, roadmap=roadmap.name, file=quotes[0].file, stance=stance,
        position=one_line(kept[0].said.segment.text), citations=tuple(one for group in cited for one in group),
        figures=tuple(found for one, quote in zip(kept, quotes, strict=True) for found in _figures(one, quote)),
        signs=tuple(
            SignedQuote(
                quote=quote.id, stance=one.shown.sign, words=one.shown.words, reported_of=one.shown.reported_of,
                counts=one.counts, years=one.years, text=one_line(one.said.text), language=one.language,
            )
            for one, quote in zip(kept, quotes, strict=True)
        ),
        searched=searched, confidence=sure, counted=bool(counted),
    )  # fmt: skip


def speaks_language(meaning: Meaning, language: str | None) -> bool:
    """Tell whether a topic is looked for in a language."""
    return any(one.language in (language, _EVERYWHERE) for one in meaning)


def _signed(looked: Looked, swept: Swept, name: str) -> list[_Signed]:
    report = looked.reports[name]
    places, since = places_of(report), int(report.date[:4]) if report.date and report.date[:4].isdigit() else 0
    found = []
    for said in swept.said.get(name, ()):
        language = said.segment.language or report.language
        shown = stance_of(said.led, places, partial(swept.sought.names, language=language), language)
        ahead = tuple(year for year in target_years(said.segment.text) if year >= since)
        if shown.sign == "mentions" and not shown.words and said.segment.kind == "row" and ahead:
            shown = ShownStance("plans", str(ahead[0]))  # a step with its year, in a table
        found.append(_Signed(said, shown, speaks(report), ahead, language))
    return found


def _together(signed: Sequence[_Signed]) -> tuple[Stance, float]:
    """Return the stance that quotes show together, and how sure that is, from 0 to 1.

    What the narrowest net brought goes first. A quote weighs as much as its own stance is sure. Of those that are for
    it the most binding counts that is sure enough; where a quarter or more stand against the others, it is mixed. Where
    nearly all quotes only mention it, so does the cell, unless the others refuse it.
    """
    sides = [one for net in _NETS for one in signed if one.takes_side and one.said.net == net]
    sides = [one for one in sides if one.said.net == sides[0].said.net]
    sure = _SURE[(sides or signed)[0].said.net]
    whole = sum(one.shown.sure for one in sides)
    against = sum(one.shown.sure for one in sides if one.shown.sign == "opposes")
    if 2 * against <= whole <= _HEARD * sum(one.shown.sure for one in signed):
        return "mentions", sure
    best = {sign: max((one.shown.sure for one in sides if one.shown.sign == sign), default=0.0) for sign in _SIDES}
    fewer = min(against, whole - against) / whole
    if fewer >= _BOTH:
        return "mixed", round(sure * 2 * fewer, 2)
    if 2 * against > whole:
        return "opposes", round(sure * best["opposes"], 2)
    enough = min(_ENOUGH, max(best[sign] for sign in FOR))
    stance = next(sign for sign in FOR if best[sign] >= enough)
    return stance, round(sure * best[stance], 2)


def _of_one_net(signed: Sequence[_Signed]) -> list[_Signed]:
    """Return what the narrowest net brought that shows a position, or the narrowest of all."""
    sides = [one for one in signed if one.takes_side]
    best = min((_NETS.index(one.said.net) for one in sides or signed), default=0)
    return [one for one in signed if _NETS.index(one.said.net) <= best]


def _distinct(signed: Sequence[_Signed]) -> list[_Signed]:
    """Return the quotes without those that repeat the words of an earlier one."""
    seen: dict[str, _Signed] = {}
    for one in signed:
        seen.setdefault(one_line(one.said.segment.text).casefold(), one)
    return list(seen.values())


def _figures(one: _Signed, quote: Citation) -> list[CellFigure]:
    found = [figure for figure in figures(quote.quote) if figure.unit not in ("", "year")]
    measured = tuple(sorted(qualifiers([one.said.led])))
    year = one.years[0] if len(one.years) == 1 else None
    return [
        CellFigure(
            text=figure.said or figure.text, value=str(figure.value), unit=figure.unit, year=year, measured=measured,
            quote=quote.id,
        )
        for figure in found
    ]  # fmt: skip


def _searched(looked: Looked, roadmap: Roadmap) -> SearchRecord:
    spoken = {looked.reports[name].language or _UNKNOWN for name in roadmap.reports}
    meaning = looked.swept.sought.meaning
    return SearchRecord(
        queries=tuple(looked.swept.queries), reports=len(roadmap.reports),
        passages=sum(looked.passage_counts.get(name, 0) for name in roadmap.reports),
        unreadable=tuple(looked.unreadable(roadmap.reports)),
        languages_uncovered=tuple(sorted(one for one in spoken if not speaks_language(meaning, one))),
    )  # fmt: skip


def _unsaid(looked: Looked, roadmap: Roadmap, searched: SearchRecord) -> MatrixCell:
    """Return a cell without a quote: silent only where every page was read in a language that was searched."""
    topic: MatrixTopic = looked.swept.topic
    unread = [name for name in roadmap.reports if not looked.passage_counts.get(name)]
    cannot = searched.unreadable or searched.languages_uncovered or unread
    why = ""
    if unread or searched.unreadable:
        files = dict.fromkeys([*(one.file for one in searched.unreadable), *(looked.reports[n].file for n in unread)])
        why = f"not all of it could be read: {', '.join(files)}"
    elif searched.languages_uncovered:
        why = f"the topic has no words in its language ({', '.join(searched.languages_uncovered)})"
    seen = searched.model_copy(update={"nearest": looked.closest(roadmap.reports)})
    counted = any(speaks(looked.reports[name]) for name in roadmap.reports)
    return MatrixCell(
        topic=topic.name, roadmap=roadmap.name, stance="not_assessed" if cannot else "silent", searched=seen,
        confidence=0.0 if cannot else _SILENT, counted=counted, why=why,
    )  # fmt: skip
