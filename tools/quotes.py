"""Answers with the reports' own words: picks the segments that say it, and knows when none do."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..core.types import Report, Segment
from ..vectorstore.analysis import content_terms
from ..vectorstore.catalogue import Catalogue
from ..vectorstore.scope import status_of
from ..vectorstore.search import scaled
from .confidence import Features, confidence, names_borne, share_of_names
from .figures import figures, shared
from .search import Evidence

_MOST_QUOTES = 6
_MOST_ITEMS = 40  # of one list
_MOST_BELOW = 6  # items of a lead-in that is quoted among others
_MOST_PIECES = 3  # of one sentence
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "。", "！", "？", "…", "”", '"', "»", ")")
_CLOSE_TO_BEST = 0.72  # share of the best score that another report's quote needs
_CLOSE_WITH_FIGURE = 0.45  # and what it needs if it gives the figure asked for, so that positions stand side by side
_CLOSE_IN_REPORT = 0.9  # and that a second quote of the same report needs
_MEANING = 0.15  # what the similarity of its passage adds to a segment
_SAME_SAID = 0.75  # share of common content words at which two quotes of one report say the same
_COMPARABLE = 0.1  # what a figure with a unit adds to the place of a segment in a comparison
_REPRINTED = 0.9  # share of all content words at which two reports say it in the same words
_LIST_WORTH = 0.8  # share of the best score that a list's lead-in needs
_SHORTEST_LIST = 2
_LOOKED_AT = 4  # best segments, one of which should hold the question's words close together
_NEXT = 5  # word hits that the best one is compared with
_CUES = (
    ("recommends", re.compile(r"\brecommend(s|ed)?\b|\brecomienda\b|\brecommande\b|\bempfiehlt\b", re.I)),
    ("proposes", re.compile(r"\bpropose[sd]?\b|\bpropone\b|\bschlägt\b", re.I)),
    ("expects", re.compile(r"\bexpect(s|ed)?\b|\bis expected\b|\bespera\b", re.I)),
    ("aims", re.compile(r"\baims? (to|at)\b", re.I)),
    ("plans", re.compile(r"\bplan(s|ned)? (to|for)\b|\bis planned\b", re.I)),
    ("requires", re.compile(r"\b(shall|must|is required to|are required to)\b|\bdeberá[n]?\b|\bdoit\b|\bmuss\b", re.I)),
)
_NEGATED = re.compile(r"\b(not|no|never|neither|nor|without|nicht|kein\w*|ne|pas|nunca|sin)\b", re.I)


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


@dataclass(frozen=True, slots=True)
class _Scored:
    segment: Segment
    score: float
    led_by: tuple[str, ...]


def select(evidence: Evidence, catalogue: Catalogue, threshold: float) -> Selection:
    """Choose what answers the plan from the evidence; below the confidence threshold nothing is chosen."""
    scored = _score(evidence, catalogue)
    sure = _sureness(evidence, scored)
    if evidence.plan.cues:
        scored = [item for item in scored if evidence.relevance.welcome(item.segment)]
    if not scored or sure < threshold:
        return Selection((), sure)
    if evidence.plan.kind == "list":
        listed = _list(evidence, catalogue, scored)
        if listed:
            return Selection(listed, sure, is_list=True)
    quotes: list[tuple[Segment, ...]] = []
    echoes: dict[int, tuple[Segment, ...]] = {}
    for item in _diverse(scored, evidence):
        run, *others = _runs(item.segment, evidence, catalogue)
        first = next((said for said in quotes if _is_reprinted(said, run, evidence)), None)
        if others or first is None:
            quotes += [run, *others]
        elif _issuer(first[0], evidence) != _issuer(run[0], evidence):
            echoes[first[0].id] = (*echoes.get(first[0].id, ()), run[0])
    return Selection(tuple(quotes), sure, echoes=echoes)


def features(evidence: Evidence, catalogue: Catalogue) -> Features:
    """Return what speaks for the evidence, from which the confidence is computed."""
    return _features(evidence, _score(evidence, catalogue))


def framing(report: Report, segment: Segment, *, verb: bool = True) -> str:
    """Return whose words follow, where, and how they are meant: "Site Council (Europe, 2026), p. 2, requires".

    The verb is the segment's own; a negated or mixed one becomes "says".
    """
    who = report.organisation or report.title
    status = status_of(report)
    tags = [report.region.split("/")[-1] if report.region else None, report.date[:4] if report.date else None]
    tags += [status] if status in ("draft", "superseded") else []
    told = ", ".join(tag for tag in tags if tag)
    place = f"{who}{f' ({told})' if told else ''}, {segment.locator.label}"
    return f"{place}, {_verb(segment.text)}" if verb else place


def _verb(text: str) -> str:
    cues = [verb for verb, sign in _CUES if sign.search(text)]
    return cues[0] if len(cues) == 1 and not _NEGATED.search(text) else "says"


def _score(evidence: Evidence, catalogue: Catalogue) -> list[_Scored]:
    """Score all segments of the evidence, best first.

    Where things are compared, a figure is worth a little. Ties go to the better passage, then to the earlier segment.
    """
    linked = {link for segment in evidence.segments for link in (segment.lead_in, segment.header) if link is not None}
    leads = catalogue.segments(linked)
    rank = {item.passage.id: item for item in evidence.ranked}
    ordered = evidence.segments
    borne = {report.id: names_borne(evidence.plan.names, report) for report in evidence.reports.values()}
    scored: list[tuple[float, float, int, _Scored]] = []
    for index, segment in enumerate(ordered):
        ranked = rank[segment.passage]
        led_by = [leads[link].text for link in (segment.lead_in, segment.header) if link in leads]
        around = [
            other.text
            for other in ordered[max(0, index - 1) : index + 2]
            if other.report == segment.report and other.id != segment.id
        ]
        report = evidence.reports[segment.report]
        around += [*ranked.passage.locator.path, report.title, report.organisation or ""]
        score = evidence.relevance.of(segment, led_by, around, borne[segment.report])
        score += _MEANING * scaled(ranked.similarity)
        worth = score + (_COMPARABLE if evidence.plan.form == "table" and _units(segment) else 0.0)
        scored.append((-worth, -ranked.passage.score, index, _Scored(segment, score, tuple(led_by))))
    return [item for *_, item in sorted(scored, key=lambda entry: entry[:3])]


def _sureness(evidence: Evidence, scored: Sequence[_Scored]) -> float:
    """Return the confidence, less where the scope never uses a word that other reports of the library do use.

    That is what silence looks like: the word for the thing exists, and these reports do not say it.
    """
    unsaid = evidence.relevance.known_share(*evidence.coverage.absent_words)
    return round(confidence(_features(evidence, scored)) * (1 - unsaid), 3)


def _features(evidence: Evidence, scored: Sequence[_Scored]) -> Features:
    if not scored:
        return Features(0, 0, 0, 0, 0, 0, 0)
    best = scored[0]
    told = evidence.reports[best.segment.report]
    passage = next(item.passage for item in evidence.ranked if item.passage.id == best.segment.passage)
    known = [
        passage.text, *passage.locator.path, told.title, told.organisation or "", told.file, told.region or "",
        told.date or "",
    ]  # fmt: skip
    return Features(
        segment=min(1.0, max(0.0, best.score)),
        lead=evidence.relevance.share(best.segment.text, *best.led_by),
        closeness=max(evidence.relevance.closeness(item.segment.text) for item in scored[:_LOOKED_AT]),
        margin=_margin([item.words for item in evidence.ranked]),
        similarity=max((scaled(item.similarity) for item in evidence.ranked if item.similarity), default=0.0),
        names=share_of_names(evidence.plan.names, known),
        years=share_of_names(evidence.plan.years, known),
    )


def _margin(scores: Iterable[float]) -> float:
    """Return by how much the best score stands out from the next ones, as a share of it."""
    best, *others = sorted(scores, reverse=True)[: _NEXT + 1]
    return (best - sum(others) / len(others)) / best if best and others else 0.0


def _diverse(scored: Sequence[_Scored], evidence: Evidence) -> list[_Scored]:
    """Take the best of each report that comes close to the best of all, and more of one report only if as good."""
    said = [item for item in scored if item.segment.kind != "heading"] or list(scored)
    best = said[0].score
    asked = _units(said[0].segment) if evidence.plan.expects == "figure" else set()
    chosen: list[_Scored] = []
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
    below = _items(segment, catalogue, depth=1)[:_MOST_BELOW] if segment.text.endswith((":", "：")) else []
    return below or [(*_sentence_of(segment, evidence), *_notes_on(segment, evidence))]


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


def _notes_on(segment: Segment, evidence: Evidence) -> Iterable[Segment]:
    """Yield what the other half of a slide (its notes, or the slide itself) says of the same figure."""
    if segment.locator.kind != "slide":
        return
    for other in evidence.segments:
        same_slide = other.report == segment.report and other.locator.page == segment.locator.page
        if same_slide and other.locator.label != segment.locator.label and any(shared(other.text, [segment.text])):
            yield other


def _list(evidence: Evidence, catalogue: Catalogue, scored: Sequence[_Scored]) -> tuple[tuple[Segment, ...], ...]:
    """Return the items of the list whose lead-in answers the question, block by block, or nothing."""
    needed = _LIST_WORTH * scored[0].score
    scores = {item.segment.id: item.score for item in scored}
    reached = dict.fromkeys(item.segment.lead_in for item in scored if item.segment.lead_in is not None)
    leads = catalogue.segments(link for link in reached if scores.get(link, 0.0) >= needed)
    for lead in sorted(leads.values(), key=lambda found: (-scores[found.id], found.id)):
        items = _items(lead, catalogue)
        if len(items) >= _SHORTEST_LIST:
            return tuple(items[:_MOST_ITEMS])
    return ()


def _items(lead: Segment, catalogue: Catalogue, depth: int = 2) -> list[tuple[Segment, ...]]:
    """Return the items below a lead-in, one run of segments a block, each followed by the items below it."""
    found: list[tuple[Segment, ...]] = []
    for block in _by_block(catalogue.items_of(lead)):
        found.append(block)
        for segment in block if depth > 1 else ():
            found += _items(segment, catalogue, depth - 1)
    return found


def _by_block(segments: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    grouped: dict[int, list[Segment]] = {}
    for segment in segments:
        grouped.setdefault(segment.block, []).append(segment)
    return [tuple(block) for block in grouped.values()]
