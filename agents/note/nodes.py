"""The nodes of the note graph: outline, sections side by side, one numbered source list, and a last review."""

import asyncio
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, TypedDict

from ...core.events import Event
from ...core.shapes import Abbreviation, Claim, LeftOut, NoteSection, Source
from ...core.text import says_verbatim
from ...core.types import EVERYTHING, Scope
from ...language.figures import figures
from ...language.places import region_parts
from ...prompts.template import BY_REGION, MADE_OF_OTHERS, Template, TemplateSection
from ...tools.answer.disagreement import disagreements
from ...tools.answer.strength import strength
from ...tools.document.phrases import Phrases, phrases
from ...tools.evidence.framing import reworded
from ...tools.evidence.source_list import numbered_by_source
from ...tools.search.kind import Expected
from ..retriever import retrieve
from ..state import Ask, Deps, Guidance, State
from .advice import without_advice
from .editor import Conclusion, EditorDesk, conclude
from .glossary import explained, explained_in_place, glossary, renumbered
from .key_messages import key_messages
from .length import WordCount, fitted, too_long
from .revision.revised import Revised, TaskRole, grounds
from .rewriting import Rewriting, RewritingDesk, applied, rewrite
from .section_blocks import Silence, Weighed, composed, words_of

_MOST_POSITIONS = 12  # regions or reports that get a branch of their own
_MOST_QUOTES = {"comparison": 2, "figures": 6}  # of one branch, where it is not three


@dataclass(frozen=True, slots=True)
class SectionTask:
    """One branch: a section of the template (by position), for one region or for all of the scope."""

    section: int
    question: str
    guidance: Guidance
    scope: Scope
    most_quotes: int
    region: str | None = None
    role: TaskRole = "asked"


@dataclass(frozen=True, slots=True)
class Branching:
    """What one branch is handed."""

    task: SectionTask
    run: str
    booked_as: str = ""
    drafts_in: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """How a branch ended."""

    task: SectionTask
    state: State


@dataclass(frozen=True, slots=True)
class NoteState:
    """A note on its way; branches end in any order and are gathered.

    The text of a section is what to say where it has no claims, until it is composed. `words` is how long the note may
    be, where that is not as its template says, `language` that of our own sentences, and `drafts_in` the one that
    models are to write in, where one was asked for. One that `is_measured`, in pages, is rewritten where it is
    composed. `revised` is what it keeps of another note. `glossary` is what the reports define the
    abbreviations of the whole note as, of which `abbreviations` are told.
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
    silence: Silence = field(default_factory=Silence)
    weighed: tuple[Weighed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    rewritings: tuple[Rewriting, ...] = ()
    glossary: tuple[Abbreviation, ...] | None = None
    abbreviations: tuple[Abbreviation, ...] = ()
    words: int | None = None
    is_measured: bool = False
    language: str = "en"
    drafts_in: str | None = None
    revised: Revised | None = None

    @property
    def phrases(self) -> Phrases:
        """Our own sentences, in the language of the note."""
        return phrases(self.language)


class NoteUpdate(TypedDict, total=False):
    """The fields of a `NoteState` that a node changes."""

    tasks: tuple[SectionTask, ...]
    branches: tuple[Branch, ...]
    sections: tuple[NoteSection, ...]
    dropped: int
    sources: tuple[Source, ...]
    silence: Silence
    weighed: tuple[Weighed, ...]
    left_out: tuple[LeftOut, ...]
    conclusions: tuple[Conclusion, ...]
    rewritings: tuple[Rewriting, ...]
    glossary: tuple[Abbreviation, ...] | None
    abbreviations: tuple[Abbreviation, ...]


async def outline(state: NoteState, deps: Deps) -> NoteUpdate:
    """Turn the template's guiding questions into branches; positions get one a region."""
    regions = await asyncio.to_thread(_regions, deps, state.scope)
    tasks: list[SectionTask] = []
    for number, section in enumerate(state.template.sections):
        by_region = section.kind in BY_REGION
        expects: Expected = "figure" if section.kind == "figures" else "anything"
        guidance = Guidance(state.topic, section.cues, expects, 1 if by_region else 3)
        for asked in section.guiding:
            question = asked.replace("{topic}", state.topic)
            task = SectionTask(number, question, guidance, state.scope, _MOST_QUOTES.get(section.kind, 3))
            if by_region and regions:
                tasks += [replace(task, scope=replace(state.scope, regions=(name,)), region=name) for name in regions]
            else:
                tasks.append(task)
    if state.revised is not None:
        tasks = list(state.revised.planned(tasks))
    searches = sum(task.role in ("asked", "beside") for task in tasks)
    deps.emit(Event("editor", "planned", f"{len(state.template.sections)} sections, {searches} searches"))
    return {"tasks": tuple(tasks)}


async def write_section(branch: Branching, deps: Deps, ask: Ask) -> NoteUpdate:
    """Run one branch through retriever, drafter and reviewer."""
    task = branch.task
    asked = State(
        question=task.question, scope=task.scope, run=branch.run, booked_as=branch.booked_as, guidance=task.guidance,
        most_quotes=task.most_quotes, language=branch.drafts_in,
    )  # fmt: skip
    if task.role == "probe":  # whether a region is silent, no model is asked
        return {"branches": (Branch(task, replace(asked, **await retrieve(asked, deps.alone()))),)}
    is_asked = task.role in ("asked", "beside")
    return {"branches": (Branch(task, without_advice(await ask(asked, deps)) if is_asked else asked),)}


async def assemble(state: NoteState, deps: Deps) -> NoteUpdate:
    """Put the sections together: what is told twice once, within the length, sources numbered over the whole note."""
    whole = _whole(state)
    revised = state.revised
    anew = set(range(len(whole.sections))) - revised.sections.keys() if revised else set()
    kept, left = fitted(state.template, whole.sections, whole.count, state.words, first=anew)
    if left:
        deps.emit(Event("editor", "shortened", f"{len(left)} claims left out for length"))
    known = state.glossary
    if known is None:
        known = await asyncio.to_thread(glossary, _claims(whole.sections), deps.library, state.scope)
    kept = explained_in_place(kept, known, lambda one: not too_long(state.template, whole.count(one), state.words))
    told = explained(_claims(kept), known)
    below = NoteSection(heading="", text="", claims=[one.claim for one in told])
    (*numbered, _), sources = numbered_by_source([*kept, below])
    return {
        "sections": tuple(numbered), "sources": tuple(sources), "silence": whole.silence, "weighed": whole.weighed,
        "left_out": (*(revised.left_out if revised else ()), *left),
        "glossary": known, "abbreviations": renumbered(told, sources),
    }  # fmt: skip


def _claims(sections: Iterable[NoteSection]) -> list[Claim]:
    return [claim for section in sections for claim in section.claims]


@dataclass(frozen=True, slots=True)
class _Whole:
    """A note with all that was found and concluded, before anything is left out, and how its words are counted."""

    sections: list[NoteSection]
    silence: Silence
    weighed: tuple[Weighed, ...]
    count: WordCount


def _whole(state: NoteState) -> _Whole:
    sections = _sections(state)
    for one in state.conclusions:
        found = sections[one.section]
        sections[one.section] = found.model_copy(update={"claims": [*found.claims, one.claim]})
    for number, spec in enumerate(state.template.sections):
        if spec.kind == "key_messages":
            told = key_messages(state.template, sections, spec.most)
            sections[number] = sections[number].model_copy(update={"claims": told})
    silence, weighed = _silence(state, _by_section(state)), _weighed(state, sections)

    def count(sections: Sequence[NoteSection]) -> list[int]:
        return [
            words_of(blocks) for blocks in composed(state.template.sections, sections, silence, weighed, state.phrases)
        ]

    return _Whole(sections, silence, weighed, count)


async def tighten(state: NoteState, deps: Deps, *, is_over: bool = False) -> NoteUpdate:
    """Have a model say drafted sentences more briefly, where the note is too long, by its words or as the caller says.

    Once for a note: one that is to be measured has to be composed first.
    """
    if state.is_measured:
        return {"rewritings": ()}
    whole = _whole(state)
    shown = tuple({segment.id: segment for branch in state.branches for segment in branch.state.shown}.values())
    desk = RewritingDesk(
        state.topic, state.template, whole.sections, whole.count, state.words, shown, state.run, state.booked_as,
        is_over, frozenset(state.revised.sections) if state.revised else frozenset(),
    )  # fmt: skip
    return {"rewritings": await rewrite(desk, deps)}


async def edit(state: NoteState, deps: Deps) -> NoteUpdate:
    """Have a model conclude from what was found, where the template lets it."""
    found = _sections(state)
    template, comment = state.template, ""
    if state.revised is not None:
        template, comment = state.revised.concluding(template), state.revised.revision.comment
    desk = EditorDesk(
        state.topic, template, grounds(found), state.run, state.booked_as, state.language, comment, state.drafts_in
    )  # fmt: skip
    kept, fallen = await conclude(desk, deps)
    return {"conclusions": tuple(kept), "dropped": fallen}


def _by_section(state: NoteState) -> dict[int, list[Branch]]:
    return {number: _branches(state, number) for number in range(len(state.template.sections))}


def _sections(state: NoteState) -> list[NoteSection]:
    """Return what the branches found, section by section, before anything is numbered or left out."""
    kept = state.revised.sections if state.revised else {}
    seen = state.revised.quoted if state.revised else set[tuple[str, str]]()
    found, told = _by_section(state), state.template.told_in(state.language)
    sections = [
        kept.get(number) or _section(spec, found[number], seen, state.phrases)
        for number, spec in enumerate(told.sections)
    ]  # fmt: skip
    return applied(sections, state.rewritings)


def _section(
    spec: TemplateSection, branches: Iterable[Branch], seen: set[tuple[str, str]], words: Phrases
) -> NoteSection:
    """Return a section of what its branches found and nothing said before."""
    claims = [
        claim if spec.kind != "comparison" else claim.model_copy(update={"leg": branch.task.region})
        for branch in branches
        for claim in branch.state.claims
        if claim.kind == "stated" and _bears(claim, branch.state)
    ]
    if spec.kind == "figures":
        claims = [claim for claim in claims if _has_figure(claim)]
    differing = disagreements(claims, language=words.language) if spec.kind == "figures" else []
    empty = words.told("alone.nothing_new" if claims else "alone.nothing")
    told = [reworded(claim, words.language) for claim in _new(claims, seen)]
    return NoteSection(heading=spec.heading, text=empty, claims=[*told, *differing])


def _weighed(state: NoteState, sections: Sequence[NoteSection]) -> tuple[Weighed, ...]:
    """Return how strong the evidence is of each section that was asked for."""
    reports = dict(state.revised.reports) if state.revised else {}
    reports |= {
        name: report
        for branch in state.branches
        if branch.state.evidence is not None
        for name, report in branch.state.evidence.reports.items()
    }
    this_year = datetime.now(UTC).year
    pairs = zip(state.template.sections, sections, strict=True)
    found = [
        (section.heading, strength(section.claims, reports, this_year, state.language))
        for spec, section in pairs
        if spec.kind not in MADE_OF_OTHERS
    ]
    return tuple(Weighed(heading, known) for heading, known in found if known is not None)


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
            section = section.model_copy(update={"claims": kept, "text": state.phrases.told("alone.nothing")})
        sections.append(section)
    deps.emit(Event("reviewer", "reviewed", f"{checked} citations checked over {len(sections)} sections"))
    return {"sections": tuple(sections), "dropped": state.dropped + dropped}


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
    silent, unclear, not_assessed, later, regions = list[str](), list[str](), list[str](), list[str](), list[str]()
    for number, branches in by_section.items():
        for branch in branches if state.template.sections[number].kind in BY_REGION else ():
            evidence, region = branch.state.evidence, branch.task.region
            regions += [region] if region else []
            not_assessed += [region] if region and branch.task.role == "unassessed" else []
            later += [region] if region and branch.task.role == "later" else []
            if branch.state.claims or region is None or evidence is None or branch.task.role == "beside":
                continue
            coverage = evidence.coverage
            withheld = branch.state.mode == "drafted" and branch.state.withheld  # quotes are sought in all reports
            if coverage.languages_uncovered or withheld or not coverage.reports_searched:
                not_assessed.append(region)
            elif set(evidence.plan.spelled) <= set(coverage.absent_words):
                silent.append(region)
            else:
                never = ", ".join(f"“{word}”" for word in coverage.absent_words)
                told = state.phrases.told("table.never_says", words=never)
                unclear.append(f"{region} ({told})" if never else region)
    return Silence(tuple(silent), tuple(unclear), tuple(not_assessed), tuple(dict.fromkeys(regions)), tuple(later))


def _new(claims: Iterable[Claim], seen: set[tuple[str, str]]) -> list[Claim]:
    """Return the claims whose quotes have not been used yet."""
    fresh: list[Claim] = []
    for claim in claims:
        keys = {(citation.passage, citation.quote) for citation in claim.citations if citation.role == "quote"}
        if keys - seen:
            fresh.append(claim)
            seen |= keys
    return fresh


def _bears(claim: Claim, state: State) -> bool:
    """Tell whether a quote has a word of the topic, in itself, its lead-in or the headings above it.

    Near in meaning is too little, most of all where a template's cues decide among the quotes: any plan "will" and
    "shall". Words in another language than the topic's cannot be compared.
    """
    if claim.framing is None or state.evidence is None:
        return True
    evidence, quote = state.evidence, claim.citations[0]
    if evidence.reports[quote.report].language != evidence.plan.language:
        return True
    told = [citation.quote for citation in claim.citations]
    return evidence.relevance.share(*told, *quote.locator.path) > 0


def _has_figure(claim: Claim) -> bool:
    return any(figure.unit not in ("", "year") for citation in claim.citations for figure in figures(citation.quote))
