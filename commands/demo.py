"""The whole job in one go, on the shipped sample reports: no key, no network, and a library to go on with."""

import os
import shlex
import shutil
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

from ..agents.assistant import Assistant
from ..core.errors import DONE, UsageError
from ..core.settings import Settings
from ..core.system.home import Home
from ..terminal.console import Screen, screen
from ..terminal.progress import Progress
from ..terminal.sheet import BLANK, Headline, Sheet
from ..terminal.views.answer import answer_view
from ..terminal.views.cost import cost_view
from ..terminal.views.ingest import intake_view
from ..terminal.views.note import note_view
from .assistant_workplace import AssistantWorkplace
from .workplace import Options
from .writing_workplace import WritingWorkplace

_QUESTIONS = (
    "How much power may a post-exascale site draw?",
    "What does the United States plan for neuromorphic chips?",
)
_TOPIC = "energy of inference"


class _DemoWorkplace(AssistantWorkplace, WritingWorkplace):
    """One at which the samples are taken in and asked about."""


def demo(options: Options) -> int:
    """Ingest the samples, answer a question that can be answered and one that cannot, draft a note, show the cost.

    Settings and keys are ignored on purpose: what this shows does not depend on them.
    """
    home = Home.find(options["home"], None, os.environ)
    place = Home(home.root / "demo", home.root / "demo" / "library")
    place.create()
    reports = copy_samples(place.root / "reports")
    with _DemoWorkplace(place, Settings(), screen()) as workplace:
        _show(workplace, reports)
    return DONE


def _show(place: _DemoWorkplace, reports: Path) -> None:
    terminal, library = place.screen, place.library
    _headline(terminal, 1, "Take in the sample reports")
    with Progress(terminal) as progress:
        result = library.ingest([reports], progress=progress.advance)
    terminal.show(intake_view(result, library.reports()))
    terminal.line("")
    terminal.line("Nothing left this machine.")
    place.done_by(place.settings, lambda assistant: _work(terminal, assistant))
    _headline(terminal, 5, "What it cost")
    terminal.show(cost_view(place.ledger.table("agent")))
    _goodbye(terminal, place.home)


def copy_samples(target: Path) -> Path:
    """Copy the shipped sample reports and their manifest to a folder of the user's, and return it."""
    shipped = files("coscribe.samples")
    manifest = shipped.joinpath("reports.toml").read_bytes()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in ("reports.toml", *tomllib.loads(manifest.decode())):
            content = shipped.joinpath(name).read_bytes()
            file = target / name
            if not file.is_file() or file.read_bytes() != content:
                file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"the samples cannot be copied to {str(target)!r}: choose another --home ({error})") from error
    return target


async def _work(terminal: Screen, assistant: Assistant) -> None:
    for number, question in enumerate(_QUESTIONS, start=2):
        _headline(terminal, number, question)
        with Progress(terminal) as progress:
            answer = await assistant.ask(question, on_event=progress.event)
        terminal.show(answer_view(answer, question=False))
    _headline(terminal, 4, f"A policy note on “{_TOPIC}”")
    with Progress(terminal) as progress:
        note = await assistant.note(_TOPIC, on_event=progress.event)
    terminal.show(note_view(note))


def _headline(terminal: Screen, number: int, title: str) -> None:
    terminal.show(Sheet([BLANK, Headline(number, title), BLANK]))


def _goodbye(terminal: Screen, place: Home) -> None:
    command, library = _command(), shlex.quote(str(place.library))
    terminal.line("")
    terminal.line(f"The library is kept in {str(place.library)!r}. Lines to copy:")
    for purpose, line in (
        (
            "go on with this library",
            f'{command} ask --library {library} "When does France open its quantum partition?"',
        ),
        ("your own PDF", f'{command} ingest your-report.pdf && {command} ask "What does it recommend?"'),
        ("the chat", f"{command} chat --library {library}"),
    ):
        terminal.line("")
        terminal.line(f"{purpose}:", "meta")
        terminal.line(line)


def _command() -> str:
    """Return how the user can start coscribe: by its bare name where the shell finds this very installation."""
    started = Path(sys.argv[0]).absolute()
    found = shutil.which("coscribe")
    if found and Path(found).resolve() == started.resolve():
        return "coscribe"
    if started.name == "coscribe":
        shown = started.relative_to(Path.cwd()) if started.is_relative_to(Path.cwd()) else started
        return shlex.quote(str(shown))
    return f"{shlex.quote(sys.executable)} -m coscribe"
