"""The retriever: understands the question, searches the reports in scope, and searches again for what was missing."""

import asyncio
from dataclasses import replace

from ..core.types import Event
from ..tools.question import Plan, plan_question
from ..tools.search import Evidence, look_up, merge
from ..tools.shape.form import settled_by_words
from ..tools.shape.holdings import holdings, is_about_holdings
from ..tools.shape.joint import look_up_legs
from ..tools.shape.legs import Leg, legs_of
from ..tools.shape.mentions import Mentions, mentions
from ..vectorstore.analysis import content_terms
from .state import Deps, State, Update

_SAID_AS = {
    "prose": "a question", "table": "a comparison", "count": "a count", "absence": "a search for any mention",
    "catalogue": "a question about what is held",
}  # fmt: skip


async def retrieve(state: State, deps: Deps) -> Update:
    """Return the plan and the evidence for a question; on a second visit, evidence for what was missing is added."""
    plan, legs = state.plan, state.legs
    if plan is None:
        plan = await asyncio.to_thread(_plan, state, deps)
        legs = await asyncio.to_thread(_legs, plan, state, deps)
        narrowed = f" in {', '.join(plan.narrowed_to)}" if plan.narrowed_to else ""
        told: dict[str, object] = {"kind": plan.kind, "form": plan.form, "legs": [leg.name for leg in legs]}
        deps.emit(Event("retriever", "planned", f"{_SAID_AS[plan.form]}{narrowed}{_in_legs(legs)}", data=told))
    if state.evidence is not None:
        found = await asyncio.to_thread(look_up, deps.library, replace(plan, queries=state.missing), deps.terms)
        deps.emit(_searched(found))
        return {"evidence": merge(state.evidence, found), "missing": (), "problems": ()}
    if legs:
        found = await asyncio.to_thread(look_up_legs, deps.library, plan, legs, deps.terms)
    else:
        found = await asyncio.to_thread(look_up, deps.library, plan, deps.terms)
    counted = await asyncio.to_thread(_counted, plan, found, deps)
    deps.emit(_searched(found))
    update: Update = {"plan": plan, "evidence": found, "legs": legs, "mentions": counted}
    if plan.form == "catalogue":
        update["written"] = tuple(holdings(plan, list(found.reports.values()), found.coverage.unreadable))
    return update


def _plan(state: State, deps: Deps) -> Plan:
    reports = deps.library.catalogue.reports()
    if state.guidance is None:
        plan = plan_question(state.question, reports, state.scope)
        return replace(plan, form="catalogue", queries=()) if is_about_holdings(plan) else plan
    plan = plan_question(state.guidance.topic, reports, state.scope)
    cues = tuple(content_terms(state.guidance.cues, plan.language))
    return replace(
        plan,
        question=state.question,
        kind="lookup",
        form="prose",
        cues=cues,
        expects=state.guidance.expects,
        per_report=state.guidance.per_report,
    )


def _legs(plan: Plan, state: State, deps: Deps) -> tuple[Leg, ...]:
    if state.guidance is not None:
        return ()
    reports = deps.library.catalogue.reports()
    return legs_of(plan, reports, deps.library.ranker().routing.route(plan.question))


def _counted(plan: Plan, found: Evidence, deps: Deps) -> Mentions | None:
    """Return who uses the words asked for, where that is the question; what they say of it no search can count."""
    asked = plan.form in ("count", "absence") and plan.terms and settled_by_words(plan.question)
    return mentions(deps.library, found) if asked else None


def _in_legs(legs: tuple[Leg, ...]) -> str:
    return f", in {len(legs)} legs" if legs else ""


def _searched(found: Evidence) -> Event:
    hits, coverage = found.coverage.reports_with_hits, found.coverage
    said = f"{len(found.ranked)} passages from {hits} of {coverage.reports_searched} reports"
    passages = [item.passage.id for item in found.ranked]
    return Event("retriever", "searched", said, data={"queries": coverage.queries, "passages": passages})
