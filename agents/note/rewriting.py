"""Says drafted sentences of a note more briefly: a model rewrites them, code and a reviewer check them again."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from ...core.errors import BudgetReached, EndpointError, Withheld
from ...core.events import Event
from ...core.shapes import Claim, Level, NoteSection, highest
from ...core.text import one_line, without_controls
from ...core.types import JudgedBy, Report, Segment
from ...language.figures import Figure, figures
from ...language.languages import guess_language
from ...language.quotation_marks import quotes_at_length
from ...language.sentences import sentences
from ...models.port import Model, Prompt, PromptPart
from ...prompts.prompt import load_prompt
from ...prompts.template import Template
from ...tools.evidence.citations import Citations
from ...tools.evidence.numbered import harmless
from ...tools.review.figures.recognised import figures_recognised
from ...vectorstore.index.catalogue import Catalogue
from ...vectorstore.index.levels import level_of
from ..reviewing.second_reader import read_over
from ..reviewing.verdict import Verdict, judge
from ..reviewing.whole import no_sentence
from ..state import Deps, State, Statement
from .length import WordCount, fitted, too_long

_LONG, _PLAIN = 35, 25  # words from which a sentence is long, and those that it should have
_SOME = 2  # long sentences for which a model is asked, where the note has its length
_LEAST = 12  # words of a sentence that may be said in fewer
_SHARE = 0.65  # of its words, that are left to a sentence
_HOPED = 1.5  # times its length that a note may have for its sentences to be rewritten rather than left out
_A_CLAIM = 15  # words saved that keep one
_MOST = 20  # sentences of one call: what an answer, and that of the reviewer, has room for
_FARTHEST = 12  # segments of one quote
_COUNTS = ("", "year")  # may go without saying


class ModelRewriting(BaseModel):
    """A sentence as the model would have it, under the number it was shown with."""

    number: int
    text: str = Field(max_length=400)


class ModelRewritings(BaseModel):
    """What the model makes of the sentences it was shown."""

    sentences: list[ModelRewriting] = Field(max_length=_MOST)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A claim as it was drafted, and what it says now."""

    first: Claim
    text: str
    judged_by: JudgedBy

    @property
    def claim(self) -> Claim:
        """The claim in its new words, with those it had."""
        first, doubts = self.first, tuple(figures_recognised(self.text, self.first.citations))
        new = {"text": self.text, "judged_by": self.judged_by, "doubts": doubts, "rewritten_from": first.text}
        return first.model_copy(update=new)


@dataclass(frozen=True, slots=True)
class RewritingDesk:
    """What is worked on: the sections as they would stand, how their words are counted, and how many they may have.

    `shown` are the segments that the drafts were written from. Calls are booked under the run and `booked_as`.
    """

    topic: str
    template: Template
    sections: Sequence[NoteSection]
    count: WordCount
    words: int | None
    shown: tuple[Segment, ...]
    run: str
    booked_as: str
    is_over: bool = False
    """Whether the note is too long by another measure than its words."""
    kept: frozenset[int] = frozenset()
    """The places of the sections that stay word for word."""

    @property
    def held(self) -> set[tuple[str, tuple[str, ...]]]:
        """The claims that stay as they are, wherever else they are told."""
        return {_key(claim) for at in self.kept for claim in self.sections[at].claims}


def applied(sections: Iterable[NoteSection], rewritings: Sequence[Rewriting]) -> list[NoteSection]:
    """Return the sections with the claims that were rewritten in their new words."""
    known = {_key(one.first): one.claim for one in rewritings}
    return [
        section.model_copy(update={"claims": [known.get(_key(claim), claim) for claim in section.claims]})
        for section in sections
    ]


async def rewrite(desk: RewritingDesk, deps: Deps) -> tuple[Rewriting, ...]:
    """Return what a model says in fewer words of the drafted sentences of a note, where that pays.

    Where the note is too long it is those that may stay in it, else those that are long, if there are some. What code
    or the reviewer refuses keeps its first words; so do all where an endpoint is lost, a cap reached or text withheld.
    """
    drafter, reviewer = deps.models.get("drafter"), deps.models.get("reviewer")
    if drafter is None or (reviewer is None and deps.sends):  # where nothing is sent, the cost is weighed alone
        return ()
    over = desk.is_over or too_long(desk.template, desk.count(desk.sections), desk.words)
    claims = _worth_it(desk, over=over) if deps.sends else _open(desk, desk.sections, with_quotes=True)[:_MOST]
    level = _level(claims, desk.shown, deps)
    if not claims or not deps.admits(level):
        return ()
    try:
        found = await drafter.parse(_prompt(desk, claims, level, is_sure=over or deps.sends), ModelRewritings)
        return await _reviewed(desk, deps, reviewer, claims, found) if reviewer else ()
    except (EndpointError, BudgetReached, Withheld) as error:
        deps.emit(Event("editor", "degraded", f"no shorter sentences: {error}"))
        return ()


def _worth_it(desk: RewritingDesk, *, over: bool) -> list[Claim]:
    """Return the claims to be rewritten, the longest ones of too many; none where no claim would be kept by that."""
    drafted = _open(desk, desk.sections)
    long = [claim for claim in drafted if _longest(claim.text) > _LONG]
    if not over:
        return _longest_of(long) if len(long) >= _SOME else []
    sizes = desk.count(desk.sections)
    most = desk.words or desk.template.words or sum(sizes)
    roomy = [
        spec.model_copy(update={"words": round(spec.words * _HOPED)}) if spec.words else spec
        for spec in desk.template.sections
    ]
    template = desk.template.model_copy(update={"sections": roomy})
    kept, _ = fitted(template, desk.sections, desk.count, round(most * _HOPED))
    staying = {_key(claim) for claim in _open(desk, kept)}
    chosen = [one for one in drafted if one in long or (_key(one) in staying and len(one.text.split()) >= _LEAST)]
    chosen = _longest_of(chosen)
    saved = sum(len(claim.text.split()) - _room(claim) for claim in chosen)
    return chosen if saved >= min(_A_CLAIM, max(1, sum(sizes) - most)) else []


def _open(desk: RewritingDesk, sections: Iterable[NoteSection], *, with_quotes: bool = False) -> list[Claim]:
    """Return the claims that somebody drafted, and that may be said otherwise."""
    held = desk.held
    return [one for one in _drafted(sections, with_quotes=with_quotes) if _key(one) not in held]


def _drafted(sections: Iterable[NoteSection], *, with_quotes: bool = False) -> list[Claim]:
    """Return the claims that somebody drafted, each once."""
    claims = (claim for section in sections for claim in section.claims if claim.kind == "stated" and claim.citations)
    return list({_key(claim): claim for claim in claims if with_quotes or claim.framing is None}.values())


def _longest_of(claims: Sequence[Claim]) -> list[Claim]:
    """Return the longest claims, in the order given."""
    longest = sorted(claims, key=lambda claim: -len(claim.text.split()))[:_MOST]
    return [claim for claim in claims if claim in longest]


def _key(claim: Claim) -> tuple[str, tuple[str, ...]]:
    return claim.text, tuple(citation.id for citation in claim.citations)


def _longest(text: str) -> int:
    """Return the number of words of the longest sentence of a text."""
    return max((len(text[start:end].split()) for start, end in sentences(text, guess_language(text))), default=0)


def _room(claim: Claim) -> int:
    """Return how many words a claim is given."""
    words = len(claim.text.split())
    return min(words - 1, max(_LEAST - 2, round(words * _SHARE)))


def _level(claims: Sequence[Claim], shown: Sequence[Segment], deps: Deps) -> Level:
    """Return the level of what is sent: a sentence may hold words of anything its writer was shown."""
    read = {citation.report for claim in claims for citation in claim.citations}
    return highest((level_of(deps.library.catalogue, read | {segment.report for segment in shown}),))


def _prompt(desk: RewritingDesk, claims: Sequence[Claim], level: Level, *, is_sure: bool) -> Prompt:
    shown = []
    for number, claim in enumerate(claims, 1):
        cited = " / ".join(harmless(citation.quote) for citation in claim.citations)
        shown.append(f"Sentence {number} (at most {_room(claim)} words): {harmless(claim.text)}\nCited: {cited}")
    text = load_prompt("shorter").fill(
        topic=one_line(desk.topic), sentences="\n\n".join(shown), numbers=", ".join(map(str, range(1, len(claims) + 1)))
    )
    passages = tuple({citation.passage: None for claim in claims for citation in claim.citations})
    return Prompt(
        system=load_prompt("shortener").fill(), parts=(PromptPart(text, level, passages),), agent="editor",
        step="rewrite", run=desk.run, question=desk.booked_as or desk.topic, is_sure=is_sure,
    )  # fmt: skip


async def _reviewed(
    desk: RewritingDesk, deps: Deps, reviewer: Model, claims: Sequence[Claim], found: ModelRewritings
) -> tuple[Rewriting, ...]:
    catalogue = deps.library.catalogue
    pairs = await asyncio.to_thread(lambda: list(_judged(desk, catalogue, claims, found)))
    if any(item.is_open for _, item in pairs):
        asked = State(question=desk.topic, run=desk.run, booked_as=desk.booked_as, shown=desk.shown)
        reading = await read_over(reviewer, asked, [item for _, item in pairs], catalogue)
        pairs = [(claim, item) for (claim, _), item in zip(pairs, reading.judged, strict=True)]
    kept = tuple(
        Rewriting(claim, item.statement.text, item.statement.judged_by) for claim, item in pairs if item.stands
    )
    deps.emit(Event("editor", "rewritten", f"{len(kept)} of {len(claims)} sentences are shorter"))
    return kept


def _judged(
    desk: RewritingDesk, catalogue: Catalogue, claims: Sequence[Claim], found: ModelRewritings
) -> Iterator[tuple[Claim, Verdict]]:
    """Yield the new sentences that code has nothing to say against, each with the claim it replaces."""
    reports = {report.id: report for report in catalogue.reports()}
    texts = {one.number: one_line(without_controls(one.text)) for one in found.sentences}
    for number, claim in enumerate(claims, 1):
        text, segments = texts.get(number, ""), _segments(claim, catalogue)
        if segments and _may_replace(text, claim.text):
            item = _verdict(desk, Statement(text, segments), claim, catalogue, reports)
            if item.is_open or item.stands:
                yield claim, item


def _verdict(
    desk: RewritingDesk, statement: Statement, claim: Claim, catalogue: Catalogue, reports: Mapping[str, Report]
) -> Verdict:
    """Return what code can say of a new sentence. It may be made of the words it cites and the first ones alone."""
    cited, asked = statement.segments, f"{desk.topic}\n{claim.text}"
    flaw = no_sentence(statement.text, cited, asked)
    return judge(statement, Citations(catalogue, reports), reports, cited, flaw)


def _may_replace(text: str, first: str) -> bool:
    """Tell whether a text is briefer than another, or as long in shorter sentences, and has its figures alone."""
    words, before = len(text.split()), len(first.split())
    is_briefer = words < before or (words == before and _longest(text) < _longest(first))
    quotes_anew = quotes_at_length(text) and not quotes_at_length(first)
    return bool(text) and is_briefer and not quotes_anew and _keeps_figures(text, first)


def _keeps_figures(text: str, first: str) -> bool:
    """Tell whether a text has the figures of another: none is new, no bound is lost, only a bare count or year is."""
    said, had = figures(text), figures(first)
    new = {_told(figure) for figure in said} - {_told(figure) for figure in had}
    lost = {_told(figure) for figure in had if figure.unit not in _COUNTS} - {_told(figure) for figure in said}
    return not new and not lost


def _told(figure: Figure) -> tuple[object, ...]:
    return (*figure.key, figure.bound)


def _segments(claim: Claim, catalogue: Catalogue) -> tuple[Segment, ...]:
    """Return the segments that a claim quotes; none where a report was replaced since."""
    found: dict[int, Segment] = {}
    for quote in claim.quotes:
        near = catalogue.segments_of([quote.passage])
        first = next((one for one in near if one.start == quote.start), None)
        if first is None:
            return ()
        run = catalogue.stretch(first.report, first.position, first.position + _FARTHEST)
        found |= {one.id: one for one in run if one.block == first.block and one.end <= quote.end}
    return tuple(found.values())
