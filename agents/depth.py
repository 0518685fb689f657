"""How deep a question is looked into: what is found besides, how much of it a draft is shown, who searches again."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from ..core.errors import BudgetReached, EndpointError, Withheld
from ..core.events import Event
from ..core.shapes import highest
from ..core.text import one_line
from ..core.types import Depth
from ..models.port import Asking, Prompt, PromptPart
from ..prompts.prompt import load_prompt
from ..tools.evidence.numbered import DEEP, QUICK, STANDARD, Numbered, number_evidence
from ..tools.evidence.scoring import Scored, score
from ..tools.search.form import settled_by_words
from ..tools.search.joint_evidence import look_up_legs
from ..tools.search.legs import Leg
from ..tools.search.question import Plan, plan_question
from ..tools.search.search import PASSAGES, Evidence, look_up, merge
from ..vectorstore.index.levels import as_now, level_of
from .state import Deps, ModelSearch, State

ROUNDS = 3  # searches of a model at most
_MOST_TOKENS = 300  # of what it searches for
_PASSAGES = 120  # looked at, where a draft is shown more than a little; legs share them
_CHARACTERS = {"quick": QUICK, "standard": STANDARD, "deep": DEEP}


def characters(depth: Depth, state: State, plan: Plan) -> int:
    """Return how many characters of evidence a draft is shown.

    By itself few for a look-up, more where all reports or several things are asked, and for a section of a note. "How
    many" is a look-up, too: one sentence gives the figure, and what code counts no draft is shown.
    """
    if depth == "auto":
        several = plan.asks_all and plan.expects != "figure"
        return STANDARD if several or plan.form == "table" or state.legs or state.guidance else QUICK
    return _CHARACTERS[depth]


def widened(
    found: Evidence, plan: Plan, legs: tuple[Leg, ...], state: State, deps: Deps, asking: Asking | None
) -> Evidence:
    """Return evidence with what a draft that is shown more may find besides: more passages, and in all reports.

    What the question itself narrows the search to comes first, but a report that speaks of it may be another's.
    """
    by_code = plan.form in ("absence", "catalogue") or (plan.form == "count" and settled_by_words(plan.question))
    drafted = "drafter" in deps.models and not by_code
    if not drafted or characters(deps.depth, replace(state, legs=legs), plan) <= QUICK:
        return found
    longer, elsewhere = _beyond(plan, legs, state, deps, asking)
    reports = {name: report for one in (*elsewhere, found) for name, report in one.reports.items()}
    hits = {item.passage.report for one in (found, longer, *elsewhere) for item in one.ranked}
    told: dict[str, object] = {"reports_with_hits": len(hits)}
    for one in elsewhere:
        told |= {"reports_searched": one.coverage.reports_searched, "narrowed_to": one.coverage.narrowed_to}
    coverage = found.coverage.model_copy(update=told)
    return replace(found, reports=reports, coverage=coverage, beyond=(longer, *elsewhere))


def _beyond(
    plan: Plan, legs: tuple[Leg, ...], state: State, deps: Deps, asking: Asking | None
) -> tuple[Evidence, tuple[Evidence, ...]]:
    """Return what a longer search of the same reports finds, and a search of all where the question narrows it."""
    library, terms = deps.library, deps.terms()
    if legs:
        longer = look_up_legs(library, plan, legs, terms, asking, max(PASSAGES, _PASSAGES // len(legs)))
    else:
        longer = look_up(library, plan, terms, asking, _PASSAGES)
    if plan.scope == state.scope or state.guidance is not None:
        return longer, ()
    return longer, (look_up(library, replace(plan, scope=state.scope, narrowed_to=()), terms, asking),)


def lay_out(evidence: Evidence, scored: Sequence[Scored], deps: Deps, most: int) -> Numbered:
    """Return so many characters of evidence as a model is shown it; `scored` are its segments."""
    catalogue = deps.library.catalogue
    if most <= QUICK or not evidence.beyond:
        return number_evidence(evidence, scored, catalogue, deps.admits, most)
    longer, *elsewhere = (replace(one, reports=evidence.reports) for one in evidence.beyond)
    whole = replace(merge(evidence, longer), asides=evidence.asides)
    others = [(one, score(one, catalogue)) for one in elsewhere]
    return number_evidence(whole, score(whole, catalogue), catalogue, deps.admits, most, others)


async def deepen(state: State, plan: Plan, found: Evidence, deps: Deps) -> Evidence:
    """Return evidence with what a model, having read it, searches for besides, round by round until nothing is missing.

    Without a model for the retriever, or where it fails or a cap is reached, what was found so far is returned.
    """
    if "retriever" not in deps.models:
        return found
    asked = {plan.question}
    for number in range(1, ROUNDS + 1):
        try:
            wanted = await _wanted(state, found, deps, number)
        except (EndpointError, BudgetReached, Withheld) as error:
            deps.emit(Event("retriever", "degraded", f"searched no deeper: {error}"))
            return found
        queries = [query for query in dict.fromkeys(map(one_line, wanted.queries)) if query and query not in asked]
        if not queries:
            return found
        asked |= set(queries)
        before = len(found.segments)
        for query in queries:
            found = merge(found, await asyncio.to_thread(_searched, query, plan, state, found, deps))
        more = len(found.segments) - before
        told = f"round {number} of {ROUNDS}: {'; '.join(queries)}: {more} further segments"
        deps.emit(Event("retriever", "deepened", told, data={"queries": queries, "missing": wanted.missing}))
    return found


def _searched(query: str, plan: Plan, state: State, found: Evidence, deps: Deps) -> Evidence:
    wanted = plan_question(query, deps.library.catalogue.reports(), plan.scope)
    wanted = replace(wanted, scope=plan.scope, language=plan.language, kind="lookup", form="prose")
    level = highest((state.level, level_of(deps.library.catalogue, found.reports)))  # its words are a model's
    asking = Asking(state.run, state.booked_as or state.question, level)
    allowed = deps.sends or deps.library.embeds_here
    return look_up(deps.library, wanted, deps.terms(), asking if allowed else None)


async def _wanted(state: State, found: Evidence, deps: Deps, number: int) -> ModelSearch:
    """Ask the model what is missing of the evidence so far, and what to search for."""
    catalogue = deps.library.catalogue
    shown = await asyncio.to_thread(_shown, found, deps)
    evidence = "\n\n".join(part.text for part in shown)
    text = load_prompt("deepen").fill(evidence=evidence, question=state.question)
    passages = tuple(item.passage.id for item in found.ranked)
    level = highest((state.level, level_of(catalogue, state.drawn), *(part.level for part in shown)))
    prompt = Prompt(
        system=load_prompt("deepener").fill(), parts=(PromptPart(text, level, passages),), agent="retriever",
        step=f"deepen {number}", run=state.run, question=state.booked_as or state.question, round=number,
        max_output_tokens=_MOST_TOKENS,
    )  # fmt: skip
    return await deps.models["retriever"].parse(prompt, ModelSearch)


def _shown(found: Evidence, deps: Deps) -> tuple[PromptPart, ...]:
    """Return the best of the evidence, as a model may see it."""
    catalogue = deps.library.catalogue
    now = replace(found, reports=as_now(catalogue, found.reports))
    return lay_out(now, score(now, catalogue), deps, STANDARD).parts
