"""Has a model render the sentences of a draft in the language of the reports, so that they can be looked up there."""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, Field

from ...core.errors import Rehearsed
from ...core.text import one_line, without_controls
from ...core.types import Report
from ...language.stems import same_leg
from ...prompts.prompt import load_prompt
from ...tools.check.draft import Draft
from ...tools.evidence.numbered import harmless
from .draft_reader import DRAFT, DraftDesk

_AT_ONCE = 12  # sentences of one call


class RenderedSentence(BaseModel):
    """A sentence in another language."""

    sentence: int
    text: str = Field(max_length=4_000)


class RenderedSentences(BaseModel):
    """The sentences of a call, each with its number."""

    sentences: list[RenderedSentence] = Field(max_length=2 * _AT_ONCE)


def spoken_elsewhere(draft: Draft, reports: Sequence[Report]) -> str | None:
    """Return the language that most reports are in, if the draft is in another one; `None` where it is not known."""
    languages = Counter(report.language for report in reports if report.language)
    (most, _), *_ = languages.most_common(1) or [("", 0)]
    return most if most and draft.language and not same_leg(draft.language, most) else None


async def rendered(draft: Draft, language: str, texts: Sequence[str], desk: DraftDesk) -> dict[int, str]:
    """Return the sentences of a draft in a language by their numbers; `texts` are they without their references.

    One that the model leaves out is left out. Raises what `Model.parse` raises, but for what an estimate does.
    """
    found: dict[int, str] = {}
    numbered = [(sentence.number, text) for sentence, text in zip(draft.sentences, texts, strict=True)]
    for start in range(0, len(numbered), _AT_ONCE):
        batch = numbered[start : start + _AT_ONCE]
        asked = load_prompt("rendered").fill(
            sentences="\n".join(f"Sentence {number}: {harmless(text)}" for number, text in batch),
            numbers=", ".join(str(number) for number, _ in batch), language=language,
        )  # fmt: skip
        try:
            reply = await desk.reader.parse(desk.prompt("renderer", asked, "render", DRAFT), RenderedSentences)
        except Rehearsed:
            continue
        own = {number for number, _ in batch}
        told = ((one.sentence, without_controls(one_line(one.text))) for one in reply.sentences)
        found |= {number: text for number, text in told if number in own and text}
    return found
