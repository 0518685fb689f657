"""Turns a finished answer into what a conversation remembers of it."""

from ..core.types import highest
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
            about=subject.about, expects=subject.expects, level=done.level,
            said=text_of(done.claims, is_list=done.is_list) if done.claims else _NOTHING,
            said_level=highest(citation.confidentiality for citation in cited),
            passages=tuple(dict.fromkeys(citation.passage for citation in cited)),
        )
    )  # fmt: skip
