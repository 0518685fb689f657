"""A draft is checked: rendered where it is in another language, looked up by code, and read over by a model, if any."""

import asyncio
from dataclasses import replace
from functools import partial

from ...core.errors import BudgetReached, CoscribeError, EndpointError, Withheld
from ...core.events import OnProgress, silent
from ...core.shapes import Failure
from ...core.types import Scope
from ...models.port import Asking
from ...tools.check.checked_draft import CheckedDraft
from ...tools.check.checking import checked, read_by_code, without_references
from ...tools.check.draft import Draft
from ...tools.check.lookup import Lookup
from ..state import Deps
from .draft_reader import DRAFT, DraftDesk, read_over_draft
from .rendering import rendered, spoken_elsewhere

_STOPS = (EndpointError, BudgetReached, Withheld)


async def check_draft(
    draft: Draft, scope: Scope, deps: Deps, run: str, booked_as: str, progress: OnProgress = silent
) -> CheckedDraft:  # fmt: skip
    """Return a checked draft; what stops the model, or what embeds, is told in it, and the rest is read by code alone.

    Raises UsageError where a filter matches no report.
    """
    reader, library = deps.models.get("reviewer"), deps.library
    desk = DraftDesk(reader, deps.admits, run, booked_as, deps.depth) if reader is not None else None
    said: dict[int, str] = {}
    failure: CoscribeError | None = None
    language = spoken_elsewhere(draft, library.in_scope(scope)) if desk else None
    if desk and language:
        try:
            said = await rendered(draft, language, without_references(draft, library), desk)
        except _STOPS as error:
            failure = error
    asking = Asking(run, booked_as, DRAFT) if deps.sends or library.embeds_here else None
    lookup = Lookup(library, scope, deps.terms(), asking, deps.depth)
    read = partial(read_by_code, draft, progress=progress, said=said)
    try:
        readings = await asyncio.to_thread(lambda: tuple(read(lookup)))
    except _STOPS as error:  # of what embeds
        failure = error
        readings = await asyncio.to_thread(lambda: tuple(read(replace(lookup, asking=None))))
    if desk and failure is None:
        over = await read_over_draft(readings, desk)
        readings, failure = over.readings, over.failure
    made = await asyncio.to_thread(checked, draft, readings, library.catalogue)
    is_read = any(one.judged_by == "model" for one in readings)
    told = Failure(kind=type(failure).__name__, message=str(failure)) if failure else None
    return made.model_copy(
        update={
            "mode": "model" if is_read else "code",
            "read_by": reader.name if reader and is_read else "",
            "degraded": str(failure) if failure else None,
            "error": told,
        }
    )
