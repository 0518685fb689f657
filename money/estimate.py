"""What a question would cost, said before anything is sent: its prompt is made and weighed, but goes nowhere.

The first prompt is known to the token; what follows depends on the answer. Typically there is one draft and one review,
as long as they were on average so far. At most every draft is sent back as often as the settings allow, every answer is
as long as it may be and needs its one repair, and every later prompt is twice as long as the first and an answer
together. What a broken connection may have cost before a retry is not in it: only a cap holds against that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from ..core.amounts import plain
from ..core.shapes import BatchEstimate, Bound, Estimate
from .ledger import Usual
from .prices import Price

_CENT_OF_CENT = Decimal("0.0001")
_FIRST_DRAFT = Usual(300, 0)  # a handful of sentences, where no call was made yet
_FIRST_REVIEW = Usual(150, 0)
_SEARCH, _USUAL_SEARCHES = Usual(60, 0), 2


@dataclass(frozen=True, slots=True)
class Rate:
    """What tokens and seconds cost at a model; `longest` is how many seconds a call may take."""

    model: str
    price: Price | None
    longest: float


@dataclass(frozen=True, slots=True)
class Weight:
    """A prompt that was made but not sent: its input tokens as expected and at most, and those an answer may have."""

    rate: Rate
    input_tokens: int
    most_input_tokens: int
    most_output_tokens: int
    is_kept: bool
    """Whether its answer lies in the response cache."""
    is_sure: bool = True
    """Whether it is sent in any case; if not, only the most that may be spent has it."""


def estimate(
    question: str, drafts: Sequence[Weight], reviewer: Rate | None, *, rounds: int,
    drafted: Usual | None, reviewed: Usual | None, searches: Sequence[Weight] = (), search_rounds: int = 0,
) -> Estimate:  # fmt: skip
    """Return what the drafts of a question, and all that may follow on them, would cost.

    `drafted` and `reviewed` are what such calls took so far; `None` before the first. `searches` are the first calls of
    a retriever that reads what it found, which may call so many `search_rounds` times; typically it does so twice.
    """
    typical, at_most = Bound(), Bound()
    if reviewed is None and drafted is not None:
        reviewed = Usual(_FIRST_REVIEW.output_tokens, drafted.seconds)
    rates = [draft.rate for draft in drafts] + ([reviewer] if reviewer and drafts else [])
    for draft in drafts:
        if draft.is_sure and not draft.is_kept:
            typical += _usually(draft.rate, draft.input_tokens, drafted or _FIRST_DRAFT, known=drafted is not None)
            if reviewer is not None:
                shown = draft.input_tokens // 2  # the cited segments alone, and the sentences that cite them
                typical += _usually(reviewer, shown, reviewed or _FIRST_REVIEW, known=reviewed is not None)
        first, most = draft.most_input_tokens, draft.most_output_tokens
        later = 2 * (first + most)
        at_most += _with_repair(draft.rate, first, most)
        for rate, times in ((draft.rate, rounds), (reviewer, rounds + 1)):
            for _ in range(times if rate is not None else 0):
                at_most += _with_repair(rate or draft.rate, later, most)
    for search in searches:
        rates.append(search.rate)
        for number in range(search_rounds):
            if number < _USUAL_SEARCHES:
                typical += _usually(search.rate, search.input_tokens, _SEARCH, known=drafted is not None)
            at_most += _with_repair(search.rate, 2 * search.most_input_tokens, search.most_output_tokens)
    unpriced = dict.fromkeys(rate.model for rate in rates if rate.price is None)
    return Estimate(question=question, typical=typical, at_most=at_most, unpriced=list(unpriced))


def estimate_all(weighed: Sequence[Estimate], questions: int) -> BatchEstimate:
    """Return what so many questions would cost, of which some were `weighed`.

    For each of the others the mean of these is typical, and the dearest of these the most.
    """
    typical, at_most = Bound(), Bound()
    for one in weighed:
        typical, at_most = typical + one.typical, at_most + one.at_most
    rest = questions - len(weighed)
    if weighed and rest:
        typical = _times(typical, Decimal(questions) / len(weighed))
        at_most += _times(_highest([one.at_most for one in weighed]), Decimal(rest))
    unpriced = dict.fromkeys(model for one in weighed for model in one.unpriced)
    return BatchEstimate(
        questions=questions, weighed=len(weighed), typical=typical, at_most=at_most, unpriced=list(unpriced)
    )


def _times(bound: Bound, factor: Decimal) -> Bound:
    usd = None if bound.usd is None else plain((Decimal(bound.usd) * factor).quantize(_CENT_OF_CENT, ROUND_UP))
    return Bound(
        calls=round(bound.calls * factor), input_tokens=round(bound.input_tokens * factor),
        output_tokens=round(bound.output_tokens * factor), usd=usd,
    )  # fmt: skip


def _highest(bounds: Sequence[Bound]) -> Bound:
    """Return the most of each kind."""
    prices = [bound.usd for bound in bounds]
    known = [Decimal(usd) for usd in prices if usd is not None]
    return Bound(
        calls=max(bound.calls for bound in bounds), input_tokens=max(bound.input_tokens for bound in bounds),
        output_tokens=max(bound.output_tokens for bound in bounds),
        usd=plain(max(known)) if len(known) == len(prices) else None,
    )  # fmt: skip


def _usually(rate: Rate, input_tokens: int, usual: Usual, *, known: bool) -> Bound:
    output_tokens = round(usual.output_tokens)
    usd = None
    # Nobody knows how long a model takes that was never called, so a price per hour says nothing yet.
    if rate.price is not None and (known or not rate.price.hour):
        usd = plain(
            rate.price.usd(
                input_tokens=input_tokens, cached_tokens=0, output_tokens=output_tokens, seconds=usual.seconds
            )
        )
    return Bound(calls=1, input_tokens=input_tokens, output_tokens=output_tokens, usd=usd)


def _with_repair(rate: Rate, input_tokens: int, output_tokens: int) -> Bound:
    return _at_worst(rate, input_tokens, output_tokens) + _at_worst(rate, input_tokens + output_tokens, output_tokens)


def _at_worst(rate: Rate, input_tokens: int, output_tokens: int) -> Bound:
    usd = None
    if rate.price is not None:
        usd = plain(rate.price.worst(input_tokens=input_tokens, output_tokens=output_tokens, seconds=rate.longest))
    return Bound(calls=1, input_tokens=input_tokens, output_tokens=output_tokens, usd=usd)
