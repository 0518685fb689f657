"""The command that answers a file of questions."""

import asyncio
import hashlib
import json
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, get_args

from ..agents.batch.answerer import Answerer, OwnAnswerer
from ..agents.batch.batch import Batch, forecast
from ..agents.batch.workers import Workers
from ..core.cells import CsvForm
from ..core.cost import Cost
from ..core.errors import DONE, INTERRUPTED, UsageError
from ..core.settings import Role, Settings
from ..core.shapes import Level
from ..terminal.console import Screen
from ..terminal.progress import Progress
from ..terminal.views.batch import BatchProgress, batch_view
from ..terminal.views.estimate import batch_estimate_view
from ..tools.batch.answer_file import checked_target, write_answers
from ..tools.batch.backlog import Backlog, Refresh, backlog
from ..tools.batch.inquiry import Each, Inquiry, inquiries, marked
from ..tools.batch.journal import Journal, JournalEntry, kept_in, sole_writer
from ..tools.batch.question_file import csv_form, read_questions
from ..tools.batch.tally import batch_code, has_dropped, tally
from .assistant_workplace import AssistantWorkplace
from .workplace import Options, scope_of, works_at

_SHOWN = 10  # wrong rows that are named one by one
# A worker takes a second and a half to start, and some 280 MB: fewer questions, or fewer calls at a time, need no more
# than one interpreter can do.
_MANY_ROWS, _MANY_CALLS, _MOST_WORKERS = 200, 16, 4


@dataclass(frozen=True, slots=True)
class _Job:
    """What one command line asks for: `asked` in order of the rows, by whom, of which generation of the library.

    No number of `processes` leaves it to the amount of work.
    """

    target: Path
    asked: list[Inquiry]
    columns: list[str]
    form: CsvForm
    generation: int
    models: str
    refresh: Refresh | None
    at_once: int
    processes: int
    is_strict: bool

    def backlog(self, kept: Sequence[JournalEntry], refresh: Refresh | None = None) -> Backlog:
        """Return what is left to ask."""
        return backlog(self.asked, kept, generation=self.generation, models=self.models, refresh=refresh)


@dataclass(frozen=True, slots=True)
class _Done:
    """What this run has brought."""

    answers: Sequence[JournalEntry] = ()
    run: str | None = None
    cost: Cost = field(default_factory=Cost)
    seconds: float = 0.0
    was_stopped: bool = False


@works_at(AssistantWorkplace)
def batch(place: AssistantWorkplace, options: Options) -> int:
    """Answer what is open of a file of questions and, when nothing is left, write the answers in the file's order."""
    target = checked_target(Path(options["output"]))
    job = _job(options, place, target)
    path = target.with_name(f"{target.name}.journal")
    if options.get("estimate"):
        return _estimate(job, path, place)
    with sole_writer(path), closing(Journal(path)) as journal:
        return _carry_out(job, journal, place)


def _job(options: Options, place: AssistantWorkplace, target: Path) -> _Job:
    reports = place.library.catalogue.reports()
    source = Path(options["questions"])
    if source.absolute() == target.absolute():
        raise UsageError(f"the answers would overwrite the questions in {str(source)!r}: name another output")
    rows, remarks = read_questions(source)
    for remark in remarks:
        place.screen.say(remark, "warn")
    each: Each | None = options["each"]
    asked = inquiries(rows, reports, scope_of(options), each)
    homeless = [report.file for report in reports if not report.region] if each == "region" else []
    if homeless:
        place.screen.say(f"without a region, and so not asked: {', '.join(homeless)}", "warn")
    return _Job(
        target=target, asked=asked, columns=list(dict.fromkeys(name for row in rows for name in row.columns)),
        generation=place.library.catalogue.generation, models=_models(place.settings), refresh=options["refresh"],
        at_once=options["concurrency"], processes=options["processes"] or 0,
        is_strict=options["strict"], form=csv_form(source),
    )  # fmt: skip


def _models(settings: Settings) -> str:
    """Return who answers, in one line; it stays the same as long as the answers are comparable."""
    roles: tuple[Role, ...] = get_args(Role)
    used = [endpoint for role in roles if (endpoint := settings.endpoint(role)) is not None]
    names = (f"{endpoint.model} at {endpoint.base_url}" for endpoint in used)
    return ", ".join(dict.fromkeys(names)) if settings.drafts else "quotes only"


def _carry_out(job: _Job, journal: Journal, place: AssistantWorkplace) -> int:
    if job.target.exists() and not journal.output:
        raise UsageError(f"{str(job.target)!r} is not of this journal and would be lost: name another, or move it away")
    left = job.backlog(journal.kept, job.refresh)
    _announce(job, journal, left, place.screen)
    done = _Done()
    if left.open:
        settings = _settings(job, place.agreed(place.settings))
        done = asyncio.run(_answer(job, [job.asked[at] for at in left.open], journal, place, settings))
    answers = job.backlog(journal.kept).answers
    levels: dict[str, Level] = {report.id: report.confidentiality for report in place.library.catalogue.reports()}
    new = {answer.start for answer in done.answers}
    result = tally(
        job.asked, answers, output=str(job.target),
        state="stopped" if done.was_stopped else _write(job, journal, answers, levels),
        asked=len(done.answers), kept=sum(answer.start not in new for answer in answers.values()),
        run=done.run, cost=done.cost, seconds=round(done.seconds, 3),
    )  # fmt: skip
    place.show(result, batch_view(result, place.settings.currency))
    if done.was_stopped:
        return INTERRUPTED
    dropped = job.is_strict and any(map(has_dropped, _records(job, journal, answers, levels)))
    return batch_code(result, (answer.failure for answer in done.answers), dropped=dropped)


def _settings(job: _Job, settings: Settings) -> Settings:
    if job.refresh:  # else the model would be taken by its earlier word
        return settings.model_copy(update={"cache_megabytes": 0})
    return settings


def _estimate(job: _Job, journal: Path, place: AssistantWorkplace) -> int:
    """Say what is missing would cost; nothing is sent or written, so no consent is needed and no lock."""
    _announce_wrong(job, place.screen)
    left = [job.asked[at] for at in job.backlog(kept_in(journal), job.refresh).open]
    with Progress(place.screen) as progress:
        advance = partial(progress.advance, "weighing questions")
        made = place.done_by(_settings(job, place.settings), lambda assistant: forecast(assistant, left, advance))
    place.show(made, batch_estimate_view(made, place.settings.currency))
    return DONE


def _desk(job: _Job, rows: int, place: AssistantWorkplace, settings: Settings) -> Answerer:
    """Return who answers: this process, or so many as are asked for or worth their start."""
    is_much = rows >= _MANY_ROWS and (job.at_once >= _MANY_CALLS or not settings.drafts)
    processes = job.processes or (min(os.cpu_count() or 1, _MOST_WORKERS) if is_much else 1)
    if processes > 1:
        return Workers(place.home, settings, processes=processes, at_once=job.at_once)
    return OwnAnswerer(place.assistant(settings, job.at_once))


async def _answer(
    job: _Job, asked: Sequence[Inquiry], journal: Journal, place: AssistantWorkplace, settings: Settings
) -> _Done:
    """Put the open questions; the first Ctrl-C lets those under way finish, the second breaks them off."""
    began, loop = time.monotonic(), asyncio.get_running_loop()
    work, answers = Batch(journal, generation=job.generation, models=job.models), list[JournalEntry]()
    spent = partial(place.ledger.cost, work.run)

    def interrupt() -> None:
        again = "" if work.is_stopping else "finishing what is under way; Ctrl-C again breaks it off"
        place.screen.say(again or "breaking off", "warn")
        work.stop()

    def take(answer: JournalEntry) -> None:
        answers.append(answer)
        progress.answered(answer.failure)

    desk = _desk(job, len(asked), place, settings)
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(interrupt))
    try:
        with BatchProgress(place.screen, len(asked), spent) as progress:
            await work.answer(asked, desk, at_once=job.at_once, on_answer=take)
    finally:
        signal.signal(signal.SIGINT, before)
        await desk.close()
    return _Done(answers, work.run, spent(), time.monotonic() - began, was_stopped=len(answers) < len(asked))


def _write(job: _Job, journal: Journal, answers: Mapping[int, JournalEntry], levels: Mapping[str, Level]) -> str:
    """Write the output, unless it is there already and holds just this; return "written" or "unchanged"."""
    made_of = [
        [one.id, one.about(), one.problem, answers[at].start if at in answers else None]
        for at, one in enumerate(job.asked)
    ]
    digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
    if job.target.exists() and (journal.output, journal.digest) == ("written", digest):
        return "unchanged"
    journal.mark("writing", digest)
    write_answers(job.target, _records(job, journal, answers, levels), job.columns, job.form)
    journal.mark("written", digest)
    return "written"


def _records(
    job: _Job, journal: Journal, answers: Mapping[int, JournalEntry], levels: Mapping[str, Level]
) -> Iterator[dict[str, Any]]:
    """Yield the lines of the output, their citations marked as their reports are now."""
    for at, one in enumerate(job.asked):
        if one.problem is not None:
            yield one.refused()
            continue
        record = marked(journal.record(answers[at]), levels)
        # The answer to a row that has changed since is shown with the row as it was.
        yield record if answers[at].asked != one.asked else {**record, "id": one.id, **one.about()}


def _announce(job: _Job, journal: Journal, left: Backlog, screen: Screen) -> None:
    """Say, before anything is sent, which rows are wrong and what has changed since the last run."""
    _announce_wrong(job, screen)
    if journal.damaged:
        screen.say(f"{journal.path.name} has {journal.damaged} damaged lines: their questions are asked again", "warn")
    changes = (
        (left.changed_rows, "rows have changed"), (left.older_library, "answers are of an earlier library"),
        (left.other_models, "answers are of another model"),
    )  # fmt: skip
    said = [f"{len(places)} {what}" for places, what in changes if places]
    if said:
        first = job.asked[min(places[0] for places, _ in changes if places)].id
        screen.say(f"{', '.join(said)} (the first is {first!r}): --refresh changed asks them again", "warn")


def _announce_wrong(job: _Job, screen: Screen) -> None:
    wrong = [one for one in job.asked if one.problem is not None]
    for one in wrong[:_SHOWN]:
        screen.say(f"row {one.row.number} ({one.row.place}): {one.problem}", "warn")
    if len(wrong) > _SHOWN:
        screen.say(f"and {len(wrong) - _SHOWN} more wrong rows", "warn")
