"""What a roadmap says of a topic as a cell: its quotes, the stance they show together, figures, and what silence rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...core.shapes import Citation, UnreadablePages
from ...core.text import one_line
from ...core.types import Report
from ...language.figures import figures, qualifiers
from ...language.terms import Meaning
from ...language.years import years
from ..evidence.citations import Citations
from .matrix import FOR, Cell, CellFigure, MatrixTopic, Roadmap, Searched, SignedQuote, Stance
from .roadmaps import places_of, speaks
from .stance import Shown, stance_of
from .sweep import Said, Swept

MOST_QUOTES = 6  # of a cell
_RANK = {"opposes": 0, "commits": 1, "plans": 2, "recommends": 3, "reported": 4, "mentions": 5}
_EVERYWHERE = "any"
_UNKNOWN = "unknown"
_DIRECT, _BY_HEADING = 0.9, 0.6  # how sure a stance is that all quotes share, by whether they name the topic themselves


@dataclass(frozen=True, slots=True)
class Looked:
    """What the cells of a topic are made from: what was swept, what could not be read, and the languages it speaks."""

    swept: Swept
    meaning: Meaning
    reports: Mapping[str, Report]
    passage_counts: Mapping[str, int]
    unreadable: Callable[[Sequence[str]], list[UnreadablePages]]
    names: Callable[[str, str | None], bool]
    closest: Callable[[Sequence[str]], Citation | None]


@dataclass(frozen=True, slots=True)
class _Signed:
    said: Said
    shown: Shown
    counts: bool
    years: tuple[int, ...]

    @property
    def order(self) -> tuple[bool, bool, int, bool, int]:
        """The weightiest first: what counts, names the topic itself, and takes a side."""
        has_none = not (self.years or any(one.unit not in ("", "year") for one in figures(self.said.segment.text)))
        return (
            not self.counts, not self.said.direct, _RANK[self.shown.sign], has_none, self.said.segment.position
        )  # fmt: skip


def cell_of(looked: Looked, roadmap: Roadmap, citations: Citations) -> Cell:
    """Return the cell of a topic and a roadmap, from what its reports say alone."""
    topic = looked.swept.topic
    signed = sorted((one for name in roadmap.reports for one in _signed(looked, name)), key=lambda one: one.order)
    searched = _searched(looked, roadmap)
    if not signed:
        return _unsaid(looked, roadmap, searched)
    counted = [one for one in signed if one.counts]
    stance, sure = _together(counted or signed)
    kept = _distinct(signed)[:MOST_QUOTES]
    cited = [citations.cite([one.said.segment]) for one in kept]
    quotes = [next(one for one in group if one.role == "quote") for group in cited]
    return Cell(
        topic=topic.name, roadmap=roadmap.name, file=quotes[0].file, stance=stance,
        position=one_line(kept[0].said.segment.text), citations=[one for group in cited for one in group],
        figures=[found for one, quote in zip(kept, quotes, strict=True) for found in _figures(one, quote)],
        signs=[
            SignedQuote(
                quote=quote.id, stance=one.shown.sign, words=one.shown.words, reported_of=one.shown.reported_of,
                counts=one.counts, years=list(one.years),
            )
            for one, quote in zip(kept, quotes, strict=True)
        ],
        searched=searched, confidence=sure, counted=bool(counted),
    )  # fmt: skip


def speaks_language(meaning: Meaning, language: str | None) -> bool:
    """Tell whether a topic is looked for in a language."""
    return any(one.language in (language, _EVERYWHERE) for one in meaning)


def _signed(looked: Looked, name: str) -> list[_Signed]:
    report = looked.reports[name]
    places, since = places_of(report), int(report.date[:4]) if report.date and report.date[:4].isdigit() else 0
    found = []
    for said in looked.swept.said.get(name, ()):
        language = said.segment.language or report.language
        shown = stance_of(said.text, language, places, lambda clause, code=language: looked.names(clause, code))
        ahead = tuple(dict.fromkeys(one.year for one in years(said.segment.text) if one.year >= since))
        found.append(_Signed(said, shown, speaks(report), ahead))
    return found


def _together(signed: Sequence[_Signed]) -> tuple[Stance, float]:
    """Return the stance that quotes show together, and the share of them that show it, weighed by how they name it.

    What names the topic itself goes before what stands under its heading; of those who are for it the most binding
    one counts, and who is for and against is mixed.
    """
    direct = [one for one in signed if one.said.direct]
    sides = [one for one in direct or signed if one.shown.sign in (*FOR, "opposes")]
    if not sides:
        under = [one for one in signed if one.shown.sign in (*FOR, "opposes")]
        sides = under
    if not sides:
        return "mentions", _DIRECT if direct else _BY_HEADING
    against = [one for one in sides if one.shown.sign == "opposes"]
    favour = [one for one in sides if one.shown.sign != "opposes"]
    base = _DIRECT if any(one.said.direct for one in sides) else _BY_HEADING
    if against and favour:
        return "mixed", round(base * (1 - abs(len(against) - len(favour)) / len(sides)), 2)
    if against:
        return "opposes", base
    stance = next(one for one in FOR if any(signed.shown.sign == one for signed in favour))
    return stance, base


def _distinct(signed: Sequence[_Signed]) -> list[_Signed]:
    """Return the quotes without those that repeat the words of an earlier one."""
    seen: dict[str, _Signed] = {}
    for one in signed:
        seen.setdefault(one_line(one.said.segment.text).casefold(), one)
    return list(seen.values())


def _figures(one: _Signed, quote: Citation) -> list[CellFigure]:
    found = [figure for figure in figures(quote.quote) if figure.unit not in ("", "year")]
    measured = sorted(qualifiers([one.said.text]))
    year = one.years[0] if len(one.years) == 1 else None
    return [
        CellFigure(
            text=figure.said or figure.text, value=str(figure.value), unit=figure.unit, year=year, measured=measured,
            quote=quote.id,
        )
        for figure in found
    ]  # fmt: skip


def _searched(looked: Looked, roadmap: Roadmap) -> Searched:
    spoken = {looked.reports[name].language or _UNKNOWN for name in roadmap.reports}
    return Searched(
        queries=list(looked.swept.queries), reports=len(roadmap.reports),
        passages=sum(looked.passage_counts.get(name, 0) for name in roadmap.reports),
        unreadable=looked.unreadable(roadmap.reports),
        languages_uncovered=sorted(one for one in spoken if not speaks_language(looked.meaning, one)),
    )  # fmt: skip


def _unsaid(looked: Looked, roadmap: Roadmap, searched: Searched) -> Cell:
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
    return Cell(
        topic=topic.name, roadmap=roadmap.name, stance="not_assessed" if cannot else "silent", searched=seen,
        confidence=0.0 if cannot else _DIRECT, counted=counted, why=why,
    )  # fmt: skip
