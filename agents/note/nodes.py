"""The nodes of the note graph: outline, sections side by side, one numbered source list, and a last review."""

import asyncio
import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, TypedDict

from ...core.events import Event
from ...core.shapes import Claim, NoteSection, Source
from ...core.text import says_verbatim
from ...core.types import EVERYTHING, Scope
from ...language.figures import figures
from ...language.places import region_parts
from ...prompts.template import Template
from ...tools.answer.disagreement import disagreements
from ...tools.evidence.source_list import numbered_by_source
from ...tools.search.kind import Expected
from ..state import Ask, Deps, Guidance, State

_MOST_POSITIONS = 12  # regions or reports that get a branch of their own
_NOTHING = "This search found nothing on it in the reports in scope."
_NOTHING_NEW = "Nothing beyond what is quoted above."
_MOST_QUOTES = {"positions": 3, "figures": 6, "answer": 3}  # of one branch


@dataclass(frozen=True, slots=True)
class SectionTask:
    """One branch: a section of the template (by position), for one region or for all of the scope."""

    section: int
    question: str
    guidance: Guidance
    scope: Scope
    most_quotes: int
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Branching:
    """What one branch is handed."""

    task: SectionTask
    run: str
    booked_as: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """How a branch ended."""

    task: SectionTask
    state: State


@dataclass(frozen=True, slots=True)
class Silence:
    """The regions without a position: they say no word of the topic, some of its words, or nobody can tell."""

    silent: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    not_assessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteState:
    """A note on its way; branches end in any order and are gathered.

    The text of a section is what to say where it has no claims, until it is composed.
    """

    topic: str
    template: Template
    run: str = ""
    booked_as: str = ""
    scope: Scope = EVERYTHING
    tasks: tuple[SectionTask, ...] = ()
    branches: Annotated[tuple[Branch, ...], operator.add] = ()
    sections: tuple[NoteSection, ...] = ()
    dropped: int = 0
    sources: tuple[Source, ...] = ()
    silence: Silence = Silence()


class NoteUpdate(TypedDict, total=False):
    """The fields of a `NoteState` that a node changes."""

    tasks: tuple[SectionTask, ...]
    branches: tuple[Branch, ...]
    sections: tuple[NoteSection, ...]
    dropped: int
    sources: tuple[Source, ...]
    silence: Silence


async def outline(state: NoteState, deps: Deps) -> NoteUpdate:
    """Turn the template's guiding questions into branches; positions get one a region."""
    regions = await asyncio.to_thread(_regions, deps, state.scope)
    tasks: list[SectionTask] = []
    for number, section in enumerate(state.template.sections):
        if section.kind == "silence":
            continue
        question = section.question.replace("{topic}", state.topic)
        expects: Expected = "figure" if section.kind == "figures" else "anything"
        guidance = Guidance(state.topic, section.cues, expects, 1 if section.kind == "positions" else 3)
        task = SectionTask(number, question, guidance, state.scope, _MOST_QUOTES[section.kind])
        if section.kind == "positions" and regions:
            tasks += [replace(task, scope=replace(state.scope, regions=(name,)), region=name) for name in regions]
        else:
            tasks.append(task)
    deps.emit(Event("editor", "planned", f"{len(state.template.sections)} sections, {len(tasks)} searches"))
    return {"tasks": tuple(tasks)}


async def write_section(branch: Branching, deps: Deps, ask: Ask) -> NoteUpdate:
    """Run one branch through retriever, drafter and reviewer."""
    task = branch.task
    asked = State(
        question=task.question, scope=task.scope, run=branch.run, booked_as=branch.booked_as, guidance=task.guidance,
        most_quotes=task.most_quotes,
    )  # fmt: skip
    return {"branches": (Branch(task, await ask(asked, deps)),)}


async def assemble(state: NoteState, deps: Deps) -> NoteUpdate:
    """Put the sections together: sources numbered once over the whole note, repeats dropped, silence said."""
    seen: set[tuple[str, str]] = set()
    sections: list[NoteSection] = []
    by_section = {number: _branches(state, number) for number in range(len(state.template.sections))}
    for number, spec in enumerate(state.template.sections):
        claims = [claim for branch in by_section[number] for claim in branch.state.claims if claim.kind == "stated"]
        if spec.kind == "figures":
            claims = [claim for claim in claims if _has_figure(claim)]
        differing = disagreements(claims) if spec.kind == "figures" else []
        empty = _NOTHING_NEW if claims else _NOTHING
        sections.append(NoteSection(heading=spec.heading, text=empty, claims=[*_new(claims, seen), *differing]))
    numbered, sources = numbered_by_source(sections)
    return {"sections": tuple(numbered), "sources": tuple(sources), "silence": _silence(state, by_section)}


async def review_note(state: NoteState, deps: Deps) -> NoteUpdate:
    """Look at the note as a whole: a claim stays only if every quote stands on its page and its source is listed."""
    numbers = {source.number for source in state.sources}
    catalogue = deps.library.catalogue
    sections: list[NoteSection] = []
    checked = dropped = 0
    for section in state.sections:
        kept = []
        for claim in section.claims:
            pages = [await asyncio.to_thread(catalogue.page_text, citation.passage) for citation in claim.citations]
            holds = [
                citation.number in numbers and says_verbatim(page, citation.quote)
                for page, citation in zip(pages, claim.citations, strict=True)
            ]
            checked += len(holds)
            if all(holds):
                kept.append(claim)
        lost = len(section.claims) - len(kept)
        dropped += lost
        if lost:
            deps.emit(Event("reviewer", "dropped", f"{lost} claims of {section.heading!r} are not in their source"))
            section = section.model_copy(update={"claims": kept, "text": _NOTHING})
        sections.append(section)
    deps.emit(Event("reviewer", "reviewed", f"{checked} citations checked over {len(sections)} sections"))
    return {"sections": tuple(sections), "dropped": dropped}


def _branches(state: NoteState, number: int) -> list[Branch]:
    order = {task: position for position, task in enumerate(state.tasks)}
    mine = [branch for branch in state.branches if branch.task.section == number]
    return sorted(mine, key=lambda branch: order[branch.task])


def _regions(deps: Deps, scope: Scope) -> list[str]:
    """Return the outermost regions of the reports in scope, as written, in order of their number of reports."""
    counts: dict[str, int] = {}
    for report in deps.library.in_scope(scope):
        if region_parts(report.region):
            name = str(report.region).split("/")[0].strip()
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_POSITIONS]


def _silence(state: NoteState, by_section: dict[int, list[Branch]]) -> Silence:
    """Sort the regions without a claim: silent where no page holds any word of the topic, by an exhaustive search."""
    silent, unclear, not_assessed = [], [], []
    for number, branches in by_section.items():
        for branch in branches if state.template.sections[number].kind == "positions" else ():
            evidence, region = branch.state.evidence, branch.task.region
            if branch.state.claims or region is None or evidence is None:
                continue
            coverage = evidence.coverage
            withheld = branch.state.mode == "drafted" and branch.state.withheld  # quotes are sought in all reports
            if coverage.languages_uncovered or withheld or not coverage.reports_searched:
                not_assessed.append(region)
            elif set(evidence.plan.spelled) <= set(coverage.absent_words):
                silent.append(region)
            else:
                never = ", ".join(f"“{word}”" for word in coverage.absent_words)
                unclear.append(f"{region} (never says {never})" if never else region)
    return Silence(tuple(silent), tuple(unclear), tuple(not_assessed))


def _new(claims: Iterable[Claim], seen: set[tuple[str, str]]) -> list[Claim]:
    """Return the claims whose quotes have not been used yet."""
    fresh: list[Claim] = []
    for claim in claims:
        keys = {(citation.passage, citation.quote) for citation in claim.citations if citation.role == "quote"}
        if keys - seen:
            fresh.append(claim)
            seen |= keys
    return fresh


def _has_figure(claim: Claim) -> bool:
    return any(figure.unit not in ("", "year") for citation in claim.citations for figure in figures(citation.quote))
