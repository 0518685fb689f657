"""A server as it has shown itself: how it is asked, how it counts, and whether it keeps to what it is told."""

import math
from dataclasses import dataclass, replace

from ..money.ledger import Usage
from ..money.tokens import UNKNOWN_MARGIN
from .servers import Server, Servers

# A prompt shorter than this fits every context, and its token count says little.
CUT_FROM_TOKENS = 1000
_UNSEEN_MARGIN = 3.0  # under a cap, until it was seen: tokenizers that were made for English alone count so of others
_SLIPS = 2  # answers without any JSON, after which a server is no longer asked by schema
_THINKING_TOKENS = 4096  # that a model is allowed at least beside its answer, once it was seen to need some
_LEAST_OUTPUT = 256  # asked for however little room a context seems to leave: our count of the prompt may be too high
_SAFE = 1.05  # times what is expected of a prompt fills its part of a context
_ROUNDING_TOKENS = 16  # so many more than allowed are another way of counting, and are reserved from then on


@dataclass(frozen=True, slots=True)
class Load:
    """A prompt as we count it: tokens of its messages, and of the `whole` call; `margin` makes our count a safe one."""

    tokens: int
    whole: int
    margin: float


class KnownServer:
    """One model at one endpoint; what is learned is kept in `memory` too, beyond the life of the object.

    `least` is the margin by which its counts may pass ours before any was seen: 1.0 where its tokenizer is known.
    """

    def __init__(self, endpoint: str, model: str, memory: Servers | None, *, least: float = UNKNOWN_MARGIN) -> None:
        self._endpoint, self._model, self._memory, self._least = endpoint, model, memory, least
        self._known = (memory.recall(endpoint, model) if memory else None) or Server()
        self._counted = self._reported = 0
        self._output = self._context = 0  # what it said that it takes: for the life of the object, 0 is not known

    @property
    def form(self) -> int:
        """How many of the stricter ways to ask for JSON it refused."""
        return self._known.form

    @property
    def limit_name(self) -> str:
        """What it calls the limit of output tokens."""
        return self._known.limit_name

    @property
    def thinking(self) -> int:
        """How many output tokens it is allowed for its thoughts, beside the answer."""
        return self._known.thinking

    @property
    def is_bounded(self) -> bool:
        """Whether it said how many tokens it takes, or writes, at most."""
        return bool(self._output or self._context)

    @property
    def is_new(self) -> bool:
        """Whether it is yet to show how it counts. One that reports nothing never will."""
        return not self._counts_are_known and not self._known.highest and self._known.reports_usage is not False

    @property
    def _counts_are_known(self) -> bool:
        # A short prompt shows what the server adds to it, and little of its tokenizer.
        return self._least == 1 or self._known.ratio > 0

    @property
    def spill(self) -> int:
        """How many tokens more than allowed it counts, where that is a matter of counting."""
        return self._known.overrun if self._known.overrun <= _ROUNDING_TOKENS else 0

    @property
    def overrun(self) -> int:
        """How many tokens more than it was allowed it wrote, the most of any answer; 0 where it keeps to its limit."""
        return self._known.overrun if self._known.overrun > _ROUNDING_TOKENS else 0

    def refresh(self) -> None:
        """Learn what other processes learned of how it counts and what it keeps to."""
        if self._memory is not None and (told := self._memory.recall(self._endpoint, self._model)) is not None:
            self._known = replace(
                self._known, highest=max(told.highest, self._known.highest), ratio=self._known.ratio or told.ratio,
                overrun=told.overrun, reports_usage=told.reports_usage,
                thinking=max(told.thinking, self._known.thinking),
            )  # fmt: skip

    def expected(self, load: Load) -> int:
        """Return the tokens that it will probably count."""
        # What was learned is a ratio to the messages alone, whatever the server adds to them.
        return math.ceil(load.tokens * self._known.ratio) if self._known.ratio else load.whole

    def most(self, load: Load, *, is_capped: bool) -> int:
        """Return the tokens that it counts at most, as far as is known; under a cap nothing is taken for granted."""
        unseen = _UNSEEN_MARGIN if is_capped and not self._counts_are_known else 1.0
        return math.ceil(load.whole * max(load.margin, self._least, self._known.highest, unseen))

    def allowed(self, wanted: int, load: Load) -> int:
        """Return the output tokens to ask for where an answer may have `wanted`: with room for thoughts, if it fits."""
        most = wanted + self._known.thinking
        if self._context:
            taken = math.ceil(_SAFE * self.expected(load)) if self._known.ratio else self.most(load, is_capped=False)
            most = min(most, max(self._context - taken, _LEAST_OUTPUT))
        return min(most, self._output) if self._output else most

    def learn_thinking(self, tokens: int) -> None:
        """Learn that thoughts of so many tokens left no room for an answer: from now on they have room of their own."""
        if not self._known.thinking:
            self.note(thinking=max(_THINKING_TOKENS, 2 * tokens))

    def learn_room(self, *, output: int, context: int) -> None:
        """Learn how many output tokens, or tokens in all, it said that it takes; 0 is not said."""
        self._output, self._context = output or self._output, context or self._context

    def learn_tokens(self, load: Load, usage: Usage) -> None:
        """Learn how it counts from what it reported for a prompt."""
        if usage.estimated or not load.tokens:
            return
        is_long = load.tokens >= CUT_FROM_TOKENS and not is_cut(load, usage)
        counted, reported = (load.tokens, usage.input_tokens) if is_long else (0, 0)
        ratio = usage.input_tokens / (load.tokens if is_long else load.whole)
        self._counted, self._reported = self._counted + counted, self._reported + reported
        self._known = replace(
            self._known, highest=max(self._known.highest, ratio),
            ratio=self._reported / self._counted if self._counted else self._known.ratio,
        )  # fmt: skip
        if self._memory is not None:
            self._memory.note_tokens(self._endpoint, self._model, counted=counted, reported=reported, ratio=ratio)

    def learn_limit(self, written: int, allowed: int, *, was_cut: bool) -> int:
        """Learn whether it keeps to the limit of output tokens, and return by how many it passed it this time.

        Many servers overlook the newer name of the limit, and say nothing: they are told the older one from then on.
        """
        over = max(written - allowed, 0)
        if over > _ROUNDING_TOKENS:
            self.note(limit_name="max_tokens")
        if over > self._known.overrun:
            self.note(overrun=over)
        elif self.overrun and was_cut and not over:
            self.note(overrun=0)  # it does keep to it now
        return over if over > _ROUNDING_TOKENS else 0

    def ignore_schema(self) -> None:
        """Remember that a schema was taken and not kept to: once may be a slip of the model, twice is the server."""
        self.note(ignored=self._known.ignored + 1)
        if self._known.ignored >= _SLIPS:
            self.step_down(1)

    def step_down(self, form: int) -> None:
        """Remember that it has to be asked in a less strict form."""
        self.note(form=max(self._known.form, form))

    def note(self, **learned: str | int | bool) -> None:
        """Remember what is new of the fields of `Server`."""
        fresh = {name: value for name, value in learned.items() if getattr(self._known, name) != value}
        if fresh and self._memory is not None:
            self._memory.note(self._endpoint, self._model, **fresh)
        self._known = replace(self._known, **fresh)  # type: ignore[arg-type]


def is_cut(load: Load, usage: Usage) -> bool:
    """Tell whether a server read less than half of a prompt: some drop its head, and say nothing."""
    return not usage.estimated and load.tokens >= CUT_FROM_TOKENS and 2 * usage.input_tokens < load.tokens
