"""The reviewer: code measures every statement, a reader judges those that are no copies, and its word decides.

What is rejected goes back to the drafter once; what then still nobody confirms gives way to the quote it rests on.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from ...core.errors import BudgetReached, EndpointError, Withheld
from ...core.events import Event
from ...core.shapes import Doubt
from ...language.stems import content_terms
from ...tools.answer.missing import Missing
from ...tools.evidence.citations import Citations
from ...tools.search.search import Evidence
from ..drafter import fall_back
from ..state import Deps, Extent, State, Statement, Step, Update
from .second_reader import Reading, read_over
from .settlement import claim_of, settle, standing_in
from .verdict import Verdict, cited_anew, judge
from .whole import no_sentence

_NONE_STOOD = "no sentence of the draft stood the review"
_NONE_ANSWERED = "no sentence of the draft answers the question"
_NONE_WRITTEN = "the draft left open what the reports seem to answer"
_NONE_CONFIRMED = "there was no reviewer to confirm the draft"
_DOES_NOT_ANSWER = "it does not answer the question"
_UNCONFIRMED = "no reviewer could confirm it"
_MOST_READ = 6  # quotes of which a reader says whether they answer
_REPEATED = 0.75  # share of common content words at which a statement says again what another on the same words said


async def review(state: State, deps: Deps) -> Update:
    """Return the claims that stand, those dropped, and where the question goes next.

    A claim is shown as soon as nothing more has to be asked about it; what was shown stays in the answer.
    """
    evidence = state.evidence
    if evidence is None:
        raise ValueError("the reviewer needs the retriever's evidence")
    cites = Citations(deps.library.catalogue, evidence.reports)
    stood = [Verdict(statement, tuple(cites.cite(statement.segments)), "stands") for statement in state.stood]
    kept = {(one.text, tuple(segment.id for segment in one.segments)) for one in state.stood}
    fresh = [one for one in state.statements if (one.text, tuple(s.id for s in one.segments)) not in kept]
    asked = f"{state.question}\n{state.said}"
    is_wish = state.reaction is not None and state.reaction.kind == "translated"

    def look() -> list[Verdict]:
        flaws = [no_sentence(one.text, state.shown, asked, any_letters=is_wish) if one.text else "" for one in fresh]
        pairs = zip(fresh, flaws, strict=True)
        return [judge(one, cites, evidence.reports, state.shown, flaw, state.language) for one, flaw in pairs]

    judged = await asyncio.to_thread(look)
    if state.mode == "drafted":
        judged = await _cited_anew(state, deps, judged, cites, evidence)
    language = evidence.plan.language
    judged = [item for item in judged if item.doubts or not _is_repeated(item.statement, state.stood, language)]
    if state.mode == "evidence":
        _show(judged, cites, evidence, state, deps)
        return await _ended(state, deps, _once([*judged, *stood]), evidence)
    copies = [item for item in judged if item.stands and state.spares]  # whether others answer, a reader has to say
    _show(copies, cites, evidence, state, deps)
    shown = [*stood, *copies]
    reading, update = await _read(state, deps, [*stood, *judged])
    standing = [one for one in reading.judged if one.stands and (reading.answers != "no" or one in shown)]
    _show([item for item in standing if item not in shown], cites, evidence, state, deps)
    return {**await _decided(state, deps, reading, standing, evidence, lost=bool(update)), **update}


async def _decided(
    state: State, deps: Deps, reading: Reading, standing: Sequence[Verdict], evidence: Evidence, *, lost: bool
) -> Update:
    """Return where a draft goes that was read: back for what is wrong or missing, or to its end.

    `lost` says that the reader could not be reached.
    """
    judged = [item if item in standing or not _is_beside(item, reading) else _beside(item) for item in reading.judged]
    told = () if reading.answers == "wholly" else tuple(Missing(None, "unanswered", part) for part in reading.missing)
    state = replace(state, missing=tuple(dict.fromkeys((*state.missing, *told))))
    wrong = [item for item in judged if item.standing == "rejected" and item.reason != _DOES_NOT_ANSWER]
    step = "end" if lost or state.degraded is not None else _next_step(state, deps, bool(standing), bool(wrong))
    if step == "end":
        return await _finished(state, deps, judged, evidence, reading)
    problems = tuple(f"{item.statement.text!r}: {item.reason}" for item in wrong)
    back = f"to the {step}: {len(problems)} problems, {len(state.missing)} missing"
    data: dict[str, object] = {"step": step, "reasons": [item.reason for item in wrong]}
    deps.emit(Event("reviewer", "sent back", back, data=data))
    stands = tuple(item.statement for item in standing)
    return {
        "next": step, "problems": problems, "stood": stands, "missing": state.missing, "round": state.round + 1
    }  # fmt: skip


async def _finished(
    state: State, deps: Deps, judged: Sequence[Verdict], evidence: Evidence, reading: Reading
) -> Update:
    """Return the end of a draft; where none of it stands, the reports speak for themselves, if they are sure enough."""
    if any(item.stands for item in judged):
        return await _ended(state, deps, judged, evidence, reading.answers)
    if not judged:
        return await _unwritten(state, deps, evidence)
    quotes = standing_in(judged, state.bearing)
    if not (quotes or state.spares):
        return await _ended(state, deps, judged, evidence)
    lost = all(item.standing == "unjudged" for item in judged)
    why = _NONE_ANSWERED if reading.answers == "no" else _NONE_CONFIRMED if lost else _NONE_STOOD
    deps.emit(Event("reviewer", "degraded", why))
    ended = await _ended(state, deps, judged, evidence)
    return {**ended, "claims": (), "degraded": state.degraded or why, "stood": quotes, "next": "drafter"}


async def _unwritten(state: State, deps: Deps, evidence: Evidence) -> Update:
    """Return the end of a draft without a sentence: where the reports would be quoted, a reader says if that answers.

    Without a reader they are: a part is only missing where both the model and the search found nothing.
    """
    if not state.spares:
        return await _ended(state, deps, (), evidence)
    cites = Citations(deps.library.catalogue, evidence.reports)
    quotes = [Verdict(one, tuple(cites.cite(one.segments)), "stands") for one in state.spares[:_MOST_READ]]
    reading, update = await _read(replace(state, spares=()), deps, quotes)
    if reading.answers == "no":
        return {**await _ended(state, deps, (), evidence), **update}
    deps.emit(Event("reviewer", "degraded", _NONE_WRITTEN))
    missing = tuple(Missing(None, "unanswered", part) for part in reading.missing)
    return {"degraded": _NONE_WRITTEN, **update, "missing": missing, "stood": (), "next": "drafter"}


async def _read(state: State, deps: Deps, judged: Sequence[Verdict]) -> tuple[Reading, Update]:
    """Have the reader judge what is open; where nothing would be quoted, it is asked what plain copies answer, too.

    What nobody could judge stays so.
    """
    unasked = Reading(tuple(judged))
    if not any(item.is_open for item in judged) and (state.spares or not judged):
        return unasked, {}
    update: Update = {}
    reviewer = deps.models.get("reviewer")
    try:
        if reviewer is not None and any(item.is_open or item.stands for item in judged):
            return await read_over(reviewer, state, judged, deps.library.catalogue), {}
    except (EndpointError, BudgetReached, Withheld) as error:
        update = fall_back(error)
        deps.emit(Event("reviewer", "degraded", str(update["degraded"])))
    return replace(unasked, judged=tuple(_unjudged(item) for item in judged)), update


def _is_beside(item: Verdict, reading: Reading) -> bool:
    """Tell whether a reader held a statement to answer nothing: one that was rejected, too, if its words might."""
    return item.stands or (reading.answers == "no" and bool(item.citations))


def _beside(item: Verdict) -> Verdict:
    doubt = Doubt(kind="beside", detail=_DOES_NOT_ANSWER)
    reason = item.reason or _DOES_NOT_ANSWER
    return replace(item, standing="rejected", doubts=(*item.doubts, doubt), reason=reason)


def _unjudged(item: Verdict) -> Verdict:
    if not item.is_open:
        return item
    statement = replace(item.statement, judged_by="nobody")
    doubt = Doubt(kind="unconfirmed", detail=_UNCONFIRMED)
    return replace(item, statement=statement, standing="unjudged", doubts=(*item.doubts, doubt), reason=_UNCONFIRMED)


def _once(judged: Sequence[Verdict]) -> list[Verdict]:
    """Return statements without those that rest on the words of one before, for the same part of the question."""
    found: dict[tuple[int, ...], list[Verdict]] = {}
    for item in judged:
        same = found.setdefault(tuple(segment.id for segment in item.statement.segments), [])
        if all(item.statement.leg not in (None, one.statement.leg) for one in same):
            same.append(item)
    kept = [item for same in found.values() for item in same]
    return [item for item in judged if any(item is one for one in kept)]


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
        told = (state.shown, cites, evidence.reports)
        return [cited_anew(one, *told, anywhere=fits, language=state.language) for one, fits in pairs]

    found = await asyncio.to_thread(look)
    moved = [(old, new) for old, new in zip(judged, found, strict=True) if new is not old]
    if moved:
        data: dict[str, object] = {new.statement.text: old.citations for old, new in moved}
        number = f"{len(moved)} sentence{'' if len(moved) == 1 else 's'}"
        deps.emit(Event("reviewer", "cited anew", f"{number} found in other words than those cited", data=data))
    return found


async def _ended(
    state: State, deps: Deps, judged: Sequence[Verdict], evidence: Evidence, answers: Extent | None = None
) -> Update:
    """Return the end of the question: what stands, what was dropped, what is missing."""
    update = await asyncio.to_thread(settle, state, judged, evidence, deps.library.catalogue, answers)
    for item in judged:
        if not item.stands:
            deps.emit(Event("reviewer", "dropped", item.reason))
    stand = sum(item.stands for item in judged)
    dropped = len(judged) - stand + len(state.dropped)
    data: dict[str, object] = {"supported": stand, "dropped": dropped}
    told = f"{stand} claim{' stands' if stand == 1 else 's stand'}, {dropped} dropped"
    deps.emit(Event("reviewer", "reviewed", told, data=data))
    return {**update, "next": "end"}


def _show(judged: Sequence[Verdict], cites: Citations, evidence: Evidence, state: State, deps: Deps) -> None:
    """Tell whoever is watching of the claims that stand; their numbers may still change."""
    for item in judged:
        if item.stands:
            claim = claim_of(item.statement, cites, evidence, state)
            deps.emit(Event("reviewer", "claim", "supported", claim=claim))


def _is_repeated(statement: Statement, stood: Sequence[Statement], language: str) -> bool:
    """Tell whether a statement says again, on the same words, what already stands."""
    mine = set(content_terms(statement.text, language))
    for other in stood:
        theirs = set(content_terms(other.text, language))
        if statement.segments == other.segments and len(mine & theirs) >= _REPEATED * max(len(mine), len(theirs), 1):
            return True
    return False


def _next_step(state: State, deps: Deps, stands: bool, wrong: bool) -> Step:
    """Return who has to look again: for what is missing where little was found, else for what is wrong."""
    if state.round >= deps.rounds:
        return "end"
    if state.missing and not (stands and state.confidence >= deps.threshold):
        return "retriever"
    return "drafter" if wrong else "end"
