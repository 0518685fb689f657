"""What can go wrong, and the exit code each kind ends the program with.

CoscribeError         1
├── UsageError        2    wrong option, setting, path or manifest
├── Withheld          2    internal text was about to go to a host that is not trusted
├── LibraryError      3    library missing, stale, or of a newer format
│   └── LibraryBusy   3    another process is writing to it
├── EndpointError     4    the model endpoint failed, after every bounded attempt
│   ├── MalformedReply 4   the endpoint answered, but not in the form asked for (the model may mend it)
│   └── Rehearsed     4    nothing was sent, for an estimate
├── BudgetReached     5    a cap would be passed by the next call
├── Unverified        6    `--strict`, and something could not be verified
├── WorkerDied        1    a process of a batch ended before it had answered
└── ReadFailure       1    one file could not be read; the others are unharmed
    └── Unsupported   1    it is of a kind that is not read

Foreign errors are turned into these once, where they enter, with `raise … from error`. An answer keeps the name of what
failed (`Failure.kind`): `code_of` gives its exit code, which for a name that is none of these is 1.
A message is one lower-case line: it names the value and says what to do next.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

DONE = 0
SOME_FAILED = 1
INTERRUPTED = 130
# Several at once: the first of these that occurred is the exit code.
PRECEDENCE = (INTERRUPTED, 2, 3, 5, 4, 6, 1, DONE)


class CoscribeError(Exception):
    """Any failure that coscribe explains; `str(error)` is the line to show."""

    exit_code = SOME_FAILED
    passing = False  # says nothing of what was asked: another time it may be answered


class UsageError(CoscribeError):
    """The command, a setting, a path or a manifest is wrong; the user can mend it."""

    exit_code = 2


class Withheld(CoscribeError):
    """Internal text was about to go to a host that is not trusted; nothing was sent."""

    exit_code = 2


class LibraryError(CoscribeError):
    """The library is missing, stale, or of a newer format."""

    exit_code = 3


class LibraryBusy(LibraryError):
    """Another process is writing to the library: what was asked can be done when it has finished."""

    exit_code = 3


class EndpointError(CoscribeError):
    """A model endpoint refused, timed out or answered with an error."""

    exit_code = 4
    passing = True


class MalformedReply(EndpointError):
    """The endpoint answered, but the text does not have the form asked for."""

    exit_code = 4


class Rehearsed(EndpointError):
    """The prompt was weighed for an estimate, and nothing was sent."""

    exit_code = 4


class BudgetReached(CoscribeError):
    """The worst case of the next call would pass a cap; the call was not sent.

    `usd` or `tokens`, whichever it is a cap on, is what it would have left if the calls under way cost nothing.
    """

    exit_code = 5
    passing = True

    def __init__(self, message: str, *, usd: Decimal | None = None, tokens: int | None = None) -> None:
        super().__init__(message)
        self.usd = usd
        self.tokens = tokens


class Unverified(CoscribeError):
    """`--strict` was asked for and a claim had to be dropped."""

    exit_code = 6


class WorkerDied(CoscribeError):
    """A process of a batch ended with `status` before it had answered."""

    exit_code = 1

    def __init__(self, status: int) -> None:
        super().__init__(f"the worker ended with {status}")
        self.status = status


class ReadFailure(CoscribeError):
    """One file could not be read; `str(error)` is the reason shown for it."""

    exit_code = 1


class Unsupported(ReadFailure):
    """The file is of a kind that is not read: the message says what to convert it to."""

    exit_code = 1


def _tree(kind: type[CoscribeError] = CoscribeError) -> Iterator[type[CoscribeError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _tree(narrower)


CODES: Mapping[str, int] = {kind.__name__: kind.exit_code for kind in _tree()}
PASSING = frozenset(kind.__name__ for kind in _tree() if kind.passing)


def code_of(kind: str | None) -> int:
    """Return the exit code of an error by the name of its class: 0 for `None`, 1 for an unknown one."""
    return DONE if kind is None else CODES.get(kind, SOME_FAILED)


def exit_code(codes: Iterable[int]) -> int:
    """Return the code to end with when several outcomes came together.

    Order of weight: 130 > 2 > 3 > 5 > 4 > 6 > 1 > 0; no codes at all is 0.
    """
    seen = set(codes)
    return next((code for code in PRECEDENCE if code in seen), DONE)
