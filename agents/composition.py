"""Makes the answer of a finished state: its Markdown, its status, and what to say when nothing was found."""

from datetime import UTC, datetime

from ..core.cost import Cost
from ..core.document import Document, Section
from ..core.shapes import Answer, AnswerStatus, Citation, Coverage, Strength
from ..core.text import one_line, without_controls
from ..tools.answer.blocks import not_found, sections_of
from ..tools.answer.strength import strength
from ..tools.document.page import aside
from ..tools.evidence.citations import Citations
from ..tools.publish.markdown import markdown
from ..tools.search.search import Evidence
from ..vectorstore.index.catalogue import Catalogue
from .state import State

_NEAREST = 2
_NO_MORE = "Nothing more comes close to this question than what was quoted."
_NEEDS_MODEL = {"translated": "Translating", "plainer": "Rewording"}


def compose(state: State, cost: Cost, catalogue: Catalogue) -> Answer:
    """Return the answer; unsupported claims are listed in it, never part of its text."""
    evidence = state.evidence
    coverage = evidence.coverage if evidence else Coverage()
    quoted = {citation.report for claim in state.claims for citation in claim.citations}
    spoken = {evidence.reports[report].language for report in quoted} if evidence else set()
    listed = state.plan is not None and state.plan.form == "catalogue"  # nothing had to be searched
    uncovered = [] if listed else [language for language in coverage.languages_uncovered if language not in spoken]
    coverage = coverage.model_copy(update={"withheld": list(state.withheld), "languages_uncovered": uncovered})
    nearest = [] if state.claims else _nearest(state, catalogue)
    document = _document(state, coverage)
    return Answer(
        question=state.question,
        status=_status(state),
        mode=state.mode,
        degraded=state.degraded or state.words_alone,
        fallback="quotes" if state.degraded else "words" if state.words_alone else None,
        answer=markdown(document),
        claims=[*state.claims, *state.dropped],
        evidence=evidence.items() if evidence else [],
        coverage=coverage,
        confidence=state.confidence,
        cost=cost,
        error=state.error,
        nearest=nearest,
        run=state.run,
        missing=[one_line(without_controls(str(part))) for part in state.missing],
        strength=_strength(state, evidence) if evidence else None,
        document=document,
    )


def recomposed(answer: Answer) -> Document | None:
    """Return the document of an answer that was kept without one: that of its claims, in no special shape."""
    claims = [claim for claim in answer.claims if claim.verdict == "supported"]
    return Document(sections=sections_of(claims) if claims else _nothing(answer.coverage)) if answer.answer else None


def _document(state: State, coverage: Coverage) -> Document:
    """Return the text of an answer: what stands in the shape asked for, or what was searched in vain."""
    if state.reply:
        return Document(sections=(Section(blocks=(aside("reply", state.reply),)),))
    if not state.claims and state.reaction and state.reaction.kind == "more" and coverage.reports_with_hits:
        return Document(sections=(Section(blocks=(aside("reply", _NO_MORE),)),))
    if not state.claims:
        return Document(sections=_nothing(coverage))
    told = _told_of_wish(state)
    return Document(sections=told + sections_of(
        state.claims, rows=[leg.name for leg in state.legs if leg.row],
        parts=[leg.name for leg in state.legs if not leg.row], missing=state.missing, is_list=state.is_list,
        is_table=state.plan is not None and state.plan.form == "table",
    ))  # fmt: skip


def _told_of_wish(state: State) -> tuple[Section, ...]:
    """Say that a wish for other words was not met, where no model wrote any."""
    wish = _NEEDS_MODEL.get(state.reaction.kind) if state.reaction and state.mode == "evidence" else None
    if wish is None:
        return ()
    told = f"{wish} needs a language model, and none wrote this: these are the reports' own words."
    return (Section(blocks=(aside("reply", told),)),)


def _nothing(coverage: Coverage) -> tuple[Section, ...]:
    return (Section(blocks=not_found(coverage)),)


def _strength(state: State, evidence: Evidence) -> Strength | None:
    """Return how strong the evidence is; that a word is mentioned somewhere is no position that could be."""
    this_year = datetime.now(UTC).year
    return None if state.mentions is not None else strength(state.claims, evidence.reports, this_year)


def _status(state: State) -> AnswerStatus:
    if state.reply:
        return "answered"
    if not state.claims:
        return "abstained"
    return "partial" if state.missing or state.dropped else "answered"


def _nearest(state: State, catalogue: Catalogue) -> list[Citation]:
    """Return the quotes that came closest, so that "not found" can be judged by a reader.

    First of all that is what a draft rested on that was held to answer nothing.
    """
    beside = [claim for claim in state.dropped if any(doubt.kind == "beside" for doubt in claim.doubts)]
    if beside:
        return [citation for claim in beside[:_NEAREST] for citation in claim.quotes]
    if state.evidence is None or not state.evidence.ranked:
        return []
    evidence = state.evidence
    scored = [
        (evidence.relevance.of(segment, ()), segment)
        for item in evidence.ranked[:5]
        for segment in evidence.segments
        if segment.passage == item.passage.id and segment.kind != "heading"
    ]
    best = sorted(scored, key=lambda pair: -pair[0])[:_NEAREST]
    cites = Citations(catalogue, evidence.reports)
    return [citation for _, segment in best for citation in cites.cite([segment]) if citation.role == "quote"]
