"""What an answer leaves open."""

from dataclasses import dataclass
from typing import Literal

MissingKind = Literal["unanswered", "no_report", "language", "unclear", "unread"]


@dataclass(frozen=True, slots=True)
class Missing:
    """What nothing was found for: a part of the question (`leg`), or what `detail` says alone; with the kind of why.

    It is "unanswered" by the draft, has "no_report", only reports in a "language" that was not searched, none that is
    not "unclear", or some that are "unread".
    """

    leg: str | None
    kind: MissingKind
    detail: str

    def __str__(self) -> str:
        return self.detail if self.leg is None else f"{self.leg} ({self.detail})"
