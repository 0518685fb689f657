"""The verdict on each statement: free checks first, and one call for what they leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..core.shapes import Citation, Doubt, highest
from ..core.text import one_line
from ..core.types import Report, Segment
from ..language.languages import guess_language
from ..language.wording import Wording
from ..models.port import Model, Prompt, PromptPart
from ..prompts.prompt import load_prompt
from ..tools.evidence.citations import Citations
from ..tools.evidence.numbered import harmless
from ..tools.review.carriers import places
from ..tools.review.checks import SETTLED_SHARE, support
from ..vectorstore.index.catalogue import Catalogue
from ..vectorstore.index.levels import level_of
from .state import ModelVerdicts, State, Statement

_BESIDE = 200  # characters shown in front of the cited words, and behind them


@dataclass(frozen=True, slots=True)
class Verdict:
    """A statement with its citations, what is wrong with it, and whether only a model can settle it.

    `foreign` tells that code cannot read it beside its source: they are in two languages, or one has no checks.
    """

    statement: Statement
    citations: tuple[Citation, ...]
    doubts: tuple[Doubt, ...] = ()
    unsettled: bool = False
    foreign: bool = False

    @property
    def stands(self) -> bool:
        """Whether nothing is wrong with it and nobody has to be asked."""
        return not self.doubts and not self.unsettled


def judge(statement: Statement, cites: Citations, reports: Mapping[str, Report]) -> Verdict:
    """Run the free checks; a quote that speaks for itself needs none, being verbatim by construction."""
    if statement.unknown:
        cited = f"it cites {list(statement.unknown)}, which is not in the evidence"
        return Verdict(statement, (), (Doubt(kind="unknown_id", detail=cited),))
    if not statement.segments:
        return Verdict(statement, (), (Doubt(kind="no_citation", detail="it cites nothing"),))
    if len({segment.report for segment in statement.segments}) > 1:
        merged = "it merges several reports: write one sentence for each"
        return Verdict(statement, (), (Doubt(kind="several_reports", detail=merged),))
    citations = tuple(cites.cite(statement.segments))
    if not statement.text:
        return Verdict(statement, citations)
    report = reports[statement.segments[0].report]
    told = [told for told in (report.title, report.organisation, report.region, report.date) if told]
    quotes = [citation.quote for citation in citations]
    found = support(statement.text, quotes, told=told, language=report.language)
    spoken, written = guess_language(statement.text), report.language
    foreign = bool(spoken and written and spoken != written)
    left_open = {"unchecked", "about"} if foreign else {"unchecked"}
    doubts = tuple(doubt for doubt in found.doubts if doubt.kind not in left_open)
    unread = any(doubt.kind == "unchecked" for doubt in found.doubts)
    unsettled = not doubts and (foreign or found.score < SETTLED_SHARE)
    return Verdict(statement, citations, doubts, unsettled, foreign or unread)


def cited_anew(
    item: Verdict, shown: Sequence[Segment], cites: Citations, reports: Mapping[str, Report], *, anywhere: bool
) -> Verdict:
    """Return a statement that does not stand by what it cites with those shown words that do carry it, if any do.

    Unless they may stand `anywhere`, they take in some that it cites. A statement that cites nothing, what was never
    shown, or several reports is left to be written anew.
    """
    text, cited = item.statement.text, {segment.id for segment in item.statement.segments}
    if item.stands or not text or item.statement.unknown or len({one.report for one in item.statement.segments}) != 1:
        return item
    quoted = [citation.quote for citation in item.citations]
    spoken = guess_language(text) or reports[item.statement.segments[0].report].language
    for run in places(Wording(text, spoken or "en"), quoted, shown):
        own = {segment.id for segment in run}
        if own <= cited or not (
            anywhere or own & cited
        ):  # fewer words of those it cites could hide what speaks against
            continue
        found = judge(replace(item.statement, segments=run, unknown=()), cites, reports)
        if found.stands:
            return found
    return item


async def ask_model(reviewer: Model, state: State, judged: Sequence[Verdict], catalogue: Catalogue) -> list[Verdict]:
    """Put all unsettled statements to the model in one call; what it does not confirm does not stand."""
    asked = {number: item for number, item in enumerate(judged, start=1) if item.unsettled}
    shown = "\n\n".join(_shown(number, item, catalogue) for number, item in asked.items())
    # A sentence may hold words of anything its writer was shown.
    read = {citation.report for item in asked.values() for citation in item.citations}
    level = highest((state.level, level_of(catalogue, read | {segment.report for segment in state.shown})))
    passages = tuple({citation.passage: None for item in asked.values() for citation in item.citations})
    text = load_prompt("claims").fill(claims=shown, numbers=", ".join(map(str, asked)))
    prompt = Prompt(
        system=load_prompt("reviewer").fill(),
        parts=(PromptPart(text, level, passages),),
        agent="reviewer",
        step="review",
        run=state.run,
        question=state.booked_as or state.question,
        round=state.round,
    )
    verdicts = {found.claim: found for found in (await reviewer.parse(prompt, ModelVerdicts)).verdicts}
    settled = list(judged)
    for number, item in asked.items():
        verdict = verdicts.get(number)
        reason = (one_line(verdict.reason) or "not supported") if verdict else _NO_VERDICT
        doubts = () if verdict and verdict.supported else (Doubt(kind="judge", detail=reason),)
        statement = replace(item.statement, judged_by="model")
        settled[number - 1] = replace(item, statement=statement, doubts=doubts, unsettled=False)
    return settled


def without_model(item: Verdict) -> Verdict:
    """Return what becomes of a statement that nobody can settle: for one that code cannot read its quote stands in."""
    if not item.unsettled:
        return item
    if item.foreign:
        return replace(item, statement=replace(item.statement, text=""), unsettled=False)
    doubt = Doubt(kind="unconfirmed", detail="no reviewer could confirm it")
    return replace(item, statement=replace(item.statement, judged_by="nobody"), doubts=(doubt,), unsettled=False)


_NO_VERDICT = "the reviewer gave no verdict"


def _shown(number: int, item: Verdict, catalogue: Catalogue) -> str:
    """Return a claim as the reviewer sees it: its words, those it cites, and what stands around these."""
    cited = " / ".join(harmless(citation.quote) for citation in item.citations)
    lines = [f"Claim {number}: {one_line(item.statement.text)}", f"Cited: {cited}"]
    before, after = _around(item.statement.segments, catalogue)
    if before:
        lines.append(f"Before it: {before}")
    if after:
        lines.append(f"After it: {after}")
    return "\n".join(lines)


def _around(segments: Sequence[Segment], catalogue: Catalogue) -> tuple[str, str]:
    """Return the words in front of the first cited segment and behind the last, each cut to a length."""
    first, last = min(segment.position for segment in segments), max(segment.position for segment in segments)
    near = catalogue.stretch(segments[0].report, first - 1, last + 1)
    before = [harmless(segment.text) for segment in near if segment.position < first]
    after = [harmless(segment.text) for segment in near if segment.position > last]
    return "".join(before)[-_BESIDE:], "".join(after)[:_BESIDE]
