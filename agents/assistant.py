"""The assistant: puts library, models and graphs together and answers questions or drafts notes with them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.gate import Gate
from ..core.home import Home
from ..core.ledger import Caps, Ledger
from ..core.model import Model
from ..core.model_openai import OpenAIModel
from ..core.prices import Prices, UserPrice
from ..core.records import RunRecords, new_run
from ..core.settings import Endpoint, Role, Settings, load
from ..core.tokens import TokenCounter
from ..core.types import EVERYTHING, Answer, Coverage, Level, Mode, Note, OnEvent, Scope
from ..prompts.template import load_template
from ..tools.confidence import THRESHOLD
from ..tools.markdown import note_markdown
from ..vectorstore.library import Library
from .answer import compose
from .graph import ask_graph
from .graph_note import note_graph
from .note import NoteState
from .state import Deps, State

_ROLES: tuple[Role, ...] = ("retriever", "drafter", "reviewer")
_WRITERS: tuple[Role, ...] = ("drafter", "reviewer")  # the roles that are shown report text


class Assistant:
    """Answers questions and drafts notes over a library.

    `model="evidence"`, the default, uses no language model. Other keyword arguments are those of the command line
    (`model`, `base_url`, `max_cost`, `allow_remote`, …); `home` is where ledger and run records are kept. Raises
    UsageError for a setting that is wrong.
    """

    def __init__(self, library: Library, *, home: str | Path | None = None, **settings: object) -> None:
        place = Home.find(Path(home) if home is not None else None, library.folder, os.environ)
        flags = {"model": "evidence", **settings}
        self._connect(library, place, load(flags, os.environ, Path.cwd(), place), os.environ)

    @classmethod
    def with_settings(cls, library: Library, home: Home, settings: Settings, environ: Mapping[str, str]) -> "Assistant":
        """Return an assistant for settings that are loaded already; keys of endpoints are read from `environ`."""
        assistant = cls.__new__(cls)
        assistant._connect(library, home, settings, environ)
        return assistant

    def _connect(self, library: Library, home: Home, settings: Settings, environ: Mapping[str, str]) -> None:
        home.create()
        self._library = library
        self._settings = settings
        self._ledger = Ledger(home.ledger)
        self._records = RunRecords(home.runs)
        self._models = self._open_models(home, settings, environ)
        self._deps = Deps(
            library=library, models=self._models, admits=_admission(settings), threshold=THRESHOLD,
            rounds=settings.rounds,
        )  # fmt: skip
        self._ask_graph = ask_graph()
        self._note_graph = note_graph(self._ask_graph)

    def _open_models(self, home: Home, settings: Settings, environ: Mapping[str, str]) -> dict[str, Model]:
        caps = Caps(**settings.caps.model_dump())
        prices = Prices({name: UserPrice(**price.model_dump()) for name, price in settings.prices.items()})
        tokens = TokenCounter(home.tokens)
        opened: dict[Endpoint, Model] = {}
        models: dict[str, Model] = {}
        for role in _ROLES:
            endpoint = settings.endpoint(role)
            if endpoint is not None and endpoint not in opened:
                opened[endpoint] = OpenAIModel(
                    model=endpoint.model, base_url=endpoint.base_url, api_key=environ.get(endpoint.key_variable or ""),
                    ledger=self._ledger, prices=prices, tokens=tokens, caps=caps, trusted=settings.trust.hosts,
                    allowed=settings.allow_remote, timeout_seconds=settings.timeout_seconds,
                    max_retries=settings.max_retries,
                )  # fmt: skip
            if endpoint is not None:
                models[role] = opened[endpoint]
        return models

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Answer:
        """Answer one question; a failing endpoint or a reached budget is told in the answer, not raised."""
        run = new_run()
        state = State(question=question, scope=scope, run=run)
        done = State(**await self._ask_graph.ainvoke(state, context=self._deps.watched_by(on_event)))
        answer = compose(done, self._ledger.cost(run), self._library.catalogue)
        self._records.save(run, "answer", answer.model_dump(mode="json"))
        return answer

    async def note(
        self, topic: str, *, template: str = "policy-note", scope: Scope = EVERYTHING, on_event: OnEvent | None = None
    ) -> Note:
        """Draft a note on a topic after a template (a shipped name, or the path of a TOML file)."""
        run = new_run()
        plan = load_template(template)
        state = NoteState(topic=topic, template=plan, run=run, scope=scope)
        done = NoteState(**await self._note_graph.ainvoke(state, context=self._deps.watched_by(on_event)))
        note = self._finish_note(done)
        self._records.save(run, "note", note.model_dump(mode="json"))
        return note

    async def close(self) -> None:
        """Close the connections to the endpoints."""
        for model in dict.fromkeys(self._models.values()):
            await model.close()

    def _finish_note(self, done: NoteState) -> Note:
        states = [branch.state for branch in done.branches]
        drafted = any(state.mode == "drafted" and state.claims for state in states)
        failed = next((state for state in states if state.error is not None), None)
        title = done.template.title.replace("{topic}", done.topic)
        title = title[:1].upper() + title[1:]
        mode: Mode = "drafted" if drafted else "evidence"
        made_by = getattr(self._models.get("drafter"), "name", "")
        markdown = note_markdown(title, done.sections, done.sources, mode=mode, made_by=made_by)
        return Note(
            title=title, template=done.template.name, mode=mode, degraded=failed.degraded if failed else None,
            sections=list(done.sections), sources=list(done.sources), silent=list(done.silence.silent),
            unclear=list(done.silence.unclear), not_assessed=list(done.silence.not_assessed),
            words=sum(len(section.text.split()) for section in done.sections), markdown=markdown,
            coverage=_joint_coverage(states), cost=self._ledger.cost(done.run),
            error=failed.error if failed else None, run=done.run,
        )  # fmt: skip


def _admission(settings: Settings) -> Any:
    """Return whether text of a level may go to every role that reads report text."""
    gate = Gate(settings.trust.hosts, settings.allow_remote)
    endpoints = [endpoint for role in _WRITERS if (endpoint := settings.endpoint(role)) is not None]

    def admits(level: Level) -> bool:
        return all(gate.admits(endpoint.base_url, endpoint.model, level) for endpoint in endpoints)

    return admits


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
