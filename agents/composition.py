"""Makes the answer of a finished state: its Markdown, its status, and what to say when nothing was found."""

import re
from collections.abc import Sequence

from ..core.cost import Cost
from ..core.shapes import Answer, AnswerStatus, Citation, Claim, Coverage, Strength
from ..core.text import one_line, without_controls
from ..tools.answer.comparison import comparison
from ..tools.answer.strength import strength
from ..tools.document.markdown import escaped
from ..tools.evidence.citations import Citations
from ..tools.evidence.framing import introduction
from ..tools.search.search import Evidence
from ..vectorstore.index.catalogue import Catalogue
from .state import State

_NEAREST = 2
_ESCAPED_MARK = re.compile(r"\\\[(\d+)\\\]")


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
    return Answer(
        question=state.question,
        status=_status(state),
        mode=state.mode,
        degraded=state.degraded or state.words_alone,
        answer=_text(state, coverage),
        claims=[*state.claims, *state.dropped],
        evidence=evidence.items() if evidence else [],
        coverage=coverage,
        confidence=state.confidence,
        cost=cost,
        error=state.error,
        nearest=nearest,
        run=state.run,
        missing=[one_line(without_controls(str(part))) for part in state.missing],
        strength=_strength(state, evidence, catalogue) if evidence else None,
    )


def _text(state: State, coverage: Coverage) -> str:
    """Return the text of an answer: what stands in the shape asked for, or what was searched in vain."""
    if not state.claims:
        return _not_found(coverage)
    rows = [leg.name for leg in state.legs if leg.row]
    compared = [claim for claim in state.claims if claim.kind == "stated"]
    compares = state.plan is not None and state.plan.form == "table"
    if compares and len({*rows, *(claim.leg or claim.citations[0].report for claim in compared)}) > 1:
        others = [claim for claim in state.claims if claim.kind != "stated"]
        return "\n\n".join([comparison(compared, rows, state.missing), *([text_of(others)] if others else [])])
    parts = [leg.name for leg in state.legs if not leg.row]
    if parts and any(claim.leg in parts for claim in compared):
        others = [claim for claim in state.claims if claim.leg not in parts]
        told = [_under_heading(part, state.claims) for part in parts]
        return "\n\n".join([*told, *([text_of(others)] if others else [])])
    return text_of(state.claims, is_list=state.is_list)


def _under_heading(part: str, claims: Sequence[Claim]) -> str:
    """Return the answer to one of several questions, under it."""
    mine = [claim for claim in claims if claim.leg == part]
    return f"### {escaped(part[:1].upper() + part[1:])}?\n\n{text_of(mine) if mine else 'Nothing found.'}"


def _strength(state: State, evidence: Evidence, catalogue: Catalogue) -> Strength | None:
    """Return how strong the evidence is; that a word is mentioned somewhere is no position that could be."""
    newest = max((report.date for report in catalogue.reports() if report.date), default=None)
    return None if state.mentions is not None else strength(state.claims, evidence.reports, newest)


def text_of(claims: Sequence[Claim], *, is_list: bool = False) -> str:
    """Return claims as Markdown with [n] marks; a bracketed number of the source is escaped, so marks are ours."""
    if is_list:
        return _list_text(claims)
    if claims and claims[0].kind == "catalogue":
        return "\n".join([escaped(claims[0].text), "", *(f"- {escaped(claim.text)}" for claim in claims[1:])]).strip()
    stated = [claim for claim in claims if claim.kind == "stated"]
    inferred = [claim for claim in claims if claim.kind == "inference"]
    counted = [_with_marks(claim.text) for claim in claims if claim.kind in ("count", "absence")]
    quoted = all(claim.framing for claim in stated)
    lines = [f"{escaped(claim.text)} {_marks(claim)}" for claim in stated]
    body = "\n".join(f"- {line}" for line in lines) if quoted and len(lines) > 1 else " ".join(lines)
    return "\n\n".join([*counted, *([body] if body else []), *(f"**{_with_marks(claim.text)}**" for claim in inferred)])


def _with_marks(text: str) -> str:
    """Return a sentence of our own as Markdown: its marks are ours, the names in it hold none."""
    return _ESCAPED_MARK.sub(r"[\1]", escaped(text))


def _list_text(claims: Sequence[Claim]) -> str:
    """Return a list under its lead-in, which is cited with every item; items below items are indented."""
    leads = [[item for item in claim.citations if item.role == "lead_in"] for claim in claims]
    framing = introduction(claims[0].framing) if claims[0].framing else ""
    head = f"{framing}: “{escaped(leads[0][0].quote)}” {_marks(claims[0])}" if leads[0] else f"{framing}:"
    page = leads[0][0].locator.label if leads[0] else ""
    lines = [head, ""]
    for claim, led_by in zip(claims, leads, strict=True):
        quotes = [item for item in claim.citations if item.role == "quote"]
        elsewhere = quotes[0].locator.page is not None and quotes[0].locator.label != page
        place = f" ({quotes[0].locator.label})" if elsewhere else ""
        words = escaped(" … ".join(item.quote for item in quotes))
        lines.append(f"{'  ' * (len(led_by) - 1)}- “{words}”{place} {_marks(claim)}")
    return "\n".join(lines)


def _marks(claim: Claim) -> str:
    numbers = dict.fromkeys(citation.number for citation in claim.citations)
    return "".join(f"[{number}]" for number in numbers)


def _status(state: State) -> AnswerStatus:
    if not state.claims:
        return "abstained"
    return "partial" if state.missing or state.dropped else "answered"


def _nearest(state: State, catalogue: Catalogue) -> list[Citation]:
    """Return the quotes that came closest, so that "not found" can be judged by a reader."""
    if state.evidence is None or not state.evidence.ranked:
        return []
    evidence = state.evidence
    scored = [
        (evidence.relevance.of(segment, (), ()), segment)
        for item in evidence.ranked[:5]
        for segment in evidence.segments
        if segment.passage == item.passage.id and segment.kind != "heading"
    ]
    best = sorted(scored, key=lambda pair: -pair[0])[:_NEAREST]
    cites = Citations(catalogue, evidence.reports)
    return [citation for _, segment in best for citation in cites.cite([segment]) if citation.role == "quote"]


def _not_found(coverage: Coverage) -> str:
    """Say that nothing was found, what was searched for it, and what could not be read."""
    searched = coverage.reports_searched
    told = [f"Not found in the {searched} readable report{'s' if searched != 1 else ''} searched."]
    if coverage.absent_words and not coverage.languages_uncovered:
        words = ", ".join(f"“{word}”" for word in coverage.absent_words)
        told.append(f"No readable page in scope holds {words}.")
    if coverage.languages_uncovered:
        languages = ", ".join(coverage.languages_uncovered)
        told.append(
            f"This is no proof of silence: reports in {languages} were not covered by a question in another one."
        )
    if coverage.withheld:
        told.append(f"Withheld from the model: {', '.join(map(escaped, coverage.withheld))}.")
    if coverage.unreadable:
        told.append(f"Not readable: {', '.join(escaped(item.file) for item in coverage.unreadable)}.")
    return " ".join(told)
