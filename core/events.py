"""What a run tells whoever is watching it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .shapes import Claim

AgentName = Literal["retriever", "drafter", "reviewer", "editor"]
EventKind = Literal[
    "planned", "understood", "searched", "deepened", "withheld", "degraded", "drafted", "cited anew", "sent back",
    "claim", "dropped", "concluded", "rewritten", "shortened", "reviewed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """Something an agent did, for whoever is watching: `detail` is one readable line without report text.

    `claim` is set on verified claims only.
    """

    agent: AgentName
    kind: EventKind
    detail: str
    claim: Claim | None = None
    data: dict[str, object] = field(default_factory=dict)


OnEvent = Callable[[Event], None]
OnProgress = Callable[[str, int, int], None]  # a stage, how much of it is done, and its total (0: unknown)


def silent(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""
