"""The reviewer's model reads the statements of a draft beside the words they cite: one call, and its word decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...core.shapes import highest
from ...core.text import one_line
from ...core.types import Segment
from ...models.port import Model, Prompt, PromptPart
from ...prompts.prompt import load_prompt
from ...tools.evidence.numbered import harmless
from ...tools.review.doubts import reasons
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.index.levels import level_of
from ..state import Extent, ModelVerdict, ModelVerdicts, State
from .tongue import reading
from .verdict import Verdict

_BESIDE = 200  # characters shown in front of the cited words, and behind them
_NO_VERDICT = "the reviewer gave no verdict"
_SAID = {"contradicted": "the cited words say otherwise", "not_said": "not supported"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Statements as a reader left them, what of the question they answer, and which parts of it they do not.

    `answers` is `None` where nobody was asked.
    """

    judged: tuple[Verdict, ...]
    answers: Extent | None = None
    missing: tuple[str, ...] = ()


async def read_over(reviewer: Model, state: State, judged: Sequence[Verdict], catalogue: Catalogue) -> Reading:
    """Put all statements to the model in one call: those that are open to be judged, all to tell what they answer.

    What it does not confirm does not stand; of a plain copy it is only asked whether it answers. Raises what
    `Model.parse` raises.
    """
    asked = {number: item for number, item in enumerate(judged, start=1) if item.is_open or item.stands}
    shown = "\n\n".join(_shown(number, item, catalogue) for number, item in asked.items())
    # A sentence may hold words of anything its writer was shown.
    read = {citation.report for item in asked.values() for citation in item.citations}
    level = highest((state.level, level_of(catalogue, read | {segment.report for segment in state.shown})))
    passages = tuple({citation.passage: None for item in asked.values() for citation in item.citations})
    text = load_prompt("claims").fill(question=state.question, claims=shown, numbers=", ".join(map(str, asked)))
    prompt = Prompt(
        system=load_prompt("reviewer").fill(),
        parts=(PromptPart(text + reading(state.language), level, passages),),
        agent="reviewer",
        step="review",
        run=state.run,
        question=state.booked_as or state.question,
        round=state.round,
    )
    found = await reviewer.parse(prompt, ModelVerdicts)
    verdicts = {one.claim: one for one in found.verdicts}
    settled = [
        _settled(item, verdicts.get(number)) if item.is_open else item for number, item in enumerate(judged, start=1)
    ]
    missing = tuple(part for part in map(one_line, found.missing) if part)
    return Reading(tuple(settled), found.answers, missing)


def _settled(item: Verdict, verdict: ModelVerdict | None) -> Verdict:
    stands = verdict is not None and verdict.verdict == "supported"
    reason = (one_line(verdict.reason) or _SAID.get(verdict.verdict, "")) if verdict else _NO_VERDICT
    statement = replace(item.statement, judged_by="model")
    return replace(
        item, statement=statement, standing="stands" if stands else "rejected", reason="" if stands else reason
    )


def _shown(number: int, item: Verdict, catalogue: Catalogue) -> str:
    """Return a claim as the reader sees it: its words, those it cites, what stands around, and what code doubts."""
    cited = " / ".join(harmless(citation.quote) for citation in item.citations)
    said = one_line(item.statement.text) or cited
    lines = [f"Claim {number}: {said}", f"Cited: {cited}"]
    before, after = _around(item.statement.segments, catalogue)
    lines += [f"Before it: {before}"] if before else []
    lines += [f"After it: {after}"] if after else []
    lines += [f"Asked: {harmless(detail)}; is the claim still what they say?" for detail in reasons(item.doubts)]
    return "\n".join(lines)


def _around(segments: Sequence[Segment], catalogue: Catalogue) -> tuple[str, str]:
    """Return the words in front of the first cited segment and behind the last, each cut to a length."""
    first, last = min(segment.position for segment in segments), max(segment.position for segment in segments)
    near = catalogue.stretch(segments[0].report, first - 1, last + 1)
    before = [harmless(segment.text) for segment in near if segment.position < first]
    after = [harmless(segment.text) for segment in near if segment.position > last]
    return "".join(before)[-_BESIDE:], "".join(after)[:_BESIDE]
