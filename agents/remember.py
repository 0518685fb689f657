"""Turns a finished answer into what a conversation remembers of it."""

from ..core.types import Claim
from .answer import text_of
from .memory import Exchange, Memory
from .state import State

_NOTHING = "Nothing was found in the reports."


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
            said=text_of(done.claims, is_list=done.is_list) if done.claims else _NOTHING,
            reports=tuple(sorted(_spoken_of(done))),
            passages=tuple(dict.fromkeys(citation.passage for citation in cited)),
        )
    )  # fmt: skip


def _spoken_of(done: State) -> set[str]:
    """Return the reports whose words may be in an answer: those cited, those a model was shown, those it lists by name.

    Files that were never read belong to no report: nobody knows how confidential their names are.
    """
    found = {citation.report for claim in done.claims for citation in claim.citations}
    found |= {segment.report for segment in done.shown} if done.mode == "drafted" else set()
    if done.evidence is not None and any(map(_lists, done.claims)):
        held = {report.file for report in done.evidence.reports.values()}
        found |= done.evidence.reports.keys()
        found |= {f"file {item.file}" for item in done.evidence.coverage.unreadable if item.file not in held}
    return found


def _lists(claim: Claim) -> bool:
    """Tell whether a claim may name reports that it does not cite."""
    return claim.kind in ("catalogue", "count", "absence")
