"""Makes the note of a finished state: its document, and what all of its searches covered together."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ...core.cost import Cost
from ...core.document import Section
from ...core.shapes import Coverage, Making, Mode, Note
from ...tools.answer.conclusion import CONCLUSIONS
from ...tools.document.page import note_page, source_entry
from ...tools.evidence.source_list import with_newer
from ...tools.publish.colophon import source_type
from ...tools.publish.markdown import blocks_markdown, markdown
from ..state import Deps, State
from .nodes import NoteState, assemble, review_note, tighten
from .section_blocks import composed

_LEAST_WORDS, _SHORTER = 100, 0.92  # of a note, and what is left of one at each step to a length


async def compose_fitting(
    done: NoteState, deps: Deps, booked: Callable[[], Cost], making: Making, fits: Callable[[Note], bool] | None
) -> Note:
    """Return the note of a finished state, shortened until it `fits`, as far as that can be.

    What a model can say more briefly is, before anything is left out; `booked` says what all of it cost in the end.
    """
    note = compose_note(done, deps, booked(), making)
    if fits is None:
        return note
    done = await _tightened(done, deps, is_over=not await asyncio.to_thread(fits, note))
    note = compose_note(done, deps, cost := booked(), making)
    while note.words > _LEAST_WORDS and not await asyncio.to_thread(fits, note):
        done = await _anew(replace(done, words=max(_LEAST_WORDS, round(note.words * _SHORTER))), deps)
        shorter = compose_note(done, deps, cost, making)
        if shorter.words >= note.words:
            break
        note = shorter
    return note


async def _tightened(state: NoteState, deps: Deps, *, is_over: bool) -> NoteState:
    """Return a finished note, now that it is measured, with what a model said more briefly."""
    measured = replace(state, is_measured=False)
    found = await tighten(measured, deps, is_over=is_over)
    if not found["rewritings"]:
        return measured
    found["glossary"] = None
    return await _anew(replace(measured, **found), deps)


async def _anew(state: NoteState, deps: Deps) -> NoteState:
    """Return a finished note put together anew; nothing is searched or asked."""
    fitting = replace(state, **await assemble(state, deps))
    return replace(fitting, sections=(await review_note(fitting, deps))["sections"])


def compose_note(done: NoteState, deps: Deps, cost: Cost, making: Making) -> Note:
    """Return the note; `making` names the models that may draft and review, and the language of our sentences."""
    states = [branch.state for branch in done.branches]
    failed = next((state for state in states if state.error is not None), None)
    title = done.template.told_in(done.language).title.replace("{topic}", done.topic)
    title = title[:1].upper() + title[1:]
    shown = composed(done.template.sections, done.sections, done.silence, done.weighed, done.phrases)
    sections = [Section(heading=one.heading, blocks=mine) for one, mine in zip(done.sections, shown, strict=True)]
    claims = [claim for section in done.sections for claim in section.claims]
    cited = [*claims, *(one.claim for one in done.abbreviations)]
    concluded = any(claim.kind in CONCLUSIONS and claim.judged_by == "model" for claim in claims)
    drafted = concluded or any(state.mode == "drafted" and state.claims for state in states)
    revised = done.revised
    if revised is not None:
        anew = bool(done.conclusions) or any(state.mode == "drafted" and state.claims for state in states)
        drafted = anew or revised.keeps_drafted(done.sections)
        making = revised.making(making, done.sections, is_drafted=anew)
    mode: Mode = "drafted" if drafted else "evidence"
    models = {} if drafted else {"drafted_by": "", "reviewed_by": ""}
    making = making.model_copy(update={**models, "language": done.language, "digital_source_type": source_type(mode)})
    sources = with_newer(done.sources, deps.library.catalogue.reports())
    entries = [source_entry(source, cited) for source in sources]
    document = note_page(title, sections, entries, mode, making, abbreviations=done.abbreviations)
    coverage = _joint_coverage(states)
    texts = [blocks_markdown(section.blocks) for section in sections]
    return Note(
        title=title, template=done.template.name, mode=mode, degraded=failed.degraded if failed else None,
        sections=[one.model_copy(update={"text": text}) for one, text in zip(done.sections, texts, strict=True)],
        sources=sources, dropped=_dropped(done),
        silent=list(done.silence.silent), unclear=list(done.silence.unclear),
        not_assessed=list(done.silence.not_assessed), words=sum(len(text.split()) for text in texts),
        markdown=f"{markdown(document)}\n", coverage=revised.covered(coverage) if revised else coverage, cost=cost,
        error=failed.error if failed else None, run=done.run, document=document, left_out=list(done.left_out),
        abbreviations=list(done.abbreviations), making=making, revision=revised.revision if revised else None,
    )  # fmt: skip


def _dropped(done: NoteState) -> int:
    """Return how many claims fell, those of the sections that are kept too."""
    fallen = len(done.revised.revision.fallen) if done.revised else 0
    return sum(len(branch.state.dropped) for branch in done.branches) + done.dropped + fallen


def _joint_coverage(states: list[State]) -> Coverage:
    """Return what all searches of a note covered together."""
    found = [state.evidence.coverage for state in states if state.evidence is not None]
    files = {item.file: item for coverage in found for item in coverage.unreadable}
    hits = {item.passage.report for state in states if state.evidence for item in state.evidence.ranked}
    return Coverage(
        reports_searched=max((coverage.reports_searched for coverage in found), default=0),
        reports_with_hits=len(hits),
        queries=list(dict.fromkeys(query for coverage in found for query in coverage.queries)),
        unreadable=list(files.values()),
        withheld=sorted({file for state in states for file in state.withheld}),
        languages_uncovered=sorted({language for coverage in found for language in coverage.languages_uncovered}),
    )
