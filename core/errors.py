"""What can go wrong, and the exit code each branch ends the program with.

CoscribeError
├── UsageError        2    wrong option, setting, path or manifest
├── LibraryError      3    library missing, locked by another writer, stale, or of a newer format
├── EndpointError     4    the model endpoint failed, after every bounded attempt
│   └── MalformedReply     the endpoint answered, but not in the form asked for (the model may mend it)
├── BudgetReached     5    a cap would be passed by the next call
├── Unverified        6    `--strict`, and something could not be verified
└── ReadFailure       1    one file could not be read; the others are unharmed

Foreign errors are turned into these once, where they enter, with `raise … from error`.
A message is one lower-case line: it names the value and says what to do next.
"""

from collections.abc import Iterable
from decimal import Decimal

DONE = 0
INTERRUPTED = 130
# Several at once: the first of these that occurred is the exit code.
PRECEDENCE = (INTERRUPTED, 2, 3, 5, 4, 6, 1, DONE)


class CoscribeError(Exception):
    """Any failure that coscribe explains; `str(error)` is the line to show."""

    exit_code = 1


class UsageError(CoscribeError):
    """The command, a setting, a path or a manifest is wrong; the user can mend it."""

    exit_code = 2


class LibraryError(CoscribeError):
    """The library is missing, locked by another writer, stale, or of a newer format."""

    exit_code = 3


class EndpointError(CoscribeError):
    """A model endpoint refused, timed out or answered with an error."""

    exit_code = 4


class MalformedReply(EndpointError):
    """The endpoint answered, but the text does not have the form asked for."""


class BudgetReached(CoscribeError):
    """The worst case of the next call would pass a cap; the call was not sent.

    `usd` or `tokens`, whichever it is a cap on, is what it would have left if the calls under way cost nothing.
    """

    exit_code = 5

    def __init__(self, message: str, *, usd: Decimal | None = None, tokens: int | None = None) -> None:
        super().__init__(message)
        self.usd = usd
        self.tokens = tokens


class Unverified(CoscribeError):
    """`--strict` was asked for and a claim had to be dropped."""

    exit_code = 6


class ReadFailure(CoscribeError):
    """One file could not be read; `str(error)` is the reason shown for it."""


def exit_code(codes: Iterable[int]) -> int:
    """Return the code to end with when several outcomes came together.

    Order of weight: 130 > 2 > 3 > 5 > 4 > 6 > 1 > 0; no codes at all is 0.
    """
    seen = set(codes)
    return next((code for code in PRECEDENCE if code in seen), DONE)
