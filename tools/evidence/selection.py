"""Answers with the reports' own words: picks the segments that say it, and knows when none do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ...core.types import Segment
from ...language.figures import figures, shared
from ...language.stems import content_terms
from ...language.wording import POINTS_BACK
from ...vectorstore.index.catalogue import Catalogue
from ..search.search import Evidence
from .confidence import confidence
from .features import features
from .lists import items_of, list_of
from .scoring import Scored

_MOST_QUOTES = 6
_MOST_BELOW = 6  # items of a lead-in that is quoted among others
_MOST_PIECES = 4  # of one sentence
_SENTENCE_ENDS = (".", "!", "?", ":", "。", "！", "？", "…", "”", '"', "»", ")")
_CLOSE_TO_BEST = 0.72  # share of the best score that another report's quote needs
_CLOSE_WITH_FIGURE = 0.45  # and what it needs if it gives the figure asked for, so that positions stand side by side
_CLOSE_IN_REPORT = 0.8  # and that a second quote of the same report needs
_SAME_SAID = 0.75  # share of common content words at which two quotes of one report say the same
_REPRINTED = 0.9  # share of all content words at which two reports say it in the same words
_LINE = 80  # characters of a line that may give the name asked for, beside the role or place it is of


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes chosen, each a run of segments of one report, best first; none when `confidence` is too low.

    `echoes` are, by the id of a quote's first segment, segments of other issuers' reports that say it in the
    same words.
    """

    quotes: tuple[tuple[Segment, ...], ...]
    confidence: float
    is_list: bool = False
    echoes: dict[int, tuple[Segment, ...]] = field(default_factory=dict)


def select(evidence: Evidence, scored: Sequence[Scored], catalogue: Catalogue, threshold: float) -> Selection:
    """Choose what answers the plan from the evidence and its scores; below the threshold nothing is chosen."""
    sure = _sureness(evidence, scored)
    if evidence.plan.cues:
        scored = [item for item in scored if evidence.relevance.welcome(item.segment)]
    if not scored or sure < threshold:
        return Selection((), sure)
    if evidence.plan.kind == "list":
        listed = list_of(evidence, catalogue, scored)
        if listed:
            return Selection(listed, sure, is_list=True)
    quotes: list[tuple[Segment, ...]] = []
    echoes: dict[int, tuple[Segment, ...]] = {}
    for item in _diverse(scored, evidence):
        if any(item.segment.id == segment.id for said in quotes for segment in said):
            continue  # with the lead-in that it stands below
        run, *others = _runs(item.segment, evidence, catalogue)
        below = {segment.id for one in (run, *others) for segment in one}
        quotes = [said for said in quotes if not all(segment.id in below for segment in said)]
        first = next((said for said in quotes if _is_reprinted(said, run, evidence)), None)
        if others or first is None:
            quotes += [run, *others]
        elif _issuer(first[0], evidence) != _issuer(run[0], evidence):
            echoes[first[0].id] = (*echoes.get(first[0].id, ()), run[0])
    return Selection(tuple(quotes), sure, echoes=echoes)


def _sureness(evidence: Evidence, scored: Sequence[Scored]) -> float:
    """Return the confidence, less where the scope never uses a word that other reports of the library do use.

    That is what silence looks like: the word for the thing exists, and these reports do not say it. In a comparison
    each side has words of its own, and its nearest are better than none.
    """
    compares = evidence.plan.form == "table"
    unsaid = 0.0 if compares else evidence.relevance.known_share(*evidence.coverage.absent_words)
    return round(confidence(features(evidence, scored)) * (1 - unsaid), 3)


def _diverse(scored: Sequence[Scored], evidence: Evidence) -> list[Scored]:
    """Take the best of each report that comes close to the best of all, and more of one report only if as good."""
    said = [item for item in scored if item.segment.kind != "heading"] or list(scored)
    best = said[0].score
    asked = _units(said[0].segment) if evidence.plan.expects == "figure" else set()
    chosen: list[Scored] = []
    for item in said:
        mine = [other for other in chosen if other.segment.report == item.segment.report]
        needed = _CLOSE_IN_REPORT if mine else _CLOSE_WITH_FIGURE if asked & _units(item.segment) else _CLOSE_TO_BEST
        if len(chosen) >= _MOST_QUOTES or item.score < needed * best or len(mine) >= evidence.plan.per_report:
            continue
        if not any(_says_the_same(item.segment, other.segment, evidence.plan.language) for other in mine):
            chosen.append(item)
    # An older edition never speaks first, however well it fits.
    return sorted(chosen, key=lambda item: evidence.reports[item.segment.report].superseded_by is not None)


def _runs(segment: Segment, evidence: Evidence, catalogue: Catalogue) -> list[tuple[Segment, ...]]:
    """Return what is quoted of a segment: its whole sentence, or the items it leads to."""
    below = items_of(segment, catalogue, depth=1)[:_MOST_BELOW] if segment.text.endswith((":", "：")) else []
    said = _with_answer(_over_the_page(_sentence_of(segment, evidence), catalogue), evidence)
    return below or [(*said, *_notes_on(segment, evidence))]


def _with_answer(run: tuple[Segment, ...], evidence: Evidence) -> tuple[Segment, ...]:
    """Return a quote with the line above or below it that gives what is asked for, where it does not itself.

    Names and roles stand in turn: above a role if the first line of them is a name, else below it.
    """
    if evidence.plan.expects != "reason" and any(map(evidence.relevance.gives, (one.text for one in run))):
        return run
    if evidence.plan.expects != "name":
        return _with_the_next(run, evidence)
    page = run[0].locator.page
    lines = {
        other.position: other
        for other in evidence.segments
        if other.report == run[0].report and other.locator.page == page and len(other.text) <= _LINE
    }
    before, after = (
        (line,) if line is not None and evidence.relevance.gives(line.text) else ()
        for line in (lines.get(run[0].position - 1), lines.get(run[-1].position + 1))
    )
    if not (before and after):
        return (*before, *run, *after)
    first = run[0].position
    while (line := lines.get(first - 1)) and line.kind != "heading" and not line.text.endswith(_SENTENCE_ENDS):
        first -= 1
    return (*before, *run) if (run[0].position - first) % 2 else (*run, *after)


def _with_the_next(run: tuple[Segment, ...], evidence: Evidence) -> tuple[Segment, ...]:
    """Return a quote with the sentence behind it, if that points back to it: what is asked for may stand there."""
    place = (run[-1].report, run[-1].position + 1)
    following = next((one for one in evidence.segments if (one.report, one.position) == place), None)
    if following is None or following.kind == "heading" or not POINTS_BACK.match(following.text):
        return run
    return (*run, following)


def _units(segment: Segment) -> set[str]:
    return {figure.unit for figure in figures(segment.text)} - {"", "year"}


def _says_the_same(one: Segment, other: Segment, language: str) -> bool:
    mine, theirs = set(content_terms(one.text, language)), set(content_terms(other.text, language))
    return len(mine & theirs) >= _SAME_SAID * max(1, min(len(mine), len(theirs)))


def _is_reprinted(one: Sequence[Segment], other: Sequence[Segment], evidence: Evidence) -> bool:
    """Tell whether two reports say something in the same words, with the same figures."""
    if one[0].report == other[0].report:
        return False
    mine, theirs = (" ".join(segment.text for segment in run) for run in (one, other))
    words, others = (set(content_terms(text, evidence.plan.language)) for text in (mine, theirs))
    same = len(words & others) >= _REPRINTED * max(1, len(words | others))
    return same and {figure.key for figure in figures(mine)} == {figure.key for figure in figures(theirs)}


def _issuer(segment: Segment, evidence: Evidence) -> str:
    report = evidence.reports[segment.report]
    return report.organisation or report.title


def _sentence_of(segment: Segment, evidence: Evidence) -> tuple[Segment, ...]:
    """Return the whole sentence that a segment was cut from because of its length, as far as three segments hold it."""
    place = {(other.report, other.position): other for other in evidence.segments if other.block == segment.block}
    run = [segment]
    while len(run) < _MOST_PIECES and not run[-1].text.endswith(_SENTENCE_ENDS):
        following = place.get((segment.report, run[-1].position + 1))
        if following is None:
            break
        run.append(following)
    while len(run) < _MOST_PIECES:
        before = place.get((segment.report, run[0].position - 1))
        if before is None or before.text.endswith(_SENTENCE_ENDS):
            break
        run.insert(0, before)
    return tuple(run)


def _over_the_page(run: tuple[Segment, ...], catalogue: Catalogue) -> tuple[Segment, ...]:
    """Return what is quoted with the other half of a sentence that a page turn cuts, if it has one."""
    begun = None if run[0].text[:1].isupper() else catalogue.begun_before(run[0])
    rest = None if run[-1].continues is None else catalogue.segments([run[-1].continues]).get(run[-1].continues)
    return (*([begun] if begun else []), *run, *([rest] if rest else []))


def _notes_on(segment: Segment, evidence: Evidence) -> Iterable[Segment]:
    """Yield what the other half of a slide (its notes, or the slide itself) says of the same figure."""
    if segment.locator.kind != "slide":
        return
    for other in evidence.segments:
        same_slide = other.report == segment.report and other.locator.page == segment.locator.page
        if same_slide and other.locator.label != segment.locator.label and any(shared(other.text, [segment.text])):
            yield other
