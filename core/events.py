"""What a run tells whoever is watching it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .shapes import Claim


@dataclass(frozen=True, slots=True)
class Event:
    """Something an agent did, for whoever is watching: `detail` is one readable line without report text.

    `agent` is "retriever", "drafter", "reviewer" or "editor"; `kind` is e.g. "planned", "searched", "drafted",
    "cited anew", "reviewed", "claim", "dropped", "degraded". `claim` is set on verified claims only.
    """

    agent: str
    kind: str
    detail: str
    claim: Claim | None = None
    data: dict[str, object] = field(default_factory=dict)


OnEvent = Callable[[Event], None]
