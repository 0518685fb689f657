"""The assistant: puts library, models and graphs together and answers questions or drafts notes with them."""

import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.cost import Cost
from ..core.events import OnEvent
from ..core.hosts import host_of
from ..core.question import askable
from ..core.settings import Role, Settings, load
from ..core.shapes import LEVELS, Answer, Bound, Citation, Claim, Estimate, Level, Note
from ..core.system.home import Home
from ..core.types import EVERYTHING, Scope
from ..language.terms import Terms
from ..models.gate import Gate
from ..models.port import Rehearsal
from ..models.roles import open_models
from ..money.embedding import book_embedding
from ..money.estimate import estimate
from ..money.ledger import Ledger
from ..prompts.template import load_template
from ..tools.evidence.confidence import THRESHOLD
from ..vectorstore.library import Library
from .chat.graph_chat import ChatGraph, open_chat_graph
from .chat.sessions import TurnEntry
from .composition import compose
from .graph import ask_graph
from .guarded import Guarded
from .note.composition import compose_note
from .note.graph_note import note_graph
from .note.nodes import NoteState
from .records import RunRecords, new_run
from .state import Deps, State

_WRITERS: tuple[Role, ...] = ("drafter", "reviewer")  # the roles that are shown report text
_AT_ONCE = 4  # calls to one endpoint, where nobody says


class Assistant:
    """Answers questions and drafts notes over a library.

    `model="evidence"`, the default, uses no language model. Other keyword arguments are those of the command line
    (`model`, `base_url`, `max_cost`, `allow_remote`, …); `home` is where ledger and run records are kept. Raises
    UsageError for a setting that is wrong.
    """

    def __init__(self, library: Library, *, home: str | Path | None = None, **settings: object) -> None:
        place = Home.find(Path(home) if home is not None else None, library.folder, os.environ)
        flags = {"model": "evidence", **settings}
        self._connect(library, place, load(flags, os.environ, Path.cwd(), place), os.environ, _AT_ONCE)

    @classmethod
    def with_settings(
        cls, library: Library, home: Home, settings: Settings, environ: Mapping[str, str], *, at_once: int = _AT_ONCE
    ) -> "Assistant":
        """Return an assistant for settings that are loaded already; keys of endpoints are read from `environ`.

        Each endpoint is sent at most so many calls `at_once`.
        """
        assistant = cls.__new__(cls)
        assistant._connect(library, home, settings, environ, at_once)
        return assistant

    def _connect(
        self, library: Library, home: Home, settings: Settings, environ: Mapping[str, str], at_once: int
    ) -> None:
        home.create()
        self._library = library
        self._settings = settings
        self._ledger = Ledger(home.ledger)
        self._records = RunRecords(home.runs)
        self._models = open_models(home, settings, environ, self._ledger, at_once=at_once)
        guarded = {role: Guarded(model, library) for role, model in self._models.items()}
        self._deps = Deps(
            library=library, models=guarded, admits=_admission(settings), threshold=THRESHOLD,
            rounds=settings.rounds, terms=Terms.load(home.terms),
        )  # fmt: skip
        self._ask_graph = ask_graph()
        self._note_graph = note_graph(self._ask_graph)

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Answer:
        """Answer one question; a failing endpoint or a reached budget is told in the answer, not raised.

        Raises UsageError for a question that is too long or no Unicode text, as every method that takes one.
        """
        question, run = askable(question), new_run()
        state = State(question=question, scope=scope, run=run)
        done = State(**await self._ask_graph.ainvoke(state, context=self._deps.watched_by(on_event)))
        book_embedding(self._ledger, self._settings, self._library.take_embedded(), run=run, question=question)
        answer = compose(done, self._ledger.cost(run), self._library.catalogue)
        self._records.save(run, "answer", answer.stored())
        return answer

    async def ask_within(self, run: str, booked_as: str, question: str, *, scope: Scope = EVERYTHING) -> Answer:
        """Answer one of the many questions of a run, which share its cap; no record is kept.

        The cost is booked under `booked_as`, which has to be unlike that of the run's other questions.
        """
        state = State(question=question, scope=scope, run=run, booked_as=booked_as)
        done = State(**await self._ask_graph.ainvoke(state, context=self._deps))
        book_embedding(self._ledger, self._settings, self._library.take_embedded(), run=run, question=booked_as)
        return compose(done, self._ledger.cost(run, booked_as), self._library.catalogue)

    async def answer_in(self, chat: ChatGraph, turn: TurnEntry, *, scope: Scope, on_event: OnEvent | None) -> Answer:
        """Answer a turn of a session; its record has the turn's name, its cost the session's run."""
        done = await chat.answer(turn, scope, self._deps.watched_by(on_event))
        work = self._library.take_embedded()
        book_embedding(self._ledger, self._settings, work, run=turn.session, question=turn.booked_as)
        answer = compose(done, self._ledger.cost(turn.session, turn.booked_as), self._library.catalogue)
        self._records.save(turn.record, "answer", answer.stored())
        return answer

    async def note_in(self, turn: TurnEntry, *, scope: Scope, on_event: OnEvent | None) -> Note:
        """Draft a note as a turn of a session."""
        state = NoteState(
            topic=turn.asked, template=load_template("policy-note"), run=turn.session, booked_as=turn.booked_as,
            scope=scope,
        )  # fmt: skip
        note = await self._write_note(state, on_event)
        self._records.save(turn.record, "note", note.stored())
        return note

    def spent(self, run: str, booked_as: str | None = None) -> Cost:
        """Return what a run, or one question of it, cost so far; a call under way counts with its worst case."""
        return self._ledger.cost(run, booked_as)

    async def note(
        self, topic: str, *, template: str = "policy-note", scope: Scope = EVERYTHING, on_event: OnEvent | None = None
    ) -> Note:
        """Draft a note on a topic after a template (a shipped name, or the path of a TOML file)."""
        topic, run = askable(topic, "topic"), new_run()
        state = NoteState(topic=topic, template=load_template(template), run=run, scope=scope)
        note = await self._write_note(state, on_event)
        self._records.save(run, "note", note.stored())
        return note

    async def estimate(self, question: str, *, template: str | None = None, scope: Scope = EVERYTHING) -> Estimate:
        """Return what an answer would cost, or with a `template` a note on that topic; nothing is sent.

        No host has to be allowed for it. A drafter that is not set costs nothing.
        """
        question = askable(question, "topic" if template else "question")
        drafter, reviewer = self._models.get("drafter"), self._models.get("reviewer")
        if drafter is None:
            return Estimate(question=question, typical=Bound(), at_most=Bound(), unpriced=[])
        stand_in = Rehearsal(drafter.name, drafter.weigh)
        admits = _admission(_all_allowed(self._settings))
        deps = replace(self._deps, models={"drafter": stand_in}, admits=admits, sends=False)
        if template is None:
            await self._ask_graph.ainvoke(State(question=question, scope=scope), context=deps)
        else:
            asked = NoteState(topic=question, template=load_template(template), scope=scope)
            await self._note_graph.ainvoke(asked, context=deps)
        return estimate(
            question, stand_in.weights, reviewer.rate if reviewer else None, rounds=self._settings.rounds,
            drafted=self._ledger.usual("drafter", drafter.name),
            reviewed=self._ledger.usual("reviewer", reviewer.name) if reviewer else None,
        )  # fmt: skip

    def as_now(self, made: Answer | Note) -> Answer | Note:
        """Return what was made some time ago with its citations marked as their reports are now."""
        levels = {report.id: report.confidentiality for report in self._library.catalogue.reports()}

        def marked(citation: Citation) -> Citation:
            return citation.model_copy(update={"confidentiality": levels.get(citation.report, "internal")})

        def claims(found: list[Claim]) -> list[Claim]:
            return [one.model_copy(update={"citations": list(map(marked, one.citations))}) for one in found]

        if isinstance(made, Answer):
            return made.model_copy(update={"claims": claims(made.claims), "nearest": list(map(marked, made.nearest))})
        sections = [part.model_copy(update={"claims": claims(part.claims)}) for part in made.sections]
        return made.model_copy(update={"sections": sections})

    def chat_graph(self, path: Path) -> AbstractAsyncContextManager[ChatGraph]:
        """Open the chat graph, whose checkpoints go to the SQLite file at `path`."""
        return open_chat_graph(self._ask_graph, path)

    async def close(self) -> None:
        """Close the connections to the endpoints, and give up what is being embedded for a question."""
        self._library.interrupt()
        for model in dict.fromkeys(self._models.values()):
            await model.close()

    async def _write_note(self, state: NoteState, on_event: OnEvent | None) -> Note:
        done = NoteState(**await self._note_graph.ainvoke(state, context=self._deps.watched_by(on_event)))
        question = state.booked_as or state.topic
        book_embedding(self._ledger, self._settings, self._library.take_embedded(), run=state.run, question=question)
        made_by = getattr(self._models.get("drafter"), "name", "")
        return compose_note(done, self._ledger.cost(state.run, state.booked_as or None), made_by=made_by)


def _all_allowed(settings: Settings) -> Settings:
    """Return the settings as if every host had been allowed; what is internal still goes to trusted ones alone."""
    endpoints = [endpoint for role in _WRITERS if (endpoint := settings.endpoint(role)) is not None]
    return settings.model_copy(update={"allow_remote": tuple(host_of(endpoint.base_url) for endpoint in endpoints)})


def _admission(settings: Settings) -> Any:
    """Return whether text of a level may go to every role that reads report text."""
    gate = Gate(settings.trust.hosts, settings.allow_remote)
    endpoints = [endpoint for role in _WRITERS if (endpoint := settings.endpoint(role)) is not None]

    # Asked for every segment of every prompt: worked out once.
    admitted: dict[Level, bool] = {
        level: all(gate.admits(endpoint.base_url, endpoint.model, level) for endpoint in endpoints) for level in LEVELS
    }
    return admitted.__getitem__
