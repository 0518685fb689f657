"""Has a model say what position a cell's quotes come to, and another read it; else it stays as code read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from ...core.errors import BudgetReached, EndpointError, Withheld
from ...core.events import Event
from ...core.shapes import Citation
from ...core.text import one_line, without_controls
from ...models.port import Model, Prompt, PromptPart
from ...prompts.prompt import load_prompt
from ...tools.align.matrix import MatrixCell, MatrixTopic
from ...tools.align.row_reading import DOES
from ...tools.evidence.numbered import harmless
from ...tools.review.proofs import proven_wrong
from ...vectorstore.index.levels import level_of
from ..state import Deps, ModelVerdicts

_SURE = 0.9  # of what two readers agree on
_MOST_WORDS = 45  # of a position; the prompt asks for 25


class ModelPosition(BaseModel):
    """A position as the model returns it."""

    cites: list[int]
    stance: Literal["commits", "plans", "recommends", "mentions", "opposes", "mixed"]
    position: str


@dataclass(frozen=True, slots=True)
class PlacingDesk:
    """What a cell is placed on: its topic, and where its calls are booked."""

    topic: MatrixTopic
    run: str
    booked_as: str

    def prompt(self, system: str, text: str, part: PromptPart, agent: Literal["drafter", "reviewer"]) -> Prompt:
        """Return a prompt on the sentences of `part`, whose level and passages it has."""
        return Prompt(
            system=load_prompt(system).fill(), parts=(PromptPart(text, part.level, part.passages),), agent=agent,
            step="place", run=self.run, question=self.booked_as,
        )  # fmt: skip


async def placed(cell: MatrixCell, desk: PlacingDesk, deps: Deps) -> tuple[MatrixCell, str | None]:
    """Return a cell with the stance that a model gives it and a reviewer confirms, and why there was none, if so.

    Cells without a quote that counts are left to code, and so is what no reviewer confirms: there is no call for them,
    or none that decides. One call drafts, one reviews.
    """
    drafter, reviewer = deps.models.get("drafter"), deps.models.get("reviewer")
    shown = _counted(cell)
    unread = reviewer is None and deps.sends
    if drafter is None or not shown or unread:
        return cell, None
    level = level_of(deps.library.catalogue, {one.report for one in shown})
    if not deps.admits(level):
        return cell, None
    part = PromptPart("", level, tuple(dict.fromkeys(one.passage for one in shown)))
    try:
        found = await _drafted(cell, desk, drafter, shown, part)
        if found is None or reviewer is None:
            return cell, None
        confirmed = await _confirmed(found, desk, reviewer, part)
    except (EndpointError, BudgetReached, Withheld) as error:
        deps.emit(Event("drafter", "degraded", f"positions read by code: {error}"))
        return cell, str(error)
    return (found if confirmed else cell), None


def _counted(cell: MatrixCell) -> list[Citation]:
    """Return the quotes of a cell that speak for its roadmap now."""
    counts = {one.quote for one in cell.signs if one.counts}
    return [one for one in cell.citations if one.role == "quote" and one.id in counts]


async def _drafted(
    cell: MatrixCell, desk: PlacingDesk, drafter: Model, shown: Sequence[Citation], part: PromptPart
) -> MatrixCell | None:
    text = load_prompt("position").fill(
        topic=one_line(desk.topic.name), question=one_line(desk.topic.question or desk.topic.name),
        roadmap=one_line(cell.roadmap),
        sentences="\n".join(f"[{number}] {harmless(one.quote)}" for number, one in enumerate(shown, 1)),
    )  # fmt: skip
    found = await drafter.parse(desk.prompt("placer", text, part, "drafter"), ModelPosition)
    position = one_line(without_controls(found.position))
    cited = [shown[number - 1] for number in dict.fromkeys(found.cites) if 0 < number <= len(shown)]
    quotes = [one.quote for one in cited]
    if not cited or not position or len(position.split()) > _MOST_WORDS or proven_wrong(position, quotes):
        return None
    first = [*cited, *(one for one in cell.citations if one not in cited)]
    return cell.model_copy(
        update={
            "stance": found.stance, "position": position, "citations": tuple(first), "judged_by": "model",
            "confidence": max(cell.confidence, _SURE), "why": "",
        }
    )  # fmt: skip


async def _confirmed(cell: MatrixCell, desk: PlacingDesk, reviewer: Model, part: PromptPart) -> bool:
    quotes = [one for one in cell.citations if one.role == "quote"]
    cited = " / ".join(harmless(one.quote) for one in quotes)
    claims = (f"{cell.roadmap} {DOES[cell.stance]}: {desk.topic.name}.", cell.position)
    text = load_prompt("placed").fill(
        roadmap=one_line(cell.roadmap), topic=one_line(desk.topic.name), numbers="1, 2",
        claims="\n\n".join(f"Claim {number}: {claim}\nCited: {cited}" for number, claim in enumerate(claims, 1)),
    )  # fmt: skip
    found = await reviewer.parse(desk.prompt("reviewer", text, part, "reviewer"), ModelVerdicts)
    return {1, 2} <= {one.claim for one in found.verdicts if one.verdict == "supported"}
