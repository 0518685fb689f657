"""What `ingest --describe` adds: a model reads what code was not sure of, and every change is told."""

import asyncio
from collections.abc import Sequence

from ...agents.describing.describer import Describing, describe
from ...core.errors import DONE, CoscribeError, UsageError
from ...core.settings import Settings
from ...core.shapes import Correction
from ...models.roles import open_models
from ...vectorstore.facts import ASKED, reviewed
from ..workplace import endpoints_of
from ..writing_workplace import WritingWorkplace


def is_possible(settings: Settings) -> bool:
    """Tell whether a model is named that can be asked."""
    return settings.endpoint("retriever") is not None


def described(place: WritingWorkplace, reports: Sequence[str], run: str) -> tuple[int, list[Correction]]:
    """Ask the model of the retriever about what is unsure of these reports; return the exit code and what changed."""
    if not is_possible(place.settings):
        raise UsageError("--describe needs a model: name one with --model or COSCRIBE_MODEL; the files are taken in")
    known = reviewed(place.library)
    rows = [row for row in known if row.report in set(reports) and any(name in row.unsure for name in ASKED)]
    if not rows or not endpoints_of(place.settings):
        return DONE, []
    settings = place.agreed(place.settings)

    async def done() -> Describing:
        models = open_models(place.home, settings, place.ledger, at_once=1)
        try:
            return await describe(place.library, models["retriever"], rows, run)
        finally:
            for model in dict.fromkeys(models.values()):
                await model.close()

    result = asyncio.run(done())
    for file in result.withheld:
        place.screen.say(f"{file!r} is internal and was not described: its words may not go to that model", "warn")
    if result.failure is not None:
        place.screen.say(f"not all reports are described: {result.failure}", "warn")
    for one in result.changes:
        place.screen.say(f"{one.file}  {one.field}: {one.before or 'none'} -> {one.after}")
    failure: CoscribeError | None = result.failure
    return (failure.exit_code if failure else DONE), result.changes
