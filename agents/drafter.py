"""The drafter: writes sentences with the evidence they rest on, or lets the reports speak for themselves."""

import asyncio
import re

from ..core.errors import BudgetReached, CoscribeError, EndpointError
from ..core.gate import Withheld
from ..core.model import Part, Prompt
from ..core.types import Event, Failure, highest
from ..prompts.prompt import load_prompt
from ..tools.numbered import Numbered, number_evidence
from ..tools.quotes import select
from ..tools.search import Evidence
from .state import Deps, ModelDraft, Sentence, State, Statement, Update

_MOST_SENTENCES = 8
_MARKS = re.compile(r"\s?\[\d+(?:[,;] ?\d+)*\]")  # some models repeat in the text what they cite
_ALL_WITHHELD = "all evidence is internal and may not go to the model: trust its host, or use a local model"
_WROTE_NOTHING = "the model wrote nothing, and did not say what is missing: try a larger one"


async def draft(state: State, deps: Deps) -> Update:
    """Return statements with their segments; with no model, or where it failed, they are quotes.

    A failing endpoint, a reached budget and withheld text are reasons to fall back (`degraded`), never to give up.
    """
    evidence = state.evidence
    if evidence is None:
        raise ValueError("the drafter needs the retriever's evidence")
    if "drafter" not in deps.models or state.degraded is not None:
        return await _quote(state, deps, evidence)
    try:
        return await _write(state, deps, evidence)
    except (EndpointError, BudgetReached, Withheld) as error:
        update = fall_back(error)
        deps.emit(Event("drafter", "degraded", str(update["degraded"])))
        return {**update, **await _quote(state, deps, evidence)}


def fall_back(error: CoscribeError) -> Update:
    """Return what a state notes when a model call failed and the quotes have to answer."""
    return {"degraded": str(error), "error": Failure(kind=type(error).__name__, message=str(error))}


async def _quote(state: State, deps: Deps, evidence: Evidence) -> Update:
    chosen = await asyncio.to_thread(select, evidence, deps.library.catalogue, deps.threshold)
    quotes = chosen.quotes if chosen.is_list else chosen.quotes[: state.most_quotes]
    deps.emit(Event("drafter", "drafted", f"{len(quotes)} quotes, confidence {chosen.confidence:.2f}"))
    return {
        "statements": tuple(Statement("", run) for run in quotes),
        "mode": "evidence",
        "is_list": chosen.is_list,
        "confidence": chosen.confidence,
    }


async def _write(state: State, deps: Deps, evidence: Evidence) -> Update:
    catalogue = deps.library.catalogue
    numbered = await asyncio.to_thread(number_evidence, evidence, catalogue, deps.admits)
    chosen = await asyncio.to_thread(select, evidence, catalogue, deps.threshold)
    noted: Update = {"mode": "drafted", "withheld": numbered.withheld, "confidence": chosen.confidence}
    if numbered.withheld and not numbered.segments:
        return {**noted, "degraded": _ALL_WITHHELD, **await _quote(state, deps, evidence)}
    if not numbered.segments:
        return {**noted, "statements": ()}
    written = await deps.models["drafter"].parse(_prompt(state, numbered), ModelDraft)
    if not written.sentences and not written.missing and chosen.quotes:
        return {**noted, "degraded": _WROTE_NOTHING, **await _quote(state, deps, evidence)}
    # Small models write the same sentence again and again.
    once = {(sentence.text.strip(), frozenset(sentence.cites)): sentence for sentence in written.sentences}
    statements = tuple(_statement(sentence, numbered) for sentence in list(once.values())[:_MOST_SENTENCES])
    deps.emit(Event("drafter", "drafted", f"{len(statements)} sentences, {len(written.missing)} parts missing"))
    return {**noted, "statements": statements, "missing": tuple(written.missing)}


def _prompt(state: State, numbered: Numbered) -> Prompt:
    problems = "\n".join(f"- {problem}" for problem in state.problems)
    told = f"Your last draft had these problems; mend them:\n{problems}" if problems else ""
    text = load_prompt("question").fill(
        evidence="\n\n".join(part.text for part in numbered.parts), question=state.question, problems=told
    )
    passages = tuple(dict.fromkeys(segment.passage for segment in numbered.segments.values()))
    return Prompt(
        system=load_prompt("drafter").fill(most=str(_MOST_SENTENCES)),
        parts=(Part(text, highest((state.level, *(part.level for part in numbered.parts))), passages),),
        agent="drafter",
        step="redraft" if state.round else "draft",
        run=state.run,
        question=state.booked_as or state.question,
        round=state.round,
    )


def _statement(sentence: Sentence, numbered: Numbered) -> Statement:
    cited = dict.fromkeys(sentence.cites)
    known = tuple(numbered.segments[number] for number in cited if number in numbered.segments)
    unknown = tuple(number for number in cited if number not in numbered.segments)
    return Statement(_MARKS.sub("", sentence.text).strip(), known, unknown)
