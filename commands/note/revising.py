"""`note --revise`: reads a published note, tells what a hand changed in it, and what became of the sections kept."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...agents.note.kept_notes import KeptNote, KeptRevision
from ...agents.note.revision.revision_request import RevisionRequest
from ...core.errors import UsageError
from ...core.shapes import Note
from ...core.types import EVERYTHING
from ...prompts.template import parsed_template, template_text
from ...tools.publish.publication import ENDINGS
from ...tools.verify.item import NotOurs
from ...tools.verify.published_file import OpenedFile, opened
from ..assistant_workplace import AssistantWorkplace
from ..workplace import Options, scope_of

_OF_A_REVISION = ("comment", "section")
_ELSE = ("topic", "list", "list_templates", "show_template")


@dataclass(frozen=True, slots=True)
class PublishedNote:
    """The note that a file holds, where that is, and a digest by which it is known again."""

    made: Note
    file: str
    digest: str

    def request(self, options: Options, asked: KeptNote | None = None) -> RevisionRequest:
        """Return what is asked of a note: as it was kept, or as the options say."""
        if asked is not None and asked.revision is not None:
            of = asked.revision
            return RevisionRequest(
                of.comment, of.section, options["words"], options["language"], asked.read_template, asked.scope
            )  # fmt: skip
        template = parsed_template(template_text(name), name) if (name := options["template"]) else None
        scope = scope_of(options)
        return RevisionRequest(
            options["comment"], options["section"], options["words"], options["language"], template,
            None if scope == EVERYTHING else scope,
        )  # fmt: skip

    def kept(self, request: RevisionRequest) -> KeptRevision:
        """Return what has to be kept of a revision for it to be gone on with."""
        return KeptRevision(
            of=self.made.run, file=self.file, digest=self.digest, comment=request.comment,
            section=request.section,
        )  # fmt: skip

    def say_what_became(self, place: AssistantWorkplace, made: Note) -> None:
        """Say what was searched for, and, a line each, what of the sections that were kept is other by now."""
        if (revision := made.revision) is None:
            return
        say, anew = place.screen.say, ", ".join(map(repr, revision.sections))
        is_all = not any(one.claims and one.heading not in revision.sections for one in made.sections[1:])
        say(f"made anew: {anew}{'' if is_all else '; the other sections were checked again'}")
        if place.settings.endpoint("drafter") is None:
            say(f"without a model the comment steers the search alone: it looked for “{revision.searched_for}”")
        for one in revision.fallen:
            say(f"{one.section!r}: left out, for it stands no more: {one.text} ({one.reason})", "warn")
        for what in revision.changed:
            say(what, "warn")
        if all(_texts(made, heading) == _texts(self.made, heading) for heading in revision.sections):
            say("nothing else was found: the note says what it said", "warn")


def revising(place: AssistantWorkplace, options: Options) -> Options:
    """Return the options with the note that is to be revised as "published"; without `revise`, as they are.

    What a hand changed in its file is told. Raises UsageError where the file holds no note, or where what a hand
    changed would be written over.
    """
    kept = options.get("kept")
    going_on = kept.revision if isinstance(kept, KeptNote) else None
    file = going_on.file if going_on else options.get("revise")
    if file is None:
        return _without(options)
    if options["review"]:
        raise UsageError("a revision has no outline to agree on: leave the --review out, and try --estimate")
    if going_on is None:
        _alone(options)
    path = Path(file)
    found = _opened(path, file)
    if not isinstance(found.made, Note):
        raise UsageError(f"{file!r} is an answer: only notes are revised")
    published = PublishedNote(found.made, str(path.absolute()), _digest(found.made))
    if going_on and published.digest != going_on.digest:
        raise UsageError(f"{file!r} is not the note any more that was to be revised: revise it anew")
    _mind_hands(place, path, found.changes, options["output"])
    asked = found.made.asked
    return {**options, "pages": options["pages"] or (asked.pages if asked else None), "published": published}


def _texts(note: Note, heading: str) -> set[tuple[str, ...]]:
    """Return what a section says, without the numbers of its sources."""
    claims = [claim for one in note.sections if one.heading == heading for claim in one.claims]
    return {(claim.text,) if claim.kind == "stated" else tuple(one.id for one in claim.citations) for claim in claims}


def _without(options: Options) -> Options:
    for name in _OF_A_REVISION:
        if options.get(name) is not None:
            raise UsageError(f"--{name} is for a note that is revised: name its file with --revise")
    return options


def _alone(options: Options) -> None:
    """Raise UsageError for what does not go with a revision."""
    for name in _ELSE:
        if options.get(name):
            option = "the topic" if name == "topic" else f"the --{name.replace('_', '-')}"
            raise UsageError(f"--revise takes what its file says: leave {option} out")
    if options.get("comment") is None:
        raise UsageError('--revise needs what is to be changed: say it, as in --comment "more about cooling in Japan"')


def _opened(path: Path, file: str) -> OpenedFile:
    if path.suffix.lower() not in ENDINGS or path.is_dir():
        raise UsageError(f"{file!r} cannot be revised: name a note that ends in {', '.join(ENDINGS)}")
    try:
        return opened(path)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {file!r}: check the path") from error
    except NotOurs as error:
        raise UsageError(f"{file!r} was not made by coscribe, or is damaged ({error}): name what note wrote") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{file!r} cannot be read ({reason}): check the path") from error


def _mind_hands(place: AssistantWorkplace, path: Path, changes: Iterable[str], outputs: Iterable[str]) -> None:
    """Say what a hand changed in the file, and refuse to write over that, or over another file so changed."""
    changes = list(changes)
    for change in changes:
        place.screen.say(f"{path.name}: {change}", "warn")
    for name in outputs:
        target = Path(name)
        is_same = target.exists() and target.samefile(path)
        if (changes and is_same) or (not is_same and _is_changed(target)):
            raise UsageError(f"{name!r} was changed by hand since it was published: write to another file with -o")
    if changes:
        place.screen.say("what a hand changed is not taken over: bring it into the new file", "warn")


def _is_changed(target: Path) -> bool:
    """Tell whether a file of ours is there that a hand changed."""
    if target.suffix.lower() not in ENDINGS or not target.is_file():
        return False
    try:
        return bool(opened(target).changes)
    except (NotOurs, OSError, UsageError):
        return False


def _digest(made: Note) -> str:
    return hashlib.sha256(json.dumps(made.stored(), sort_keys=True).encode("utf-8", "replace")).hexdigest()
