"""The drafter: writes sentences with the evidence they rest on, or lets the reports speak for themselves."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from ..core.errors import BudgetReached, CoscribeError, EndpointError, Withheld
from ..core.events import Event
from ..core.shapes import Failure, highest
from ..core.types import Report, Segment
from ..language.places import region_parts
from ..language.stems import same_leg
from ..models.port import Prompt, PromptPart
from ..prompts.prompt import load_prompt
from ..tools.answer.missing import Missing
from ..tools.evidence.numbered import QUICK, Numbered, harmless
from ..tools.evidence.recalled import more, reasons, recalled
from ..tools.evidence.scoring import score
from ..tools.evidence.selection import Selection, select
from ..tools.search.joint_evidence import legs_with
from ..tools.search.question import is_of_kind
from ..tools.search.reaction import OF_ANSWER, OF_FORM
from ..tools.search.search import Evidence
from ..vectorstore.index.levels import as_now, level_of
from ..vectorstore.scope import status_of
from .depth import characters, lay_out
from .reviewing.tongue import to_write_in, writing
from .state import Deps, ModelDraft, State, Statement, Update
from .statements import statements

SegmentRun = tuple[Segment, ...]
_MOST_SENTENCES, _MOST_OF_MUCH = 8, 12  # of a draft; of one that is shown more than a little
_LENGTH, _IN_A_NOTE = "at most 40 words each", "of about 25 words, never more than 35"
_LEAST_QUOTES = 2  # of each leg, however many there are
_BEARING = 0.3  # share of the best score that a segment needs to bear on the question
_COVERED = 0.6  # share of a question's words, by rarity, that a quote for another one has to have
_ON_THE_MATTER = 0.5  # share of its words that the one quote of a row has to have, on which the search is not sure
_ALL_WITHHELD = "all evidence is internal and may not go to the model: trust its host, or use a local model"
_WROTE_NOTHING = "the model wrote nothing, and did not say what is missing: try a larger one"


async def draft(state: State, deps: Deps) -> Update:
    """Return statements with their segments; with no model, or where it failed, they are quotes.

    A failing endpoint, a reached budget and withheld text are reasons to fall back (`degraded`), never to give up.
    """
    evidence = state.evidence
    if evidence is None:
        raise ValueError("the drafter needs the retriever's evidence")
    if state.written or state.mentions is not None:
        return _by_code(state, deps)
    if quotes := await asyncio.to_thread(_recalled, state, deps, evidence):
        return quotes
    if "drafter" not in deps.models or state.degraded is not None:
        return await _quote(state, deps, evidence)
    try:
        return await _write(state, deps, evidence)
    except (EndpointError, BudgetReached, Withheld) as error:
        update = fall_back(error)
        deps.emit(Event("drafter", "degraded", str(update["degraded"])))
        if state.stood:  # they were shown already
            return {**update, "statements": ()}
        return {**update, **await _quote(state, deps, evidence)}


def fall_back(error: CoscribeError) -> Update:
    """Return what a state notes when a model call failed and the quotes have to answer."""
    return {"degraded": str(error), "error": Failure(kind=type(error).__name__, message=str(error))}


async def _quote(state: State, deps: Deps, evidence: Evidence) -> Update:
    if evidence.parts:
        parts = await asyncio.to_thread(_selected, state, evidence, deps)
        statements, sure = _of_legs(state, parts, evidence), _joint_confidence(parts.values())
        is_list = False
    else:
        chosen = await asyncio.to_thread(_select, evidence, deps)
        quotes = chosen.quotes if chosen.is_list else chosen.quotes[: _most_quotes(state)]
        statements = [Statement("", run, echoes=chosen.echoes.get(run[0].id, ())) for run in quotes]
        sure, is_list = chosen.confidence, chosen.is_list
    deps.emit(Event("drafter", "drafted", f"{len(statements)} quotes, confidence {sure:.2f}"))
    return {"statements": tuple(statements), "mode": "evidence", "is_list": is_list, "confidence": sure}


def _selected(state: State, evidence: Evidence, deps: Deps) -> dict[str, Selection]:
    """Return what is quoted for each leg. A row of a comparison has its best quote, if one is on the matter at all."""
    rows = {leg.name for leg in state.legs if leg.row}
    found = {name: _select(part, deps) for name, part in evidence.parts.items()}
    if not any(chosen.quotes for chosen in found.values()):
        return found
    for name in rows:
        if not found[name].quotes and (least := _best_of(evidence.parts[name], deps)):
            found[name] = replace(found[name], quotes=least)
    return found


def _best_of(part: Evidence, deps: Deps) -> tuple[SegmentRun, ...]:
    """Return the best quote of a leg below the threshold, if it has most of the words in question."""
    chosen = _select(part, replace(deps, threshold=0.0)).quotes[:1]
    said = " ".join(segment.text for run in chosen for segment in run)
    asked = any(not term.isdigit() for term in part.plan.terms)
    return chosen if asked and part.relevance.share(said) >= _ON_THE_MATTER else ()


def _of_legs(state: State, parts: Mapping[str, Selection], evidence: Evidence) -> list[Statement]:
    """Return the quotes of every leg; a report that two legs share speaks for the narrower one."""
    most = min(_most_quotes(state), max(_LEAST_QUOTES, state.most_quotes // len(parts)))
    legs = {leg.name: leg for leg in state.legs}
    seen: set[int] = set()
    statements: list[Statement] = []
    for name, chosen in parts.items():
        leg = legs[name]
        mine = [
            run
            for run in chosen.quotes
            if not leg.row
            or (name in legs_with(run[0].report, evidence.parts) and leg.is_about(*(segment.text for segment in run)))
        ]
        left = [run for run in mine if run[0].id not in seen] or ([] if leg.row else mine)
        left = left or ([] if leg.row else _answering(evidence.parts[name], statements))
        for run in _each_report_first(left, evidence.reports)[:most]:
            seen.update(segment.id for segment in run)
            statements.append(Statement("", run, echoes=chosen.echoes.get(run[0].id, ()), leg=name))
    return statements


def _answering(part: Evidence, statements: Iterable[Statement]) -> list[SegmentRun]:
    """Return the first quote that was found for another question and answers this one, too."""
    runs = (statement.segments for statement in statements)
    said = ((run, " ".join(segment.text for segment in run)) for run in runs)
    return [run for run, text in said if part.relevance.share(text) >= _COVERED and is_of_kind(text, part.plan)][:1]


def _each_report_first(runs: Sequence[SegmentRun], reports: Mapping[str, Report]) -> list[SegmentRun]:
    """Return quotes in an order in which every report speaks once before one speaks again.

    Among them what is neither draft nor superseded comes first, and a region's own report before those of its parts.
    """
    turns: dict[str, int] = {}
    order = []
    for place, run in enumerate(runs):
        report = reports[run[0].report]
        turns[report.id] = turn = turns.get(report.id, -1) + 1
        order.append((turn, status_of(report) in ("draft", "superseded"), len(region_parts(report.region)), place))
    return [runs[place] for *_, place in sorted(order)]


def _most_quotes(state: State) -> int:
    """Return how many quotes answer at most, of each leg too: one, where the answer shall be shorter."""
    return 1 if state.reaction and state.reaction.kind == "shorter" else state.most_quotes


def _recalled(state: State, deps: Deps, evidence: Evidence) -> Update | None:
    """Return what is said of the last answer's quotes by these and what stands beside them; `None` for a new answer."""
    last, reaction, catalogue = state.history.last, state.reaction, deps.library.catalogue
    if last is None or reaction is None or reaction.kind not in OF_ANSWER:
        return None
    same = [one for one in state.history.recent if one.question == last.question] if reaction.kind == "more" else [last]
    told = [places for one in same[::-1] for places in one.quotes]  # what was quoted last goes on first
    quotes = recalled(catalogue, told, evidence.reports)
    if not quotes:
        return None
    if reaction.kind in ("more", "why"):
        beyond = more if reaction.kind == "more" else reasons
        quotes = beyond(quotes, score(evidence, catalogue), catalogue)
    deps.emit(Event("drafter", "drafted", f"{len(quotes)} quotes, those of the last answer and around them"))
    statements = tuple(Statement("", run) for run in quotes)
    return {"statements": statements, "mode": "evidence", "is_list": False, "confidence": 1.0 if quotes else 0.0}


def _joint_confidence(parts: Collection[Selection]) -> float:
    """Return the confidence of an answer in legs: that of the weakest leg answered, else the best of those not."""
    answered = [part.confidence for part in parts if part.quotes]
    return min(answered) if answered else max((part.confidence for part in parts), default=0.0)


def _by_code(state: State, deps: Deps) -> Update:
    """Return what needs no model: what is held, and the sentences that use the words asked for.

    The confidence is then the share of the reports in scope that were read to the end.
    """
    found = state.mentions
    statements = tuple(Statement("", (segment,)) for segment in found.said.values()) if found else ()
    deps.emit(Event("drafter", "drafted", f"{len(statements)} quotes, by code"))
    sure = round(found.reach, 3) if found else 1.0
    return {"statements": statements, "mode": "evidence", "is_list": False, "confidence": sure}


def _select(evidence: Evidence, deps: Deps) -> Selection:
    catalogue = deps.library.catalogue
    return select(evidence, score(evidence, catalogue), catalogue, deps.threshold)


def _numbered(state: State, evidence: Evidence, deps: Deps) -> tuple[Numbered, list[Selection], frozenset[int]]:
    """Return the evidence as the model is shown it, what would be quoted of each part of it, and what bears on it."""
    catalogue = deps.library.catalogue
    evidence = replace(evidence, reports=as_now(catalogue, evidence.reports))
    scored = score(evidence, catalogue)
    numbered = lay_out(evidence, scored, deps, characters(deps.depth, state, evidence.plan))
    parts = evidence.parts.values() or [evidence]
    each = [scored if part is evidence else score(part, catalogue) for part in parts]
    bearing = frozenset(
        item.segment.id for one in each for item in one if item.score >= _BEARING * max(one[0].score, 0.0)
    )
    bearing |= _in_other_words(numbered, evidence)
    chosen = [select(part, one, catalogue, deps.threshold) for part, one in zip(parts, each, strict=True)]
    return numbered, chosen, bearing


def _in_other_words(numbered: Numbered, evidence: Evidence) -> frozenset[int]:
    """Return the segments of reports in another language than the question's, which cannot be compared by words."""
    asked = evidence.plan.language
    return frozenset(
        segment.id
        for segment in numbered.segments.values()
        if (spoken := evidence.reports[segment.report].language) and not same_leg(spoken, asked)
    )


async def _write(state: State, deps: Deps, evidence: Evidence) -> Update:
    numbered, chosen, bearing = await asyncio.to_thread(_numbered, state, evidence, deps)
    quotable = any(part.quotes for part in chosen)
    noted: Update = {
        "mode": "drafted", "withheld": numbered.withheld, "confidence": _joint_confidence(chosen),
        "shown": tuple(numbered.segments.values()),
    }  # fmt: skip
    noted["spares"] = tuple(_spares(state, chosen, evidence))
    noted["bearing"] = bearing
    if numbered.withheld and not numbered.segments:
        return {**noted, "degraded": _ALL_WITHHELD, **await _quote(state, deps, evidence)}
    if not numbered.segments:
        return {**noted, "statements": ()}
    written = await deps.models["drafter"].parse(_prompt(state, numbered, deps), ModelDraft)
    each = [one for sentence in written.sentences for one in statements(sentence, numbered, evidence.plan.language)]
    if not each and not written.missing and quotable:
        return {**noted, "degraded": _WROTE_NOTHING, **await _quote(state, deps, evidence)}
    # Small models write the same sentence again and again.
    once = {(one.text, frozenset(segment.id for segment in one.segments), one.unknown): one for one in each}
    drafted = tuple(once.values())[: _most_sentences(state, deps)]
    missing = tuple(Missing(None, "unanswered", part) for part in written.missing)
    deps.emit(Event("drafter", "drafted", f"{len(drafted)} sentences, {len(written.missing)} parts missing"))
    return {**noted, "statements": drafted, "missing": missing}


def _most_sentences(state: State, deps: Deps) -> int:
    shows_little = state.plan is None or characters(deps.depth, state, state.plan) <= QUICK
    return _MOST_SENTENCES if shows_little else _MOST_OF_MUCH


def _spares(state: State, chosen: Sequence[Selection], evidence: Evidence) -> list[Statement]:
    """Return what would be quoted, part by part."""
    if evidence.parts:
        return _of_legs(state, dict(zip(evidence.parts, chosen, strict=True)), evidence)
    return [
        Statement("", run)
        for part in chosen
        for run in (part.quotes if part.is_list else part.quotes[: _most_quotes(state)])
    ]


def _prompt(state: State, numbered: Numbered, deps: Deps) -> Prompt:
    problems = "\n".join(f"- {problem}" for problem in state.problems)
    told = f"Your last draft had these problems; mend them:\n{problems}" if problems else ""
    text = load_prompt("question").fill(
        evidence="\n\n".join(part.text for part in numbered.parts), question=state.question, problems=told
    )
    if state.reaction and state.reaction.kind in OF_FORM:
        text += "\n" + load_prompt("wish").fill(wish=harmless(state.said))
    if state.guidance and state.guidance.comment:
        text += "\n" + load_prompt("comment").fill(comment=harmless(state.guidance.comment))
    text += writing(state.language)
    passages = tuple(dict.fromkeys(segment.passage for segment in numbered.segments.values()))
    # The problems are told in sentences of the last draft, and that was written from what was shown then.
    retold = level_of(deps.library.catalogue, {segment.report for segment in state.shown} if problems else ())
    return Prompt(
        system=load_prompt("drafter").fill(
            most=str(_most_sentences(state, deps)),
            length=_IN_A_NOTE if state.guidance else _LENGTH,
            language=to_write_in(state.language),
        ),
        parts=(PromptPart(text, highest((state.level, retold, *(part.level for part in numbered.parts))), passages),),
        agent="drafter",
        step="redraft" if state.round else "draft",
        run=state.run,
        question=state.booked_as or state.question,
        round=state.round,
    )
