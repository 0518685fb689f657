"""The reviewer: tests every statement against the words it cites; what fails goes back once, then is dropped."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.errors import BudgetReached, EndpointError
from ..core.gate import Withheld
from ..core.languages import guess_language
from ..core.model import Part, Prompt
from ..core.text import one_line
from ..core.types import Citation, Claim, Event, Report, highest
from ..prompts.prompt import load_prompt
from ..tools.citations import Citations
from ..tools.disagreement import disagreements
from ..tools.numbered import harmless
from ..tools.quotes import framing
from ..tools.review.checks import SETTLED_SHARE, support
from .drafter import fall_back
from .state import Deps, ModelVerdicts, State, Statement, Step, Update

_NONE_STOOD = "no sentence of the draft stood the review"


@dataclass(frozen=True, slots=True)
class _Judged:
    """A statement with its citations, what is wrong with it, and whether only a model can settle it."""

    statement: Statement
    citations: tuple[Citation, ...]
    reasons: tuple[str, ...]
    unsettled: bool = False


async def review(state: State, deps: Deps) -> Update:
    """Return the claims that stand, those dropped, and where the question goes next."""
    evidence = state.evidence
    if evidence is None:
        raise ValueError("the reviewer needs the retriever's evidence")
    cites = Citations(deps.library.catalogue, evidence.reports)
    judged = await asyncio.to_thread(_judge_all, state.statements, cites, evidence.reports)
    if state.mode == "evidence":
        return _settle(state, deps, judged, evidence.reports)
    update: Update = {}
    if any(item.unsettled for item in judged):
        _announce(deps, judged, Citations(deps.library.catalogue, evidence.reports))
        try:
            judged = await _ask_model(state, deps, judged)
        except (EndpointError, BudgetReached, Withheld) as error:
            update = fall_back(error)
            judged = [_unsettled_is_dropped(item) for item in judged]
    step = _next_step(state, deps, judged, degraded=bool(update))
    if step == "end" and judged and all(item.reasons for item in judged):
        return {**_settle(state, deps, judged, evidence.reports), "degraded": _NONE_STOOD, **update, "next": "drafter"}
    if step == "end":
        return {**_settle(state, deps, judged, evidence.reports), **update, "next": step}
    problems = tuple(f"{item.statement.text!r}: {'; '.join(item.reasons)}" for item in judged if item.reasons)
    deps.emit(Event("reviewer", "sent back", f"to the {step}: {len(problems)} problems, {len(state.missing)} missing"))
    return {"next": step, "problems": problems, "round": state.round + 1}


def _judge_all(statements: Sequence[Statement], cites: Citations, reports: dict[str, Report]) -> list[_Judged]:
    return [_judge(statement, cites, reports) for statement in statements]


def _judge(statement: Statement, cites: Citations, reports: dict[str, Report]) -> _Judged:
    """Run the free checks; a quote that speaks for itself needs none, being verbatim by construction."""
    if statement.unknown:
        return _Judged(statement, (), (f"it cites {list(statement.unknown)}, which is not in the evidence",))
    if not statement.segments:
        return _Judged(statement, (), ("it cites nothing",))
    if len({segment.report for segment in statement.segments}) > 1:
        return _Judged(statement, (), ("it merges several reports: write one sentence for each",))
    citations = tuple(cites.cite(statement.segments))
    if not statement.text:
        return _Judged(statement, citations, ())
    report = reports[statement.segments[0].report]
    told = [told for told in (report.title, report.organisation, report.region, report.date) if told]
    found = support(statement.text, [citation.quote for citation in citations], told=told)
    spoken, written = guess_language(statement.text), report.language
    foreign = bool(spoken and written and spoken != written)
    reasons = [reason for reason in found.reasons if not (foreign and reason == "the cited words do not say this")]
    unsettled = not reasons and (foreign or found.score < SETTLED_SHARE)
    return _Judged(statement, citations, tuple(reasons), unsettled)


async def _ask_model(state: State, deps: Deps, judged: Sequence[_Judged]) -> list[_Judged]:
    """Put all unsettled statements to the model in one call; what it does not confirm does not stand."""
    reviewer = deps.models.get("reviewer")
    if reviewer is None:
        return [_unsettled_is_dropped(item) for item in judged]
    asked = {number: item for number, item in enumerate(judged, start=1) if item.unsettled}
    shown = "\n\n".join(
        f"Claim {number}: {one_line(item.statement.text)}\nCited: "
        + " / ".join(harmless(citation.quote) for citation in item.citations)
        for number, item in asked.items()
    )
    cited = (citation.confidentiality for item in asked.values() for citation in item.citations)
    level = highest((state.level, *cited))
    passages = tuple({citation.passage: None for item in asked.values() for citation in item.citations})
    text = load_prompt("claims").fill(claims=shown, numbers=", ".join(map(str, asked)))
    prompt = Prompt(
        system=load_prompt("reviewer").fill(), parts=(Part(text, level, passages),), agent="reviewer", step="review",
        run=state.run, question=state.booked_as or state.question, round=state.round,
    )  # fmt: skip
    verdicts = {found.claim: found for found in (await reviewer.parse(prompt, ModelVerdicts)).verdicts}
    settled = list(judged)
    for number, item in asked.items():
        verdict = verdicts.get(number)
        if verdict is None or not verdict.supported:
            reason = one_line(verdict.reason) if verdict else "the reviewer gave no verdict"
            settled[number - 1] = _Judged(item.statement, item.citations, (reason or "not supported",))
    return settled


def _announce(deps: Deps, judged: Sequence[_Judged], cites: Citations) -> None:
    """Show what has passed the free checks to whoever is watching, before a model is asked about the rest."""
    for item in judged:
        if not item.reasons and not item.unsettled:
            citations = cites.cite(item.statement.segments)
            claim = Claim(text=item.statement.text, kind="stated", verdict="supported", citations=citations)
            deps.emit(Event("reviewer", "claim", "passed the free checks", claim=claim))


def _unsettled_is_dropped(item: _Judged) -> _Judged:
    if not item.unsettled:
        return item
    return _Judged(item.statement, item.citations, ("no reviewer could confirm it",))


def _next_step(state: State, deps: Deps, judged: Sequence[_Judged], *, degraded: bool) -> Step:
    if degraded or state.round >= deps.rounds:
        return "end"
    if state.missing and not any(not item.reasons for item in judged):
        return "retriever"
    return "drafter" if any(item.reasons for item in judged) else "end"


def _settle(state: State, deps: Deps, judged: Sequence[_Judged], reports: dict[str, Report]) -> Update:
    """Turn what was judged into claims; citation numbers are counted over those that stand, then those dropped."""
    cites = Citations(deps.library.catalogue, reports)
    claims: list[Claim] = []
    for item in judged:
        if item.reasons:
            continue
        citations = cites.cite(item.statement.segments)
        text = item.statement.text or _quoted(item.statement, citations, reports)
        claim = Claim(text=text, kind="stated", verdict="supported", citations=citations)
        claims.append(claim)
        deps.emit(Event("reviewer", "claim", "supported", claim=claim))
    if not state.is_list:
        claims += disagreements(claims)
    dropped = [_moved(claim, claims) for claim in state.dropped]
    for item in judged:
        if item.reasons:
            dropped.append(Claim(
                text=item.statement.text, kind="stated", verdict="unsupported", reason="; ".join(item.reasons),
                citations=cites.cite(item.statement.segments),
            ))  # fmt: skip
            deps.emit(Event("reviewer", "dropped", "; ".join(item.reasons)))
    deps.emit(Event("reviewer", "reviewed", f"{len(claims)} claims stand, {len(dropped)} dropped"))
    return {"claims": tuple(claims), "dropped": tuple(dropped), "next": "end"}


def _moved(dropped: Claim, claims: Sequence[Claim]) -> Claim:
    """Return a claim that was dropped before these were made with numbers that are none of theirs."""
    last = max((citation.number for claim in claims for citation in claim.citations), default=0)
    moved = [citation.model_copy(update={"number": last + citation.number}) for citation in dropped.citations]
    return dropped.model_copy(update={"citations": moved})


def _quoted(statement: Statement, citations: Sequence[Citation], reports: dict[str, Report]) -> str:
    first = statement.segments[0]
    words = " … ".join(one_line(citation.quote) for citation in citations if citation.role == "quote")
    return f"{framing(reports[first.report], first)}: “{words}”"
