"""How deep a question is looked into: how much a draft is shown, and whether a model searches again before it."""

import asyncio
from dataclasses import replace

from ..core.errors import BudgetReached, EndpointError, Withheld
from ..core.events import Event
from ..core.shapes import highest
from ..core.text import one_line
from ..core.types import Depth
from ..models.port import Asking, Prompt, PromptPart
from ..prompts.prompt import load_prompt
from ..tools.evidence.numbered import DEEP, QUICK, STANDARD, number_evidence
from ..tools.evidence.scoring import score
from ..tools.search.question import Plan, plan_question
from ..tools.search.search import Evidence, look_up, merge
from ..vectorstore.index.levels import as_now, level_of
from .state import Deps, ModelSearch, State

ROUNDS = 3  # searches of a model at most
_MOST_TOKENS = 300  # of what it searches for
_CHARACTERS = {"quick": QUICK, "standard": STANDARD, "deep": DEEP}


def characters(depth: Depth, plan: Plan) -> int:
    """Return how many characters of evidence a draft is shown: few for a look-up, more where all reports are asked."""
    if depth == "auto":
        return STANDARD if plan.asks_all or plan.form == "table" else QUICK
    return _CHARACTERS[depth]


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
    return number_evidence(now, score(now, catalogue), catalogue, deps.admits, STANDARD).parts
