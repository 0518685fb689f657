"""The reviewer's model reads the sentences of a draft beside the words that code has found, and its word decides.

Several sentences go in one call. Where its verdict rests on nothing it was shown, or supports what code can prove
wrong, a sentence stays as code has read it. It is shown no report that may not go to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, Field

from ...core.errors import BudgetReached, CoscribeError, EndpointError, Rehearsed, Withheld
from ...core.shapes import Level, highest
from ...core.text import one_line, without_controls
from ...core.types import Depth
from ...models.port import Model, Prompt, PromptPart
from ...prompts.prompt import load_prompt
from ...tools.check.assessment import Assessment, figures_beside
from ...tools.check.checking import FirstReading
from ...tools.check.labels import CheckLabel
from ...tools.check.lookup import NearStretch
from ...tools.evidence.numbered import harmless
from ...tools.review.proofs import proven_wrong

_AT_ONCE = 6  # sentences of one call
# stretches shown for one
_SHOWN: dict[Depth, int] = {"quick": 3, "auto": 7, "standard": 7, "deep": 16}
_BEFORE = 200  # characters of the draft in front of a sentence
DRAFT: Level = "unmarked"  # somebody's draft is as confidential as a report that nobody has marked
_LABELS: dict[str, CheckLabel] = {
    "supported": "supported", "contradicted": "contradicted", "partly": "partly", "not_said": "not_found",
    "no_claim": "not_checkable",
}  # fmt: skip


class SentenceVerdict(BaseModel):
    """A model's verdict on one sentence of a draft, with the numbers of the words that decide it."""

    sentence: int
    rests_on: list[int] = Field(default=[], max_length=8)
    reason: str = Field(default="", max_length=200)
    unsaid: str = Field(default="", max_length=400)
    verdict: Literal["supported", "contradicted", "partly", "not_said", "no_claim"]


class SentenceVerdicts(BaseModel):
    """A model's verdicts, one for each sentence it was shown."""

    verdicts: list[SentenceVerdict] = Field(max_length=24)


@dataclass(frozen=True, slots=True)
class ReadOver:
    """The sentences of a draft, those that a model has judged with its verdict; and what stopped it, if anything."""

    readings: tuple[FirstReading, ...]
    failure: CoscribeError | None = None


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """Who reads a draft, what may be shown and how much of it, and where its calls are booked."""

    reader: Model
    admits: Callable[[Level], bool]
    run: str
    booked_as: str
    depth: Depth = "auto"

    def prompt(self, system: str, text: str, step: str, level: Level, passages: tuple[str, ...] = ()) -> Prompt:
        """Return a prompt of the reviewer."""
        return Prompt(
            system=load_prompt(system).fill(), parts=(PromptPart(text, level, passages),), agent="reviewer", step=step,
            run=self.run, question=self.booked_as,
        )  # fmt: skip


async def read_over_draft(readings: Sequence[FirstReading], desk: DraftDesk) -> ReadOver:
    """Put the sentences to the model, several in a call; a failing endpoint or a reached cap ends it, and is told."""
    found = list(readings)
    failure: CoscribeError | None = None
    for start in range(0, len(found), _AT_ONCE):
        batch = found[start : start + _AT_ONCE]
        try:
            found[start : start + _AT_ONCE] = await _judged(batch, desk)
        except Rehearsed:
            continue  # an estimate weighs every call
        except Withheld as error:
            failure = error  # of these sentences alone
        except (EndpointError, BudgetReached) as error:
            return ReadOver(tuple(found), error)
    return ReadOver(tuple(found), failure)


async def _judged(batch: Sequence[FirstReading], desk: DraftDesk) -> list[FirstReading]:
    numbered: dict[int, NearStretch] = {}
    lines: list[str] = []
    for one in batch:
        shown = [stretch for stretch in _first(one) if desk.admits(one.looked.reports[stretch.report].confidentiality)]
        own = {len(numbered) + at: stretch for at, stretch in enumerate(shown[: _SHOWN[desk.depth]], 1)}
        numbered |= own
        lines.append(_shown(one, own))
    reports = {name: report for one in batch for name, report in one.looked.reports.items()}
    level = highest((DRAFT, *(reports[stretch.report].confidentiality for stretch in numbered.values())))
    passages = tuple(dict.fromkeys(segment.passage for one in numbered.values() for segment in one.segments))
    numbers = ", ".join(str(one.sentence.number) for one in batch)
    text = load_prompt("draft-sentences").fill(sentences="\n\n".join(lines), numbers=numbers)
    reply = await desk.reader.parse(
        desk.prompt("draft-reader", text, "read draft", level, passages), SentenceVerdicts
    )  # fmt: skip
    verdicts = {one.sentence: one for one in reply.verdicts}
    return [_settled(one, verdicts.get(one.sentence.number), numbered) for one in batch]


def _first(one: FirstReading) -> list[NearStretch]:
    """Return the stretches for a sentence: those that the label rests on, then the nearest with words of their own."""
    found: list[NearStretch] = []
    seen: set[int] = set()
    for stretch in (*one.assessment.stretches, *one.looked.stretches):
        if not seen.issuperset(_place(stretch)):
            found.append(stretch)
            seen.update(_place(stretch))
    return found


def _shown(one: FirstReading, own: dict[int, NearStretch]) -> str:
    lines = [f"Sentence {one.sentence.number}: {harmless(one.sentence.text)}"]
    if one.sentence.before:
        lines.append(f"Before it: {harmless(one.sentence.before)[-_BEFORE:]}")
    for number, stretch in own.items():
        report = one.looked.reports[stretch.report]
        source = ", ".join(filter(None, (report.title, report.organisation, report.region, report.date)))
        led = " / ".join(map(harmless, stretch.around))
        lines.append(f"[{number}] ({harmless(source)}; {led}) {harmless(stretch.words)}")
    lines += [] if own else ["No words were found for it."]
    lines += [f"Noticed: {harmless(one.assessment.why)}"] if one.assessment.label == "contradicted" else []
    return "\n".join(lines)


def _settled(
    one: FirstReading, verdict: SentenceVerdict | None, numbered: dict[int, NearStretch]
) -> FirstReading:  # fmt: skip
    """Return a sentence with the model's verdict, or as code has read it where that cannot stand."""
    if verdict is None:
        return one
    cited = [numbered[number] for number in dict.fromkeys(verdict.rests_on) if number in numbered]
    label = _LABELS[verdict.verdict]
    rests = label in ("supported", "contradicted", "partly")
    if rests:
        cited = [stretch for stretch in cited if stretch.report == cited[0].report]  # the evidence of one report
        if not cited or not set(map(_place, cited)) & set(map(_place, _first(one))):
            return one
    if label == "supported" and _is_proven_wrong(one, cited):
        return one
    reason = "" if label == "supported" else without_controls(one_line(verdict.reason))
    unsaid = (without_controls(one_line(verdict.unsaid)),) if label == "partly" and verdict.unsaid.strip() else ()
    figures = figures_beside(one.text, one.looked, cited) if rests else ()
    return replace(one, assessment=Assessment(label, tuple(cited), reason, figures, unsaid), judged_by="model")


def _place(stretch: NearStretch) -> tuple[int, ...]:
    return tuple(segment.id for segment in stretch.segments)


def _is_proven_wrong(one: FirstReading, cited: Sequence[NearStretch]) -> bool:
    """Tell whether a sentence has a written figure that stands nowhere in what was found of its report."""
    report = one.looked.reports[cited[0].report]
    told = [part for part in (report.title, report.organisation, report.region, report.date) if part]
    near = [stretch for stretch in one.looked.stretches if stretch.report == report.id]
    shown = [text for stretch in (*cited, *near) for text in (*stretch.around, stretch.words)]
    doubted = {figure.text for figure in figures_beside(one.text, one.looked, cited) if figure.standing != "same"}
    wrong = proven_wrong(one.text, shown, told=told, language=one.looked.language)
    return any(doubt.span is not None and one.text[slice(*doubt.span)] in doubted for doubt in wrong)
