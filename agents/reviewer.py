"""The reviewer: tests every statement against the words it cites; what fails goes back once, then is dropped."""

import asyncio
from collections.abc import Sequence

from ..core.errors import BudgetReached, EndpointError, Withheld
from ..core.events import Event
from ..language.stems import content_terms
from ..tools.evidence.citations import Citations
from ..tools.review.doubts import in_words, reasons
from ..tools.search.search import Evidence
from .drafter import fall_back
from .settlement import claim_of, settle
from .state import Deps, State, Statement, Step, Update
from .verdict import Verdict, ask_model, cited_anew, judge, without_model

_NONE_STOOD = "no sentence of the draft stood the review"
_REPEATED = 0.75  # share of common content words at which a statement says again what another on the same words said


async def review(state: State, deps: Deps) -> Update:
    """Return the claims that stand, those dropped, and where the question goes next.

    A claim is shown as soon as nothing more has to be asked about it; what was shown stays in the answer.
    """
    evidence = state.evidence
    if evidence is None:
        raise ValueError("the reviewer needs the retriever's evidence")
    cites = Citations(deps.library.catalogue, evidence.reports)
    stood = [Verdict(statement, tuple(cites.cite(statement.segments))) for statement in state.stood]
    kept = {(one.text, tuple(segment.id for segment in one.segments)) for one in state.stood}
    fresh = [one for one in state.statements if (one.text, tuple(s.id for s in one.segments)) not in kept]
    judged = await asyncio.to_thread(lambda: [judge(statement, cites, evidence.reports) for statement in fresh])
    if state.mode == "drafted":
        judged = await _cited_anew(state, deps, judged, cites, evidence)
    language = evidence.plan.language
    judged = [item for item in judged if item.doubts or not _is_repeated(item.statement, state.stood, language)]
    _show(judged, cites, evidence, state, deps)
    if state.mode == "evidence":
        return await _ended(state, deps, judged, evidence)
    judged, update = await _settled(state, deps, judged, cites, evidence)
    judged = [*stood, *judged]
    step = _next_step(state, deps, judged, degraded=bool(update) or state.degraded is not None)
    if step == "end" and judged and all(item.doubts for item in judged):
        deps.emit(Event("reviewer", "degraded", _NONE_STOOD))
        return {**await _ended(state, deps, judged, evidence), "degraded": _NONE_STOOD, **update, "next": "drafter"}
    if step == "end":
        return {**await _ended(state, deps, judged, evidence), **update}
    wrong = [item for item in judged if item.doubts]
    problems = tuple(f"{item.statement.text!r}: {in_words(item.doubts)}" for item in wrong)
    stands = tuple(item.statement for item in judged if not item.doubts)
    told = f"to the {step}: {len(problems)} problems, {len(state.missing)} missing"
    data: dict[str, object] = {"step": step, "reasons": [reason for item in wrong for reason in reasons(item.doubts)]}
    deps.emit(Event("reviewer", "sent back", told, data=data))
    return {"next": step, "problems": problems, "stood": stands, "round": state.round + 1}


async def _cited_anew(
    state: State, deps: Deps, judged: Sequence[Verdict], cites: Citations, evidence: Evidence
) -> list[Verdict]:
    """Look among the shown words for those that carry a sentence which cites others.

    One that has no word of the question is only looked for around what it cites.
    """
    parts = evidence.parts.values() or [evidence]

    def look() -> list[Verdict]:
        bears = [any(part.relevance.share(item.statement.text) for part in parts) for item in judged]
        pairs = zip(judged, bears, strict=True)
        return [cited_anew(one, state.shown, cites, evidence.reports, anywhere=fits) for one, fits in pairs]

    found = await asyncio.to_thread(look)
    moved = [(old, new) for old, new in zip(judged, found, strict=True) if new is not old]
    if moved:
        data: dict[str, object] = {new.statement.text: old.citations for old, new in moved}
        number = f"{len(moved)} sentence{'' if len(moved) == 1 else 's'}"
        deps.emit(Event("reviewer", "cited anew", f"{number} found in other words than those cited", data=data))
    return found


async def _settled(
    state: State, deps: Deps, judged: list[Verdict], cites: Citations, evidence: Evidence
) -> tuple[list[Verdict], Update]:
    """Have a model settle what the free checks leave open; without one that answers, it does not stand."""
    if not any(item.unsettled for item in judged):
        return judged, {}
    update: Update = {}
    asked = judged
    reviewer = deps.models.get("reviewer")
    try:
        if reviewer is not None:
            judged = await ask_model(reviewer, state, judged, deps.library.catalogue)
    except (EndpointError, BudgetReached, Withheld) as error:
        update = fall_back(error)
        deps.emit(Event("reviewer", "degraded", str(update["degraded"])))
    judged = [without_model(item) for item in judged]
    _show([new for old, new in zip(asked, judged, strict=True) if old.unsettled], cites, evidence, state, deps)
    return judged, update


async def _ended(state: State, deps: Deps, judged: Sequence[Verdict], evidence: Evidence) -> Update:
    """Return the end of the question: what stands, what was dropped, what is missing."""
    update = await asyncio.to_thread(settle, state, judged, evidence, deps.library.catalogue)
    for item in judged:
        if item.doubts:
            deps.emit(Event("reviewer", "dropped", in_words(item.doubts)))
    stand = sum(not item.doubts for item in judged)
    dropped = len(judged) - stand + len(state.dropped)
    data: dict[str, object] = {"supported": stand, "dropped": dropped}
    deps.emit(
        Event(
            "reviewer",
            "reviewed",
            f"{stand} claim{' stands' if stand == 1 else 's stand'}, {dropped} dropped",
            data=data,
        )
    )
    return {**update, "next": "end"}


def _show(judged: Sequence[Verdict], cites: Citations, evidence: Evidence, state: State, deps: Deps) -> None:
    """Tell whoever is watching of the claims that stand; their numbers may still change."""
    for item in judged:
        if item.stands:
            claim = claim_of(item, cites, evidence, state)
            deps.emit(Event("reviewer", "claim", "supported", claim=claim))


def _is_repeated(statement: Statement, stood: Sequence[Statement], language: str) -> bool:
    """Tell whether a statement says again, on the same words, what already stands."""
    mine = set(content_terms(statement.text, language))
    for other in stood:
        theirs = set(content_terms(other.text, language))
        if statement.segments == other.segments and len(mine & theirs) >= _REPEATED * max(len(mine), len(theirs), 1):
            return True
    return False


def _next_step(state: State, deps: Deps, judged: Sequence[Verdict], *, degraded: bool) -> Step:
    if degraded or state.round >= deps.rounds:
        return "end"
    if state.missing and not any(not item.doubts for item in judged):
        return "retriever"
    return "drafter" if any(item.doubts for item in judged) else "end"
