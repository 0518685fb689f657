"""Shows what a note would be made of before it is drafted, and waits: to go on, to change it, or to leave it."""

import os
import shlex
import subprocess
import sys
from dataclasses import replace

from ...core.conversation import NoteOutline
from ...core.errors import DONE, INTERRUPTED, UsageError
from ...core.system.files import write_whole
from ...prompts.template import parsed_template
from ...terminal.views.note import outline_view
from ..assistant_workplace import AssistantWorkplace
from .resumption import Drafting

_PROMPT = "Enter drafts it, e edits it, q leaves it for later: "


def agreed_outline(drafting: Drafting) -> Drafting | int:
    """Show the outline and return the note as it is to be drafted, or the exit code where it is not to be, by now.

    Without a terminal nobody can be waited for: the note is kept. Raises UsageError where a filter matches nothing.
    """
    place = drafting.place
    while True:
        drafting.keep()
        place.show(shown := _outline(drafting), outline_view(shown, place.settings.currency))
        if place.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            drafting.say_how_to_go_on()
            return DONE
        said = _said(drafting)
        if said == "":
            return drafting
        if said is None:
            drafting.say_how_to_go_on()
            return INTERRUPTED
        drafting = _edited(drafting)


def _outline(drafting: Drafting) -> NoteOutline:
    asked, template = drafting.asked, drafting.asked.read_template
    place: AssistantWorkplace = drafting.place
    return place.done_by(
        place.settings,
        lambda assistant: assistant.outline(
            asked.topic,
            template=template,
            scope=asked.scope,
            words=asked.files.get("words"),
            language=asked.files.get("language"),
        ),
        drafting.replies,
    )


def _said(drafting: Drafting) -> str | None:
    """Return "" to go on, "e" to edit, `None` to leave."""
    screen = drafting.place.screen
    while True:
        screen.err.print(_PROMPT, end="")
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            drafting.say_how_to_go_on()
            raise
        said = line.strip().lower()
        if not line or said == "q":
            return None
        if said in ("", "e"):
            return said
        screen.say(f"there is no answer {line.strip()!r}", "warn")


def _edited(drafting: Drafting) -> Drafting:
    """Return the note after the template that an editor left; what is wrong with it is said, and nothing is changed."""
    file, asked, screen = drafting.template_file, drafting.asked, drafting.place.screen
    try:
        write_whole(file, asked.template, "the template", advice="mend that, or choose another --home", private=True)
        _edit(str(file))
        text = file.read_text(encoding="utf-8-sig")
        parsed_template(text, str(file))
    except (UsageError, OSError, ValueError) as error:
        screen.say(f"nothing was changed: {error}", "warn")
        return drafting
    finally:
        file.unlink(missing_ok=True)
    return replace(drafting, asked=asked.model_copy(update={"template": text}))


def _edit(file: str) -> None:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not named:
        raise UsageError("no editor is named: set the variable EDITOR")
    ended = subprocess.run([*shlex.split(named), file], check=False).returncode
    if ended:
        raise UsageError(f"the editor {named!r} ended with {ended}")
