"""Keeps what a note was asked for until it is finished, and takes it up again: `--resume`, `--list`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ...agents.note.kept_notes import KeptNote, KeptNotes
from ...agents.records import Run, new_run
from ...core.amounts import moment
from ...core.conversation import NoteList, NoteRow
from ...core.errors import DONE, CoscribeError, UsageError
from ...core.settings import Settings
from ...core.shapes import Note
from ...core.text import askable
from ...prompts.template import DEFAULT, parsed_template, template_text
from ...terminal.views.note import notes_view
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, scope_of

if TYPE_CHECKING:  # with it comes what writes files
    from .revising import PublishedNote

# What a model is asked, and which: a note that is gone on with keeps these, or it would be paid again.
_DECIDING = (
    "model", "base_url", "key_variable", "models", "embedder", "cache_megabytes", "max_output_tokens", "rounds",
    "depth",
)  # fmt: skip
# What becomes of the note. What is not fixed as well costs nothing, and may be given anew.
_FILES = ("output", "style", "references", "facts", "pages", "words", "language")
_PATHS = ("output", "style", "references", "facts")
_FIXED = (
    "topic", "template", "model", "base_url", "quotes_only", "depth", "cache_megabytes", "embedder", "report", "region",
    "organisation", "kind", "status", "published_from", "published_to", "language", "revise", "comment", "section",
)  # fmt: skip


def asked_for(place: AssistantWorkplace, options: Options) -> KeptNote:
    """Return what a note is asked for, new or as it was kept.

    Raises UsageError for a topic or template that is none, a filter that matches nothing, or a name of no note.
    """
    if isinstance(kept := options.get("kept"), KeptNote):
        return kept
    revision = None
    published: PublishedNote | None = options.get("published")
    if published is not None:
        request = published.request(options)
        revision = published.kept(request)
        begun = request.grounded(published.made)
        topic, text, scope = begun.topic, begun.template.model_dump_json(exclude_defaults=True), begun.scope
    else:
        topic, name = askable(options["topic"] or "", "topic"), options["template"] or DEFAULT
        if not topic:
            raise UsageError('the topic is empty: try `coscribe note "energy of inference"`')
        text, scope = template_text(name), scope_of(options)
        parsed_template(text, name)
    settings = place.settings.model_dump(mode="json", include=set(_DECIDING), exclude_unset=True)
    return KeptNote(
        id=new_run(), begun=moment(datetime.now(UTC)), topic=topic, template=text, library=str(place.home.library),
        scope=scope, settings=settings, max_cost=place.settings.caps.run, revision=revision,
        files={name: _absolute(name, options.get(name)) for name in _FILES if options.get(name)},
    )  # fmt: skip


def resumed(place: AssistantWorkplace, options: Options) -> Options:
    """Return the options under which a note is gone on with, and have the place be as it was; without `resume`, as is.

    Raises UsageError where the note is finished, or where it is to be another than it was begun as.
    """
    if options.get("resume") is None:
        return options
    kept = KeptNotes(place.home.notes).find(options["resume"])
    for name in _FIXED:
        if options.get(name):
            option = {"topic": "topic", "cache_megabytes": "--no-cache"}.get(name, f"--{name.replace('_', '-')}")
            raise UsageError(
                f"the note {kept.id!r} goes on as it was begun: leave the {option} out, or draft another note"
            )
    if kept.state == "finished":
        raise UsageError(f"the note {kept.id!r} is finished: it lies in {str(place.home.runs / f'{kept.id}.json')!r}")
    place.settings = _as_begun(place.settings, kept, capped=options.get("max_cost") is not None)
    if options.get("library") is None:
        place.home = replace(place.home, library=Path(kept.library))
    given = {name: value for name in _FILES if (value := options.get(name) or kept.files.get(name))}
    return {**options, **given, "kept": kept}


@dataclass(frozen=True, slots=True)
class Drafting:
    """A note being drafted: what was asked, and where that is kept meanwhile."""

    place: AssistantWorkplace
    asked: KeptNote

    @property
    def run(self) -> Run:
        """Where its work is booked, the same however often it is gone on with."""
        return Run(self.asked.id, record=self.asked.id)

    @property
    def replies(self) -> Path | None:
        """A file for the answers to this note alone, where the cache is off."""
        return None if self.place.settings.cache_megabytes else self._notes.replies(self.asked)

    @property
    def template_file(self) -> Path:
        """Where the template lies while it is edited."""
        return self._notes.template_file(self.asked)

    def keep(self) -> None:
        """Keep what is asked for as it is now; raises UsageError where a filter matches nothing."""
        self.place.library.in_scope(self.asked.scope)
        self._notes.keep(self.asked)

    def say_how_to_go_on(self) -> None:
        """Say by which command the note is gone on with."""
        self.place.screen.say(f"the note is kept: `coscribe note --resume {self.asked.id}` goes on")

    @contextmanager
    def kept(self) -> Iterator[list[Note]]:
        """Keep the note while it is drafted; one that is put into the list, and fell back nowhere, is finished."""
        is_new, made = not self._notes.holds(self.asked), list[Note]()
        self.keep()
        try:
            yield made
        except CoscribeError:
            if is_new and not self.place.ledger.cost(self.asked.id).calls:
                self._notes.drop(self.asked)  # what was asked cannot be done, and nothing would be lost
            raise
        finally:
            if made and made[0].error is None:
                self._notes.finish(self.asked)
            elif self._notes.holds(self.asked):
                self.say_how_to_go_on()

    @property
    def _notes(self) -> KeptNotes:
        return KeptNotes(self.place.home.notes)


def show_notes(place: AssistantWorkplace) -> int:
    """Show the notes that were begun, with what they cost."""
    rows = [
        NoteRow(
            id=one.id, topic=one.topic, template=one.read_template.name, state=one.state, begun=one.begun,
            cost=place.ledger.cost(one.id), revises=(one.revision.of or one.revision.file) if one.revision else None,
        )
        for one in KeptNotes(place.home.notes).listed()
    ]  # fmt: skip
    listed = NoteList(notes=rows)
    place.show(listed, notes_view(listed))
    return DONE


def _as_begun(now: Settings, kept: KeptNote, *, capped: bool) -> Settings:
    """Return the settings of today with those that decide what is asked as they were; trust is that of today."""
    try:
        begun = Settings.model_validate(kept.settings)
    except ValidationError as error:
        raise UsageError(f"what was kept of the note {kept.id!r} is damaged: draft it anew") from error
    # From here on, and not the other way: a variable of a key that nobody set is not to look as if somebody had.
    settings = begun.model_copy(update={name: getattr(now, name) for name in now.model_fields_set - set(_DECIDING)})
    if capped or kept.max_cost is None:
        return settings
    return settings.model_copy(update={"caps": settings.caps.model_copy(update={"run": kept.max_cost})})


def _absolute(name: str, value: Any) -> Any:
    if name not in _PATHS:
        return value
    return os.path.abspath(value) if isinstance(value, str) else [os.path.abspath(one) for one in value]
