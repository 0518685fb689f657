"""The assistant: puts library, models and graphs together and answers questions or drafts notes with them."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..core.conversation import NoteOutline, OutlinedSection
from ..core.cost import Cost
from ..core.events import OnEvent, OnProgress, silent
from ..core.hosts import host_of
from ..core.settings import ROLES, Role, Settings, load
from ..core.shapes import LEVELS, Answer, Bound, Citation, Claim, Estimate, Level, Making, Note, NoteRequest
from ..core.system.home import Home
from ..core.text import askable
from ..core.types import EVERYTHING, Depth, Scope
from ..language.terms import Terms
from ..models.gate import Gate
from ..models.port import Rehearsal
from ..models.roles import open_models
from ..money.embedding import book_embedding
from ..money.estimate import estimate
from ..money.ledger import Ledger, open_ledger
from ..prompts.prompt import digests
from ..prompts.template import Template, load_template
from ..tools.check.checked_draft import CheckedDraft
from ..tools.check.draft import Draft
from ..tools.document.phrases import known_language
from ..tools.evidence.confidence import THRESHOLD
from ..vectorstore.searchable import Searchable
from .checking.draft_check import check_draft
from .composition import compose, recomposed
from .depth import ROUNDS
from .graph import ask_graph
from .guarded import Guarded
from .note.composition import compose_fitting
from .note.graph_note import note_graph
from .note.nodes import NoteState, outline
from .records import Run, RunRecords
from .state import Ask, Deps, State

if TYPE_CHECKING:  # a matrix, and what checks as `verify` does: no question waits for their imports
    from ..tools.align.matrix import AlignmentMatrix
    from .align.matrix_request import MatrixRequest
    from .note.revision.revision_request import RevisionRequest

_WRITERS: tuple[Role, ...] = ("drafter", "reviewer")  # the roles that are shown report text
AT_ONCE = 4  # calls to one endpoint, where nobody says


class Assistant:
    """Extent questions and drafts notes over a library.

    `model="evidence"`, the default, uses no language model. Other keyword arguments are those of the command line
    (`model`, `base_url`, `max_cost`, `allow_remote`, …); `home` is where ledger and run records are kept. Raises
    UsageError for a setting that is wrong. As a context manager it closes itself.
    """

    def __init__(self, library: Searchable, *, home: str | Path | None = None, **settings: object) -> None:
        place = Home.find(home, library.folder, os.environ)
        loaded = load({"model": "evidence", **settings}, os.environ, Path.cwd(), place)
        place.create()
        self._connect(library, place, loaded, partial(open_ledger, place), AT_ONCE)

    @classmethod
    def with_settings(
        cls,
        library: Searchable,
        home: Home,
        settings: Settings,
        ledger: Callable[[], Ledger],
        *,
        at_once: int = AT_ONCE,
        replies: Path | None = None,
    ) -> "Assistant":
        """Return an assistant for settings that are loaded already; keys of endpoints are read from the environment.

        Each endpoint is sent at most so many calls `at_once`. The ledger is opened when something is booked. `replies`
        is a file for what models answer here alone; without it the settings say what is kept.
        """
        assistant = cls.__new__(cls)
        assistant._connect(library, home, settings, ledger, at_once, replies)
        return assistant

    def _connect(
        self, library: Searchable, home: Home, settings: Settings, ledger: Callable[[], Ledger], at_once: int,
        replies: Path | None = None,
    ) -> None:  # fmt: skip
        self._library = library
        self._settings = settings
        self._open_ledger = ledger
        self._records = RunRecords(home.runs)
        drafts = any(settings.endpoint(role) for role in ROLES)
        self._models = open_models(home, settings, self._ledger, at_once=at_once, replies=replies) if drafts else {}
        guarded = {role: Guarded(model, library) for role, model in self._models.items()}
        terms = cache(partial(Terms.load, home.terms))
        if home.terms.is_file():
            terms()  # what is wrong with the user's own is said at once
        self._deps = Deps(
            library=library, models=guarded, admits=_admission(settings), threshold=THRESHOLD,
            rounds=settings.rounds, depth=settings.depth, terms=terms,
        )  # fmt: skip
        self._ask = ask_graph()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ask(
        self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None, run: Run | None = None,
        by: Ask | None = None,
    ) -> Answer:  # fmt: skip
        """Answer one question; a failing endpoint or a reached budget is told in the answer, not raised.

        It is a run of its own, or belongs to one; `by` answers it in place of the ask graph. Raises UsageError for a
        question that is too long or no Unicode text, as every method that takes one.
        """
        question, run = askable(question), run or Run.new()
        state = State(question=question, scope=scope, run=run.id, booked_as=run.booked_as)
        return self.answered(question, await (by or self._ask)(state, self._watched_by(on_event)), run)

    def answered(self, question: str, done: State, run: Run) -> Answer:
        """Return the answer to a question whose state has gone through the nodes, booked and kept under its run."""
        answer = compose(done, self._booked(run, question), self._library.catalogue)
        self._keep(run, "answer", answer)
        return answer

    @property
    def deps(self) -> Deps:
        """What the nodes work with, for a graph of one's own."""
        return self._deps

    async def note(
        self, topic: str, *, template: str | Template = "policy-note", words: int | None = None,
        fits: Callable[[Note], bool] | None = None, scope: Scope = EVERYTHING, on_event: OnEvent | None = None,
        run: Run | None = None, language: str | None = None,
    ) -> Note:  # fmt: skip
        """Draft a note on a topic after a template (a shipped name, the path of a TOML file, or one that is loaded).

        It has at most so many `words`, sources apart, else as many as the template says; with `fits` it is shortened
        until it does, as far as that can be. Headings, our own sentences and what a model drafts are in a `language`
        (en, fr, de, es); quotes stay in theirs. Without one a note is in English, and nothing is said to a model.
        """
        topic, run = askable(topic, "topic"), run or Run.new()
        spoken = known_language(language or "en")
        state = NoteState(
            topic, _loaded(template), run.id, run.booked_as, scope, words=words, is_measured=fits is not None,
            language=spoken, drafts_in=language,
        )  # fmt: skip
        return await self._drafted(state, run, fits, on_event)

    async def revise(
        self, made: Note, request: "RevisionRequest", *, fits: Callable[[Note], bool] | None = None,
        on_event: OnEvent | None = None, run: Run | None = None,
    ) -> Note:  # fmt: skip
        """Draft anew what an editor's comment asks of a note that was made earlier; the rest is checked again and kept.

        No model is asked about what is kept. Raises UsageError for a note that does not say what it was asked for, a
        section that there is not, and a comment that cannot be followed without a model.
        """
        run = run or Run.new()
        state = replace(
            await self._begun(made, request), run=run.id, booked_as=run.booked_as, is_measured=fits is not None
        )  # fmt: skip
        return await self._drafted(state, run, fits, on_event)

    async def _begun(self, made: Note, request: "RevisionRequest") -> NoteState:
        drafts, table = "drafter" in self._models, self._deps.terms()
        return await asyncio.to_thread(request.begun, made, self._library, table, drafts=drafts)

    async def _drafted(
        self, state: NoteState, run: Run, fits: Callable[[Note], bool] | None, on_event: OnEvent | None
    ) -> Note:  # fmt: skip
        deps = self._watched_by(on_event)
        drafter, reviewer = (getattr(self._models.get(role), "name", "") for role in ("drafter", "reviewer"))
        making = Making(drafted_by=drafter, reviewed_by=reviewer)
        done = await self._draft_note(state, deps)
        note = await compose_fitting(done, deps, lambda: self._booked(run, state.topic), making, fits)
        template = state.template.model_dump(mode="json", exclude_defaults=True)
        asked = NoteRequest(topic=state.topic, template=template, scope=state.scope, words=state.words)
        note = note.model_copy(update={"asked": asked})
        self._keep(run, "note", note)
        return note

    async def align(
        self, request: "MatrixRequest", *, on_event: OnEvent | None = None, run: Run | None = None
    ) -> "AlignmentMatrix":
        """Compare what roadmaps say of topics, cell by cell. Raises UsageError where a filter matches nothing."""
        run = run or Run.new()
        spent = partial(self.spent, run.id) if self._models else lambda _: Cost()
        model = getattr(self._models.get("drafter"), "name", "")
        deps = self._watched_by(on_event)
        matrix = await request.made(deps, run, lambda: self._booked(run, "align"), spent, model)
        self._keep(run, "matrix", matrix)
        return matrix

    async def check(
        self, draft: Draft, *, scope: Scope = EVERYTHING, progress: OnProgress = silent, run: Run | None = None
    ) -> CheckedDraft:
        """Check somebody's draft against the reports; what stops a model is told, and code reads the rest alone.

        Nothing of the draft is kept.
        """
        run = run or Run.new()
        made = await check_draft(draft, scope, self._deps, run.id, run.booked_as or draft.file, progress)
        return made.model_copy(update={"cost": self._booked(run, draft.file)})

    async def estimate_check(self, draft: Draft, *, scope: Scope = EVERYTHING) -> Estimate:
        """Return what a model would cost that reads a draft; nothing is sent."""
        reviewer = self._models.get("reviewer")
        if reviewer is None:
            return Estimate(question=draft.file, typical=Bound(), at_most=Bound(), unpriced=[])
        stand_in = Rehearsal(reviewer.name, reviewer.weigh)
        admits = _admission(self._settings, to_all=True)
        deps = replace(self._deps, models={"reviewer": stand_in}, admits=admits, sends=False)
        await check_draft(draft, scope, deps, "", draft.file)
        usual = self._ledger.usual("reviewer", reviewer.name)
        return estimate(draft.file, stand_in.weights, None, rounds=0, drafted=usual, reviewed=None)

    async def estimate(
        self, question: str, *, template: str | Template | None = None, scope: Scope = EVERYTHING,
        words: int | None = None, language: str | None = None,
    ) -> Estimate:  # fmt: skip
        """Return what an answer would cost, or with a `template` a note on that topic in a `language`; nothing is sent.

        A note of at most so many `words` may have its sentences rewritten.

        No host has to be allowed for it. A drafter that is not set costs nothing.
        """
        question = askable(question, "topic" if template else "question")
        if "drafter" not in self._models:
            return Estimate(question=question, typical=Bound(), at_most=Bound(), unpriced=[])
        if template is not None:
            spoken = language or "en"
            return await self._weighed(NoteState(
                question, _loaded(template), scope=scope, words=words, language=spoken, drafts_in=language
            ))  # fmt: skip
        asked = await self._weighed(State(question=question, scope=scope))
        depths: tuple[Depth, ...] = ("quick", "standard", "deep")
        each = {depth: (await self._weighed(State(question=question, scope=scope), depth)).typical for depth in depths}
        return asked.model_copy(update={"by_depth": each})

    async def estimate_revision(self, made: Note, request: "RevisionRequest") -> Estimate:
        """Return what a revision would cost; nothing is sent. Raises what `revise` raises."""
        return await self._weighed(await self._begun(made, request))

    async def outline(
        self, topic: str, *, template: str | Template = "policy-note", scope: Scope = EVERYTHING,
        words: int | None = None, language: str | None = None,
    ) -> NoteOutline:  # fmt: skip
        """Return what a note of at most so many `words` would be made of, and what it would cost; nothing is sent."""
        topic, template = askable(topic, "topic"), _loaded(template)
        tasks = (await outline(NoteState(topic, template, scope=scope), self._deps))["tasks"]
        sections = [
            OutlinedSection(
                heading=one.heading, kind=one.kind, searches=sum(task.section == at for task in tasks),
                questions=[question.replace("{topic}", topic) for question in one.guiding],
            )
            for at, one in enumerate(template.sections)
        ]  # fmt: skip
        weighed = await self.estimate(topic, template=template, scope=scope, words=words, language=language)
        return NoteOutline(topic=topic, template=template.name, sections=sections, estimate=weighed)

    async def _weighed(self, state: State | NoteState, depth: Depth | None = None) -> Estimate:
        """Have the drafter and, where it searches, the retriever rehearse, and return what their calls would cost."""
        question = state.question if isinstance(state, State) else state.topic
        drafter, reviewer, retriever = (self._models.get(role) for role in ("drafter", "reviewer", "retriever"))
        if drafter is None:
            return Estimate(question=question, typical=Bound(), at_most=Bound(), unpriced=[])
        stand_in = Rehearsal(drafter.name, drafter.weigh)
        searching = Rehearsal(retriever.name, retriever.weigh) if retriever else None
        roles = {"drafter": stand_in, **({"retriever": searching} if searching else {})}
        admits = _admission(self._settings, to_all=True)
        depth = depth or self._settings.depth
        deps = replace(self._deps, models=roles, admits=admits, sends=False, depth=depth)
        if isinstance(state, State):
            await self._ask(state, deps)
        else:
            await self._draft_note(state, deps)
        return estimate(
            question, stand_in.weights, reviewer.rate if reviewer else None, rounds=self._settings.rounds,
            drafted=self._ledger.usual("drafter", drafter.name),
            reviewed=self._ledger.usual("reviewer", reviewer.name) if reviewer else None,
            searches=searching.weights if searching else (), search_rounds=ROUNDS,
        )  # fmt: skip

    def spent(self, run: str, booked_as: str = "") -> Cost:
        """Return what a run, or one question of it, cost so far; a call under way counts with its worst case."""
        return self._ledger.cost(run, booked_as or None)

    def as_now(self, made: Answer | Note) -> Answer | Note:
        """Return what was made some time ago with its citations marked as their reports are now."""
        levels = {report.id: report.confidentiality for report in self._library.catalogue.reports()}

        def marked(citation: Citation) -> Citation:
            return citation.model_copy(update={"confidentiality": levels.get(citation.report, "internal")})

        def claims(found: list[Claim]) -> list[Claim]:
            return [one.model_copy(update={"citations": list(map(marked, one.citations))}) for one in found]

        if isinstance(made, Answer):
            nearest, document = list(map(marked, made.nearest)), made.document or recomposed(made)
            return made.model_copy(update={"claims": claims(made.claims), "nearest": nearest, "document": document})
        sections = [part.model_copy(update={"claims": claims(part.claims)}) for part in made.sections]
        short = [one.model_copy(update={"citation": marked(one.citation)}) for one in made.abbreviations]
        return made.model_copy(update={"sections": sections, "abbreviations": short})

    async def close(self) -> None:
        """Close the connections to the endpoints, and give up what is being embedded for a question."""
        self._library.interrupt()
        for model in dict.fromkeys(self._models.values()):
            await model.close()

    @cached_property
    def _ledger(self) -> Ledger:
        return self._open_ledger()

    @cached_property
    def _draft_note(self) -> Callable[[NoteState, Deps], Awaitable[NoteState]]:
        return note_graph(self._ask)

    def _watched_by(self, on_event: OnEvent | None) -> Deps:
        return self._deps if on_event is None else replace(self._deps, emit=on_event)

    def _booked(self, run: Run, asked: str) -> Cost:
        """Book what was embedded on this machine, and return what the question of a run cost with it."""
        work = self._library.take_embedded()
        book_embedding(self._ledger, self._settings, work, run=run.id, question=run.booked_as or asked)
        return self.spent(run.id, run.booked_as)

    def _keep(self, run: Run, kind: str, made: "Answer | Note | AlignmentMatrix") -> None:
        if run.record:
            prompts = digests() if self._models else {}
            self._records.save(run.record, kind, made.stored(), prompts)


def _loaded(template: str | Template) -> Template:
    return load_template(template) if isinstance(template, str) else template


def _admission(settings: Settings, *, to_all: bool = False) -> Callable[[Level], bool]:
    """Return whether text of a level may go to every role that reads report text.

    `to_all` is as if every host had been allowed; what is internal goes to trusted ones alone, then too.
    """
    endpoints = [endpoint for role in _WRITERS if (endpoint := settings.endpoint(role)) is not None]
    if not endpoints:
        return lambda level: True
    gate = Gate(settings.trust.hosts, [host_of(one.base_url) for one in endpoints] if to_all else settings.allow_remote)
    # Asked for every segment of every prompt: worked out once.
    admitted = {level: all(gate.admits(one.base_url, one.model, level) for one in endpoints) for level in LEVELS}
    return admitted.__getitem__
