"""How fast an endpoint may be called, so that its own limit is not run into again and again."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Upper bounds for any `seconds` (a minute) on end; `None` is no bound. Tokens are those in and out."""

    requests: int | None = None
    tokens: int | None = None
    seconds: float = 60.0

    def pause(self, recent: Sequence[tuple[float, int]], tokens: int) -> float:
        """Return for how many seconds a call of `tokens` has to wait, 0 when it may go now.

        `recent` are the calls of the last `seconds`: how long ago each began, the oldest first, and its tokens. A call
        that is larger than the bound goes alone.
        """
        wait, used = 0.0, sum(size for _, size in recent)
        for position, (age, size) in enumerate(recent):
            too_many = self.requests is not None and len(recent) - position >= self.requests
            too_much = self.tokens is not None and used + tokens > self.tokens
            if not too_many and not too_much:
                break
            wait, used = self.seconds - age, used - size
        return max(wait, 0.0)


class TooEarly(Exception):
    """The next call has to wait `seconds`: for a rate limit, or until calls under way are known to cost less."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the next call is held back for {seconds:.1f} s")
        self.seconds = seconds
