"""The tokens that a server reports, under whichever names, and what is booked where it reports nonsense or nothing."""

import json
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from ...money.ledger import Usage

_MOST_TOKENS = 100_000_000  # in or out of a call: ten times what any model takes
_FEWEST = 8  # one token of theirs is never so many of ours
_KEY = '"usage":'  # inside a text of the body its quotes would be escaped


def if_sound(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Return what servers should have said, and nothing where it is nonsense: an answer is not lost for its counts."""
    try:
        sound = handler(value)
    except ValidationError:
        return None
    return sound if not isinstance(sound, int) or 0 <= sound <= _MOST_TOKENS else None


ReportedCount = Annotated[int | None, WrapValidator(if_sound)]


class Tokens(BaseModel):
    """A number of tokens of a kind, as details objects hold it."""

    cached_tokens: ReportedCount = None
    reasoning_tokens: ReportedCount = None


_Details = Annotated[Tokens | None, WrapValidator(if_sound)]


class TokenCounts(BaseModel):
    """The token counts of an answer; servers leave out or null whatever they do not count, or say what cannot be.

    Each vendor has names of its own for what it read from its cache, and some leave that out of the input they report.
    """

    prompt_tokens: ReportedCount = None
    completion_tokens: ReportedCount = Field(None, validation_alias=AliasChoices("completion_tokens", "output_tokens"))
    total_tokens: ReportedCount = None
    input_tokens: ReportedCount = None
    input_details: _Details = Field(
        None, validation_alias=AliasChoices("prompt_tokens_details", "input_tokens_details")
    )
    output_details: _Details = Field(
        None, validation_alias=AliasChoices("completion_tokens_details", "output_tokens_details")
    )
    cached_tokens: ReportedCount = None
    reasoning_tokens: ReportedCount = None
    prompt_cache_hit_tokens: ReportedCount = None
    prompt_cache_miss_tokens: ReportedCount = None
    cache_read_input_tokens: ReportedCount = None
    cache_creation_input_tokens: ReportedCount = None

    @property
    def _beside(self) -> int:
        """Tokens read from a cache, or written to one, that the reported input leaves out."""
        read, made = self.cache_read_input_tokens or 0, self.cache_creation_input_tokens or 0
        if self.prompt_tokens is None:
            # Who reports `input_tokens` and details counts the cached ones among them.
            return read + made if self.input_details is None else 0
        whole = self.prompt_tokens + (self.completion_tokens or 0) + read + made
        return read + made if read > self.prompt_tokens or self.total_tokens == whole else 0

    @property
    def all_input(self) -> int:
        """The tokens taken in, those from a cache among them; 0 where none were reported."""
        told = self.prompt_tokens if self.prompt_tokens is not None else self.input_tokens
        if told is None:
            told = (self.prompt_cache_hit_tokens or 0) + (self.prompt_cache_miss_tokens or 0)
        return told + self._beside

    @property
    def all_output(self) -> int:
        """The output with its reasoning, which some servers count in the total alone."""
        beyond = (self.total_tokens or 0) - self.all_input if self.all_input else 0
        return max(self.completion_tokens or 0, beyond)

    @property
    def all_cached(self) -> int:
        """The part of the input that came from a cache."""
        told = (
            self.input_details and self.input_details.cached_tokens, self.cached_tokens, self.prompt_cache_hit_tokens,
            self.cache_read_input_tokens,
        )  # fmt: skip
        return min(max(count or 0 for count in told), self.all_input)

    @property
    def all_reasoning(self) -> int:
        """The part of the output that is reasoning."""
        told = max((self.output_details and self.output_details.reasoning_tokens) or 0, self.reasoning_tokens or 0)
        return min(told, self.all_output)


def booked(reported: TokenCounts | None, estimate: Usage, *, written: int) -> Usage:
    """Return the reported tokens, and those of `estimate` where the server did not count: it is marked then.

    Nor is a count believed that is far too small for the tokens `written`, as we count what can be seen of the answer.
    Who said nothing sound of one side is believed of the other only where that is more than we would estimate.
    """
    if reported is None:
        return estimate
    taken, output = reported.all_input, reported.all_output
    is_silent = reported.completion_tokens is None and not output and estimate.output_tokens > 0
    if taken and not is_silent and output * _FEWEST >= written:
        return Usage(
            input_tokens=taken, output_tokens=output, cached_tokens=reported.all_cached,
            reasoning_tokens=reported.all_reasoning,
        )  # fmt: skip
    return Usage(
        input_tokens=max(taken, estimate.input_tokens), output_tokens=max(output, estimate.output_tokens),
        cached_tokens=reported.all_cached if taken >= estimate.input_tokens else 0,
        reasoning_tokens=reported.all_reasoning, estimated=True,
    )  # fmt: skip


def counts_in(body: Any) -> TokenCounts | None:
    """Return the token counts in an answer, which some servers put beside the first choice, or into a corner.

    `None` where there are none above zero.
    """
    if not isinstance(body, dict):
        return None
    choices, corner = body.get("choices"), body.get("x_groq")
    first = choices[0] if isinstance(choices, list) and choices else None
    for place in (body, corner, first):
        if isinstance(place, dict) and isinstance(told := place.get("usage"), dict):
            counts = TokenCounts.model_validate(told)
            return counts if counts.all_input or counts.all_output else None
    return None


def counts_in_ruins(text: str) -> TokenCounts | None:
    """Return the token counts in an answer that is no JSON as a whole: it was still worked for as they say."""
    at = text.rfind(_KEY)
    if at < 0:
        return None
    rest = text[at + len(_KEY) :].lstrip()
    try:
        return counts_in({"usage": json.JSONDecoder().raw_decode(rest)[0]})
    except (ValueError, RecursionError):
        return None
