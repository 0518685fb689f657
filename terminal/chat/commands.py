"""What can be typed behind a slash."""

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what stands behind it, and what it does."""

    name: str
    argument: str
    does: str

    @property
    def usage(self) -> str:
        """The command as one types it."""
        return f"{self.name} {self.argument}".strip()


COMMANDS = (
    Command("/help", "", "show this list; anything without a slash is a question"),
    Command("/sources", "", "the sources of the last answer, each with its place and its words"),
    Command("/open", "N", "source N in its page, the words marked"),
    Command("/why", "", "how the last answer came about, and what was left out"),
    Command("/scope", "[REGION, REPORT …]", "which reports are asked; /scope all asks every one"),
    Command("/model", "[NAME]", "which model drafts; /model evidence for quotes only"),
    Command("/cost", "", "what the last answer and this session cost"),
    Command("/cap", "[USD]", "what the session may cost at most; /cap none lifts it"),
    Command("/note", "TOPIC", "draft a policy note"),
    Command("/save", "FILE.md", "write the last answer or note to a file"),
    Command("/reports", "", "the reports in scope"),
    Command("/sessions", "", "earlier sessions, to go on with by coscribe chat --session ID"),
    Command("/clear", "", "clear the screen and begin a new session"),
    Command("/quit", "", "leave, as Ctrl-D does; Ctrl-C gives up a running answer"),
)
NAMES = tuple(command.name for command in COMMANDS)
KEYS = (
    ("Alt-Enter", "a line more in the same question"),
    ("Tab", "complete a command, a region, an organisation or a report"),
    ("↑ Ctrl-R", "what was typed before, in any session"),
)


def nearest(word: str) -> str | None:
    """Return the command that a mistyped one was most likely meant to be."""
    found = get_close_matches(word.lower(), NAMES, n=1, cutoff=0.5)
    return found[0] if found else None
