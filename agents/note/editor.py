"""Draws conclusions for a note: inferences and recommendations that cite its claims, written and read by models."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from ...core.errors import BudgetReached, EndpointError, Withheld
from ...core.events import Event
from ...core.shapes import Claim, NoteSection, highest
from ...core.text import one_line, squash, without_controls
from ...language.quotation_marks import quotes_at_length
from ...models.port import Model, Prompt, PromptPart
from ...prompts.prompt import load_prompt
from ...prompts.template import MADE_OF_OTHERS, Template
from ...tools.answer.conclusion import conclusion
from ...tools.evidence.numbered import harmless
from ...tools.review.modality import advises
from ...tools.review.proofs import has_own_figures
from ...tools.review.quotation import misquoted
from ...vectorstore.index.levels import level_of
from ..reviewing.tongue import other_language, reading, writing
from ..state import Deps, ModelVerdicts
from ..statements import MARKS

_MOST = 3  # conclusions of a section
_MOST_WORDS, _MOST_CHARACTERS = 40, 400  # of one; the prompt asks for 25 words
_MOST_CITED = 6


class ModelConclusion(BaseModel):
    """A sentence as the model returns it."""

    section: int
    kind: Literal["inference", "recommendation"]
    cites: list[int]
    text: str


class ModelConclusions(BaseModel):
    """What the model concludes."""

    sentences: list[ModelConclusion]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A conclusion, the section (by position) that it stands in, and its words alone."""

    section: int
    words: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class EditorDesk:
    """What the editor works on: the sections as they were found, and where calls are booked.

    Conclusions are marked in a `language`, and written in the one they `drafts_in`, where one was asked for. `comment`
    is what a person said of an earlier draft.
    """

    topic: str
    template: Template
    sections: Sequence[NoteSection]
    run: str
    booked_as: str
    language: str = "en"
    comment: str = ""
    drafts_in: str | None = None

    def prompt(self, system: str, text: str, part: PromptPart, agent: Literal["editor", "reviewer"]) -> Prompt:
        """Return a prompt on the statements of `part`, whose level and passages it has."""
        return Prompt(
            system=load_prompt(system).fill(), parts=(PromptPart(text, part.level, part.passages),), agent=agent,
            step="conclude", run=self.run, question=self.booked_as or self.topic,
        )  # fmt: skip


async def conclude(desk: EditorDesk, deps: Deps) -> tuple[list[Conclusion], int]:
    """Return what the template lets a model conclude from a note's claims, and how many of its sentences fell.

    None without a drafter or a section that allows any. What no reviewer confirms is left out: there is no quote that
    could stand in. A lost endpoint, a reached cap or withheld text leave the note without.
    """
    allowing = [at for at, spec in enumerate(desk.template.sections) if spec.allows]
    drafter, reviewer = deps.models.get("drafter"), deps.models.get("reviewer")
    claims = [claim for spec, section in zip(desk.template.sections, desk.sections, strict=True)
              if spec.kind not in MADE_OF_OTHERS for claim in section.claims]  # fmt: skip
    unread = reviewer is None and deps.sends  # where nothing is sent, what it would cost is weighed alone
    if not allowing or not claims or drafter is None or unread:
        return [], 0
    read = {citation.report for claim in claims for citation in claim.citations}
    level = level_of(deps.library.catalogue, read)
    if not deps.admits(level):
        return [], 0
    passages = tuple({citation.passage: None for claim in claims for citation in claim.citations})
    part = PromptPart("", highest((level,)), passages)
    try:
        drawn = await _drawn(desk, drafter, claims, allowing, part)
        sound = [one for one in drawn if _is_sound(one, desk)]
        kept = await _confirmed(desk, reviewer, sound, part) if sound and reviewer else []
    except (EndpointError, BudgetReached, Withheld) as error:
        deps.emit(Event("editor", "degraded", f"no conclusions: {error}"))
        return [], 0
    deps.emit(Event("editor", "concluded", f"{len(kept)} of {len(drawn)} conclusions stood the review"))
    return kept, len(drawn) - len(kept)


async def _drawn(
    desk: EditorDesk, drafter: Model, claims: Sequence[Claim], allowing: Sequence[int], part: PromptPart
) -> list[Conclusion]:
    specs = desk.template.sections
    text = load_prompt("conclusions").fill(
        topic=one_line(desk.topic),
        statements="\n".join(f"[{number}] {harmless(claim.text)}" for number, claim in enumerate(claims, 1)),
        sections="\n".join(f"{at + 1}. {specs[at].heading} (allows: {', '.join(specs[at].allows)})" for at in allowing),
    )
    if desk.comment:
        text += "\n" + load_prompt("comment").fill(comment=harmless(desk.comment))
    text += writing(desk.drafts_in)
    found = await drafter.parse(desk.prompt("editor", text, part, "editor"), ModelConclusions)
    return list(_read(found, claims, allowing, desk))


def _read(
    found: ModelConclusions, claims: Sequence[Claim], allowing: Sequence[int], desk: EditorDesk
) -> Iterator[Conclusion]:
    """Yield the sentences that name their section and what they rest on, as claims that cite what these cite.

    One that repeats what a statement says is no conclusion, and may be a statement under another's citation.
    """
    counts = dict.fromkeys(allowing, 0)
    said = [squash(words) for claim in claims for words in (claim.text, *(one.quote for one in claim.citations))]
    for one in found.sentences:
        at, text = one.section - 1, one_line(MARKS.sub("", without_controls(one.text)))
        cited = [claims[number - 1] for number in dict.fromkeys(one.cites) if 0 < number <= len(claims)]
        repeats = any(squash(text.rstrip(".")) in words for words in said)
        if at in counts and counts[at] < _MOST and text and 0 < len(cited) <= _MOST_CITED and not repeats:
            counts[at] += 1
            yield Conclusion(at, text, conclusion(one.kind, text, cited, desk.language, desk.drafts_in))


def _is_sound(one: Conclusion, desk: EditorDesk) -> bool:
    """Tell whether code has nothing to say against a conclusion.

    What is advice is called so and allowed, it has no figure that is new, quotes nobody, is one sentence's length, and
    is in the language asked for.
    """
    claim = one.claim
    quotes = [citation.quote for citation in claim.citations]
    told = [one_line(f"{citation.title} {citation.organisation or ''} {citation.region or ''} {citation.date or ''}")
            for citation in claim.citations]  # fmt: skip
    if claim.kind not in desk.template.sections[one.section].allows or (
        claim.kind == "inference" and advises(one.words, quotes)
    ):
        return False
    if len(one.words.split()) > _MOST_WORDS or len(one.words) > _MOST_CHARACTERS or quotes_at_length(one.words):
        return False
    if other_language(one.words, desk.drafts_in, None, is_copy=False):
        return False
    return not has_own_figures(one.words, quotes, told=told) and not [*misquoted(one.words, [*quotes, *told])]


async def _confirmed(
    desk: EditorDesk, reviewer: Model, drawn: Sequence[Conclusion], part: PromptPart
) -> list[Conclusion]:
    shown = []
    for number, one in enumerate(drawn, 1):
        cited = " / ".join(harmless(citation.quote) for citation in one.claim.citations)
        shown.append(f"Claim {number}: ({one.claim.kind}) {one.words}\nCited: {cited}")
    text = load_prompt("follows").fill(
        topic=one_line(desk.topic), claims="\n\n".join(shown), numbers=", ".join(map(str, range(1, len(drawn) + 1)))
    )
    text += reading(desk.drafts_in)
    found = await reviewer.parse(desk.prompt("reviewer", text, part, "reviewer"), ModelVerdicts)
    stands = {one.claim for one in found.verdicts if one.verdict == "supported"}
    return [one for number, one in enumerate(drawn, 1) if number in stands]
