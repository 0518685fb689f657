"""The retriever: understands the question, searches the reports in scope, and searches again for what was missing."""

import asyncio
from dataclasses import replace

from ..core.errors import BudgetReached, EndpointError, Withheld
from ..core.events import Event
from ..core.shapes import Failure, highest
from ..core.types import Scope
from ..language.stems import content_terms
from ..models.port import Asking
from ..tools.answer.holdings import holdings, is_about_holdings
from ..tools.search.form import settled_by_words
from ..tools.search.joint_evidence import look_up_legs
from ..tools.search.legs import Leg, legs_of
from ..tools.search.mentions import Mentions, mentions
from ..tools.search.question import Plan, plan_question
from ..tools.search.search import Evidence, look_up, merge
from ..tools.search.subject import Subject, plan_subject
from ..vectorstore.index.levels import level_of
from .depth import deepen, widened
from .follow_up import Understood, understand
from .state import Deps, State, Update

_SAID_AS = {
    "prose": "a question", "table": "a comparison", "count": "a count", "absence": "a search for any mention",
    "catalogue": "a question about what is held",
}  # fmt: skip


async def retrieve(state: State, deps: Deps) -> Update:
    """Return the plan and the evidence for a question; on a second visit, evidence for what was missing is added."""
    plan, legs, told = state.plan, state.legs, Update()
    if plan is None:
        understood = await understand(state, deps)
        told = {"question": understood.subject.question, "subject": understood.subject, "drawn": understood.drawn,
                "reaction": understood.reaction, "said": state.question}  # fmt: skip
        told["level"] = level = level_of(deps.library.catalogue, understood.drawn)
        state = replace(
            state, question=understood.subject.question, level=level, scope=_scope(state, understood, deps)
        )  # fmt: skip
        plan = await asyncio.to_thread(_plan, state, understood.subject, deps)
        legs = await asyncio.to_thread(_legs, plan, state, deps)
        narrowed = f" in {', '.join(plan.narrowed_to)}" if plan.narrowed_to else ""
        data: dict[str, object] = {"kind": plan.kind, "form": plan.form, "legs": [leg.name for leg in legs]}
        deps.emit(Event("retriever", "planned", f"{_SAID_AS[plan.form]}{narrowed}{_in_legs(legs)}", data=data))
    if state.evidence is not None:
        return await _search_again(state, state.evidence, plan, deps)
    found, update = await _search(plan, legs, state, deps)
    if deps.depth == "deep" and plan.form in ("prose", "table"):
        found = await deepen(state, plan, found, deps)
    counted = await asyncio.to_thread(_counted, plan, found, deps)
    deps.emit(_searched(found))
    update |= {**told, "plan": plan, "evidence": found, "legs": legs, "mentions": counted}
    if plan.form == "catalogue":
        update["written"] = tuple(holdings(plan, list(found.reports.values()), found.coverage.unreadable))
    return update


async def _search_again(state: State, found: Evidence, plan: Plan, deps: Deps) -> Update:
    """Return the evidence with what is found for each part that a draft had missed."""
    update: Update = {}
    for wanted in await asyncio.to_thread(_plans_for_missing, state, plan, deps):
        more, failed = await _search(wanted, (), state, deps)
        deps.emit(_searched(more))
        found, update = merge(found, more), update | failed
    return {"evidence": found, "missing": (), "problems": (), **update}


async def _search(plan: Plan, legs: tuple[Leg, ...], state: State, deps: Deps) -> tuple[Evidence, Update]:
    """Return the evidence for a plan, and what the state notes where an endpoint would not compare by meaning."""
    # What a draft missed is worded by a model that has read the evidence.
    read = state.evidence.reports if state.evidence else ()
    level = highest((state.level, level_of(deps.library.catalogue, read)))
    asking = Asking(state.run, state.booked_as or state.question, level)
    if not (deps.sends or deps.library.embeds_here):
        return await asyncio.to_thread(_found, plan, legs, state, deps, None), {}
    try:
        return await asyncio.to_thread(_found, plan, legs, state, deps, asking), {}
    except (EndpointError, BudgetReached, Withheld) as error:
        reason = f"searched by words alone: {error}"
        deps.emit(Event("retriever", "degraded", reason))
        failure = Failure(kind=type(error).__name__, message=str(error))
        found = await asyncio.to_thread(_found, plan, legs, state, deps, None)
        return found, {"words_alone": reason, "error": failure}


def _found(plan: Plan, legs: tuple[Leg, ...], state: State, deps: Deps, asking: Asking | None) -> Evidence:
    if legs:
        found = look_up_legs(deps.library, plan, legs, deps.terms(), asking)
    else:
        found = look_up(deps.library, plan, deps.terms(), asking)
    return found if state.evidence else widened(found, plan, legs, state, deps, asking)


def _plan(state: State, subject: Subject, deps: Deps) -> Plan:
    reports = deps.library.catalogue.reports()
    if state.guidance is None:
        plan = plan_subject(subject, reports, state.scope)
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


def _scope(state: State, understood: Understood, deps: Deps) -> Scope:
    """Return what is asked: where it is the others, the reports in scope that did not speak."""
    last, reaction = state.history.last, understood.reaction
    if last is None or reaction is None or reaction.kind != "others":
        return state.scope
    spoke = {report.id for report in deps.library.catalogue.reports()} & set(last.reports)
    left = [report.id for report in deps.library.in_scope(state.scope) if report.id not in spoke]
    return replace(state.scope, reports=tuple(left)) if left else state.scope


def _plans_for_missing(state: State, plan: Plan, deps: Deps) -> list[Plan]:
    """Return a plan for each part that a draft had missed, in the scope of the question."""
    reports = deps.library.catalogue.reports()
    plans = (plan_question(part.detail, reports, plan.scope) for part in state.missing)
    return [replace(found, scope=plan.scope, language=plan.language, kind="lookup", form="prose") for found in plans]


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
