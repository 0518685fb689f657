"""The retriever: understands the question, searches the reports in scope, and searches again for what was missing."""

import asyncio
from dataclasses import replace

from ..core.errors import BudgetReached, EndpointError
from ..core.gate import Withheld
from ..core.model import Asking
from ..core.types import Event, Failure, highest
from ..tools.question import Plan, plan_question
from ..tools.search import Evidence, look_up, merge
from ..vectorstore.analysis import content_terms
from .state import Deps, State, Update


async def retrieve(state: State, deps: Deps) -> Update:
    """Return the plan and the evidence for a question; on a second visit, evidence for what was missing is added."""
    plan = state.plan
    if plan is None:
        plan = await asyncio.to_thread(_plan, state, deps)
        narrowed = f" in {', '.join(plan.narrowed_to)}" if plan.narrowed_to else ""
        deps.emit(Event("retriever", "planned", f"a {plan.kind} question{narrowed}"))
    found, update = state.evidence, Update()
    for wanted in (plan,) if found is None else await asyncio.to_thread(_plans_for_missing, state, plan, deps):
        more, failed = await _search(wanted, state, deps)
        deps.emit(Event("retriever", "searched", _said(more)))
        found, update = more if found is None else merge(found, more), update | failed
    return {"plan": plan, "evidence": found, "missing": (), "problems": (), **update}


async def _search(plan: Plan, state: State, deps: Deps) -> tuple[Evidence, Update]:
    """Return the evidence for a plan, and what the state notes where an endpoint would not compare by meaning."""
    # What a draft missed is worded by a model that has read the evidence.
    read = state.evidence.reports.values() if state.evidence else ()
    level = highest(report.confidentiality for report in read)
    asking = Asking(state.run, state.booked_as or state.question, level)
    try:
        return await asyncio.to_thread(look_up, deps.library, plan, deps.terms, asking), {}
    except (EndpointError, BudgetReached, Withheld) as error:
        reason = f"searched by words alone: {error}"
        deps.emit(Event("retriever", "degraded", reason))
        failure = Failure(kind=type(error).__name__, message=str(error))
        found = await asyncio.to_thread(look_up, deps.library, plan, deps.terms, None)
        return found, {"words_alone": reason, "error": failure}


def _plan(state: State, deps: Deps) -> Plan:
    reports = deps.library.catalogue.reports()
    if state.guidance is None:
        return plan_question(state.question, reports, state.scope)
    plan = plan_question(state.guidance.topic, reports, state.scope)
    cues = tuple(content_terms(state.guidance.cues, plan.language))
    return replace(
        plan,
        question=state.question,
        kind="lookup",
        cues=cues,
        expects=state.guidance.expects,
        per_report=state.guidance.per_report,
    )


def _plans_for_missing(state: State, plan: Plan, deps: Deps) -> list[Plan]:
    """Return a plan for each part that a draft had missed, in the scope of the question."""
    reports = deps.library.catalogue.reports()
    plans = (plan_question(part, reports, plan.scope) for part in state.missing)
    return [replace(found, scope=plan.scope, language=plan.language, kind="lookup") for found in plans]


def _said(found: Evidence) -> str:
    hits = found.coverage.reports_with_hits
    return f"{len(found.ranked)} passages from {hits} of {found.coverage.reports_searched} reports"
