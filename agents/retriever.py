"""The retriever: understands the question, searches the reports in scope, and searches again for what was missing."""

import asyncio
from dataclasses import replace

from ..core.types import Event
from ..tools.follow_up import Subject, plan_subject
from ..tools.question import Plan, plan_question
from ..tools.search import Evidence, look_up, merge
from ..vectorstore.analysis import content_terms
from .follow_up import understand
from .state import Deps, State, Update


async def retrieve(state: State, deps: Deps) -> Update:
    """Return the plan and the evidence for a question; on a second visit, evidence for what was missing is added."""
    plan = state.plan
    told: Update = {}
    if plan is None:
        understood = await understand(state, deps)
        told = {"question": understood.subject.question, "subject": understood.subject, "level": understood.level}
        plan = await asyncio.to_thread(_plan, state, understood.subject, deps)
        narrowed = f" in {', '.join(plan.narrowed_to)}" if plan.narrowed_to else ""
        deps.emit(Event("retriever", "planned", f"a {plan.kind} question{narrowed}"))
    again = state.evidence is not None
    wanted = replace(plan, queries=state.missing) if again else plan
    found = await asyncio.to_thread(look_up, deps.library, wanted, deps.terms)
    deps.emit(Event("retriever", "searched", _said(found)))
    if state.evidence is not None:
        found = merge(state.evidence, found)
    return {**told, "plan": plan, "evidence": found, "missing": (), "problems": ()}


def _plan(state: State, subject: Subject, deps: Deps) -> Plan:
    reports = deps.library.catalogue.reports()
    if state.guidance is None:
        return plan_subject(subject, reports, state.scope)
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


def _said(found: Evidence) -> str:
    hits = found.coverage.reports_with_hits
    return f"{len(found.ranked)} passages from {hits} of {found.coverage.reports_searched} reports"
