"""Understands a question in the light of those before it: by one model call where there is a model, else by code."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from ..core.errors import BudgetReached, EndpointError, Withheld
from ..core.events import Event
from ..core.shapes import Level, highest
from ..core.text import one_line
from ..core.types import Report
from ..language.stems import content_terms
from ..models.port import Prompt, PromptPart
from ..prompts.prompt import load_prompt
from ..tools.evidence.numbered import harmless
from ..tools.search.memory import Exchange, Memory
from ..tools.search.reaction import OF_ANSWER, OF_FORM, Reaction, reaction_to_answer
from ..tools.search.subject import Subject, amended, follow_up, refers_back
from ..vectorstore.index.catalogue import Catalogue
from ..vectorstore.index.levels import level_of
from .state import Deps, State

_LONGEST = 400
_MOST_TOKENS = 200  # of the question written out
_WISHES = {
    "shorter": "a wish for less on", "listed": "a wish for a list on", "plainer": "a wish for other words on",
    "translated": "a wish for another language on", "attributed": "who says what answered",
    "dated": "the date of what answered", "placed": "the place of what answered", "more": "a wish for more on",
    "why": "the reason of what answered",
}  # fmt: skip
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


class Standalone(BaseModel):
    """What a model is asked for: the question written out."""

    question: str = Field(min_length=3, max_length=_LONGEST)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks, and the reports whose words it may have taken from the conversation.

    Where it is said of the last answer, `reaction` tells how, and the subject is that answer's or one made of it.
    """

    subject: Subject
    drawn: tuple[str, ...] = ()
    reaction: Reaction | None = None


async def understand(state: State, deps: Deps) -> Understood:
    """Return the question as it stands by itself.

    What does not lean on the conversation is taken as it is, without any call, and so is what is said of the last
    answer. Where the model fails, a cap is reached
    or its question brings a figure nobody gave, the rules of `tools.follow_up` decide.
    """
    last = state.history.last
    if last is None:
        return Understood(Subject.plain(state.question))
    reports = deps.library.catalogue.reports()
    reaction = await asyncio.to_thread(reaction_to_answer, state.question)
    if reaction and reaction.kind == "others" and not amended(reaction, last.subject, reports):
        reaction = Reaction("more")  # no place was asked about: the others are of what was answered
    if reaction and reaction.kind in (*OF_FORM, *OF_ANSWER):
        deps.emit(Event("retriever", "understood", f"{_WISHES[reaction.kind]} “{last.question}”"))
        return Understood(last.subject, last.drawn, reaction)
    by_code = await asyncio.to_thread(_by_code, state.question, reaction, last.subject, reports)
    if by_code is None and not refers_back(state.question):
        return Understood(Subject.plain(state.question))
    understood = await _written_out(state, deps) if "retriever" in deps.models else None
    if understood is None:
        understood = Understood(by_code or Subject.plain(state.question), last.drawn if by_code else (), reaction)
    deps.emit(Event("retriever", "understood", f"as “{understood.subject.question}”"))
    return understood


def _by_code(said: str, reaction: Reaction | None, before: Subject, reports: Sequence[Report]) -> Subject | None:
    """Return what a line means after the question before it, by the rules alone; `None` where it stands by itself."""
    meant = amended(reaction, before, reports) if reaction else None
    return meant or follow_up(said, before, reports)


async def _written_out(state: State, deps: Deps) -> Understood | None:
    """Ask the model, first with all that is remembered; what may not go to it is left out then."""
    try:
        return await _ask(state, deps, state.history, guarded=False)
    except Withheld:
        deps.emit(Event("retriever", "withheld", "internal words of earlier turns were kept from the model"))
    except (EndpointError, BudgetReached) as error:
        deps.emit(Event("retriever", "degraded", f"understood by rules: {error}"))
        return None
    try:
        catalogue = deps.library.catalogue
        return await _ask(state, deps, _without_internal(state.history, catalogue), guarded=True)
    except (EndpointError, BudgetReached, Withheld) as error:
        deps.emit(Event("retriever", "degraded", f"understood by rules: {error}"))
        return None


async def _ask(state: State, deps: Deps, memory: Memory, *, guarded: bool) -> Understood | None:
    shown = [*memory.older, *memory.recent]
    if not shown:
        return None
    level = highest(_level(one, deps.library.catalogue) for one in shown)
    passages = tuple(dict.fromkeys(passage for one in shown for passage in one.passages))
    text = load_prompt("follow-up").fill(history="\n".join(map(_told, shown)), question=one_line(state.question))
    prompt = Prompt(
        system=load_prompt("retriever").fill(), parts=(PromptPart(text, level, passages),), agent="retriever",
        step="follow-up, guarded" if guarded else "follow-up", run=state.run,
        question=state.booked_as or state.question, max_output_tokens=_MOST_TOKENS,
    )  # fmt: skip
    written = one_line((await deps.models["retriever"].parse(prompt, Standalone)).question)
    known = f"{text} {state.question}"
    if new := set(_FIGURE.findall(written)) - set(_FIGURE.findall(known)):
        deps.emit(Event("retriever", "degraded", f"understood by rules: the model brought in {', '.join(sorted(new))}"))
        return None
    return Understood(Subject.plain(written), _drawn(written, state.question, shown))


def _told(exchange: Exchange) -> str:
    lines = [f"Asked: {harmless(exchange.question)}"]
    return "\n".join([*lines, f"Answered: {harmless(exchange.said)}"] if exchange.said else lines)


def _drawn(written: str, typed: str, shown: Sequence[Exchange]) -> tuple[str, ...]:
    """Return the reports that a question may have words of: all of the conversation, if it has words of no person."""
    typed_too = [one.asked for one in shown] + [one.question for one in shown if not one.drawn]
    own = {term for text in (typed, *typed_too) for term in content_terms(text, "en")}
    if own.issuperset(content_terms(written, "en")):
        return ()
    return tuple(sorted({name for one in shown for name in (*one.drawn, *one.reports)}))


def _level(exchange: Exchange, catalogue: Catalogue) -> Level:
    """Return how confidential the words of an exchange are now."""
    return level_of(catalogue, (*exchange.drawn, *exchange.reports))


def _without_internal(memory: Memory, catalogue: Catalogue) -> Memory:
    """Return the memory without answers that have words of internal reports, and without questions that may."""
    recent = tuple(one for one in memory.recent if _level(one, catalogue) != "internal")
    return Memory(recent, tuple(one for one in memory.older if _level(one, catalogue) != "internal"))
