"""The verdict on each statement: what code proves, what it notices, and what is left to a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ...core.shapes import Citation, Doubt
from ...core.text import fold, one_line
from ...core.types import Report, Segment
from ...language.languages import guess_language
from ...language.wording import Wording
from ...tools.evidence.citations import Citations
from ...tools.review.carriers import places
from ...tools.review.checks import support
from ...tools.review.doubts import in_words
from ...tools.review.proofs import proven_wrong
from ..state import Statement
from .tongue import other_language

_ENDS = " .!?;:。！？"
_LEAD = 6  # words that may say whose the rest of a sentence is


@dataclass(frozen=True, slots=True)
class Verdict:
    """A statement with its citations, how it stands, and the `doubts` that code has about it.

    It is `open` until a reader has judged it, `stands` as a plain copy of what it cites or by a reader's word, is
    `rejected` for the `reason` given, by proof or by a reader, or stays `unjudged` where there was nobody to ask.
    """

    statement: Statement
    citations: tuple[Citation, ...]
    standing: Literal["open", "stands", "rejected", "unjudged"]
    doubts: tuple[Doubt, ...] = ()
    reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether it may be shown as it is."""
        return self.standing == "stands"

    @property
    def is_open(self) -> bool:
        """Whether a reader has to be asked."""
        return self.standing == "open"


def judge(
    statement: Statement, cites: Citations, reports: Mapping[str, Report], shown: Sequence[Segment] = (),
    flaw: str = "", language: str | None = None,
) -> Verdict:  # fmt: skip
    """Return what code can say of a statement that was written from the segments `shown`.

    With a `flaw` it is no sentence. It is to be in the `language`, where one was asked for.

    It refuses what it can prove, lets a plain copy stand, and has doubts about the rest, which it leaves to a reader.
    """
    if flaw:
        return _rejected(statement, tuple(cites.cite(statement.segments)), Doubt(kind="no_sentence", detail=flaw))
    if statement.unknown:
        cited = f"it cites {list(statement.unknown)}, which is not in the evidence"
        return _rejected(statement, (), Doubt(kind="unknown_id", detail=cited))
    if not statement.segments:
        return _rejected(statement, (), Doubt(kind="no_citation", detail="it cites nothing"))
    if len({segment.report for segment in statement.segments}) > 1:
        merged = "it merges several reports: write one sentence for each"
        return _rejected(statement, (), Doubt(kind="several_reports", detail=merged))
    citations = tuple(cites.cite(statement.segments))
    report = reports[statement.segments[0].report]
    told = [told for told in (report.title, report.organisation, report.region, report.date) if told]
    is_copy = not statement.text or _is_copy(statement.text, statement.segments)
    strays = other_language(statement.text, language, report.language, names=told, is_copy=is_copy)
    if statement.text and strays:
        return _rejected(statement, citations, strays)
    if is_copy:
        return Verdict(statement, citations, "stands")
    quotes = [citation.quote for citation in citations]
    seen = [*quotes, *(segment.text for segment in shown if segment.report == report.id)]
    spoken = language or guess_language(statement.text)
    if proven := proven_wrong(statement.text, seen, told=told, language=spoken or report.language or "en"):
        return _rejected(statement, citations, *proven)
    return Verdict(statement, citations, "open", _doubts(statement.text, quotes, told, report, language))


def _doubts(
    text: str, quotes: Sequence[str], told: Sequence[str], report: Report, spoken: str | None
) -> tuple[Doubt, ...]:
    """Return what code has doubts about; what it has not looked at is none."""
    found = support(text, quotes, told=told, language=report.language, spoken=spoken)
    return tuple(doubt for doubt in found.doubts if doubt.kind != "unchecked")


def _rejected(statement: Statement, citations: tuple[Citation, ...], *doubts: Doubt) -> Verdict:
    return Verdict(statement, citations, "rejected", doubts, in_words(doubts))


def _is_copy(text: str, segments: Sequence[Segment]) -> bool:
    """Tell whether a sentence is the whole of what it cites, or of one segment of it, letter for letter."""
    said = _bare(text)
    wholes = [" ".join(segment.text for segment in segments), *(segment.text for segment in segments)]
    return any(said == _bare(whole) for whole in wholes)


def _bare(text: str) -> str:
    return fold(one_line(text)).strip(_ENDS)


def _without_lead(text: str) -> str:
    """Return a sentence without the few words before a sign that may only say whose it is: "The report says: …"."""
    heads = (text.partition(sign) for sign in (": ", ", "))
    return next((rest for head, _, rest in heads if rest and len(head.split()) <= _LEAD), text)


def cited_anew(
    item: Verdict, shown: Sequence[Segment], cites: Citations, reports: Mapping[str, Report], *, anywhere: bool,
    language: str | None = None,
) -> Verdict:  # fmt: skip
    """Return a statement with those shown words that say it, if they do so better than those it cites.

    Better is a plain copy, or words about which code has no doubt where it has some. Unless they may stand `anywhere`,
    they take in some that it cites. What is no sentence goes to the words it is made of, and gives way to their quote.
    A statement that cites nothing, what was never shown, or several reports is left to be written anew.
    """
    text, cited = item.statement.text, {segment.id for segment in item.statement.segments}
    fixed = item.stands or not text or item.statement.unknown
    if fixed or len({one.report for one in item.statement.segments}) != 1 or not (item.doubts or item.is_open):
        return item
    quoted = [citation.quote for citation in item.citations]
    is_sentence = not any(doubt.kind == "no_sentence" for doubt in item.doubts)
    spoken = guess_language(text) or reports[item.statement.segments[0].report].language
    for run in places(Wording(_without_lead(text), spoken or "en"), quoted, shown):
        own = {segment.id for segment in run}
        if own <= cited or not (anywhere or own & cited):
            if own <= cited and not is_sentence:
                return item
            continue  # fewer words of those it cites could hide what speaks against
        if not is_sentence:
            return replace(item, statement=replace(item.statement, segments=run), citations=tuple(cites.cite(run)))
        found = judge(replace(item.statement, segments=run, unknown=()), cites, reports, shown, language=language)
        if found.stands or (found.is_open and item.doubts and not found.doubts):
            return found
    return item
