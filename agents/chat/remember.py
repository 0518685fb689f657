"""Turns a finished answer into what a conversation remembers of it."""

from collections.abc import Iterable

from ...core.shapes import LEVELS
from ...core.types import Claim, Report
from ...tools.answer.blocks import blocks_of
from ...tools.publish.markdown import blocks_markdown
from ...tools.search.memory import Exchange, Memory
from ..state import State

_NOTHING = "Nothing was found in the reports."
_LISTING = ("catalogue", "count", "absence")  # kinds of claims that may name reports without citing them


def remember(memory: Memory, number: int, asked: str, done: State) -> Memory:
    """Return the memory with one turn more; `asked` is what was typed."""
    subject = done.subject
    if subject is None:
        return memory
    cited = [citation for claim in done.claims for citation in claim.citations]
    return memory.with_exchange(
        Exchange(
            number=number, asked=asked, question=subject.question, needed=subject.needed,
            about=subject.about, expects=subject.expects, drawn=done.drawn,
            said=blocks_markdown(blocks_of(done.claims, is_list=done.is_list)) or _NOTHING,
            reports=tuple(sorted(_spoken_of(done))),
            passages=tuple(dict.fromkeys(citation.passage for citation in cited)),
            quotes=tuple(dict.fromkeys(map(_places, (claim for claim in done.claims if claim.kind == "stated")))),
        )
    )  # fmt: skip


def _places(claim: Claim) -> tuple[tuple[str, int | None, int, int], ...]:
    return tuple((quote.passage, quote.locator.paragraph, quote.start, quote.end) for quote in claim.quotes)


def _spoken_of(done: State) -> set[str]:
    """Return the reports whose words may be in an answer: those cited, those a model was shown, those it lists by name.

    Files that were never read belong to no report: nobody knows how confidential their names are.
    """
    found = {citation.report for claim in done.claims for citation in claim.citations}
    found |= {segment.report for segment in done.shown} if done.mode == "drafted" else set()
    if done.evidence is not None:
        text = " ".join(claim.text for claim in done.claims if claim.kind in _LISTING)
        found |= _named_in(text, done.evidence.reports.values())
        held = {report.file for report in done.evidence.reports.values()}
        never_read = (item.file for item in done.evidence.coverage.unreadable if item.file not in held)
        found |= {f"file {file}" for file in never_read if file in text}
    return found


def _named_in(text: str, reports: Iterable[Report]) -> set[str]:
    """Return the reports that are named in a text; for a name that several bear, the least confidential one."""
    shared: dict[str, Report] = {}
    found = set()
    for report in sorted(reports, key=lambda one: LEVELS.index(one.confidentiality)):
        if report.title in text or report.file in text:
            found.add(report.id)
        for name in (report.organisation, *map(str.strip, (report.region or "").split("/"))):
            if name and name not in shared and name in text:
                shared[name] = report
    return found | {report.id for report in shared.values()}
